"""One database by URL: opening it, and transactions that raise ``StoreError``.

Knows the two dialects; of the tables only that most rows belong to a session.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kit.errors import StoreError
from kit.store.migrate import is_current, upgrade
from kit.text import gettext as _

CHANNEL = "service_workshop_kit"
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_FILE = "sqlite:///folder/file.db"

_Made = TypeVar("_Made")
_Result = TypeVar("_Result")


class Database:
    """An engine with the kit's rules for reading and writing. Any thread may use it."""

    def __init__(self, engine: Engine, shown: str, patience_seconds: float) -> None:
        self.engine = engine
        self.shown = shown
        self.patience_seconds = patience_seconds
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.insert: Callable[[Table], Any] = sqlite.insert if self.is_sqlite else postgresql.insert
        # A reader sees one moment: SQLite's read transactions do anyway, PostgreSQL's when asked.
        isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reads = engine.execution_options(**isolation)
        # SQLite refuses to turn a read transaction into a write one when somebody else wrote in between,
        # however long one waits; so what is going to write says so at BEGIN.
        self._writes = engine.execution_options(begins="IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database.

        Raises:
            StoreError: The database can't be read.
        """
        message = _("{database}: can't be read: {reason}")
        with self._plain_errors(message), self._reads.connect() as connection:
            yield connection

    def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """What a query finds.

        Raises:
            StoreError: The database can't be read.
        """
        with self.reading() as connection:
            return connection.execute(query).all()

    def rows_of(self, session_id: int, table: Table, *those: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """A session's rows of a table, all or ``those`` for which that holds, in the order of writing.

        Raises:
            StoreError: The database can't be read.
        """
        theirs = table.c.session_id == session_id
        return self.rows(select(table).where(theirs, *those).order_by(table.c.id))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed at the end and rolled back by an exception.

        Raises:
            StoreError: The database can't be written.
        """
        message = _("{database}: can't be written: {reason}")
        with self._plain_errors(message), self.transaction() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Like ``writing``, with SQLAlchemy's own exceptions, for whoever tells them apart."""
        with self._writes.begin() as connection:
            yield connection
            if not self.is_sqlite:
                connection.execute(select(func.pg_notify(CHANNEL, "")))

    def close(self) -> None:
        """Close every connection. The database can't be used afterwards."""
        self.engine.dispose()

    @contextmanager
    def _plain_errors(self, message: str) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            raise StoreError(message.format(database=self.shown, reason=plain_reason(error))) from error


def made(kind: type[_Made], row: Row[Any]) -> _Made:
    """The row as one of those dataclasses, whose fields are columns."""
    return kind(*_values(kind)(row))


@cache
def _values(kind: type[Any]) -> Callable[[Row[Any]], tuple[Any, ...]]:
    """What takes the values of its fields out of a row; kept, because a large room has many rows."""
    return attrgetter(*(field.name for field in fields(kind)))


def open_database(url: str, patience_seconds: float) -> Database:
    """Open the database of that URL, create what is missing and bring its schema up to date.

    Args:
        url: ``sqlite:///path/to/file.db`` or ``postgresql://user:password@host/name``.
        patience_seconds: How long a busy database is waited for.

    Raises:
        StoreError: It can't be: a wrong URL, no such server, not a database, a newer schema than ours.
    """
    shown = hide_password(url)
    where = _checked_url(url, shown)
    new_engine = _sqlite_engine if where.get_backend_name() == "sqlite" else _postgresql_engine
    database = Database(new_engine(where, shown, patience_seconds), shown, patience_seconds)
    try:
        if database.is_sqlite:
            Path(str(database.engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
        patiently(lambda: _bring_up_to_date(database), patience_seconds)
    except BaseException as error:
        database.close()
        if not isinstance(error, OSError | SQLAlchemyError):
            raise
        text = _("{database}: can't be opened: {reason}. Check the address and your rights to that place.")
        raise StoreError(text.format(database=shown, reason=plain_reason(error))) from error
    return database


def hide_password(url: str) -> str:
    """The URL, right or wrong, fit for a log: without its password."""
    without = re.sub(r"(://[^:/?#@]*):.*@", r"\1:***@", url, flags=re.DOTALL)
    return re.sub(r"(password=)[^&]*", r"\1***", without, flags=re.IGNORECASE)[:300]


def plain_reason(error: Exception) -> str:
    """The driver's own words in one line, without the statement and its values (people's text)."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:300].rstrip(".")


def patiently(attempt: Callable[[], _Result], patience_seconds: float) -> _Result:
    """Try, and try again with growing pauses while the database is busy or away.

    Raises:
        OperationalError: The last one, when the patience has run out.
    """
    deadline = time.monotonic() + patience_seconds
    pause_seconds = 0.01
    while True:
        try:
            return attempt()
        except OperationalError as error:
            # These two never heal by waiting.
            if re.search("unable to open|readonly", plain_reason(error)) or time.monotonic() >= deadline:
                raise
        time.sleep(pause_seconds)
        pause_seconds = min(2 * pause_seconds, 0.5)


def _checked_url(url: str, shown: str) -> URL:
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        where = URL.create("")  # not on from here: theirs may quote the password
    driver = _DRIVERS.get(where.get_backend_name())
    if driver is None:
        text = _("“{url}” isn't a database address. Use {file} or postgresql://user:password@host/name.")
        raise StoreError(text.format(url=shown, file=_FILE))
    if where.get_backend_name() == "sqlite" and re.match("$|:|file:", where.database or ""):
        text = _("“{url}” names no file. Use {file}: several processes share it.")
        raise StoreError(text.format(url=shown, file=_FILE))
    return where.set(drivername=driver)


def _sqlite_engine(where: URL, _shown: str, patience_seconds: float) -> Engine:
    path = str(Path(str(where.database)).expanduser())
    waiting = {"timeout": patience_seconds / 2}
    engine = create_engine(where.set(database=path), hide_parameters=True, connect_args=waiting)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(where: URL, shown: str, patience_seconds: float) -> Engine:
    waiting = {"connect_timeout": max(2, int(patience_seconds))}
    try:
        return create_engine(where, hide_parameters=True, pool_pre_ping=True, connect_args=waiting)
    except ModuleNotFoundError as error:
        text = _("{database}: needs the package {package}. Run: pip install 'service-workshop-kit[postgres]'")
        raise StoreError(text.format(database=shown, package=error.name)) from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions on its own, too late for a consistent read; _begin_sqlite does it.
    connection.isolation_level = None
    # FULL: in WAL mode anything less may forget the last commits at a power cut.
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"
    connection.executescript(pragmas).close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begins', 'DEFERRED')}")


def _bring_up_to_date(database: Database) -> None:
    with database.engine.connect() as connection:
        if is_current(connection):
            return
    # In a transaction that locks: two processes may open a new database at once.
    with database.transaction() as connection:
        upgrade(connection, database.shown)
