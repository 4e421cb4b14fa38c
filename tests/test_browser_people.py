"""The facilitator looks after people from the remote, and everybody hears of the time without being hurried."""

import re

import browser
import pytest
from browser import CARDS, DESK, EXERCISE, PHONE, Room, Visitor, barriers, planned, remote
from conftest import Server, end_time
from playwright.sync_api import expect

from kit.session import Change

room = pytest.fixture(browser.room)

FIRST = next(iter(CARDS))
NUDGE = "Whenever you’re ready: your first answer goes here."

RECORD = """() => { window.spoken = []; const line = document.querySelector("[data-said]");
    new MutationObserver(() => spoken.push(line.textContent)).observe(line, {childList: true}); }"""


def test_people_are_looked_after(room: Room, server: Server) -> None:
    session = planned(server, people=0)
    ada, bob, screen = room.phone(session, "Ada"), room.phone(session, "Bob"), room.projector(session)
    expect(screen.page.locator(".heads")).to_contain_text("Bob")
    facilitator = remote(room, session, bypass_csp=True)
    page, people = facilitator.page, facilitator.page.locator(".people")
    server.open_stage(session, "sort", minutes=5)
    ada.tap_on(FIRST, "service")
    expect(people).to_contain_text(re.compile(r"1 working.*1 not begun", re.S))

    page.get_by_role("button", name="Nudge them gently").tap()
    nudged = bob.page.get_by_role("status").filter(has_text=NUDGE)
    expect(nudged).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 person who hasn’t begun")).to_be_visible()
    expect(ada.page.get_by_text(NUDGE)).to_have_count(0)
    bob.page.reload()
    expect(nudged).to_be_visible()
    bob.tap_on(FIRST, "success")
    expect(bob.page.get_by_text(NUDGE)).to_have_count(0)
    expect(people).to_contain_text("2 working")

    page.get_by_text("Everybody by name").tap()
    expect(people.locator(".names small").first).to_have_css(
        "white-space", "nowrap"
    )  # "P10" beside a long name
    page.get_by_label("Find somebody").fill("bo")
    expect(people.locator(".names button:visible")).to_have_count(1)
    people.get_by_role("button", name="Bob").tap()
    expect(page.locator("#person")).to_be_focused()
    assert barriers(page) == ""
    page.get_by_label("Name", exact=True).fill("Bobby")
    page.get_by_role("button", name="Rename").tap()
    expect(bob.page.get_by_role("banner")).to_contain_text("Bobby")
    assert [person.name for person in room.participants(session)] == ["Ada", "Bobby"]

    page.get_by_role("button", name="Let them go on with another device").tap()
    link = people.get_by_role("link").get_attribute("href")
    tablet = room.visitor(**PHONE)
    tablet.page.goto(str(link))
    tablet.page.get_by_role("button", name="Move it here").tap()
    expect(tablet.card_control(FIRST, "success")).to_be_checked()
    expect(bob.page.get_by_text("has moved to another one")).to_be_visible()
    expect(people.get_by_role("link")).to_have_count(0)

    page.get_by_role("button", name="Remove, with their answers").tap()
    expect(tablet.heading).to_have_text("Thank you for coming")
    back = people.get_by_role("button", name="Bring back Bobby")
    expect(back).to_be_visible()
    rows = server.store.responses(session.id, EXERCISE)
    assert rows["participant"].tolist() == ["P1"]
    expect(screen.page.locator(".ready")).to_contain_text("1 person")
    tablet.page.get_by_role("link", name="Try again").tap()
    expect(tablet.heading).to_have_text("Thank you for coming")
    back.tap()
    expect(back).to_have_count(0)
    tablet.page.get_by_role("link", name="Try again").tap()
    expect(tablet.status).to_have_text("Saved")
    expect(tablet.card_control(FIRST, "success")).to_be_checked()
    assert len(server.store.responses(session.id, EXERCISE)) == 2

    page.get_by_role("button", name="Lock the room").tap()
    expect(page.get_by_text("The room is locked.")).to_be_visible()
    late = room.visitor(**PHONE, bypass_csp=True)
    late.page.goto(f"{server.url}/join/{session.code}")
    expect(late.heading).to_have_text("The door is closed for now")
    expect(late.page.get_by_label("Your name or nickname")).to_have_count(0)
    assert barriers(late.page) == ""
    ada.page.reload()
    expect(ada.status).to_have_text("Saved")
    expect(screen.page.locator(".join")).to_have_count(0)
    page.get_by_role("button", name="Lock the room").tap()
    expect(screen.page.locator(".join")).to_have_count(1)
    late.page.get_by_role("link", name="Try again").tap()
    expect(late.page.get_by_label("Your name or nickname")).to_be_visible()

    ada.page.goto("about:blank")
    expect(people).to_contain_text("1 offline")
    ada.page.goto(f"{server.url}/join/{session.code}")
    expect(people).not_to_contain_text("offline")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_phone_that_is_sent_away_does_not_knock_again(room: Room, server: Server) -> None:
    session = planned(server, people=0)
    phone = room.phone(session)
    page, line, address = phone.page, phone.sockets[-1], f"**/join/{session.code}"
    page.route(address, lambda route: route.fulfill(status=204))
    with line.expect_event("close"), page.expect_event("requestfailed"):
        server.store.remove(room.participants(session)[0])
    page.clock.run_for(10_000)
    assert phone.sockets == [line]
    page.unroute(address)
    phone.troubled = True
    page.clock.run_for(60_000)
    expect(phone.heading).to_have_text("Thank you for coming")


