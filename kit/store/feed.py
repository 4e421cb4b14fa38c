"""Wakes whoever shows a session when any connection, of this process or another, has changed the database.

It says only that something changed; ``Store.revision`` says what.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from threading import Event, Thread, current_thread
from typing import Any

from kit.store.database import CHANNEL, Database, plain_reason
from kit.store.store import Store

POLL_SECONDS = 0.02
LISTEN_SECONDS = 0.1
RECONNECT_SECONDS = 0.5

log = logging.getLogger(__name__)


class Feed:
    """The changes of one store."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back soon after each change, starting with those made after this returns.

        Several changes may share one call, and a call may come without a change (after a lost connection).
        Stop watching before closing the store.

        Args:
            callback: Called without arguments from the feed's thread, never twice at a time.

        Returns:
            A function that stops it. Once that has returned, no call is running or will come, unless the
            callback itself has called it.
        """
        watch = _Watch(self._database, callback)
        watch.thread.start()
        return watch.stop


class _Watch:
    """One thread with a connection of its own."""

    def __init__(self, database: Database, callback: Callable[[], None]) -> None:
        self._database = database
        self._callback = callback
        self._stopping = Event()
        self.thread = Thread(target=self._run, name="store-feed", daemon=True)
        # Now, not in the thread: what changes after the caller goes on must not be missed.
        self._source = self._connect()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if current_thread() is not self.thread:
            self.thread.join()

    def _connect(self) -> "_SqliteSource | _PostgresqlSource | None":
        try:
            return (
                _SqliteSource(self._database)
                if self._database.is_sqlite
                else _PostgresqlSource(self._database)
            )
        except Exception as error:
            log.warning("%s: the change feed can't connect: %s", self._database.shown, plain_reason(error))
            return None

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._source is None:
                self._stopping.wait(RECONNECT_SECONDS)
                self._source = self._connect()
                if self._source is not None:
                    self._call()  # nobody knows what was missed
                continue
            try:
                if self._source.changed(self._stopping):
                    self._call()
            except Exception as error:
                log.warning("%s: the change feed broke: %s", self._database.shown, plain_reason(error))
                self._source.close()
                self._source = None
        if self._source is not None:
            self._source.close()

    def _call(self) -> None:
        try:
            self._callback()
        except Exception:
            log.exception("a watcher of the change feed failed")


class _SqliteSource:
    """``PRAGMA data_version`` differs after a commit by any other connection. It costs a few microseconds."""

    def __init__(self, database: Database) -> None:
        self._connection = _own_connection(database)
        self._version = self._read()

    def changed(self, stopping: Event) -> bool:
        """Wait one interval; whether something was committed."""
        stopping.wait(POLL_SECONDS)
        before, self._version = self._version, self._read()
        return self._version != before

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _read(self) -> int:
        with closing(self._connection.execute("PRAGMA data_version")) as cursor:
            return cursor.fetchone()[0]


class _PostgresqlSource:
    """Every write transaction notifies our channel when it commits."""

    def __init__(self, database: Database) -> None:
        self._connection = _own_connection(database)
        try:
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            self._connection.close()
            raise

    def changed(self, stopping: Event) -> bool:
        """Wait for a notification, a tenth of a second at most; whether there was one."""
        return bool(list(self._connection.notifies(timeout=LISTEN_SECONDS, stop_after=1)))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _own_connection(database: Database) -> Any:
    """The driver's own connection, outside the pool."""
    pooled = database.engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection
