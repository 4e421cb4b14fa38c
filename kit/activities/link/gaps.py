"""The gaps: what each side of a link needs, beside what the other side thought; and how well roles serve."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Seat, Summary, Table
from kit.activities.link import Link
from kit.activities.link.compare import (
    EXTRA,
    MATCHED,
    MISSED,
    OUTCOMES,
    PREDICTED,
    STATED,
    Compared,
    Gap,
    Pairing,
    compared,
    pairing,
)
from kit.activities.link.group import Pair
from kit.activities.link.ratings import RATINGS, Served, ratings, shown
from kit.errors import ResponseError
from kit.text import gettext as _

PAIR = "pair/"
"""How the decision begins that two needs are the same: ``pair/<predicted>/<stated>``."""

SAME = "same"

NEEDS = Table(
    "needs",
    _("what was predicted, what was said, and whether it is the same"),
    "needs_role gives_role side text key people outcome",
    _("Nobody has written a need yet."),
    answers="needs_role gives_role side text people outcome",
    note=_(
        "`predicted` is what a role thought that the other needs, `stated` what the other said. Only your word "
        "makes the two the same (`matched`). `missed` needs were said and not thought of, `extra` ones thought "
        "of and not said; `unheard` means that the other side wrote nothing."
    ),
)
"""One row a need and side, by link; see ``Need``."""

GAPS = Table(
    "gaps",
    _("how many needs of each link were known, missed or thought of in vain"),
    "needs_role gives_role both_ways matched missed extra unheard",
    _("Nobody has named an internal customer yet, so there are no gaps to see."),
    note=_("The link with the most `missed` needs is the best one to talk about next."),
)
"""One row a link; numbers of needs by outcome."""


@dataclass(frozen=True)
class OwnGap:
    """Both directions between the own role and another one.

    Attributes:
        they_need: What they need from us; None if nobody wrote anything.
        we_need: Likewise.
        rating: How well the person thinks to serve them, if they said.
    """

    role: str
    they_need: Gap | None
    we_need: Gap | None
    rating: int | None


@dataclass(frozen=True, eq=False)
class Gaps(Activity[Compared]):
    """Shows the needs of both sides; a phone those of the person's own role."""

    link: Link
    name = "gaps"
    template = "link/gaps.html"
    tables = (NEEDS, GAPS, RATINGS)
    most = 12
    """So many links are read on a projector."""

    def pairs(self, room: Room) -> set[Pair]:
        """The needs that the facilitator has paired, by their keys."""
        same = (item for item, value in room.decisions.items() if item.startswith(PAIR) and value == SAME)
        return {(one, other) for _pair, one, other in (item.split("/") for item in same)}

    def ratings(self, room: Room) -> pd.DataFrame:
        """See ``RATINGS``."""
        return ratings(room.of(self.link).people)

    def result(self, room: Room) -> Compared:
        """All needs, and how well roles serve."""
        group = room.of(self.link)
        served = [] if group.too_few else shown(room.once(self.ratings))
        return compared(group, self.pairs(room), served)

    def own(self, room: Room, seat: Seat) -> list[OwnGap]:
        """The gaps around the person's own role: of their partners, then of everybody who named a link."""
        person, gaps = self.link.person(room, seat), {gap.link.pair: gap for gap in room.of(self).widest}
        role, near = person.role, (end for pair in gaps if person.role in pair for end in pair)
        others = dict.fromkeys((*person.partners.values(), *(end for end in near if end != role)))
        return [
            OwnGap(other, gaps.get((other, role)), gaps.get((role, other)), person.rating.get(other))
            for other in others
        ]

    def own_served(self, room: Room, seat: Seat) -> Served | None:
        """How well the person's role serves."""
        role = self.link.person(room, seat).role
        return next((served for served in room.of(self).served if served.role == role), None)

    def beats(self, room: Room) -> Sequence[Beat]:
        """How many needs were known; then each link, the widest gap first; then how well roles serve."""
        found, title = room.of(self), _("{needs} needs from {gives}")
        names = [(gap, gap.link.pair) for gap in found.widest]
        links = [
            Beat(f"gap-{needs}~{gives}", title.format(needs=needs, gives=gives), "gap", gap)
            for gap, (needs, gives) in names
        ]
        served = [Beat("served", _("How well we serve"), "served", found.served)] if found.served else []
        return [Beat("gaps", _("The gaps"), "counted", found.counted), *links, *served]

    def choices(self, room: Room) -> list[Pairing]:
        """Needs of both sides that may be the same."""
        pairs = self.pairs(room)
        return [found for gap in room.of(self).gaps if (found := pairing(gap, pairs))]

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """``pair/<predicted>/<stated>`` -> "same" or nothing; the two are the ``key`` of their texts."""
        if not item.startswith(PAIR):
            return None
        predicted, _slash, stated = item.removeprefix(PAIR).partition("/")
        # Of names as they were typed: a merge may make a partner one's own role, and their needs go.
        written = {(need.side, need.key) for need in Room(room.responses).of(self).needs}
        if not {(PREDICTED, predicted), (STATED, stated)} <= written:
            raise ResponseError(_("“{item}” names no two needs that were written.").format(item=item[:60]))
        if value not in (SAME, ""):
            text = _("“{value}” can't be decided about two needs. Use “{same}” or nothing.")
            raise ResponseError(text.format(value=value[:60], same=SAME))
        return value

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        found = room.of(self)
        rows = [
            (*gap.link.pair, gap.link.both_ways, *(len(gap.of(outcome)) for outcome in OUTCOMES))
            for gap in found.gaps
        ]
        ratings = room.once(self.ratings)
        return {"needs": NEEDS.frame(found.needs), "gaps": GAPS.frame(rows), "ratings": ratings}

    def summary(self, room: Room) -> Summary:
        """How many needs were stated, and how many of them predicted."""
        needs, counted = room.of(self).needs, room.of(self).counted
        stated = [need.outcome for need in needs if need.side == STATED]
        return [
            (_("Needs stated"), len(stated)),
            (_("Stated needs that were predicted"), counted[MATCHED]),
            (_("Stated needs that nobody predicted"), counted[MISSED]),
            (_("Predicted needs that nobody stated"), counted[EXTRA]),
        ]
