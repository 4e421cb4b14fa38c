"""The back row can read every stage and every beat, and nothing is cut: with 3, 40 and 300 people, longest texts."""

import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import browser
import pandas as pd
import pytest
from onstage import responses_of, room_at
from partners_rooms import a_company, the_kind
from playwright.sync_api import Browser
from rooms import EXERCISES, FLAT, PHRASES, RATING, RINGS, exercise, key_of
from slides import easel, faults_of, show, slides

from kit.activities.place.deck import CARD_LENGTH, REASON_LENGTH
from kit.kinds import kind_of
from kit.kinds.question.own import question
from kit.kinds.script import Kind
from kit.kinds.sort.content import Deck
from kit.library import load

LONG = (
    "Being there when a customer needs somebody, though it is late and the phone has been ringing for hours. "
)
SCALE = (
    "Poor, so that people complain",
    "Patchy",
    "All right",
    "Good",
    "Very good",
    "Outstanding",
    "The best of all",
)

GOOD = (
    "We got your day wrong, and I'm so sorry about it. I'll bake it now and bring it to you by four today. "
)
BAD = "They never tell us anything and that's our policy, you should have read it, I can't do anything. "
WORDINGS = ((GOOD * 9)[:600], GOOD, "That's our mistake.", "W" * 600, BAD)
"""So many wordings a situation gets; in a larger room several people have the same."""

MOMENT = ("situations " * 30)[:280]


def partners(people: int) -> tuple[Kind, pd.DataFrame]:
    """The internal customers: 3 roles, 12 and 30."""
    return the_kind(), a_company(people, {3: 3, 40: 12, 300: 30}[people], longest=True)


def rating(people: int, subjects: int = 2) -> tuple[Kind, pd.DataFrame]:
    """A rating with long statements on a long scale."""
    plain = exercise(RATING)
    data = plain.model_dump()
    data["statements"] = [
        {"id": f"s{n}", "text": f"{n} {2 * LONG}"[: 50 * (1 + n % 4)].strip()} for n in range(12)
    ]
    ends = ("never in all my life", "more than once a day")
    data |= {"scale": SCALE, "subjects": data["subjects"][:subjects], "warm_up": LONG[:80].strip()}
    data["warm_up_ends"] = ends if subjects == 1 else None
    dice = random.Random(people)
    said = [str(dice.randint(1, 5)) if subjects == 1 else words(dice) for _person in range(people)]
    rows = [
        (f"P{person}", round, f"s{n}", str(dice.randint(1, 7)))
        for person in range(people)
        for round in range(1, subjects + 1)
        for n in range(12)
    ]
    item = "answer" if subjects == 1 else "word"
    rows += [(f"P{person}", 9, item, value) for person, value in enumerate(said)]
    return kind_of(type(plain).model_validate(data)), responses_of(rows)


def words(dice: random.Random) -> str:
    """A word that some say, or one of the longest and widest there are."""
    own = "".join(dice.choices("WMmw n日", k=dice.randint(1, 30)))
    return dice.choice([*["listening"] * 5, *["Wohlwollen"] * 3, "help", own])


def asked(form: str, people: int) -> tuple[Kind, pd.DataFrame]:
    """A question of that form, as long as one may be, with all that was said let through."""
    dice = random.Random(people)
    options = "\n".join(f"{n} {LONG}"[:30] for n in range(6))
    said = {"text": (2 * LONG)[:120], "form": form, "low": LONG[:20], "high": LONG[:20], "options": options}
    said |= {"by": "role", "size": "4"}
    answer = {
        "rating": lambda: str(dice.randint(1, 5)),
        "choice": lambda: str(dice.randint(1, 6)),
        "word": lambda: words(dice),
        "text": lambda: f"{dice.random()} {3 * LONG}"[: dice.randint(20, 200)],
        "groups": lambda: dice.choice([f"{dice.random()} {3 * LONG}"[:200], "We ring back.", "WM" * 100]),
    }[form]
    item = {"word": "word", "text": "text", "groups": "text"}.get(form, "answer")
    roles = {f"P{person}": f"{person // 6} {LONG}"[:40] for person in range(people)}
    return kind_of(question("question-1", said, roles)), responses_of(
        (f"P{person}", 1, item, answer()) for person in range(people)
    )


