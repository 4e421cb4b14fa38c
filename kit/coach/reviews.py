"""Reviews: the coach's answer to a phrase, with the learner's own words as the evidence."""

from dataclasses import dataclass, field

from kit.coach.extras import find_extras
from kit.coach.language import is_english
from kit.coach.reading import read
from kit.coach.recipe import Point, Recipe, get_recipe
from kit.coach.rules import Judgement, Verdict, Words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Trap:
    """A trap and the words that show it, as character offsets `start` to `end` (exclusive)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Review:
    """What the coach makes of a phrase.

    Attributes:
        recipe: id of the recipe that it was read against.
        judged: False where the text is in a language that the coach doesn't know; then every step is
            "unclear" and nothing else is said.
        language: "en", or "other" where it wasn't judged.
        steps: "found", "missing" or "unclear" for each step, in the recipe's order.
        traps: the traps that are there, in the order of their words.
        extras: what the phrase does beyond the recipe.
        evidence: for each found step the span of the words that show it; for an absence such as
            `no-blame` that is the whole phrase.
    """

    recipe: str
    judged: bool = True
    language: str = "en"
    steps: dict[str, Verdict] = field(default_factory=dict)
    traps: tuple[Trap, ...] = ()
    extras: tuple[str, ...] = ()
    evidence: dict[str, Span] = field(default_factory=dict)


def review(text: str, recipe: str | Recipe) -> Review:
    """Read a phrase against a recipe.

    Args:
        text: what the learner would say; any string.
        recipe: the id of a built-in recipe, or a recipe of one's own.

    Raises:
        CoachError: no built-in recipe has that id.
    """
    plan = get_recipe(recipe)
    reading = read(text)
    if not is_english(text, reading.text.words):
        return Review(plan.id, False, "other", {step.id: "unclear" for step in plan.steps})
    judgement = Judgement(reading, plan.id)
    judged = {step.id: _judge_step(step, judgement) for step in plan.steps}
    steps = {name: verdict for name, (verdict, _) in judged.items()}
    evidence = {name: reading.span(*words) for name, (_, words) in judged.items() if words}
    shown = {trap.id: words for trap in plan.traps if (words := _words_of_trap(trap, judgement))}
    traps = [Trap(kind, *reading.span(*words)) for kind, words in shown.items()]
    traps.sort(key=lambda trap: (trap.start, trap.kind))
    blames = any(trap.kind in ("deflect", "blame-customer") for trap in traps)
    extras = find_extras(reading, steps.get("solution", "found") == "found", blames)
    return Review(plan.id, True, "en", steps, tuple(traps), extras, evidence)


def _judge_step(step: Point, judgement: Judgement) -> tuple[Verdict, Words | None]:
    if not step.rule:
        words = step.words_in(judgement.reading)
        return "found" if words else "missing", words
    verdict = judgement.step(step.rule)
    return verdict, judgement.words_for(step.rule) if verdict == "found" else None


def _words_of_trap(trap: Point, judgement: Judgement) -> Words | None:
    if not trap.rule:
        return trap.words_in(judgement.reading)
    return judgement.words_for(trap.rule) if judgement.has_trap(trap.rule) else None
