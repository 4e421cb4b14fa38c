"""Days as people type them, and those that somebody wants in their calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kit.activities.typed import on_one_line
from kit.errors import ResponseError
from kit.text import gettext as _

YEARS = range(2000, 2200)
"""What calendars can hold, and nobody reaches by accident."""


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


def clean_day(typed: str) -> str:
    """A day as it is kept, such as ``2031-05-20``.

    Raises:
        ResponseError: It is no such day.
    """
    try:
        day = date.fromisoformat(on_one_line(typed))
        if day.year not in YEARS:
            raise ValueError
    except ValueError:
        text = _("“{value}” is no date. Write it as year-month-day, such as 2031-05-20.")
        raise ResponseError(text.format(value=typed[:20])) from None
    return day.isoformat()


def ics_bytes(dates: Iterable[Dated]) -> bytes:
    """A calendar file with these days."""
    from icalendar import Calendar, Event  # deferred: only who saves a day needs it

    calendar = Calendar()
    calendar.add("prodid", "-//service-workshop-kit//agreements//EN")
    calendar.add("version", "2.0")
    for entry in dates:
        event = Event()
        event.add("uid", entry.uid)
        event.add("summary", entry.title)
        event.add("description", entry.text)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        stamp = entry.at or datetime.combine(entry.day, datetime.min.time(), UTC)
        event.add("dtstamp", datetime.fromtimestamp(stamp.timestamp(), UTC).replace(microsecond=0))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
