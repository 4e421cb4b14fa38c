"""The kinds of exercise: content and script of each, by the name that an exercise file gives it; and the question."""

import json
from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kit.content.exercise import Exercise
from kit.kinds.partners import Partners
from kit.kinds.phrasing import Phrasing
from kit.kinds.question import AskedKind
from kit.kinds.rating import Rating
from kit.kinds.script import Kind
from kit.kinds.sort import Sort

KINDS: dict[str, type[Kind]] = {
    "sort": Sort,
    "phrasing": Phrasing,
    "partners": Partners,
    "rating": Rating,
}


_EVERY: Mapping[str, type[Kind]] = ChainMap(KINDS, {"question": AskedKind})
"""Also what no file holds."""


def kind_of(exercise: Exercise) -> Kind:
    """The script of an exercise; its model lets no other kind through."""
    return _EVERY[exercise.kind](exercise)


def exercise_from(content: Mapping[str, Any]) -> Exercise:
    """The exercise that ``model_dump`` made this content of, as a session's snapshot keeps it."""
    return _read(_EVERY[content["kind"]].content, json.dumps(content))


@lru_cache(maxsize=64)  # a session's is read again with every press, and seldom another
def _read(model: type[Exercise], content: str) -> Exercise:
    return model.model_validate(json.loads(content))
