"""A learner alone: the practise notebook through Voilà, without any cookie, with feedback at once."""

import re

import browser
import pytest
from browser import (
    CARDS,
    DECK,
    EXERCISE,
    NOTEBOOK_MS,
    PHONE,
    RING_NAMES,
    Room,
    Visitor,
    barriers,
    stored_practice,
)
from conftest import Server
from playwright.sync_api import Locator, expect

room = pytest.fixture(browser.room)

ORDER = list(CARDS)


BELOW = """dl => [...dl.children].every((part, at, all) => at === 0 || (
    part.offsetLeft === all[0].offsetLeft && part.offsetTop >= all[at - 1].offsetTop + all[at - 1].offsetHeight))"""
"""Whether terms and their meanings stand one below the other."""


def told(learner: Visitor) -> Locator:
    """What is said of the placement of the card that is shown."""
    return learner.card.get_by_role("status")


def place(learner: Visitor, card: str, ring: str) -> None:
    """Choose a ring, and wait for the reason."""
    learner.tap_on(card, ring)
    expect(told(learner)).to_contain_text(CARDS[card].reason.strip()[:40])


def test_a_learner_sorts_alone_comes_back_and_starts_once_more(room: Room, server: Server) -> None:
    learner = room.visitor(**PHONE)
    learner.page.goto(f"{server.url}/voila/render/practise/{EXERCISE}.ipynb")
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    assert CARDS[ORDER[0]].reason[:40] not in learner.page.content()
    learner.page.get_by_text("What the words mean").tap()
    meanings = learner.page.locator("dl:visible")
    expect(meanings.locator("dd")).to_have_count(3)
    assert meanings.evaluate(BELOW)

    place(learner, "loves-old-tablet", "success")
    expect(learner.card.locator(".verdict")).to_have_text("Not this one.")
    expect(told(learner)).to_contain_text("When the customer is happy with the product")
    learner.page.get_by_role("button", name="Next", exact=True).tap()
    place(learner, ORDER[1], CARDS[ORDER[1]].answer)
    expect(learner.card.locator(".verdict")).to_have_text("Exactly this ring.")
    expect(learner.status).to_have_text("Saved")
    stored = stored_practice(server, EXERCISE)
    assert list(stored.items()) == [((1, ORDER[0]), "success"), ((1, ORDER[1]), CARDS[ORDER[1]].answer)]

    learner.page.reload()
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    expect(learner.card).to_have_attribute("data-step", ORDER[2])
    expect(learner.page.locator(f'[data-badge="{ORDER[0]}"]')).to_have_text(RING_NAMES["success"])
    for card in DECK.cards[2:]:
        place(learner, card.id, card.answer)
        if card.id != ORDER[-1]:
            learner.page.get_by_role("button", name="Next", exact=True).tap()
    overall = learner.page.locator('[data-island="all_told-key"]')
    expect(overall).to_contain_text(f"Worth a second look: {DECK.cards[0].text}")
    expect(overall.get_by_text(f"{len(ORDER) - 1} of {len(ORDER)} on the innermost ring")).to_be_hidden()
    overall.get_by_text("How many cards?").tap()
    expect(overall.get_by_text(f"{len(ORDER) - 1} of {len(ORDER)} on the innermost ring")).to_be_visible()
    assert barriers(learner.page) == ""

    learner.page.get_by_role("button", name=re.compile("^Sort once more")).tap()
    expect(learner.card).to_have_attribute("data-step", ORDER[0])
    expect(learner.card.get_by_role("radio", checked=True)).to_have_count(0)
    place(learner, ORDER[0], "experience")
    expect(learner.status).to_have_text("Saved")
    stored = stored_practice(server, EXERCISE)
    assert stored.pop((2, ORDER[0])) == "experience"
    assert stored.keys() == {(1, card) for card in CARDS}
    assert [cookie["name"] for cookie in learner.context.cookies()] == []
