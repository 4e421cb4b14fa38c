"""A day that somebody wants in their calendar, and the calendar as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

HOME = "service-workshop-kit"


@dataclass(frozen=True)
class Dated:
    """One entry of a calendar, which lasts the day.

    Attributes:
        uid: The same for the same entry, from whichever file it comes; without our name, which the file adds.
        at: When it was agreed on.
    """

    uid: str
    day: date
    title: str
    text: str
    at: datetime | None = None


def ics_bytes(dates: Iterable[Dated]) -> bytes:
    """The days as a calendar file."""
    from icalendar import Calendar  # deferred: only who saves a day needs it

    calendar = Calendar()
    calendar.add("prodid", f"-//{HOME}//agreements//EN")
    calendar.add("version", "2.0")
    for dated in dates:
        calendar.add_component(_entry(dated))
    return bytes(calendar.to_ical())


def _entry(dated: Dated) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{dated.uid}@{HOME}")
    event.add("summary", dated.title)
    event.add("description", dated.text)
    event.add("dtstart", dated.day)
    event.add("dtend", dated.day + timedelta(days=1))
    stamp = dated.at or datetime.combine(dated.day, datetime.min.time(), UTC)
    event.add("dtstamp", datetime.fromtimestamp(stamp.timestamp(), UTC).replace(microsecond=0))
    event.add("transp", "TRANSPARENT")
    return event
