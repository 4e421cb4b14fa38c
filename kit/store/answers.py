"""What people answer now, read for one of them or for the whole room. ``writer`` writes it."""

import pandas as pd
from sqlalchemy import func, select

from kit.session import pseudonym_of
from kit.store.database import Database
from kit.store.schema import participants, responses
from kit.store.seats import counts

_COLUMNS = {
    "participant": "str",
    "round": "int64",
    "item": "str",
    "value": "str",
    "at": "datetime64[us, UTC]",
    "late": "bool",
}


class Answers:
    """The part of the store that reads responses."""

    database: Database

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
