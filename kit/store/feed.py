"""Wakes whoever shows a session when any connection, of this process or another, has changed the database.

It says only that something changed; ``Store.revision`` says what.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from threading import Event, Thread, current_thread
from typing import Any

from kit.store.database import CHANNEL, Database, plain_reason
from kit.store.store import Store

POLL_SECONDS = 0.02
LISTEN_SECONDS = 0.1
RECONNECT_SECONDS = 0.5

_Steps = Generator[bool, None, None]
"""Each step waits a moment and tells whether something was committed since the one before."""

log = logging.getLogger(__name__)


def watch(store: Store, callback: Callable[[], None]) -> Callable[[], None]:
    """Call back soon after each change of the store, starting with those made after this returns.

    Several changes may share one call, and a call may come without a change (after a lost connection).
    Stop watching before closing the store.

    Args:
        callback: Called without arguments from a thread of its own, never twice at a time.

    Returns:
        A function that stops it. Once that has returned, no call is running or will come, unless the
        callback itself has called it.
    """
    stopping = Event()
    wakes = _listen(store.database, stopping)
    # Now, not in the thread: what changes after the caller goes on must not be missed.
    next(wakes)
    thread = Thread(target=_run, args=(wakes, stopping, callback), name="store-feed", daemon=True)
    thread.start()

    def stop() -> None:
        stopping.set()
        if current_thread() is not thread:
            thread.join()

    return stop


def _listen(database: Database, stopping: Event) -> _Steps:
    """Without end: a lost connection is made anew."""
    lost = False
    while True:
        try:
            with closing(_changes(database, stopping)) as changes:
                for changed in changes:
                    yield changed or lost  # nobody knows what was missed
                    lost = False
        except Exception as error:
            log.warning("%s: the change feed broke: %s", database.shown, plain_reason(error))
            lost = True
            yield False
            stopping.wait(RECONNECT_SECONDS)


def _run(wakes: _Steps, stopping: Event, callback: Callable[[], None]) -> None:
    with closing(wakes):
        for changed in wakes:
            if stopping.is_set():
                break
            if changed:
                _call(callback)


def _call(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:
        log.exception("a watcher of the change feed failed")


def _changes(database: Database, stopping: Event) -> _Steps:
    """The first step connects and listens, and is False. Closing the steps closes the connection."""
    pooled = database.engine.raw_connection()
    connection: Any = pooled.driver_connection  # the driver's own, outside the pool
    pooled.detach()
    with closing(connection):
        if database.is_sqlite:
            yield from _data_versions(connection, stopping)
        else:
            yield from _notifications(connection)


def _data_versions(connection: Any, stopping: Event) -> _Steps:
    """``PRAGMA data_version`` differs after a commit by any other connection. It costs a few microseconds."""
    before = None
    while True:
        with closing(connection.execute("PRAGMA data_version")) as cursor:
            version = cursor.fetchone()[0]
        yield before is not None and version != before
        before = version
        stopping.wait(POLL_SECONDS)


def _notifications(connection: Any) -> _Steps:
    """On PostgreSQL every write transaction notifies our channel when it commits."""
    connection.autocommit = True
    connection.execute(f"LISTEN {CHANNEL}")
    yield False
    while True:
        yield bool(list(connection.notifies(timeout=LISTEN_SECONDS, stop_after=1)))
