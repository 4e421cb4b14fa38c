"""What has been in a session that is over: its exercises with the stages that were opened. No web, no widgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from kit.activities.activity import Answers, Room, Seat
from kit.content.exercise import Exercise
from kit.kinds.script import Stage
from kit.room import Position, names_of
from kit.session import Participant
from kit.store.store import Store


@dataclass(frozen=True)
class Past:
    """An exercise that was used.

    Attributes:
        stages: Those that were opened, in the script's order, each with the room as it was seen last.
        answers: Participant id -> that person's answers.
    """

    exercise: Exercise
    stages: Sequence[tuple[Stage, Room]]
    answers: Mapping[int, Answers]

    @classmethod
    def read(cls, store: Store, position: Position) -> list[Self]:
        """Every exercise of a session, in the order of opening."""
        session_id, found = position.session.id, []
        changes, people = store.stage_changes(session_id), names_of(store.participants(session_id))
        for name, kind in position.kinds.items():
            responses, decisions = store.responses(session_id, name), store.decisions(session_id, name)
            last = {change.stage: change for change in changes if change.exercise == name}
            stages = [
                (stage, Room(responses, last[stage.id].params, decisions, last[stage.id].beat, people=people))
                for stage in kind.script
                if stage.id in last
            ]
            found.append(cls(kind.exercise, stages, store.all_answers(session_id, name)))
        return found

    def seat(self, person: Participant) -> Seat:
        """What that person said in it."""
        return Seat(self.answers.get(person.id, {}), person.pseudonym)
