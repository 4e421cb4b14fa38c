"""Who is connected, and waking them: a change in the store becomes frames to phones and projectors."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tornado.ioloop import PeriodicCallback

from kit.activities.activity import Room, Seat
from kit.pages import pages, stages
from kit.pages.rendering import render, sharing
from kit.room import Attendance, Past, Position
from kit.server.guard import Pace
from kit.session import Change, Participant, Session
from kit.store.feed import watch
from kit.store.sessions import Revision
from kit.store.store import Store

FRAMES_BETWEEN_PAUSES = 8
"""Phones that get their view before the loop looks after others again."""

DRAWING_PAUSE_SECONDS = 0.25
"""What follows the room is drawn at most this often; a new stage does not wait for it."""

DRAWING_SHARE = 0.25
"""No more of the time than this goes into it: what is drawn slowly, for a very large room, is drawn less often."""

ATTENDANCES_REMEMBERED = 8

THINKERS = 2
"""Threads that work out what takes long to tell, such as what the coach reads in a phrase."""

RETRY_SECONDS = 1.0

NOTICING_SECONDS = 2.0
"""Who comes and goes is kept this often; a page that is loaded again in between was never away."""

STILL_HERE_SECONDS = 30.0
"""Everybody who is here is kept as such this often, so that a server that dies leaves nobody here for long."""

LOG = logging.getLogger("kit")


class Viewer(Protocol):
    """One open connection."""

    view_id: str

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a closed connection is ignored."""


class Follower(Viewer, Protocol):
    """One open connection that follows the whole room: a projector, a facilitator's remote."""

    def draw(self, attendance: Attendance) -> dict[str, str]:
        """The islands that show the room; runs in a worker thread."""

    def fill(self, islands: dict[str, str]) -> None:
        """Send those islands that the page doesn't have yet."""


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
        fresh: What was acknowledged while everybody's answers are being read.
        shown: The islands that follow the room as this phone has them: name -> HTML.
    """

    viewer: Seated
    participant: Participant
    secret: str
    answers: dict[tuple[int, str], str] = field(default_factory=dict)
    fresh: dict[tuple[int, str], str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def seat(self) -> Seat:
        """What this person has said."""
        return Seat(self.answers, self.participant.pseudonym)

    def keep(self, change: Change) -> None:
        """Mirror a change that was stored."""
        self.answers[change.round, change.item] = self.fresh[change.round, change.item] = change.value


@dataclass
class LiveSession:
    """The connections of one session and what they were last told.

    Attributes:
        seats: Participant id -> the phones of that seat, such as two tabs of a browser.
        paces: Participant id -> how fast that seat sends.
        moved: The facilitator has done something that is still to be drawn, without a pause before.
        drawn: The step of the result that phones show, and who was out of it.
        late: Phones of which an answer came when the room had moved on, and which are to be drawn.
    """

    position: Position
    revision: Revision
    seats: dict[int, set[Phone]] = field(default_factory=dict)
    paces: dict[int, Pace] = field(default_factory=lambda: defaultdict(Pace))
    followers: set[Follower] = field(default_factory=set)
    drawing: asyncio.Task[None] | None = None
    due: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    drawn: tuple[str, tuple[Participant, ...]] = "", ()
    late: set[Phone] = field(default_factory=set)

    @property
    def session(self) -> Session:
        """The session as it was when it stood there."""
        return self.position.session

    @property
    def phones(self) -> list[Phone]:
        """All of them."""
        return [phone for phones in self.seats.values() for phone in phones]

    def add(self, phone: Phone) -> None:
        """Take a phone in."""
        self.seats.setdefault(phone.participant.id, set()).add(phone)

    def discard(self, phone: Phone) -> None:
        """Forget a phone, if it is here."""
        self.late.discard(phone)
        tabs = self.seats.get(phone.participant.id, set())
        tabs.discard(phone)
        if not tabs:
            self.seats.pop(phone.participant.id, None)

    def behind(self, phones: Iterable[Phone]) -> list[Phone]:
        """Those of the phones that show another view than the present one."""
        return [phone for phone in phones if phone.viewer.view_id != self.position.view_id]

    def others(self, phone: Phone) -> list[Phone]:
        """The other connections of that phone's seat, such as a second tab."""
        return [other for other in self.seats.get(phone.participant.id, ()) if other is not phone]


