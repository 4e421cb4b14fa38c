"""Leading a room: console and remote together, each alone, the right room after a reload, and a server that is gone."""

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import browser
import psutil
import pytest
from browser import (
    DECK,
    DESK,
    EXERCISE,
    NOTEBOOK_MS,
    PHONE,
    STAGES,
    Facilitator,
    Room,
    Visitor,
    barriers,
    planned,
    remote,
)
from conftest import Server, end_time, free_port, start_server, stop_server
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from kit.kinds import kind_of
from kit.room import open_stage
from kit.session import Session
from kit.store.store import Store

room = pytest.fixture(browser.room)


SHORT = DECK.model_copy(update={"cards": DECK.cards[:3], "misconceptions": ()})


def on(visitor: Visitor, title: str) -> None:
    """Wait until a facilitator's page says that the room is there."""
    expect(visitor.page.locator(".lead-bar .here")).to_contain_text(title)


def run_sheet(room: Room, session: Session) -> Facilitator:
    """The facilitator's laptop, with the run sheet of the session open."""
    facilitator = Facilitator(room.visitor(**DESK), DECK)
    page, path = facilitator.page, f"voila/render/facilitate/{EXERCISE}.ipynb?session={session.code}"
    page.goto(f"{room.server.url}/{path}&token={room.server.token}")
    expect(page.locator("#go-on")).to_be_visible(timeout=NOTEBOOK_MS)
    return facilitator


def stage_of(server: Server, session: Session) -> str:
    """The stage that is on, by the store."""
    change = server.store.stage_now(session.id)
    return change.stage if change else ""


def test_laptop_and_phone_lead_one_room_and_the_phone_goes_on_alone(room: Room, server: Server) -> None:
    session = planned(server)
    laptop, phone = run_sheet(room, session), remote(room, session)
    laptop.page.locator("#go-on").click()
    on(phone, STAGES["brief"])
    phone.page.locator("#go-on").tap()
    laptop.expect_on("sort")
    expect(laptop.page.locator(".lead-bar .counts")).to_have_text(
        re.compile(r"3\s+of 3 people here have finished")
    )
    phone.page.get_by_role("button", name="2 minutes more").tap()
    longer = kind_of(DECK).minutes["sort"] + 2
    expect(laptop.page.locator(".lead-bar .clock")).to_contain_text(re.compile(f"({longer}|{longer - 1}):"))
    laptop.page.get_by_role("button", name="Blank").click()
    expect(phone.page.get_by_text("The big screen is blank.")).to_be_visible()
    assert server.store.session_by_id(session.id).blank
    laptop.visitor.troubled = True
    kernel = re.findall("/api/kernels/([0-9a-f-]{36})/", "".join(laptop.visitor.requests))[-1]
    gone = laptop.page.context.request.delete(f"{server.url}/api/kernels/{kernel}?token={server.token}")
    assert gone.status == 204
    expect(laptop.page.get_by_text("No answer from the server.")).to_be_visible()
    laptop.page.locator("#go-on").click()
    expect(laptop.page.get_by_text(f"“Next: {STAGES['reveal']}” had no answer")).to_be_visible()
    phone.page.locator("#go-on").tap()
    on(phone, STAGES["reveal"])
    assert stage_of(server, session) == "reveal"
    assert not server.store.session_by_id(session.id).blank


def test_a_whole_exercise_is_led_with_the_phone_alone(room: Room, server: Server) -> None:
    session = planned(server, sorted=SHORT)
    screen, participant = room.projector(session), room.phone(session)
    phone = remote(room, session, bypass_csp=True)
    seen = []
    for _press in range(150):
        change = server.store.stage_now(session.id)
        seen.append((change.stage, change.beat) if change else ("", ""))
        goes_on = phone.page.locator("#go-on")
        if goes_on.count() == 0:
            break
        before = goes_on.get_attribute("value")
        goes_on.tap()
        expect(phone.page.locator(f'#go-on[value="{before}"]')).to_have_count(0)
    expect(phone.page.get_by_text("That was the last step.")).to_be_visible()
    assert list(dict.fromkeys(stage for stage, _beat in seen if stage)) == list(STAGES)
    assert len(seen) == len(set(seen)), "each press is one step"
    assert next(beat for stage, beat in seen if stage == "reveal") != ""
    participant.expect_stage("debrief")
    expect(screen.heading).to_contain_text(STAGES["debrief"])
    phone.page.get_by_role("button", name="Back").tap()
    on(phone, list(STAGES.values())[-2])
    assert barriers(phone.page) == ""
    assert phone.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    server.store.close_session(session.id)
    expect(phone.page.get_by_text("On the run sheet, under “Take it home”")).to_be_visible()
    expect(phone.page.locator(".keys")).to_be_hidden()
    expect(phone.page.get_by_text("Lead from your phone, or together with somebody")).to_be_hidden()
    expect(phone.page.get_by_text("Everybody by name")).to_be_visible()


