"""The decks as people meet them: one played live to the end and alone, and each in short lines on a phone.

``test_decks`` looks through what every deck shows, and when; ``test_browser_workshop`` and ``test_browser_practise``
play the one with rings.
"""

from collections.abc import Mapping

import browser
import pytest
from browser import NOTEBOOK_MS, PHONE, Facilitator, Room, Visitor, keep, lead
from conftest import Server
from keywords import decks
from playwright.sync_api import expect

from kit.kinds.sort.content import Deck
from kit.session import Session

room = pytest.fixture(browser.room)

DECKS = [used for used in decks() if isinstance(used, Deck)]
PLAYED = next(used for used in DECKS if used.id == "which-channel")
"""Has piles and a question for moments of one's own, as all but the first have, and no notebook of its own."""

BY_THUMB = 3
OWN = "We always call back by noon"
MOST_LINES = 3
TALL = """([within, most]) => [...document.querySelectorAll(within)].filter(element => {
    const range = new Range()
    range.selectNodeContents(element)
    const middles = [...range.getClientRects()].filter(box => box.width > 1 && box.height < 60)
        .map(box => (box.top + box.bottom) / 2).sort((one, other) => one - other)
    return middles.filter((middle, at) => !at || middle - middles[at - 1] > 8).length > most
}).map(element => element.innerText)"""
"""The texts of the elements that take more lines than that; what stands in one line may differ by a few pixels."""

Placed = list[Mapping[str, str]]


def answers_of(played: Deck, shift: int = 0) -> dict[str, str]:
    """Where somebody places the cards who is off by so many piles."""
    piles = [category.id for category in played.categories]
    return {card.id: piles[(piles.index(card.answer) + shift) % len(piles)] for card in played.cards}


def place(server: Server, session: Session, played: Deck, round: int, phone: Visitor, placed: Placed) -> None:
    """The first places some cards by thumb; all the others are stored as the server's socket would."""
    mine = list(placed[0].items())
    for card, pile in mine[:BY_THUMB]:
        phone.tap_on(card, pile)
    expect(phone.status).to_have_text("Saved")
    seats = server.store.participants(session.id)
    for seat, cards in zip(seats, [dict(mine[BY_THUMB:]), *placed[1:]], strict=True):
        keep(server, seat, played.id, round, cards)


def stored(server: Server, session: Session, played: Deck, round: int) -> list[dict[str, str]]:
    """What is stored of a round: the placements of each participant in turn."""
    rows = server.store.responses(session.id, played.id)
    rows = rows[rows["round"] == round]
    return [dict(zip(own["item"], own["value"], strict=True)) for _who, own in rows.groupby("participant")]


def go_on(facilitator: Facilitator, stage: str, everybody: list[Visitor]) -> None:
    """The room goes on to a stage, on the phones and the projector."""
    facilitator.go_on(stage)
    for visitor in everybody:
        visitor.expect_title(facilitator.titles[stage])


def test_a_deck_is_played_live(room: Room, server: Server) -> None:
    played = PLAYED
    facilitator, session = lead(room, played)
    ada = room.phone(session, name="Ada")
    for name in ("Ben", "Cleo"):
        server.store.join(session.id, name)
    everybody = [ada, room.projector(session)]
    first = [answers_of(played), answers_of(played, 1), answers_of(played)]
    reasons = [card.reason.strip() for card in played.cards]
    warm_up, *stages = facilitator.titles
    now = server.store.stage_now(session.id)
    assert now and now.stage == warm_up == "warm-up"  # from the first second
    for stage in stages:
        go_on(facilitator, stage, everybody)
        expect(ada.page.get_by_text(reasons[0])).to_have_count(int(stage == "answers"))
        if stage == "sort":
            place(server, session, played, 1, ada, first)
            assert stored(server, session, played, 1) == first
        elif stage == "sort-again":
            again = server.store.stage_now(session.id).params["again"]
            assert again
            place(server, session, played, 2, ada, [{card: first[0][card] for card in again}] * 3)
            assert stored(server, session, played, 2) == [{card: first[0][card] for card in again}] * 3
        elif stage == "answers":
            assert all(reason in (ada.page.text_content("main") or "") for reason in reasons)
        elif stage == "own":
            expect(ada.page.get_by_text(played.own or "")).to_be_visible()
            step = ada.page.locator("section.step:visible")
            step.get_by_label("In a line").fill(OWN)
            step.get_by_role("radio").first.check()
            waiting = facilitator.console.get_by_role("listitem").filter(has_text=OWN)
            waiting.get_by_role("button", name="Let through").click()
        elif stage == "ours":
            for visitor in everybody:
                expect(visitor.page.get_by_role("listitem").filter(has_text=OWN)).to_be_visible()
            assert stored(server, session, played, 4) == [{"moment/1": played.categories[0].id}]
        elif stage == "debrief":
            expect(ada.page.get_by_text(OWN)).to_be_visible()
            ada.page.get_by_label("One thing I will do on Monday").fill("I ask first")
            expect(facilitator.console.locator(".counts")).to_contain_text("of")


def test_a_learner_sorts_a_deck_alone(room: Room, server: Server) -> None:
    learner = room.visitor(**PHONE)
    learner.page.goto(f"{server.url}/voila/render/practise/any.ipynb?exercise={PLAYED.id}")
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    for card in PLAYED.cards:
        learner.tap_on(card.id, card.answer)
        expect(learner.card.get_by_role("status")).to_contain_text(card.reason.strip())
        if card is not PLAYED.cards[-1]:
            learner.page.get_by_role("button", name="Next", exact=True).tap()
    expect(learner.page.get_by_role("button", name="Sort once more")).to_be_visible()


@pytest.mark.parametrize("played", DECKS, ids=lambda used: used.id)
def test_a_phone_shows_nothing_in_more_than_three_lines(room: Room, server: Server, played: Deck) -> None:
    session = server.session()
    server.open_stage(session, "brief", played.id)
    phone = room.phone(session)
    phone.expect_title("What this is about")
    assert phone.page.evaluate(TALL, ["h1, h2, main p, dt, dd", MOST_LINES]) == []
    server.open_stage(session, "own", played.id)
    expect(phone.page.get_by_label("In a line").first).to_be_visible()
    assert phone.page.evaluate(TALL, ["h1, main p:not(.quiet), legend, label", MOST_LINES]) == []
    server.open_stage(session, "sort", played.id)
    expect(phone.card).to_have_attribute("data-step", played.cards[0].id)
    phone.page.locator(".step").evaluate_all("steps => steps.forEach(step => { step.hidden = false })")
    expect(phone.card).to_have_count(len(played.cards))
    assert phone.page.evaluate(TALL, ["h1, main p, legend, .choice", MOST_LINES]) == []
