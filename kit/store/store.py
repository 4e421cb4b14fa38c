"""Everything that is kept of sessions: who sits where, which stage is open, what was answered.

Methods block for as long as the database does (about a millisecond with SQLite); only ``save`` is queued.
Any thread may call them. Every method raises ``StoreError`` when the database fails.
"""

from concurrent.futures import Future
from typing import Self

import pandas as pd
from sqlalchemy import func, select

from kit.session import Change, pseudonym_of
from kit.store.database import Database, open_database
from kit.store.schema import participants, responses
from kit.store.seats import Seats, counts
from kit.store.sessions import Sessions
from kit.store.stages import Stages
from kit.store.writer import Writer

PATIENCE_SECONDS = 10.0

_COLUMNS = {
    "participant": "str",
    "round": "int64",
    "item": "str",
    "value": "str",
    "at": "datetime64[us, UTC]",
    "late": "bool",
}


class Store(Sessions, Seats, Stages):
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

    def answers(self, participant_id: int, exercise: str) -> dict[tuple[int, str], str]:
        """What one participant answers now: (round, item) -> value."""
        now = responses.c
        theirs = now.participant_id == participant_id, now.exercise == exercise
        query = select(now.round, now.item, now.value).where(*theirs)
        return {(round, item): value for round, item, value in self.database.rows(query)}

    def all_answers(self, session_id: int, exercise: str) -> dict[int, dict[tuple[int, str], str]]:
        """What everybody answers now, by the participant's id; whoever answered nothing is missing."""
        now = responses.c
        theirs = now.session_id == session_id, now.exercise == exercise
        query = select(now.participant_id, now.round, now.item, now.value).where(*theirs)
        found: dict[int, dict[tuple[int, str], str]] = {}
        for participant_id, round, item, value in self.database.rows(query):
            found.setdefault(participant_id, {})[round, item] = value
        return found

    def last_seq(self, participant_id: int) -> int:
        """The highest sequence number of this participant, 0 if none; a page counts on from here."""
        highest = select(func.max(responses.c.seq)).where(responses.c.participant_id == participant_id)
        return self.database.rows(highest)[0][0] or 0

    def responses(self, session_id: int, exercise: str, rehearsed: bool = True) -> pd.DataFrame:
        """The current responses to one exercise, one row each, sorted by order of joining, round, item.

        Those of removed people are left out; without ``rehearsed`` those of rehearsed ones, too.

        Columns: ``participant`` (pseudonym, str), ``round`` (int64), ``item`` (str), ``value`` (str), ``at``
        (datetime64[us, UTC]: when it arrived), ``late`` (bool: the round was over by then).
        """
        now = responses.c
        query = (
            select(participants.c.number, now.round, now.item, now.value, now.at, now.late)
            .join_from(responses, participants, participants.c.id == now.participant_id)
            .where(now.session_id == session_id, now.exercise == exercise)
            .order_by(participants.c.number, now.round, now.item)
        )
        query = query.where(counts(rehearsed))
        rows = [(pseudonym_of(number), *rest) for number, *rest in self.database.rows(query)]
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        frame["at"] = pd.to_datetime(frame["at"], utc=True)
        return frame.astype(_COLUMNS)
