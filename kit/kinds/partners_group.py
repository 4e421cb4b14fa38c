"""What a group said about who serves whom: people, links, graph, needs of both sides, ratings. No I/O."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.kinds.kind import Answers
from kit.kinds.partners_items import EXPLORE, MEETS, NEEDS, PARTNERS, RATINGS, parse
from kit.kinds.roles import RoleBook

if TYPE_CHECKING:
    import networkx

FEWEST = 3
"""Under this number of people no share and no rating is shown, for it would tell who said what."""

PAIR = "pair/"
"""How the decision begins that a predicted need and a stated need are the same: ``pair/<predicted>/<stated>``."""

SAME = "same"

PREDICTED, STATED = "predicted", "stated"

MATCHED, MISSED, EXTRA, UNHEARD = "matched", "missed", "extra", "unheard"
"""A need named by both sides; stated and not predicted; predicted and not stated; the other side said nothing."""

LINK_COLUMNS = "needs_role gives_role people from_needs from_gives needs meets both_ways".split()
NEED_COLUMNS = "needs_role gives_role side text key people outcome".split()


def key_of(text: str) -> str:
    """A short name for a text, the same for the same words in other capitals."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Person:
    """What one participant said, with the facilitator's names of roles.

    Attributes:
        participant: The pseudonym; empty for a learner alone.
        role: Own role, or empty.
        partners: The internal customers, without the own role, as typed -> as merged.
        predicted: Partner -> what the person thinks that partner needs.
        needs: Partner -> what the person needs from that partner.
        meets: Partner -> how often they meet.
        rating: Partner -> how well the person thinks to serve them, 1 to 5.
        served: Partner -> how well the person is served by them, 1 to 5.
    """

    participant: str
    role: str
    partners: Mapping[str, str]
    predicted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meets: Mapping[str, str] = field(default_factory=dict)
    rating: Mapping[str, int] = field(default_factory=dict)
    served: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, book: RoleBook, answers: Answers, participant: str = "") -> Person:
        """Read one participant's answers; about roles that are no partners any more nothing counts."""
        said = {item: value for (number, item), value in answers.items() if number == EXPLORE and value}
        own = said.get("role/other") or said.get("role") or ""
        role = book.name(own) if own else ""
        named = (said.get(f"partner/{n}") for n in range(1, PARTNERS + 1))
        partners = {raw: book.name(raw) for raw in named if raw}
        partners = {raw: name for raw, name in partners.items() if name != role}
        return cls(
            participant,
            role,
            partners,
            _texts(said, "need-from-me", partners),
            _texts(said, "need", partners),
            _chosen(said, "meets", partners, MEETS),
            {role: int(value) for role, value in _chosen(said, "rating", partners, RATINGS).items()},
            {role: int(value) for role, value in _chosen(said, "served", partners, RATINGS).items()},
        )


