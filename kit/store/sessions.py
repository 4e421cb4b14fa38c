"""Sessions: made, found, closed; and the counters that tell what has changed in one."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, select, update

from kit.activities.typed import is_readable, on_one_line
from kit.errors import SessionError
from kit.session import Names, Session, clean_code, new_code
from kit.store.database import Database, made
from kit.store.limits import TITLE_LENGTH, fits, quoted
from kit.store.schema import sessions
from kit.text import gettext as _


class Revision(NamedTuple):
    """Where a session stands. A field differs whenever something of that sort has changed.

    Attributes:
        stage: The facilitator did something: opened or extended a stage, decided, blanked, locked, removed, closed.
        people: Somebody joined, came or went, moved to another device, was renamed or removed.
        responses: Answers arrived.
        notes: The facilitator wrote something down.
    """

    stage: int
    people: int
    responses: int
    notes: int


class Sessions:
    """The part of the store that knows sessions."""

    database: Database

    def create_session(self, title: str, names: Names) -> Session:
        """A new session with a fresh join code.

        Raises:
            SessionError: The title is empty, too long, or not text.
        """
        values = {"title": _clean_title(title), "names": names, "created_at": datetime.now(UTC)}
        insert = self.database.insert(sessions).on_conflict_do_nothing(index_elements=["code"])
        with self.database.writing() as connection:
            row = None
            while row is None:  # a code that is taken is as rare as 1 in 148 million a session
                row = connection.execute(insert.values(code=new_code(), **values).returning(sessions)).first()
        return made(Session, row)

    def sessions(self, open_only: bool = False) -> list[Session]:
        """The live sessions, the newest first; practice sessions are left out."""
        query = select(sessions).where(sessions.c.code.is_not(None))
        if open_only:
            query = query.where(sessions.c.closed_at.is_(None))
        newest_first = query.order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        return [made(Session, row) for row in self.database.rows(newest_first)]

    def session(self, code: str) -> Session:
        """The session of that join code, as typed.

        Raises:
            SessionError: There is none.
        """
        code = clean_code(code)
        found = self.database.rows(select(sessions).where(sessions.c.code == code))
        if not found:
            text = _("There is no session with the code “{code}”. Look at the big screen and type it again.")
            raise SessionError(text.format(code=code))
        return made(Session, found[0])

    def session_by_id(self, session_id: int) -> Session:
        """The session of that id, practice sessions included.

        Raises:
            SessionError: There is none.
        """
        return made(Session, self._row(session_id))

    def close_session(self, session_id: int) -> None:
        """End a session: nobody joins and no stage opens any more. Closing it again changes nothing."""
        with self.database.writing() as connection:
            closing = update(sessions).filter_by(id=session_id, closed_at=None)
            revision = sessions.c.stage_revision + 1
            connection.execute(
                closing.values(closed_at=datetime.now(UTC), blank=False, stage_revision=revision)
            )

    def blank(self, session_id: int, blank: bool) -> None:
        """Show nothing on the big screen, or again what is on. Whoever moves the room on shows it again, too.

        Raises:
            SessionError: The session is unknown or closed.
        """
        with self.database.writing() as connection:
            count_up_open(connection, session_id, "stage_revision", blank=blank)

    def lock(self, session_id: int, locked: bool) -> None:
        """Let nobody new in, or again whoever comes; those who are in can always come back.

        Raises:
            SessionError: The session is unknown or closed.
        """
        with self.database.writing() as connection:
            count_up_open(connection, session_id, "stage_revision", locked=locked)

    def revision(self, session_id: int) -> Revision:
        """A cheap value to compare: which sort of thing has changed since it was last asked.

        Raises:
            SessionError: There is no such session.
        """
        row = self._row(session_id)
        return Revision(row.stage_revision, row.people_revision, row.response_revision, row.note_revision)

    def _row(self, session_id: int) -> Row[Any]:
        found = self.database.rows(select(sessions).where(sessions.c.id == session_id))
        return _existing(next(iter(found), None), session_id)


def count_up(connection: Connection, session_id: int, counter: str, **values: Any) -> Session:
    """Count up a column of the session, so that ``revision`` tells that something of this sort has changed.

    Further ``values`` are columns of the session that change with it. The session is locked until the transaction
    ends: of two who join at once each gets a number of their own.

    Raises:
        SessionError: There is none.
    """
    found = connection.execute(_counting(counter), {"number": session_id, **values}).first()
    return made(Session, _existing(found, session_id))


@cache
def _counting(counter: str) -> Any:
    """The statement that counts up: to make it takes longer than to run it."""
    column, this = sessions.c[counter], sessions.c.id == bindparam("number")
    return update(sessions).where(this).values({column: column + 1}).returning(sessions)


def count_up_open(connection: Connection, session_id: int, counter: str, **values: Any) -> Session:
    """Like ``count_up``, of a session that isn't over.

    Raises:
        SessionError: It is, or there is none.
    """
    session = count_up(connection, session_id, counter, **values)
    if session.closed_at is not None:
        text = _("The session “{title}” is over. Ask the facilitator for a new code.")
        raise SessionError(text.format(title=session.title))
    return session


def _existing(row: Row[Any] | None, session_id: int) -> Row[Any]:
    if row is None:
        raise SessionError(_("There is no session number {number}.").format(number=session_id))
    return row


def _clean_title(typed: str) -> str:
    line = on_one_line(typed)
    if not (is_readable(line) and fits(line, 1, TITLE_LENGTH)):
        text = _("“{typed}” can't be a title. Use 1 to {length} characters of text.")
        raise SessionError(text.format(typed=quoted(typed), length=TITLE_LENGTH))
    return line
