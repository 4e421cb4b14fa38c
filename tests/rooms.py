"""Sessions for the tests of results and exports: a real database file, people who sorted or wrote, hostile texts."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from databases import store_in

from kit.content.exercise import Exercise
from kit.kinds import KINDS, kind_of
from kit.library import load
from kit.room import open_stage
from kit.session import Change, Names, Session
from kit.store.store import Store

EXERCISES = Path(__file__).parents[1] / "exercises"
Result = TypeVar("Result")

SMALL_DECK = {
    "kind": "sort",
    "id": "small",
    "title": "A small deck",
    "objective": "Tell the rings apart.",
    "minutes": 30,
    "sources": [{"author": "A. Author", "title": "A title"}],
    "question": "Which ring fits best?",
}
"""What a deck needs besides its categories and cards."""

RINGS, FLAT, PHRASES = "cx-vs-service", "where-did-it-break", "ownership-phrasing"
PARTNERS, RATING = "internal-customers", "how-good-is-our-service"
WAIT_SECONDS = 30

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n+1",
    "  -2+3",
    "'=1",
    '"=1"',
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH PLUS SIGN}1",
    "\N{FULLWIDTH COMMERCIAL AT}SUM(1)",
    "\N{ZERO WIDTH SPACE}=1",
    '=HYPERLINK("http://example.org","click")',
    "http://example.org/not-a-link",
    "mailto:somebody@example.org",
    "{=1}",
    "_x0041_ <b>&amp;</b>",
    "12345",
    "\N{PARTY POPPER} smile\N{ZERO WIDTH JOINER}",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
    "a,b;c\"d'e",
    "bell\a and vertical\v",
    "long " * 1900,
)
"""What somebody who means no good, or who likes emoji, may type."""


def needs(*kinds: str) -> pytest.MarkDecorator:
    """Leaves a test out while the kit doesn't have those kinds of exercise."""
    missing = sorted(set(kinds) - KINDS.keys())
    return pytest.mark.skipif(bool(missing), reason=f"no such kinds: {', '.join(missing)}")


