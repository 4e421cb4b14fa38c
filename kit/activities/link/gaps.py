"""The gaps: what each side of a link needs, beside what the other side thought; and how well roles serve."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Summary, Table
from kit.activities.link import Link
from kit.activities.link.group import LINK, Group, Pair, key_of
from kit.activities.link.person import PREDICTED, STATED, Person
from kit.activities.link.ratings import RATINGS, ratings, shown
from kit.errors import ResponseError
from kit.text import gettext as _

SIDES = {PREDICTED: "predicted", STATED: "stated"}
"""What was asked -> the side of a link that answered: by who gives, or by who needs."""

MATCHED, MISSED, EXTRA, UNHEARD = OUTCOMES = ("matched", "missed", "extra", "unheard")
"""A need of both sides; stated, not predicted; predicted, not stated; the other side said nothing."""

PAIR = "pair/"
"""How the decision begins that two needs are the same: ``pair/<predicted>/<stated>``."""

SAME = "same"

LIKELY = 60
"""From this score on (of 100) a predicted and a stated need are suggested as a pair."""

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
"""One row a need of one side of a link, what most wrote first.

``side`` is ``predicted`` by who gives, or ``stated`` by who needs; ``key`` see ``key_of``; ``people`` wrote it;
``outcome`` is one of ``OUTCOMES``.
"""

GAPS = Table(
    "gaps",
    _("how many needs of each link were known, missed or thought of in vain"),
    "needs_role gives_role both_ways matched missed extra unheard",
    _("Nobody has named an internal customer yet, so there are no gaps to see."),
    note=_("The link with the most `missed` needs is the best one to talk about next."),
)
"""One row a link; numbers of needs by outcome."""


@dataclass(frozen=True)
class Gap:
    """A link, a row of ``GAPS``, and its needs, rows of ``NEEDS``; what both sides wrote as who needs it says it."""

    link: Any
    needs: Sequence[Any]

    def of(self, outcome: str) -> list[Any]:
        """Its needs of one outcome."""
        return [need for need in self.needs if need.outcome == outcome]


@dataclass(frozen=True, eq=False)
class Compared:
    """All needs of a room.

    Attributes:
        needs: See ``NEEDS``.
        gaps: See ``GAPS``.
        served: Rows of ``RATINGS``, of each role over all partners and of the room; empty if so few people rated
            that it would tell who.
    """

    needs: pd.DataFrame
    gaps: pd.DataFrame
    served: Sequence[Any]

    @property
    def counted(self) -> dict[str, int]:
        """How many needs there are of each outcome."""
        return {outcome: int(self.gaps[outcome].sum()) for outcome in OUTCOMES}

    @cached_property
    def widest(self) -> Mapping[Pair, Gap]:
        """The links about which somebody wrote a need, with the most missed needs first."""
        needs = defaultdict(list)
        for need in once_each(self.needs).itertuples():
            needs[need.needs_role, need.gives_role].append(need)
        order = [MISSED, UNHEARD, *LINK]
        links = self.gaps.sort_values(order, ascending=[False, False, True, True]).itertuples()
        pairs = ((link, (link.needs_role, link.gives_role)) for link in links)
        return {pair: Gap(link, needs[pair]) for link, pair in pairs if pair in needs}


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
        return ratings(room.of(self.link))

    def result(self, room: Room) -> Compared:
        """All needs, and how well roles serve."""
        group = room.of(self.link)
        needs = needs_of(group, self.pairs(room))
        served = [] if group.too_few else shown(room.once(self.ratings))
        return Compared(needs, gaps_of(group.links, needs), served)

    def others(self, room: Room, person: Person) -> list[str]:
        """The roles around the person's own: their partners, then those of everybody who named a link."""
        return person.beside(room.of(self).widest)

    def beats(self, room: Room) -> Sequence[Beat]:
        """How many needs were known; then each link, the widest gap first; then how well roles serve."""
        found, title = room.of(self), _("{needs} needs from {gives}")
        links = [
            Beat(f"gap-{needs}~{gives}", title.format(needs=needs, gives=gives), "gap", gap)
            for (needs, gives), gap in found.widest.items()
        ]
        served = [Beat("served", _("How well we serve"), "served", found.served)] if found.served else []
        return [Beat("gaps", _("The gaps"), "counted", found.counted), *links, *served]

    def choices(self, room: Room) -> list[tuple[Pair, pd.DataFrame]]:
        """Links on which both sides wrote, and what may be the same there.

        That is what ``couples`` gives; ``offer`` is ``paired``, ``likely`` (the most alike first) or ``rest``.
        """
        from rapidfuzz import fuzz  # deferred: only the facilitator's page needs it

        both = couples(room.of(self).needs, self.pairs(room))
        texts = zip(both["folded_predicted"], both["folded_stated"], strict=True)
        alike = pd.Series([round(fuzz.token_set_ratio(*pair)) for pair in texts], both.index, dtype=int)
        offer = pd.Series("rest", both.index).mask(alike >= LIKELY, "likely").mask(both["same"], "paired")
        rank = alike.where(offer == "likely", 0)
        ranked = both.assign(offer=offer, rank=rank).sort_values("rank", ascending=False, kind="stable")
        return list(ranked.groupby(LINK))

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """``pair/<predicted>/<stated>`` -> "same" or nothing; the two are the ``key`` of their texts."""
        if not item.startswith(PAIR):
            return None
        predicted, _slash, stated = item.removeprefix(PAIR).partition("/")
        # Of names as they were typed: a merge may make a partner one's own role, and their needs go.
        needs = Room(room.responses).of(self).needs
        written = {*zip(needs["side"], needs["key"], strict=True)}
        if not {(SIDES[PREDICTED], predicted), (SIDES[STATED], stated)} <= written:
            raise ResponseError(_("“{item}” names no two needs that were written.").format(item=item[:60]))
        if value not in (SAME, ""):
            text = _("“{value}” can't be decided about two needs. Use “{same}” or nothing.")
            raise ResponseError(text.format(value=value[:60], same=SAME))
        return value

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        needs, gaps = NEEDS.frame(room.of(self).needs), GAPS.frame(room.of(self).gaps)
        return {"needs": needs, "gaps": gaps, "ratings": room.once(self.ratings)}

    def summary(self, room: Room) -> Summary:
        """How many needs were stated, and how many of them predicted."""
        needs, counted = room.of(self).needs, room.of(self).counted
        return [
            (_("Needs stated"), int((needs["side"] == SIDES[STATED]).sum())),
            (_("Stated needs that were predicted"), counted[MATCHED]),
            (_("Stated needs that nobody predicted"), counted[MISSED]),
            (_("Predicted needs that nobody stated"), counted[EXTRA]),
        ]


