"""A participant's phone in a real browser: joining, sorting by thumb and by keyboard, losing the network."""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import browser
import pytest
from browser import CARDS, DECK, EXERCISE, PHONE, RING_NAMES, STAGES, Room, Visitor
from conftest import Server, free_port, start_server, stop_server
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect
from rooms import EXERCISES

from kit.library import load
from kit.room import begin
from kit.session import Names
from kit.store.store import Store

room = pytest.fixture(browser.room)
people = contextmanager(browser.room)

ORDER = list(CARDS)

COVERED = """() => [...document.querySelectorAll(".step .choice span")].filter((name) => {
    const { x, y, width, height } = name.getBoundingClientRect();
    return width && !name.parentElement.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}).map((name) => name.textContent)"""
"""The rings whose names lie under another one."""


OUTSIDE = """() => [...document.querySelectorAll(".step:not([hidden]) .rings span")].filter((name) => {
    const words = document.createRange(), ring = name.parentElement.getBoundingClientRect(), radius = ring.width / 2;
    words.selectNodeContents(name);
    const { left, right, top, bottom } = words.getBoundingClientRect();
    return [[left - 20, top], [right, top], [left, bottom], [right, bottom]].some(
        ([x, y]) => Math.hypot(x - ring.x - radius, y - ring.y - radius) > radius);
}).map((name) => name.textContent)"""
"""The rings whose names, with the tick before them, cross their line."""

OVERLAPS = """() => {
    const boxes = ["form", "details", ".me"].map((part) => document.querySelector(part).getBoundingClientRect());
    return boxes.some((one, at) => at && one.top < boxes[at - 1].bottom);
}"""
"""Whether of what is on a phone while people come in one part covers another."""

LARGE_LETTERS = (
    "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%' })"
)


def test_somebody_types_the_code_and_a_name_and_waits_for_the_first_stage(room: Room, server: Server) -> None:
    session = server.session(title="Spring workshop")
    phone = room.visitor(**PHONE)
    phone.page.goto(f"{server.url}/join")
    phone.page.get_by_label("Code").fill(f" {session.code[:3].lower()} {session.code[3:].lower()}")
    phone.page.get_by_role("button", name="Next").tap()
    phone.page.get_by_label("Your name or nickname").fill("Ada")
    phone.page.get_by_role("button", name="Join").tap()
    expect(phone.heading).to_have_text(re.compile("^You.re in$"))
    expect(phone.page.locator("header")).to_contain_text("Ada")
    server.open_stage(session, "brief")
    phone.expect_stage("brief")
    expect(phone.heading).to_be_focused()
    assert [person.name for person in room.participants(session)] == ["Ada"]


