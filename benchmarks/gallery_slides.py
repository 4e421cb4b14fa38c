"""Pictures of the big screen with 3, 40 and 300 people, for ``gallery.py``: drawn as the tests measure them."""

import io
import random
import re
from pathlib import Path

import pandas as pd
from gallery import MOMENTS
from gallery_phrasing import FIRST, REVISED, WRONG
from onstage import responses_of, room_at
from partners_rooms import a_company, the_kind
from PIL import Image
from playwright.sync_api import Browser
from rooms import key_of
from slides import easel, show, slides

from kit.kinds import kind_of
from kit.kinds.question.own import question
from kit.kinds.script import Kind
from kit.library import load
from kit.settings import PROJECT

SCHEMES, SIZE, COLOURS = ("light", "dark"), {"width": 1280, "height": 720}, 64
SORT = {
    "card": ("reveal card-.*", "one card in front of the room"),
    "overview": ("reveal overview", "all cards at a glance"),
    "shapes": ("discuss pairs", "find your shape"),
    "answer": ("answers answer-.*", "the best fit and its reason"),
    "moved": ("answers moves", "who moved"),
    "ours": ("ours moments", "our own moments"),
}
PARTNERS = {
    "map": ("map map", "who is most depended on"),
    "one-way": ("map map-one-way", "links that run one way"),
    "role": ("map map~HR", "one role of the map"),
    "gap": ("gaps gap-.*", "a gap"),
    "served": ("gaps served", "how well we serve"),
    "agreements": ("agreements", "agreements as they come"),
    "agreed": ("debrief agreement-.*", "an agreement"),
}
RATING = {
    "spread": ("result difference/overall", "how one statement was rated"),
    "mean": ("result difference/overall/mean", "its means"),
    "means": ("result difference//1", "all statements at a glance"),
}
PHRASING = {
    "not-that": ("not-that", "what nobody should say"),
    "best": ("showcase liked-(?!hold)[^-]+", "one of the best phrases"),
    "marked": ("showcase liked-[^-]+-marked", "the words in it that work"),
    "gain": ("debrief gain", "what came of it"),
}
ARRIVE, ASKED = (
    {"warm-up": ("warm-up", "the warm-up, while people come in")},
    {
        "ask": ("ask", "a question beside the exercise"),
        "answers": ("answers", "its answers"),
    },
)
WORDS = "listening help patience trust time respect kindness honesty calm care".split()
ROLES = {3: 3, 40: 12, 300: 30}
TITLES = {
    f"slide-{kind}-{name}-{people}": f"Big screen, {people} people: {title}"
    for kind, pictures in (
        ("arrive", ARRIVE),
        ("question", ASKED),
        ("sort", SORT),
        ("partners", PARTNERS),
        ("rating", RATING),
        ("phrasing", PHRASING),
    )
    for name, (_beat, title) in pictures.items()
    for people in ROLES
}


def in_one_word(people: int, round: int) -> tuple[Kind, pd.DataFrame]:
    """What so many people say in one word: while they come in, or when they are asked."""
    dice = random.Random(people)
    said = dice.choices(WORDS, range(len(WORDS), 0, -1), k=people)
    lunch = question("question-1", {"text": "In one word: this morning was …", "form": "word"}, {})
    kind = kind_of(lunch if round == 1 else load(PROJECT / "exercises" / "cx-vs-service.yaml"))
    return kind, responses_of((f"P{n}", round, "word", word) for n, word in enumerate(said, 1))


