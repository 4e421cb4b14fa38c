"""The projector's page in a real browser: the invitation, live counts, the result, and who may open it."""

import re
from urllib.parse import urlsplit

import browser
import pytest
from browser import CARDS, DECK, DESK, RINGS, STAGES, Room, let_sort, planned
from conftest import Server, end_time
from playwright.sync_api import Page, expect

from kit.links import Links
from kit.settings import Settings

room = pytest.fixture(browser.room)


def test_the_projector_invites_counts_and_shows_the_result(room: Room, server: Server) -> None:
    session = server.session()
    screen = room.projector(session).page
    expect(screen.locator(".joincode")).to_have_text(str(session.code))
    expect(screen.get_by_role("img", name="QR code")).to_be_visible()
    expect(screen.locator(".address")).to_contain_text("/join")
    counts = screen.locator("[data-view] [role=status]")
    for number in (1, 2, 3):
        server.store.join(session.id, "")
        people = "1 person is here" if number == 1 else f"{number} people are here"
        expect(counts).to_have_text(people)
    server.open_stage(session, "sort")
    expect(screen.locator("h1")).to_have_text(STAGES["sort"])
    expect(counts).to_have_text("3 people are here")
    let_sort(server, session, dict.fromkeys(CARDS, "service"))
    expect(counts).to_have_text("1 of 4 ready")
    let_sort(server, session, {card.id: card.answer for card in CARDS.values()})
    let_sort(server, session, dict.fromkeys(list(CARDS)[:3], "experience"))
    expect(counts).to_have_text("2 of 6 ready")
    expect(screen.locator(".overview")).to_have_count(0)
    server.open_stage(session, "reveal")
    expect(screen.locator(".overview")).to_be_visible()
    expect(screen.locator("table.chart")).to_be_hidden()  # it has every card: on phones and the console
    # Three people at least; the cards that the third left out aren't shown.
    first = list(CARDS)[:3]
    rows = server.store.responses(session.id, DECK.id)
    counts = rows[rows["item"].isin(first)].groupby(["item", "value"]).size().unstack(fill_value=0)
    shown = screen.locator(".overview tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('th, .unseen')].map(cell => cell.textContent))"
    )
    assert dict(shown) == {
        CARDS[card].text: f"Experience: {row.experience}, Service: {row.service}, Success: {row.success}"
        for card, row in counts.reindex(columns=RINGS, fill_value=0).iterrows()
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


def test_phones_follow_the_big_screen_card_by_card(room: Room, server: Server) -> None:
    session = planned(server)
    phone, screen = room.phone(session), room.projector(session)
    server.open_stage(session, "sort")
    screen.expect_stage("sort")
    screen.page.keyboard.press("PageDown")
    expect(screen.page.locator("h2.huge")).to_have_text("Everybody ready?")
    look_up = phone.page.get_by_text("Look up: the cards come one by one, and stay here.")
    expect(look_up).to_be_visible()
    expect(phone.page.get_by_role("rowheader")).to_have_count(0)
    for number in (1, 2):
        screen.page.keyboard.press("PageDown")
        expect(screen.page.locator(".count")).to_contain_text(f"Card {number} of")
        expect(phone.page.get_by_role("rowheader")).to_have_count(number)
        card = screen.page.locator("h2.card").inner_text()
        expect(phone.page.get_by_role("rowheader").first).to_contain_text(" ".join(card.split()))
    phone.page.reload()
    expect(phone.page.get_by_role("rowheader")).to_have_count(2)
    screen.page.keyboard.press("PageUp")
    expect(phone.page.get_by_role("rowheader")).to_have_count(1)


def test_no_word_about_the_time_lies_under_the_picture_of_a_card(room: Room, server: Server) -> None:
    session = planned(server)
    server.open_stage(session, "reveal", minutes=1)
    end_time(server.store, session)
    change = server.store.stage_now(session.id)
    assert change
    server.store.show_beat(change.id, f"card-{DECK.cards[0].id}")
    screen = room.projector(session)
    expect(screen.page.get_by_role("timer")).to_have_text("Time’s up")
    expect(screen.page.locator(".picture")).to_be_visible()
    covered = """part => {
        const at = part.getBoundingClientRect();
        const under = x => document.elementsFromPoint(x, at.bottom).some(other => other.matches(".ring"));
        return under(at.left) || under((at.left + at.right) / 2) || under(at.right);
    }"""
    words = screen.page.locator(".clock > :visible:not(.unseen)").all()
    assert [part.evaluate(covered) for part in words] == [False]
    expect(screen.page.locator("[data-said]")).to_contain_text("Finish your thought")


def heads(screen: Page) -> list[str]:
    """What stands largest on the projector: stage, which card, headline."""
    return screen.evaluate(HEADS)


def press_on(screen: Page, key: str = "PageDown") -> list[str]:
    """Press a key of the clicker and wait for the picture to change."""
    before = heads(screen)
    screen.keyboard.press(key)
    screen.wait_for_function(f"before => JSON.stringify(({HEADS})()) !== JSON.stringify(before)", arg=before)
    return heads(screen)


HEADS = (
    """() => [...document.querySelectorAll(".slide h1, .slide .count, .slide h2")].map(e => e.innerText)"""
)


def test_a_clicker_leads_through_a_whole_exercise(room: Room, server: Server) -> None:
    session = server.session()
    server.store.plan(session.id, DECK)
    screen, seen = room.projector(session).page, list[list[str]]()
    expect(screen.locator(".joincode")).to_be_visible()
    press_on(screen)
    press_on(screen)
    for ring in ("experience", "service", "success"):
        let_sort(server, session, dict.fromkeys(list(CARDS)[:2], ring))
    while not seen or seen[-1][0] != list(STAGES.values())[-1]:
        seen.append(press_on(screen))
        if seen[-1][-1] == next(iter(CARDS.values())).text:
            expect(screen.locator(".dots circle")).to_have_count(3)
            expect(screen.locator(".shares li")).to_have_count(3)
    stages = [stage for stage in STAGES.values() if any(stage == head[0] for head in seen)]
    assert stages == list(STAGES.values())[2:]
    headlines = [head[-1] for head in seen]
    assert headlines[0] == "Everybody ready?"
    assert "2 cards split us." in headlines
    assert press_on(screen, "PageUp") == seen[-2]
    press_on(screen)
    now = server.store.stage_now(session.id)
    assert now and now.stage == list(STAGES)[-1]
    screen.keyboard.press("PageDown")
    expect(screen.locator(".notice")).to_contain_text("There is nothing that way")
    screen.keyboard.press("b")
    expect(screen.locator("h1")).to_have_text("Eyes up front. The screen is blank for a moment.")
    assert server.store.session_by_id(session.id).blank
    screen.keyboard.press(".")
    expect(screen.locator(".join")).to_be_visible()
    screen.keyboard.press("c")
    expect(screen.locator(".join")).to_be_hidden()
    screen.keyboard.press("?")
    expect(screen.get_by_role("dialog")).to_contain_text("On to the next step")
    screen.keyboard.press("Escape")
    screen.get_by_role("button", name="Keys").focus()
    press_on(screen, "PageUp")


def test_a_mouse_that_is_left_lying_covers_nothing(room: Room, server: Server) -> None:
    screen = room.projector(server.sorting()).page
    button = screen.get_by_role("button", name="Full screen")
    screen.mouse.move(300, 300)
    expect(button).to_have_css("opacity", "1")
    expect(button).to_have_css("animation-duration", "5s")
    screen.evaluate("() => document.getAnimations().forEach((one) => one.finish())")
    expect(button).to_have_css("opacity", "0")
    button.hover()
    expect(button).to_have_css("opacity", "1")
