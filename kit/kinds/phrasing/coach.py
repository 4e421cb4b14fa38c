"""The coach's reading of a phrase: in full for its author, in short for counting. Knows no model phrases."""

from functools import cache
from operator import itemgetter

import pandas as pd

from kit import coach
from kit.activities.write import Marked, Piece, Remark, Remarks
from kit.coach.wording import label_of, not_judged
from kit.kinds.phrasing.content import PhrasingExercise
from kit.text import gettext as _
from kit.text import ngettext

MANNERS = {
    **dict.fromkeys(("own", "apology", "acknowledge"), "owns"),
    **dict.fromkeys(("explanation", "protects"), "explains"),
    **dict.fromkeys(("no-blame", "ease", "bearable"), "eases"),
    **dict.fromkeys(("solution", "options"), "turns"),
}
"""How the words that show a step are marked, by the coach's rule for it."""

ABSENT = frozenset({"no-blame"})
"""The coach's rules for what isn't in a phrase: no words show it, the whole phrase does."""


@cache
def warm_up() -> None:
    """Read the coach's own files (about 0.3 s), so that the first learner to type doesn't wait for them."""
    coach.review("We are sorry.", "delay")


class Reader:
    """Reads phrases for an exercise's situations.

    Attributes:
        recipes: Of each situation by item, as the coach reads them.
        steps: One row a step that it looks for: ``recipe``, ``recipe_title``, ``step``, ``step_title``.
        traps: One row a trap: ``trap``, ``trap_title``.
    """

    def __init__(self, exercise: PhrasingExercise) -> None:
        recipes = {recipe.id: recipe.for_coach() for recipe in exercise.recipes}
        self.recipes = {f"situation/{one.id}": recipes[one.recipe] for one in exercise.situations}
        steps = [(one.id, one.title, step.id, step.title) for one in exercise.recipes for step in one.steps]
        traps = {trap.id: _trap_title(trap) for recipe in self.recipes.values() for trap in recipe.traps}
        self.steps = pd.DataFrame(steps, columns=["recipe", "recipe_title", "step", "step_title"])
        self.traps = pd.DataFrame(traps.items(), columns=["trap", "trap_title"])

    def read(self, item: str, text: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Verdicts by the id of a step, and the ids of the traps that are there; both empty where it isn't judged."""
        said = coach.review(text, self.recipes[item]) if item in self.recipes else None
        return (said.steps, tuple(said.traps)) if said and said.judged else ({}, ())

    def marks(self, item: str, text: str) -> Marked:
        """A phrase with the words that show its steps, and those that a trap is about; of words in two the first.

        What shows by being absent, such as blame, marks no words. The key has a sign for what is marked alone, and says
        where the rest is.
        """
        recipe = self.recipes[item]
        said = coach.review(text, recipe)
        steps = [one for one in recipe.steps if said.steps[one.id] == "found"]
        found = {one: Piece("", MANNERS.get(one.rule, "other"), label_of(one)) for one in steps}
        spans = [
            (*said.evidence.get(one.id, (0, 0)), mark)
            for one, mark in found.items()
            if one.rule not in ABSENT
        ]
        asks = Piece("", "asks", _("The coach asks"))
        spans += [(start, end, asks) for start, end in said.traps.values()]
        pieces, at = [], 0
        for start, end, mark in sorted(spans, key=itemgetter(0, 1)):
            # Of words that are marked already, what is left may begin with a comma.
            start = end - len(text[at:end].lstrip(" ,.;:!?–—…")) if start < at else start
            if start < end:
                pieces += [Piece(text[at:start]), mark._replace(words=text[start:end])]
                at = end
        marked = {piece[1:] for piece in pieces}
        key = [
            mark if mark[1:] in marked else mark._replace(manner="", title=_elsewhere(one, mark.title))
            for one, mark in found.items()
        ]
        return Marked([*pieces, Piece(text[at:])], [*key, *([asks] if said.traps else [])])

    def doubts(self, item: str, text: str) -> list[Remark]:
        """What the coach asks before words are kept: about traps, then steps that are missing; no more than two things.

        Of words for no situation it can tell traps only, by the recipe that comes first.
        """
        manners = ("missing", "question") if item in self.recipes else ("question",)
        told = self.answer(item if item in self.recipes else next(iter(self.recipes)), text).told
        found = [remark for remark in told if remark.manner in manners]
        return sorted(found, key=lambda remark: remark.manner != "question")[:2]

    def answer(self, item: str, text: str) -> Remarks:
        """What the coach says to the author; sentences quote the author's words."""
        recipe = self.recipes[item]
        said = coach.review(text, recipe)
        if not said.judged:
            return Remarks(not_judged())
        names = {"found": _("There"), "missing": _("Not there yet"), "unclear": _("Not sure")}
        steps = [
            Remark(verdict, coach.describe_step(said, text, point), label_of(point), names[verdict])
            for point, verdict in zip(recipe.steps, said.steps.values(), strict=True)
        ]
        questions = dict.fromkeys(coach.ask_about(trap, said, text, recipe) for trap in said.traps)
        asked = [Remark("question", question, _("A question")) for question in questions]
        praise = [Remark("praise", coach.describe_extra(extra)) for extra in said.extras]
        return Remarks(_summary(list(said.steps.values()), len(asked)), [*steps, *asked, *praise])


def _elsewhere(step: coach.Point, title: str) -> str:
    """Where a step is that no words of its own show."""
    where = _("{step}: in the whole phrase") if step.rule in ABSENT else _("{step}: in the same words")
    return where.format(step=title)


def _summary(verdicts: list[str], questions: int) -> str:
    text = ngettext("{found} of {all} step is there.", "{found} of {all} steps are there.", len(verdicts))
    text = text.format(found=verdicts.count("found"), all=len(verdicts))
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
