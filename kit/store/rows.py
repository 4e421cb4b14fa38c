"""What comes out of the tables: a row becomes one of the session's dataclasses."""

from dataclasses import fields
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
    return kind(**{field.name: row._mapping[field.name] for field in fields(kind)})
