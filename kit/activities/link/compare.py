"""Whether two needs are the same: what the kit takes them for, and the facilitator's word, which overrides it.

A pair is one predicted and one stated need of a link. Nobody has said of it that it is different until the
facilitator has: what isn't compared counts as nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from kit.activities.activity import Decisions
from kit.activities.link.group import LINK, Group, Pair, key_of
from kit.activities.link.likeness import Likeness, likeness
from kit.activities.link.person import PREDICTED, STATED

SIDES = {PREDICTED: "predicted", STATED: "stated"}
"""What was asked -> the side of a link that answered: by who gives, or by who needs."""


class Outcome(StrEnum):
    """What became of a need.

    A need of both sides, by its words or the facilitator's word; of both, as the kit took near words for the same;
    stated, and different from all that was predicted; predicted, and different from all that was stated; the other side
    said nothing; or not compared with all that it said.
    """

    MATCHED = "matched"
    TAKEN = "taken"
    MISSED = "missed"
    EXTRA = "extra"
    UNHEARD = "unheard"
    NOT_COMPARED = "not_compared"


KNOWN = (Outcome.MATCHED, Outcome.TAKEN)
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
    """A need of one side of a link, see ``NEEDS``; ``bare`` is its text without form."""

    needs_role: str
    gives_role: str
    side: str
    bare: str
    text: str
    people: int

    @property
    def link(self) -> Pair:
        """The roles of the link."""
        return self.needs_role, self.gives_role

    @property
    def key(self) -> str:
        """Its name for decisions."""
        return key_of(self.bare)


Said = Mapping[tuple[str, ...], str]
"""What the facilitator says of pairs: the keys of a predicted need and a stated one -> one of ``WORDS``."""


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
        verdicts, sides = self.guessed.copy(), (self.predicted, self.stated)
        row_of, column_of = ({need.key: place for place, need in enumerate(side)} for side in sides)
        for (predicted, stated), word in self.said.items():
            if predicted in row_of and stated in column_of and word in DECIDED:
                verdicts[row_of[predicted], column_of[stated]] = DECIDED[word]
        known = verdicts >= Verdict.TAKEN
        rows, columns = _alike(known), _alike(known.T)
        one, other = np.nonzero(verdicts == Verdict.DIFFERENT)
        different = np.zeros_like(known)
        different[rows[one], columns[other]] = True
        follows = different[np.ix_(rows, columns)] & (verdicts == Verdict.OPEN)
        return np.where(follows, Verdict.DIFFERENT, verdicts)

    def outcomes(self) -> Iterator[tuple[Need, Outcome]]:
        """What became of each need."""
        known = {Verdict.SAME: Outcome.MATCHED, Verdict.TAKEN: Outcome.TAKEN}
        for needs, pairs, alone in (
            (self.predicted, self.verdicts, Outcome.EXTRA),
            (self.stated, self.verdicts.T, Outcome.MISSED),
        ):
            for need, most, least in zip(needs, pairs.max(axis=1), pairs.min(axis=1), strict=True):
                rest = alone if least == Verdict.DIFFERENT else Outcome.NOT_COMPARED
                yield need, known.get(most, rest)

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


def compare(group: Group, decisions: Decisions) -> tuple[Mapping[Need, Outcome], Sequence[Comparison]]:
    """What became of each need; and the links on which both sides wrote."""
    needs = needs_of(group)
    said = {(*item.split("/")[1:],): word for item, word in decisions.items() if item.startswith(PAIR)}
    sides: defaultdict[tuple[Pair, str], list[Need]] = defaultdict(list)
    for need in needs:
        sides[need.link, need.side].append(need)
    every = dict.fromkeys(need.link for need in needs)
    pairs = ([sides[link, side] for side in SIDES.values()] for link in every)
    links = [Comparison(*both, said) for both in pairs if all(both)]
    outcomes = dict(each for link in links for each in link.outcomes())
    return dict.fromkeys(needs, Outcome.UNHEARD) | outcomes, links


def needs_of(group: Group) -> list[Need]:
    """Every need of each side of a link once, that of most people first."""
    written = group.about(*SIDES)
    each = written.assign(side=written["what"].map(SIDES)).groupby([*LINK, "side", "bare"], as_index=False)
    needs = each.agg(text=("value", "first"), people=("participant", "nunique"))
    return sorted(map(Need._make, needs.itertuples(index=False)), key=_order)


def _order(need: Need) -> tuple[str, str, str, int, str]:
    needs, gives = map(str.casefold, need.link)
    return needs, gives, need.side, -need.people, need.text.casefold()
