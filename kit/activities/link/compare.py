"""The needs of both sides of each link beside one another: known, missed, or thought of in vain. No I/O."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from kit.activities.link.group import LINK, Group, Pair
from kit.activities.link.person import PREDICTED, STATED

SIDES = {PREDICTED: "predicted", STATED: "stated"}
"""What was asked -> the side of a link that answered: by who gives, or by who needs."""

MATCHED, MISSED, EXTRA, UNHEARD = OUTCOMES = ("matched", "missed", "extra", "unheard")
"""A need of both sides; stated, not predicted; predicted, not stated; the other side said nothing."""


def key_of(text: str) -> str:
    """A short name for a text, the same for the same words in other capitals."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]


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
