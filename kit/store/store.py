"""Everything that is kept of sessions: who sits where, which stage is open, what was answered.

Methods block for as long as the database does (about a millisecond with SQLite); only ``save`` is queued.
Any thread may call them. Every method raises ``StoreError`` when the database fails.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Self

import pandas as pd
from sqlalchemy import Connection, Row, Select, func, select, update

from kit.content.exercise import Exercise
from kit.errors import SessionError
from kit.session import Change, Names, Participant, Session, StageChange, clean_code, clean_name, new_code
from kit.store.database import Database, open_database
from kit.store.rows import (
    Note,
    Revision,
    note_from,
    participant_from,
    pseudonym_of,
    session_from,
    stage_change_from,
)
from kit.store.schema import (
    ID_LENGTH,
    ITEM_LENGTH,
    MAX_MINUTES,
    NOTE_LENGTH,
    TITLE_LENGTH,
    VALUE_LENGTH,
    decisions,
    exercises_used,
    notes,
    participants,
    responses,
    sessions,
    stage_changes,
)
from kit.store.storable import is_storable, quoted
from kit.store.writer import Writer
from kit.text import gettext as _

PATIENCE_SECONDS = 10.0


class Store:
    """One database of sessions. Use it as a context manager, or close it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writer = Writer(database)

    @classmethod
    def open(cls, url: str, patience_seconds: float = PATIENCE_SECONDS) -> Self:
        """Open, and if need be create or migrate, the database of that URL.

        Args:
            url: ``sqlite:///path/to/file.db`` (its folder is created) or ``postgresql://user:password@host/name``.
            patience_seconds: How long a write waits for a busy or restarting database before it fails.

        Raises:
            StoreError: The URL is wrong, the database can't be reached or isn't one, or a newer kit made it.
        """
        return cls(open_database(url, patience_seconds))

    def close(self) -> None:
        """Write what is queued and close every connection."""
        self._writer.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # sessions

    def create_session(self, title: str, names: Names) -> Session:
        """A new session with a fresh join code.

        Raises:
            SessionError: The title is empty, too long, or not text.
        """
        title = _clean_text(title, TITLE_LENGTH)
        insert = self.database.insert(sessions).on_conflict_do_nothing(index_elements=["code"])
        with self.database.writing() as connection:
            row = None
            while row is None:  # a code that is taken is as rare as 1 in 148 million a session
                values = {"code": new_code(), "title": title, "names": names.value}
                new = insert.values(**values, created_at=datetime.now(UTC)).returning(sessions)
                row = connection.execute(new).first()
        return session_from(row)

    def sessions(self, open_only: bool = False) -> list[Session]:
        """The live sessions, the newest first; practice sessions are left out."""
        query = select(sessions).where(sessions.c.code.is_not(None))
        if open_only:
            query = query.where(sessions.c.closed_at.is_(None))
        newest_first = query.order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        return [session_from(row) for row in self._rows(newest_first)]

    def session(self, code: str) -> Session:
        """The session of that join code, as typed.

        Raises:
            SessionError: There is none.
        """
        code = clean_code(code)
        for row in self._rows(select(sessions).where(sessions.c.code == code)):
            return session_from(row)
        raise SessionError(
            _("There is no session with the code “{code}”. Look at the big screen and type it again.").format(
                code=code
            )
        )

    def session_by_id(self, session_id: int) -> Session:
        """The session of that id, practice sessions included.

        Raises:
            SessionError: There is none.
        """
        with self.database.reading() as connection:
            return session_from(_session_row(connection, session_id))

    def close_session(self, session_id: int) -> None:
        """End a session: nobody joins and no stage opens any more. Closing it again changes nothing."""
        with self.database.writing() as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.id == session_id, sessions.c.closed_at.is_(None))
                .values(closed_at=datetime.now(UTC), stage_revision=sessions.c.stage_revision + 1)
            )

    def practice(self, key: str) -> tuple[Session, Participant]:
        """The learner's own session and seat, made on the first call. Only a hash of the key is kept.

        Raises:
            SessionError: The key is empty.
        """
        if not key:
            raise SessionError(_("A learner's key is “”. Use a long random text that the browser keeps."))
        now = datetime.now(UTC)
        values = {
            "practice_key": _hash(key),
            "title": _("Practice"),
            "names": Names.OFF.value,
            "created_at": now,
        }
        insert = self.database.insert(sessions).on_conflict_do_nothing(index_elements=["practice_key"])
        with self.database.writing() as connection:
            connection.execute(insert.values(values))
            mine = select(sessions).where(sessions.c.practice_key == values["practice_key"]).with_for_update()
            session = session_from(connection.execute(mine).one())
            seat = select(participants).where(participants.c.session_id == session.id)
            row = connection.execute(seat).first() or _add_participant(connection, session.id, 1, "", None)
        return session, participant_from(row)

    # people

    def join(self, session_id: int, name: str, limit: int = 500) -> tuple[Participant, str]:
        """A new seat and its secret, which isn't kept here: only its hash is.

        Args:
            session_id: Which session.
            name: As typed; the session's rule for names is applied.
            limit: How many seats the session may have.

        Raises:
            SessionError: The session is unknown, closed or full, or asks for a name.
        """
        secret = secrets.token_urlsafe(32)
        with self.database.writing() as connection:
            session = _open_session(connection, session_id)
            name = clean_name(name, session.names)
            taken = connection.scalar(
                select(func.coalesce(func.max(participants.c.number), 0)).where(
                    participants.c.session_id == session_id
                )
            )
            if taken >= limit:
                raise SessionError(
                    _(
                        "This session is full: all {limit} seats are taken. Please tell the facilitator."
                    ).format(limit=limit)
                )
            row = _add_participant(connection, session_id, taken + 1, name, _hash(secret))
            _count_up(connection, session_id, "people_revision")
        return participant_from(row), secret

    def seat(self, session_id: int, secret: str) -> Participant | None:
        """Whose seat the secret opens in this session, or None."""
        # The database compares hashes, so how long it takes says nothing about the secret.
        theirs = participants.c.secret_hash == _hash(secret), participants.c.session_id == session_id
        found = self._rows(select(participants).where(*theirs))
        return participant_from(found[0]) if found else None

    def valid_secrets(self, session_id: int, secrets_held: Collection[str]) -> set[str]:
        """Those of the secrets that open a seat of this session now."""
        query = select(participants.c.secret_hash).where(participants.c.session_id == session_id)
        known = {row.secret_hash for row in self._rows(query)}
        return {secret for secret in secrets_held if _hash(secret) in known}

    def participants(self, session_id: int) -> list[Participant]:
        """Everybody of a session, in the order of joining."""
        query = select(participants).where(participants.c.session_id == session_id)
        return list(map(participant_from, self._rows(query.order_by(participants.c.number))))

    def return_token(self, participant_id: int) -> str:
        """A fresh one-time token for moving this seat to another device; an earlier one becomes void.

        Raises:
            SessionError: There is no such participant.
        """
        token = secrets.token_urlsafe(32)
        keep = (
            update(participants).where(participants.c.id == participant_id).values(return_hash=_hash(token))
        )
        with self.database.writing() as connection:
            changed = connection.execute(keep).rowcount
        if not changed:
            raise SessionError(_("There is no participant {number}.").format(number=participant_id))
        return token

    def move_seat(self, session_id: int, token: str) -> tuple[Participant, str] | None:
        """Trade a return token for the seat and a new secret. The old secret and the token become void."""
        secret = secrets.token_urlsafe(32)
        move = (
            update(participants)
            .where(participants.c.return_hash == _hash(token), participants.c.session_id == session_id)
            .values(secret_hash=_hash(secret), return_hash=None)
            .returning(participants)
        )
        with self.database.writing() as connection:
            row = connection.execute(move).first()
            if row is None:
                return None
            _count_up(connection, session_id, "people_revision")
        return participant_from(row), secret

    # the course of a session

    def open_stage(
        self,
        session_id: int,
        exercise: Exercise,
        stage_id: str,
        params: Mapping[str, Any],
        minutes: int,
        beat: str = "",
    ) -> StageChange:
        """Take the room to a stage. The exercise's first stage also takes a snapshot of its content.

        Raises:
            SessionError: The session is unknown or closed, the minutes are out of bounds, or the beat is no id.
        """
        _check_minutes(minutes)
        _check_beat(beat)
        snapshot = {
            "session_id": session_id,
            "exercise": exercise.id,
            "content": exercise.model_dump(mode="json"),
        }
        values = {
            "session_id": session_id,
            "exercise": exercise.id,
            "stage": stage_id,
            "params": dict(params),
            "minutes": minutes,
            "opened_at": datetime.now(UTC),
            "beat": beat,
        }
        with self.database.writing() as connection:
            _open_session(connection, session_id)
            connection.execute(self.database.insert(exercises_used).values(snapshot).on_conflict_do_nothing())
            insert = stage_changes.insert().values(values).returning(stage_changes)
            row = connection.execute(insert).one()
            _count_up(connection, session_id, "stage_revision")
        return stage_change_from(row)

    def extend_stage(self, change_id: int, minutes_more: int) -> StageChange:
        """Announce a longer stage (or, with a negative number, a shorter one).

        Raises:
            SessionError: There is no such stage change, or the minutes get out of bounds.
        """
        return self._change_stage(change_id, minutes=stage_changes.c.minutes + minutes_more)

    def show_beat(self, change_id: int, beat: str) -> StageChange:
        """Show the stage's result in that step, in every process.

        Raises:
            SessionError: There is no such stage change, or the beat is no id.
        """
        _check_beat(beat)
        return self._change_stage(change_id, beat=beat)

    def stage_now(self, session_id: int) -> StageChange | None:
        """Where the room is, or None before the first stage."""
        query = select(stage_changes).where(stage_changes.c.session_id == session_id)
        latest = self._rows(query.order_by(stage_changes.c.id.desc()).limit(1))
        return stage_change_from(latest[0]) if latest else None

    def stage_changes(self, session_id: int) -> list[StageChange]:
        """The course of a session, from its first stage on."""
        query = select(stage_changes).where(stage_changes.c.session_id == session_id)
        return list(map(stage_change_from, self._rows(query.order_by(stage_changes.c.id))))

    def exercises_used(self, session_id: int) -> list[dict[str, Any]]:
        """The contents of all exercises that the session opened, in the order of opening."""
        query = select(exercises_used.c.content).where(exercises_used.c.session_id == session_id)
        return [row.content for row in self._rows(query.order_by(exercises_used.c.id))]

    def _change_stage(self, change_id: int, **values: Any) -> StageChange:
        change = update(stage_changes).where(stage_changes.c.id == change_id).values(values)
        with self.database.writing() as connection:
            row = connection.execute(change.returning(stage_changes)).first()
            if row is None:
                raise SessionError(_("There is no stage change {number}.").format(number=change_id))
            _check_minutes(row.minutes)
            _count_up(connection, row.session_id, "stage_revision")
        return stage_change_from(row)

    # responses

    def save(self, change: Change) -> Future[None]:
        """Queue a change; it is on disk when the future is done.

        A replay is acknowledged and changes nothing; a change that is older than the current one enters only
        the history. The future fails with ResponseError when the change can't be taken, such as a text that is
        too long; with SequenceError when its number was used for another value (send it again with a higher
        one); with StoreError when the participant isn't of that session, or the database is out of order (send it
        again as it is).
        """
        return self._writer.save(change)

    def answers(self, participant_id: int, exercise: str) -> dict[tuple[int, str], str]:
        """What one participant answers now: (round, item) -> value."""
        query = select(responses.c.round, responses.c.item, responses.c.value).where(
            responses.c.participant_id == participant_id, responses.c.exercise == exercise
        )
        return {(round, item): value for round, item, value in self._rows(query)}

    def all_answers(self, session_id: int, exercise: str) -> dict[int, dict[tuple[int, str], str]]:
        """What everybody answers now, by the participant's id; whoever answered nothing is missing."""
        now = responses.c
        query = select(now.participant_id, now.round, now.item, now.value).where(
            now.session_id == session_id, now.exercise == exercise
        )
        found: dict[int, dict[tuple[int, str], str]] = {}
        for participant_id, round, item, value in self._rows(query):
            found.setdefault(participant_id, {})[round, item] = value
        return found

    def last_seq(self, participant_id: int) -> int:
        """The highest sequence number of this participant, 0 if none; a page counts on from here."""
        highest = select(func.max(responses.c.seq)).where(responses.c.participant_id == participant_id)
        return self._rows(highest)[0][0] or 0

    def responses(self, session_id: int, exercise: str) -> pd.DataFrame:
        """The current responses to one exercise, one row each, sorted by order of joining, round, item.

        Columns: ``participant`` (pseudonym, str), ``round`` (int64), ``item`` (str), ``value`` (str), ``at``
        (datetime64[us, UTC]: when it arrived), ``late`` (bool: the round was over by then).
        """
        now = responses.c
        query = (
            select(participants.c.number, now.round, now.item, now.value, now.at, now.late)
            .join_from(responses, participants, participants.c.id == now.participant_id)
            .where(now.session_id == session_id, now.exercise == exercise)
            .order_by(participants.c.number, now.round, now.item)
        )
        rows = [(pseudonym_of(number), *rest) for number, *rest in self._rows(query)]
        frame = pd.DataFrame(rows, columns=["participant", "round", "item", "value", "at", "late"])
        frame["at"] = pd.to_datetime(frame["at"], utc=True)
        return frame.astype(
            {
                "participant": "str",
                "round": "int64",
                "item": "str",
                "value": "str",
                "at": "datetime64[us, UTC]",
                "late": "bool",
            }
        )

    def revision(self, session_id: int) -> Revision:
        """A cheap value to compare: which sort of thing has changed since it was last asked.

        Raises:
            SessionError: There is no such session.
        """
        with self.database.reading() as connection:
            row = _session_row(connection, session_id)
        return Revision(row.stage_revision, row.people_revision, row.response_revision, row.note_revision)

    # what the facilitator decides

    def decide(self, session_id: int, exercise: str, item: str, value: str) -> None:
        """Keep a decision about the room's responses, such as two phrases merged. It replaces an earlier one.

        Raises:
            SessionError: The session is unknown or hasn't opened the exercise; the text is too long, or not text.
        """
        fits = 0 < len(item) <= ITEM_LENGTH and len(value) <= VALUE_LENGTH
        if not fits or not is_storable(item + value):
            raise SessionError(_("The decision “{item}” can't be kept.").format(item=ascii(item)[1:41]))
        values = {"session_id": session_id, "exercise": exercise, "item": item, "value": value}
        with self.database.writing() as connection:
            _session_row(connection, session_id)
            used = exercises_used.c
            known = select(used.id).where(used.session_id == session_id, used.exercise == exercise)
            if connection.execute(known).first() is None:
                raise SessionError(_("“{exercise}” hasn't begun.").format(exercise=exercise[:60]))
            connection.execute(decisions.insert().values(**values, at=datetime.now(UTC)))
            _count_up(connection, session_id, "stage_revision")

    def decisions(self, session_id: int, exercise: str) -> dict[str, str]:
        """The facilitator's decisions of an exercise that count now: item -> value."""
        query = select(decisions.c.item, decisions.c.value).where(
            decisions.c.session_id == session_id, decisions.c.exercise == exercise
        )
        return {item: value for item, value in self._rows(query.order_by(decisions.c.id))}

    # notes

    def add_note(self, session_id: int, exercise: str, text: str) -> Note:
        """Write something down.

        Raises:
            SessionError: The session is unknown; the text is empty, too long, or not text.
        """
        if not text.strip() or len(text) > NOTE_LENGTH or not is_storable(text):
            raise SessionError(
                _("The note “{text}” can't be kept. Use 1 to {length} characters of text.").format(
                    text=quoted(text), length=NOTE_LENGTH
                )
            )
        values = {"session_id": session_id, "exercise": exercise, "text": text, "at": datetime.now(UTC)}
        with self.database.writing() as connection:
            _session_row(connection, session_id)
            row = connection.execute(notes.insert().values(values).returning(notes)).one()
            _count_up(connection, session_id, "note_revision")
        return note_from(row)

    def notes(self, session_id: int) -> list[Note]:
        """The facilitator's notes, the oldest first."""
        query = select(notes).where(notes.c.session_id == session_id).order_by(notes.c.id)
        return list(map(note_from, self._rows(query)))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.database.reading() as connection:
            return connection.execute(query).all()