@pytest.mark.parametrize("size", [(740, 360), (844, 390)])
def test_a_remote_on_its_side_leaves_most_of_its_height_to_words_and_decisions(
    room: Room, server: Server, size: tuple[int, int]
) -> None:
    session = planned(server, sorted=SHORT)
    open_stage(server.store, session, SHORT, "own")
    phone = room.visitor(
        **PHONE | {"viewport": dict(zip(("width", "height"), size, strict=True))}, bypass_csp=True
    )
    phone.page.goto(server.links.lead(session))
    expect(phone.page.locator("#go-on")).to_be_in_viewport(ratio=1)
    free = "() => document.querySelector('.keys').getBoundingClientRect().top - "
    free += "document.querySelector('.lead-bar').getBoundingClientRect().bottom"
    assert phone.page.evaluate(free) > size[1] / 2
    titles = phone.page.locator(
        ".lead-bar :is(.where, .counts, .clock, .time button, .ask > summary)"
    ).evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect()).map(({left, right}) => [left, right])"
    )
    assert all(right <= left for (_left, right), (left, _right) in pairwise(sorted(titles))), "side by side"
    assert barriers(phone.page) == ""


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_next_stays_under_the_mouse_when_the_time_is_up(room: Room, server: Server, width: int) -> None:
    session = planned(server)
    page = room.visitor(viewport={"width": width, "height": 720}).page
    for minutes in (3, 0):
        open_stage(server.store, session, DECK, "reveal", minutes=1)
        end_time(server.store, session, minutes_ago=-minutes)
        page.goto(server.links.lead(session))
        expect(page.locator(".lead-bar .clock")).to_contain_text("Time’s up" if not minutes else ":")
        for press in ("#go-on", "#go-on", "#go-back"):
            here, first = page.locator("#go-on").get_attribute("value"), page.locator("#go-on").bounding_box()
            page.locator(press).click()
            expect(page.locator(f'#go-on[value="{here}"]')).to_have_count(0)
            now = page.locator("#go-on").bounding_box()
            assert first and now
            assert now["x"] + now["width"] == first["x"] + first["width"] == width - 24
            assert now["y"] < first["y"] + first["height"] / 2 < now["y"] + now["height"]
            for key in ("#go-blank", "#go-back"):
                assert page.locator(key).evaluate("key => key.scrollWidth <= key.clientWidth")


def test_the_keys_of_the_keyboard_press_the_buttons(room: Room, server: Server) -> None:
    session = planned(server)
    page = room.visitor(**DESK).page
    page.goto(server.links.lead(session))
    expect(page.locator("#go-on")).to_be_visible()
    here, keys = page.locator(".lead-bar .here"), page.keyboard
    keys.press("PageDown")
    expect(here).to_contain_text(STAGES["brief"])
    keys.press("ArrowRight")
    expect(here).to_contain_text(STAGES["sort"])
    keys.press("PageUp")
    expect(here).to_contain_text(STAGES["brief"])
    keys.press("b")
    expect(page.get_by_text("The big screen is blank.")).to_be_visible()
    keys.press(".")
    expect(page.get_by_text("The big screen is blank.")).to_have_count(0)
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("Use the keys B, full stop and +").uncheck()
    page.get_by_text("Keys", exact=True).focus()
    keys.press("b")
    keys.press("ArrowRight")
    expect(here).to_contain_text(STAGES["sort"])
    assert not server.store.session_by_id(session.id).blank, "the letter was turned off, the arrow was not"


def test_a_run_sheet_asks_which_of_the_open_sessions_is_led(room: Room, server: Server) -> None:
    server.close_sessions()
    older, newer = planned(server, title="Older"), planned(server, title="Newer")
    facilitator = Facilitator(room.visitor(**DESK), DECK)
    page = facilitator.page
    page.goto(f"{server.url}/voila/render/facilitate/{EXERCISE}.ipynb?token={server.token}")
    asked = page.get_by_role("listitem").filter(has_text="Newer")
    expect(asked).to_contain_text("3 people", timeout=NOTEBOOK_MS)
    expect(page.get_by_text("Go on with one of these sessions, or start a new one?")).to_be_visible()
    asked.get_by_role("button", name=f"Go on with {newer.code}").click()
    expect(page.locator(".lead-bar")).to_contain_text(f"Newer · {newer.code}")
    assert f"session={newer.code}" in page.url
    facilitator.go_on("brief")
    assert (stage_of(server, older), stage_of(server, newer)) == ("", "brief")
    check_the_desk(page)


