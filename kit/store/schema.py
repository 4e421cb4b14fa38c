"""The tables, and how a time is stored. What each holds is said here; who writes it, in ``store``."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from kit.session import CODE_LENGTH, NAME_LENGTH

ID_LENGTH = 60
TITLE_LENGTH = 200
ITEM_LENGTH = 200
VALUE_LENGTH = 10_000
NOTE_LENGTH = 10_000
HASH_LENGTH = 64
MAX_ROUND = 1000
MAX_MINUTES = 24 * 60


class UtcTime(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, always UTC. SQLite has no such type and keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
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

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as Python wants it: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(CODE_LENGTH), unique=True),
    Column("practice_key", String(HASH_LENGTH), unique=True),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("names", String(10), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    # Counted up in the transaction of each write, so that "what changed?" is one read of one row. The highest
    # history id would not do: PostgreSQL gives ids out before the commit, so a lower one can appear later.
    _counter("stage_revision"),
    _counter("people_revision"),
    _counter("response_revision"),
    _counter("note_revision"),
)
"""Live sessions have a code; a learner's own practice session has the hash of the learner's key instead."""

participants = Table(
    "participants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("joined_at", UtcTime, nullable=False),
    Column("secret_hash", String(HASH_LENGTH), unique=True),
    Column("return_hash", String(HASH_LENGTH), unique=True),
    UniqueConstraint("session_id", "number"),
    UniqueConstraint("id", "session_id"),
)
"""Seats. ``number`` 7 is pseudonym "P7". Of the cookie's secret and the return link only hashes are kept."""

exercises_used = Table(
    "exercises_used",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("exercise", String(ID_LENGTH), nullable=False),
    Column("content", JSON, nullable=False),
    UniqueConstraint("session_id", "exercise"),
)
"""Each exercise as it was when its first stage opened: results stay true when the file is edited."""

stage_changes = Table(
    "stage_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, nullable=False),
    Column("exercise", String(ID_LENGTH), nullable=False),
    Column("stage", String(ID_LENGTH), nullable=False),
    Column("params", JSON, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("beat", String(ID_LENGTH), nullable=False, server_default=""),
    ForeignKeyConstraint(
        ["session_id", "exercise"], ["exercises_used.session_id", "exercises_used.exercise"]
    ),
    Index(None, "session_id", "id"),
)
"""The facilitator's steps; the latest of a session says where the room is, and ``beat`` how far its result."""


def _response_columns() -> list[Any]:
    return [
        Column("session_id", Integer, nullable=False),
        Column("exercise", String(ID_LENGTH), nullable=False),
        Column("round", Integer, nullable=False),
        Column("participant_id", Integer, nullable=False),
        Column("item", String(ITEM_LENGTH), nullable=False),
        Column("value", Text, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("late", Boolean, nullable=False),
        Column("at", UtcTime, nullable=False),
        # Both columns, so that a response can't name a participant of another session.
        ForeignKeyConstraint(
            ["participant_id", "session_id"], ["participants.id", "participants.session_id"]
        ),
    ]


responses = Table(
    "responses",
    metadata,
    *_response_columns(),
    PrimaryKeyConstraint("session_id", "exercise", "round", "participant_id", "item"),
    Index(None, "participant_id", "exercise"),
)
"""What each participant answers now: the change with the highest ``seq`` of each item."""

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    *_response_columns(),
    UniqueConstraint("participant_id", "exercise", "round", "item", "seq"),
    Index(None, "session_id"),
)
"""Every accepted change once, in the order of writing. Rows are only ever added."""

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("exercise", String(ID_LENGTH), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "session_id"),
)
"""What the facilitator wrote down."""

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, nullable=False),
    Column("exercise", String(ID_LENGTH), nullable=False),
    Column("item", String(ITEM_LENGTH), nullable=False),
    Column("value", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["session_id", "exercise"], ["exercises_used.session_id", "exercises_used.exercise"]
    ),
    Index(None, "session_id", "exercise"),
)
"""What the facilitator decided about the room's responses: hidden, merged, paired. The latest of an item counts."""
