"""Who is connected, and waking them: a change in the store becomes frames to phones and projectors."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from kit.links import Links
from kit.room import Course, Crowd
from kit.session import Participant, Session
from kit.store.feed import Feed
from kit.store.rows import Revision
from kit.store.store import Store
from kit.views import pages

FRAMES_BETWEEN_PAUSES = 8
"""Phones that get their view before the loop looks after others again."""

SCREEN_PAUSE_SECONDS = 0.25
"""A projector is drawn at most this often; phones do not wait for it."""

RETRY_SECONDS = 1.0

LOG = logging.getLogger("kit")


class Viewer(Protocol):
    """One open connection."""

    view_id: str

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a closed connection is ignored."""


@dataclass(eq=False)
class Phone:
    """A participant's connection. ``answers`` mirrors what is stored, so an acknowledgement needs no query."""

    viewer: Viewer
    participant: Participant
    answers: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass
class LiveSession:
    """The connections of one session and what they were last told."""

    session: Session
    course: Course
    revision: Revision
    phones: set[Phone] = field(default_factory=set)
    screens: set[Viewer] = field(default_factory=set)
    drawing: asyncio.Task[None] | None = None
    screen_due: bool = False


class Switchboard:
    """All live sessions of this process. Runs on the event loop; the store is asked in worker threads."""

    def __init__(self, store: Store, links: Links, loop: asyncio.AbstractEventLoop) -> None:
        self.store = store
        self.links = links
        self._live: dict[int, LiveSession] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
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
                course = await asyncio.to_thread(Course.read, self.store, session)
                self._live[session.id] = LiveSession(session, course, revision)
            return self._live[session.id]

    async def course(self, session: Session) -> Course:
        """Where a session stands, for a page that is about to connect."""
        if session.id in self._live:
            return self._live[session.id].course
        return await asyncio.to_thread(Course.read, self.store, session)

    async def add_phone(self, session: Session, phone: Phone) -> LiveSession:
        """Connect a phone: greet it and bring it to the present view."""
        live = await self._open(session)
        live.phones.add(phone)
        await self._refresh(live)
        phone.answers = await asyncio.to_thread(self._answers, live, phone)
        seq = await asyncio.to_thread(self.store.last_seq, phone.participant.id)
        await self._show([phone], live)
        islands = {"clock": pages.clock(live.course), "progress": pages.progress(live.course, phone.answers)}
        phone.viewer.send({"type": "hello", "seq": seq, "islands": islands})
        return live

    async def add_screen(self, session: Session, screen: Viewer) -> LiveSession:
        """Connect a projector."""
        live = await self._open(session)
        live.screens.add(screen)
        self._draw_screens(live)
        return live

    def drop(self, live: LiveSession, connection: Phone | Viewer) -> None:
        """Forget a connection; forget the session with the last of them."""
        live.phones.discard(connection)  # type: ignore[arg-type]
        live.screens.discard(connection)  # type: ignore[arg-type]
        if not live.phones and not live.screens:
            self._live.pop(live.session.id, None)

    def dismiss(self, session: Session, participant: Participant, url: str) -> None:
        """Tell the device that held a seat before that the seat has moved."""
        for phone in list(self._live[session.id].phones) if session.id in self._live else []:
            if phone.participant.id == participant.id:
                phone.viewer.send({"type": "leave", "url": url})

    def _answers(self, live: LiveSession, phone: Phone) -> dict[tuple[int, str], str]:
        exercise = live.course.change.exercise if live.course.change else ""
        return dict(self.store.answers(phone.participant.id, exercise))

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
                before, live.course = (
                    live.course,
                    await asyncio.to_thread(Course.read, self.store, live.session),
                )
                if before.view_id != live.course.view_id:
                    await self._change_view(live)
                else:
                    self._tell_clock(live)
            live.revision = revision
        self._draw_screens(live)

    async def _change_view(self, live: LiveSession) -> None:
        crowd = await asyncio.to_thread(Crowd.read, self.store, live.course)
        for phone in live.phones:
            phone.answers = dict(crowd.answers.get(phone.participant.id, {}))
        await self._show(list(live.phones), live, crowd)

    async def _show(self, phones: list[Phone], live: LiveSession, crowd: Crowd | None = None) -> None:
        """Send the present view to the phones that show another one."""
        course = live.course
        behind = [phone for phone in phones if phone.viewer.view_id != course.view_id]
        shows_group = course.moment is not None and course.moment.stage.shows_group
        if behind and shows_group:
            crowd = crowd or await asyncio.to_thread(Crowd.read, self.store, course)
            group = await asyncio.to_thread(lambda: crowd.group)
        for number, phone in enumerate(behind, 1):
            html = pages.participant(
                course, phone.answers, group if shows_group else None, phone.participant.pseudonym
            )
            phone.viewer.view_id = course.view_id
            phone.viewer.send({"type": "view", "id": course.view_id, "html": html})
            if number % FRAMES_BETWEEN_PAUSES == 0:
                await asyncio.sleep(0)

    def _tell_clock(self, live: LiveSession) -> None:
        islands = {"clock": pages.clock(live.course)}
        for phone in live.phones:
            phone.viewer.send({"type": "islands", "islands": islands})

    def _draw_screens(self, live: LiveSession) -> None:
        live.screen_due = bool(live.screens)
        if live.screen_due and (live.drawing is None or live.drawing.done()):
            live.drawing = self._spawn(self._draw(live))

    async def _draw(self, live: LiveSession) -> None:
        while live.screen_due:
            live.screen_due = False
            html = await asyncio.to_thread(self._screen_html, live)
            for screen in live.screens:
                screen.send(
                    {"type": "islands", "islands": {"screen": html, "clock": pages.clock(live.course)}}
                )
            await asyncio.sleep(SCREEN_PAUSE_SECONDS)

    def _screen_html(self, live: LiveSession) -> str:
        return pages.screen(Crowd.read(self.store, live.course), self.links.join(live.session))


def frame(message: dict[str, Any]) -> str:
    """The message as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
