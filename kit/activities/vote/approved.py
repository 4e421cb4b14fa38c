"""The room's texts where nothing is shown before the facilitator lets it through."""

from dataclasses import dataclass
from typing import NamedTuple

from kit.activities.activity import Room
from kit.activities.choice import one_of
from kit.activities.vote.moderated import NO, YES, Phrase, Phrases

ALL = "hide/all"
"""The decision about whatever nothing else was decided about, also about what is still to come: "yes" or "no"."""


class Waiting(NamedTuple):
    """What the room doesn't see yet and what it sees; and whether all come through."""

    held: list[Phrase]
    shown: list[Phrase]
    all_through: bool


@dataclass(frozen=True, eq=False)
class Approved(Phrases):
    """Phrases that are shown one by one as the facilitator lets them through, or all; besides ``hide/all`` as ever."""

    template = "vote/approved.html"

    def held(self, keys: set[str], room: Room) -> set[str]:
        """All, unless all come through."""
        return set() if self.all_through(room) else keys

    def all_through(self, room: Room) -> bool:
        """Whether what nothing was decided about is shown."""
        return room.decisions.get(ALL, YES) == NO

    def choices(self, room: Room) -> Waiting | None:  # type: ignore[override]
        """What waits, and what was let through."""
        phrases = [phrase for phrase in room.of(self).phrases.values() if not phrase.merged_into]
        held = [phrase for phrase in phrases if phrase.hidden]
        shown = [phrase for phrase in phrases if not phrase.hidden]
        return Waiting(held, shown, self.all_through(room))

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Shown or not, one or all."""
        return one_of(value, (YES, NO)) if item == ALL else super().decide(item, value, room)