def sort(people: int) -> tuple[Kind, pd.DataFrame, dict[str, str]]:
    """How so many people sort, and sort again once they have talked; some write moments of their own."""
    deck, dice = load(PROJECT / "exercises" / "cx-vs-service.yaml"), random.Random(people)
    kind, rings = kind_of(deck), [category.id for category in deck.categories]
    sure = {card.id: dice.choice((0.1, 0.4, 0.7)) for card in deck.cards}

    def sorted_by_all(round: int, cards: list[str], surer: float) -> list[tuple[str, int, str, str]]:
        best = {card.id: card.answer for card in deck.cards}
        hits = ((who, card, dice.random() < sure[card] + surer) for who in range(people) for card in cards)
        return [
            (f"P{who}", round, card, best[card] if hit else dice.choice(rings)) for who, card, hit in hits
        ]

    rows = sorted_by_all(1, list(sure), 0.0)
    rows += sorted_by_all(2, room_at(kind, "discuss", responses_of(rows)).opened["contested"], 0.3)
    for number, (text, ring) in enumerate(MOMENTS[:people]):
        rows += [(f"P{number}", 3, "moment/1", text), (f"P{number}", 4, "moment/1", ring)]
    return kind, responses_of(rows), {"phrases/new": "yes"}


def rating(people: int) -> tuple[Kind, pd.DataFrame]:
    """How so many people rate their own service, and their team's somewhat lower."""
    exercise, dice = load(PROJECT / "exercises" / "how-good-is-our-service.yaml"), random.Random(people)
    shares = (1, 2, 5, 9, 3), (2, 5, 9, 5, 1)
    rows = [
        (f"P{who}", round, statement.id, str(dice.choices(range(1, 6), share)[0]))
        for who in range(people)
        for round, share in enumerate(shares, 1)
        for statement in exercise.statements
    ]
    return kind_of(exercise), responses_of(rows)


def phrasing(people: int) -> tuple[Kind, pd.DataFrame, dict[str, str]]:
    """What so many people should definitely not say, what they say instead, and what they like of it."""
    dice, rows = random.Random(people), []
    for number in range(people):
        who = f"P{number}"
        rows.append((who, 2, f"situation/{list(FIRST)[number % 3]}", WRONG[number % len(WRONG)]))
        for situation, texts in FIRST.items():
            liked = dice.choices(texts, (1, 9, 3, 2, 4)[: len(texts)])[0]
            better = REVISED[situation] if number % 3 else texts[number % len(texts)]
            rows += [
                (who, 3, f"situation/{situation}", texts[number % len(texts)]),
                (who, 4, f"vote/{key_of(situation, liked)}", "yes"),
                (who, 5, f"situation/{situation}", better),
            ]
    kind = kind_of(load(PROJECT / "exercises" / "ownership-phrasing.yaml"))
    return kind, responses_of(rows), {"wall/new": "yes"}


def take(browser: Browser, folder: Path, only: tuple[str, ...]) -> None:
    """Those whose name begins as asked."""
    if not any(name.startswith(only) for name in TITLES):
        return
    for people, roles in ROLES.items():
        for kind, pictures, room in (
            ("arrive", ARRIVE, in_one_word(people, 9)),
            ("question", ASKED, in_one_word(people, 1)),
            ("sort", SORT, sort(people)),
            ("partners", PARTNERS, (the_kind(), a_company(people, roles))),
            ("rating", RATING, rating(people)),
            ("phrasing", PHRASING, phrasing(people)),
        ):
            shown = slides(*room)
            for scheme in SCHEMES:
                with easel(browser, color_scheme=scheme, viewport=SIZE) as page:
                    for name, (beat, _title) in pictures.items():
                        file = f"slide-{kind}-{name}-{people}"
                        html = next((shown[id] for id in shown if re.fullmatch(beat, id)), "")
                        if html and file.startswith(only):
                            show(page, html)
                            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
                                folder / f"{file}-{scheme}.png", optimize=True
                            )


def listing(folder: Path) -> str:
    """The pictures that there are, as Markdown."""
    lines = [
        "",
        "# The big screen with 3, 40 and 300 people",
        "",
        "| | light | dark |",
        "| --- | --- | --- |",
    ]
    for name, title in TITLES.items():
        if (folder / f"{name}-light.png").exists():
            pictures = (f"![{title}, {scheme}]({name}-{scheme}.png)" for scheme in SCHEMES)
            lines.append(f"| {title} | " + " | ".join(pictures) + " |")
    return "\n".join([*lines, ""])
