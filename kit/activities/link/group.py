"""What a group said about who serves whom: its people, their roles, and the links between those."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kit.activities.activity import FEWEST
from kit.activities.link.person import MEETS, Person
from kit.activities.link.roles import RoleBook

Pair = tuple[str, str]
"""Two roles; of a link the one that needs something first."""


@dataclass(frozen=True)
class RoleLink:
    """``needs_role`` needs something from ``gives_role``.

    Attributes:
        people: How many named it, from either side.
        from_needs: Of them, those who wrote what they need.
        from_gives: Of them, those who named the other as their internal customer.
        needs: How many different texts.
        meets: How often the two meet, as most said; None if nobody did.
        both_ways: Whether the other direction was named too.
    """

    needs_role: str
    gives_role: str
    people: int
    from_needs: int
    from_gives: int
    needs: int
    meets: str | None
    both_ways: bool

    @property
    def pair(self) -> Pair:
        """Both roles."""
        return self.needs_role, self.gives_role


@dataclass(frozen=True)
class Group:
    """Everybody's answers read together. The same responses in another order give the same group.

    Attributes:
        people: Who said which role they have, by pseudonym.
        typed: Every name of a role as it was typed, the earliest first.
    """

    book: RoleBook
    people: tuple[Person, ...]
    typed: tuple[str, ...]

    @property
    def too_few(self) -> bool:
        """Whether shares and ratings would tell who said what."""
        return len(self.people) < FEWEST

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """Role -> the pseudonyms of those who have it."""
        holders: dict[str, set[str]] = {}
        for person in self.people:
            holders.setdefault(person.role, set()).add(person.participant)
        return holders

    @cached_property
    def roles(self) -> list[str]:
        """Every role that somebody has or named, in the order in which it was first mentioned."""
        known = {name for person in self.people for name in (person.role, *person.partners.values())}
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
    def links(self) -> list[RoleLink]:
        """Every link that somebody named, by its roles."""
        named, meets = _named(self.people), _meets(self.people)
        return [
            RoleLink(
                *link,
                people=len(said.stated | said.served),
                from_needs=len(said.stated),
                from_gives=len(said.served),
                needs=len(said.texts),
                meets=_most(meets[frozenset(link)]),
                both_ways=link[::-1] in named,
            )
            for link, said in sorted(named.items())
        ]


@dataclass
class _Said:
    """Who stated a need on a link and who served on it, and all texts about it."""

    stated: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def add(self, people: set[str], person: Person, texts: Iterable[str]) -> None:
        people.add(person.participant)
        self.texts.update(text.casefold() for text in texts)


def _named(people: Iterable[Person]) -> dict[Pair, _Said]:
    links: defaultdict[Pair, _Said] = defaultdict(_Said)
    for person in people:
        for other in set(person.partners.values()):
            said = links[other, person.role]
            said.add(said.served, person, person.predicted.get(other, ()))
            if needs := person.needs.get(other):
                said = links[person.role, other]
                said.add(said.stated, person, needs)
    return dict(links)


def _meets(people: Iterable[Person]) -> defaultdict[frozenset[str], Counter[str]]:
    meets: defaultdict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for person in people:
        for other, often in person.meets.items():
            meets[frozenset((person.role, other))][often] += 1
    return meets


def _most(often: Counter[str]) -> str | None:
    """What most said; of equals the most frequent meeting."""
    return max(often, key=lambda word: (often[word], -MEETS.index(word)), default=None)
