"""The tables, and how a time is stored. What each holds is said here; who writes it, in ``store``."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import VARCHAR

from kit.session import CODE_LENGTH, NAME_LENGTH, Names
from kit.store.limits import ID_LENGTH, ITEM_LENGTH, TITLE_LENGTH

HASH_LENGTH = 64

_NAMES = sa.Enum(Names, native_enum=False, length=10, values_callable=list)


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, always UTC. SQLite has no such type and keeps it naive."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time as the database takes it.

        Raises:
            ValueError: It has no time zone, so nobody can tell which moment is meant.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The time {value} has no time zone. Use datetime.now(UTC).")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The time as Python wants it: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id(length: int) -> sa.String:
    """An id that people don't read: every database sorts it by its letters' codes, whatever its language."""
    return sa.String(length).with_variant(VARCHAR(length, "C"), "postgresql")


def _table(name: str, *parts: Any) -> sa.Table:
    """A table whose rows are numbered in the order of writing."""
    return sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *parts)


def _kept(name: str, *kind: Any, **options: Any) -> sa.Column[Any]:
    """A column that is never empty."""
    return sa.Column(name, *kind, nullable=False, **options)


def _of_session() -> sa.Column[int]:
    return _kept("session_id", sa.ForeignKey("sessions.id"))


def _of_exercise_used() -> list[Any]:
    there = ["exercises_used.session_id", "exercises_used.exercise"]
    return [
        _kept("session_id", sa.Integer),
        _kept("exercise", _id(ID_LENGTH)),
        sa.ForeignKeyConstraint(["session_id", "exercise"], there),
    ]


def _of_participant() -> list[Any]:
    """The columns of a response."""
    there = ["participants.id", "participants.session_id"]
    return [
        _kept("session_id", sa.Integer),
        _kept("exercise", _id(ID_LENGTH)),
        _kept("round", sa.Integer),
        _kept("participant_id", sa.Integer),
        _kept("item", _id(ITEM_LENGTH)),
        _kept("value", sa.Text),
        _kept("seq", sa.BigInteger),
        _kept("late", sa.Boolean),
        _kept("at", UtcTime),
        # Both columns, so that a response can't name a participant of another session.
        sa.ForeignKeyConstraint(["participant_id", "session_id"], there),
    ]


sessions = _table(
    "sessions",
    sa.Column("code", sa.String(CODE_LENGTH), unique=True),
    sa.Column("practice_key", sa.String(HASH_LENGTH), unique=True),
    _kept("title", sa.String(TITLE_LENGTH)),
    _kept("names", _NAMES),
    _kept("created_at", UtcTime),
    sa.Column("closed_at", UtcTime),
    _kept("blank", sa.Boolean, server_default=sa.false()),
    _kept("locked", sa.Boolean, server_default=sa.false()),
    # Counted up in the transaction of each write, so that "what changed?" is one read of one row. The highest
    # history id would not do: PostgreSQL gives ids out before the commit, so a lower one can appear later.
    *(
        _kept(f"{what}_revision", sa.Integer, server_default="0")
        for what in ("stage", "people", "response", "note")
    ),
)
"""Live sessions have a code; a learner's own practice session has the hash of the learner's key instead."""

participants = _table(
    "participants",
    _of_session(),
    _kept("number", sa.Integer),
    _kept("name", sa.String(NAME_LENGTH)),
    _kept("joined_at", UtcTime),
    sa.Column("secret_hash", sa.String(HASH_LENGTH), unique=True),
    sa.Column("return_hash", sa.String(HASH_LENGTH), unique=True),
    _kept("rehearsed", sa.Boolean, server_default=sa.false()),
    _kept("removed", sa.Boolean, server_default=sa.false()),
    sa.Column("seen_at", UtcTime),
    sa.UniqueConstraint("session_id", "number"),
    sa.UniqueConstraint("id", "session_id"),
)
"""Seats. ``number`` 7 is pseudonym "P7". Of the cookie's secret and the return link only hashes are kept.
``rehearsed`` marks those that ``workshop rehearse`` has taken: nobody sits there. ``removed`` ones don't count, until
they are brought back. ``seen_at`` is when the server last knew a page of theirs open; empty once it was closed."""

exercises_used = _table(
    "exercises_used",
    _of_session(),
    _kept("exercise", _id(ID_LENGTH)),
    _kept("content", sa.JSON),
    sa.UniqueConstraint("session_id", "exercise"),
)
"""Each exercise as it was when its first stage opened: results stay true when the file is edited."""

stage_changes = _table(
    "stage_changes",
    *_of_exercise_used(),
    _kept("stage", _id(ID_LENGTH)),
    _kept("params", sa.JSON),
    _kept("opened_at", UtcTime),
    _kept("minutes", sa.Integer),
    _kept("beat", _id(ITEM_LENGTH), server_default=""),
    sa.Column("ends_at", UtcTime),
    sa.Column("nudged_at", UtcTime),
    sa.Index(None, "session_id", "id"),
)
"""The facilitator's steps; the latest of a session says where the room is, and ``beat`` how far its result."""

responses = sa.Table(
    "responses",
    metadata,
    *_of_participant(),
    sa.PrimaryKeyConstraint("session_id", "exercise", "round", "participant_id", "item"),
    sa.Index(None, "participant_id", "exercise"),
)
"""What each participant answers now: the change with the highest ``seq`` of each item."""

history = _table(
    "history",
    *_of_participant(),
    sa.UniqueConstraint("participant_id", "exercise", "round", "item", "seq"),
    sa.Index(None, "session_id"),
)
"""Every accepted change once, in the order of writing. Rows are only ever added."""

notes = _table(
    "notes",
    _of_session(),
    _kept("exercise", _id(ID_LENGTH)),
    _kept("text", sa.Text),
    _kept("at", UtcTime),
    sa.Index(None, "session_id"),
)
"""What the facilitator wrote down."""

decisions = _table(
    "decisions",
    *_of_exercise_used(),
    _kept("item", _id(ITEM_LENGTH)),
    _kept("value", sa.Text),
    _kept("at", UtcTime),
    sa.Index(None, "session_id", "exercise"),
)
"""What the facilitator decided about the room's responses: hidden, merged, paired. The latest of an item counts."""
