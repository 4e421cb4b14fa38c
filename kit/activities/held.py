"""What people write, held back or seen by the room as the facilitator decides: each text, and whatever is new."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kit.activities.activity import Activity, Room
from kit.activities.typed import one_of
from kit.errors import ResponseError
from kit.text import gettext as _

YES, NO = "yes", "no"
"""The values of a vote and of a decision; a vote taken back is empty."""

MOST_KEPT = 750
"""So many keys one decision can hold."""


class Waiting(NamedTuple):
    """What the facilitator may let through: what waits, what the room sees; whether what is new comes through."""

    held: Sequence[Any]
    shown: Sequence[Any]
    through: bool


class HeldBack(Activity[Any], kw_only=True):
    """Texts, each with a ``key``, which the room sees only as they are let through; ``is_shown`` says whether it does.

    Decisions are ``<name>/<key>``: "yes" to show it or "no", and ``<name>/new``: "yes" to show new ones by themselves,
    or "no" with the keys of those that were shown when that was said, which stay.

    Attributes:
        through: Whether they are shown by themselves unless the facilitator says otherwise.
    """

    through: bool = False

    def every(self, room: Room) -> Sequence[Any]:
        """All of them, in the order in which the facilitator looks at them."""
        return room.of(self)

    def usual(self, room: Room) -> frozenset[str]:
        """What is shown unless something else is decided about it: "yes" for all, or the keys of some."""
        return frozenset(room.decisions.get(f"{self.name}/new", YES if self.through else NO).split())

    def shown(self, room: Room) -> list[Any]:
        """Those that the room may see."""
        return [one for one in self.every(room) if one.is_shown]

    def choices(self, room: Room) -> Any:
        """What waits, and what is shown."""
        held = [one for one in self.every(room) if not one.is_shown]
        return Waiting(held, room.once(self.shown), YES in self.usual(room))

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Shown or not: one, or what is new."""
        name, _slash, key = item.partition("/")
        if name != self.name:
            return None
        one_of(value, (YES, NO))
        if key == "new":
            kept = [one.key for one in room.once(self.shown)][:MOST_KEPT]
            return " ".join([value, *(kept if value == NO else ())])
        if key not in {one.key for one in self.every(room)}:
            raise ResponseError(_("“{key}” isn't there. Choose one from the list.").format(key=key[:40]))
        return value
