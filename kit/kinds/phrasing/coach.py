"""The coach's reading of a phrase: in full for its author, in short for counting. Knows no model phrases."""

from dataclasses import dataclass
from functools import cache, lru_cache

from kit import coach
from kit.activities.write import Remark, Remarks
from kit.coach.wording import label_of, not_judged
from kit.kinds.phrasing.content import PhrasingExercise
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


class Reader:
    """Reads phrases for an exercise's situations.

    Attributes:
        recipes: By id, as the coach reads them.
        titles: What each recipe is called.
        situations: Situation -> id of its recipe.
        traps: Every trap that it looks for, with what it is called in results.
    """

    def __init__(self, exercise: PhrasingExercise) -> None:
        self.recipes = {recipe.id: recipe.for_coach() for recipe in exercise.recipes}
        self.titles = {recipe.id: recipe.title for recipe in exercise.recipes}
        self.situations = {situation.id: situation.recipe for situation in exercise.situations}
        used = (point for recipe in self.situations.values() for point in self.recipes[recipe].traps)
        self.traps = {point.id: _trap_title(point) for point in used}

    def recipe_of(self, item: str) -> coach.Recipe:
        """The recipe for a phrase's item."""
        return self.recipes[self.situations[item.removeprefix("situation/")]]

    def read(self, item: str, text: str) -> Reading:
        """A phrase in short."""
        return read(text, self.recipe_of(item))

    def answer(self, item: str, text: str) -> Remarks:
        """What the coach says to the author; sentences quote the author's words."""
        recipe = self.recipe_of(item)
        review = coach.review(text, recipe)
        if not review.judged:
            return Remarks(not_judged(), note=not_judged())
        names = {"found": _("There"), "missing": _("Not there yet"), "unclear": _("Not sure")}
        verdicts = [review.steps[point.id] for point in recipe.steps]
        questions = list(dict.fromkeys(coach.ask_about(trap, text, recipe) for trap in review.traps))
        return Remarks(
            _summary(verdicts, len(questions)),
            steps=[
                Remark(label_of(point), verdict, names[verdict], coach.describe_step(review, text, point))
                for point, verdict in zip(recipe.steps, verdicts, strict=True)
            ],
            questions=questions,
            praise=[coach.describe_extra(extra) for extra in review.extras],
        )


def _summary(verdicts: list[str], questions: int) -> str:
    text = _("{found} of {all} steps are there.").format(found=verdicts.count("found"), all=len(verdicts))
    if not questions:
        return text
    asked = ngettext("{n} question.", "{n} questions.", questions)
    return f"{text} {asked.format(n=questions)}"


def _trap_title(trap: coach.Point) -> str:
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