def needs_of(group: Group, pairs: Collection[Pair]) -> pd.DataFrame:
    """See ``NEEDS``; the facilitator has paired some: (key of predicted, key of stated)."""
    written = group.about(*SIDES)
    each = written.assign(side=written["what"].map(SIDES)).groupby([*LINK, "side", "folded"], as_index=False)
    needs = each.agg(text=("value", "first"), people=("participant", "nunique"))
    needs = needs.assign(key=needs["text"].map(key_of))
    sides, both = needs.groupby(LINK)["side"].transform("nunique"), couples(needs, pairs)
    same = both.loc[both["same"], ["row_predicted", "row_stated"]].to_numpy().ravel()
    outcome = needs["side"].map({SIDES[PREDICTED]: EXTRA, SIDES[STATED]: MISSED})
    outcome = outcome.mask(sides < len(SIDES), UNHEARD).mask(needs.index.isin(same), MATCHED)
    order = [*LINK, "side", "people", "text"]
    fewest_last = [name != "people" for name in order]
    return needs.assign(outcome=outcome).sort_values(order, ascending=fewest_last, key=_folded)


def couples(needs: pd.DataFrame, pairs: Collection[Pair]) -> pd.DataFrame:
    """Every predicted need beside every stated one of the same link.

    Columns are ``needs_role``, ``gives_role``; those of ``NEEDS`` and ``row`` twice, with ``_predicted`` and
    ``_stated``; ``same`` is whether they are one of the pairs.
    """
    predicted, stated = (needs[needs["side"] == side].reset_index(names="row") for side in SIDES.values())
    both = predicted.merge(stated, on=LINK, suffixes=("_predicted", "_stated"))
    keys = zip(both["key_predicted"], both["key_stated"], strict=True)
    return both.assign(same=pd.Series([key in pairs for key in keys], index=both.index, dtype=bool))


def once_each(needs: pd.DataFrame) -> pd.DataFrame:
    """The needs without those that the other side says in its own words."""
    return needs[(needs["outcome"] != MATCHED) | (needs["side"] == SIDES[STATED])]


def gaps_of(links: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """See ``GAPS``."""
    counts = once_each(needs).groupby([*LINK, "outcome"]).size().unstack()
    counts = counts.reindex(index=pd.MultiIndex.from_frame(links[LINK]), columns=list(OUTCOMES))
    return counts.fillna(0).astype(int).reset_index().assign(both_ways=links["both_ways"].to_numpy())


def _folded(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column if pd.api.types.is_numeric_dtype(column) else column.str.casefold()
