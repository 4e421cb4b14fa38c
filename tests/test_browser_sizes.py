"""The back row can read every stage and every beat, and nothing is cut: with 3, 40 and 300 people, longest texts."""

import random
import re
from collections.abc import Callable

import browser
import pandas as pd
import pytest
from onstage import responses_of
from partners_rooms import a_company, the_kind
from playwright.sync_api import Browser
from rooms import RATING, exercise
from slides import easel, faults_of, show, slides

from kit.kinds import kind_of
from kit.kinds.script import Kind

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
    data |= {"scale": SCALE, "subjects": data["subjects"][:subjects]}
    dice = random.Random(people)
    rows = [
        (f"P{person}", round, f"s{n}", str(dice.randint(1, 7)))
        for person in range(people)
        for round in range(1, subjects + 1)
        for n in range(12)
    ]
    return kind_of(type(plain).model_validate(data)), responses_of(rows)


def rating_of_one(people: int) -> tuple[Kind, pd.DataFrame]:
    """The same for one subject."""
    return rating(people, 1)


@pytest.mark.parametrize("room", [partners, rating, rating_of_one])
def test_every_beat_can_be_read_from_the_back_row(
    chromium: Browser, room: Callable[[int], tuple[Kind, pd.DataFrame]]
) -> None:
    with easel(chromium) as page:
        for people in (3, 40, 300):
            shown = slides(*room(people))
            assert faults_of(page, shown) == [], people
        if room is partners:  # short names are set larger
            assert faults_of(page, slides(the_kind(), a_company(40, 12))) == []
        for picture in {re.split("[~/-]", name)[0]: html for name, html in shown.items()}.values():
            show(page, picture)
            assert browser.barriers(page) == ""
