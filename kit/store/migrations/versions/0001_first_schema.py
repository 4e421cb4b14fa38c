"""The first schema: the tables as ``kit.store.schema`` says them.

Until the first release a changed table changes this step. From that release on it is frozen, with its tables
written out here, and each change of a table is a step of its own.
"""

from alembic import op

from kit.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Back to an empty database."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
