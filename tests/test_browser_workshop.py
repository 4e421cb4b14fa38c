"""The whole workshop: a facilitator in Voilà, three phones and the projector go through every stage."""

import csv
import http.client
import io
import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import browser
import openpyxl
import pytest
from browser import (
    CARDS,
    DECK,
    EXERCISE,
    NOTEBOOK_MS,
    STAGES,
    Facilitator,
    Room,
    Visitor,
    arrive,
    barriers,
    keep,
    planned,
    shown_shares,
    start,
    stored_shares,
)
from conftest import Server
from playwright.sync_api import expect

from kit.session import Session

room = pytest.fixture(browser.room)

ORDER = list(CARDS)
BY_HAND = 6
EXACT = {card.id: card.answer for card in DECK.cards}
OWN = "They wait <b>two weeks</b> for our form"
XSS = "<b onclick=alert(1)>Cleo</b>"


def sort_cards(room: Room, session: Session, ada: Visitor, ben: Visitor, cleo: Visitor) -> None:
    """Ada sorts by thumb, Ben by keyboard, Cleo by thumb while her network is gone for some cards.

    Most of Ben's and Cleo's cards are stored as the server's socket would.
    """
    for card, ring in EXACT.items():
        ada.tap_on(card, ring)
    ben.card.focus()
    for card in ORDER[:BY_HAND]:
        ben.press_on(card, "experience")
    cleo.troubled = True
    for number, card in enumerate(ORDER[:BY_HAND]):
        if number == 2:
            cleo.context.set_offline(True)
            expect(cleo.status).to_have_text("Offline; kept here")
        if number == 5:
            cleo.context.set_offline(False)
            expect(cleo.status).to_have_text("Saved")
        cleo.tap_on(card, "service")
    _ada, *others = room.participants(session)
    for phone, seat, ring in zip((ben, cleo), others, ("experience", "service"), strict=True):
        expect(phone.status).to_have_text("Saved")
        keep(room.server, seat, EXERCISE, 1, dict.fromkeys(ORDER[BY_HAND:], ring))
    for phone, rings in ((ada, EXACT), (ben, dict.fromkeys(ORDER, "experience"))):
        expect(phone.status).to_have_text("Saved")
        assert room.stored(session, number=1 if phone is ada else 2) == rings
    expect(cleo.status).to_have_text("Saved")
    assert room.stored(session, number=3) == dict.fromkeys(ORDER, "service")


def sort_again(room: Room, session: Session, phones: list[Visitor]) -> list[str]:
    """Everybody places the contested cards by thumb, Ben and Cleo now as Ada did; returns the cards."""
    contested = list(room.server.store.stage_now(session.id).params["again"])
    for number, phone in enumerate(phones, 1):
        phone.expect_stage("sort-again")
        before = room.stored(session, number=number)
        for card in contested:
            expect(phone.card).to_contain_text(f"The first time you said: {browser.RING_NAMES[before[card]]}")
            phone.tap_on(card, EXACT[card])
        expect(phone.status).to_have_text("Saved")
        assert room.stored(session, number=number, round=2) == {card: EXACT[card] for card in contested}
        assert room.stored(session, number=number) == before
    return contested


def check_downloads(facilitator: Facilitator, room: Room, session: Session, folder: Path) -> None:
    """The three files hold what the store holds."""
    rows = room.server.store.responses(session.id, EXERCISE)
    cards = rows[rows["round"].isin([1, 2])]
    expected = {(row.participant, str(row.round), row.item, row.value) for row in cards.itertuples()}
    table = facilitator.download("Table (CSV)", folder).read_text(encoding="utf-8-sig")
    read = list(csv.DictReader(io.StringIO(table)))
    placed = [row for row in read if row["placed"] and not row["moment"]]
    assert {(row["participant"], row["round"], row["item"], row["placed"]) for row in placed} == expected
    own = [(row["participant"], row["moment"], row["placed"], row["shown"]) for row in read if row["moment"]]
    assert own == [("P3", OWN, "service", "True")]
    assert {row["session"] for row in read} == {session.code}
    workbook = openpyxl.load_workbook(facilitator.download("Workbook (Excel)", folder))
    sheet = next(workbook[name] for name in workbook.sheetnames if name.lower() == "placements")
    head, *lines = sheet.iter_rows(values_only=True)
    at = [head.index(name) for name in ("participant", "round", "item", "placed")]
    assert {tuple(str(line[index]) for index in at) for line in lines} == expected
    whole = json.loads(
        facilitator.download("Everything, with names (JSON)", folder).read_text(encoding="utf-8")
    )
    assert "I will listen first" in json.dumps(whole)


