"""The decks as people meet them: played live to the end, and in short lines on a phone."""

from collections.abc import Mapping

import browser
import pytest
from browser import Facilitator, Room, Visitor, keep, lead
from conftest import Server
from keywords import decks
from playwright.sync_api import expect

from kit.kinds.sort.content import Deck
from kit.session import Session

room = pytest.fixture(browser.room)

DECKS = [used for used in decks() if isinstance(used, Deck)]
(FLAT,) = (used for used in DECKS if used.id == "where-did-it-break")
"""With five piles instead of rings, which ``test_browser_workshop`` and ``test_browser_practise`` play.

``test_rehearsal`` plays every deck on the sockets of phones, and ``test_sort`` has each card told to a learner.
"""

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

each_deck = pytest.mark.parametrize("played", DECKS, ids=lambda used: used.id)


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
    played = FLAT
    facilitator, session = lead(room, played)
    phones = [room.phone(session, name=name) for name in ("Ada", "Ben", "Cleo")]
    everybody = [*phones, room.projector(session)]
    first = [answers_of(played), answers_of(played, 1), answers_of(played)]
    reasons = [card.reason.strip() for card in played.cards]
    warm_up, *stages = facilitator.titles
    now = server.store.stage_now(session.id)
    assert now and now.stage == warm_up == "warm-up"  # from the first second
    for stage in stages:
        go_on(facilitator, stage, everybody)
        expect(phones[0].page.get_by_text(reasons[0])).to_have_count(int(stage == "answers"))
        if stage == "sort":
            place(server, session, played, 1, phones[0], first)
            assert stored(server, session, played, 1) == first
        elif stage == "sort-again":
            again = server.store.stage_now(session.id).params["again"]
            assert again
            place(server, session, played, 2, phones[0], [{card: first[0][card] for card in again}] * 3)
            assert stored(server, session, played, 2) == [{card: first[0][card] for card in again}] * 3
        elif stage == "answers":
            assert all(reason in (phones[1].page.text_content("main") or "") for reason in reasons)
        elif stage == "own":
            expect(phones[0].page.get_by_text(played.own or "")).to_be_visible()
            step = phones[0].page.locator("section.step:visible")
            step.get_by_label("In a line").fill(OWN)
            step.get_by_role("radio").first.check()
            waiting = facilitator.console.get_by_role("listitem").filter(has_text=OWN)
            waiting.get_by_role("button", name="Let through").click()
        elif stage == "ours":
            for visitor in everybody:
                expect(visitor.page.get_by_role("listitem").filter(has_text=OWN)).to_be_visible()
            assert stored(server, session, played, 4) == [{"moment/1": played.categories[0].id}]
        elif stage == "debrief":
            expect(phones[0].page.get_by_text(OWN)).to_be_visible()
            phones[2].page.get_by_label("One thing I will do on Monday").fill("I ask first")
            expect(facilitator.console.locator(".counts")).to_contain_text("of")


@each_deck
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
