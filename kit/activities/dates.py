"""Days and times as people type and read them; days for somebody's calendar, and the calendar as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_time

from kit.activities.typed import on_one_line
from kit.errors import ResponseError
from kit.text import gettext as _
from kit.text import language

HOME = "service-workshop-kit"

YEARS = range(2000, 2200)
"""What calendars can hold, and nobody reaches by accident."""


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


def day_in_words(day: str) -> str:
    """A kept day as people of the reader's language write it, such as ``Friday, 20 June 2031``; nothing of none."""
    return format_date(date.fromisoformat(day), "full", locale=language()) if day else ""


def time_in_words(at: datetime) -> str:
    """A moment as people of the reader's language write it, such as ``20 Jun 2031, 09:30``."""
    day, time = format_date(at, "medium", locale=language()), format_time(at, "short", locale=language())
    return f"{day}, {time}"


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
