"""Who serves whom: a person's own role and their internal customers."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Room, Seat, by_participant
from kit.activities.link.group import Group, group_of
from kit.activities.link.person import PARTNER, PICKED, TYPED, Person
from kit.activities.link.roles import MERGE, ROLE_LENGTH, RoleBook, alike
from kit.errors import ResponseError
from kit.text import gettext as _

OWN = "role"
"""The item of a person's own role."""

MOST_SUGGESTED = 100
"""More roles that were typed aren't suggested; phones are small."""


class Merging(NamedTuple):
    """What the facilitator may merge.

    Attributes:
        roles: The names that were typed, which may go.
        names: All names, which may stay.
        suggestions: Names that may mean one role, and the one that would stay.
        merged: Every name that was merged, and the one that stands for it.
    """

    roles: list[str]
    names: list[str]
    suggestions: Sequence[tuple[str, str]]
    merged: list[tuple[str, str]]


class Link(Activity[Group]):
    """A person says which role they have, and which roles need something from them.

    Items are ``role``; ``partner/<role>`` of one that is tapped, whose value is the role or nothing; and ``partner/1``
    to ``partner/3`` of those that are typed.

    Attributes:
        roles: The list to choose from.
    """

    roles: Sequence[str]
    round: int = 1
    name = "link"
    template = "link/link.html"
    length: ClassVar[int] = ROLE_LENGTH
    most: ClassVar[int] = PICKED
    typed: ClassVar[Sequence[str]] = [f"{PARTNER}{n}" for n in range(1, TYPED + 1)]

    @cached_property
    def plain(self) -> RoleBook:
        """The list alone, without decisions."""
        return RoleBook(self.roles, {})

    def book(self, room: Room) -> RoleBook:
        """Which name stands for which role now; ask for it by ``room.once``."""
        return RoleBook(self.roles, room.decisions)

    def person(self, room: Room, seat: Seat) -> Person:
        """What the person said."""
        return Person.read(room.once(self.book), seat.of(self))

    def check(self, item: str, value: str) -> str | None:
        """A role, or nothing."""
        if item in (OWN, *self.typed):
            return self.plain.clean(value)
        role = item.removeprefix(PARTNER)
        return value if item != role and self.plain.is_kept(role) and value in ("", role) else None

    def names(self, item: str) -> bool:
        """Whether the item is one of its own."""
        return item == OWN or item.startswith(PARTNER)

    def public(self, room: Room) -> Sequence[str]:
        """The roles that people named, so that the next one who types takes the same spelling.

        Which roles there are is what everybody will see on the map. Who named which stays out of it: names alone, in
        the order of the alphabet, since that of their coming would tell whose they are. A role that was merged away
        isn't suggested any more, so the facilitator can take one off.
        """
        book = room.once(self.book)
        named = {book.name(typed) for typed in _in_order_of_mention(room.said(self))}
        return sorted(sorted(named.difference(self.roles)), key=str.casefold)[:MOST_SUGGESTED]

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """The suggestions."""
        return ("named",)

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whether there is a role, and whether there is a partner."""
        person = self.person(room, seat)
        return bool(person.role) + bool(person.partners), 2

    def result(self, room: Room) -> Group:
        """What everybody said."""
        said = by_participant(room.said(self))
        people = {name: self.person(room, room.seat(name)) for name in said["participant"].unique()}
        return group_of(room.once(self.book), people, _in_order_of_mention(said))

    def choices(self, room: Room) -> Merging:
        """Roles that may be one."""
        group = room.of(self)
        return Merging(
            sorted((role for role in group.roles if role not in self.roles), key=str.casefold),
            sorted(dict.fromkeys((*group.roles, *self.roles)), key=str.casefold),
            alike(tuple(group.roles), tuple(self.roles)),
            group.book.merged(),
        )

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """``merge/<role>`` -> the role into which it goes, or nothing."""
        if not item.startswith(MERGE):
            return None
        role, known = item.removeprefix(MERGE), {*room.of(self).typed, *self.roles}
        for name in (role, value or role):
            if name not in known:
                text = _("Nobody named the role “{role}”. Use one of: {known}.")
                raise ResponseError(text.format(role=name[:60], known=", ".join(sorted(known)[:60])))
        if role == value:
            raise ResponseError(_("“{role}” can't be merged into itself.").format(role=role[:60]))
        return value


def _in_order_of_mention(said: pd.DataFrame) -> tuple[str, ...]:
    named = said[said["item"].str.startswith(("role", "partner/")) & (said["value"] != "")]
    first = named.groupby("value")["at"].min().to_dict()
    return tuple(sorted(first, key=lambda name: (first[name], name.casefold(), name)))
