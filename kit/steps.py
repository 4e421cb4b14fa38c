"""The way through an exercise, one press a step: each stage, and in one that shows a result each of its beats."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kit.activities.activity import Beat, Room
from kit.content.exercise import Exercise
from kit.errors import SessionError
from kit.kinds import kind_of
from kit.kinds.script import Kind, Stage
from kit.room import Attendance, Position, beginning, come_back, open_stage, show_beat
from kit.session import Session, StageChange
from kit.store.store import Store
from kit.text import gettext as _


@dataclass(frozen=True)
class Step:
    """Where one press brings the room: to a stage, or in the stage that is on to a beat of its result.

    Attributes:
        kind: The exercise that has the stage.
        left: Where the step comes back from a question: what the room left for it.
    """

    kind: Kind
    stage: Stage
    beat: Beat | None = None
    left: StageChange | None = None

    @property
    def title(self) -> str:
        """What the facilitator reads on the button."""
        if self.left:
            return _("back to “{stage}”").format(stage=self.stage.title)
        return self.beat.title if self.beat else self.stage.title


@dataclass(frozen=True)
class Steps:
    """The steps around the one that is on; ``next`` or ``back`` is None where there is none."""

    next: Step | None
    back: Step | None

    @classmethod
    def around(cls, attendance: Attendance, kind: Kind) -> "Steps":
        """The steps beside what is on, in this exercise; before its first stage only that is next.

        A question has the room come back behind its last step and before its first.
        """
        position, script = attendance.position, kind.script
        on = position.stage if position.exercise == kind.exercise.id else None
        if on is None:
            return cls(Step(kind, script[0]), None)
        place = script.index(on)
        stages = [Step(kind, stage) for stage in script]
        beats = [Step(kind, on, beat) for beat in beats_of(on, attendance.room)]
        # All at once is behind the last beat; one that is gone counts as the first.
        shown = (number for number, step in enumerate(beats) if step.beat.id == position.beat)
        now = next(shown, 0) if position.beat else len(beats)
        left, coming = _around_a_question(position)
        before = [*left, *stages[:place], *beats[:now]]
        after = [*beats[now + 1 :], *stages[place + 1 :], *coming]
        return cls(after[0] if after else None, before[-1] if before else None)


def _around_a_question(position: Position) -> tuple[list[Step], list[Step]]:
    """What is before a question and after it: what the room left for it; if it waited, the first stage of all."""
    if not position.is_aside:
        return [], []
    if left := position.coming_back:
        kind = position.kinds[left.exercise]
        stage = kind.script.stage(left.stage)
        back = [Step(kind, stage, left=left)] if stage else []
        return back, back
    kind = _planned(position)
    return [], [Step(kind, kind.script[0])] if kind else []


def _planned(position: Position) -> Kind | None:
    """The exercise that was planned or opened last."""
    return next((kind for kind in reversed(position.kinds.values()) if not kind.is_aside), None)


def beats_of(stage: Stage, room: Room) -> list[Beat]:
    """The beats in which a stage shows its result."""
    return [beat for _activity, beat in stage.beats(stage.within(room))]


def seen_after(step: Step, attendance: Attendance) -> Attendance | None:
    """The room as it will be seen after a step, by what people have said so far; None where that isn't at hand."""
    if step.left:
        return None
    position, kind, exercise = attendance.position, step.kind, step.kind.exercise.id
    here = position.exercise == exercise
    room = attendance.room if here else Room.empty()
    room = room.at(room.opened, step.beat.id) if step.beat else beginning(step.stage, room, 0)
    minutes, session = kind.minutes[step.stage.id], replace(position.session, blank=False)
    change = StageChange(
        0, session.id, exercise, step.stage.id, room.opened, datetime.now(UTC), minutes, room.beat
    )
    kinds = {**position.kinds, exercise: kind}
    after = replace(position, session=session, kinds=kinds, change=change)
    return Attendance(after, attendance.people, room)


def led(position: Position, exercise: Exercise | None) -> Kind | None:
    """What to lead through, as it is kept: a question that is on, else that exercise, else what is on or planned."""
    if exercise and not position.is_aside:
        return position.kinds.get(exercise.id) or kind_of(exercise)
    return position.kind or _planned(position)


def surely_led(position: Position, exercise: Exercise | None) -> Kind:
    """The same.

    Raises:
        SessionError: The session has no exercise yet.
    """
    if (kind := led(position, exercise)) is None:
        text = _("Session {code} has no exercise yet. Start one from its run sheet.")
        raise SessionError(text.format(code=position.session.code))
    return kind


def here(position: Position) -> str:
    """Where the room is, for the computer."""
    return f"{position.view_id}/{position.beat}"


def go(store: Store, session: Session, way: str, exercise: Exercise | None = None, seen: str = "") -> Step:
    """Bring the room one step on, to the beat or the stage that is next, or one back; or to a stage.

    Before the first stage that is the first of the exercise with which the session was started.

    Args:
        way: ``next``, ``back``, or the id of a stage.
        exercise: See ``led``.
        seen: From where the step was meant, see ``here``; empty for wherever the room is.

    Raises:
        SessionError: There is no such way, no step that way, the room has moved on, or the session has no exercise or
            has ended.
    """
    position = Position.read(store, session)
    if seen and seen != here(position):
        text = _("The room has moved on already: “{stage}” is on. Press again to go on from there.")
        raise SessionError(text.format(stage=position.stage.title if position.stage else session.title))
    kind = surely_led(position, exercise)
    step = _step(Attendance.read(store, position), kind, way)
    if step.left:
        come_back(store, session, step.left)
    elif step.beat:
        show_beat(store, session, step.beat.id)
    else:
        open_stage(store, session, step.kind.exercise, step.stage.id, beat=-1 if way == "back" else 0)
    return step


def _step(attendance: Attendance, kind: Kind, way: str) -> Step:
    steps, stages = Steps.around(attendance, kind), {stage.id: Step(kind, stage) for stage in kind.script}
    ways = {**stages, "next": steps.next, "back": steps.back}
    if way not in ways:
        text = _("“{way}” is no way to go. Use “next”, “back” or a stage: {known}.")
        raise SessionError(text.format(way=way[:20], known=", ".join(stages)))
    if step := ways[way]:
        return step
    stage, end = attendance.position.stage, _("last") if way == "next" else _("first")
    if not stage:
        raise SessionError(
            _("“{title}” hasn't begun; nothing comes before it.").format(title=kind.exercise.title)
        )
    text = _("There is nothing that way: “{stage}” is the {end} step of “{exercise}”.")
    raise SessionError(text.format(stage=stage.title, end=end, exercise=kind.exercise.title))
