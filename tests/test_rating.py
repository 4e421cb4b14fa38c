"""The kind ``rating``: what it takes, shows and counts, by hand-made rooms whose right numbers stand here."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from onstage import (
    Said,
    alone,
    asked,
    chosen,
    everybody_answers,
    phone,
    progress,
    projector,
    responses_of,
    room_at,
    tables_on,
)
from readable import text_of
from rooms import EXERCISES, WAIT_SECONDS, exercise

from kit.activities.activity import Room
from kit.cli import main
from kit.errors import ResponseError
from kit.kinds import kind_of
from kit.kinds.rating import Rating
from kit.library import load
from kit.pages.rendering import signed
from kit.report.files import export
from kit.room import Position, open_stage
from kit.session import Names, Session
from kit.store.store import Store

SERVICE = "how-good-is-our-service"
FEW = "Fewer than three people rated it"
FEW_BOTH = "Fewer than three people rated both"
STATEMENTS = ["overall", "reachable", "promises", "mistakes", "easy", "listening"]

# Of each person the ratings of "overall" and "promises", of me (round 1) and of my team (round 2). Everybody but P4
# and P5 rated both subjects.
MINE = {"P1": (4, 2), "P2": (5, 2), "P3": (3, 2), "P4": (1, None)}
OURS = {"P1": (3, 4), "P2": (3, 4), "P3": (2, 5), "P5": (5, None)}


def rows_of(*rounds: dict[str, tuple[int | None, int | None]]) -> list[Said]:
    return [
        (person, number, item, str(value))
        for number, given in enumerate(rounds, 1)
        for person, values in given.items()
        for item, value in zip(("overall", "promises"), values, strict=True)
        if value
    ]


@pytest.fixture
def kind() -> Rating:
    found = kind_of(exercise(SERVICE))
    assert isinstance(found, Rating)
    return found


@pytest.fixture
def one_subject(tmp_path: Path) -> Rating:
    """The exercise of somebody who asks for one subject only, and brings no guide."""
    head, _subjects, rest = (EXERCISES / f"{SERVICE}.yaml").read_text(encoding="utf-8").partition("subjects:")
    sources = rest[rest.index("sources:") : rest.index("guide:")]
    without = "".join(line for line in head.splitlines(True) if not line.startswith("warm_up"))
    (tmp_path / f"{SERVICE}.yaml").write_text(without + sources, encoding="utf-8")
    return Rating(load(tmp_path / f"{SERVICE}.yaml"))


@pytest.fixture
def five_people() -> pd.DataFrame:
    """See ``MINE`` and ``OURS``; and some answers that an edited exercise no longer knows."""
    gone = [("P1", 1, "gone", "3"), ("P2", 1, "easy", "6"), ("P2", 2, "easy", "six"), ("P3", 3, "easy", "2")]
    return responses_of([*rows_of(MINE, OURS), *gone, ("P1", 0, "commitment", "I call back.")])


# the script


def test_there_is_a_stage_for_each_subject_and_one_to_look_at_both(kind: Rating) -> None:
    assert [stage.id for stage in kind.script] == ["brief", "rate", "rate-second", "result", "debrief"]
    assert [sorted(stage.rounds) for stage in kind.script] == [[], [1], [2], [], [0]]
    assert sum(kind.minutes.values()) == 25


def test_a_persons_ratings_stand_in_the_exercise_s_order(kind: Rating) -> None:
    statements = [statement.id for statement in kind.exercise.statements]
    rows = [("P1", 1, item, "3") for item in sorted(statements)]
    assert sorted(statements) != statements
    assert list(kind.frames(Room(responses_of(rows)))["rated"]["item"]) == statements


def test_with_one_subject_nobody_rates_twice(one_subject: Rating) -> None:
    assert [stage.id for stage in one_subject.script] == ["brief", "rate", "result", "debrief"]
    assert "differences" not in {table.name for table in one_subject.tables}
    assert "differences" not in one_subject.frames(Room.empty())
    assert all(one_subject.cue(stage.id) for stage in one_subject.script), "the words are the kind's"
    shown = projector(one_subject, "result", room_at(one_subject, "result", responses_of(rows_of(MINE))))
    assert len(tables_on(shown)) == 2 and "The gap" not in shown, (
        "at a glance, and for the console in numbers"
    )


@pytest.mark.parametrize(
    ("round", "item", "value", "text"),
    [
        (1, "overall", "6", "“6” can't be chosen here. Use one of: 1, 2, 3, 4, 5."),
        (1, "overall", "0", "“0” can't be chosen here."),
        (2, "overall", "", "“” can't be chosen here."),
        (1, "overall", "٣", "“٣” can't be chosen here."),
        (1, "no-such", "3", "Round 1 takes no “no-such” now. Please reload the page."),
        (3, "overall", "3", "Round 3 takes no “overall” now."),
    ],
)
def test_what_cant_be_taken_says_why(kind: Rating, round: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as refused:
        kind.script.accept(round, item, value)
    assert text in str(refused.value)


# phone, projector, learner


def test_a_phone_asks_for_every_statement_with_what_the_points_mean(kind: Rating) -> None:
    room = room_at(kind, "rate", responses_of([]))
    shown = phone(kind, "rate", room, {(1, "overall"): "4", (1, "easy"): "9", (2, "promises"): "2"})
    assert asked(shown) == STATEMENTS and chosen(shown) == {"overall": "4"}
    text = text_of(shown)
    assert (
        text.count("My own service") == text.count("How good is it, honestly?") == 6
        and "[form of round 1]" in text
    )
    assert "[radio overall] 1 Poor" in text and "[radio overall] 5 Outstanding" in text
    assert progress(kind, "rate", room, {(1, "overall"): "4", (2, "promises"): "2"}) == (1, 6)
    second = phone(kind, "rate-second", room, {(1, "overall"): "4", (2, "promises"): "2"})
    assert chosen(second) == {"promises": "2"} and "My team's service" in text_of(second)


def test_while_people_rate_nobody_sees_how(kind: Rating, five_people: pd.DataFrame) -> None:
    for stage in ("brief", "rate", "rate-second"):
        room = room_at(kind, stage, five_people)
        for shown in (projector(kind, stage, room), phone(kind, stage, room, {}, "P9")):
            assert "%" not in shown and "<table" not in shown and "checked" not in shown
            assert "Toister" not in shown, "whoever hears a number first gives one close to it"


def test_the_projector_shows_both_subjects_and_the_gap_side_by_side(
    kind: Rating, five_people: pd.DataFrame
) -> None:
    shown = projector(kind, "result", room_at(kind, "result", five_people))
    glance, mine, ours, both = tables_on(shown)
    assert glance == [
        ["Statement", "", "○ My own service", "● My team's service", "Gap"],
        ["Keeping promises, the small ones too", "", "2.0", "4.3", "−2.3"],
        ["All in all", "", "4.0", "2.7", "+1.3"],
    ], "of those who rated both, the widest gap first"
    assert "Each is rated higher on 1 of 2 statements." in shown
    assert both == [
        ["Statement", "My own service", "My team's service", "Gap"],
        ["All in all", "4.0", "2.7", "+1.3"],
        ["Keeping promises, the small ones too", "2.0", "4.3", "−2.3"],
    ]
    assert [mine, ours, both] == tables_on(
        phone(kind, "result", room_at(kind, "result", five_people), {}, "P9")
    )


def test_a_phone_shows_shares_means_and_the_gap(kind: Rating, five_people: pd.DataFrame) -> None:
    mine, ours, gap = tables_on(phone(kind, "result", room_at(kind, "result", five_people), {}, "P9"))
    assert mine[0] == ["Statement", "1 Poor", "2 Patchy", "3 All right", "4 Good", "5 Outstanding", "Mean"]
    assert mine[1] == ["All in all", "25 %", "0 %", "25 %", "25 %", "25 %", "3.2"]
    assert mine[2] == ["Being there when a customer needs somebody", FEW, "–"]
    assert mine[3] == ["Keeping promises, the small ones too", "0 %", "100 %", "0 %", "0 %", "0 %", "2.0"]
    assert ours[1] == ["All in all", "0 %", "25 %", "50 %", "0 %", "25 %", "3.2"]
    assert gap[0] == ["Statement", "My own service", "My team's service", "Gap"]
    assert gap[1] == ["All in all", "4.0", "2.7", "+1.3"], "only of the three who rated both"
    assert gap[2:] == [["Keeping promises, the small ones too", "2.0", "4.3", "−2.3"]]
    assert len(mine) == len(ours) == 1 + len(STATEMENTS)


def test_a_phone_sees_the_room_its_own_ratings_and_the_evidence(
    kind: Rating, five_people: pd.DataFrame
) -> None:
    room = room_at(kind, "result", five_people)
    shown = phone(kind, "result", room, person="P1")
    assert [table.count("(you)") for table in shown.split("<table")[1:]] == [2, 2, 0]
    assert 'data-name="4 Good (you)"' in shown and 'data-name="3 All right (you)"' in shown
    assert "In the groups that Jeff Toister asked" in shown
    assert "(you)" not in phone(kind, "result", room, {}, "P9")


@pytest.mark.parametrize("people", [("P1",), ("P1", "P2")])
def test_under_three_people_there_are_no_shares_and_no_means(kind: Rating, people: tuple[str, ...]) -> None:
    rows = [row for row in rows_of(MINE, OURS) if row[0] in people]
    room = room_at(kind, "result", responses_of(rows))
    beats = kind.script.stage("result").beats(room)  # type: ignore[union-attr]
    steps = [projector(kind, "result", replace(room, beat=beat.id)) for _activity, beat in beats]
    for shown in (projector(kind, "result", room), phone(kind, "result", room, person="P1"), *steps):
        for row in (row for table in tables_on(shown) for row in table[1:]):
            assert row[1] in (FEW, FEW_BOTH) and row[2:] in (["–"], [], [FEW, "–"])
    waiting = phone(kind, "result", replace(room, beat=beats[0][1].id))
    assert "From three people on" in waiting and "Look up" not in waiting
    tables = kind.frames(Room(responses_of(rows)))
    figures = tables["statements"].drop(columns=["subject", "item", "statement", "n"])
    assert figures.filter(like="share_").isna().all(axis=None) and figures["mean"].isna().all()
    assert tables["differences"][["first", "second", "difference"]].isna().all(axis=None)
    summary = dict(tables["summary"].itertuples(index=False))
    assert summary["Mean rating, My own service"] is None


def test_three_who_rated_and_two_who_rated_both_show_shares_and_no_gap(kind: Rating) -> None:
    rows = rows_of(MINE, {person: OURS[person] for person in ("P1", "P2")})
    tables = kind.frames(Room(responses_of(rows)))
    assert tables["differences"].set_index("item").loc["overall", "n"] == 2
    assert tables["differences"]["difference"].isna().all()
    room = room_at(kind, "result", responses_of(rows))
    mine, _ours, gap = tables_on(phone(kind, "result", room, {}, "P9"))
    assert mine[1][-1] == "3.2" and gap[1] == ["All in all", FEW_BOTH]
    assert tables_on(projector(kind, "result", room))[-1] == gap


def steps_of(kind: Rating, people: pd.DataFrame) -> dict[str, str]:
    """What the projector shows of the result in each beat, by its id."""
    room = room_at(kind, "result", people)
    beats = [beat for _activity, beat in kind.script.stage("result").beats(room)]  # type: ignore[union-attr]
    return {beat.id: projector(kind, "result", replace(room, beat=beat.id)) for beat in beats}


def test_each_statement_comes_by_itself_first_how_it_was_rated_then_its_mean(
    kind: Rating, five_people: pd.DataFrame
) -> None:
    steps = steps_of(kind, five_people)
    every = [f"difference/{item}{beat}" for item in ("promises", "overall") for beat in ("", "/mean")]
    assert list(steps) == ["difference", *every, "difference//1", "note//1"], "the widest gap first"
    assert "5 of us have rated." in text_of(steps["difference"])
    spread, mean = (text_of(steps[f"difference/overall{beat}"]) for beat in ("", "/mean"))
    (rows,) = tables_on(steps["difference/overall"])
    assert rows[1:] == [
        ["5 Outstanding", "25 %", "25 %"],
        ["4 Good", "25 %", "0 %"],
        ["3 All right", "25 %", "50 %"],
        ["2 Patchy", "0 %", "25 %"],
        ["1 Poor", "25 %", "0 %"],
    ]
    assert "Statement 2 of 2" in spread and "4 of us rated it" in spread and "3.2" not in spread
    assert "○ My own service 3.2" in mean and "● My team's service 3.2" in mean
    assert "Gap +1.3, of the 3 who rated both: 4.0 and 2.7" in mean


def test_the_big_screen_says_why_there_is_no_gap_between_two_means(kind: Rating) -> None:
    """Three rated the team, of whom only two rated themselves as well."""
    rows = responses_of(rows_of(MINE, {person: OURS[person] for person in ("P1", "P2", "P5")}))
    mean = text_of(steps_of(kind, rows)["difference/overall/mean"])
    assert "○ My own service 3.2\n● My team's service 3.7\nNo gap: fewer than three of us rated both" in mean


def test_a_phone_shows_a_mean_when_the_big_screen_has_shown_it(
    kind: Rating, one_subject: Rating, five_people: pd.DataFrame
) -> None:
    for one, rows, tables in ((kind, five_people, 3), (one_subject, responses_of(rows_of(MINE)), 1)):
        room, name = room_at(one, "result", rows), next(iter(steps_of(one, rows)))
        seen = {beat: phone(one, "result", replace(room, beat=beat)) for beat in steps_of(one, rows)}
        first = "promises" if one is kind else "overall"
        assert "<table" not in seen[name] + seen[f"{name}/{first}"], "nothing before its mean is up front"
        passed = tables_on(seen[f"{name}/{first}/mean"])
        assert len(passed) == tables and {len(table) for table in passed} == {2}
        assert "Look up: the means come one by one" in seen[f"{name}/{first}/mean"]
        for beat, note in ((f"{name}//1", False), ("note//1", True), ("", True)):
            shown = seen.get(beat) or phone(one, "result", room)
            assert "Look up" not in shown and len(tables_on(shown)[0]) == 1 + len(STATEMENTS)
            assert ("Jeff Toister" in shown) is note


def test_the_gap_is_what_is_left_between_the_numbers_that_are_shown(kind: Rating) -> None:
    # Of 50 people 114 and 177 points: 2.28 and 3.54, 1.26 apart; but the room reads 2.3 and 3.5.
    mine = {f"P{n}": (3 if n < 14 else 2, None) for n in range(50)}
    ours = {f"P{n}": (4 if n < 27 else 3, None) for n in range(50)}
    room = room_at(kind, "result", responses_of(rows_of(mine, ours)))
    glance, _mine, _ours, both = tables_on(projector(kind, "result", room))
    first, second, gap = glance[1][2:]
    assert (first, second) == ("2.3", "3.5") and gap == "−1.2" == both[1][-1]


def test_a_gap_that_rounds_to_nothing_has_no_sign() -> None:
    shown = [signed(number) for number in (1.25, 0.04, 0.0, -0.048, -0.66)]
    assert shown == ["+1.2", "0.0", "0.0", "0.0", "−0.7"]


def test_one_subject_goes_from_a_breath_to_all_means(one_subject: Rating) -> None:
    steps = steps_of(one_subject, responses_of(rows_of(MINE)))
    assert list(steps) == [
        "difference",
        *(f"difference/{item}{m}" for item in ("overall", "promises") for m in ("", "/mean")),
        "difference//1",
        "note//1",
    ]
    assert "4 of us rated it" in text_of(steps["difference/overall"])
    assert "3.2" in text_of(steps["difference/overall/mean"]) and "Gap" not in text_of(
        steps["difference/overall/mean"]
    )
    assert "Our means go from 2.0 to 3.2." in text_of(steps["difference//1"])


def test_whatever_statements_and_subjects_are_called_each_step_has_an_id_of_its_own(kind: Rating) -> None:
    data = kind.exercise.model_dump()
    data["statements"] = [{"id": name, "text": name} for name in ("overview", "b-c", "c", "b-overview")]
    data["subjects"] = [{"id": "a", "name": "A"}, {"id": "a-b", "name": "B"}]
    named = Rating(type(kind.exercise).model_validate(data))
    room = everybody_answers(named, "result")
    ids = [beat.id for _activity, beat in named.script.stage("result").beats(room)]  # type: ignore[union-attr]
    assert len(set(ids)) == len(ids) == 1 + 2 * 4 + 1, "no note of these"


def test_a_learner_rates_both_subjects_alone(kind: Rating) -> None:
    shown = alone(kind, {(1, "overall"): "4", (2, "overall"): "2"})
    text = text_of(shown)
    assert "[form of round 1]" in text and "[form of round 2]" in text
    assert shown.count(" checked") == 2
    practice = kind.practice(1)
    assert (practice.accept(1, "easy", "5"), practice.accept(2, "easy", "1")) == ("5", "1")
    with pytest.raises(ResponseError, match="Round 3 takes no “easy” now"):
        practice.accept(3, "easy", "1")


def test_a_learner_reads_the_evidence_once_everything_is_rated(kind: Rating) -> None:
    everything = {(number, item): "4" for number in (1, 2) for item in STATEMENTS}
    unfinished = {key: value for key, value in everything.items() if key != (2, "easy")}
    evidence = "In the groups that Jeff Toister asked"
    assert evidence in alone(kind, everything) and evidence not in alone(kind, unfinished)


def test_a_learner_sees_their_own_means_and_the_widest_gap(kind: Rating, one_subject: Rating) -> None:
    alike = {(number, item): "4" for number in (1, 2) for item in STATEMENTS}
    shown = text_of(alone(kind, alike | {(2, "listening"): "1"}))
    assert "My own service: 4.0" in shown and "My team's service: 3.5" in shown, "(5 × 4 + 1) / 6"
    assert "The widest gap: “Listening to the end before answering”, 4 and 1." in shown
    assert "widest gap" not in alone(kind, alike)
    assert "On average: 4.0" in text_of(alone(one_subject, alike))


# tables


def test_every_rating_is_a_row(kind: Rating, five_people: pd.DataFrame) -> None:
    rated = kind.frames(Room(five_people.assign(late=False)))["rated"]
    assert list(rated) == ["participant", "subject", "item", "statement", "rating", "at", "late"]
    assert len(rated) == 14 and rated["rating"].sum() == sum(value for row in VALUES for value in row)
    mine = rated[rated["subject"] == "My own service"]
    assert mine["participant"].tolist() == ["P1", "P1", "P2", "P2", "P3", "P3", "P4"]
    assert mine.iloc[0][["item", "statement", "rating"]].tolist() == ["overall", "All in all", 4]


VALUES = [tuple(value for value in row if value) for row in (*MINE.values(), *OURS.values())]


def test_statements_are_counted_for_each_subject(kind: Rating, five_people: pd.DataFrame) -> None:
    table = kind.frames(Room(five_people))["statements"]
    assert len(table) == 2 * len(STATEMENTS)
    rows = table.set_index(["subject", "item"])
    overall = rows.loc[("My own service", "overall")]
    assert overall["n"] == 4 and overall["mean"] == pytest.approx(13 / 4)
    assert [overall[f"count_{point}"] for point in range(1, 6)] == [1, 0, 1, 1, 1]
    assert [overall[f"share_{point}"] for point in range(1, 6)] == [0.25, 0, 0.25, 0.25, 0.25]
    promises = rows.loc[("My team's service", "promises")]
    assert promises["n"] == 3 and promises["mean"] == pytest.approx(13 / 3)
    assert rows["n"].sum() == 14
    nobody = rows.loc[("My team's service", "easy")]
    assert nobody["n"] == 0 and pd.isna(nobody["mean"]) and pd.isna(nobody["share_1"])


def test_differences_are_of_the_people_who_rated_both(kind: Rating, five_people: pd.DataFrame) -> None:
    table = kind.frames(Room(five_people))["differences"].set_index("item")
    assert table["n"].to_dict() == {"overall": 3, "promises": 3}, "what nobody rated twice isn't there"
    overall = table.loc["overall"]
    assert (overall["first"], overall["second"]) == (pytest.approx(4), pytest.approx(8 / 3))
    assert overall["difference"] == pytest.approx(4 / 3)
    assert table.loc["promises", "difference"] == pytest.approx(2 - 13 / 3)


def test_differences_stand_in_the_exercises_order_whatever_was_rated_first(kind: Rating) -> None:
    rows = [("P1", round, item, "3") for round in (1, 2) for item in reversed(STATEMENTS)]
    assert kind.frames(Room(responses_of(rows)))["differences"]["item"].tolist() == STATEMENTS


def test_the_summary_has_people_and_means_of_both(kind: Rating, five_people: pd.DataFrame) -> None:
    summary = dict(kind.frames(Room(five_people))["summary"].itertuples(index=False))
    assert summary["Exercise"] == "How good is our service?" and summary["Commitments"] == 1
    assert summary["Participants, My own service"] == summary["Participants, My team's service"] == 4
    assert summary["Mean rating, My own service"] == pytest.approx(19 / 7)
    assert summary["Mean rating, My team's service"] == pytest.approx(26 / 7)


def test_an_empty_room_has_every_table_with_its_columns(kind: Rating, five_people: pd.DataFrame) -> None:
    full = {name: list(table) for name, table in kind.frames(Room(five_people)).items()}
    empty = {name: list(table) for name, table in kind.frames(Room(five_people[:0])).items()}
    assert empty == full
    assert set(full) == {table.name for table in kind.tables}


# faults


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  - Outstanding\n", "  - poor\n", "names label 'poor' twice"),
        ("id: reachable", "id: overall", "the id 'overall' belongs to an earlier statement"),
        (
            "  rate-second:\n",
            "  rate-third:\n",
            "'guide' of the exercise names the stage 'rate-third'. "
            "Use one of: warm-up, brief, rate, rate-second, result, debrief.",
        ),
    ],
)
def test_workshop_check_names_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, fault: str
) -> None:
    text = (EXERCISES / f"{SERVICE}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{SERVICE}.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path)]) == 0
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().out
    assert fault in said and f"{SERVICE}.yaml, line " in said


# files


@pytest.fixture
def rated(store: Store) -> Session:
    """Five people have rated as in ``MINE`` and ``OURS``, by their phones."""
    session = store.create_session("Tuesday", Names.OPTIONAL)
    seats = {f"P{number}": store.join(session.id, f"Name {number}")[0] for number in range(1, 6)}
    for stage in ("rate", "rate-second", "debrief"):
        open_stage(store, session, exercise(SERVICE), stage)
    said = [*rows_of(MINE, OURS), ("P2", 0, "commitment", "I call back.")]
    for seq, (person, round, item, value) in enumerate(said, 1):
        message = {"exercise": SERVICE, "round": round, "item": item, "value": value, "seq": seq}
        change = Position.read(store, session).accept(seats[person], message)
        store.save(change).result(WAIT_SECONDS)
    return session


def test_the_csv_has_a_row_for_each_rating(store: Store, rated: Session) -> None:
    text = export(store, rated, ".csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["rating"]]
    assert len(rows) == 14
    first = {key: rows[0][key] for key in ("exercise", "participant", "subject", "item", "rating")}
    assert first == {
        "exercise": SERVICE,
        "participant": "P1",
        "subject": "My own service",
        "item": "overall",
        "rating": "4",
    }
    assert "Name 1" not in text


def test_the_workbook_has_a_sheet_for_each_table(store: Store, rated: Session) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(store, rated, ".xlsx").content))
    sheets = {sheet.title.casefold(): sheet for sheet in book.worksheets}
    assert {"rated", "statements", "differences", "commitments"} <= sheets.keys()
    head, *rows = sheets["differences"].iter_rows(values_only=True)
    first = dict(zip(head, rows[0], strict=True))
    assert (first["item"], first["n"], first["first"]) == ("overall", 3, 4)
    assert first["difference"] == pytest.approx(4 / 3)


def test_the_json_has_everything_that_was_said(store: Store, rated: Session) -> None:
    data = json.loads(export(store, rated, ".json").content)
    said = json.dumps(data)
    assert "I call back." in said and "Name 5" in said and '"promises"' in said
