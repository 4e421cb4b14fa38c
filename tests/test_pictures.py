"""Pictures: each says in words what it shows, none shows what too few people said, and any letters can be drawn."""

import base64
import io
import math
import re
from pathlib import Path
from typing import Any

import pytest
from diary import DIARY, a_diary
from partners_rooms import a_company, room_of, said_on_both_sides, the_kind
from PIL import Image
from rooms import (
    FLAT,
    PHRASES,
    RATING,
    RINGS,
    a_phrasing_session,
    a_rating_session,
    a_session,
    a_store,
    exercise,
    needs,
)

from kit.activities.charts import Chart, Heat, Join, Net, Paired, Series, Stacked
from kit.content.exercise import Exercise
from kit.lead import Lead
from kit.report.pictures import draw
from kit.report.shown import Shown
from kit.report.tables import Results
from kit.room import open_stage
from kit.session import Change, Names

PNG = b"\x89PNG\r\n"
NAN = math.nan

HEAT = Heat(
    "Where",
    ["one", "two"],
    "Framed: ours.",
    columns=["A", "B"],
    shares=[[0.25, 0.75], [NAN, NAN]],
    framed=[[1], []],
)
STACKED = Stacked(
    "Who moved", ["one", "two"], series=[Series("There", [3, 0], "ours"), Series("Away", [1, 2], "away")]
)
PAIRED = Paired(
    "Before and after",
    ["own\nMake it right (4)"],
    series=[Series("First", [0.25]), Series("Then", [1.0], "ours")],
)
NET = Net(
    "Who serves whom",
    ["HR", "IT", "Sales"],
    joins=[Join(0, 1, "both"), Join(2, 1, "one")],
    ways={"both": "both ways", "one": "one way"},
    directed="one",
)
MEANS = Paired(
    "How good", ["fast"], series=[Series("Me", [4.25]), Series("My team", [NAN])], most=5, percent=False
)


def png(picture: Shown) -> bytes:
    """The image in it; empty where there is nothing to draw."""
    found = re.search('src="data:image/png;base64,([^"]*)"', picture.html)
    return base64.b64decode(found[1]) if found else b""


def starting(results: Results, title: str) -> Shown:
    """The first picture of that title."""
    return next(picture for picture in results.pictures() if picture.text.startswith(title))


@pytest.mark.parametrize(
    ("chart", "alt"),
    [
        (HEAT, "Where: Help! one: A 25%, B 75% (framed). two: too few people. Framed: ours."),
        (STACKED, "Who moved: Help! one: There 3, Away 1. two: There 0, Away 2."),
        (PAIRED, "Before and after: Help! own, Make it right (4): First 25%, Then 100%."),
        (MEANS, "How good: Help! fast: Me 4.2."),
        (
            NET,
            "Who serves whom: Help! HR: IT (both ways). IT: HR (both ways), ← Sales (one way). "
            "Sales: → IT (one way).",
        ),
    ],
)
def test_a_picture_says_in_words_what_it_shows(chart: Chart, alt: str) -> None:
    picture = draw(chart, "Help!")
    assert picture.text == alt == repr(picture)
    assert png(picture).startswith(PNG)
    assert f'<img alt="{alt}" src="data:image/png;base64,' in picture._repr_html_()


@pytest.mark.parametrize("chart", [HEAT, STACKED, PAIRED, MEANS], ids=lambda chart: chart.title)
def test_a_picture_is_dark_on_white_and_grows_with_its_rows(chart: Any) -> None:
    image = Image.open(io.BytesIO(png(draw(chart, "Help!")))).convert("RGB")
    assert image.getpixel((0, 0)) == image.getpixel((image.width - 1, image.height - 1)) == (255, 255, 255)
    assert image.width == 1440
    assert image.height < 720


def test_a_picture_of_nothing_says_why() -> None:
    picture = draw(Heat("Where", empty="Nobody came."), "Help!")
    assert (picture.text, png(picture)) == ("Nobody came. Look again later.", b"")
    assert picture._repr_html_() == "<p>Nobody came. Look again later.</p>"


