"""The needs of both sides of each link beside one another: known, missed, or thought of in vain."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kit.activities.link.group import Group, Pair, RoleLink
from kit.activities.link.person import Person
from kit.activities.link.ratings import Served

PREDICTED, STATED = "predicted", "stated"

MATCHED, MISSED, EXTRA, UNHEARD = OUTCOMES = ("matched", "missed", "extra", "unheard")
"""A need of both sides; stated, not predicted; predicted, not stated; the other side said nothing."""

LIKELY = 60
"""From this score on (of 100) a predicted and a stated need are suggested as a pair."""


def key_of(text: str) -> str:
    """A short name for a text, the same for the same words in other capitals."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Need:
    """One need of one side of a link.

    Attributes:
        side: ``predicted`` by who gives, or ``stated`` by who needs.
        key: See ``key_of``.
        people: How many wrote it.
        outcome: One of ``OUTCOMES``.
    """

    needs_role: str
    gives_role: str
    side: str
    text: str
    key: str
    people: int
    outcome: str


@dataclass(frozen=True)
class Gap:
    """A link with the needs of both sides."""

    link: RoleLink
    needs: Sequence[Need]

    def of(self, outcome: str) -> list[Need]:
        """Its needs of one outcome; what both sides wrote is one need, in the words of who needs it."""
        found = (need for need in self.needs if need.outcome == outcome)
        return [need for need in found if outcome != MATCHED or need.side == STATED]


@dataclass(frozen=True)
class Compared:
    """All needs of a room.

    Attributes:
        gaps: One a link, in the links' order.
        served: How well roles serve; empty if so few people rated that it would tell who.
    """

    gaps: Sequence[Gap]
    served: Sequence[Served]

    @cached_property
    def needs(self) -> list[Need]:
        """The needs of all links, by link and side, what most wrote first."""
        return sorted((need for gap in self.gaps for need in gap.needs), key=_order)

    @cached_property
    def widest(self) -> list[Gap]:
        """The links about which somebody wrote a need, with the most missed needs first."""
        gaps = (gap for gap in self.gaps if gap.needs)
        return sorted(gaps, key=lambda gap: (-len(gap.of(MISSED)), -len(gap.of(UNHEARD)), gap.link.pair))

    @property
    def counted(self) -> dict[str, int]:
        """How many needs there are of each outcome."""
        return {outcome: sum(len(gap.of(outcome)) for gap in self.gaps) for outcome in OUTCOMES}


def compared(group: Group, pairs: Collection[Pair], served: Sequence[Served]) -> Compared:
    """The needs of a group, of which the facilitator has paired some: (key of predicted, key of stated)."""
    written = _written(group.people)
    return Compared(
        [Gap(link, _needs(link.pair, written.get(link.pair, {}), pairs)) for link in group.links], served
    )


Written = Mapping[tuple[str, str], tuple[str, set[str]]]
"""What was written about one link: side and key of the text -> the text and its writers."""


def _written(people: Iterable[Person]) -> Mapping[Pair, Written]:
    found: defaultdict[Pair, dict[tuple[str, str], tuple[str, set[str]]]] = defaultdict(dict)
    for person in people:
        for side, texts in ((PREDICTED, person.predicted), (STATED, person.needs)):
            for other, needs in texts.items():
                link = (other, person.role) if side == PREDICTED else (person.role, other)
                for text in needs:
                    _text, who = found[link].setdefault((side, key_of(text)), (text, set()))
                    who.add(person.participant)
    return found


def _needs(link: Pair, written: Written, pairs: Collection[Pair]) -> list[Need]:
    needs = [
        Need(*link, side, text, key, len(who), _outcome(side, key, written, pairs))
        for (side, key), (text, who) in written.items()
    ]
    return sorted(needs, key=_order)


def _order(need: Need) -> tuple[Any, ...]:
    link = need.needs_role.casefold(), need.gives_role.casefold()
    return *link, need.side, -need.people, need.text.casefold()


def _outcome(side: str, key: str, written: Written, pairs: Collection[Pair]) -> str:
    others = [other for other_side, other in written if other_side != side]
    if not others:
        return UNHEARD
    if any(((key, other) if side == PREDICTED else (other, key)) in pairs for other in others):
        return MATCHED
    return EXTRA if side == PREDICTED else MISSED


@dataclass(frozen=True)
class NeedPair:
    """A predicted and a stated need that may mean the same; ``score`` says how alike they are, up to 100."""

    predicted: Need
    stated: Need
    score: int

    @property
    def keys(self) -> Pair:
        """Those of both texts."""
        return self.predicted.key, self.stated.key


@dataclass(frozen=True)
class Pairing:
    """What the facilitator may pair on one link."""

    link: RoleLink
    paired: Sequence[NeedPair]
    suggestions: Sequence[NeedPair]
    rest: Sequence[NeedPair]


def pairing(gap: Gap, pairs: Collection[Pair]) -> Pairing | None:
    """What may be the same on both sides of a link; None where one of them wrote nothing."""
    from rapidfuzz import fuzz  # deferred: only the facilitator's page needs it

    predicted, stated = ([need for need in gap.needs if need.side == side] for side in (PREDICTED, STATED))
    every = [
        NeedPair(one, other, round(fuzz.token_set_ratio(one.text.casefold(), other.text.casefold())))
        for one in predicted
        for other in stated
    ]
    if not every:
        return None
    paired, free = [pair for pair in every if pair.keys in pairs], [p for p in every if p.keys not in pairs]
    likely = sorted((pair for pair in free if pair.score >= LIKELY), key=lambda pair: -pair.score)
    return Pairing(gap.link, paired, likely, [pair for pair in free if pair.score < LIKELY])
