"""The projector's page in a real browser: the invitation, live counts, the result, and who may open it."""

import re
from urllib.parse import urlsplit

import browser
import pytest
from browser import CARDS, DESK, STAGES, Room, let_sort, shown_shares, stored_shares
from conftest import Server
from playwright.sync_api import expect

from kit.links import Links
from kit.settings import Settings

room = pytest.fixture(browser.room)


def test_the_projector_invites_counts_and_shows_the_result(room: Room, server: Server) -> None:
    session = server.session()
    screen = room.projector(session).page
    expect(screen.locator(".joincode")).to_have_text(str(session.code))
    expect(screen.get_by_role("img", name="QR code")).to_be_visible()
    expect(screen.locator(".address")).to_contain_text("/join")
    for number in (1, 2, 3):
        server.store.join(session.id, "")
        people = "1 person is here" if number == 1 else f"{number} people are here"
        expect(screen.get_by_role("status")).to_have_text(people)
    server.open_stage(session, "sort")
    expect(screen.locator("h1")).to_have_text(STAGES["sort"])
    counts = screen.get_by_role("status")
    expect(counts).to_have_text(re.compile(r"3\s+here\s+0\s+finished"))
    let_sort(server, session, dict.fromkeys(CARDS, "service"))
    expect(counts).to_have_text(re.compile(r"4\s+here\s+1\s+finished"))
    let_sort(server, session, {card.id: card.answer for card in CARDS.values()})
    let_sort(server, session, dict.fromkeys(list(CARDS)[:3], "experience"))
    expect(counts).to_have_text(re.compile(r"6\s+here\s+2\s+finished"))
    expect(screen.locator("table.chart")).to_have_count(0)
    server.open_stage(session, "reveal")
    expect(screen.locator("table.chart")).to_be_visible()
    expected = stored_shares(server, session)
    # Shares need three people; the cards that the third left out show none.
    shown = shown_shares(screen)
    assert len(shown) == len(CARDS)
    assert {text: row for text, row in shown.items() if row} == {
        CARDS[card].text: expected[CARDS[card].text] for card in list(CARDS)[:3]
    }
    expect(screen.locator(".joincode")).to_have_text(str(session.code))
    server.store.close_session(session.id)
    expect(screen.locator("h1")).to_have_text(re.compile("Thank you!$"))


def test_a_signed_link_opens_the_projector_of_its_session_alone(room: Room, server: Server) -> None:
    session, other = server.session(), server.session()
    links = Links.of(Settings(data=server.data, host="127.0.0.1", port=urlsplit(server.url).port))
    stranger = room.visitor(**DESK)
    stranger.page.goto(links.screen(session))
    expect(stranger.status).to_have_text("Live")
    server.open_stage(session, "brief")
    expect(stranger.page.locator("h1")).to_have_text(STAGES["brief"])
    assert stranger.context.cookies() == [] or all("kit" not in c["name"] for c in stranger.context.cookies())
    key = links.screen(session).partition("?key=")[2]
    for address in (
        f"/screen/{session.code}",
        f"/screen/{other.code}?key={key}",
        f"/screen/{session.code}?key=x",
    ):
        answer = stranger.page.goto(server.url + address)
        assert answer and answer.status == 403
        expect(stranger.heading).to_have_text("This page is for the projector")


def test_the_projector_comes_back_after_a_lost_connection(room: Room, server: Server) -> None:
    session = server.session()
    screen = room.projector(session)
    screen.troubled = True
    screen.context.set_offline(True)
    expect(screen.status).to_have_text(re.compile("^Reconnecting"))
    server.open_stage(session, "brief")
    screen.context.set_offline(False)
    expect(screen.status).to_have_text("Live")
    screen.expect_stage("brief")
