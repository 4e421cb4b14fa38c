"""Reviews: the coach's answer to a phrase, with the learner's own words as the evidence."""

from dataclasses import dataclass, field
from functools import lru_cache

from kit.coach.encoder import Scores, read
from kit.coach.extras import find_extras
from kit.coach.language import is_english
from kit.coach.recipe import Point, Recipe, get_recipe
from kit.coach.rules import Verdict, verdict_on, words_for
from kit.coach.text import Span, Text, split

REMEMBERED = 8192
"""Phrases whose reading is kept, a kilobyte or two each: a room of 300 with every phrase in its rounds."""


@dataclass(frozen=True)
class Review:
    """What the coach makes of a phrase.

    Attributes:
        recipe: id of the recipe that it was read against.
        judged: False where the text is in a language that the coach doesn't know; then every step is
            "unclear" and nothing else is said.
        steps: "found", "missing" or "unclear" for each step, in the recipe's order.
        traps: for each trap that is there the span of the words that show it, in the order of the words.
        extras: what the phrase does beyond the recipe.
        evidence: for each found step the span of the words that show it; for an absence such as
            `no-blame` that is the whole phrase.
    """

    recipe: str
    judged: bool = True
    steps: dict[str, Verdict] = field(default_factory=dict)
    traps: dict[str, Span] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    evidence: dict[str, Span] = field(default_factory=dict)


def _verdict(point: Point, words: Text, scores: Scores | None) -> Verdict:
    """What there is of a step or a trap; nothing where there is nothing to score."""
    if not point.rule:
        return "found" if point.words_in(words) else "missing"
    return verdict_on(point.rule, scores) if scores else "missing"


@lru_cache(maxsize=REMEMBERED)
def review(text: str, recipe: str | Recipe) -> Review:
    """Read a phrase against a recipe; what was read lately is remembered.

    Args:
        text: what the learner would say; any string.
        recipe: the id of a built-in recipe, or a recipe of one's own.

    Raises:
        CoachError: no built-in recipe has that id.
    """
    plan, words = get_recipe(recipe), split(text)
    if not is_english(text, words.words):
        return Review(plan.id, False, {step.id: "unclear" for step in plan.steps})
    ruled = any(point.rule for point in (*plan.steps, *plan.traps))
    scores, shown = read(text, plan.kind) if ruled and words.has_words else (None, None)
    steps = {step.id: _verdict(step, words, scores) for step in plan.steps}
    found = [step for step in plan.steps if steps[step.id] == "found"]
    trapped = [trap for trap in plan.traps if _verdict(trap, words, scores) == "found"]
    rules = {point.rule for point in (*found, *trapped) if point.rule}
    spans = words_for(rules, words, shown) if rules else {}

    def span(point: Point) -> Span:
        return spans[point.rule] if point.rule else words.span(*point.words_in(words))

    traps = sorted(((trap.id, span(trap)) for trap in trapped), key=lambda found: (found[1][0], found[0]))
    blames = any(trap.rule in ("deflect", "blame-customer") for trap in trapped)
    extras = find_extras(words.words, steps.get("solution", "found") == "found", blames)
    return Review(plan.id, True, steps, dict(traps), extras, {step.id: span(step) for step in found})
