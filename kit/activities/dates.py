"""A day that somebody wants in their calendar."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Dated:
    """One entry of a calendar, which lasts the day.

    Attributes:
        uid: The same for the same entry, from whichever file it comes.
        at: When it was agreed on.
    """

    uid: str
    day: date
    title: str
    text: str
    at: datetime | None = None
