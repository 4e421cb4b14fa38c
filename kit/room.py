"""Where a session stands, who is in it and what was: store and kind put together. No web, no widgets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any, Self

from kit.activities.activity import Decisions, Room, Seat
from kit.content.exercise import Exercise
from kit.errors import ResponseError, SessionError
from kit.kinds import exercise_from, kind_of
from kit.kinds.script import NO_ONE, Kind, Script, Stage, Taken
from kit.session import Change, Participant, Session, StageChange, clean_seq
from kit.store.store import Store
from kit.text import gettext as _


@dataclass(frozen=True)
class Position:
    """Which exercises a session has used, what takes answers, and the stage it is in.

    Attributes:
        kinds: Every exercise that was opened, with the content as it was then and what the facilitator added.
        taken: Of each of them the activities that have taken responses so far.
        change: The latest step of the facilitator, or None before the first.
        decisions: What the facilitator has decided about the responses to the exercise that is on.
        removed: Those whom the facilitator has taken out; they and what they said count nowhere.
        left: While a question is asked beside an exercise: the step that the room left for it, and will come back to.
        left_at: When it did.
        over: Of each question that is asked no more: since when.
    """

    session: Session
    kinds: Mapping[str, Kind]
    taken: Mapping[str, Taken]
    change: StageChange | None
    decisions: Decisions
    removed: tuple[Participant, ...] = ()
    left: StageChange | None = None
    left_at: datetime | None = None
    over: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store, session: Session) -> Self:
        """Read where a session stands now."""
        exercises = [
            exercise_from(content).decided(store.decisions(session.id, content["id"]))
            for content in store.exercises_used(session.id)
        ]
        kinds = {exercise.id: kind_of(exercise) for exercise in exercises}
        for kind in kinds.values():
            kind.prepare()  # here, in a worker thread, before anybody types
        changes = store.stage_changes(session.id)
        taken = {
            name: kind.script.taken((c.stage, c.params) for c in changes if c.exercise == name)
            for name, kind in kinds.items()
        }
        now = changes[-1] if changes else None
        decisions = store.decisions(session.id, now.exercise) if now else {}
        removed = tuple(store.participants(session.id, removed=True))
        left, left_at = _left(changes, kinds)
        over = _over(changes, kinds)
        return cls(session, kinds, taken, now, decisions, removed, left, left_at, over)

    @property
    def kind(self) -> Kind | None:
        """The exercise that is on now."""
        return self.kinds.get(self.exercise)

    @property
    def exercise(self) -> str:
        """The id of the exercise that is on now; empty before the first stage."""
        return self.change.exercise if self.change else ""

    @property
    def is_aside(self) -> bool:
        """Whether a question is asked beside the exercise."""
        return self.kind is not None and self.kind.is_aside

    @property
    def coming_back(self) -> StageChange | None:
        """The step that the room left for a question, with as much time left as then; None without one."""
        if self.left is None or self.left_at is None:
            return None
        ends_at = self.left.ends_at and self.left.ends_at + (datetime.now(UTC) - self.left_at)
        return replace(self.left, ends_at=ends_at)

    @property
    def stage(self) -> Stage | None:
        """The stage that is on now; None before the first, after the end, and where an exercise has lost it."""
        if self.session.closed_at or self.change is None:
            return None
        return self.kinds[self.exercise].script.stage(self.change.stage)

    @property
    def sees_room(self) -> bool:
        """Whether what participants see depends on others' answers now."""
        return self.stage is not None and (self.stage.sees_room or self.stage.live)

    @property
    def view_id(self) -> str:
        """Changes exactly when participants must see something else."""
        return f"{self.change.id if self.change else 0}{'-closed' if self.session.closed_at else ''}"

    @property
    def beat(self) -> str:
        """The step in which the stage's result is shown; empty for all at once."""
        return self.change.beat if self.change else ""

    @property
    def blank(self) -> bool:
        """Whether the big screen shows nothing for now."""
        return self.session.blank

    def empty_room(self) -> Room:
        """The room as it is seen in a stage that shows nobody's answers."""
        return Room.empty(self.change.params if self.change else {}, self.decisions)

    def seconds_left(self) -> int | None:
        """Seconds until the announced end of the stage; None where no time was announced."""
        ends = self.change.ends_at if self.change else None
        return max(0, round((ends - datetime.now(UTC)).total_seconds())) if ends else None

    @property
    def is_long(self) -> bool:
        """Whether more than a minute was announced: else “one minute left” would be said as the stage begins."""
        return self.change is not None and self.change.minutes > 1

    def accept(self, participant: Participant, message: Mapping[str, Any], seat: Seat = NO_ONE) -> Change:
        """The change that a participant's message asks for, checked by the rules of its exercise.

        ``seat`` is what the person has said in the exercise that is on.

        An activity that was opened and is over still takes what a phone kept while it was offline; it is marked late.

        Raises:
            ResponseError: The message is malformed, or its exercise, round, item or value can't be taken.
        """
        exercise = message.get("exercise")
        if not isinstance(exercise, str):
            raise _malformed(message)
        kind = self.kinds.get(exercise)
        if kind is None:
            raise ResponseError(_("“{exercise}” takes no answers here.").format(exercise=exercise[:60]))
        here = self.kind is kind
        taken, said = self.taken[kind.exercise.id], seat if here else NO_ONE
        change = accept(kind, kind.script, participant, message, taken, said)
        return replace(change, late=change.round not in self._rounds_open(kind))

    def _rounds_open(self, kind: Kind) -> frozenset[int]:
        """The rounds of an exercise whose answers are on time; also of a stage that was left for a question."""
        step = next(
            (step for step in (self.change, self.left) if step and step.exercise == kind.exercise.id), None
        )
        stage = kind.script.stage(step.stage) if step and not self.session.closed_at else None
        return stage.rounds if stage else frozenset()


