"""What has been in a session that is over: its exercises with the stages that were opened. No web, no widgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from kit.activities.activity import Room, Seat
from kit.kinds.script import Stage
from kit.room import Position, room_of
from kit.session import Participant
from kit.store.store import Store


@dataclass(frozen=True)
class Past:
    """An exercise that was used.

    Attributes:
        title: What it is called; empty of a question, whose words stand with the answer.
        stages: Those that were opened, in the script's order, each with the room as it was seen last.
        room: Everybody's answers, in no stage.
    """

    title: str
    stages: Sequence[tuple[Stage, Room]]
    room: Room

    @classmethod
    def read(cls, store: Store, position: Position) -> list[Self]:
        """Every exercise of a session, in the order of opening."""
        found, changes = [], store.stage_changes(position.session.id)
        for name, kind in position.kinds.items():
            room = room_of(store, position, name)
            last = {change.stage: change for change in changes if change.exercise == name}
            seen = [(stage, last[stage.id]) for stage in kind.script if stage.id in last]
            stages = [(stage, room.at(change.params, change.beat)) for stage, change in seen]
            found.append(cls("" if kind.is_aside else kind.exercise.title, stages, room))
        return found

    def seat(self, person: Participant) -> Seat:
        """What that person said in it."""
        return self.room.seat(person.pseudonym)
