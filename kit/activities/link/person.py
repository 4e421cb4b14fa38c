"""What one person said about who serves whom, read from their answers."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from kit.activities.link.roles import RoleBook
from kit.text import N_

PICKED, TYPED = 5, 3
"""So many internal customers a person may tap, and type. Three are asked for."""

PARTNER = "partner/"
"""How the items begin that name an internal customer: then its role, or a number where it is typed."""

NEEDS = 3
"""So many needs a person may write about each partner."""

PREDICTED, STATED = "need-from-me", "need"
"""How the items begin of what a person thinks that a partner needs, and of what they need themselves."""

MEETS: Mapping[str, str] = {
    "daily": N_("Every day"),
    "weekly": N_("Every week"),
    "monthly": N_("Every month"),
    "rarely": N_("Less often"),
}
"""How often two meet, the most often first -> message of the catalogue."""

RATINGS = ("1", "2", "3", "4", "5")

ASKED: Mapping[str, Collection[str]] = {
    PREDICTED: (),
    STATED: (),
    "meets": MEETS,
    "rating": RATINGS,
    "served": RATINGS,
}
"""What is asked about each partner: how its items begin -> what there is to choose from; nothing of texts.

``rating`` is how well the person thinks to serve the partner, ``served`` how well the partner serves them.
"""


def items_about(what: str, typed: str) -> list[str]:
    """The items by which that is asked about a partner, whose role was typed so."""
    if ASKED[what]:
        return [f"{what}/{typed}"]
    return [f"{what}/{typed}/{n}" for n in range(1, NEEDS + 1)]


class Partner(NamedTuple):
    """An internal customer of a person: the place in the row, as typed, and as the facilitator left it."""

    number: int
    typed: str
    role: str


class Person(NamedTuple):
    """What one person said, with the facilitator's names of roles.

    Attributes:
        role: Own role, or empty.
        partners: The internal customers, without the own role.
        about: What was asked, as in ``ASKED`` -> role of a partner -> what the person said.
    """

    role: str
    partners: Sequence[Partner]
    about: Mapping[str, Mapping[str, Sequence[str]]]

    @classmethod
    def read(cls, book: RoleBook, said: Mapping[str, str]) -> Self:
        """Read a person's answers; about roles that are no partners any more nothing counts.

        Args:
            said: Item -> value, of one round; what was taken back is empty.
        """
        role = book.name(said.get("role") or "")
        typed = {value for item, value in said.items() if item.startswith(PARTNER) and value}
        # Those that somebody cared to type come first; then the list's own order, whichever was tapped first.
        order = sorted(typed, key=lambda name: (book.place(name), name.casefold(), name))[: PICKED + TYPED]
        named = [(name, book.name(name)) for name in order if book.name(name) != role]
        partners = [Partner(number, *names) for number, names in enumerate(named)]
        return cls(role, partners, {what: _about(said, what, partners) for what in ASKED})

    @property
    def others(self) -> list[str]:
        """The roles of the internal customers, each once."""
        return list(dict.fromkeys(partner.role for partner in self.partners))

    def beside(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """The roles of the internal customers, then those that are in a pair with the person's own."""
        ends = (end for pair in pairs if self.role in pair for end in pair if end != self.role)
        return list(dict.fromkeys((*self.others, *ends)))

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Everything that the person said: partner, what, value; see ``Group``."""
        yield "", "role", self.role
        yield from ((other, "partner", other) for other in self.others)
        for what, partners in self.about.items():
            yield from ((other, what, value) for other, values in partners.items() for value in values)


def _about(said: Mapping[str, str], what: str, partners: Iterable[Partner]) -> dict[str, Sequence[str]]:
    """By partner: each text once, in its first form; of what is chosen the last."""
    found: dict[str, dict[str, str]] = {}
    for partner in partners:
        for value in filter(None, map(said.get, items_about(what, partner.typed))):
            if not ASKED[what]:
                found.setdefault(partner.role, {}).setdefault(value.casefold(), value)
            elif value in ASKED[what]:
                found[partner.role] = {what: value}
    return {role: tuple(values.values()) for role, values in found.items()}