def kernel_status(url: str, cookies: str) -> int:
    """How the server answers the handshake of one more client of a kernel.

    One of its own: the server takes a second client of the same name for the first one, come back, and closes that.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Cookie": cookies,
    }
    try:
        connection.request("GET", f"{parts.path}?session_id=one-more", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def cookies_of(visitor: Visitor) -> str:
    """The cookies of a visitor, as a browser sends them."""
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in visitor.context.cookies())


def test_a_facilitator_and_three_phones_go_through_all_stages(
    room: Room, server: Server, tmp_path: Path
) -> None:
    facilitator = arrive(room)
    session = start(room, facilitator, "Spring & <i>summer</i>")
    screen = room.projector(session)
    phones = [room.phone(session, name=name) for name in ("Ada", "Ben", XSS)]
    people = facilitator.console.locator(".people")
    expect(people.locator(".amounts")).to_contain_text("3 not begun")
    people.get_by_text("Everybody by name").click()
    expect(people.locator("#by-name-P3")).to_contain_text(XSS)
    expect(screen.page.get_by_text("3 people are here")).to_be_visible()

    kernel = [one.url for one in facilitator.visitor.sockets if "/api/kernels/" in one.url][-1]
    assert kernel_status(kernel, cookies_of(phones[0])) == 403
    assert kernel_status(kernel, cookies_of(facilitator.visitor)) == 101

    facilitator.go_on("brief")
    for phone in phones:
        phone.expect_stage("brief")
    facilitator.go_on("sort")
    for phone in phones:
        phone.expect_stage("sort")
    sort_cards(room, session, *phones)
    expect(facilitator.console.locator(".counts")).to_have_text(
        re.compile(r"3\s+of 3 people here have finished")
    )
    ahead = facilitator.console.locator("details.ahead")
    ahead.locator("summary").click()
    assert shown_shares(facilitator.page) == stored_shares(server, session)

    facilitator.go_on("reveal")
    expected = stored_shares(server, session)
    for phone in phones:
        phone.expect_stage("reveal")
        assert shown_shares(phone.page) == expected
    screen.expect_stage("reveal")
    expect(screen.page.locator(".overview tbody tr")).to_have_count(12)
    expect(facilitator.live.locator("table.chart")).to_be_visible()
    assert shown_shares(facilitator.page) == expected

    read_ahead(facilitator, phones[0])
    facilitator.go_on("discuss")
    phones[0].expect_stage("discuss")
    facilitator.go_on("sort-again")
    contested = sort_again(room, session, phones)
    assert len(contested) == 5
    expect(facilitator.console.locator(".counts")).to_have_text(
        re.compile(r"3\s+of 3 people here have finished")
    )

    facilitator.go_on("answers")
    for phone, exact in zip(phones, (len(ORDER), None, None), strict=True):
        phone.expect_stage("answers")
        score = kind_score(room, session, phones.index(phone) + 1)
        assert exact is None or score == exact
        number = phone.page.get_by_text(f"{score} of {len(ORDER)} on the innermost ring")
        expect(number).to_be_hidden()
        phone.page.get_by_text("How many cards?").tap()
        expect(number).to_be_visible()
        expect(phone.page.locator(".answer")).to_have_count(len(ORDER))
        expect(phone.page.locator(".answer[open]")).to_have_count(len(ORDER) - score)
    expect(facilitator.live.locator("table:visible")).to_have_count(2)

    bring_own_moments(room, session, facilitator, phones, screen)
    facilitator.go_on("debrief")
    phones[2].expect_stage("debrief")
    expect(phones[2].page.get_by_text("Start from one of your own moments:")).to_be_visible()
    expect(phones[2].page.get_by_role("listitem").filter(has_text=OWN)).to_be_visible()
    phones[2].page.get_by_label("One thing I will do on Monday").fill("I will listen first")
    expect(facilitator.console.locator(".counts")).to_have_text(re.compile(r"1\s+of 3 people"))
    assert room.stored(session, number=3, round=0) == {"commitment": "I will listen first"}
    check_downloads(facilitator, room, session, tmp_path)
    check_the_console_itself(facilitator)
    resume_and_end(room, facilitator, session, phones)


def bring_own_moments(
    room: Room, session: Session, facilitator: Facilitator, phones: list[Visitor], screen: Visitor
) -> None:
    """One writes a moment by thumb and places it; the room sees it when the facilitator has let it through."""
    facilitator.go_on("own")
    writer, reader = phones[2], phones[0]
    writer.expect_stage("own")
    first = writer.card
    expect(first).to_have_attribute("data-step", "moment/1")
    first.get_by_label("In a line").fill(OWN)
    writer.tap("service")
    expect(first.locator('input[value="service"]')).to_be_checked()
    expect(writer.page.get_by_text("Done. You can still change it.")).to_be_visible()
    expect(writer.status).to_have_text("Saved")
    assert barriers(writer.page) == ""
    writer.page.get_by_role("button", name="Next", exact=True).tap()
    expect(first).to_have_attribute("data-step", "moment/2")
    assert room.stored(session, number=3, round=3) == {"moment/1": OWN}
    assert room.stored(session, number=3, round=4) == {"moment/1": "service"}
    expect(facilitator.console.locator(".counts")).to_contain_text("of")
    facilitator.go_on("ours")
    for seen in (reader, screen):
        seen.expect_stage("ours")
        expect(seen.page.get_by_text("None shown yet")).to_have_count(3)
        expect(seen.page.get_by_text(OWN)).to_have_count(0)
    facilitator.console.get_by_role("button", name=re.compile("^Let through")).click()
    for seen in (reader, screen):
        ring = seen.page.locator("section", has=seen.page.get_by_role("heading", name="Customer service"))
        expect(ring.get_by_role("listitem")).to_have_text(OWN)
    assert barriers(reader.page) == ""


def kind_score(room: Room, session: Session, number: int) -> int:
    """How many of a person's last placements are exact, counted from the stored rows."""
    last = room.stored(session, number=number) | room.stored(session, number=number, round=2)
    return sum(EXACT[card] == ring for card, ring in last.items())


