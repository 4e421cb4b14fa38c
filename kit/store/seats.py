"""Seats: who takes part, on which device. Of secrets, tokens and keys only hashes are kept."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from kit.errors import SessionError
from kit.session import Names, Participant, Session, clean_name
from kit.store.database import Database, made
from kit.store.schema import participants, sessions
from kit.store.sessions import count_up, count_up_open
from kit.text import gettext as _


class Seats:
    """The part of the store that knows people."""

    database: Database

    def join(self, session_id: int, name: str, limit: int = 500, secret: str = "") -> tuple[Participant, str]:
        """A new seat and its secret, which isn't kept here: only its hash is.

        Args:
            session_id: Which session.
            name: As typed; the session's rule for names is applied.
            limit: How many seats the session may have.
            secret: One from ``new_secret``; whoever comes twice with it gets the one seat. Without it a fresh one.

        Raises:
            SessionError: The session is unknown, closed, locked or full, or asks for a name.
        """
        secret = secret or new_secret()
        highest = select(func.max(participants.c.number)).where(participants.c.session_id == session_id)
        with self.database.writing() as connection:
            session = count_up_open(connection, session_id, "people_revision")
            theirs = select(participants).filter_by(secret_hash=_hash(secret), session_id=session_id)
            if row := connection.execute(theirs).first():
                return made(Participant, row), secret
            if session.locked:
                text = _("Nobody new comes in right now. Please tell the facilitator of session {code}.")
                raise SessionError(text.format(code=session.code))
            name = clean_name(name, session.names)
            taken = connection.scalar(highest) or 0
            if taken >= limit:
                text = _("This session is full: all {limit} seats are taken. Please tell the facilitator.")
                raise SessionError(text.format(limit=limit))
            row = _add_participant(connection, session_id, taken + 1, name, _hash(secret))
        return made(Participant, row), secret

    def mark_rehearsed(self, session_id: int, secret: str) -> None:
        """Mark the seat that the secret opens as one in which nobody sits, so that results leave it out.

        Raises:
            SessionError: It opens none.
        """
        seat = update(participants).filter_by(secret_hash=_hash(secret), session_id=session_id)
        with self.database.writing() as connection:
            count_up(connection, session_id, "people_revision")
            if not connection.execute(seat.values(rehearsed=True)).rowcount:
                text = _("There is no such seat in session number {session}. Join it first.")
                raise SessionError(text.format(session=session_id))

    def practice(self, key: str) -> tuple[Session, Participant]:
        """The learner's own session and seat, made on the first call.

        Raises:
            SessionError: The key is empty.
        """
        if not key:
            raise SessionError(_("A learner's key is “”. Use a long random text that the browser keeps."))
        values = {"practice_key": _hash(key), "title": _("Practice"), "names": Names.OFF}
        insert = self.database.insert(sessions).on_conflict_do_nothing(index_elements=["practice_key"])
        mine = select(sessions).where(sessions.c.practice_key == _hash(key)).with_for_update()
        with self.database.writing() as connection:
            connection.execute(insert.values(created_at=datetime.now(UTC), **values))
            session = made(Session, connection.execute(mine).one())
            seat = select(participants).where(participants.c.session_id == session.id)
            row = connection.execute(seat).first() or _add_participant(connection, session.id, 1, "", None)
        return session, made(Participant, row)

    def seat(self, session_id: int, secret: str, removed: bool = False) -> Participant | None:
        """Whose seat the secret opens in this session, or None; or whose it opened until they were ``removed``."""
        # The database compares hashes, so how long it takes says nothing about the secret.
        theirs = participants.c.secret_hash == _hash(secret), participants.c.session_id == session_id
        found = self.database.rows(select(participants).where(*theirs, participants.c.removed.is_(removed)))
        return made(Participant, found[0]) if found else None

    def seats(self, session_id: int, secrets_held: Collection[str]) -> dict[str, Participant]:
        """Those of the secrets that open a seat of this session now -> whose it is."""
        there = self.database.rows_of(session_id, participants, counts())
        rows = {row.secret_hash: row for row in there}
        found = {secret: rows.get(_hash(secret)) for secret in secrets_held}
        return {secret: made(Participant, row) for secret, row in found.items() if row}

    def participants(
        self, session_id: int, rehearsed: bool = True, removed: bool = False
    ) -> list[Participant]:
        """Everybody of a session, in the order of joining; or those who were ``removed``.

        Without ``rehearsed`` those in whose seats nobody sits are left out.
        """
        there = self.database.rows_of(session_id, participants, counts(rehearsed, removed))
        return [made(Participant, row) for row in there]

    def rename(self, person: Participant, name: str) -> None:
        """Give somebody another name, by the session's rule for names.

        Raises:
            SessionError: The session asks for a name.
        """
        seat = update(participants).filter_by(id=person.id)
        with self.database.writing() as connection:
            session = count_up(connection, person.session_id, "people_revision")
            connection.execute(seat.values(name=clean_name(name, session.names)))

    def remove(self, person: Participant, removed: bool = True) -> None:
        """Take somebody out with all that they said, though nothing is deleted; or bring them back with all of it."""
        seat = update(participants).filter_by(id=person.id)
        with self.database.writing() as connection:
            count_up(connection, person.session_id, "people_revision")
            count_up(connection, person.session_id, "stage_revision")
            connection.execute(seat.values(removed=removed))

    def seen(self, session_id: int, here: Collection[int], gone: Collection[int] = ()) -> None:
        """Keep who has a page open now, and who has closed it; by their ids, all in one go."""
        with self.database.writing() as connection:
            count_up(connection, session_id, "people_revision")
            for people, at in ((here, datetime.now(UTC)), (gone, None)):
                if people:
                    these = update(participants).where(participants.c.id.in_(people))
                    connection.execute(these.values(seen_at=at))

    def return_token(self, participant_id: int) -> str:
        """A fresh one-time token for moving this seat to another device; an earlier one becomes void.

        Raises:
            SessionError: There is no such participant.
        """
        token = new_secret()
        seat = update(participants).where(participants.c.id == participant_id)
        with self.database.writing() as connection:
            changed = connection.execute(seat.values(return_hash=_hash(token))).rowcount
        if not changed:
            raise SessionError(_("There is no participant {number}.").format(number=participant_id))
        return token

    def awaits(self, token: str) -> bool:
        """Whether that return token has yet to be used."""
        return bool(self.database.rows(select(participants.c.id).filter_by(return_hash=_hash(token))))

    def move_seat(self, session_id: int, token: str) -> tuple[Participant, str] | None:
        """Trade a return token for the seat and a new secret. The old secret and the token become void."""
        secret = new_secret()
        seat = update(participants).filter_by(return_hash=_hash(token), session_id=session_id)
        move = seat.values(secret_hash=_hash(secret), return_hash=None)
        with self.database.writing() as connection:
            row = connection.execute(move.returning(participants)).first()
            if row is None:
                return None
            count_up(connection, session_id, "people_revision")
        return made(Participant, row), secret


def counts(rehearsed: bool = True, removed: bool = False) -> ColumnElement[bool]:
    """Who counts in a session: nobody who was removed, and rehearsed people if they are wanted; or who was removed."""
    there = participants.c.removed.is_(removed)
    return there if rehearsed else and_(there, participants.c.rehearsed.is_(False))


def new_secret() -> str:
    """What opens a seat, or moves it: nobody can guess it."""
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
