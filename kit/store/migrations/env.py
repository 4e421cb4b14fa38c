"""Alembic's entry point. The connection, with its transaction begun, comes from ``kit.store.database``."""

from alembic import context

from kit.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can't alter a table in place; batch mode copies it.
    render_as_batch=True,
)
context.run_migrations()
