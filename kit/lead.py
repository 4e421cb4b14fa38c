"""What a facilitator sees of a session and does in it, from whatever page. No web, no widgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from kit.activities.activity import Beat
from kit.content.exercise import Cue, Exercise
from kit.errors import SessionError
from kit.kinds import kind_of
from kit.kinds.question.own import question
from kit.kinds.script import Kind, Stage
from kit.room import Attendance, Position, open_stage, roles_in, room_of, show_beat
from kit.session import Participant, Session
from kit.steps import Step, Steps, beats_of, go, here, led, seen_after, surely_led
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import ngettext

MORE_MINUTES = 2

AFTERWARDS = ("remove", "bring-back")
"""What can still be done when the session has ended: its results are yet to be taken home."""


class Doing(StrEnum):
    """What somebody is doing. Whoever has finished may have put the phone away; nobody needs to look for them."""

    FINISHED = "finished"
    WORKING = "working"
    HERE = "here"
    NOT_BEGUN = "not-begun"
    OFFLINE = "offline"


def by_doing(attendance: Attendance) -> Mapping[Doing, Sequence[Participant]]:
    """Everybody in the order of joining, by what they are doing."""
    found: dict[Doing, list[Participant]] = {doing: [] for doing in Doing}
    for person in attendance.people:
        found[_doing(person, *attendance.progress.get(person.id, (0, 0)))].append(person)
    return found


def _doing(person: Participant, done: int, asked: int) -> Doing:
    if asked and done >= asked:
        return Doing.FINISHED
    if not person.is_here:
        return Doing.OFFLINE
    if not asked:
        return Doing.HERE
    return Doing.WORKING if done else Doing.NOT_BEGUN


@dataclass(frozen=True)
class Scene:
    """What a facilitator sees at a moment.

    Attributes:
        attendance: Who is in the session, and where it stands; None before there is a session.
        kind: The exercise that is led, as the session keeps it.
        reading: The stage whose words are read.
        person: Who of the people is looked at.
        token: What brings that person back on another device, if the facilitator asked for it.
    """

    attendance: Attendance | None
    kind: Kind
    reading: Stage
    person: Participant | None = None
    token: str = ""

    @property
    def position(self) -> Position | None:
        """Where the session stands; None before there is one."""
        return self.attendance.position if self.attendance else None

    @property
    def session(self) -> Session | None:
        """The session that is moved; None before there is one."""
        return self.position.session if self.position else None

    @property
    def is_open(self) -> bool:
        """Whether there is a session, and it goes on."""
        return self.session is not None and self.session.closed_at is None

    @property
    def has_ended(self) -> bool:
        """Whether the session is over: its results are yet to be taken home."""
        return self.session is not None and not self.is_open

    @property
    def on(self) -> Stage | None:
        """The stage of this exercise that the room is in; None while it is elsewhere."""
        here = self.position is not None and self.position.exercise == self.kind.exercise.id
        return self.position.stage if self.position and here else None

    @property
    def here(self) -> str:
        """Differs whenever the room has moved: a press says from where it was meant."""
        return here(self.position) if self.position else ""

    @cached_property
    def people(self) -> Mapping[Doing, Sequence[Participant]]:
        """Everybody, by what they are doing."""
        return by_doing(self.attendance) if self.attendance else {}

    @property
    def cue(self) -> Cue | None:
        """The words of the stage that is read."""
        return self.kind.cue(self.reading.id)

    @cached_property
    def steps(self) -> Steps:
        """What one press does."""
        if self.attendance is None or not self.is_open:
            return Steps(None, None)
        return Steps.around(self.attendance, self.kind)

    @property
    def beats(self) -> list[Beat]:
        """The steps of the result that is on."""
        return beats_of(self.on, self.attendance.room) if self.on and self.attendance else []

    @property
    def beat(self) -> Beat | None:
        """The one of them that is shown."""
        return next((beat for beat in self.beats if self.position and beat.id == self.position.beat), None)

    @property
    def skip(self) -> Stage | None:
        """The stage to which a press leaps over the steps that are left; None where the next press goes there."""
        rest = self.kind.script[self.kind.script.index(self.on) + 1 :] if self.on else ()
        return rest[0] if rest and self.steps.next and self.steps.next.beat else None

    @property
    def part(self) -> Beat | None:
        """The first step of what the stage shows next, such as who moved after the answers; None where it is near."""
        if self.on is None or self.beat is None or self.attendance is None:
            return None
        steps = self.on.beats(self.on.within(self.attendance.room))
        after = self.beats.index(self.beat) + 1
        later = zip(steps[after:], steps[after + 1 :], strict=False)
        return next((beat for (before, _beat), (activity, beat) in later if activity is not before), None)

    def minutes(self, stage: Stage) -> int:
        """How long a stage takes: as announced while it is on, else as suggested."""
        change = self.position.change if self.position and stage is self.on else None
        return change.minutes if change else self.kind.minutes[stage.id]

    def after(self, step: Step) -> Attendance | None:
        """The room as that step would show it."""
        return seen_after(step, self.attendance) if self.attendance else None


def _steps(store: Store, position: Position) -> Sequence[str]:
    """The ids of the beats in which the stage that is on shows its result; none where all are shown at once."""
    if position.stage is None or not position.beat:
        return ()
    return [beat.id for beat in beats_of(position.stage, Attendance.read(store, position).room)]


class Lead:
    """One facilitator, who leads a session through an exercise.

    Attributes:
        session: The one that is led; None before one is chosen.
        exercise: The one that is led through; None for the one that is on, else that of the session's start.
    """

    def __init__(self, store: Store, session: Session | None, exercise: Exercise | None = None) -> None:
        self.session = session
        self.exercise = exercise
        self._store = store
        self._reading = self._person = self._token = ""

    def scene(self, attendance: Attendance | None) -> Scene | None:
        """What this facilitator sees; None while the session has no exercise."""
        kind = (
            led(attendance.position, self.exercise)
            if attendance
            else self.exercise and kind_of(self.exercise)
        )
        if kind is None:
            return None
        first = Scene(attendance, kind, kind.script[0])
        people = attendance.people if attendance else ()
        person = next((one for one in people if one.pseudonym == self._person), None)
        token = self._token if self._token and self._store.awaits(self._token) else ""
        reading = kind.script.stage(self._reading) or first.on or first.reading
        return Scene(attendance, kind, reading, person, token)

    def act(self, message: Mapping[str, Any]) -> str | None:
        """Do what a press asks for; what to say about it, if it can't be seen.

        Raises:
            SessionError: There is no session, it has ended, or what is asked for can't be done now.
            ResponseError: There is nothing of that name to decide.
        """
        action, value = str(message.get("action")), str(message.get("value") or "")
        if action == "read":
            self._reading = value
        elif action == "person":
            self._person, self._token = value, ""
        else:
            return self._do(action, value, message, self.now(action in AFTERWARDS))
        return None

    def _do(self, action: str, value: str, message: Mapping[str, Any], session: Session) -> str | None:
        store = self._store
        match action:
            case "next" | "back":
                go(store, session, action, self.exercise, seen=value)
                self._reading = ""
            case "open":
                self._open(session, message)
            case "beat":
                show_beat(store, session, value)
            case "extend":
                if change := store.stage_now(session.id):
                    store.extend_stage(change.id, MORE_MINUTES)
            case "blank":
                store.blank(session.id, value == "yes" if value else not session.blank)
            case "ask":
                self._ask(session, message)
            case "decide":
                self._decide(session, message)
            case "lock":
                store.lock(session.id, value == "yes")
            case "nudge":
                return self._nudge(session)
            case "rename":
                store.rename(self._someone(session, value), str(message.get("name") or ""))
            case "remove":
                store.remove(person := self._someone(session, value))
                text = _("{name} is out, and their answers don’t count. You can bring them back.")
                return text.format(name=person.known_as)
            case "bring-back":
                store.remove(person := self._someone(session, value, removed=True), removed=False)
                return _("{name} is back, with all their answers.").format(name=person.known_as)
            case "free":
                self._person, self._token = value, store.return_token(self._someone(session, value).id)
            case "end":
                store.close_session(session.id)
            case _:
                text = _("“{action}” can't be done here. Reload the page.")
                raise SessionError(text.format(action=action[:20]))
        return None

    def now(self, or_ended: bool = False) -> Session:
        """The session as it is now.

        Raises:
            SessionError: There is none yet, or it has ended, though it may not.
        """
        if self.session is None:
            raise SessionError(_("There is no session yet. Start one at the top of the page."))
        self.session = self._store.session_by_id(self.session.id)
        if self.session.closed_at and not or_ended:
            text = _("Session {code} has ended. Start a new one at the top of the page.")
            raise SessionError(text.format(code=self.session.code))
        return self.session

    def _open(self, session: Session, message: Mapping[str, Any]) -> None:
        minutes = str(message.get("minutes") or "0")
        if not minutes.isdecimal() or len(minutes) > 9:
            text = _("“{typed}” isn’t a number of minutes. Use 0 for no limit.")
            raise SessionError(text.format(typed=minutes[:20]))
        kind = surely_led(Position.read(self._store, session), self.exercise)
        stage = str(message.get("stage"))[:60]
        beat = None if message.get("whole") else 0
        open_stage(self._store, session, kind.exercise, stage, int(minutes), beat)
        self._reading = ""

    def _ask(self, session: Session, message: Mapping[str, Any]) -> None:
        """Ask the room something beside its exercise; it comes back to where it was."""
        position = Position.read(self._store, session)
        roles, number = roles_in(self._store, position), 1 + sum(k.is_aside for k in position.kinds.values())
        # Of two facilitators who ask at one moment the second takes the next number.
        while not self._store.plan(session.id, asked := question(f"question-{number}", message, roles)):
            number += 1
        open_stage(self._store, session, asked, kind_of(asked).script[0].id)
        self._reading = ""

    def _decide(self, session: Session, message: Mapping[str, Any]) -> None:
        store, position = self._store, Position.read(self._store, session)
        kind = surely_led(position, self.exercise)
        said = [str(message[part]) for part in ("value", "words") if part in message]
        # Words beside the value are a line each; and so are items, where one press says the same of several.
        items, value = str(message.get("item", "")).splitlines() or [""], "\n".join(said)
        name = kind.exercise.id
        room, steps = room_of(store, position, name), _steps(store, position)
        for item, kept in [(item, kind.decide(item, value, room)) for item in items]:
            store.decide(session.id, name, item, kept)
        self._stay(session, steps)

    def _stay(self, session: Session, steps: Sequence[str]) -> None:
        """Where a decision took out the step that is on, go back to the last one before it that is left."""
        position = Position.read(self._store, session)
        if position.change is None or position.beat not in steps:
            return
        left = _steps(self._store, position)
        passed = [step for step in steps[: steps.index(position.beat)] if step in left]
        if position.beat not in left and passed:
            self._store.show_beat(position.change.id, passed[-1], blank=session.blank)

    def _nudge(self, session: Session) -> str:
        position = Position.read(self._store, session)
        waiting = len(by_doing(Attendance.read(self._store, position))[Doing.NOT_BEGUN])
        if position.change:
            self._store.nudge(position.change.id)
        text = ngettext(
            "{n} person who hasn’t begun got a gentle line.",
            "{n} people who haven’t begun got a gentle line.",
            waiting,
        )
        return text.format(n=waiting)

    def _someone(self, session: Session, pseudonym: str, removed: bool = False) -> Participant:
        people = self._store.participants(session.id, removed=removed)
        if found := next((person for person in people if person.pseudonym == pseudonym), None):
            return found
        raise SessionError(_("There is no “{name}” in this session.").format(name=pseudonym[:20]))
