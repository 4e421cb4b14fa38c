"""The situations that the room works on, as the facilitator chooses them; and what tempts the room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.activities.activity import Activity, Room
from kit.activities.choice import one_of
from kit.activities.vote.moderated import NO, YES, name_of
from kit.activities.write import Prompt, Write

MOST_SITUATIONS = 6
"""More situations than this nobody finishes in the time of a stage."""


@dataclass(frozen=True, eq=False)
class Situations(Activity[None]):
    """Which situations the room works on; fixed whenever a stage opens. Decisions: ``situation/<id>``, "yes" or "no".

    Attributes:
        prompts: All situations, by item.
        usual: The items of those that the room works on unless somebody decides otherwise.
        tempting: Where the room writes what tempts it.
    """

    prompts: Mapping[str, Prompt]
    usual: Sequence[str]
    tempting: Write
    name = "situations"
    template = "phrasing/situations.html"

    def opening(self, room: Room) -> Sequence[str]:
        """The ids of those that are chosen now."""
        return [name_of(item) for item in self.chosen(room)]

    def picked(self, room: Room) -> Sequence[str]:
        """The items that this stage works on: what is on stays as it is, whatever is decided."""
        if self.name not in room.opened:
            return self.chosen(room)
        items = [f"situation/{name}" for name in room.opened[self.name]]
        return [item for item in items if item in self.prompts]

    def chosen(self, room: Room) -> Sequence[str]:
        """The items that the next stage works on, in the exercise's order."""
        usual = {item: YES if item in self.usual else NO for item in self.prompts}
        chosen = [item for item in self.prompts if room.decisions.get(item, usual[item]) == YES]
        return (chosen or self.usual)[:MOST_SITUATIONS]

    def choices(self, room: Room) -> tuple[Sequence[str], Sequence[str]]:
        """What is chosen, by item; and what tempts the room, sorted, so that nobody sees who wrote it."""
        tempting = set(room.of(self.tempting)["value"])
        return self.chosen(room), sorted(tempting, key=lambda text: (text.casefold(), text))

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Whether the room works on a situation from the next stage on."""
        if not item.startswith("situation/"):
            return None
        one_of(name_of(item), [name_of(known) for known in self.prompts])
        return one_of(value, (YES, NO))
