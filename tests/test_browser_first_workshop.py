"""The first workshop as docs/first-workshop.md tells it: every press of the facilitator, in its words, to a result."""

import re
from pathlib import Path

import browser
import pytest
from browser import CARDS, DESK, EXERCISE, NOTEBOOK_MS, Room
from conftest import Server
from playwright.sync_api import expect

room = pytest.fixture(browser.room)

TOLD = (Path(__file__).parents[1] / "docs" / "first-workshop.md").read_text(encoding="utf-8")
PRESSES = re.findall(r"^\*\*\d+\. (.+?)\.?\*\*", TOLD, re.MULTILINE)
MOST = 9


def test_from_the_start_page_to_a_revealed_result(room: Room, server: Server) -> None:
    assert len(PRESSES) <= MOST
    server.close_sessions()
    page = room.visitor(**DESK).page
    page.goto(f"{server.url}/?token={server.token}")
    run, begin, open_screen, brief, sort, hold, on = PRESSES
    offered = page.get_by_role("article").filter(has_text="Experience, service or success?")
    offered.get_by_role("link", name=run).click(timeout=NOTEBOOK_MS)
    page.get_by_role("button", name=begin).click(timeout=NOTEBOOK_MS)
    expect(page.get_by_role("link", name=open_screen)).to_be_in_viewport()
    with page.expect_popup() as opened:
        page.get_by_role("link", name=open_screen).click()
    screen = opened.value
    expect(page.locator(".console .lead .say")).to_be_in_viewport(ratio=1)
    session = server.store.sessions(open_only=True)[0]
    phones = [room.phone(session, name) for name in ("Ada", "Ben", "Cleo")]
    for phone, word in zip(phones, ("warm", "quick", "warm"), strict=True):
        phone.page.locator("input[data-item]").fill(word)
        phone.page.get_by_role("button", name="Send").tap()
        expect(phone.status).to_have_text("Saved")
    expect(screen.locator(".cloud li").filter(has_text="warm")).to_be_visible()

    bar = page.locator(".lead-bar")

    def press_on(name: str) -> None:
        bar.get_by_role("button", name=re.compile(f"^{name}")).click()

    for press in (brief, sort):
        press_on(press)
        for phone in phones:
            phone.expect_title(press.removeprefix("Next: "))
    card = next(iter(CARDS))
    for phone, ring in zip(phones, ("experience", "service", "success"), strict=True):
        phone.tap_on(card, ring)
        expect(phone.status).to_have_text("Saved")
    rows = server.store.responses(session.id, EXERCISE)
    rows = rows[rows["item"] == card]
    assert dict(zip(rows["participant"], rows["value"], strict=True)) == {
        "P1": "experience",
        "P2": "service",
        "P3": "success",
    }
    press_on(hold)
    expect(screen.locator(".slide h2")).to_have_text("Everybody ready?")
    expect(bar.get_by_role("button", name=hold)).to_have_count(0)  # the bar has moved on, too
    press_on(on)
    expect(screen.locator(".slide h2")).to_have_text(CARDS[card].text)
    expect(screen.locator(".dots circle")).to_have_count(3)
    expect(screen.locator(".shares li")).to_have_count(3)