def read_ahead(facilitator: Facilitator, phone: Visitor) -> None:
    """Other words are opened; nobody's room moves."""
    facilitator.read("answers")
    expect(facilitator.console.get_by_role("heading", name=STAGES["answers"])).to_be_visible()
    facilitator.expect_on("reveal")
    phone.expect_stage("reveal")


def check_the_console_itself(facilitator: Facilitator) -> None:
    """The page has no barriers, in light and dark, and scrolls as a document; on paper is the whole run sheet."""
    page = facilitator.page
    assert barriers(page) == ""
    assert page.evaluate("() => document.documentElement.scrollHeight > innerHeight")
    paper = facilitator.console.locator(".paper")
    expect(paper).to_be_hidden()
    page.emulate_media(media="print")
    for stage, title in STAGES.items():
        expect(paper.get_by_role("heading", name=title), stage).to_be_visible()
    expect(facilitator.console.get_by_role("navigation")).to_be_hidden()
    at = "at => getComputedStyle(document.querySelector(at)).backgroundColor"
    grounds = f"() => ['body', '#jp-main-content-panel'].map({at})"
    assert set(page.evaluate(grounds)) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, "no ink for the paper"
    page.emulate_media(media="screen")


def resume_and_end(room: Room, facilitator: Facilitator, session: Session, phones: list[Visitor]) -> None:
    """A reload finds the session and the stage again, though there is a newer one; ending it thanks everybody."""
    page = facilitator.page
    newer = planned(room.server, title="Newer")
    assert f"session={session.code}" in page.url
    page.reload()
    expect(page.locator(".session .joincode")).to_have_text(str(session.code), timeout=NOTEBOOK_MS)
    facilitator.expect_on("debrief")
    expect(facilitator.console.locator(".people .amounts")).to_contain_text("2 not begun")
    # The buttons in any order: back to the answers, then a note, then the end.
    facilitator.open("answers")
    phones[0].expect_stage("answers")
    page.get_by_label("A note to yourself").fill("Next time with tea")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Your note is kept.")).to_be_visible()
    assert [note.text for note in room.server.store.notes(session.id)] == ["Next time with tea"]
    assert room.server.store.stage_now(newer.id) is None
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="End the session").click()
    for phone in phones:
        expect(phone.heading).to_have_text(re.compile("Thank you!$"))
    expect(page.get_by_text("has ended. Its results are kept.")).to_be_visible()
    facilitator.console.get_by_role("link", name="Take it home").click()
    results = page.get_by_role("link", name=f"See the results of {session.code}")
    expect(results).to_be_in_viewport()
    href = results.get_attribute("href")
    assert urlsplit(urljoin(page.url, href)).path == "/voila/render/results.ipynb"
