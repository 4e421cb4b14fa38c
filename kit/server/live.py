"""Who is connected, and waking them: a change in the store becomes frames to phones and projectors."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from kit.links import Links
from kit.activities.activity import Seat
from kit.room import Attendance, Position
from kit.session import Participant, Session
from kit.store.feed import Feed
from kit.store.rows import Revision
from kit.store.store import Store
from kit.pages import pages, stages
from kit.pages.rendering import sharing

FRAMES_BETWEEN_PAUSES = 8
"""Phones that get their view before the loop looks after others again."""

DRAWING_PAUSE_SECONDS = 0.25
"""What follows the room is drawn at most this often; a new stage does not wait for it."""

ATTENDANCES_REMEMBERED = 8

RETRY_SECONDS = 1.0

LOG = logging.getLogger("kit")


class Viewer(Protocol):
    """One open connection."""

    view_id: str

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a closed connection is ignored."""


class Seated(Viewer, Protocol):
    """One open connection of a seat."""

    def leave(self) -> None:
        """Send the page away for good."""


@dataclass(eq=False)
class Phone:
    """A participant's connection.

    Attributes:
        secret: What opened the seat; void once the seat has moved to another device.
        answers: Mirrors what is stored, so an acknowledgement needs no query.
    """

    viewer: Seated
    participant: Participant
    secret: str
    answers: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def seat(self) -> Seat:
        """What this person has said."""
        return Seat(self.answers, self.participant.pseudonym)


@dataclass
class LiveSession:
    """The connections of one session and what they were last told."""

    session: Session
    position: Position
    revision: Revision
    phones: set[Phone] = field(default_factory=set)
    screens: set[Viewer] = field(default_factory=set)
    drawing: asyncio.Task[None] | None = None
    due: bool = False