@pytest.mark.parametrize("chart", [Heat("a"), Stacked("b"), Paired("c")], ids=lambda chart: chart.title)
def test_a_picture_without_rows_is_of_too_few_people(chart: Chart) -> None:
    picture = draw(chart, "Help!")
    assert picture.text.startswith("Under 3 people") and not png(picture)


def test_a_kind_that_nobody_knows_by_name_has_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_store(tmp_path) as store:
        pictures = Results.of(store, a_diary(store, monkeypatch, ["mon", "mon", "fri"])).pictures(DIARY)
    title = "My days."
    assert [picture.text for picture in pictures] == [
        f"Which day: {title} fri: wished 33% (framed). mon: wished 67% (framed). Framed: ours.",
        f"How many: {title} fri: Wishers 1. mon: Wishers 2.",
        f"Before and after: {title} fri: Before 1, After 1. mon: Before 2, After 2.",
    ]
    assert all(png(picture).startswith(PNG) for picture in pictures)


def test_the_placements_are_drawn_card_by_card(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    picture = starting(results, "Where the room put each card, round 1: ")
    assert png(picture).startswith(PNG)
    for row in results["matrix"].query("round == 1").itertuples():
        assert f"{row.card} (6): Customer experience {row.share_experience:.0%}" in picture.text
    assert picture.text.count("(framed)") == 18


def test_every_place_that_is_right_is_framed(tmp_path: Path) -> None:
    """What the orange light means: documentation is the answer, and product is as right."""
    with a_store(tmp_path) as store:
        session = a_session(store, people=0, exercises=[exercise(FLAT)])
        for _person in range(3):
            seat, _secret = store.join(session.id, "")
            store.open_stage(session.id, exercise(FLAT), "sort", {}, 0)
            store.save(Change(session.id, seat.id, FLAT, 1, "router-lights", "product", 1)).result(30)
        picture = starting(Results.of(store, session), "Where the room put each card")
    assert "light mean?” (3): Product 100% (framed), Documentation 0% (framed), Marketing 0%" in picture.text
    assert "Framed: what fits best." in picture.text


def test_who_moved_is_drawn_card_by_card(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    picture = starting(results, "Who moved")
    assert png(picture).startswith(PNG)
    shift = results["shift"].query("item == 'greeted'")
    ours = f"Stayed on the best fit {shift['stayed_ours'].sum()}, Moved to the best fit {shift['moved_ours'].sum()}, "
    assert ours in picture.text


def test_ratings_are_drawn_for_both_subjects(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_rating_session(store))
    (picture,) = results.pictures()
    assert png(picture).startswith(PNG)
    first, second = exercise(RATING).subjects
    means = results["statements"].set_index(["subject", "item"])["mean"]
    for statement in exercise(RATING).statements:
        me, team = (f"{means[s.name, statement.id]:.1f}".removesuffix(".0") for s in (first, second))
        assert f"{statement.text}: {first.name} {me}, {second.name} {team}." in picture.text


def test_the_map_is_drawn_with_those_on_whom_most_depend() -> None:
    kind = the_kind()
    for rows, roles, note in (
        (said_on_both_sides(), 3, ""),
        (a_company(300, 30), 16, "Drawn are the 16 roles on which most people depend, of 30."),
    ):
        drawn, room = next(one for one in kind.activities if one.name == "map"), room_of(rows)
        (chart,) = drawn.charts(room)
        assert (len(chart.rows), chart.note) == (roles, note)
        links = {frozenset((line.one, line.other)) for line in room.of(drawn).lines}
        joined = {frozenset((chart.rows[one.first], chart.rows[one.second])) for one in chart.joins}
        assert joined == {link for link in links if link <= {*chart.rows}}
        assert png(draw(chart, kind.exercise.title)).startswith(PNG)


def test_each_exercise_has_its_own_pictures(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        results = Results.of(store, session)
    for name in (RINGS, FLAT):
        assert len(results.pictures(name)) == 3
        assert all(results.exercises[name].title in picture.text for picture in results.pictures(name))
    assert results.pictures() == [*results.pictures(RINGS), *results.pictures(FLAT)]


def test_a_question_stands_once_over_its_picture(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Tuesday", Names.OPTIONAL)
        Lead(store, session).act(
            {"action": "ask", "text": "Lunch?", "form": "choice", "options": "Good\nBad"}
        )
        for number in range(3):
            person, _secret = store.join(session.id, "")
            store.save(Change(session.id, person.id, "question-1", 1, "answer", "1", number + 1)).result(10)
        results = Results.of(store, session)
    (picture,) = results.pictures()
    assert picture.text == "Lunch? Good: Share of the answers 100%. Bad: Share of the answers 0%."
    assert re.findall(r"<h\d>(Lunch\?)</h\d>", results.show_pictures().html) == ["Lunch?"]


@pytest.mark.parametrize("people", [1, 2])
def test_pictures_of_fewer_than_three_people_show_no_shares(tmp_path: Path, people: int) -> None:
    with a_store(tmp_path) as store:
        session = a_rating_session(store, people, a_session(store, people=people))
        results = Results.of(store, session)
    assert len(results.pictures()) == 4
    for picture in results.pictures():
        assert not png(picture)
        assert picture.text.startswith("Under 3 people")
        assert "%" not in picture.text


def test_a_card_that_two_people_placed_shows_no_shares_among_others(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=0)
        for number in range(3):
            seat, _secret = store.join(session.id, "")
            store.open_stage(session.id, exercise(RINGS), "sort", {}, 0)
            cards = ("greeted", "unboxing")[: 2 if number < 2 else 1]
            for seq, card in enumerate(cards, start=1):
                store.save(Change(session.id, seat.id, RINGS, 1, card, "service", seq)).result(30)
        picture = starting(Results.of(store, session), "Where the room put each card")
    assert "an offer of help (3): Customer experience 0%, Customer service 100%" in picture.text
    assert "Opens the box at home, with some help from the cat (2): too few people." in picture.text


@needs("phrasing")
def test_the_revision_is_drawn_before_and_after(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_phrasing_session(store, session=a_session(store)))
    (picture,) = results.pictures(PHRASES)
    assert png(picture).startswith(PNG)
    assert results.exercises[PHRASES].title in picture.text
    assert len(results["revision"])
    for row in results["revision"].itertuples():
        assert f"First version {row.share_before:.0%}, Latest version {row.share_after:.0%}." in picture.text


@needs("phrasing")
def test_before_and_after_of_fewer_than_three_people_is_not_drawn(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_phrasing_session(store, people=2))
    (picture,) = results.pictures()
    assert not png(picture)
    assert picture.text.startswith("Under 3 people")


def test_what_nobody_has_answered_is_not_drawn(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Early", Names.OFF)
        open_stage(store, session, exercise(RINGS), "brief")
        said = [picture.text for picture in Results.of(store, session).pictures()]
    assert "Nobody has placed a card in round 1 yet. Look again later." in said
    assert "Nobody has sorted again yet, so nobody has moved. Look again later." in said


def test_cards_with_any_letters_can_be_drawn(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[odd_deck()])
        results = Results.of(store, session)
    pictures = results.pictures()
    assert len(pictures) == 3 and all(png(picture).startswith(PNG) for picture in pictures)
    assert "costs $x_{ & \N{PARTY POPPER}" in pictures[0].text
    assert '"' not in re.search(r'alt="([^"]*)"', pictures[0]._repr_html_())[1]


def test_subjects_and_notes_with_any_letters_can_be_drawn() -> None:
    odd = "a $x_{ & $ \\frac{"
    chart = Paired(odd, [odd], odd, series=[Series(odd, [0.5]), Series(odd, [0.25], "ours")])
    assert png(draw(chart, odd)).startswith(PNG)


def odd_deck() -> Exercise:
    """A deck whose texts are hard to draw: unbalanced formulas, emoji, quotes, letters without spaces."""
    data = exercise(RINGS).model_dump()
    texts = [
        "costs $x_{ & \N{PARTY POPPER}",
        '"quoted" <b>',
        "\N{CJK UNIFIED IDEOGRAPH-5BA2}" * 60,
        "$",
        "$$",
    ]
    for card, text in zip(data["cards"], texts, strict=False):
        card["text"] = text
    data["title"] = "a $ and \\frac{"
    return type(exercise(RINGS)).model_validate(data)