def _texts(said: Mapping[str, str], what: str, partners: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    texts: dict[str, dict[str, str]] = {}
    for raw, name in partners.items():
        for n in range(1, NEEDS + 1):
            if text := said.get(f"{what}/{raw}/{n}"):
                texts.setdefault(name, {}).setdefault(text.casefold(), text)
    return {name: tuple(found.values()) for name, found in texts.items()}


def _chosen(
    said: Mapping[str, str], what: str, partners: Mapping[str, str], known: Sequence[str]
) -> dict[str, str]:
    chosen = ((name, said.get(f"{what}/{raw}")) for raw, name in partners.items())
    return {name: value for name, value in chosen if value in known}


class Group:
    """Everybody's answers read together. The same responses in another order give the same group."""

    def __init__(self, book: RoleBook, responses: pd.DataFrame, decisions: Mapping[str, str]) -> None:
        self.book = book
        answers: dict[str, dict[tuple[int, str], str]] = {}
        rows = zip(*(responses[c] for c in ("participant", "round", "item", "value")), strict=True)
        for participant, number, item, value in rows:
            answers.setdefault(participant, {})[number, item] = value
        people = sorted(answers, key=lambda name: (len(name), name))
        self.people = [Person.read(book, answers[name], name) for name in people]
        self.holders: dict[str, set[str]] = {}
        for person in self.people:
            if person.role:
                self.holders.setdefault(person.role, set()).add(person.participant)
        self.pairs = {
            tuple(item.split("/")[1:3])
            for item, value in decisions.items()
            if item.startswith(PAIR) and value == SAME
        }
        self.typed = _in_order_of_mention(responses)

    @property
    def size(self) -> int:
        """How many people said which role they have."""
        return sum(bool(person.role) for person in self.people)

    @property
    def too_few(self) -> bool:
        """Whether shares and ratings would tell who said what."""
        return self.size < FEWEST

    def roles(self) -> list[str]:
        """Every role that somebody has or named, in the order in which it was first mentioned."""
        known = {person.role for person in self.people} | {
            name for person in self.people if person.role for name in person.partners.values()
        }
        return [name for name in dict.fromkeys(map(self.book.name, self.typed)) if name in known]

    def places(self, kept: Sequence[str] = ()) -> dict[str, int]:
        """Where each role stands on the map. A role keeps its place when others come or are merged away.

        Args:
            kept: The names in the order that was fixed when the map was opened.
        """
        places: dict[str, int] = {}
        for place, typed in enumerate(dict.fromkeys((*kept, *self.typed))):
            places.setdefault(self.book.name(typed), place)
        return {role: places[role] for role in self.roles()}

    def links(self) -> pd.DataFrame:
        """One row a link: ``needs_role`` needs something from ``gives_role``.

        Columns: ``needs_role``, ``gives_role``, ``people`` (how many named it, from either side),
        ``from_needs`` (of them, those who wrote what they need), ``from_gives`` (those who named the other as
        their internal customer), ``needs`` (different texts), ``meets`` (how often the two meet, as most said;
        None if nobody did), ``both_ways`` (whether the other direction was named too).
        """
        wrote: dict[tuple[str, str], set[str]] = {}
        serves: dict[tuple[str, str], set[str]] = {}
        texts: dict[tuple[str, str], set[str]] = {}
        meets: dict[frozenset[str], Counter[str]] = {}
        for person in (person for person in self.people if person.role):
            for other in dict.fromkeys(person.partners.values()):
                serves.setdefault((other, person.role), set()).add(person.participant)
                given = {text.casefold() for text in person.predicted.get(other, ())}
                texts.setdefault((other, person.role), set()).update(given)
                if person.needs.get(other):
                    wrote.setdefault((person.role, other), set()).add(person.participant)
                    wanted = {text.casefold() for text in person.needs[other]}
                    texts.setdefault((person.role, other), set()).update(wanted)
                if often := person.meets.get(other):
                    meets.setdefault(frozenset((person.role, other)), Counter())[often] += 1
        rows = []
        for link in sorted(wrote.keys() | serves.keys()):
            stated, named = wrote.get(link, set()), serves.get(link, set())
            often = meets.get(frozenset(link), Counter())
            most = max(often, key=lambda word: (often[word], -MEETS.index(word)), default=None)
            both = link[::-1] in wrote or link[::-1] in serves
            people, needs = len(stated | named), len(texts.get(link, ()))
            rows.append((*link, people, len(stated), len(named), needs, most, both))
        return pd.DataFrame(rows, columns=LINK_COLUMNS).astype({"both_ways": "bool"})

    def graph(self) -> networkx.DiGraph:
        """The links as a graph: an edge from who needs to who gives, its ``weight`` the people who named it."""
        import networkx

        graph = networkx.DiGraph()
        for role in self.roles():
            graph.add_node(role, holders=len(self.holders.get(role, ())))
        for row in self.links().itertuples():
            graph.add_edge(row.needs_role, row.gives_role, weight=row.people)
        return graph

    def needs(self) -> pd.DataFrame:
        """One row a need and side, by link: what who gives predicted, and what who needs stated.

        Columns: ``needs_role``, ``gives_role``, ``side`` ("predicted" or "stated"), ``text``, ``key`` (of the
        text), ``people`` (how many wrote it), ``outcome``: "matched" (the facilitator paired it with one of
        the other side), "missed" (stated, not predicted), "extra" (predicted, not stated), "unheard" (the
        other side wrote nothing about this link).
        """
        found: dict[tuple[str, str, str, str], tuple[str, set[str]]] = {}
        for person in (person for person in self.people if person.role):
            for side, texts in ((PREDICTED, person.predicted), (STATED, person.needs)):
                for other, written in texts.items():
                    link = (other, person.role) if side == PREDICTED else (person.role, other)
                    for text in written:
                        _first, people = found.setdefault((*link, side, key_of(text)), (text, set()))
                        people.add(person.participant)
        keys: dict[tuple[str, str], dict[str, set[str]]] = {}
        for needs_role, gives_role, side, key in found:
            keys.setdefault((needs_role, gives_role), {PREDICTED: set(), STATED: set()})[side].add(key)
        rows = [
            (*place[:3], text, place[3], len(people), self._outcome(place[2], place[3], keys[place[:2]]))
            for place, (text, people) in found.items()
        ]
        rows.sort(key=lambda row: (row[0].casefold(), row[1].casefold(), row[2], -row[5], row[3].casefold()))
        return pd.DataFrame(rows, columns=NEED_COLUMNS)

    def _outcome(self, side: str, key: str, keys: Mapping[str, set[str]]) -> str:
        others = keys[STATED if side == PREDICTED else PREDICTED]
        if not others:
            return UNHEARD
        paired = any(((key, other) if side == PREDICTED else (other, key)) in self.pairs for other in others)
        return MATCHED if paired else EXTRA if side == PREDICTED else MISSED

    def ratings(self) -> pd.DataFrame:
        """One row a role and partner, then one a role over all partners (``partner`` empty), then all roles.

        Columns: ``role``, ``partner``, ``self`` (mean of how well the people of the role think they serve the
        partner, 1 to 5), ``self_people``, ``received`` (mean of how well the people of the partner say the role
        serves them), ``received_people``, ``difference`` (self minus received). A mean of fewer than three
        people is NaN.
        """
        own: dict[tuple[str, str], list[tuple[str, int]]] = {}
        received: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for person in (person for person in self.people if person.role):
            for other, value in person.rating.items():
                for place in ((person.role, other), (person.role, ""), ("", "")):
                    own.setdefault(place, []).append((person.participant, value))
            for other, value in person.served.items():
                for place in ((other, person.role), (other, ""), ("", "")):
                    received.setdefault(place, []).append((person.participant, value))
        places = sorted(own.keys() | received.keys(), key=lambda p: (not p[0], p[0], not p[1], p[1]))
        rows = []
        for place in places:
            mine, theirs = _mean(own.get(place, ())), _mean(received.get(place, ()))
            rows.append((*place, *mine, *theirs, mine[0] - theirs[0]))
        columns = ["role", "partner", "self", "self_people", "received", "received_people", "difference"]
        return pd.DataFrame(rows, columns=columns)


def _mean(rated: Iterable[tuple[str, int]]) -> tuple[float, int]:
    """The mean and how many people it is of; every person counts once, with the mean of what they gave."""
    given: dict[str, list[int]] = {}
    for participant, value in rated:
        given.setdefault(participant, []).append(value)
    if len(given) < FEWEST:
        return math.nan, len(given)
    return sum(sum(values) / len(values) for values in given.values()) / len(given), len(given)


def _in_order_of_mention(responses: pd.DataFrame) -> list[str]:
    """Every name of a role that stands in the responses, as it was typed, the earliest first."""
    first: dict[str, Any] = {}
    explored = responses[(responses["round"] == EXPLORE) & (responses["value"] != "")]
    for item, value, at in zip(explored["item"], explored["value"], explored["at"], strict=True):
        parsed = parse(EXPLORE, item)
        if parsed and parsed.what in ("role", "role/other", "partner"):
            first[value] = min(at, first.get(value, at))
    return sorted(first, key=lambda name: (first[name], name.casefold(), name))


def reciprocity(links: pd.DataFrame) -> float | None:
    """The share of links that run both ways; None without links."""
    return float(links["both_ways"].mean()) if len(links) else None


def depended_on(graph: networkx.DiGraph) -> list[tuple[str, int]]:
    """The roles by how many people named a link to them, the most first; those with none are left out."""
    degrees = ((role, int(weight)) for role, weight in graph.in_degree(weight="weight") if weight)
    return sorted(degrees, key=lambda pair: (-pair[1], pair[0].casefold()))


def unserved(graph: networkx.DiGraph) -> list[str]:
    """The roles that get nothing from anybody: nobody named them as a customer, and they stated no need."""
    return [role for role, degree in graph.out_degree() if not degree]