def _left(
    changes: Sequence[StageChange], kinds: Mapping[str, Kind]
) -> tuple[StageChange | None, datetime | None]:
    """The last step that was no question, and when the first question after it was asked; nothing if none is on."""
    first = None
    for change in reversed(changes):
        if not kinds[change.exercise].is_aside:
            return (change, first.opened_at) if first else (None, None)
        first = change
    return None, None


def _over(changes: Sequence[StageChange], kinds: Mapping[str, Kind]) -> dict[str, datetime]:
    """Of each question when the last stage that asks it was left; nothing of one that is asked now."""
    until: dict[str, datetime | None] = {}
    for change, after in zip_longest(changes, changes[1:]):
        kind = kinds[change.exercise]
        stage = kind.script.stage(change.stage)
        if kind.is_aside and stage and stage.rounds:
            until[change.exercise] = after.opened_at if after else None
    return {name: at for name, at in until.items() if at}


@dataclass(frozen=True)
class Attendance:
    """Who is in a session and what they have answered in the exercise that is on.

    Attributes:
        people: Everybody who joined and wasn't removed, in order.
        room: What they have answered.
    """

    position: Position
    people: tuple[Participant, ...]
    room: Room

    @classmethod
    def read(cls, store: Store, position: Position, people: tuple[Participant, ...] | None = None) -> Self:
        """Read the people, unless it is known who is here, and their answers as they are now."""
        change, session_id, exercise = position.change, position.session.id, position.exercise
        responses = store.responses(session_id, exercise)
        people = tuple(store.participants(session_id)) if people is None else people
        opened, beat = (change.params, change.beat) if change else ({}, "")
        names = _names(people, position, exercise)
        room = Room(responses, opened, position.decisions, beat, people=names)
        return cls(position, people, room)

    @classmethod
    def counted(cls, store: Store, position: Position, people: tuple[Participant, ...] | None = None) -> Self:
        """The same, with what the stage shows of the room counted now; else whoever asks first waits for it."""
        attendance, stage = cls.read(store, position, people), position.stage
        for activity in stage.activities if stage else ():
            if activity in (*stage.shows, *stage.wall) or activity.from_room:
                attendance.room.of(activity)
        return attendance

    def seat(self, person: Participant) -> Seat:
        """What that person has said."""
        return self.room.seat(person.pseudonym)

    @cached_property
    def progress(self) -> Mapping[int, tuple[int, int]]:
        """Participant id -> how many items that person has answered, of how many; empty where nothing is asked."""
        stage = self.position.stage
        if stage is None or not stage.rounds:
            return {}
        return {person.id: stage.progress(self.room, self.seat(person)) for person in self.people}

    @property
    def finished(self) -> int | None:
        """How many have answered everything of this stage; None in a stage that asks for nothing."""
        stage = self.position.stage
        if stage is None or not stage.rounds:
            return None
        return sum(total > 0 and done >= total for done, total in self.progress.values())

    @property
    def asked(self) -> int:
        """Of how many anything is asked in this stage."""
        return sum(total > 0 for _done, total in self.progress.values())


def _names(people: Iterable[Participant], position: Position, exercise: str) -> dict[str, str]:
    """Who is in an exercise's room, in order: pseudonym -> name. Nobody who came when a question was over is in its."""
    over = position.over.get(exercise)
    return {person.pseudonym: person.name for person in people if over is None or person.joined_at < over}


def room_of(store: Store, position: Position, exercise: str, rehearsed: bool = True) -> Room:
    """Everybody's answers to an exercise and what was decided about them, as they are now and in no stage."""
    session_id = position.session.id
    responses = store.responses(session_id, exercise, rehearsed)
    names = _names(store.participants(session_id, rehearsed), position, exercise)
    return Room(responses, {}, store.decisions(session_id, exercise), people=names)


