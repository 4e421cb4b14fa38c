"""The one thread that writes responses. It gathers what many participants send and commits it together.

A commit costs a wait for the disk. Forty phones that share one wait as long as one phone alone.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from operator import itemgetter
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, tuple_
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from kit.errors import KitError, ResponseError, SequenceError, StoreError
from kit.session import MAX_SEQ, Change
from kit.store.database import Database, patiently, plain_reason
from kit.store.limits import ID_LENGTH, ITEM_LENGTH, MAX_ROUND, VALUE_LENGTH, fits, quoted
from kit.store.schema import history, responses
from kit.store.sessions import count_up
from kit.text import gettext as _

GATHER_SECONDS = 0.003
MAX_BATCH = 500

_Row = dict[str, Any]
_Values = tuple[Any, ...]
_Job = tuple[_Row, Future[None]]

_KEY = tuple(history.c[name] for name in ("participant_id", "exercise", "round", "item", "seq"))
_PLACE = tuple(responses.c[column.name] for column in _KEY[:-1])
_SAID = tuple(responses.c[name] for name in ("value", "seq", "late", "at"))
_CONTENT = (history.c.session_id, history.c.value)
_HELD = select(*_PLACE, *_SAID).where(tuple_(*_PLACE).in_(bindparam("places", expanding=True)))
_key: Callable[[_Row], _Values] = itemgetter(*(column.name for column in _KEY))
_content: Callable[[_Row], _Values] = itemgetter(*(column.name for column in _CONTENT))

log = logging.getLogger(__name__)


class Writer:
    """Takes changes from any thread; each one's future is resolved after the commit that holds it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Made once: to make a statement takes longer than to run it.
        self._append_rows = _appending(database)
        self._update_rows = _updating(database)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._lock = Lock()
        # A daemon: a kernel that quits without closing leaves nothing behind that was acknowledged.
        self._thread = Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def save(self, change: Change) -> Future[None]:
        """Queue a change; its future ends once it is on disk, or with a ResponseError or StoreError."""
        future: Future[None] = Future()
        # From here on nobody can cancel: a phone that hangs up has still placed its card.
        future.set_running_or_notify_cancel()
        fault = _fault(change)
        with self._lock:
            if fault is None and not self._closed:
                self._jobs.put((_row(change), future))
                return future
        text = _("The store is closed; item “{item}” isn't saved. Open it again.")
        future.set_exception(fault or StoreError(text.format(item=change.item)))
        return future

    def close(self) -> None:
        """Write what is queued, then stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        """Write what arrives within a few milliseconds together, until nothing more can come."""
        while first := self._jobs.get():
            time.sleep(GATHER_SECONDS)
            jobs = [first]
            while len(jobs) < MAX_BATCH and not self._jobs.empty():
                if (job := self._jobs.get()) is None:
                    return self._write(jobs)
                jobs.append(job)
            self._write(jobs)

    def _write(self, jobs: Sequence[_Job], deadline: float | None = None) -> None:
        deadline = deadline or time.monotonic() + self._database.patience_seconds
        try:
            stored = patiently(lambda: self._commit([row for row, _f in jobs]), deadline - time.monotonic())
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, OperationalError):
                # One bad change must not fail the others.
                for job in jobs:
                    self._write([job], deadline)
            else:
                self._fail(jobs, error)
            return
        for row, future in jobs:
            if stored[_key(row)] == _content(row):
                future.set_result(None)
            else:
                future.set_exception(_seq_taken(row))

    def _fail(self, jobs: Sequence[_Job], error: Exception) -> None:
        expected = isinstance(error, SQLAlchemyError)
        log.error("%d changes were not saved: %s", len(jobs), plain_reason(error), exc_info=not expected)
        reason = plain_reason(error) if expected else type(error).__name__
        for row, future in jobs:
            text = _("{database}: item “{item}” of participant {participant_id} isn't saved: {reason}")
            fault = StoreError(text.format(database=self._database.shown, reason=reason, **row))
            fault.__cause__ = error
            future.set_exception(fault)

    def _commit(self, rows: Sequence[_Row]) -> dict[_Values, _Values]:
        """Write the rows; return what the history now holds under each one's key."""
        # In one order everywhere, or two server processes could wait for each other's rows on PostgreSQL.
        rows = sorted(rows, key=_key)
        with self._database.transaction() as connection:
            rows = self._as_first_said(connection, rows)
            stored = _by_key(connection.execute(self._append_rows, rows))  # what wasn't there yet
            replayed = list({_key(row) for row in rows} - stored.keys())
            fresh = [row for row in rows if stored.get(_key(row)) == _content(row)]
            if fresh:
                self._update(connection, fresh)
            if replayed:
                there = select(*_KEY, *_CONTENT).where(tuple_(*_KEY).in_(replayed))
                stored |= _by_key(connection.execute(there))
        return stored

    def _as_first_said(self, connection: Connection, rows: Sequence[_Row]) -> list[_Row]:
        """The rows; one that says again what its item holds already has the time and the mark of when that was said.

        It is kept all the same, since its number decides whether an overtaken change still counts.
        """
        places = {_key(row)[:-1] for row in rows}
        there = connection.execute(_HELD, {"places": list(places)}).mappings()
        held = {_key({**row, "seq": 0})[:-1]: dict(row) for row in there}
        dated = []
        for row in rows:
            now = held.get(_key(row)[:-1])
            if now is None or now["seq"] < row["seq"]:
                if now and now["value"] == row["value"]:
                    row = row | {"late": now["late"], "at": now["at"]}
                held[_key(row)[:-1]] = row
            dated.append(row)
        return dated

    def _update(self, connection: Connection, rows: Iterable[_Row]) -> None:
        """Set the current responses, each to the highest sequence number; the rows come sorted by their keys."""
        latest = {_key(row)[:-1]: row for row in rows}
        connection.execute(self._update_rows, list(latest.values()))
        for session_id in sorted({row["session_id"] for row in latest.values()}):
            count_up(connection, session_id, "response_revision")


