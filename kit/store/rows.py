"""What comes out of the tables: a row becomes one of the session's dataclasses."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row

Made = TypeVar("Made")


class Revision(NamedTuple):
    """Where a session stands. A field differs whenever something of that sort has changed.

    Attributes:
        stage: The facilitator did something: opened or extended a stage, decided, blanked, locked, removed, closed.
        people: Somebody joined, came or went, moved to another device, was renamed or removed.
        responses: Answers arrived.
        notes: The facilitator wrote something down.
    """

    stage: int
    people: int
    responses: int
    notes: int


def made(kind: type[Made], row: Row[Any]) -> Made:
    """The row as one of those dataclasses, whose fields are columns."""
    return kind(*_values(kind)(row))


@cache
def _values(kind: type[Any]) -> Callable[[Row[Any]], tuple[Any, ...]]:
    """What takes the values of its fields out of a row; kept, because a large room has many rows."""
    return attrgetter(*(field.name for field in fields(kind)))
