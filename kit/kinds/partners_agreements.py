"""Agreements between two roles: what each gives by when, when both look at it again, who confirmed it. No I/O."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from kit.kinds.partners_group import key_of
from kit.kinds.partners_items import AGREE, BY, GIVES, REVIEW, parse
from kit.kinds.roles import RoleBook
from kit.text import gettext as _

MARK = "\x1f"
"""Stands between the parts when their digest is taken; no kept text holds it."""


@dataclass(frozen=True)
class Agreement:
    """What two roles promise each other. The latest text of each part counts, from whichever side it comes.

    Attributes:
        roles: The two roles, in the order of ``RoleBook.pair``.
        gives: What each gives.
        by: By when, or how often; may be empty.
        review: The day on which they look at it again, as ``2031-05-20``, or empty.
        confirmed: Whether somebody of each role has confirmed these very words.
        at: When the last part was written (UTC), or None.
    """

    roles: tuple[str, str]
    gives: tuple[str, str] = ("", "")
    by: tuple[str, str] = ("", "")
    review: str = ""
    confirmed: tuple[bool, bool] = (False, False)
    at: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to confirm: both gifts and the day of the review."""
        return all(self.gives) and bool(self.review)

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides have confirmed it as it stands."""
        return self.is_complete and all(self.confirmed)

    @property
    def digest(self) -> str:
        """Changes with every word of it, so that a confirmation is of these words only."""
        words = MARK.join((*self.gives, *self.by, self.review))
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def text(self) -> str:
        """The agreement as a card to read, to copy and to print."""
        lines = [_("{one} and {other}").format(one=self.roles[0], other=self.roles[1])]
        for role, gift, when in zip(self.roles, self.gives, self.by, strict=True):
            line = _("{role} gives: {gift}").format(role=role, gift=gift or "…")
            lines.append(_("{line} ({when})").format(line=line, when=when) if when else line)
        lines.append(_("We look at it again on {day}.").format(day=self.review or "…"))
        return "\n".join(lines)


def agreements(
    book: RoleBook, responses: pd.DataFrame, holders: Mapping[str, set[str]]
) -> dict[tuple[str, str], Agreement]:
    """Every agreement that somebody of one of its roles has begun, by the pair of roles."""
    taken = responses[responses["round"] == AGREE].sort_values(["at", "participant"], kind="stable")
    parts: dict[tuple[str, str], dict[str, str]] = {}
    written: dict[tuple[str, str], datetime] = {}
    confirmed: dict[tuple[str, str], dict[str, str]] = {}
    rows = zip(*(taken[c] for c in ("participant", "item", "value", "at")), strict=True)
    for participant, item, value, at in rows:
        parsed = parse(AGREE, item)
        pair = book.pair(*parsed.roles) if parsed else ("", "")
        own = [role for role in pair if participant in holders.get(role, ())]
        if parsed is None or pair[0] == pair[1] or not own:
            continue
        if parsed.what == "confirm":
            confirmed.setdefault(pair, {})[participant] = value
        else:
            turned = book.name(parsed.roles[0]) != pair[0]
            parts.setdefault(pair, {})[_turned(parsed.part) if turned else parsed.part] = value
            written[pair] = at
    return {
        pair: _agreement(pair, parts[pair], written[pair], confirmed.get(pair, {}), holders)
        for pair in sorted(parts, key=lambda pair: (pair[0].casefold(), pair[1].casefold()))
        if any(parts[pair].values())
    }


def _turned(part: str) -> str:
    """The same part where the two roles stand the other way round."""
    other = {"1": "2", "2": "1"}
    return part if part == REVIEW else part[:-1] + other[part[-1]]


def _agreement(
    pair: tuple[str, str],
    parts: Mapping[str, str],
    at: datetime,
    confirmed: Mapping[str, str],
    holders: Mapping[str, set[str]],
) -> Agreement:
    gives = parts.get(GIVES[0], ""), parts.get(GIVES[1], "")
    by = parts.get(BY[0], ""), parts.get(BY[1], "")
    card = Agreement(pair, gives, by, parts.get(REVIEW, ""), at=at)
    yes = {participant for participant, value in confirmed.items() if value == card.digest}
    sides = [card.is_complete and bool(yes & holders.get(role, set())) for role in pair]
    return Agreement(pair, gives, by, card.review, (sides[0], sides[1]), at)


def ics_bytes(*cards: Agreement) -> bytes:
    """The reviews of agreements as a calendar file, each an entry that lasts the day.

    Raises:
        ValueError: An agreement has no day of review.
    """
    from icalendar import Calendar  # deferred: only who saves an agreement needs it

    calendar = Calendar()
    calendar.add("prodid", "-//service-workshop-kit//agreements//EN")
    calendar.add("version", "2.0")
    for card in cards:
        calendar.add_component(_review(card))
    return bytes(calendar.to_ical())


def _review(card: Agreement) -> Any:
    """The review of an agreement as an entry of a calendar. It is the same entry from whichever file it comes."""
    from icalendar import Event

    day = date.fromisoformat(card.review)
    event = Event()
    event.add("uid", f"{key_of(MARK.join((*card.roles, card.digest)))}@service-workshop-kit")
    event.add(
        "summary",
        _("Look at our agreement: {one} and {other}").format(one=card.roles[0], other=card.roles[1]),
    )
    event.add("description", card.text())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    stamp = card.at or datetime.combine(day, datetime.min.time(), UTC)
    event.add("dtstamp", datetime.fromtimestamp(stamp.timestamp(), UTC).replace(microsecond=0))
    event.add("transp", "TRANSPARENT")
    return event


def shown(card: Agreement) -> dict[str, Any]:
    """An agreement as templates take it."""
    sides = [
        {"role": role, "gives": gives, "by": by, "confirmed": confirmed}
        for role, gives, by, confirmed in zip(card.roles, card.gives, card.by, card.confirmed, strict=True)
    ]
    return {
        "roles": card.roles,
        "sides": sides,
        "review": card.review,
        "complete": card.is_complete,
        "confirmed": card.is_confirmed,
        "digest": card.digest,
        "text": card.text(),
        "card": card,
    }