def _appending(database: Database) -> Any:
    insert = database.insert(history).on_conflict_do_nothing(index_elements=_KEY)
    return insert.returning(*_KEY, *_CONTENT)


def _updating(database: Database) -> Any:
    insert = database.insert(responses)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=list(responses.primary_key),
        set_={"value": new.value, "seq": new.seq, "late": new.late, "at": new.at},
        where=new.seq > responses.c.seq,
    )


def _row(change: Change) -> _Row:
    return vars(change) | {"at": change.at or datetime.now(UTC)}  # columns have the names of the fields


def _by_key(found: Iterable[Row[Any]]) -> dict[_Values, _Values]:
    return {tuple(row[: len(_KEY)]): tuple(row[len(_KEY) :]) for row in found}


def _fault(change: Change) -> KitError | None:
    """The kind has checked the meaning; this keeps out only what no database should be given."""
    lengths = (("exercise", 0, ID_LENGTH), ("item", 1, ITEM_LENGTH), ("value", 0, VALUE_LENGTH))
    for name, least, most in lengths:
        given = getattr(change, name)
        if not fits(given, least, most):
            text = _("“{field}” is “{given}”. Use {least} to {most} characters that are text.")
            return ResponseError(text.format(field=name, given=quoted(given), least=least, most=most))
    if not (1 <= change.seq <= MAX_SEQ and 0 <= change.round <= MAX_ROUND):
        text = _("Item “{item}” has number {seq} in round {round}, which is out of bounds.")
        return ResponseError(text.format(item=change.item, seq=change.seq, round=change.round))
    return None


def _seq_taken(row: _Row) -> SequenceError:
    text = _("Number {seq} was used for another value of item “{item}”. Send it again with a higher number.")
    return SequenceError(text.format_map(row))
