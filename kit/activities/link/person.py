"""What one person said about who serves whom, read from their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from kit.activities.link.roles import RoleBook

PICKED, PARTNERS = 5, 8
"""Internal customers picked from the list, and all together with those that are typed."""

NEEDS = 3
"""So many needs a person may write about each partner."""

MEETS = ("daily", "weekly", "monthly", "rarely")
RATINGS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Person:
    """What one person said, with the facilitator's names of roles.

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
    def read(cls, book: RoleBook, said: Mapping[str, str], participant: str = "") -> Self:
        """Read a person's answers; about roles that are no partners any more nothing counts.

        Args:
            said: Item -> value, of one round; what was taken back is empty.
        """
        own = said.get("role/other") or said.get("role") or ""
        role = book.name(own) if own else ""
        named = (said.get(f"partner/{n}") for n in range(1, PARTNERS + 1))
        partners = {typed: book.name(typed) for typed in named if typed}
        partners = {typed: name for typed, name in partners.items() if name != role}
        return cls(
            participant,
            role,
            partners,
            _texts(said, "need-from-me", partners),
            _texts(said, "need", partners),
            _chosen(said, "meets", partners, MEETS),
            {name: int(value) for name, value in _chosen(said, "rating", partners, RATINGS).items()},
            {name: int(value) for name, value in _chosen(said, "served", partners, RATINGS).items()},
        )


def _texts(said: Mapping[str, str], what: str, partners: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    texts: dict[str, dict[str, str]] = {}
    for typed, name in partners.items():
        for n in range(1, NEEDS + 1):
            if text := said.get(f"{what}/{typed}/{n}"):
                texts.setdefault(name, {}).setdefault(text.casefold(), text)
    return {name: tuple(found.values()) for name, found in texts.items()}


def _chosen(
    said: Mapping[str, str], what: str, partners: Mapping[str, str], known: Sequence[str]
) -> dict[str, str]:
    chosen = ((name, said.get(f"{what}/{typed}")) for typed, name in partners.items())
    return {name: value for name, value in chosen if value in known}