def _hash(secret: str) -> str:
    # Plain SHA-256 is enough: a secret is 256 random bits, so no dictionary has it.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _session_row(connection: Connection, session_id: int, lock: bool = False) -> Row[Any]:
    query = select(sessions).where(sessions.c.id == session_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise SessionError(_("There is no session number {number}.").format(number=session_id))
    return row


def _open_session(connection: Connection, session_id: int) -> Session:
    """The session, locked, so that of two who join at once each gets a number of their own."""
    session = session_from(_session_row(connection, session_id, lock=True))
    if session.closed_at is not None:
        raise SessionError(
            _("The session “{title}” is over. Ask the facilitator for a new code.").format(
                title=session.title
            )
        )
    return session


def _add_participant(
    connection: Connection, session_id: int, number: int, name: str, secret_hash: str | None
) -> Row[Any]:
    insert = participants.insert().values(
        session_id=session_id, number=number, name=name, joined_at=datetime.now(UTC), secret_hash=secret_hash
    )
    return connection.execute(insert.returning(participants)).one()


def _count_up(connection: Connection, session_id: int, counter: str) -> None:
    column = sessions.c[counter]
    connection.execute(update(sessions).where(sessions.c.id == session_id).values({column: column + 1}))


def _check_minutes(minutes: int) -> None:
    if not 0 <= minutes <= MAX_MINUTES:
        text = _("{minutes} minutes can't be announced. Use 0 (no limit) to {most}.")
        raise SessionError(text.format(minutes=minutes, most=MAX_MINUTES))


def _check_beat(beat: str) -> None:
    if len(beat) > ID_LENGTH or not is_storable(beat):
        text = _("“{beat}” can't be shown. Use the id of a beat, at most {length} characters of text.")
        raise SessionError(text.format(beat=quoted(beat), length=ID_LENGTH))


def _clean_text(typed: str, length: int) -> str:
    line = " ".join(typed.split())
    if not 0 < len(line) <= length or not is_storable(line):
        raise SessionError(
            _("“{typed}” can't be a title. Use 1 to {length} characters of text.").format(
                typed=quoted(typed), length=length
            )
        )
    return line