def test_a_wrong_code_is_explained_and_can_be_corrected(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.visitor(**PHONE)
    phone.page.goto(f"{server.url}/join")
    for wrong in ("nonsense", "CCCCCC"):
        phone.page.get_by_label("Code").fill(wrong)
        phone.page.get_by_role("button", name="Next").tap()
        expect(phone.page.get_by_role("alert")).to_contain_text(wrong)
        expect(phone.page.get_by_label("Code")).to_have_value(wrong)
    phone.page.get_by_label("Code").fill(str(session.code))
    phone.page.get_by_role("button", name="Next").tap()
    expect(phone.page.get_by_role("button", name="Join")).to_be_visible()


def test_a_session_without_names_asks_for_none(room: Room, server: Server) -> None:
    session = server.session(names=Names.OFF)
    phone = room.visitor(**PHONE)
    phone.page.goto(f"{server.url}/join/{session.code}")
    expect(phone.page.get_by_role("textbox")).to_have_count(0)
    phone.page.get_by_role("button", name="Join").tap()
    expect(phone.status).to_have_text("Saved")
    assert [person.name for person in room.participants(session)] == [""]


def test_a_session_with_names_insists_on_one(room: Room, server: Server) -> None:
    session = server.session(names=Names.REQUIRED)
    phone = room.visitor(**PHONE)
    phone.page.goto(f"{server.url}/join/{session.code}")
    phone.page.get_by_label("Your name or nickname").fill("   ")
    phone.page.get_by_role("button", name="Join").tap()
    expect(phone.page.get_by_role("alert")).to_contain_text("Please type a name")
    assert room.participants(session) == []
    phone.page.get_by_label("Your name or nickname").fill("Grace")
    phone.page.get_by_role("button", name="Join").tap()
    expect(phone.status).to_have_text("Saved")
    assert [person.name for person in room.participants(session)] == ["Grace"]


def test_a_browser_that_keeps_no_cookies_is_told_and_takes_no_seat(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "sort")
    phone = room.visitor()
    phone.page.goto(server.links.join(session))
    phone.context.clear_cookies()
    phone.page.get_by_role("button", name="Join").click()
    expect(phone.page.get_by_role("heading", name="No place yet")).to_be_visible()
    expect(phone.page.get_by_text("Allow cookies")).to_be_visible()
    assert server.store.participants(session.id) == []
    phone.page.get_by_role("link", name="Try again").click()
    phone.page.get_by_role("button", name="Join").click()
    expect(phone.page.get_by_role("heading", name="Sort on your own")).to_be_visible()
    assert len(server.store.participants(session.id)) == 1


def test_who_comes_late_lands_in_the_stage_that_is_on(room: Room, server: Server) -> None:
    session = server.session()
    late = room.visitor(**PHONE)
    for number, stage in enumerate(STAGES, 1):
        server.open_stage(session, stage)
        late.context.clear_cookies()
        room.take_seat(late, session)
        late.expect_stage(stage)
        assert len(room.participants(session)) == number


def test_a_session_that_has_ended_says_thank_you(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    server.store.close_session(session.id)
    expect(phone.heading).to_have_text(re.compile("Thank you!$"))
    newcomer = room.visitor(**PHONE)
    newcomer.page.goto(f"{server.url}/join/{session.code}")
    expect(newcomer.heading).to_have_text("This session has ended")
    expect(newcomer.page.get_by_role("button", name="Join")).to_have_count(0)


def test_a_tap_on_a_ring_is_saved_and_moves_on(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    expect(phone.page.get_by_text(DECK.question)).to_be_visible()
    for card, ring in zip(ORDER, ("experience", "service", "success"), strict=False):
        phone.tap_on(card, ring)
    expect(phone.card).to_have_attribute("data-step", ORDER[3])
    expect(phone.card).to_be_focused()
    expect(phone.status).to_have_text("Saved")
    expect(phone.page.locator('[data-island="progress"]')).to_have_text(f"3 of {len(ORDER)} done")
    assert room.stored(session) == dict(zip(ORDER, ("experience", "service", "success"), strict=False))
    for card, ring in room.stored(session).items():
        expect(phone.page.locator(f'[data-badge="{card}"]')).to_have_text(RING_NAMES[ring])


@pytest.mark.parametrize("width", [320, 360])
def test_the_name_of_every_ring_lies_inside_of_it(room: Room, server: Server, width: int) -> None:
    phone = room.visitor(**PHONE | {"viewport": {"width": width, "height": 640}})
    room.take_seat(phone, server.sorting())
    assert phone.page.evaluate(OUTSIDE) == []


def test_rings_are_round_on_a_phone_of_2020(room: Room, server: Server) -> None:
    def without_what_is_newer(route: Route) -> None:
        answer = route.fetch()
        newer = r"(?<![-\w])(aspect-ratio|inset|container-type):[^;}]*;?|[^{};]*:has\([^{}]*\{[^{}]*\}"
        route.fulfill(response=answer, body=re.sub(newer, "", answer.text()))

    phone, session = room.visitor(**PHONE), server.sorting()
    phone.context.route("**/kit.css*", without_what_is_newer)
    room.take_seat(phone, session)
    assert phone.page.evaluate(COVERED) == phone.page.evaluate(OUTSIDE) == []
    assert phone.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    phone.tap_on(ORDER[0], "service")
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "service"}


def test_on_a_narrow_phone_the_sign_of_a_ring_stands_beside_its_name(room: Room, server: Server) -> None:
    phone, session = room.visitor(**PHONE | {"viewport": {"width": 320, "height": 640}}), server.sorting()
    room.take_seat(phone, session)
    phone.tap_on(ORDER[0], "experience")
    browser.let_sort(server, session, {ORDER[0]: "service"})
    server.open_stage(session, "discuss")
    chosen = phone.page.locator(".pair .chosen")
    expect(chosen).to_have_text("You chose Experience")
    beside = """() => {
        const chosen = document.querySelector(".pair .chosen"), words = document.createRange();
        const sign = chosen.querySelector("svg").getBoundingClientRect();
        words.selectNode(chosen.lastChild);
        return words.getBoundingClientRect().top < sign.bottom;
    }"""
    assert phone.page.evaluate(beside)  # in one go: it may be renewed meanwhile


@pytest.mark.parametrize("width", [320, 360])
def test_with_letters_twice_as_large_everything_can_be_read_and_tapped(
    room: Room, server: Server, width: int
) -> None:
    phone = room.visitor(**PHONE | {"viewport": {"width": width, "height": 640}})
    phone.page.add_init_script(LARGE_LETTERS)
    session = server.session()
    begin(server.store, session, load(EXERCISES / f"{EXERCISE}.yaml"))
    room.take_seat(phone, session, "Ada")
    assert not phone.page.evaluate(OVERLAPS)
    server.open_stage(session, "sort")
    phone.expect_stage("sort")
    for card, ring in zip(ORDER, RING_NAMES, strict=False):
        phone.tap_on(card, ring)
    expect(phone.page.get_by_text("3 of 18 done")).to_be_visible()
    size = "e => e.getBoundingClientRect().width / parseFloat(getComputedStyle(e).fontSize)"
    assert phone.page.locator('[data-island="progress"]').evaluate(size) > 4, "not one letter below the other"
    assert phone.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert phone.heading.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") > 32


def test_on_a_phone_on_its_side_ones_own_head_covers_nothing(room: Room, server: Server) -> None:
    phone = room.visitor(**PHONE | {"viewport": {"width": 740, "height": 360}})
    session = server.session()
    begin(server.store, session, load(EXERCISES / f"{EXERCISE}.yaml"))
    room.take_seat(phone, session, "محمد عبد الله")
    assert not phone.page.evaluate(OVERLAPS)
    heads = (phone.page.locator(".me span span"), room.projector(session).page.locator(".heads span"))
    for head in heads:  # a name too long for it is cut at its end
        expect(head).to_have_css("direction", "rtl")


def test_a_mind_can_be_changed_from_the_list_of_cards(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    phone.tap_on(ORDER[0], "experience")
    expect(phone.card).to_have_attribute("data-step", ORDER[1])
    phone.page.get_by_role("button", name=CARDS[ORDER[0]].text).tap()
    phone.tap_on(ORDER[0], "service")
    expect(phone.card).to_have_attribute("data-step", ORDER[1])
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "service"}


def test_all_cards_can_be_placed_by_keyboard_and_only_next_moves_on(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    phone.page.reload()  # nothing has the focus on a fresh page
    expect(phone.status).to_have_text("Saved")
    phone.page.keyboard.press("Tab")
    expect(phone.page.locator(":focus")).to_have_attribute("data-item", ORDER[0])
    for arrow in ("ArrowDown", "ArrowDown", "ArrowUp"):
        phone.page.keyboard.press(arrow)
        assert phone.page.evaluate(COVERED) == []  # a ring that has the focus lies over no other
    expect(phone.card_control(ORDER[0], "service")).to_be_checked()
    phone.page.keyboard.press("Tab")  # "Back" can't be used on the first card and is left out
    expect(phone.page.get_by_role("button", name="Next")).to_be_focused()
    expect(phone.card).to_have_attribute("data-step", ORDER[0])
    phone.page.keyboard.press("Enter")
    for card in ORDER[1:]:
        phone.press_on(card, CARDS[card].answer)
    expect(phone.status).to_have_text("Saved")
    expect(phone.page.locator('[data-island="progress"]')).to_contain_text(f"All {len(ORDER)} done")
    assert room.stored(session) == {card.id: card.answer for card in DECK.cards} | {ORDER[0]: "service"}


def test_placements_made_offline_are_delivered_once_when_the_network_is_back(
    room: Room, server: Server
) -> None:
    session = server.sorting()
    phone = room.phone(session)
    phone.troubled = True
    phone.tap_on(ORDER[0], "experience")
    expect(phone.status).to_have_text("Saved")
    phone.context.set_offline(True)
    expect(phone.status).to_have_text("Offline; kept here")
    for card in ORDER[1:4]:
        phone.tap_on(card, "service")
    expect(phone.status).to_have_text("Offline; kept here")
    assert room.stored(session) == {ORDER[0]: "experience"}
    expect(phone.page.locator(".notice")).to_have_text(
        "No connection. Go on: what you do is kept here, and sent by itself."
    )
    how_far = phone.page.locator('[data-island="progress"]')
    expect(how_far).to_be_hidden()
    phone.context.set_offline(False)
    expect(phone.status).to_have_text("Saved")
    expect(phone.page.locator(".notice")).to_have_text("")
    expect(how_far).to_have_text(f"4 of {len(ORDER)} done")
    assert room.stored(session) == {ORDER[0]: "experience"} | dict.fromkeys(ORDER[1:4], "service")
    assert room.deliveries(session) == 4
    expect(phone.card).to_have_attribute("data-step", ORDER[4])


class Line:
    """A phone's connection that a test can cut, or slow down so that answers don't come back."""

    def __init__(self, page: Page) -> None:
        self.cut = self.held = False
        self._kept: list[tuple[WebSocketRoute, str | bytes]] = []
        page.route_web_socket(re.compile("/live"), self._open)

    def _open(self, phone: WebSocketRoute) -> None:
        if self.cut:
            phone.close()
            return
        far = phone.connect_to_server()

        def back(message: str | bytes) -> None:
            if self.held:
                self._kept.append((phone, message))
            else:
                phone.send(message)

        far.on_message(back)

    def release(self) -> None:
        """Let the answers through."""
        self.held = False
        while self._kept:
            phone, message = self._kept.pop(0)
            phone.send(message)


def test_the_page_says_saved_only_after_the_server_has_said_so(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    line = Line(phone.page)
    line.held = True
    phone.page.reload()
    expect(phone.status).to_have_text(re.compile("^Connecting"))
    line.release()
    expect(phone.status).to_have_text("Saved")
    line.held = True
    phone.tap_on(ORDER[0], "success")
    expect(phone.status).to_have_text("Waiting to send: 1")
    phone.tap_on(ORDER[1], "success")
    expect(phone.status).to_have_text("Waiting to send: 2")
    line.release()
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session) == dict.fromkeys(ORDER[:2], "success")


def test_waiting_placements_survive_a_reload_and_are_delivered_once(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    line = Line(phone.page)
    line.cut = True
    phone.page.reload()
    expect(phone.status).to_have_text("Offline; kept here")
    phone.tap_on(ORDER[0], "success")
    phone.tap_on(ORDER[1], "service")
    phone.page.reload()
    expect(phone.status).to_have_text("Offline; kept here")
    expect(phone.card).to_have_attribute("data-step", ORDER[2])
    expect(phone.page.locator(f'[data-badge="{ORDER[0]}"]')).to_have_text(RING_NAMES["success"])
    assert room.stored(session) == {}
    line.cut = False
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "success", ORDER[1]: "service"}
    phone.page.reload()
    expect(phone.status).to_have_text("Saved")
    assert room.deliveries(session) == 2


def test_two_tabs_of_a_seat_share_what_waits(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    other = Visitor(phone.context, phone.context.new_page())
    line = Line(other.page)
    other.page.goto(f"{server.url}/join/{session.code}")
    expect(other.status).to_have_text("Saved")
    line.held = True
    other.tap_on(ORDER[0], "success")
    expect(other.status).to_have_text("Waiting to send: 1")
    phone.tap_on(ORDER[0], "service")  # the other tab has used a number that this page has never heard of
    phone.tap_on(ORDER[1], "service")
    line.release()
    for tab in (phone, other):
        expect(tab.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "service", ORDER[1]: "service"}

    line.cut = True
    other.page.reload()
    expect(other.status).to_have_text("Offline; kept here")
    other.tap_on(ORDER[2], "success")
    expect(phone.status).to_have_text("Waiting to send: 1")
    other.page.close()
    phone.page.reload()
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session)[ORDER[2]] == "success"


def test_a_commitment_is_kept_when_the_page_closes_in_mid_sentence(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "debrief")
    phone = room.phone(session)
    phone.page.get_by_label("One thing I will do on Monday").fill("Call the quiet customer")
    phone.page.reload()
    expect(phone.status).to_have_text("Saved")
    expect(phone.page.get_by_label("One thing I will do on Monday")).to_have_value("Call the quiet customer")
    assert room.stored(session, round=0) == {"commitment": "Call the quiet customer"}


def test_a_commitment_that_is_cleared_is_taken_back(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "debrief")
    phone = room.phone(session)
    box, progress = (
        phone.page.get_by_label("One thing I will do on Monday"),
        phone.page.locator("[data-island=progress]"),
    )
    box.fill("Call the quiet customer")
    expect(progress).to_contain_text("Done")
    box.fill("")
    expect(progress).not_to_contain_text("Done")
    expect(phone.status).to_have_text("Saved")
    phone.page.reload()
    expect(box).to_have_value("")
    assert room.stored(session, round=0) == {"commitment": ""}


def test_who_sorted_offline_still_counts_when_the_room_has_moved_on(room: Room, server: Server) -> None:
    session = server.sorting()
    phone = room.phone(session)
    phone.troubled = True
    phone.context.set_offline(True)
    phone.tap_on(ORDER[0], "service")
    server.open_stage(session, "reveal")
    phone.context.set_offline(False)
    phone.expect_stage("reveal")
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "service"}
    assert server.store.responses(session.id, DECK.id)["late"].tolist() == [True]


@contextmanager
def mortal_server(data: Path) -> Iterator[tuple[Server, Callable[[], None], Callable[[], None]]]:
    """A server of one's own, and how to kill it and start it again on the same port."""
    port = free_port()
    processes = [start_server(data, port)]

    def kill() -> None:
        processes[-1].send_signal(signal.SIGKILL)
        processes[-1].communicate()

    def revive() -> None:
        processes.append(start_server(data, port))

    try:
        with Store.open(f"sqlite:///{data / 'workshop.sqlite'}") as store:
            token = (data / "token").read_text(encoding="ascii").strip()
            yield Server(f"http://127.0.0.1:{port}", token, data, store), kill, revive
    finally:
        stop_server(processes[-1])


def test_placements_survive_a_killed_server(chromium: Browser, tmp_path: Path) -> None:
    with mortal_server(tmp_path) as (server, kill, revive), people(server, chromium) as room:
        session = server.sorting()
        phone = room.phone(session)
        phone.troubled = True
        phone.tap_on(ORDER[0], "service")
        expect(phone.status).to_have_text("Saved")
        kill()
        expect(phone.status).to_have_text("Offline; kept here")
        phone.tap_on(ORDER[1], "service")
        phone.tap_on(ORDER[2], "success")
        expect(phone.status).to_have_text("Offline; kept here")
        assert room.stored(session) == {ORDER[0]: "service"}
        revive()
        expect(phone.status).to_have_text("Saved")
        sorted_so_far = {ORDER[0]: "service", ORDER[1]: "service", ORDER[2]: "success"}
        assert room.stored(session) == sorted_so_far
        assert room.deliveries(session) == 3
        phone.page.reload()
        expect(phone.status).to_have_text("Saved")
        expect(phone.card).to_have_attribute("data-step", ORDER[3])


def test_a_return_link_moves_the_seat_to_another_device(room: Room, server: Server) -> None:
    session = server.sorting()
    old = room.phone(session, name="Ada")
    old.tap_on(ORDER[0], "service")
    old.page.get_by_text("Go on with another device").tap()
    old.page.get_by_role("button", name="Make my return link").tap()
    link = old.page.locator('[data-island="return-link"] a').get_attribute("href")
    new = room.visitor(**PHONE)
    new.page.goto(str(link))
    expect(old.status).to_have_text("Saved")  # opening the link alone, as chat programs do, moves nothing
    new.page.get_by_role("button", name="Move it here").tap()
    expect(new.status).to_have_text("Saved")
    expect(new.page.locator("header")).to_contain_text("Ada")
    expect(new.card).to_have_attribute("data-step", ORDER[1])
    expect(old.page.get_by_text("The place that this device had has moved")).to_be_visible()
    new.tap_on(ORDER[1], "success")
    expect(new.status).to_have_text("Saved")
    assert room.stored(session) == {ORDER[0]: "service", ORDER[1]: "success"}
    assert len(room.participants(session)) == 1
    old.page.goto("about:blank")
    third = room.visitor(**PHONE)
    third.page.goto(str(link))
    third.page.get_by_role("button", name="Move it here").tap()
    expect(third.heading).to_have_text("That link has been used")


def test_a_phone_that_slept_while_its_seat_moved_is_told(room: Room, server: Server) -> None:
    session = server.sorting()
    old = room.phone(session, name="Ada")
    old.troubled = True
    old.context.set_offline(True)
    expect(old.status).to_have_text("Offline; kept here")
    seat = room.participants(session)[0]
    assert server.store.move_seat(session.id, server.store.return_token(seat.id))
    old.context.set_offline(False)
    expect(old.page.get_by_text("The place that this device had has moved")).to_be_visible()


SMALL = """() => [...document.querySelectorAll("a, button, summary, label, textarea, select, input")]
    .filter(control => control.checkVisibility() && control.type !== "hidden" &&
        !control.matches("label:not(:has(input)), label input"))
    .map(control => [control.outerHTML.slice(0, 80), control.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 || box.width < 44)
    .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


def too_small(visitor: Visitor) -> list[str]:
    """The controls of a page that a thumb would miss, with every detail opened."""
    visitor.page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    return visitor.page.evaluate(SMALL)


def test_every_control_is_large_enough_for_a_thumb(room: Room, server: Server) -> None:
    session = server.session()
    door = room.visitor(**PHONE)
    for path in ("/join", "/join/CCCCCC", f"/join/{session.code}", "/login", f"/screen/{session.code}"):
        door.page.goto(server.url + path)
        assert too_small(door) == [], path
    phone = room.phone(session)
    phone.page.get_by_text("Go on with another device").tap()
    phone.page.get_by_role("button", name="Make my return link").tap()
    expect(phone.page.locator('[data-island="return-link"] a')).to_be_visible()
    for stage in STAGES:
        server.open_stage(session, stage)
        phone.expect_stage(stage)
        assert too_small(phone) == [], stage


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_asked_for_less_motion(
    room: Room, server: Server, wish: str, moves: bool
) -> None:
    phone = room.phone(server.sorting(), reduced_motion=wish)
    phone.page.evaluate(
        """() => {
            window.seen = [];
            for (const kind of ["animationstart", "transitionrun"])
                document.addEventListener(kind, event => window.seen.push(event.type));
        }"""
    )
    phone.tap_on(ORDER[0], "service")
    expect(phone.card).to_have_attribute("data-step", ORDER[1])
    expect(phone.card).to_be_focused()
    phone.page.evaluate(
        "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    assert bool(phone.page.evaluate("() => window.seen")) is moves


def test_stages_in_any_order_leave_no_phone_behind(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.phone(session)
    for stage in ("answers", "debrief", "sort-again", "reveal", "discuss", "sort"):
        server.open_stage(session, stage)
        phone.expect_stage(stage)
        expect(phone.status).to_have_text("Saved")
    phone.tap_on(ORDER[0], "service")
    expect(phone.status).to_have_text("Saved")
    server.open_stage(session, "brief")
    server.open_stage(session, "sort")
    phone.expect_stage("sort")
    expect(phone.card).to_have_attribute("data-step", ORDER[1])
    assert room.stored(session) == {ORDER[0]: "service"}
