"""What comes out of the tables: a row becomes one of the session's dataclasses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row

from kit.session import Names, Participant, Session, StageChange


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


@dataclass(frozen=True)
class Note:
    """What the facilitator wrote down during an exercise."""

    id: int
    session_id: int
    exercise: str
    text: str
    at: datetime


def pseudonym_of(number: int) -> str:
    """What the participant of that number is called in results."""
    return f"P{number}"


def session_from(row: Row[Any]) -> Session:
    """A row of ``sessions``."""
    names = Names(row.names)
    when = row.created_at, row.closed_at
    return Session(row.id, row.code, row.title, names, *when, row.blank, row.locked)


def participant_from(row: Row[Any]) -> Participant:
    """A row of ``participants``, without its hashes."""
    pseudonym = pseudonym_of(row.number)
    marks = row.rehearsed, row.seen_at
    return Participant(row.id, row.session_id, pseudonym, row.name, row.joined_at, *marks)


def stage_change_from(row: Row[Any]) -> StageChange:
    """A row of ``stage_changes``."""
    return StageChange(**row._mapping)


def note_from(row: Row[Any]) -> Note:
    """A row of ``notes``."""
    return Note(**row._mapping)
