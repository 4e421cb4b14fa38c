"""Agreements between roles, written and confirmed on phones that share a card.

Items are ``agreement/<role>~<role>/<part>`` and ``confirm/<role>~<role>``. The latest text of each part counts,
from whichever side it comes.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Seat, Summary, Table
from kit.activities.agree.agreement import BY, GIVES, REVIEW, Agreement, Side, agreement, clean_part
from kit.activities.dates import Dated, ics_bytes
from kit.activities.link import Link
from kit.activities.link.group import Pair
from kit.activities.link.needs import LENGTH
from kit.activities.link.roles import MARK
from kit.errors import ResponseError
from kit.text import gettext as _

AGREEMENTS = Table(
    "agreements",
    _("who gives what by when, and the day of the review"),
    "first_role first_gives first_by second_role second_gives second_by review "
    "first_confirmed second_confirmed confirmed at",
    _("No two roles have begun an agreement yet."),
    answers="first_role first_gives first_by second_role second_gives second_by review confirmed",
    note=_(
        "Those that both sides have confirmed are also in the calendar file. On the day of the review, ask both "
        "what they got."
    ),
)
"""One row an agreement; ``review`` is a day, ``at`` (UTC) when it was last written."""

CONFIRM = "confirm"

NO = "no"
"""The value of a confirmation that isn't given, or taken back; a given one is the digest of the words."""

TURNED = {**dict(zip(GIVES, GIVES[::-1], strict=True)), **dict(zip(BY, BY[::-1], strict=True))}
"""A part of one role -> that of the other."""

_DIGEST = re.compile(r"[0-9a-f]{16}")


class Card(NamedTuple):
    """An agreement as one person sees it.

    Attributes:
        other: The other role.
        held: Whether somebody here has that role.
        mine: Whether the person has confirmed these words.
    """

    agreement: Agreement
    other: str
    held: bool
    mine: bool

    @property
    def pair(self) -> str:
        """The two roles in the names of its items."""
        return MARK.join(self.agreement.roles)

    @property
    def sides(self) -> list[tuple[int, Side]]:
        """The own side, then the other; each with its number in the names of items."""
        return sorted(enumerate(self.agreement.sides, 1), key=lambda side: side[1].role == self.other)


