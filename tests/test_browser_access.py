"""What a phone can't reach, what nobody sees too early, and that everybody can use every page (axe-core)."""

import http.client
import re
from urllib.parse import urlsplit

import browser
import pytest
from browser import DECK, EXERCISE, PHONE, STAGES, Room, barriers
from conftest import Server
from playwright.sync_api import expect

from kit.session import Names

room = pytest.fixture(browser.room)

BEFORE_ANSWERS = ("brief", "sort", "reveal", "discuss", "sort-again")
XSS = '<img src=x onerror="document.title=1">{{7*7}}'


def test_no_page_at_the_door_puts_up_a_barrier(room: Room, server: Server) -> None:
    named, nameless = server.session(names=Names.REQUIRED), server.session(names=Names.OFF)
    ended = server.session()
    server.store.close_session(ended.id)
    door = room.visitor(**PHONE, bypass_csp=True)
    for path in (
        "/join",
        "/join/CCCCCC",
        f"/join/{named.code}",
        f"/join/{nameless.code}",
        f"/join/{ended.code}",
        f"/join/{named.code}/return/used",
        "/login",
        f"/screen/{named.code}",
    ):
        door.page.goto(server.url + path)
        assert barriers(door.page) == "", path


def test_no_stage_puts_up_a_barrier_on_phone_or_projector(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.phone(session, name="Ada", bypass_csp=True)
    screen = room.projector(session, bypass_csp=True)
    assert barriers(phone.page) == "" and barriers(screen.page) == ""
    phone.page.get_by_text("Go on with another device").tap()
    phone.page.get_by_role("button", name="Make my return link").tap()
    expect(phone.page.locator('[data-island="return-link"] a')).to_be_visible()
    for number in (1, 2, 3):
        browser.let_sort(server, session, {card.id: DECK.categories[number - 1].id for card in DECK.cards})
    for stage in STAGES:
        server.open_stage(session, stage)
        phone.expect_stage(stage)
        expect(screen.heading).to_have_text(STAGES[stage])
        if stage == "sort":
            phone.tap_on(DECK.cards[0].id, "service")
        assert barriers(phone.page) == "", stage
        if stage == "reveal":  # test_browser_sizes looks at every slide
            assert barriers(screen.page) == ""
    server.store.close_session(session.id)
    expect(phone.heading).to_have_text(re.compile("Thank you!$"))
    assert barriers(phone.page) == ""


def test_axe_would_notice_a_barrier(room: Room, server: Server) -> None:
    door = room.visitor(**PHONE, bypass_csp=True)
    door.page.goto(f"{server.url}/join")
    door.page.locator("label").evaluate("label => label.remove()")
    assert "label" in barriers(door.page)


CLOSED = (
    "/voila/render/index.ipynb",
    f"/voila/render/facilitate/{EXERCISE}.ipynb",
    f"/voila/render/practise/../facilitate/{EXERCISE}.ipynb",
    f"/voila/render/practise/%2e%2e/facilitate/{EXERCISE}.ipynb",
    f"/voila/render/practise/..%2ffacilitate/{EXERCISE}.ipynb",
    "/voila/render/results.ipynb",
    "/voila/tree",
    "/voila/tree/facilitate",
    "/api/contents",
    f"/api/contents/facilitate/{EXERCISE}.ipynb",
    "/api/kernels",
    "/api/sessions",
    "/api/terminals",
    f"/files/facilitate/{EXERCISE}.ipynb",
    f"/voila/files/facilitate/{EXERCISE}.ipynb",
    "/voila/files/../exercises/cx-vs-service.yaml",
    "/lab",
    "/tree",
)


def raw_status(server: Server, path: str, cookies: str = "") -> tuple[int, str]:
    """The status of a path that is sent as it is (browsers tidy ``..`` away), and where it leads."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    try:
        connection.request("GET", path, headers={"Cookie": cookies})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", "")
    finally:
        connection.close()


def test_a_phone_cannot_open_what_is_the_facilitators(room: Room, server: Server) -> None:
    phone = room.phone(server.session())
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in phone.context.cookies())
    assert "kit-seat-" in cookies
    for path in CLOSED:
        status, location = raw_status(server, path, cookies)
        sent_away = status == 302 and location.startswith(("/login", "/join"))
        assert sent_away or status in (403, 404), f"{path} answers {status} {location}"
    phone.page.goto(f"{server.url}/voila/render/facilitate/{EXERCISE}.ipynb")
    expect(phone.heading).to_have_text(re.compile("s entrance$"))
    phone.page.get_by_label("Facilitator’s link").fill("guessed")
    phone.page.get_by_role("button", name="Enter").tap()
    expect(phone.page.get_by_role("alert")).to_contain_text("That isn’t the facilitator’s link")


def test_no_answer_reaches_a_phone_before_the_reveal(room: Room, server: Server) -> None:
    session = server.session()
    for number in (0, 1, 2):
        browser.let_sort(server, session, {card.id: DECK.categories[number].id for card in DECK.cards})
    phone = room.phone(session)
    for stage in BEFORE_ANSWERS:
        server.open_stage(session, stage)
        phone.expect_stage(stage)
        if stage == "sort":
            phone.tap_on(DECK.cards[0].id, "service")
            expect(phone.status).to_have_text("Saved")
        phone.page.reload()
        expect(phone.status).to_have_text("Saved")
        heard = phone.page.content() + "".join(phone.frames)
        for card in DECK.cards:
            assert card.reason[:40] not in heard, stage
        for misconception in DECK.misconceptions:
            assert misconception.name[:30] not in heard, stage
        for word in ("Best fit", "verdict", "answer_name", "misconception"):
            assert word not in heard, stage
    server.open_stage(session, "answers")
    phone.expect_stage("answers")
    told = "".join(phone.frames).replace("&#39;", "'")
    assert all(card.reason.strip()[:40] in told for card in DECK.cards)  # so the search above can find them


def test_a_phone_never_hears_what_another_person_answered(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "sort")
    ada, ben = room.phone(session, name="Adalovelace"), room.phone(session, name="Ben")
    ada.tap_on(DECK.cards[0].id, "success")
    expect(ada.status).to_have_text("Saved")
    server.open_stage(session, "debrief")
    ada.expect_stage("debrief")
    ada.page.get_by_label("One thing I will do on Monday").fill("Call the quiet customer")
    expect(ada.page.locator('[data-island="progress"]')).to_contain_text("Done")
    for stage in STAGES:
        server.open_stage(session, stage)
        ben.expect_stage(stage)
        ben.page.reload()
        expect(ben.status).to_have_text("Saved")
        heard = ben.page.content() + "".join(ben.frames)
        assert "Adalovelace" not in heard and "quiet customer" not in heard, stage
        assert "(you)" not in heard and "checked" not in heard, stage
    assert room.stored(session, number=1, round=0) == {"commitment": "Call the quiet customer"}
    assert room.stored(session, number=2) == {}


def test_what_people_type_stays_text(room: Room, server: Server) -> None:
    session = server.session(title=XSS, names=Names.REQUIRED)
    screen = room.projector(session)
    server.open_stage(session, "debrief")
    phone = room.phone(session, name=XSS[:38])
    phone.page.get_by_label("One thing I will do on Monday").fill(XSS)
    expect(phone.page.locator('[data-island="progress"]')).to_contain_text("Done")
    phone.page.reload()
    expect(phone.page.get_by_label("One thing I will do on Monday")).to_have_value(XSS)
    expect(phone.page.locator("header")).to_contain_text(XSS[:38])
    expect(screen.page).to_have_title(XSS)
    for visitor in (phone, screen):
        assert visitor.page.title() == XSS
        expect(visitor.page.locator("img[src]")).to_have_count(0)
    assert room.stored(session, round=0) == {"commitment": XSS}
