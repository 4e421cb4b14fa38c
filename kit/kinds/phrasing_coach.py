"""The coach's answer to a phrase, in full for its author and in short for counting."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from kit import coach
from kit.coach.wording import label_of, not_judged
from kit.text import gettext as _
from kit.text import ngettext

REMEMBERED = 8192
"""Short readings that are kept, under a kilobyte each: a room of 300 with every phrase in its rounds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase in short.

    Attributes:
        judged: False where the coach doesn't know the language; then nothing else is said.
        verdicts: "found", "missing" or "unclear" for each step, in the recipe's order.
        traps: Ids of the traps that are there.
    """

    judged: bool
    verdicts: tuple[str, ...]
    traps: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def read(text: str, recipe: coach.Recipe) -> Reading:
    """What is in a phrase. A room's result is drawn again and again from the same phrases."""
    review = coach.review(text, recipe)
    traps = tuple(dict.fromkeys(trap.kind for trap in review.traps))
    return Reading(review.judged, tuple(review.steps.values()), traps)


@cache
def warm_up() -> None:
    """Read the coach's own files (about 0.1 s), so that the first learner to type doesn't wait for them."""
    coach.review("We are sorry.", next(iter(coach.built_in_recipes())))


def answer(text: str, recipe: coach.Recipe) -> dict[str, Any]:
    """What the coach says to the author.

    Returns:
        ``written`` (whether there is a text at all), ``judged``, ``note`` (why it isn't judged, else empty),
        ``steps`` (a list of ``{step, title, verdict, verdict_text, sentence}``, the recipe's, in order),
        ``summary`` (one short line, for who listens), ``questions`` (a sentence for each trap) and ``praise``
        (one for each extra). Sentences quote the author's words. Steps, questions and praise are
        empty where nothing is judged.
    """
    said: dict[str, Any] = {"written": bool(text), "judged": True, "note": "", "summary": ""}
    said |= {"steps": [], "questions": [], "praise": []}
    if not text:
        return said
    review = coach.review(text, recipe)
    if not review.judged:
        return said | {"judged": False, "note": not_judged(), "summary": not_judged()}
    names = {"found": _("There"), "missing": _("Not there yet"), "unclear": _("Not sure")}
    questions = list(dict.fromkeys(coach.ask_about(trap, text, recipe) for trap in review.traps))
    return said | {
        "summary": _summary(list(review.steps.values()), len(questions)),
        "steps": [
            {
                "step": point.id,
                "title": label_of(point),
                "verdict": review.steps[point.id],
                "verdict_text": names[review.steps[point.id]],
                "sentence": coach.describe_step(review, text, point),
            }
            for point in recipe.steps
        ],
        "questions": questions,
        "praise": [coach.describe_extra(extra) for extra in review.extras],
    }


def _summary(verdicts: list[str], questions: int) -> str:
    text = _("{found} of {all} steps are there.").format(found=verdicts.count("found"), all=len(verdicts))
    if not questions:
        return text
    asked = ngettext("{n} question.", "{n} questions.", questions)
    return f"{text} {asked.format(n=questions)}"


def trap_title(trap: coach.Point) -> str:
    """What a trap is called in results."""
    titles = {
        "deflect": _("Pushes it to somebody else"),
        "blame-customer": _("Blames the customer"),
        "policy-shield": _("Hides behind a rule"),
        "helpless": _("Shrugs"),
        "non-apology": _("Sorry that isn't one"),
        "but-apology": _("Sorry, but …"),
        "excuse-first": _("Excuse before the apology"),
        "interrogate": _("Questions the customer"),
    }
    return trap.label or titles.get(trap.rule, trap.id)
