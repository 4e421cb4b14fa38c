"""The tables, and how a time is stored. What each holds is said here; who writes it, in ``store``."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from kit.session import CODE_LENGTH, NAME_LENGTH
from kit.store.limits import ID_LENGTH, ITEM_LENGTH, TITLE_LENGTH

HASH_LENGTH = 64


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


def _counter(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(CODE_LENGTH), unique=True),
    sa.Column("practice_key", sa.String(HASH_LENGTH), unique=True),
    sa.Column("title", sa.String(TITLE_LENGTH), nullable=False),
    sa.Column("names", sa.String(10), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
    # Counted up in the transaction of each write, so that "what changed?" is one read of one row. The highest
    # history id would not do: PostgreSQL gives ids out before the commit, so a lower one can appear later.
    _counter("stage_revision"),
    _counter("people_revision"),
    _counter("response_revision"),
    _counter("note_revision"),
)
"""Live sessions have a code; a learner's own practice session has the hash of the learner's key instead."""

participants = sa.Table(
    "participants",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("name", sa.String(NAME_LENGTH), nullable=False),
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("secret_hash", sa.String(HASH_LENGTH), unique=True),
    sa.Column("return_hash", sa.String(HASH_LENGTH), unique=True),
    sa.UniqueConstraint("session_id", "number"),
    sa.UniqueConstraint("id", "session_id"),
)
"""Seats. ``number`` 7 is pseudonym "P7". Of the cookie's secret and the return link only hashes are kept."""

exercises_used = sa.Table(
    "exercises_used",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False),
    sa.Column("exercise", sa.String(ID_LENGTH), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.UniqueConstraint("session_id", "exercise"),
)
"""Each exercise as it was when its first stage opened: results stay true when the file is edited."""

stage_changes = sa.Table(
    "stage_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, nullable=False),
    sa.Column("exercise", sa.String(ID_LENGTH), nullable=False),
    sa.Column("stage", sa.String(ID_LENGTH), nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("beat", sa.String(ID_LENGTH), nullable=False, server_default=""),
    sa.ForeignKeyConstraint(
        ["session_id", "exercise"], ["exercises_used.session_id", "exercises_used.exercise"]
    ),
    sa.Index(None, "session_id", "id"),
)
"""The facilitator's steps; the latest of a session says where the room is, and ``beat`` how far its result."""


def _response_columns() -> list[Any]:
    return [
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("exercise", sa.String(ID_LENGTH), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("participant_id", sa.Integer, nullable=False),
        sa.Column("item", sa.String(ITEM_LENGTH), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        # Both columns, so that a response can't name a participant of another session.
        sa.ForeignKeyConstraint(
            ["participant_id", "session_id"], ["participants.id", "participants.session_id"]
        ),
    ]


responses = sa.Table(
    "responses",
    metadata,
    *_response_columns(),
    sa.PrimaryKeyConstraint("session_id", "exercise", "round", "participant_id", "item"),
    sa.Index(None, "participant_id", "exercise"),
)
"""What each participant answers now: the change with the highest ``seq`` of each item."""

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    *_response_columns(),
    sa.UniqueConstraint("participant_id", "exercise", "round", "item", "seq"),
    sa.Index(None, "session_id"),
)
"""Every accepted change once, in the order of writing. Rows are only ever added."""

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False),
    sa.Column("exercise", sa.String(ID_LENGTH), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index(None, "session_id"),
)
"""What the facilitator wrote down."""

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.Integer, nullable=False),
    sa.Column("exercise", sa.String(ID_LENGTH), nullable=False),
    sa.Column("item", sa.String(ITEM_LENGTH), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["session_id", "exercise"], ["exercises_used.session_id", "exercises_used.exercise"]
    ),
    sa.Index(None, "session_id", "exercise"),
)
"""What the facilitator decided about the room's responses: hidden, merged, paired. The latest of an item counts."""
