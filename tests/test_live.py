"""The switchboard: what reaches a phone when somebody connects, decides or answers at an awkward moment."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from partners_rooms import digest_of
from rooms import (
    PARTNERS,
    PHRASES,
    RINGS,
    a_partners_session,
    a_phrasing_session,
    a_session,
    a_store,
    exercise,
    in_a_thread,
)

from kit.errors import StoreError
from kit.lead import Lead
from kit.pages import pages
from kit.room import Attendance, Position, open_stage, show_beat
from kit.server.live import Phone, Switchboard
from kit.session import Change, Names, Participant, Session
from kit.store.store import Store


class Page:
    """What a phone or a projector shows, as a socket would tell it."""

    def __init__(self) -> None:
        self.view_id = ""
        self.told: list[dict[str, Any]] = []

    def draw(self, attendance: Attendance) -> dict[str, str]:
        """What a projector shows."""
        return {"screen": pages.screen(attendance, "http://10.0.0.7:8866/join/KX4R7W")}

    def fill(self, islands: dict[str, str]) -> None:
        """Take islands."""
        self.send({"type": "islands", "islands": islands})

    def send(self, message: dict[str, Any]) -> None:
        """Take one message."""
        self.told.append(message)

    def leave(self) -> None:
        """Nobody is sent away in these tests."""

    def views(self) -> list[str]:
        """The ids of the views that came, the oldest first."""
        return [message["id"] for message in self.told if message["type"] == "view"]


def live(folder: Path, story: Callable[[Store, Switchboard], Awaitable[None]]) -> None:
    """Run a story with a store and a switchboard of its own."""

    async def run(store: Store) -> None:
        switchboard = Switchboard(store, asyncio.get_running_loop())
        try:
            await story(store, switchboard)
        finally:
            await asyncio.to_thread(switchboard.close)

    with a_store(folder) as store:  # until the loop's threads have ended, which may be reading
        in_a_thread(lambda: asyncio.run(run(store)))


async def until(happened: Callable[[], bool]) -> None:
    """Let the others work until something has happened."""
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0)


def drawn(screen: Page) -> str:
    """What a projector was sent last."""
    return str(
        next((m["islands"]["screen"] for m in screen.told[::-1] if "screen" in m.get("islands", {})), "")
    )


def phones_of(store: Store, session: Session) -> list[Phone]:
    """A phone for everybody of the session."""
    return [Phone(Page(), person, "") for person in store.participants(session.id)]


def test_who_connects_while_the_room_moves_on_ends_where_the_room_is(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        open_stage(store, session, exercise(RINGS), "reveal")
        early, late = phones_of(store, session)[:2]
        await switchboard.add_phone(session, early)
        store.add_note(session.id, RINGS, "so that the group is read anew")
        async with switchboard._attendance_locks[session.id]:
            connecting = asyncio.create_task(switchboard.add_phone(session, late))
            await until(lambda: bool(switchboard._attendance_locks[session.id]._waiters))
            change = open_stage(store, session, exercise(RINGS), "sort-again")
            await until(lambda: early.viewer.view_id == str(change.id))
        await connecting
        assert late.viewer.view_id == str(change.id)
        assert late.viewer.views()[-1] == str(change.id)
        assert late.viewer.told[-1]["type"] == "hello"

    live(tmp_path, story)


def test_a_beat_renews_what_is_shown_and_leaves_the_view(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        change = open_stage(store, session, exercise(RINGS), "answers")
        phone, screen = phones_of(store, session)[0], Page()
        await switchboard.add_phone(session, phone)
        await switchboard.add_follower(session, screen)
        await until(lambda: drawn(screen).count("Best fit") > 1)
        first = f"answer-{change.params['key'][0]}"
        show_beat(store, session, first)
        await until(lambda: phone.shown.get("shown-key", "").count("<details") == 1)
        await until(lambda: "Best fit:" in drawn(screen))
        assert f'id="{first}"' in phone.shown["shown-key"]
        assert phone.viewer.views() == [str(change.id)], "nothing is taken from under anybody's fingers"
        reloaded = Page()
        await switchboard.add_follower(session, reloaded)
        await until(lambda: drawn(reloaded) != "")
        assert drawn(reloaded) == drawn(screen)
        show_beat(store, session, "")
        await until(lambda: phone.shown["shown-key"].count('id="answer-') == len(change.params["key"]))

    live(tmp_path, story)


def test_phones_hear_of_the_time_and_not_of_what_only_the_big_screen_shows(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        change = open_stage(store, session, exercise(RINGS), "sort")
        phone, screen = phones_of(store, session)[0], Page()
        await switchboard.add_phone(session, phone)
        await switchboard.add_follower(session, screen)
        told = phone.viewer.told
        told.clear()
        store.blank(session.id, True)
        await until(lambda: "Eyes up front" in drawn(screen))
        store.extend_stage(change.id, 2)
        await until(lambda: bool(told))
        assert [message["type"] for message in told] == ["islands"]
        assert 'role="timer"' in told[0]["islands"]["clock"]

    live(tmp_path, story)


def test_an_answer_that_is_saved_while_the_room_moves_on_is_in_the_new_view(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        open_stage(store, session, exercise(RINGS), "sort")
        phone = phones_of(store, session)[0]
        await switchboard.add_phone(session, phone)
        read, card = store.all_answers, exercise(RINGS).cards[0]
        fresh = Change(session.id, phone.participant.id, RINGS, 1, card.id, "success", 10_000)

        def slowly(session_id: int, name: str) -> dict[int, dict[tuple[int, str], str]]:
            answers = read(session_id, name)
            store.save(fresh).result(30)
            switchboard._loop.call_soon_threadsafe(phone.keep, fresh)
            return answers

        store.all_answers = slowly  # type: ignore[method-assign] - a change arrives between reading and showing
        change = open_stage(store, session, exercise(RINGS), "reveal")
        await until(lambda: phone.viewer.view_id == str(change.id))
        assert phone.answers[1, card.id] == "success"

    live(tmp_path, story)


def test_what_could_not_be_drawn_is_drawn_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        open_stage(store, session, exercise(RINGS), "sort")
        screen, read = Page(), store.responses
        await switchboard.add_follower(session, screen)
        await until(lambda: drawn(screen) != "")
        outages = iter((False, True))  # the stage is opened, and then

        def once(session_id: int, name: str, *more: bool) -> pd.DataFrame:
            if next(outages, False):
                raise StoreError("The disk is away.")
            return read(session_id, name, *more)

        store.responses = once  # type: ignore[method-assign] - the store is out of order once
        open_stage(store, session, exercise(RINGS), "reveal")
        await until(lambda: "overview" in drawn(screen))
        assert "could not be drawn" in caplog.text

    live(tmp_path, story)


def test_a_decision_is_never_served_from_before_it_was_made(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_phrasing_session(store)
        open_stage(store, session, exercise(PHRASES), "showcase")
        before = Position.read(store, session)
        store.decide(session.id, PHRASES, next(iter(before.decisions)), "")
        await switchboard.attendance(before)  # somebody who hasn't heard of it yet
        now = Position.read(store, session)
        served = (await switchboard.attendance(now)).position.decisions
        assert served == now.decisions != before.decisions

    live(tmp_path, story)


@pytest.mark.parametrize(
    "press",
    [
        lambda store, session, person: store.remove(person),
        lambda store, session, person: store.lock(session.id, True),
        lambda store, session, person: store.blank(session.id, True),
        lambda store, session, person: store.extend_stage(store.stage_now(session.id).id, 2),
        lambda store, session, person: store.nudge(store.stage_now(session.id).id),
    ],
    ids=["remove", "lock", "blank", "extend", "nudge"],
)
def test_a_press_is_never_served_from_before_it_was_made(
    tmp_path: Path, press: Callable[[Store, Session, Participant], None]
) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_session(store)
        open_stage(store, session, exercise(RINGS), "sort", 5)
        person, _secret = store.join(session.id, "Bobby")
        before = Position.read(store, session)
        press(store, session, person)
        await switchboard.attendance(before)  # somebody who hasn't heard of it yet
        now = Position.read(store, store.session_by_id(session.id))
        served = (await switchboard.attendance(now)).position
        assert (served.removed, served.session, served.change) == (now.removed, now.session, now.change)

    live(tmp_path, story)


def test_one_persons_broken_answers_keep_nobody_else_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = a_partners_session(store)
        people = store.participants(session.id)
        digest = digest_of(("this", "that"), "9999-12-31")
        it, hr, _sales = people
        # Such a day is refused today; a database may hold one from before.
        for seq, (seat, item, value) in enumerate(
            (
                (it, "agreement/HR~IT/gives-1", "this"),
                (it, "agreement/HR~IT/gives-2", "that"),
                (it, "agreement/HR~IT/review", "9999-12-31"),
                (it, "confirm/HR~IT", digest),
                (hr, "confirm/HR~IT", digest),
            ),
            100,
        ):
            store.save(Change(session.id, seat.id, PARTNERS, 2, item, value, seq)).result(10)
        phones = phones_of(store, session)
        open_stage(store, session, exercise(PARTNERS), "map")
        for phone in phones:
            await switchboard.add_phone(session, phone)
        debrief = str(open_stage(store, session, exercise(PARTNERS), "debrief").id)
        await until(lambda: all(phone.viewer.view_id == debrief for phone in phones))
        assert [debrief in phone.viewer.views() for phone in phones] == [False, False, True]

    live(tmp_path, story)
    assert "can't be drawn" in caplog.text


def test_whoevers_group_has_written_is_done_and_not_nudged(tmp_path: Path) -> None:
    async def story(store: Store, switchboard: Switchboard) -> None:
        session = store.create_session("Tuesday", Names.OFF)
        writer, other = (store.join(session.id, "")[0] for _seat in range(2))
        Lead(store, session).act(
            {"action": "ask", "text": "And now?", "form": "groups", "by": "chance", "size": "2"}
        )
        phone, late = Phone(Page(), other, ""), Phone(Page(), other, "")
        await switchboard.add_phone(session, phone)
        store.save(Change(session.id, writer.id, "question-1", 1, "text", "We listen", 1)).result(10)
        await until(lambda: "We listen" in phone.shown.get("shown-groups", ""))
        assert "Done" in phone.shown["progress"]
        store.nudge(store.stage_now(session.id).id)
        await until(lambda: "nudge" in phone.viewer.told[-1].get("islands", {}))
        await switchboard.add_phone(session, late)
        hello = late.viewer.told[-1]["islands"]
        assert "Done" in hello["progress"] and hello["nudge"] == ""
        told = [message.get("islands", {}) for message in phone.viewer.told]
        assert {islands["nudge"] for islands in told if "nudge" in islands} == {""}

    live(tmp_path, story)
