"""The kinds of exercise: content and script of each, by the name that an exercise file gives it."""

from kit.content.exercise import Exercise
from kit.kinds.phrasing import Phrasing
from kit.kinds.rating import Rating
from kit.kinds.script import Kind
from kit.kinds.sort import Sort

KINDS: dict[str, type[Kind]] = {
    "phrasing": Phrasing,
    "rating": Rating,
    "sort": Sort,
}


def kind_of(exercise: Exercise) -> Kind:
    """The script of an exercise; its model lets no other kind through."""
    return KINDS[exercise.kind](exercise)
