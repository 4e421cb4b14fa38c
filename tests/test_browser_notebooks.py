"""The start page and the results notebook in Voilà: what they offer, and that nothing on them is a barrier."""

import re
from collections.abc import Callable

import browser
import pytest
from browser import DESK, NOTEBOOK_MS, PHONE, Room, barriers
from conftest import Server
from playwright.sync_api import Page, WebSocketRoute, expect
from rooms import PARTNERS, RATING, a_partners_session, a_phrasing_session, a_session, exercise

from kit.session import Session

room = pytest.fixture(browser.room)

NARROW = "() => document.documentElement.scrollWidth <= innerWidth"
"""Whether the page is no wider than its window."""

BAR = "[...document.querySelectorAll('.lead-bar, .lead-bar .keys')].map(part => part.getBoundingClientRect())"
TAKEN = f"() => {BAR}.reduce((high, part) => high + part.height, 0) / innerHeight"
"""Which part of a phone's height the bar takes, with the keys under the thumb."""

SMALLEST = """() => Math.min(...[...document.querySelectorAll(".lead-bar :is(summary, .time button, .keys button)")]
    .map(target => target.getBoundingClientRect()).flatMap(at => [at.width, at.height]))"""
"""How wide or high the smallest of its targets is."""


def without_models(times: int) -> Callable[[WebSocketRoute], None]:
    """A kernel's channel on which the page finds no panels, that often: as on a laptop that is very busy."""
    missed: list[str] = []

    def pass_on(socket: WebSocketRoute) -> None:
        beyond, misses = socket.connect_to_server(), len(missed) < times
        missed.append(socket.url)

        def to_kernel(message: str | bytes) -> None:
            data = message.encode() if isinstance(message, str) else message
            if misses:
                data = data.replace(b"jupyter.widget", b"jupyter.nobody")
            beyond.send(data.decode() if isinstance(message, str) else data)

        socket.on_message(to_kernel)

    return pass_on


def a_rich_session(server: Server) -> Session:
    """A session in which people took part in all three exercises, the map of internal customers last."""
    server.close_sessions()
    return a_partners_session(server.store, a_phrasing_session(server.store, session=a_session(server.store)))


def check_page(page: Page, alike: str = "") -> None:
    """No barriers, and no sideways scrolling of the page."""
    assert barriers(page, alike) == ""
    assert page.evaluate(NARROW)


def test_the_start_page_leads_back_into_an_open_session(room: Room, server: Server) -> None:
    server.close_sessions()
    session = a_partners_session(server.store, server.session("T" * 120))
    page = room.visitor(**PHONE).page
    page.goto(f"{server.url}/?token={server.token}")
    resume = page.get_by_role("link", name=f"Resume {session.code}")
    expect(resume).to_be_visible(timeout=NOTEBOOK_MS)
    check_page(page)
    page.set_viewport_size(DESK["viewport"])
    check_page(page)
    rating = page.get_by_role("article").filter(has_text=exercise(RATING).title)
    run = rating.get_by_role("link", name="Run it with a room")
    expect(run).to_have_attribute("href", re.compile(rf"any\.ipynb\?exercise={RATING}"))
    resume.click()
    expect(page.locator(".session .joincode")).to_have_text(str(session.code), timeout=NOTEBOOK_MS)
    assert PARTNERS in page.url
    assert page.evaluate(NARROW)
    page.set_viewport_size(PHONE["viewport"])
    expect(page.locator("#go-end")).to_be_in_viewport(ratio=1)
    assert page.evaluate(TAKEN) <= 1 / 4
    assert page.evaluate(SMALLEST) >= 44
    page.locator(".lead-bar .ask summary").tap()
    assert page.evaluate(NARROW)
    expect(page.locator("#ask-arriving")).to_be_in_viewport(ratio=1)


def test_the_results_of_all_exercises_put_up_no_barrier(room: Room, server: Server) -> None:
    session = a_rich_session(server)
    server.session("Another day")
    facilitator = room.visitor(**DESK)
    page = facilitator.page
    page.goto(f"{server.url}/voila/render/results.ipynb?session={session.code}&token={server.token}")
    expect(page.get_by_role("link", name=f"workshop-{session.code}")).to_have_count(3, timeout=NOTEBOOK_MS)
    for number in (1, 2):
        expect(page.locator(f"img[alt^='Where the room put each card, round {number}']")).to_be_visible()
    expect(page.get_by_text("Loading widget")).to_have_count(0)
    sessions = page.get_by_role("navigation", name="Sessions").get_by_role("link")
    expect(sessions.filter(has_text="Another day")).to_be_visible()
    page.emulate_media(media="print")
    expect(sessions).to_have_count(1)
    expect(sessions).to_contain_text(str(session.code))
    page.emulate_media(media="screen")
    check_page(page, alike="tbody tr:nth-child(n+3), td ~ td")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(NARROW)


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_that_finds_no_panel_tries_once_more_and_then_says_what_to_do(
    room: Room, server: Server, times: int
) -> None:
    visitor = room.visitor(**DESK)
    visitor.troubled = True
    visitor.page.route_web_socket(re.compile("/api/kernels/"), without_models(times))
    visitor.page.goto(f"{server.url}/?token={server.token}")
    page = visitor.page
    if times == 1:
        expect(page.get_by_role("link", name="Run it with a room").first).to_be_visible(timeout=NOTEBOOK_MS)
    else:
        expect(page.get_by_text("This part didn’t come up.").first).to_be_visible(timeout=NOTEBOOK_MS)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
