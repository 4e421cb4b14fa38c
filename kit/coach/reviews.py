"""Reviews: the coach's answer to a phrase, with the learner's own words as the evidence."""

from dataclasses import dataclass, field

from kit.coach.cues import Hit
from kit.coach.extras import find_extras
from kit.coach.language import is_english
from kit.coach.reading import Reading, read
from kit.coach.recipe import Point, Recipe, get_recipe
from kit.coach.rules import Judgement, Verdict

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
    hits = _own_hits(reading, plan)
    steps: dict[str, Verdict] = {}
    evidence: dict[str, Span] = {}
    for step in plan.steps:
        steps[step.id], words = _judge_step(step, judgement, hits)
        if words is not None:
            evidence[step.id] = reading.span(*words)
    traps = [trap for point in plan.traps if (trap := _judge_trap(point, judgement, hits))]
    traps.sort(key=lambda trap: (trap.start, trap.kind))
    blames = any(trap.kind in ("deflect", "blame-customer") for trap in traps)
    extras = find_extras(reading, steps.get("solution", "found") == "found", blames)
    return Review(plan.id, True, "en", steps, tuple(traps), extras, evidence)


def _own_hits(reading: Reading, recipe: Recipe) -> dict[str, Hit]:
    """First place of each of the recipe's own steps and traps; what is denied doesn't count."""
    if recipe.own_cues is None:
        return {}
    found: dict[str, Hit] = {}
    for hit in recipe.own_cues.find(reading.text):
        if not hit.negated:
            found.setdefault(hit.name, hit)
    return found


def _judge_step(
    step: Point, judgement: Judgement, hits: dict[str, Hit]
) -> tuple[Verdict, tuple[int, int] | None]:
    if step.rule:
        verdict = judgement.step(step.rule)
        return verdict, judgement.words_for(step.rule) if verdict == "found" else None
    hit = hits.get(f"step:{step.id}")
    return ("found", (hit.first, hit.last)) if hit else ("missing", None)


def _judge_trap(trap: Point, judgement: Judgement, hits: dict[str, Hit]) -> Trap | None:
    if trap.rule:
        words = judgement.words_for(trap.rule) if judgement.has_trap(trap.rule) else None
    else:
        hit = hits.get(f"trap:{trap.id}")
        words = (hit.first, hit.last) if hit else None
    return Trap(trap.id, *judgement.reading.span(*words)) if words else None