def check_the_desk(page: Page) -> None:
    """The bar stays, and the words and the picture of what comes next are seen."""
    assert page.evaluate("() => document.querySelector('.lead-bar').getBoundingClientRect().top") == 0
    for _press in range(3):
        page.locator("#go-on").click()
        page.wait_for_function(
            "document.querySelector('.words').getBoundingClientRect().top < innerHeight / 2"
        )
        expect(page.locator("#go-on")).to_be_in_viewport(ratio=1)
        expect(page.locator("#go-back")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Next brings:")).to_be_in_viewport()
    page.wait_for_function(  # in one go: the picture may be renewed meanwhile
        """() => {
            const [picture, drawn] = [".miniature", ".screen"].map((part) =>
                document.querySelector(`[data-island="screen-next"] ${part}`)?.getBoundingClientRect().width);
            return drawn > 0 && Math.abs(picture - drawn) <= 2;
        }"""
    )
    page.mouse.wheel(0, 2000)
    expect(page.locator("#go-on")).to_be_in_viewport(ratio=1)
    expect(page.locator(".strip-of-stages")).not_to_be_in_viewport()


@dataclass
class Frail:
    """A server of one test's own, which stops and comes back."""

    room: Room
    process: "subprocess.Popen[str]"

    def stop(self) -> None:
        """End it, as Ctrl+C does, even if it sleeps."""
        self.process.send_signal(signal.SIGCONT)
        stop_server(self.process)

    def come_back(self) -> None:
        """Start it again, on the same port with the same data."""
        self.process = start_server(self.room.server.data, int(self.room.server.url.rpartition(":")[2]))


@pytest.fixture
def frail(tmp_path: Path, chromium: Browser) -> Iterator[Frail]:
    """A server that the test may stop."""
    port = free_port()
    process = start_server(tmp_path, port)
    with Store.open(f"sqlite:///{tmp_path / 'workshop.sqlite'}") as store:
        token = (tmp_path / "token").read_text(encoding="ascii").strip()
        frail = Frail(Room(Server(f"http://127.0.0.1:{port}", token, tmp_path, store), chromium), process)
        yield frail
        frail.room.close()
        frail.stop()


@pytest.mark.parametrize("kernel", [True, False], ids=["run sheet", "remote"])
def test_a_press_that_is_lost_on_its_way_is_said_to_be_lost(room: Room, server: Server, kernel: bool) -> None:
    session = planned(server)
    visitor = room.visitor(**DESK)
    lost: list[str] = []

    def lose_the_first_press(socket: WebSocketRoute) -> None:
        beyond = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            told = message if isinstance(message, str) else message.decode(errors="replace")
            if '"type": "action"' in told.replace('":"', '": "') and not lost:
                lost.append(told)
            else:
                beyond.send(message)

        socket.on_message(pass_on)

    visitor.page.route_web_socket(re.compile(r"/api/kernels/|/live\?"), lose_the_first_press)
    path = f"/voila/render/facilitate/{EXERCISE}.ipynb?session={session.code}&token={server.token}"
    visitor.page.goto(f"{server.url}{path}" if kernel else server.links.lead(session))
    go_on = visitor.page.locator("#go-on")
    go_on.click(timeout=NOTEBOOK_MS)
    vain = visitor.page.get_by_text(f"“Next: {STAGES['brief']}” had no answer")
    expect(vain).to_be_visible()
    assert lost and stage_of(server, session) == ""
    expect(visitor.page.get_by_text("No answer from the server.")).to_have_count(0)
    go_on.click()
    on(visitor, STAGES["brief"])
    expect(vain).to_have_count(0)


def test_when_the_server_is_gone_the_bar_says_so(frail: Frail) -> None:
    """It asks after 0.7 seconds of silence, and gives up after 0.7 more: soon, before anybody presses twice."""
    room = frail.room
    session = planned(room.server)
    phone, laptop = remote(room, session), run_sheet(room, session)
    phone.troubled = laptop.visitor.troubled = True
    frail.process.send_signal(signal.SIGSTOP)  # silent, as a laptop that sleeps: no socket is closed
    for visitor in (phone, laptop.visitor):
        notice = visitor.page.locator(".lead-bar").get_by_text("No answer from the server.")
        expect(notice).to_be_visible()
        expect(notice).to_have_attribute("data-silence", "700")
    frail.process.send_signal(signal.SIGCONT)
    expect(phone.page.get_by_text("No answer from the server.")).to_have_count(0)
    frail.stop()
    expect(phone.page.get_by_text("No answer from the server.")).to_be_visible()
    phone.page.locator("#go-on").tap()
    unanswered = phone.page.get_by_text(f"“Next: {STAGES['brief']}” had no answer")
    expect(unanswered).to_be_visible()
    frail.come_back()
    expect(phone.page.get_by_text("No answer from the server.")).to_have_count(0)
    expect(unanswered).to_be_visible()
    assert stage_of(room.server, session) == ""
    phone.page.locator("#go-on").tap()
    on(phone, STAGES["brief"])
    expect(unanswered).to_have_count(0)


def test_a_run_sheet_whose_kernel_has_died_says_to_reload_and_loses_nothing(frail: Frail) -> None:
    session = planned(frail.room.server)
    laptop = run_sheet(frail.room, session)
    laptop.go_on("brief")
    laptop.visitor.troubled = True
    kernels = [
        one
        for one in psutil.Process(frail.process.pid).children(recursive=True)
        if "ipykernel" in " ".join(one.cmdline())
    ]
    for kernel in kernels:
        kernel.kill()
    said = laptop.page.locator(".lead-bar").get_by_text("If this line stays, reload the page.")
    expect(said).to_be_visible()
    laptop.page.reload()
    expect(laptop.page.locator("#go-on")).to_be_visible(timeout=NOTEBOOK_MS)
    laptop.expect_on("brief")
    expect(said).to_have_count(0)
    laptop.go_on("sort")
    assert kernels and stage_of(frail.room.server, session) == "sort"
