"""Results: the tables of a session, at any moment, for people who are new to DataFrames; and the pictures."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from rooms import (
    FLAT,
    PARTNERS,
    PHRASES,
    RINGS,
    a_partners_session,
    a_phrasing_session,
    a_session,
    a_store,
    exercise,
)

from kit import export, pictures
from kit.content.exercise import Exercise
from kit.errors import SessionError
from kit.kinds import kind_of
from kit.session import Change, Names
from kit.store.store import Store
from kit.tables import COLUMNS, Results, readable

ROOT = Path(__file__).parents[1]
NOTEBOOK = json.loads((ROOT / "notebooks" / "results.ipynb").read_text(encoding="utf-8"))
PNG = b"\x89PNG\r\n"


def test_a_session_of_two_exercises_stacks_their_tables(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        results = Results.read(store, session.code)
        alone = {
            name: kind_of(used).tables(store.responses(session.id, name))
            for name, used in results.exercises.items()
        }
    assert list(alone) == [RINGS, FLAT]
    for name in set(alone[RINGS]):
        table = results[name]
        assert table.columns[0] == "exercise"
        assert list(dict.fromkeys(table["exercise"])) == [*([""] if name == "summary" else []), RINGS, FLAT]
        for exercise_id, tables in alone.items():
            part = table[table["exercise"] == exercise_id].reset_index(drop=True)
            assert_frame_equal(part[tables[name].columns], tables[name], check_dtype=False)


def test_every_table_has_its_documented_columns(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_partners_session(store, a_phrasing_session(store, session=a_session(store)))
        results = Results.read(store, session.code)
        assert set(results.names) == set(COLUMNS)
        for name, columns in COLUMNS.items():
            more = ("count_", "share_", "after_")
            known = ("exercise", *columns)
            fixed = [c for c in results[name].columns if c in known or not c.startswith(more)]
            assert fixed == ["exercise", *columns]


def test_counts_stay_whole_numbers_where_another_exercise_has_other_categories(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        matrix = Results.read(store, session.code)["matrix"]
    assert str(matrix["count_success"].dtype) == "Int64"
    assert matrix["count_success"].isna().any()
    assert str(matrix["n"].dtype) == "int64"


def test_the_summary_begins_with_the_session(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=4)
        summary = Results.read(store, session.code)["summary"]
    about = summary[summary["exercise"] == ""].set_index("measure")["value"]
    assert about["Session"] == "Tuesday's workshop"
    assert about["Join code"] == session.code
    assert about["Joined"] == 4
    assert about["Started (UTC)"] == session.created_at


def test_results_can_be_read_at_every_moment(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Early", Names.OFF)
        for moment in ("nobody", "joined", "opened", "first placement"):
            if moment == "joined":
                seat, _secret = store.join(session.id, "")
            elif moment == "opened":
                store.open_stage(session.id, exercise(RINGS), "sort", {}, 0)
            elif moment == "first placement":
                store.save(Change(session.id, seat.id, RINGS, 1, "greeted", "service", 1)).result(30)
            results = Results.read(store, session.code)
            assert set(results.names) == set(COLUMNS)
            shown = [shown_as_html(results.show(name)) for name in results]
            assert all(shown), moment
            assert export.xlsx_bytes(results) and export.csv_bytes(results)
        assert len(results["placements"]) == 1
        assert results["matrix"].set_index("item").loc["greeted", "share_service"] is not None
        assert results["matrix"].filter(like="share_").isna().all(axis=None)


def test_a_session_of_phrases_says_of_cards_that_there_are_none(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_phrasing_session(store))
    assert list(results.exercises) == [PHRASES]
    assert "Nobody has placed a card in this session." in shown_as_html(results.show("placements"))
    assert "We got your day wrong." in shown_as_html(results.show("phrases"))
    assert results["cards"]["say"].str.contains("cake by four").sum() == 3
    with_cards = results["revision"].set_index("step")
    assert with_cards.loc["own", ["n", "after"]].tolist() == [3, 3]


def test_a_session_of_cards_says_of_phrases_that_there_are_none(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    for name in ("phrases", "coverage", "traps", "revision", "votes", "cards"):
        assert results[name].empty
        said = shown_as_html(results.show(name))
        assert said.startswith("<p>") and said.endswith(".</p>")


def test_a_session_of_internal_customers_tells_who_serves_whom(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_partners_session(store))
        cards_only = Results.of(store, a_session(store, people=1))
    assert list(results.exercises) == [PARTNERS]
    links = results["links"].set_index(["needs_role", "gives_role"])["both_ways"].to_dict()
    assert links == {("HR", "IT"): True, ("IT", "HR"): True, ("HR", "Sales"): False}
    assert results["roles"].set_index("role")["holders"].to_dict() == {"IT": 1, "HR": 1, "Sales": 1}
    assert results["agreements"]["confirmed"].tolist() == [True, False]
    assert results["ratings"][["self", "received"]].isna().all(axis=None), "fewer than three people rated"
    assert "2031-06-30" in shown_as_html(results.show("agreements"))
    for name in ("roles", "links", "needs", "gaps", "ratings", "agreements"):
        assert len(results[name])
        said = shown_as_html(cards_only.show(name))
        assert said.startswith("<p>No") and said.endswith(".</p>"), said


def test_notes_of_the_facilitator_are_a_table(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        note = store.add_note(session.id, RINGS, "Ask about the car park.")
        notes = Results.read(store, session.code)["notes"]
    assert notes.to_dict("records") == [
        {"exercise": RINGS, "note": "Ask about the car park.", "at": pd.Timestamp(note.at)}
    ]


def test_names_of_people_are_in_no_table(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_session(store, names=("Zebulon",)).code)
    for name, table in results.items():
        assert "Zebulon" not in table.to_csv(), name


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    with a_store(tmp_path) as store, pytest.raises(SessionError, match="no session with the code “CDFGHJ”"):
        Results.read(store, "cdf-ghj")


def test_an_unknown_table_names_those_that_there_are() -> None:
    results = Results.empty()
    with pytest.raises(KeyError, match=r"no table “matrx”.*summary, placements, matrix"):
        results["matrx"]
    assert "matrx" not in results
    assert results.get("matrx") is None
    assert len(results) == len(COLUMNS)


def test_the_overview_helps_a_beginner(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        results = Results.read(store, session.code)
    assert f"session {session.code}, “Tuesday's workshop”: 6 people, 1 exercise" in repr(results)
    assert "summary (15), placements (114), matrix (19)" in repr(results)
    assert 'results["matrix"]' in repr(results)
    page = results._repr_html_()
    assert all(f"<code>{name}</code>" in page for name in COLUMNS)


def test_without_a_session_everything_says_so_kindly() -> None:
    results = Results.empty()
    for shown in (results, *map(results.show, results), export.downloads(results)):
        assert "There is no session yet." in shown_as_html(shown)
        assert "There is no session yet." in repr(shown)
    assert all(list(results[name].columns) == ["exercise", *COLUMNS[name]] for name in results)


def test_a_shown_table_is_cut_rounded_and_escaped(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        text = "<script>alert(1)</script> " + "w" * 200
        results = Results.read(store, a_session(store, texts=(text,)).code)
    placements = shown_as_html(results.show("placements", rows=3))
    assert placements.count("<tr") == 4
    assert "the first 3 of 114 rows" in placements
    assert re.search(r"<td>\d+%</td>", shown_as_html(results.show("matrix")))
    commitments = shown_as_html(results.show("commitments"))
    assert "<script>" not in commitments
    assert "w" * 200 in commitments


def test_a_shown_table_leaves_out_the_categories_of_other_exercises(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        results = Results.read(store, session.code)
    rings, flat = (list(table.columns) for _title, table in results.show("matrix").parts)
    assert "share_success" in rings and "share_success" not in flat
    assert "count_billing" in flat and "count_billing" not in rings


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("share", 0.256, "26%"),
        ("share_a", 0.256, "26%"),
        ("modal_share", 1.0, "100%"),
        ("kappa", 0.256, "0.26"),
        ("n", 12, "12"),
        ("late", True, "yes"),
        ("modal", None, "\N{EN DASH}"),
        ("kappa", float("nan"), "\N{EN DASH}"),
        ("count_a", pd.NA, "\N{EN DASH}"),
        ("at", pd.Timestamp("2026-01-02T03:04:05Z"), "2026-01-02 03:04"),
    ],
)
def test_values_are_readable(column: str, value: Any, text: str) -> None:
    assert readable(column, value) == text


def test_results_and_pictures_load_no_user_interface() -> None:
    wrong = ("ipywidgets", "anywidget", "tornado", "voila", "IPython", "matplotlib")
    code = f"import sys, kit.tables, kit.pictures; print(*(set({wrong!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


# Pictures


def test_the_matrix_picture_says_in_words_what_it_shows(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_session(store).code)
    picture = pictures.matrix_picture(results)
    assert picture.png.startswith(PNG)
    matrix = results["matrix"].query("round == 1")
    for row in matrix.itertuples():
        assert f"{row.card}: Customer experience {row.share_experience:.0%}, Customer service" in picture.alt
    assert '<img alt="Where the room put each card, round 1: ' in shown_as_html(picture)


def test_the_shift_picture_counts_who_moved(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_session(store).code)
    picture = pictures.shift_picture(results)
    assert picture.png.startswith(PNG)
    shift = results["shift"].query("item == 'greeted'")
    moved = f"6 people, {shift['towards'].sum()} towards our answer, {shift['stayed'].sum()} stayed"
    assert moved in picture.alt


def test_pictures_show_the_latest_exercise_unless_asked(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        results = Results.read(store, session.code)
    assert results.exercises[FLAT].title in pictures.matrix_picture(results).alt
    assert results.exercises[RINGS].title in pictures.matrix_picture(results, RINGS).alt
    assert results.exercises[RINGS].title in pictures.shift_picture(results, RINGS).alt


@pytest.mark.parametrize("people", [1, 2])
def test_pictures_of_fewer_than_three_people_show_no_shares(tmp_path: Path, people: int) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_session(store, people=people).code)
    for picture in (pictures.matrix_picture(results), pictures.shift_picture(results)):
        assert not picture.png
        assert picture.alt.startswith("Under 3 people")
        assert "%" not in picture.alt


def test_a_card_that_two_people_placed_shows_no_shares_among_others(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=0)
        for number in range(3):
            seat, _secret = store.join(session.id, "")
            store.open_stage(session.id, exercise(RINGS), "sort", {}, 0)
            cards = ("greeted", "unboxing")[: 2 if number < 2 else 1]
            for seq, card in enumerate(cards, start=1):
                store.save(Change(session.id, seat.id, RINGS, 1, card, "service", seq)).result(30)
        picture = pictures.matrix_picture(Results.read(store, session.code))
    assert "an offer of help: Customer experience 0%, Customer service 100%" in picture.alt
    assert "Opens the box at home: too few people." in picture.alt


def test_the_revision_picture_tells_before_and_after(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_phrasing_session(store, session=a_session(store)).code)
    picture = pictures.revision_picture(results)
    assert picture.png.startswith(PNG)
    assert results.exercises[PHRASES].title in picture.alt
    assert len(results["revision"])
    for row in results["revision"].itertuples():
        told = f"{row.step_title}: {row.share_before:.0%} before, {row.share_after:.0%} after, of 3 phrases."
        assert told in picture.alt


@pytest.mark.parametrize("people", [2, 3])
def test_a_revision_by_fewer_than_three_people_is_not_drawn(tmp_path: Path, people: int) -> None:
    with a_store(tmp_path) as store:
        results = Results.read(store, a_phrasing_session(store, people=people).code)
    picture = pictures.revision_picture(results)  # the first person doesn't revise
    assert not picture.png
    assert picture.alt.startswith("Under 3 people")


def test_nothing_to_draw_is_said_kindly(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, store.create_session("Early", Names.OFF))
    assert "Nobody has placed a card in round 1 yet." in shown_as_html(pictures.matrix_picture(results))
    assert "Nobody has sorted again yet" in shown_as_html(pictures.shift_picture(results))
    assert "Nobody has revised a phrase yet." in shown_as_html(pictures.revision_picture(results))
    assert "There is no session yet." in pictures.matrix_picture(Results.empty()).alt
    assert "There is no session yet." in pictures.revision_picture(Results.empty()).alt


def test_cards_with_any_letters_can_be_drawn(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[odd_deck()])
        results = Results.read(store, session.code)
    picture = pictures.matrix_picture(results)
    assert picture.png.startswith(PNG)
    assert "costs $x_{ & \N{PARTY POPPER}" in picture.alt
    assert '"' not in re.search(r'alt="([^"]*)"', shown_as_html(picture))[1]
    assert pictures.shift_picture(results).png.startswith(PNG)


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


# The notebook


def test_the_notebook_is_stored_as_it_should_be() -> None:
    assert NOTEBOOK["metadata"]["kernelspec"]["name"] == "python3"
    assert NOTEBOOK["metadata"]["voila"] == {"template": "workshop"}
    for cell in code_cells():
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert 1 <= len(cell["source"]) <= 3
    assert len(NOTEBOOK["cells"]) >= 2 * len(code_cells())


MOMENTS = ("no session", "empty session", "two people", "full session", "phrases only", "two kinds")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_notebook_runs_at_every_moment(tmp_path: Path, moment: str) -> None:
    with a_store(tmp_path) as store:
        for shown in run_notebook(results_at(store, moment)):
            assert shown_as_html(shown).strip(), moment


def test_what_the_notebook_offers_for_copying_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join("".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(snippets) == 5
    with a_store(tmp_path) as store:
        names = {"results": results_at(store, "two kinds")}
    shown = [run_cell(snippet, names) for snippet in snippets]
    assert shown[1].to_numpy().sum() == len(names["results"]["placements"].query("round == 1"))
    assert_frame_equal(
        pd.read_excel("matrix.xlsx"), names["results"]["matrix"], check_dtype=False, check_column_type=False
    )


def results_at(store: Store, moment: str) -> Results:
    if moment == "no session":
        return Results.empty()
    if moment == "empty session":
        return Results.of(store, store.create_session("Early", Names.OFF))
    if moment == "phrases only":
        return Results.of(store, a_phrasing_session(store))
    session = a_session(store, people=2 if moment == "two people" else 6)
    return Results.of(store, a_phrasing_session(store, session=session) if moment == "two kinds" else session)


def code_cells() -> list[dict[str, Any]]:
    return [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def run_notebook(results: Results) -> list[Any]:
    """What the cells show, after those that pick the session (a browser test has them)."""
    sources = ["".join(cell["source"]) for cell in code_cells()]
    picks = next(number for number, source in enumerate(sources) if "results = " in source)
    names = {"results": results, "pictures": pictures, "export": export}
    return [results, *(run_cell(source, names) for source in sources[picks + 1 :])]


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as Jupyter does: the value of its last line is what it shows."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def shown_as_html(value: Any) -> str:
    return value._repr_html_()
