"""What the facilitator does in a session: the stages and their beats, decisions, notes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from kit.content.exercise import Exercise
from kit.errors import SessionError
from kit.session import Note, StageChange
from kit.store.database import Database, made
from kit.store.limits import ITEM_LENGTH, MAX_MINUTES, NOTE_LENGTH, VALUE_LENGTH, fits, quoted
from kit.store.schema import decisions, exercises_used, notes, stage_changes
from kit.store.sessions import count_up, count_up_open
from kit.text import gettext as _


class Stages:
    """The part of the store that knows what the facilitator did."""

    database: Database

    def open_stage(
        self,
        session_id: int,
        exercise: Exercise,
        stage_id: str,
        params: Mapping[str, Any],
        minutes: int,
        beat: str = "",
        ends_at: datetime | None = None,
    ) -> StageChange:
        """Take the room to a stage. The exercise's first stage also takes a snapshot of its content.

        Args:
            ends_at: When its time is over; after its minutes, if it has any, when None.

        Raises:
            SessionError: The session is unknown or closed, the minutes are out of bounds, or the beat is no id.
        """
        _check_minutes(minutes)
        _check_beat(beat)
        used = {"session_id": session_id, "exercise": exercise.id}
        opened = {"stage": stage_id, "params": dict(params), "minutes": minutes, "beat": beat}
        now = datetime.now(UTC)
        if minutes and ends_at is None:
            ends_at = now + timedelta(minutes=minutes)
        times = {"opened_at": now, "ends_at": ends_at}
        insert = stage_changes.insert().values(**used, **opened, **times)
        with self.database.writing() as connection:
            count_up_open(connection, session_id, "stage_revision", blank=False)
            self._use(connection, session_id, exercise)
            row = connection.execute(insert.returning(stage_changes)).one()
        return made(StageChange, row)

    def plan(self, session_id: int, exercise: Exercise) -> bool:
        """Say which exercise comes next, before its first stage opens; its content is kept from now on.

        Returns:
            Whether it is kept; not where the session has one of this id already.

        Raises:
            SessionError: The session is unknown or closed.
        """
        with self.database.writing() as connection:
            count_up_open(connection, session_id, "stage_revision")
            return self._use(connection, session_id, exercise)

    def _use(self, connection: Connection, session_id: int, exercise: Exercise) -> bool:
        content = exercise.model_dump(mode="json")
        insert = self.database.insert(exercises_used).on_conflict_do_nothing()
        insert = insert.values(session_id=session_id, exercise=exercise.id, content=content)
        return connection.scalar(insert.returning(exercises_used.c.id)) is not None

    def extend_stage(self, change_id: int, minutes_more: int) -> StageChange:
        """Announce a longer stage (or, with a negative number, a shorter one).

        Where the time is over, or none was announced, the minutes begin now.

        Raises:
            SessionError: There is no such stage change, or the minutes get out of bounds.
        """

        def longer(change: StageChange) -> Mapping[str, Any]:
            _check_minutes(minutes := change.minutes + minutes_more)
            now = datetime.now(UTC)
            ends_at = max(change.ends_at or now, now) + timedelta(minutes=minutes_more)
            return {"minutes": minutes, "ends_at": ends_at if minutes else None}

        return self._change_stage(change_id, longer)

    def nudge(self, change_id: int) -> StageChange:
        """Ask those who haven't begun that stage gently to do so.

        Raises:
            SessionError: There is no such stage change.
        """
        return self._change_stage(change_id, lambda _change: {"nudged_at": datetime.now(UTC)})

    def show_beat(self, change_id: int, beat: str, blank: bool = False) -> StageChange:
        """Show the stage's result in that step, in every process; the big screen comes back unless it stays blank.

        Raises:
            SessionError: There is no such stage change, or the beat is no id.
        """
        _check_beat(beat)
        return self._change_stage(change_id, lambda _change: {"beat": beat}, blank=blank)

    def stage_now(self, session_id: int) -> StageChange | None:
        """Where the room is, or None before the first stage."""
        query = select(stage_changes).where(stage_changes.c.session_id == session_id)
        latest = self.database.rows(query.order_by(stage_changes.c.id.desc()).limit(1))
        return made(StageChange, latest[0]) if latest else None

    def stage_changes(self, session_id: int) -> list[StageChange]:
        """The course of a session, from its first stage on."""
        return [made(StageChange, row) for row in self.database.rows_of(session_id, stage_changes)]

    def exercises_used(self, session_id: int) -> list[dict[str, Any]]:
        """The contents of all exercises that the session opened, in the order of opening."""
        return [row.content for row in self.database.rows_of(session_id, exercises_used)]

    def decide(self, session_id: int, exercise: str, item: str, value: str) -> None:
        """Keep a decision about the room's responses, such as two phrases merged. It replaces an earlier one.

        Raises:
            SessionError: The session is unknown or hasn't opened the exercise; the text is too long, or not text.
        """
        if not (fits(item, 1, ITEM_LENGTH) and fits(value, 0, VALUE_LENGTH)):
            raise SessionError(_("The decision “{item}” can't be kept.").format(item=ascii(item)[1:41]))
        used = {"session_id": session_id, "exercise": exercise}
        with self.database.writing() as connection:
            count_up(connection, session_id, "stage_revision")
            if connection.execute(select(exercises_used.c.id).filter_by(**used)).first() is None:
                raise SessionError(_("“{exercise}” hasn't begun.").format(exercise=exercise[:60]))
            values = {**used, "item": item, "value": value, "at": datetime.now(UTC)}
            connection.execute(decisions.insert().values(values))

    def decisions(self, session_id: int, exercise: str) -> dict[str, str]:
        """The facilitator's decisions of an exercise that count now, the latest last: item -> value."""
        theirs = decisions.c.session_id == session_id, decisions.c.exercise == exercise
        query = select(decisions.c.item, decisions.c.value).where(*theirs)
        found: dict[str, str] = {}
        for item, value in self.database.rows(query.order_by(decisions.c.id)):
            found.pop(item, None)
            found[item] = value
        return found

    def add_note(self, session_id: int, exercise: str, text: str) -> Note:
        """Write something down.

        Raises:
            SessionError: The session is unknown; the text is empty, too long, or not text.
        """
        if not text.strip() or not fits(text, 1, NOTE_LENGTH):
            words = _("The note “{text}” can't be kept. Use 1 to {length} characters of text.")
            raise SessionError(words.format(text=quoted(text), length=NOTE_LENGTH))
        values = {"session_id": session_id, "exercise": exercise, "text": text, "at": datetime.now(UTC)}
        with self.database.writing() as connection:
            count_up(connection, session_id, "note_revision")
            row = connection.execute(notes.insert().values(values).returning(notes)).one()
        return made(Note, row)

    def notes(self, session_id: int) -> list[Note]:
        """The facilitator's notes, the oldest first."""
        return [made(Note, row) for row in self.database.rows_of(session_id, notes)]

    def _change_stage(
        self, change_id: int, news: Callable[[StageChange], Mapping[str, Any]], **of_session: Any
    ) -> StageChange:
        this = stage_changes.c.id == change_id
        with self.database.writing() as connection:
            row = connection.execute(select(stage_changes).where(this).with_for_update()).first()
            if row is None:
                raise SessionError(_("There is no stage change {number}.").format(number=change_id))
            change = update(stage_changes).where(this).values(news(made(StageChange, row)))
            row = connection.execute(change.returning(stage_changes)).one()
            count_up(connection, row.session_id, "stage_revision", **of_session)
        return made(StageChange, row)


def _check_minutes(minutes: int) -> None:
    if not 0 <= minutes <= MAX_MINUTES:
        text = _("{minutes} minutes can't be announced. Use 0 (no limit) to {most}.")
        raise SessionError(text.format(minutes=minutes, most=MAX_MINUTES))


def _check_beat(beat: str) -> None:
    if not fits(beat, 0, ITEM_LENGTH):
        text = _("“{beat}” can't be shown. Use the id of a beat, at most {length} characters of text.")
        raise SessionError(text.format(beat=quoted(beat), length=ITEM_LENGTH))
