"""The kinds of exercise: stages, what a response is, what follows from responses. Plain rules, no I/O."""

from kit.content.exercise import Exercise
from kit.kinds.kind import Answers, Kind, Moment, Stage
from kit.kinds.partners import Partners
from kit.kinds.phrasing import Phrasing
from kit.kinds.sort import Sort

KINDS: dict[str, type[Kind]] = {"sort": Sort, "phrasing": Phrasing, "partners": Partners}
"""Every kind by the name that an exercise file gives it."""

__all__ = ["KINDS", "Answers", "Kind", "Moment", "Partners", "Phrasing", "Sort", "Stage", "kind_of"]


def kind_of(exercise: Exercise) -> Kind:
    """The rules for an exercise; its model lets no other kind through."""
    return KINDS[exercise.kind](exercise)