class Agree(Activity[Mapping[Pair, Agreement]]):
    """People of two roles write what each gives, and confirm it; its result are all that were begun."""

    link: Link
    length: ClassVar[int] = LENGTH
    name = "agree"
    template = "agree/agree.html"
    round = 2
    from_room: ClassVar[bool] = True
    is_dated: ClassVar[bool] = True
    tables = (AGREEMENTS,)

    def check(self, item: str, value: str) -> str | None:
        """A text or a day, or nothing; of a confirmation the digest of what is confirmed."""
        names, part = _parsed(item)
        if not names or not all(self.link.plain.is_kept(name) for name in names):
            return None
        if part == CONFIRM:
            if value != NO and not _DIGEST.fullmatch(value):
                raise ResponseError(
                    _("“{value}” confirms no agreement. Please tap again.").format(value=value[:60])
                )
            return value
        return clean_part(part, value)

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whoever has confirmed anything is done, and whoever's role has; of who has no other role nothing is asked."""
        cards = [self.card(room, seat, other) for other in self.parts(room, seat)]
        return int(any(card.mine or card.sides[0][1].confirmed for card in cards)), int(bool(cards))

    def result(self, room: Room) -> Mapping[Pair, Agreement]:
        """By the pair of roles; only what somebody of one of the two wrote counts."""
        written, said = defaultdict[Pair, dict[str, Any]](dict), defaultdict[Pair, dict[str, Any]](dict)
        for pair, part, row in self._said(room):
            # Of each part, and of each person's word, the last one stays.
            if part == CONFIRM:
                said[pair][row.participant] = row
            else:
                written[pair][part] = row
        holders = room.of(self.link).holders
        begun = [pair for pair, parts in written.items() if any(row.value for row in parts.values())]
        pairs = sorted(begun, key=lambda pair: tuple(map(str.casefold, pair)))
        return {pair: agreement(pair, written[pair], said[pair], holders) for pair in pairs}

    def _said(self, room: Room) -> Iterator[tuple[Pair, str, Any]]:
        """Responses in order of time with their pair and part; of those alone who have one of the roles."""
        group = room.of(self.link)
        for row in room.said(self).sort_values(["at", "participant"], kind="stable").itertuples():
            names, part = _parsed(row.item)
            pair = group.book.pair(*names) if names else ("", "")
            if pair[0] != pair[1] and any(row.participant in group.holders.get(role, ()) for role in pair):
                # Names in an item may stand the other way round, since one of them was merged.
                yield pair, part if group.book.name(names[0]) == pair[0] else TURNED.get(part, part), row

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """The other roles: those with which the person's own has a link or an agreement; first those that are here."""
        person, group = self.link.person(room, seat), room.of(self.link)
        others = person.beside((*group.pairs, *room.of(self))) if person.role else []
        return sorted(others, key=lambda role: (not group.holders.get(role), role.casefold(), role))

    def card(self, room: Room, seat: Seat, other: str) -> Card:
        """The card that the person shares with another role."""
        group, role = room.of(self.link), self.link.person(room, seat).role
        pair = group.book.pair(role, other)
        agreement = room.of(self).get(pair) or Agreement((Side(pair[0]), Side(pair[1])))
        said = (value for names, value in self._confirmed(seat).items() if group.book.pair(*names) == pair)
        return Card(agreement, other, other in group.holders, agreement.digest in said)

    # Every phone of two roles has the same calendar, and no draw changes it: it is made once.
    @staticmethod
    @lru_cache(maxsize=1024)
    def calendar(agreement: Agreement) -> str:
        """A calendar file inside an address, so that a phone saves it without asking the server."""
        content = base64.b64encode(ics_bytes([agreement.dated()])).decode()
        return f"data:text/calendar;charset=utf-8;base64,{content}"

    def standing(self, room: Room) -> Sequence[Agreement]:
        """Those that both sides have confirmed, the newest first."""
        confirmed = (one for one in room.of(self).values() if one.is_confirmed)
        return sorted(confirmed, key=lambda one: (one.stands_since, one.roles), reverse=True)

    def beats(self, room: Room) -> Sequence[Beat]:
        """How many stand, then each of these."""
        standing = room.once(self.standing)
        each = [
            Beat(f"agreement-{MARK.join(one.roles)}", " ⇄ ".join(one.roles), "agreed", one)
            for one in standing
        ]
        return [Beat("agreements", _("Our agreements"), "stand", standing), *each] if each else []

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the table."""
        rows = []
        for one in room.of(self).values():
            texts = [text for side in one.sides for text in (side.role, side.gives, side.by)]
            confirmed = [side.confirmed for side in one.sides]
            rows.append((*texts, one.review, *confirmed, one.is_confirmed, one.at))
        return {"agreements": AGREEMENTS.frame(rows)}

    def summary(self, room: Room) -> Summary:
        """How many there are, and how many of them confirmed."""
        confirmed = sum(agreement.is_confirmed for agreement in room.of(self).values())
        return [(_("Agreements"), len(room.of(self))), (_("Agreements that both sides confirmed"), confirmed)]

    def dates(self, room: Room) -> Sequence[Dated]:
        """The reviews of what both sides have confirmed."""
        return [agreement.dated() for agreement in room.of(self).values() if agreement.is_confirmed]

    def _confirmed(self, seat: Seat) -> dict[Pair, str]:
        """What the person has said to each agreement, by the names of its roles."""
        said = ((*_parsed(item), value) for item, value in seat.of(self).items())
        return {names: value for names, part, value in said if names and part == CONFIRM}


def _parsed(item: str) -> tuple[Pair | None, str]:
    """The names of the two roles in an item, and which part of their agreement it is."""
    what, _slash, rest = item.partition("/")
    names, part = (rest, CONFIRM) if what == CONFIRM else rest.rpartition("/")[::2]
    one, _mark, other = names.partition(MARK)
    known = what == CONFIRM or (what == "agreement" and part in (*GIVES, *BY, REVIEW))
    return ((one, other) if known and one and other else None), part