def rating_of_one(people: int) -> tuple[Kind, pd.DataFrame]:
    """The same for one subject."""
    return rating(people, 1)


def sorting(people: int, name: str = RINGS) -> tuple[Kind, pd.DataFrame, dict[str, str]]:
    """A deck sorted twice, with three long moments of everybody's own that all come through."""
    deck, dice = exercise(name), random.Random(people)
    piles = [category.id for category in deck.categories]
    rows = []
    for person in range(people):
        who = f"P{person}"
        rows += [(who, 1, card.id, dice.choice(piles)) for card in deck.cards]
    contested = room_at(kind_of(deck), "discuss", responses_of(rows)).opened["contested"]
    for person in range(people):
        who = f"P{person}"
        rows += [(who, 2, item, dice.choice(piles)) for item in contested]
        for number in (1, 2, 3):
            moment = f"{person} {number} {2 * LONG}"[:140] if number < 3 else "M" * 140
            rows += [(who, 3, f"moment/{number}", moment), (who, 4, f"moment/{number}", dice.choice(piles))]
    return kind_of(deck), responses_of(rows), {"phrases/new": "yes"}


def sorting_flat(people: int) -> tuple[Kind, pd.DataFrame, dict[str, str]]:
    """The same with five piles instead of rings."""
    return sorting(people, FLAT)