@dataclass(frozen=True)
class Past:
    """An exercise that was used, as people keep it when the session is over.

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


def roles_in(store: Store, position: Position) -> dict[str, str]:
    """Who is in a room, in order: pseudonym -> the role that they told in one of its exercises; empty for none."""
    session_id, told = position.session.id, dict[str, str]()
    for name, kind in position.kinds.items():
        roles = kind.roles(room_of(store, position, name))
        told |= {person: role for person, role in roles.items() if role}
    return {person.pseudonym: told.get(person.pseudonym, "") for person in store.participants(session_id)}


def accept(
    kind: Kind,
    script: Script,
    who: Participant,
    message: Mapping[str, Any],
    taken: Taken | None = None,
    seat: Seat = NO_ONE,
) -> Change:
    """The change that a message asks for: a phone's, or a learner's who practises.

    Args:
        taken: What takes answers; None is the whole script.
        seat: What the person has said so far.

    Raises:
        ResponseError: The message is malformed, or its round, item or value can't be taken.
    """
    round_number, item, value = message.get("round"), message.get("item"), message.get("value")
    if type(round_number) is not int or not isinstance(item, str) or not isinstance(value, str):
        raise _malformed(message)
    kept = script.accept(round_number, item, value, taken, seat)
    seq, exercise = clean_seq(message.get("seq")), kind.exercise.id
    return Change(who.session_id, who.id, exercise, round_number, item, kept, seq)


def _malformed(message: Mapping[str, Any]) -> ResponseError:
    text = _(
        "A change needs the texts “exercise”, “item” and “value”, and a whole number “round”; got {keys}."
    )
    return ResponseError(text.format(keys=sorted(map(str, message))[:8]))


def open_stage(
    store: Store,
    session: Session,
    exercise: Exercise,
    stage_id: str,
    minutes: int | None = None,
    beat: int | None = None,
) -> StageChange:
    """Move the room to a stage.

    Args:
        minutes: Announced length; the stage's own suggestion when None, no limit when 0.
        beat: With which of the beats of its result it begins, such as 0, or -1 for the last; None for all at once.

    Raises:
        SessionError: The session has ended, or the exercise has no such stage.
    """
    if store.session_by_id(session.id).closed_at:
        text = _("Session {code} has ended. Start a new one at the top of the page.")
        raise SessionError(text.format(code=session.code))
    position = Position.read(store, session)
    kind = position.kinds.get(exercise.id) or kind_of(exercise)
    stage = kind.script.stage(stage_id)
    if stage is None:
        known = ", ".join(known.id for known in kind.script)
        text = _("“{exercise}” has no stage “{stage}”. Use one of: {known}.")
        raise SessionError(text.format(exercise=exercise.id, stage=stage_id, known=known))
    earlier = [change for change in store.stage_changes(session.id) if change.exercise == exercise.id]
    room = room_of(store, position, exercise.id).at(earlier[-1].params if earlier else {})
    room = beginning(stage, room, beat)
    length = kind.minutes[stage.id] if minutes is None else minutes
    return store.open_stage(session.id, kind.exercise, stage.id, room.opened, length, room.beat)


def beginning(stage: Stage, room: Room, beat: int | None) -> Room:
    """The room as a stage opens in it: with what that fixes, and the beat with which it begins."""
    room = room.at(stage.opening(room))
    beats = [] if beat is None else stage.beats(stage.within(room))
    return room.at(room.opened, beats[beat or 0][1].id) if beats else room


def begin(store: Store, session: Session, exercise: Exercise) -> None:
    """Say which exercise a new session is for; where that has a warm-up, it is on from now on.

    Raises:
        SessionError: The session has ended.
    """
    store.plan(session.id, exercise)
    if exercise.warm_up:
        open_stage(store, session, exercise, kind_of(exercise).script[0].id)


def come_back(store: Store, session: Session, step: StageChange) -> StageChange:
    """Bring the room back to a step that was left for a question: to its stage, beat and time left.

    Raises:
        SessionError: The session has ended.
    """
    exercise = Position.read(store, session).kinds[step.exercise].exercise
    return store.open_stage(
        session.id, exercise, step.stage, step.params, step.minutes, step.beat, step.ends_at
    )


def show_beat(store: Store, session: Session, beat: str) -> StageChange:
    """Show one step of the results that are on, or with an empty id all of them at once.

    Raises:
        SessionError: No stage is on, or it has no such step.
    """
    position = Position.read(store, session)
    room, stage = Attendance.read(store, position).room, position.stage
    known = [found.id for _activity, found in stage.beats(room)] if stage else []
    if position.change is None or (beat and beat not in known):
        text = _("“{beat}” is no step of what is shown now. There is: {known}.")
        raise SessionError(
            text.format(beat=beat[:60], known=", ".join(known) or _("nothing to show in steps"))
        )
    return store.show_beat(position.change.id, beat)
