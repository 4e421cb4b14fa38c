"""Seats: who takes part, on which device. Of secrets, tokens and keys only hashes are kept."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from kit.errors import SessionError
from kit.session import Names, Participant, Session, clean_name
from kit.store.database import Database
from kit.store.rows import participant_from, session_from
from kit.store.schema import participants, sessions
from kit.store.sessions import count_up, count_up_open
from kit.text import gettext as _


class Seats:
    """The part of the store that knows people."""

    database: Database

    def join(self, session_id: int, name: str, limit: int = 500) -> tuple[Participant, str]:
        """A new seat and its secret, which isn't kept here: only its hash is.

        Args:
            session_id: Which session.
            name: As typed; the session's rule for names is applied.
            limit: How many seats the session may have.

        Raises:
            SessionError: The session is unknown, closed or full, or asks for a name.
        """
        secret = _new_secret()
        highest = select(func.max(participants.c.number)).where(participants.c.session_id == session_id)
        with self.database.writing() as connection:
            session = count_up_open(connection, session_id, "people_revision")
            name = clean_name(name, session.names)
            taken = connection.scalar(highest) or 0
            if taken >= limit:
                text = _("This session is full: all {limit} seats are taken. Please tell the facilitator.")
                raise SessionError(text.format(limit=limit))
            row = _add_participant(connection, session_id, taken + 1, name, _hash(secret))
        return participant_from(row), secret

    def mark_rehearsed(self, session_id: int, secret: str) -> None:
        """Mark the seat that the secret opens as one in which nobody sits, so that results leave it out.

        Raises:
            SessionError: It opens none.
        """
        seat = update(participants).filter_by(secret_hash=_hash(secret), session_id=session_id)
        with self.database.writing() as connection:
            count_up(connection, session_id, "people_revision")
            if not connection.execute(seat.values(rehearsed=True)).rowcount:
                raise SessionError(_("There is no such seat in this session. Join it first."))

    def practice(self, key: str) -> tuple[Session, Participant]:
        """The learner's own session and seat, made on the first call.

        Raises:
            SessionError: The key is empty.
        """
        if not key:
            raise SessionError(_("A learner's key is “”. Use a long random text that the browser keeps."))
        values = {"practice_key": _hash(key), "title": _("Practice"), "names": Names.OFF.value}
        insert = self.database.insert(sessions).on_conflict_do_nothing(index_elements=["practice_key"])
        mine = select(sessions).where(sessions.c.practice_key == _hash(key)).with_for_update()
        with self.database.writing() as connection:
            connection.execute(insert.values(created_at=datetime.now(UTC), **values))
            session = session_from(connection.execute(mine).one())
            seat = select(participants).where(participants.c.session_id == session.id)
            row = connection.execute(seat).first() or _add_participant(connection, session.id, 1, "", None)
        return session, participant_from(row)

    def seat(self, session_id: int, secret: str) -> Participant | None:
        """Whose seat the secret opens in this session, or None."""
        # The database compares hashes, so how long it takes says nothing about the secret.
        theirs = participants.c.secret_hash == _hash(secret), participants.c.session_id == session_id
        found = self.database.rows(select(participants).where(*theirs))
        return participant_from(found[0]) if found else None

    def valid_secrets(self, session_id: int, secrets_held: Collection[str]) -> set[str]:
        """Those of the secrets that open a seat of this session now."""
        known = {row.secret_hash for row in self.database.rows_of(session_id, participants)}
        return {secret for secret in secrets_held if _hash(secret) in known}

    def participants(self, session_id: int) -> list[Participant]:
        """Everybody of a session, in the order of joining."""
        return list(map(participant_from, self.database.rows_of(session_id, participants)))

    def return_token(self, participant_id: int) -> str:
        """A fresh one-time token for moving this seat to another device; an earlier one becomes void.

        Raises:
            SessionError: There is no such participant.
        """
        token = _new_secret()
        seat = update(participants).where(participants.c.id == participant_id)
        with self.database.writing() as connection:
            changed = connection.execute(seat.values(return_hash=_hash(token))).rowcount
        if not changed:
            raise SessionError(_("There is no participant {number}.").format(number=participant_id))
        return token

    def move_seat(self, session_id: int, token: str) -> tuple[Participant, str] | None:
        """Trade a return token for the seat and a new secret. The old secret and the token become void."""
        secret = _new_secret()
        seat = update(participants).filter_by(return_hash=_hash(token), session_id=session_id)
        move = seat.values(secret_hash=_hash(secret), return_hash=None)
        with self.database.writing() as connection:
            row = connection.execute(move.returning(participants)).first()
            if row is None:
                return None
            count_up(connection, session_id, "people_revision")
        return participant_from(row), secret


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _hash(secret: str) -> str:
    # Plain SHA-256 is enough: a secret is 256 random bits, so no dictionary has it.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _add_participant(
    connection: Connection, session_id: int, number: int, name: str, secret_hash: str | None
) -> Row[Any]:
    values = {"session_id": session_id, "number": number, "name": name, "secret_hash": secret_hash}
    insert = participants.insert().values(**values, joined_at=datetime.now(UTC))
    return connection.execute(insert.returning(participants)).one()
