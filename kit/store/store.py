"""Everything that is kept of sessions: who sits where, which stage is open, what was answered.

Methods block for as long as the database does (about a millisecond with SQLite); only ``save`` is queued.
Any thread may call them. Every method raises ``StoreError`` when the database fails.
"""

from concurrent.futures import Future
from typing import Self

from kit.session import Change
from kit.store.answers import Answers
from kit.store.database import Database, open_database
from kit.store.seats import Seats
from kit.store.sessions import Sessions
from kit.store.stages import Stages
from kit.store.writer import Writer

PATIENCE_SECONDS = 10.0


class Store(Sessions, Seats, Stages, Answers):
    """One database of sessions. Use it as a context manager, or close it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._writer = Writer(database)

    @classmethod
    def open(cls, url: str, patience_seconds: float = PATIENCE_SECONDS) -> Self:
        """Open, and if need be create or migrate, the database of that URL.

        Args:
            url: ``sqlite:///path/to/file.db`` (its folder is created) or ``postgresql://user:password@host/name``.
            patience_seconds: How long a write waits for a busy or restarting database before it fails.

        Raises:
            StoreError: The URL is wrong, the database can't be reached or isn't one, or a newer kit made it.
        """
        return cls(open_database(url, patience_seconds))

    def close(self) -> None:
        """Write what is queued and close every connection."""
        self._writer.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def save(self, change: Change) -> Future[None]:
        """Queue a change; it is on disk when the future is done.

        A replay is acknowledged and changes nothing; a change that is older than the current one enters only
        the history. The future fails with ResponseError when the change can't be taken, such as a text that is
        too long; with SequenceError when its number was used for another value (send it again with a higher
        one); with StoreError when the participant isn't of that session, or the database is out of order (send it
        again as it is).
        """
        return self._writer.save(change)
