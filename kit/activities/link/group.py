"""What a group said about who serves whom: its people, their roles, and the links between those."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST
from kit.activities.link.likeness import bare
from kit.activities.link.person import MEETS, PREDICTED, STATED, Person
from kit.activities.link.roles import RoleBook
from kit.text import N_

Pair = tuple[str, str]
"""Two roles; of a link the one that needs something first."""

LINK = ["needs_role", "gives_role"]
"""The columns that name a link: the first role needs something from the second."""

BOTH_WAYS, ONE_WAY, NOBODY_HERE = "both_ways", "one_way", "nobody_here"
"""How two roles are linked: people of both named the other; those of one, while the other is here and named only
others; or nobody of the other is here to say."""

WAYS: Mapping[str, str] = {
    BOTH_WAYS: N_("both ways"),
    ONE_WAY: N_("one way, from who serves"),
    NOBODY_HERE: N_("nobody here to say"),
}
"""What explains each of them beside a picture -> message of the catalogue."""


def key_of(text: str) -> str:
    """A short name for a text, the same for the same words in other capitals."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]


class Line(NamedTuple):
    """Two roles of which one has named the other.

    Attributes:
        people: How many of both named the other role.
        one_says: How many of the first.
        runs: See ``Group.runs``.
    """

    one: str
    other: str
    people: int
    one_says: int
    runs: str

    @property
    def directed(self) -> Pair:
        """Both; first one that says it serves the other."""
        return (self.one, self.other) if self.one_says else (self.other, self.one)


@dataclass(frozen=True, eq=False)
class Group:
    """Everybody's answers read together. The same responses in another order give the same group.

    Attributes:
        said: One row for each thing that somebody said, of those who have a role: ``participant``, ``role``,
            ``partner``, ``what`` (``role`` and ``partner``, which say no more than that; else see ``ASKED``),
            ``value``, ``bare`` (of a need, see there); and ``needs_role``, ``gives_role``: the link that it is about.
        typed: Every name of a role as it was typed, the earliest first.
    """

    book: RoleBook
    said: pd.DataFrame
    typed: tuple[str, ...]

    def about(self, *what: str) -> pd.DataFrame:
        """The rows of ``said`` about this."""
        return self.said[self.said["what"].isin(what)]

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """Role -> the pseudonyms of those who have it."""
        return self.about("role").groupby("role")["participant"].agg(set).to_dict()

    @property
    def people(self) -> int:
        """How many said which role they have."""
        return sum(map(len, self.holders.values()))

    @property
    def too_few(self) -> bool:
        """Whether shares and ratings would tell who said what."""
        return self.people < FEWEST

    @cached_property
    def roles(self) -> list[str]:
        """Every role that somebody has or named, in the order in which it was first mentioned."""
        known = {*self.said["role"], *self.said["partner"]}
        return [name for name in dict.fromkeys(map(self.book.name, self.typed)) if name in known]

    def places(self, kept: Sequence[str] = ()) -> dict[str, int]:
        """Where each role stands on the map. A role keeps its place when others come or are merged away.

        Args:
            kept: The names in the order that was fixed when the map was opened.
        """
        places: dict[str, int] = {}
        for place, typed in enumerate(dict.fromkeys((*kept, *self.typed))):
            places.setdefault(self.book.name(typed), place)
        return {role: places[role] for role in self.roles}

    @cached_property
    def naming(self) -> dict[Pair, set[str]]:
        """A role and one that its people named as an internal customer -> who of them did."""
        return self.about("partner").groupby(["role", "partner"])["participant"].agg(set).to_dict()

    def runs(self, one: str, other: str) -> str:
        """How two roles are linked, one of which named the other: ``BOTH_WAYS``, ``ONE_WAY`` or ``NOBODY_HERE``."""
        silent = [pair[0] for pair in ((one, other), (other, one)) if pair not in self.naming]
        if not silent:
            return BOTH_WAYS
        return ONE_WAY if silent[0] in self.holders else NOBODY_HERE

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every two roles of which one has named the other, by name."""
        lines = []
        for one, other in sorted({self.book.pair(*pair) for pair in self.naming}):
            says, back = (self.naming.get(pair, set()) for pair in ((one, other), (other, one)))
            lines.append(Line(one, other, len(says | back), len(says), self.runs(one, other)))
        return tuple(lines)

    @cached_property
    def links(self) -> pd.DataFrame:
        """Every link that somebody named, by its roles; see ``LINKS``."""
        counts = {
            "people": self._different("participant", "partner", STATED),
            "from_needs": self._different("participant", STATED),
            "from_gives": self._different("participant", "partner"),
            "needs": self._different("bare", PREDICTED, STATED),
        }
        links = pd.DataFrame(counts).fillna(0).astype(int)
        meets, runs = _meets(self.about("meets")), [self.runs(*pair) for pair in links.index]
        often = [meets.get(frozenset(pair)) for pair in links.index]
        return links.assign(meets=often, runs=pd.Series(runs, links.index, dtype=object)).reset_index()

    @cached_property
    def pairs(self) -> list[Pair]:
        """The links by the names of their roles alone."""
        return list(self.links[LINK].itertuples(index=False, name=None))

    def _different(self, column: str, *what: str) -> "pd.Series[int]":
        return self.about(*what).groupby(LINK)[column].nunique()


def group_of(book: RoleBook, people: Mapping[str, Person], typed: tuple[str, ...]) -> Group:
    """What people said together, who are named by their pseudonyms."""
    rows = [(name, one.role, *row) for name, one in people.items() if one.role for row in one.rows()]
    said = pd.DataFrame(rows, columns=["participant", "role", "partner", "what", "value"])
    is_theirs = said["what"].isin([STATED, "served"])
    said["needs_role"] = said["role"].where(is_theirs, said["partner"])
    said["gives_role"] = said["partner"].where(is_theirs, said["role"])
    said["bare"] = said["value"].where(said["what"].isin([PREDICTED, STATED]), "").map(bare)
    return Group(book, said, typed)


def _meets(said: pd.DataFrame) -> dict[frozenset[str], str]:
    """How often two roles meet, as most said; of equals the most frequent meeting."""
    often: defaultdict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for row in said.itertuples():
        often[frozenset((row.role, row.partner))][row.value] += 1
    # Of equals the first of ``MEETS`` is the greatest.
    return {pair: max(MEETS, key=words.__getitem__) for pair, words in often.items()}