class Switchboard:
    """All live sessions of this process. Runs on the event loop; the store is asked in worker threads."""

    def __init__(self, store: Store, links: Links, loop: asyncio.AbstractEventLoop) -> None:
        self.store = store
        self.links = links
        self._live: dict[int, LiveSession] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._attendance_locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._attendances: dict[int, tuple[Revision, Attendance]] = {}
        self._loop = loop
        self._woken = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = Feed(store).watch(lambda: self._loop.call_soon_threadsafe(self._wake))

    def close(self) -> None:
        """Stop listening to the store."""
        self._stop()

    async def _open(self, session: Session) -> LiveSession:
        """The live state of a session, read from the store for the first connection."""
        async with self._locks[session.id]:
            if session.id not in self._live:
                revision = await asyncio.to_thread(self.store.revision, session.id)
                position = await asyncio.to_thread(Position.read, self.store, session)
                self._live[session.id] = LiveSession(session, position, revision)
            return self._live[session.id]

    async def position(self, session: Session) -> Position:
        """Where a session stands, for a page that is about to connect."""
        if session.id in self._live:
            return self._live[session.id].position
        return await asyncio.to_thread(Position.read, self.store, session)

    async def attendance(self, session: Session, position: Position) -> Attendance:
        """The people and their answers, read and counted once for everybody until something changes."""
        async with self._attendance_locks[session.id]:
            revision = await asyncio.to_thread(self.store.revision, session.id)
            known = self._attendances.get(session.id)
            if known is None or known[0] != revision or not _same_room(known[1].position, position):
                known = revision, await asyncio.to_thread(self._read_attendance, position)
                self._attendances.pop(session.id, None)
                self._attendances[session.id] = known
                while len(self._attendances) > ATTENDANCES_REMEMBERED:
                    del self._attendances[next(iter(self._attendances))]
            return known[1]

    def _read_attendance(self, position: Position) -> Attendance:
        attendance = Attendance.read(self.store, position)
        attendance.count()  # here, in the worker thread, and kept
        return attendance

    async def add_phone(self, session: Session, phone: Phone) -> LiveSession:
        """Connect a phone: greet it and bring it to the present view."""
        live = await self._open(session)
        live.phones.add(phone)
        try:
            await self._refresh(live)
            shown = None
            while shown is not live.position:  # the room may move on meanwhile
                shown = live.position
                answers = await asyncio.to_thread(self._answers, shown, phone)
                if shown is live.position:
                    phone.answers = answers
                    await self._show([phone], live)
            seq = await asyncio.to_thread(self.store.last_seq, phone.participant.id)
        except BaseException:
            self.drop(live, phone)
            raise
        islands = {
            "clock": pages.clock(live.position),
            "progress": pages.progress(live.position, live.position.empty_room(), phone.seat),
        }
        phone.viewer.send({"type": "hello", "seq": seq, "islands": islands})
        return live

    async def add_screen(self, session: Session, screen: Viewer) -> LiveSession:
        """Connect a projector."""
        live = await self._open(session)
        live.screens.add(screen)
        self._redraw(live)
        return live

    def drop(self, live: LiveSession, connection: Phone | Viewer) -> None:
        """Forget a connection; forget the session with the last of them."""
        live.phones.discard(connection)  # type: ignore[arg-type]
        live.screens.discard(connection)  # type: ignore[arg-type]
        if not live.phones and not live.screens:
            self._live.pop(live.session.id, None)

    def _answers(self, position: Position, phone: Phone) -> dict[tuple[int, str], str]:
        return self.store.answers(phone.participant.id, position.change.exercise if position.change else "")

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._spawn(self._look())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look(self) -> None:
        self._woken = False
        for live in list(self._live.values()):
            try:
                await self._refresh(live)
            except Exception:
                # The store may be out of order for a moment; one session's trouble must not reach the others.
                LOG.exception("Session %s could not be refreshed; trying again", live.session.code)
                self._loop.call_later(RETRY_SECONDS, self._wake)

    async def _refresh(self, live: LiveSession) -> None:
        """Compare a session with the store and tell its connections what is new."""
        async with self._locks[live.session.id]:
            revision = await asyncio.to_thread(self.store.revision, live.session.id)
            if revision == live.revision:
                return
            if revision.stage != live.revision.stage:
                live.session = await asyncio.to_thread(self.store.session_by_id, live.session.id)
                live.position = await asyncio.to_thread(Position.read, self.store, live.session)
                await self._change_view(live)
            if revision.people != live.revision.people:
                await self._dismiss_moved(live)
            live.revision = revision
        self._redraw(live)

    async def _dismiss_moved(self, live: LiveSession) -> None:
        """Send away the devices whose seat is another device's now."""
        valid = await asyncio.to_thread(
            self.store.valid_secrets, live.session.id, [phone.secret for phone in live.phones]
        )
        for phone in [phone for phone in live.phones if phone.secret not in valid]:
            phone.viewer.leave()

    async def _change_view(self, live: LiveSession) -> None:
        """Bring every phone to the present view; those that show it are told its time."""
        behind = [phone for phone in live.phones if phone.viewer.view_id != live.position.view_id]
        clock = {"type": "islands", "islands": {"clock": pages.clock(live.position)}}
        for phone in live.phones.difference(behind):
            phone.viewer.send(clock)
        if not behind:
            return
        exercise = live.position.change.exercise if live.position.change else ""
        answers = await asyncio.to_thread(self.store.all_answers, live.session.id, exercise)
        for phone in behind:
            phone.answers = answers.get(phone.participant.id, {})
        await self._show(behind, live)

    async def _show(self, phones: list[Phone], live: LiveSession) -> None:
        """Send the present view to the phones that show another one."""
        position, room = live.position, live.position.empty_room()
        behind = [phone for phone in phones if phone.viewer.view_id != position.view_id]
        if behind and position.sees_room:
            room = (await self.attendance(live.session, position)).room
        views: dict[Hashable, str] = {}
        with sharing():
            for number, phone in enumerate(behind, 1):
                if live.position is not position:
                    return  # the room has moved on, and who moved it shows the newer view
                phone.viewer.view_id = position.view_id
                # Who looks matters only beside what others said: at the start of a sort all see the same.
                same = (phone.participant.id if position.sees_room else 0, *sorted(phone.answers.items()))
                with _only_here(phone, live):
                    views[same] = views.get(same) or pages.participant(position, room, phone.seat)
                    phone.viewer.send({"type": "view", "id": position.view_id, "html": views[same]})
                if number % FRAMES_BETWEEN_PAUSES == 0:
                    await asyncio.sleep(0)

    def _redraw(self, live: LiveSession) -> None:
        """Draw what follows the room: projectors, and phones in a stage that is live."""
        live.due = True
        if live.drawing is None or live.drawing.done():
            live.drawing = self._spawn(self._draw(live))

    async def _draw(self, live: LiveSession) -> None:
        while live.due:
            live.due = False
            if live.screens:
                await self._draw_screens(live)
            if live.position.is_live:
                await self._draw_phones(live)
            await asyncio.sleep(DRAWING_PAUSE_SECONDS)

    async def _draw_screens(self, live: LiveSession) -> None:
        attendance = await self.attendance(live.session, live.position)
        html = await asyncio.to_thread(pages.screen, attendance, self.links.join(live.session))
        for screen in live.screens:
            screen.send({"type": "islands", "islands": {"screen": html, "clock": pages.clock(live.position)}})

    async def _draw_phones(self, live: LiveSession) -> None:
        position = live.position
        room = (await self.attendance(live.session, position)).room
        for number, phone in enumerate(list(live.phones), 1):
            with _only_here(phone, live):
                islands = stages.after_others(position.stage, room, phone.seat) if position.stage else {}
                if islands:
                    phone.viewer.send({"type": "islands", "islands": islands})
            if number % FRAMES_BETWEEN_PAUSES == 0:
                await asyncio.sleep(0)


def _same_room(one: Position, other: Position) -> bool:
    """Whether the room looks the same in both: a decision changes it without a new view."""
    return one.view_id == other.view_id and one.decisions == other.decisions


@contextmanager
def _only_here(phone: Phone, live: LiveSession) -> Iterator[None]:
    """Whatever is wrong with one person's answers must not keep the view from everybody else."""
    try:
        yield
    except Exception:
        LOG.exception("Session %s: %s can't be drawn", live.session.code, phone.participant.pseudonym)