def put_forward(visitor: Visitor, seconds: int) -> None:
    """Put a page's clock forward by more than it bears silence; it asks whether the server is there, and is told."""
    with visitor.sockets[-1].expect_event("framereceived", lambda frame: '"pong"' in str(frame)):
        visitor.page.clock.fast_forward(1000 * seconds)


def test_one_minute_left_and_time_s_up_are_said_once_and_nothing_closes(room: Room, server: Server) -> None:
    session = planned(server, people=2)
    server.open_stage(session, "sort", minutes=2)
    phone, screen = room.phone(session), room.visitor(**DESK)
    screen.page.clock.install()
    pages = [phone.page, screen.page]
    screen.page.goto(f"{server.url}/screen/{session.code}?token={server.token}")
    for visitor, page in zip((phone, screen), pages, strict=True):
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"[12]:\d\d"))
        page.evaluate(RECORD)
        put_forward(visitor, 58)
        page.clock.run_for(5_000)
        expect(page.get_by_text("One minute left").first).to_be_visible()
        put_forward(visitor, 21)
        expect(page.get_by_text("One minute left")).to_have_count(1)
        expect(page.get_by_text("One minute left")).to_be_hidden()
        put_forward(visitor, 45)
        page.clock.run_for(3_000)
        expect(page.get_by_role("timer")).to_have_text("Time’s up")
        expect(page.get_by_text("Finish your thought; nothing closes by itself.").first).to_be_visible()
    phone.tap_on(FIRST, "service")
    phone.page.clock.run_for(2_000)
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session, 3) == {FIRST: "service"}
    expect(screen.page.locator(".ready")).to_have_text("2 of 3 ready")
    over = "Time’s up. Finish your thought; nothing closes by itself."
    for page in pages:
        assert [said for said in page.evaluate("() => spoken") if said][:2] == ["One minute left", over]
    stage = server.store.stage_now(session.id)
    assert stage
    server.store.extend_stage(stage.id, 2)
    for page in pages:
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"[23]:\d\d|1:5\d"))
        expect(page.locator("[data-said]")).to_have_text("")
    end_time(server.store, session, minutes_ago=3)
    server.store.blank(session.id, False)
    expect(screen.page.get_by_role("timer")).to_have_text("Time’s up")
    for card in list(CARDS)[1:]:
        server.store.save(
            Change(session.id, room.participants(session)[2].id, EXERCISE, 1, card, "service", 100)
        ).result(10)
    expect(screen.page.locator(".ready")).to_have_text("3 of 3 ready")
    expect(screen.page.get_by_role("timer")).to_have_text("Time’s up")
