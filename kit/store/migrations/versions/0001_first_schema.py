"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    _sessions()
    _exercises_used()
    _notes()
    _participants()
    _history()
    _responses()
    _stage_changes()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=True),
        sa.Column("practice_key", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("names", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("response_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note_revision", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("code", name=op.f("uq_sessions_code")),
        sa.UniqueConstraint("practice_key", name=op.f("uq_sessions_practice_key")),
    )


def _exercises_used() -> None:
    op.create_table(
        "exercises_used",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_exercises_used_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises_used")),
        sa.UniqueConstraint("session_id", "exercise", name=op.f("uq_exercises_used_session_id_exercise")),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_notes_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_session_id"), "notes", ["session_id"])


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("return_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_participants_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("id", "session_id", name=op.f("uq_participants_id_session_id")),
        sa.UniqueConstraint("return_hash", name=op.f("uq_participants_return_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_participants_secret_hash")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_participants_session_id_number")),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id", "session_id"],
            ["participants.id", "participants.session_id"],
            name=op.f("fk_history_participant_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.UniqueConstraint(
            "participant_id",
            "exercise",
            "round",
            "item",
            "seq",
            name=op.f("uq_history_participant_id_exercise_round_item_seq"),
        ),
    )
    op.create_index(op.f("ix_history_session_id"), "history", ["session_id"])


def _responses() -> None:
    op.create_table(
        "responses",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id", "session_id"],
            ["participants.id", "participants.session_id"],
            name=op.f("fk_responses_participant_id_session_id"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "exercise", "round", "participant_id", "item", name=op.f("pk_responses")
        ),
    )
    op.create_index(op.f("ix_responses_participant_id_exercise"), "responses", ["participant_id", "exercise"])


def _stage_changes() -> None:
    op.create_table(
        "stage_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id", "exercise"],
            ["exercises_used.session_id", "exercises_used.exercise"],
            name=op.f("fk_stage_changes_session_id_exercise"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    op.create_index(op.f("ix_stage_changes_session_id_id"), "stage_changes", ["session_id", "id"])


def downgrade() -> None:
    """Back to the schema before."""
    op.drop_table("stage_changes")
    op.drop_table("responses")
    op.drop_table("history")
    op.drop_table("participants")
    op.drop_table("notes")
    op.drop_table("exercises_used")
    op.drop_table("sessions")
