"""One agreement between two roles, put together from what people of both have written."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from kit.activities.dates import Dated, clean_day, day_in_words
from kit.activities.link.group import Pair, key_of
from kit.activities.link.needs import LENGTH
from kit.activities.typed import line_or_nothing
from kit.text import gettext as _

MARK = "\x1f"
"""Stands between the parts when their digest is taken; no kept text holds it."""

GIVES, BY, REVIEW = ("gives-1", "gives-2"), ("by-1", "by-2"), "review"
"""The parts that are written."""


class Side(NamedTuple):
    """What one of the two roles promises.

    Attributes:
        by: By when, or how often; may be empty.
        confirmed: Whether somebody of the role has confirmed these very words.
    """

    role: str
    gives: str = ""
    by: str = ""
    confirmed: bool = False


class Agreement(NamedTuple):
    """What two roles promise each other.

    Attributes:
        sides: In the order of ``RoleBook.pair``.
        review: The day on which they look at it again, as ``2031-05-20``, or empty.
        at: When the last part was written (UTC), or None.
        stands_since: When the second side confirmed it as it stands, or None.
    """

    sides: tuple[Side, Side]
    review: str = ""
    at: datetime | None = None
    stands_since: datetime | None = None

    @property
    def roles(self) -> Pair:
        """The two roles."""
        return self.sides[0].role, self.sides[1].role

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to confirm: both gifts and the day of the review."""
        return all(side.gives for side in self.sides) and bool(self.review)

    @property
    def is_confirmed(self) -> bool:
        """Whether both sides have confirmed it as it stands."""
        return self.is_complete and all(side.confirmed for side in self.sides)

    @property
    def digest(self) -> str:
        """Changes with every word of it, so that a confirmation is of these words only."""
        gives, by = (side.gives for side in self.sides), (side.by for side in self.sides)
        return hashlib.sha256(MARK.join((*gives, *by, self.review)).encode()).hexdigest()[:16]

    def text(self) -> str:
        """The agreement as a card to read, to copy and to print."""
        lines = [_("{one} and {other}").format(one=self.roles[0], other=self.roles[1])]
        for side in self.sides:
            line = _("{role} gives: {gift}").format(role=side.role, gift=side.gives or "…")
            lines.append(_("{line} ({when})").format(line=line, when=side.by) if side.by else line)
        lines.append(_("We look at it again on {day}.").format(day=day_in_words(self.review) or "…"))
        return "\n".join(lines)

    def dated(self) -> Dated:
        """The day of its review.

        Raises:
            ValueError: It has none.
        """
        title = _("Look at our agreement: {one} and {other}").format(one=self.roles[0], other=self.roles[1])
        uid = key_of(MARK.join((*self.roles, self.digest)))
        return Dated(uid, date.fromisoformat(self.review), title, self.text(), self.at)


def agreement(
    pair: Pair, written: Mapping[str, Any], said: Mapping[str, Any], holders: Mapping[str, set[str]]
) -> Agreement:
    """The agreement of two roles as it stands; only those who have a role confirm for it.

    Args:
        written: One of ``GIVES``, ``BY``, ``REVIEW`` -> the response of the latest text.
        said: Participant -> the response by which they confirmed some words, by their digest.
        holders: Role -> participants.
    """
    texts = {part: row.value for part, row in written.items()}
    parts = [[texts.get(part, "") for part in parts] for parts in (GIVES, BY)]
    one, other = (Side(*side) for side in zip(pair, *parts, strict=True))
    card = Agreement((one, other), texts.get(REVIEW, ""), max(row.at for row in written.values()))
    if not card.is_complete:
        return card
    yes = {participant: row.at for participant, row in said.items() if row.value == card.digest}
    first = [min((yes[p] for p in holders.get(role, ()) if p in yes), default=None) for role in pair]
    one, other = (side._replace(confirmed=bool(at)) for side, at in zip(card.sides, first, strict=True))
    return card._replace(sides=(one, other), stands_since=max(first) if all(first) else None)


def clean_part(part: str, typed: str) -> str:
    """A part of an agreement as it is kept: a text or a day, or nothing.

    Raises:
        ResponseError: It is too long, or no day.
    """
    line = line_or_nothing(typed, LENGTH)
    return clean_day(line) if part == REVIEW and line else line
