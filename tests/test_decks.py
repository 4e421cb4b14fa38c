"""The decks that ship can't be sorted by their words alone; see ``keywords``."""

import re
from collections.abc import Sequence

import pytest
from keywords import (
    MOST_BY_SERVICE_WORDS,
    MOST_BY_WORDS,
    SERVICE_DECK,
    decks,
    likeliest,
    right_by_service_words,
    right_by_words,
)
from onstage import everybody_answers, phone, projector, told
from readable import text_of
from rooms import SMALL_DECK

from kit.activities.place.deck import Cards
from kit.kinds import kind_of
from kit.kinds.sort.content import Deck


def deck_of(cards: Sequence[tuple[str, str]]) -> Deck:
    """A deck of these texts with their rings."""
    rings = {"experience": "All of it", "service": "Help and advice", "success": "Getting more out of it"}
    return Deck.model_validate(
        {
            **SMALL_DECK,
            "nested": True,
            "categories": [{"id": ring, "name": ring, "definition": about} for ring, about in rings.items()],
            "cards": [
                {"id": f"c{n}", "text": text, "answer": answer, "reason": "So."}
                for n, (text, answer) in enumerate(cards)
            ],
        }
    )


@pytest.mark.parametrize("deck", decks(), ids=lambda deck: deck.id)
def test_a_bag_of_words_does_not_sort_a_deck(deck: Cards) -> None:
    assert right_by_words(deck) <= MOST_BY_WORDS


def test_service_words_do_not_tell_service_from_what_is_outside_it() -> None:
    (deck,) = (deck for deck in decks() if deck.id == SERVICE_DECK)
    assert right_by_service_words(deck) <= MOST_BY_SERVICE_WORDS


NAMES_OF_ANSWERS = {
    "product": "product|broken|faulty",
    "documentation": "manual|instructions|leaflet|label|help page",
    "marketing": "advert|banner|campaign|web ?page|website|marketing",
    "sales": "sales|sold|seller|salesman",
    "billing": "bill|invoice",
}


def test_no_call_names_where_it_began() -> None:
    (deck,) = (deck for deck in decks() if deck.id == "where-did-it-break")
    assert NAMES_OF_ANSWERS.keys() == {category.id for category in deck.categories}
    named = [card.text for card in deck.cards if re.search(NAMES_OF_ANSWERS[card.answer], card.text, re.I)]
    assert named == []


def test_the_reader_of_service_words_is_right_where_they_stand_inside_only() -> None:
    cards = [
        ("An employee walks past", "experience"),
        ("Guided by a map", "success"),
        ("Nobody is near", "service"),
        ("A helpful page", "service"),
    ]
    assert right_by_service_words(deck_of(cards)) == 0.5


def test_the_bag_of_words_learns_from_the_other_cards_and_the_definitions() -> None:
    assert likeliest("Old shoes", [("new hats", "hats"), ("shoes", "shoes"), ("a hat", "hats")]) == "shoes"
    assert likeliest("met never", [("one", "hats"), ("two", "shoes")]) == "hats"
    # The first two learn from one another, the third from a definition, and the last from nothing.
    cards = [("Red boots", "success"), ("Red laces", "success"), ("Advice", "service"), ("Blue", "service")]
    assert right_by_words(deck_of(cards)) == 0.75


SORTED = [deck for deck in decks() if isinstance(deck, Deck)]
each_sorted = pytest.mark.parametrize("deck", SORTED, ids=lambda deck: deck.id)


@each_sorted
def test_a_room_is_told_every_reason_in_the_answers_alone(deck: Deck) -> None:
    kind = kind_of(deck)
    for stage in kind.script:
        room = everybody_answers(kind, stage.id)
        shown = text_of(phone(kind, stage.id, room, person="P1"))
        reasons = [card for card in deck.cards if " ".join(card.reason.split()) in shown]
        assert reasons == (list(deck.cards) if stage.id == "answers" else []), stage.id
        assert text_of(projector(kind, stage.id, room))
        if stage.id == "own":
            assert " ".join((deck.own or "").split()) in shown


@each_sorted
def test_a_learner_is_told_the_reason_of_each_card(deck: Deck) -> None:
    kind = kind_of(deck)
    for card in deck.cards:
        said = told(kind, {(1, card.id): card.answer}, card.id)
        assert " ".join(card.reason.split()) in " ".join(said[f"echo-key-{card.id}"].split())