def of_one_mind(deck: Deck, people: int = 5) -> tuple[Kind, pd.DataFrame]:
    """Most put a card into one pile, each pile in turn, so that its name is large; on every second card all do."""
    piles, rows = [category.id for category in deck.categories], []
    for number, card in enumerate(deck.cards):
        most, other = (piles[(number // 2 + n) % len(piles)] for n in (0, number % 2))
        rows += [(f"P{person}", 1, card.id, other if person == 4 else most) for person in range(people)]
    return kind_of(deck), responses_of(rows)


def phrasing(people: int) -> tuple[Kind, pd.DataFrame, dict[str, str]]:
    """Six situations, one of the room's own, with phrases of any length that all come through."""
    plain, own = exercise(PHRASES), key_of("tempting", MOMENT)
    longest = sorted(plain.situations, key=lambda one: -len(one.text))[:5]
    names = [f"own-{own}", *(one.id for one in longest)]
    decisions = {f"situation/{one.id}": "yes" if one in longest else "no" for one in plain.situations}
    decisions |= {"wall/new": "yes", f"moment/{own}": f"{plain.recipes[1].id}\n{MOMENT}"}
    rows = []
    for person in range(people):
        who, words = f"P{person}", WORDINGS[person % len(WORDINGS)]
        rows.append((who, 1, "tempting/1", MOMENT))
        for number, name in enumerate(names):
            said = words if number < 2 else words[:100]
            wrong = f"No {number}." if person % 2 else f"{person % 9}{number} {BAD * 9}"[:600]
            rows += [(who, 2, f"situation/{name}", wrong), (who, 3, f"situation/{name}", said)]
            rows += [(who, 5, f"situation/{name}", GOOD)] if person % 3 else []
        others = {names[(person + step) % 6]: WORDINGS[(person + step) % 3] for step in (1, 2)}
        rows += [(who, 4, f"vote/{key_of(*pair)}", "yes") for pair in others.items()]
    return kind_of(plain.decided(decisions)), responses_of(rows), decisions


DECKS = [exercise for exercise in map(load, sorted(EXERCISES.glob("*.yaml"))) if isinstance(exercise, Deck)]
FLAT_DECKS = [deck for deck in DECKS if not deck.nested]
ASKED = [partial(asked, form) for form in ("rating", "choice", "word", "text", "groups")]


@pytest.mark.parametrize("room", [sorting, sorting_flat, partners, rating, rating_of_one, phrasing, *ASKED])
def test_every_beat_can_be_read_from_the_back_row(
    chromium: Browser, room: Callable[[int], tuple[Any, ...]]
) -> None:
    with easel(chromium) as page:
        for people in (3, 40, 300):
            kind, said, *decided = room(people)
            shown = slides(kind, said, {"question/new": "yes"} | dict(*decided))
            assert faults_of(page, shown) == [], people
        if room is partners:  # short names are set larger
            assert faults_of(page, slides(the_kind(), a_company(40, 12))) == []
        for picture in {re.split("[~/-]", name)[0]: html for name, html in shown.items()}.values():
            show(page, picture)
            assert browser.barriers(page) == ""


@pytest.mark.parametrize(("people", "named"), [(30, 30), (31, 10), (59, 10), (300, 10), (500, 10)])
def test_everybody_who_is_here_is_a_head_in_the_crowd(people: int, named: int) -> None:
    html = slides(*rating(people))["warm-up"]
    heads = [html.count(f'<{tag} class="head-') for tag in ("li", "path")]
    assert heads == [named, people - named]
    assert re.findall(r"(P\d+)</span></li>", html)[-1] == f"P{people - 1}", "who came last has a name"


@pytest.mark.parametrize("deck", FLAT_DECKS, ids=lambda deck: deck.id)
def test_piles_cover_neither_the_clock_nor_their_names(chromium: Browser, deck: Deck) -> None:
    with easel(chromium) as page:
        shown = slides(*of_one_mind(deck))
        measured = {name: html for name, html in shown.items() if name.startswith(("reveal", "answers"))}
        card_by_card = [html for html in measured.values() if 'class="picture' in html]
        assert len(card_by_card) > 2 * len(deck.cards) and all("4:5" in html for html in card_by_card)
        assert faults_of(page, measured) == []


@pytest.mark.parametrize("name", ["Housekeeping", "Reservations and the sales"])
@pytest.mark.parametrize("number", range(2, 9))
def test_a_deck_with_the_longest_texts_that_are_allowed_can_be_read(
    chromium: Browser, number: int, name: str
) -> None:
    piles = [{"id": f"c{i}", "name": f"{'ABCDEFGH'[i]} {name}", "definition": LONG} for i in range(number)]
    text = (2 * LONG)[:150]
    cards = [
        {"id": f"k{i}", "text": f"{i} {2 * LONG}"[:length], "answer": f"c{i % number}", "reason": reason}
        for i, (length, reason) in enumerate(
            [(CARD_LENGTH, (3 * LONG)[:REASON_LENGTH]), (60, text), (90, text), (CARD_LENGTH, text)]
        )
    ]
    plain = exercise(FLAT).model_dump(exclude={"misconceptions"})
    kind, said = of_one_mind(Deck(**plain | {"categories": piles, "cards": cards}))
    shown = slides(kind, said)
    with easel(chromium) as page:
        assert faults_of(page, shown) == []
        for name_of, html in shown.items():
            if "card-" in name_of:
                show(page, html)
                assert page.locator(".slide .dots circle").count() == 5, "a dot for everybody"


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.id)
def test_the_words_of_an_exercise_are_explained_without_a_break_in_them(
    chromium: Browser, deck: Deck
) -> None:
    broken = """terms => terms.flatMap(term => [...term.firstChild.data.matchAll(/\\S+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(term.firstChild, word.index);
        range.setEnd(term.firstChild, word.index + word[0].length);
        return range.getClientRects().length > 1;
    }).map(word => word[0]))"""
    with easel(chromium) as page:
        show(page, slides(*of_one_mind(deck))["brief"])
        assert page.locator("dt").count() == len(deck.categories)
        assert page.locator("dt").evaluate_all(broken) == []
