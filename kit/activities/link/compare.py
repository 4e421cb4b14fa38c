"""Whether two needs are the same: what the kit takes them for, and the facilitator's word, which overrides it.

A pair is one predicted and one stated need of a link. Nobody has said of it that it is different until the
facilitator has: what isn't compared counts as nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kit.activities.activity import Decisions
from kit.activities.link.group import LINK, Group, Pair, key_of
from kit.activities.link.likeness import Likeness, likeness
from kit.activities.link.person import PREDICTED, STATED

SIDES = {PREDICTED: "predicted", STATED: "stated"}
"""What was asked -> the side of a link that answered: by who gives, or by who needs."""

MATCHED, TAKEN, MISSED, EXTRA, UNHEARD, NOT_COMPARED = OUTCOMES = (
    "matched", "taken", "missed", "extra", "unheard", "not_compared",
)  # fmt: skip
"""A need of both sides, by its words or the facilitator's word; of both, as the kit took near words for the same;
stated, and different from all that was predicted; predicted, and different from all that was stated; the other side
said nothing; or not compared with all that it said."""

KNOWN = (MATCHED, TAKEN)
"""The outcomes of a need that both sides named."""

PAIR = "pair/"
"""How the decision about a pair begins: ``pair/<predicted>/<stated>``, by the keys of both."""

SAME, DIFFERENT, SKIPPED = WORDS = "same", "different", "skipped"
"""What the facilitator says of a pair; who skips it leaves it to the kit."""


class Verdict(IntEnum):
    """What a pair is; of all pairs of a need the highest tells its outcome."""

    OPEN = 0
    DIFFERENT = 1
    TAKEN = 2
    SAME = 3


DECIDED = {SAME: Verdict.SAME, DIFFERENT: Verdict.DIFFERENT}


class Need(NamedTuple):
    """A need of one side of a link: a row of ``NEEDS``, and which; ``bare`` is its text without form."""

    needs_role: str
    gives_role: str
    side: str
    bare: str
    text: str
    people: int
    key: str
    row: int


Said = Mapping[str, Mapping[str, str]]
"""What the facilitator says of pairs: the key of a predicted need -> that of a stated one -> one of ``WORDS``."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """A link on which both sides wrote: each predicted need (rows) beside each stated one (columns)."""

    predicted: Sequence[Need]
    stated: Sequence[Need]
    said: Said

    @cached_property
    def likeness(self) -> Likeness:
        """How alike their words are."""
        predicted, stated = (tuple(need.bare for need in side) for side in (self.predicted, self.stated))
        return likeness(predicted, stated)

    @cached_property
    def guessed(self) -> "np.ndarray[Any, Any]":
        """What the kit takes each pair for: a ``Verdict``, never different."""
        near = np.where(self.likeness.near, Verdict.TAKEN, Verdict.OPEN)
        return np.where(self.likeness.equal, Verdict.SAME, near)

    @cached_property
    def verdicts(self) -> "np.ndarray[Any, Any]":
        """The same with the facilitator's word, and what follows from it.

        Two predicted needs that are the same as one stated need are the same: what one of them isn't, no other is.
        """
        verdicts, columns = self.guessed.copy(), {need.key: column for column, need in enumerate(self.stated)}
        for row, need in enumerate(self.predicted):
            for key, word in self.said.get(need.key, {}).items():
                if key in columns and word in DECIDED:
                    verdicts[row, columns[key]] = DECIDED[word]
        known = verdicts >= Verdict.TAKEN
        rows, columns = _alike(known), _alike(known.T)
        one, other = np.nonzero(verdicts == Verdict.DIFFERENT)
        different = np.zeros_like(known)
        different[rows[one], columns[other]] = True
        follows = different[np.ix_(rows, columns)] & (verdicts == Verdict.OPEN)
        return np.where(follows, Verdict.DIFFERENT, verdicts)

    def outcomes(self) -> Iterator[tuple[int, str]]:
        """What became of each need, by its row."""
        for needs, pairs, alone in (
            (self.predicted, self.verdicts, EXTRA),
            (self.stated, self.verdicts.T, MISSED),
        ):
            for need, most, least in zip(needs, pairs.max(axis=1), pairs.min(axis=1), strict=True):
                rest = alone if least == Verdict.DIFFERENT else NOT_COMPARED
                yield need.row, {Verdict.SAME: MATCHED, Verdict.TAKEN: TAKEN}.get(most, rest)

    def pairs(self, verdicts: "np.ndarray[Any, Any]") -> list[tuple[Need, Need]]:
        """The pairs (predicted, stated) where that says so."""
        return [(self.predicted[row], self.stated[column]) for row, column in np.argwhere(verdicts).tolist()]


def _alike(known: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """For each row the first row of the same need: those are the same that share a column, or share one with such."""
    first = np.arange(len(known))
    for column in known.T:
        if column.any():
            first[np.isin(first, first[column])] = first[column].min()
    return first


def said_of(decisions: Decisions) -> Said:
    """The facilitator's word on pairs of needs, as it was decided."""
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for item, word in decisions.items():
        if item.startswith(PAIR) and word:
            _pair, predicted, stated = item.split("/")
            said[predicted][stated] = word
    return said


def needs_of(group: Group) -> pd.DataFrame:
    """Every need of each side of a link once, that of most people first; see ``NEEDS``, but for the outcome."""
    written = group.about(*SIDES)
    each = written.assign(side=written["what"].map(SIDES)).groupby([*LINK, "side", "bare"], as_index=False)
    needs = each.agg(text=("value", "first"), people=("participant", "nunique"))
    order = [*LINK, "side", "people", "text"]
    fewest_last = [name != "people" for name in order]
    needs = needs.assign(key=needs["bare"].map(key_of)).sort_values(order, ascending=fewest_last, key=_folded)
    return needs.reset_index(drop=True)


def compared(needs: pd.DataFrame, said: Said) -> list[Comparison]:
    """The links on which both sides wrote."""
    sides: defaultdict[Pair, dict[str, list[Need]]] = defaultdict(
        lambda: {side: [] for side in SIDES.values()}
    )
    for need in map(Need._make, needs.reset_index(names="row")[list(Need._fields)].itertuples(index=False)):
        sides[need.needs_role, need.gives_role][need.side].append(need)
    return [Comparison(*both.values(), said) for both in sides.values() if all(both.values())]


def _folded(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column if pd.api.types.is_numeric_dtype(column) else column.str.casefold()
