"""Who serves whom: a person's own role and their internal customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pandas as pd

from kit.activities.activity import Activity, Room, Seat, by_participant
from kit.activities.link.group import Group, group_of
from kit.activities.link.person import PARTNERS, PICKED, Person
from kit.activities.link.roles import MERGE, ROLE_LENGTH, RoleBook, alike
from kit.errors import ResponseError
from kit.text import gettext as _


@dataclass(frozen=True)
class Merging:
    """What the facilitator may merge.

    Attributes:
        roles: The names that were typed, which may go.
        names: All names, which may stay.
        suggestions: Names that may mean one role, and the one that would stay.
        merged: Every name that was merged, and the one that stands for it.
    """

    roles: list[str]
    names: list[str]
    suggestions: list[tuple[str, str]]
    merged: list[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Link(Activity[Group]):
    """A person says which role they have, and which roles need something from them.

    Items are ``role``, ``role/other`` (typed, and then it counts) and ``partner/1`` to ``partner/8``.

    Attributes:
        roles: The list to choose from.
    """

    roles: Sequence[str]
    round: int = 1
    name = "link"
    template = "link/link.html"
    length: ClassVar[int] = ROLE_LENGTH
    picks: ClassVar[Sequence[int]] = range(1, PICKED + 1)
    typed: ClassVar[Sequence[int]] = range(PICKED + 1, PARTNERS + 1)

    @cached_property
    def slots(self) -> Sequence[str]:
        """The items."""
        return ["role", "role/other", *(f"partner/{n}" for n in (*self.picks, *self.typed))]

    @cached_property
    def plain(self) -> RoleBook:
        """The list alone, without decisions."""
        return RoleBook(self.roles, {})

    def book(self, room: Room) -> RoleBook:
        """Which name stands for which role now; ask for it by ``room.once``."""
        return RoleBook(self.roles, room.decisions)

    def person(self, room: Room, seat: Seat) -> Person:
        """What the person said."""
        said = {item: value for (number, item), value in seat.answers.items() if number == self.round}
        return Person.read(room.once(self.book), said)

    def check(self, item: str, value: str) -> str | None:
        """A role, or nothing."""
        return self.plain.clean(value) if item in self.slots else None

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whether there is a role, and whether there is a partner."""
        person = self.person(room, seat)
        return bool(person.role) + bool(person.partners), 2

    def result(self, room: Room) -> Group:
        """What everybody said."""
        said, book = by_participant(room.said(self)), room.once(self.book)
        answers: dict[str, dict[str, str]] = {}
        for participant, item, value in zip(said["participant"], said["item"], said["value"], strict=True):
            answers.setdefault(participant, {})[item] = value
        people = {participant: Person.read(book, own) for participant, own in answers.items()}
        return group_of(book, people, _in_order_of_mention(said))

    def choices(self, room: Room) -> Merging:
        """Roles that may be one."""
        group = room.of(self)
        return Merging(
            sorted((role for role in group.roles if role not in self.roles), key=str.casefold),
            sorted(dict.fromkeys((*group.roles, *self.roles)), key=str.casefold),
            alike(group.roles, self.roles),
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