class Switchboard:
    """All live sessions of this process. Runs on the event loop; the store is asked in worker threads."""

    def __init__(self, store: Store, loop: asyncio.AbstractEventLoop) -> None:
        self.store = store
        self._live: dict[int, LiveSession] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._attendance_locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._attendances: dict[int, tuple[Revision, Attendance]] = {}
        self._loop = loop
        self._woken = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._thinkers = ThreadPoolExecutor(THINKERS, "think")
        self._here: dict[int, set[int]] = {}
        self._noticed = 0.0
        self._noticing = PeriodicCallback(self._keep_who_is_here, 1000 * NOTICING_SECONDS)
        self._noticing.start()
        self._stop = watch(store, lambda: self._loop.call_soon_threadsafe(self._wake))

    def close(self) -> None:
        """Stop listening to the store, and telling it who is here."""
        self._stop()
        self._noticing.stop()
        self._thinkers.shutdown(wait=False, cancel_futures=True)

    async def _open(self, session: Session) -> LiveSession:
        """The live state of a session, read from the store for the first connection."""
        async with self._locks[session.id]:
            if session.id not in self._live:
                revision = await asyncio.to_thread(self.store.revision, session.id)
                position = await asyncio.to_thread(Position.read, self.store, session)
                self._live[session.id] = LiveSession(position, revision)
            return self._live[session.id]

    async def position(self, session: Session) -> Position:
        """Where a session stands, for a page that is about to connect."""
        if session.id in self._live:
            return self._live[session.id].position
        return await asyncio.to_thread(Position.read, self.store, session)

    async def room(self, position: Position) -> Room:
        """The room as participants see it now."""
        return (await self.attendance(position)).room if position.sees_room else position.empty_room()

    def last_room(self, position: Position) -> Room:
        """The same as it was last counted, for what mustn't wait: what one phone hears of its own answer."""
        _revision, known = self._attendances.get(position.session.id, (None, None))
        seen = position.sees_room and known is not None and _same_room(known.position, position)
        return known.room if seen else position.empty_room()

    async def view(self, position: Position) -> Callable[[Participant, Seat], str]:
        """What draws the present view for somebody; after the end, what they keep."""
        if position.session.closed_at:
            past = await asyncio.to_thread(Past.read, self.store, position)
            return lambda person, _seat: pages.afterwards(past, person)
        room = await self.room(position)
        return lambda _person, seat: pages.participant(position, room, seat)

    async def attendance(self, position: Position) -> Attendance:
        """The people and their answers, read and counted once for everybody until something changes."""
        session_id = position.session.id
        async with self._attendance_locks[session_id]:
            revision = await asyncio.to_thread(self.store.revision, session_id)
            known, attendance = self._attendances.get(session_id, (None, None))
            if attendance is None or known != revision or not _same_room(attendance.position, position):
                people = attendance.people if known and known.people == revision.people else None
                attendance = await asyncio.to_thread(Attendance.counted, self.store, position, people)
            self._attendances.pop(session_id, None)  # what was asked for last stands last
            self._attendances[session_id] = revision, attendance
            if len(self._attendances) > ATTENDANCES_REMEMBERED:
                del self._attendances[next(iter(self._attendances))]
            return attendance

    async def think(self, position: Position, seats: Iterable[Seat]) -> None:
        """Work out in threads of its own what takes long to tell these people; nothing else waits for it meanwhile."""
        if position.stage and position.stage.thinkers:
            room, here = position.empty_room(), [Seat(dict(seat.answers), seat.pseudonym) for seat in seats]
            await self._loop.run_in_executor(self._thinkers, position.stage.think, room, here)

    async def add_phone(self, session: Session, phone: Phone) -> LiveSession:
        """Connect a phone: greet it and bring it to the present view."""
        live = await self._open(session)
        live.add(phone)
        try:
            await self._refresh(live)
            shown = None
            while shown is not live.position:  # the room may move on meanwhile
                shown = live.position
                answers = await asyncio.to_thread(self.store.answers, phone.participant.id, shown.exercise)
                seq = await asyncio.to_thread(self.store.last_seq, phone.participant.id)
                room = await self.room(shown)
                if shown is live.position:
                    phone.answers = answers
                    await self._show([phone], live)
        except BaseException:
            self.drop(live, phone)
            raise
        islands = {"clock": pages.clock(shown), **pages.how_far(shown, room, phone.seat)}
        phone.viewer.send({"type": "hello", "seq": seq, "islands": islands})
        return live

    async def add_follower(self, session: Session, follower: Follower) -> LiveSession:
        """Connect a projector, or a facilitator's remote."""
        live = await self._open(session)
        live.followers.add(follower)
        self.redraw(live)
        return live

    def drop(self, live: LiveSession, connection: Phone | Follower) -> None:
        """Forget a connection; forget the session with the last of them."""
        if isinstance(connection, Phone):
            live.discard(connection)
        else:
            live.followers.discard(connection)
        if not live.seats and not live.followers:
            self._live.pop(live.session.id, None)

    async def _keep_who_is_here(self) -> None:
        """Tell the store who has come and gone, and now and then of everybody that they are still here."""
        here = {key: set(live.seats) for key, live in self._live.items() if live.seats}
        is_due = self._loop.time() - self._noticed > STILL_HERE_SECONDS
        for key in {*here, *self._here}:
            now, before = here.get(key, set()), self._here.get(key, set())
            if now != before or (now and is_due):
                await asyncio.to_thread(self.store.seen, key, now, before - now)
        self._here = here
        self._noticed = self._loop.time() if is_due else self._noticed

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
                session = await asyncio.to_thread(self.store.session_by_id, live.session.id)
                before = live.position
                live.position = await asyncio.to_thread(Position.read, self.store, session)
                await self._change_view(live, before)
                live.moved.set()
            if revision.people != live.revision.people:
                await self._meet(live)
            live.revision = revision
        self.redraw(live)

    async def _meet(self, live: LiveSession) -> None:
        """Send away the devices whose seat is another device's now, or was taken; tell the others a new name."""
        phones = live.phones
        seats = await asyncio.to_thread(self.store.seats, live.session.id, [phone.secret for phone in phones])
        for phone in phones:
            person = seats.get(phone.secret)
            if person is None:
                phone.viewer.leave()
            elif person.name != phone.participant.name:
                phone.participant = person
                who = render("who.html", session=live.session, participant=person)
                phone.viewer.send({"type": "islands", "islands": {"who": who}})

    async def _change_view(self, live: LiveSession, before: Position) -> None:
        """Bring every phone to the present view; those that show it are told its time, if that is another."""
        phones, position = live.phones, live.position
        behind = live.behind(phones)
        there = set(phones).difference(behind)
        if there and _told_of_time(position) != _told_of_time(before):
            clock, room = {"clock": pages.clock(position)}, await self.room(position)

            def tell(phone: Phone) -> None:
                told = clock | pages.nudge(position, room, phone.seat)
                phone.viewer.send({"type": "islands", "islands": told})

            await self._each(there, live, position, tell)
        if behind:
            for phone in behind:
                phone.fresh.clear()
            answers = await asyncio.to_thread(self.store.all_answers, live.session.id, position.exercise)
            for phone in behind:
                phone.answers = {**answers.get(phone.participant.id, {}), **phone.fresh}
            await self._show(behind, live)

    async def _show(self, phones: Iterable[Phone], live: LiveSession) -> None:
        """Send the present view to the phones that show another one."""
        position, behind = live.position, live.behind(phones)
        if not behind:
            return
        draw = await self.view(position)
        await self.think(position, (phone.seat for phone in behind))
        views: dict[Hashable, str] = {}

        def show(phone: Phone) -> None:
            phone.viewer.view_id, phone.shown = position.view_id, {}
            # Who looks matters only beside what others said: at the start of a sort all see the same.
            same = (
                phone.participant.id if position.sees_room or position.stage is None else 0,
                *sorted(phone.answers.items()),
            )
            views[same] = views.get(same) or draw(phone.participant, phone.seat)
            phone.viewer.send({"type": "view", "id": position.view_id, "html": views[same]})

        with sharing():
            await self._each(behind, live, position, show)

    async def _each(
        self, phones: Iterable[Phone], live: LiveSession, position: Position, tell: Callable[[Phone], None]
    ) -> None:
        """Tell phone after phone, until the room moves on: who moved it shows what is newer."""
        for number, phone in enumerate(phones, 1):
            if live.position is not position:
                return
            try:
                tell(phone)
            except Exception:
                # Whatever is wrong with one person's answers must not keep the view from everybody else.
                LOG.exception("Session %s: %s can't be drawn", live.session.code, phone.participant.pseudonym)
            if number % FRAMES_BETWEEN_PAUSES == 0:
                await asyncio.sleep(0)

    def redraw(self, live: LiveSession) -> None:
        """Draw what follows the room: projectors, remotes, and phones in a stage that is live."""
        live.due = True
        if live.drawing is None or live.drawing.done():
            live.drawing = self._spawn(self._draw(live))

    def redraw_late(self, live: LiveSession, phone: Phone) -> None:
        """Draw what came of somebody's answers once more, since another has come when the room had moved on."""
        live.late |= {phone, *live.others(phone)}
        self.redraw(live)

    async def _draw(self, live: LiveSession) -> None:
        while live.due:
            live.due, began = False, self._loop.time()
            live.moved.clear()
            try:
                if live.followers:
                    await self._draw_followers(live)
                await self._draw_phones(live)
            except Exception:
                # The store may be out of order for a moment; what was to be drawn still is.
                LOG.exception("Session %s could not be drawn; trying again", live.session.code)
                live.due = True
                await asyncio.sleep(RETRY_SECONDS)
            took = self._loop.time() - began
            pause = max(DRAWING_PAUSE_SECONDS, took / DRAWING_SHARE - took)
            with suppress(TimeoutError):
                await asyncio.wait_for(live.moved.wait(), pause)

    async def _draw_followers(self, live: LiveSession) -> None:
        attendance = await self.attendance(live.position)
        for follower in list(live.followers):
            try:
                follower.fill(await asyncio.to_thread(follower.draw, attendance))
            except Exception:
                LOG.exception("Session %s can't be drawn for %r", live.session.code, follower)

    async def _draw_phones(self, live: LiveSession) -> None:
        """Renew what follows the room: in a stage that is live, at another step, without who was removed.

        Where nothing of that is new, only for those whose own answer came late.
        """
        position, stage = live.position, live.position.stage
        late, live.late = live.late, set()
        if position.session.closed_at:
            await self._draw_kept(live, late)
            return
        now = position.beat, position.removed
        phones = live.phones if stage and (stage.live or live.drawn != now) else late
        if stage is None or not phones:
            return
        room = (await self.attendance(position)).room

        def draw(phone: Phone) -> None:
            islands = stages.after_others(stage, room, phone.seat)
            if stage.sees_room:
                islands |= pages.how_far(position, room, phone.seat)
            if news := {name: html for name, html in islands.items() if phone.shown.get(name) != html}:
                phone.shown |= news
                phone.viewer.send({"type": "islands", "islands": news})

        with sharing():
            await self._each(phones, live, position, draw)
        live.drawn = now

    async def _draw_kept(self, live: LiveSession, late: set[Phone]) -> None:
        """Renew what people keep after the end, where their last words have come since."""
        past = await asyncio.to_thread(Past.read, self.store, live.position) if late else ()

        def draw(phone: Phone) -> None:
            phone.viewer.send({"type": "islands", "islands": pages.kept(past, phone.participant)})

        await self._each(late, live, live.position, draw)


def _told_of_time(position: Position) -> tuple[datetime | None, datetime | None]:
    """What phones that show a view are told of it meanwhile: when its time ends, and that they may begin."""
    change = position.change
    return (change.ends_at, change.nudged_at) if change else (None, None)


def _same_room(one: Position, other: Position) -> bool:
    """Whether the room looks the same in both: a decision changes it without a new view."""
    seen = [(each.change, each.session, each.decisions, each.removed) for each in (one, other)]
    return seen[0] == seen[1]
