"""Bringing a database's schema up to date with Alembic, inside a transaction that the caller began."""

from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from kit.errors import StoreError
from kit.store.schema import metadata
from kit.text import gettext as _

HEAD = "0001"
"""The newest revision in ``migrations/versions``; a test compares the two. Written out, so that opening a
database of today needs no Alembic: importing it costs a kernel a tenth of a second."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_306_421


def is_current(connection: Connection) -> bool:
    """Whether the database has this version's schema."""
    return _revision(connection) == HEAD


def upgrade(connection: Connection, shown: str) -> None:
    """Create the tables, or bring older ones up to date.

    Args:
        connection: In a transaction; on SQLite one that has locked the database.
        shown: The database's address for error texts.

    Raises:
        StoreError: A newer version of the kit, or another program, made the tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    revision = _revision(connection)
    if revision is None:
        _refuse_foreign_tables(connection, shown)
    if revision != HEAD:
        _run_migrations(connection, revision, shown)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _refuse_foreign_tables(connection: Connection, shown: str) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        message = _("{database}: has a table “{table}” of another program. Choose another database.")
        raise StoreError(message.format(database=shown, table=taken[0]))


def _run_migrations(connection: Connection, revision: str | None, shown: str) -> None:
    from alembic import command  # late: see HEAD
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        message = _(
            "{database}: was made by a newer version of the kit "
            "(its schema is “{revision}”, ours “{ours}”). Update the kit, or choose another database."
        )
        raise StoreError(message.format(database=shown, revision=revision, ours=HEAD))
    command.upgrade(config, "head")