def in_a_thread(work: Callable[..., Result], *given: Any) -> Result:
    """What comes of work that starts a loop of its own: the browser of other tests has one in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *given).result()


@contextmanager
def a_store(folder: Path, name: str = "w") -> Iterator[Store]:
    """A store in a file of its own."""
    with store_in(folder / f"{name}.sqlite") as store:
        yield store


@cache
def exercise(name: str) -> Exercise:
    """One of the exercises that come with the kit, without its warm-up, of which other tests tell."""
    return load(EXERCISES / f"{name}.yaml").model_copy(update={"warm_up": None, "warm_up_ends": None})


def a_session(
    store: Store,
    people: int = 6,
    exercises: Sequence[Exercise] | None = None,
    texts: Sequence[str] = ("I'll listen.",),
    names: Sequence[str] = ("Ada",),
) -> Session:
    """A session in which so many people sorted every card, sorted five again, and wrote a commitment and a moment."""
    dice = random.Random(7)
    session = store.create_session("Tuesday's workshop", Names.OPTIONAL)
    seats = [store.join(session.id, names[n % len(names)])[0] for n in range(people)]
    saved = []
    for used in (exercise(RINGS),) if exercises is None else exercises:
        for stage in ("sort", "sort-again", "debrief"):
            open_stage(store, session, used, stage)
        categories = [category.id for category in used.categories]
        places = [(1, card) for card in used.cards] + [(2, card) for card in used.cards[:5]]
        for number, seat in enumerate(seats):
            for round_number, card in places:
                value = dice.choice([card.answer, *categories])
                late = round_number == 2 and number == 0
                saved.append(
                    Change(session.id, seat.id, used.id, round_number, card.id, value, len(saved) + 1, late)
                )
            text = texts[number % len(texts)]
            for round_number, item, value in (
                (0, "commitment", text),
                (3, "moment/1", text),
                (4, "moment/1", categories[0]),
            ):
                saved.append(Change(session.id, seat.id, used.id, round_number, item, value, len(saved) + 1))
    for waiting in [store.save(change) for change in saved]:
        waiting.result(WAIT_SECONDS)
    return session


FIRST_VERSIONS = (
    "The bakery messed it up, nothing I can do.",
    "We got your day wrong. I'll bring the cake to you by four.",
    "That's our mistake, and I'm putting it right now.",
    "They never tell us anything.",
)
REVISED = "We got the day wrong, and that's on us. I'll bring you a cake by four."


def key_of(situation: str, text: str) -> str:
    """The name of a phrase for votes and moderation, as it is stored."""
    return hashlib.sha256(f"{situation}\n{' '.join(text.casefold().split())}".encode()).hexdigest()[:12]


def a_phrasing_session(
    store: Store,
    people: int = 4,
    texts: Sequence[str] = FIRST_VERSIONS,
    session: Session | None = None,
    names: Sequence[str] = ("Ada",),
) -> Session:
    """A session, or a given one, in which so many people went through all stages of the phrasing exercise.

    All write about one situation. Everybody votes for the first person's phrase, the first person for the second's;
    all but the first revise. The last person's phrase is hidden.
    """
    used = exercise(PHRASES)
    session = session or store.create_session("Tuesday's workshop", Names.OPTIONAL)
    seats = [store.join(session.id, names[n % len(names)])[0] for n in range(people)]
    for stage in kind_of(used).script:
        open_stage(store, session, used, stage.id)
    cake, saved = "situation/wrong-cake", []
    keys = [key_of("wrong-cake", texts[number % len(texts)]) for number in range(people)]
    for number, seat in enumerate(seats):
        text = texts[number % len(texts)]
        given = [
            (1, "tempting/1", text),
            (2, cake, text),
            (3, cake, text),
            (4, f"vote/{keys[0 if number else 1 % people]}", "yes"),
            (0, "card/from", "wrong-cake"),
        ]
        given += [(5, cake, REVISED)] if number else []
        saved += [
            store.save(Change(session.id, seat.id, used.id, *answer, seq))
            for seq, answer in enumerate(given, 1)
        ]
    for waiting in saved:
        waiting.result(WAIT_SECONDS)
    store.decide(session.id, used.id, f"phrases/{keys[-1]}", "no")
    return session


GIFTS = ("a laptop with accounts on the first morning", "the name of who starts, a month ahead")


def a_partners_session(
    store: Store, session: Session | None = None, gifts: tuple[str, str] = GIFTS
) -> Session:
    """A session, or a given one, in which IT, HR and Sales mapped whom they serve.

    IT gives the first of the gifts and HR the second. Both have confirmed that; HR and Sales have only begun.
    """
    used = exercise(PARTNERS)
    session = session or store.create_session("Tuesday's workshop", Names.OPTIONAL)
    for stage in kind_of(used).script:
        open_stage(store, session, used, stage.id)
    review = "2031-06-30"
    words = "\x1f".join((gifts[1], gifts[0], "", "", review))
    yes = (2, "confirm/HR~IT", hashlib.sha256(words.encode()).hexdigest()[:16])
    said = [
        [
            (1, "role", "IT"),
            (1, "partner/1", "HR"),
            (1, "need-from-me/HR/1", "a laptop"),
            (1, "rating/HR", "4"),
            (1, "need/HR/1", gifts[1]),
            (2, "agreement/HR~IT/gives-2", gifts[0]),
            (2, "agreement/HR~IT/review", review),
            yes,
        ],
        [
            (1, "role", "HR"),
            (1, "partner/1", "IT"),
            (1, "need/IT/1", gifts[0]),
            (1, "served/IT", "2"),
            (2, "agreement/HR~IT/gives-1", gifts[1]),
            yes,
        ],
        [
            (1, "role", "Sales"),
            (1, "partner/1", "HR"),
            (2, "agreement/HR~Sales/review", "2031-07-01"),
            (0, "commitment", "Ask HR what they miss"),
        ],
    ]
    saved = []
    for own in said:
        seat, _secret = store.join(session.id, "Ada")
        changes = enumerate(own, 1)
        saved += [Change(session.id, seat.id, used.id, *answer, seq) for seq, answer in changes]
    for waiting in [store.save(change) for change in saved]:
        waiting.result(WAIT_SECONDS)
    return session


def a_rating_session(
    store: Store, people: int = 4, session: Session | None = None, texts: Sequence[str] = ("Smile.",)
) -> Session:
    """A session, or a given one, in which so many people rated every statement, for both subjects."""
    used = exercise(RATING)
    session = session or store.create_session("Tuesday's workshop", Names.OPTIONAL)
    for stage in kind_of(used).script:
        open_stage(store, session, used, stage.id)
    dice, saved = random.Random(7), []
    for number in range(people):
        seat, _secret = store.join(session.id, "Ada")
        rated = [(round, s.id, str(dice.randint(1, 5))) for round in (1, 2) for s in used.statements]
        said = [*rated, (0, "commitment", texts[number % len(texts)])]
        saved += [Change(session.id, seat.id, used.id, *answer, seq) for seq, answer in enumerate(said, 1)]
    for waiting in [store.save(change) for change in saved]:
        waiting.result(WAIT_SECONDS)
    return session
