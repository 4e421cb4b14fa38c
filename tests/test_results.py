"""Results: the tables of a session, at any moment, for people who are new to DataFrames; and the notebook."""

import ast
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from diary import a_diary
from pandas.testing import assert_frame_equal
from rooms import (
    FLAT,
    PARTNERS,
    PHRASES,
    RATING,
    RINGS,
    a_partners_session,
    a_phrasing_session,
    a_rating_session,
    a_session,
    a_store,
    exercise,
    needs,
)

from kit.activities.activity import Share
from kit.kinds import kind_of
from kit.report import files
from kit.report.shown import readable
from kit.report.shown import table as table_shown
from kit.report.tables import Results
from kit.room import open_stage
from kit.session import Change, Names
from kit.store.store import Store

ROOT = Path(__file__).parents[1]
NOTEBOOK = json.loads((ROOT / "notebooks" / "results.ipynb").read_text(encoding="utf-8"))
EXERCISES = [
    RINGS,
    RATING,
    pytest.param(PHRASES, marks=needs("phrasing")),
    pytest.param(PARTNERS, marks=needs("partners")),
]


def test_a_session_has_the_tables_of_its_exercises_in_their_order(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        sorts = "summary placements matrix agreement split shift moments commitments notes".split()
        assert list(Results.of(store, session)) == sorts
        a_rating_session(store, session=session)
        both = [*sorts[:-1], "rated", "statements", "differences", "notes"]
        assert list(Results.of(store, session)) == both
        assert list(Results.of(store, a_rating_session(store)).names)[:2] == ["summary", "rated"]


@pytest.mark.parametrize("name", EXERCISES)
def test_every_table_has_the_columns_that_its_activity_declares(tmp_path: Path, name: str) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Early", Names.OFF)
        open_stage(store, session, exercise(name), next(iter(kind_of(exercise(name)).script)).id)
        results = Results.of(store, session)
    assert results.keys() == results.tables.keys()
    for table in results.tables.values():
        wide = [column.replace("*", r"[\w-]+") for column in table.columns.split()]
        pattern = "exercise" + "".join(f"( {c})*" if "[" in c else f"( {c.rstrip('?')})" for c in wide)
        assert re.fullmatch(pattern, " ".join(results[table.name].columns)), table.name
        assert table.about, table.name
        assert re.fullmatch("(?!history$)[a-z-]{1,31}", table.name), "a sheet of a workbook has its name"
        assert set(table.answers.split()) <= set(results[table.name].columns), table.name


def test_a_kind_that_nobody_knows_by_name_has_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_diary(store, monkeypatch, ["monday", "friday", "friday"]))
    assert results.names == ("summary", "wishes", "popular", "notes")
    assert results["wishes"]["day"].tolist() == ["monday", "friday", "friday"]
    assert "wishes (3), popular (2), notes (0)" in repr(results)
    assert 'results.show("wishes")' in repr(results)
    page = shown_as_html(results.show_tables())
    note = "<code>day</code> is what they <em>wrote</em>, &lt;b&gt;not&lt;/b&gt; 2 * 3 * 4."
    assert f"<h4>Who wishes for which day <code>wishes</code></h4><p>{note}</p>" in page
    assert "<td>67%</td>" in page
    assert page.index("wishes, 3 rows") < page.index("popular, 2 rows")
    assert "<img" in shown_as_html(results.show_pictures())


def test_a_session_of_two_exercises_stacks_their_tables(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        stacked = Results.of(store, session)
        alone = {
            name: Results.of(store, a_session(store, exercises=[exercise(name)])) for name in (RINGS, FLAT)
        }
    assert list(stacked.exercises) == [RINGS, FLAT]
    for name in set(stacked) - {"summary", "notes"}:
        table = stacked[name]
        assert table.columns[0] == "exercise"
        assert list(dict.fromkeys(table["exercise"])) == [RINGS, FLAT]
        assert set(table.columns) == {
            column for results in alone.values() for column in results[name].columns
        }
    rings = stacked["matrix"][stacked["matrix"]["exercise"] == RINGS]
    own = alone[RINGS]["matrix"]
    assert_frame_equal(rings[own.columns].reset_index(drop=True), own, check_dtype=False)
    assert list(dict.fromkeys(stacked["summary"]["exercise"])) == ["", RINGS, FLAT]


def test_counts_stay_whole_numbers_where_another_exercise_has_other_categories(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        matrix = Results.of(store, session)["matrix"]
    assert str(matrix["count_success"].dtype) == "Int64"
    assert matrix["count_success"].isna().any()
    assert str(matrix["n"].dtype) == "int64"


def test_the_summary_begins_with_the_session(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=4)
        summary = Results.of(store, session)["summary"]
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
            results = Results.of(store, session)
            assert all(shown_as_html(results.show(name)) for name in results), moment
            for shown in (results.show_pictures(), results.show_tables()):
                assert shown_as_html(shown) and repr(shown), moment
            assert files.xlsx_bytes(results) and files.csv_bytes(results)
        assert len(results["placements"]) == 1
        assert results["matrix"].set_index("item").loc["greeted", "share_service"] is not None
        assert results["matrix"].filter(like="share_").isna().all(axis=None)


@pytest.mark.parametrize("name", EXERCISES)
def test_of_what_nobody_has_answered_it_says_so(tmp_path: Path, name: str) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Early", Names.OFF)
        open_stage(store, session, exercise(name), next(iter(kind_of(exercise(name)).script)).id)
        results = Results.of(store, session)
        page = shown_as_html(results.show_tables())
        pictures = shown_as_html(results.show_pictures())
    for table in results.tables.values():
        if results[table.name].empty:
            said = shown_as_html(results.show(table.name))
            assert re.fullmatch(r"<p>.+\.</p>", said), said
            assert table.name == "notes" or said in page
    assert "<img" not in pictures


@needs("phrasing")
def test_a_session_of_phrases_tells_what_people_wrote(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_phrasing_session(store))
    assert list(results.exercises) == [PHRASES]
    assert "placements" not in results
    assert "We got your day wrong." in shown_as_html(results.show("phrases"))
    assert results["cards"]["say"].str.contains("cake by four").sum() == 3
    with_cards = results["revision"].set_index("step")
    assert with_cards.loc["own", ["n", "after"]].tolist() == [4, 3], "who didn't revise counts as before"


@needs("partners")
def test_a_session_of_internal_customers_tells_who_serves_whom(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_partners_session(store))
    assert list(results.exercises) == [PARTNERS]
    links = results["links"].set_index(["needs_role", "gives_role"])["runs"].to_dict()
    assert links == {("HR", "IT"): "both_ways", ("IT", "HR"): "both_ways", ("HR", "Sales"): "one_way"}
    assert results["roles"].set_index("role")["holders"].to_dict() == {"IT": 1, "HR": 1, "Sales": 1}
    assert results["agreements"]["confirmed"].tolist() == [True, False]
    assert results["ratings"][["self", "received"]].isna().all(axis=None), "fewer than three people rated"
    assert "Monday, 30 June 2031" in shown_as_html(results.show("agreements"))
    assert all(len(results[name]) for name in ("roles", "links", "needs", "gaps", "ratings", "agreements"))


def test_notes_of_the_facilitator_are_a_table(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        note = store.add_note(session.id, RINGS, "Ask about the car park.")
        results = Results.of(store, session)
    expected = {"exercise": RINGS, "note": "Ask about the car park.", "at": pd.Timestamp(note.at)}
    assert results["notes"].to_dict("records") == [expected]
    shown = shown_as_html(results.show("notes"))
    assert "Experience, service or success?: notes, 1 row" in shown and "Ask about the car park." in shown


def test_names_of_people_are_in_no_table(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store, names=("Zebulon",)))
    for name, table in results.items():
        assert "Zebulon" not in table.to_csv(), name
    assert "Zebulon" not in shown_as_html(results.show_tables())


def test_an_unknown_table_names_those_that_there_are(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store, people=1))
    for look in (results.__getitem__, results.show):
        with pytest.raises(KeyError, match=r"no table “matrx”.*summary, placements, matrix"):
            look("matrx")
    assert "matrx" not in results
    assert results.get("matrx") is None
    assert len(results) == 9


def test_the_overview_helps_a_beginner(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        results = Results.of(store, session)
    assert f"session {session.code}, “Tuesday's workshop”: 6 people, 1 exercise" in repr(results)
    assert "summary (16), placements (138), matrix (23)" in repr(results)
    assert 'results["placements"]' in repr(results)
    page = results._repr_html_()
    assert all(f"<td>{name}</td>" in page for name in results)
    assert "how far the room agreed: kappa and alpha" in page


def test_without_a_session_everything_says_so_kindly() -> None:
    results = Results()
    everything = (results.show_pictures(), results.show_tables(), *map(results.show, results))
    for shown in (results, *everything, files.downloads(results)):
        assert "There is no session yet." in shown_as_html(shown)
        assert "There is no session yet." in repr(shown)
    assert list(results) == ["summary", "notes"]
    assert list(results["summary"].columns) == ["exercise", "measure", "value"]
    assert list(results["notes"].columns) == ["exercise", "note", "at"]
    assert results.pictures() == [] and results.dates == []


def test_a_session_before_its_first_exercise_says_so(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, store.create_session("Early", Names.OFF))
    for shown in (results.show_pictures(), results.show_tables()):
        assert "No exercise has been opened in this session yet." in shown_as_html(shown)


def test_a_shown_table_is_cut_rounded_and_escaped(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        text = "<script>alert(1)</script> " + "w" * 200
        results = Results.of(store, a_session(store, texts=(text,)))
    placements = shown_as_html(results.show("placements", rows=3))
    assert placements.count("<tr") == 4
    assert "the first 3 of 138 rows" in placements
    assert re.search(r"<td>\d+%</td>", shown_as_html(results.show("matrix")))
    for commitments in (shown_as_html(results.show("commitments")), shown_as_html(results.show_tables())):
        assert "<script>" not in commitments
        assert "w" * 200 in commitments


def test_a_shown_table_leaves_out_the_categories_of_other_exercises(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        results = Results.of(store, session)
    rings, flat = (part.splitlines()[1].split() for part in results.show("matrix").text.split("\n\n"))
    assert "share_success" in rings and "share_success" not in flat
    assert "count_billing" in flat and "count_billing" not in rings


class Outline(HTMLParser):
    """The headings of a page with their levels, its pictures' texts, and the names of what scrolls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.pictures: list[str] = []
        self.regions: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(str(given["alt"]))
        if "overflow" in str(given.get("style")):
            assert given["role"] == "region" and given["tabindex"] == "0"
            self.regions.append(str(given["aria-label"]))


def test_everything_can_be_found_by_headings_and_names(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_rating_session(
            store, session=a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        )
        results = Results.of(store, session)
    pictures = Outline(shown_as_html(results.show_pictures()))
    assert pictures.pictures == [picture.text for picture in results.pictures()]
    outline = Outline(shown_as_html(results.show_tables()))
    for levels in (pictures.levels, outline.levels):
        assert levels.count(3) == len(results.exercises) == 3
        assert levels[0] == 3 and set(levels) == {3, 4}
    shown = [
        (one.title, table.name) for one in results.exercises.values() for table in kind_of(one).tables[1:]
    ]
    assert len(set(outline.regions)) == len(outline.regions) == len(shown)
    assert all(
        any(region.startswith(f"{title}: {name}, ") for region in outline.regions) for title, name in shown
    )


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("share", 0.256, "26%"),
        ("share_a", 0.256, "26%"),
        ("modal_share", 1.0, "100%"),
        ("kappa", 0.256, "0.26"),
        ("value", Share(0.256), "26%"),
        ("n", 12, "12"),
        ("late", True, "yes"),
        ("modal", None, "\N{EN DASH}"),
        ("kappa", float("nan"), "\N{EN DASH}"),
        ("count_a", pd.NA, "\N{EN DASH}"),
        ("at", pd.Timestamp("2026-01-02T03:04:05Z"), "2 Jan 2026, 03:04"),
    ],
)
def test_values_are_readable(column: str, value: Any, text: str) -> None:
    assert readable(column, value) == text


def test_only_a_long_table_scrolls_in_its_place() -> None:
    frames = [pd.DataFrame({"measure": range(rows)}) for rows in (24, 25)]
    whole, long = (table_shown("summary", [("A", frame)], 100, "").html for frame in frames)
    assert "max-height" not in whole and "A: summary, 24 rows<" in whole
    assert "max-height" in long and "A: summary, 25 rows (scroll to see them all)<" in long


def test_results_and_pictures_load_no_user_interface() -> None:
    wrong = ("ipywidgets", "anywidget", "tornado", "voila", "IPython", "matplotlib")
    code = f"import sys, kit.report.files, kit.report.pictures; print(*(set({wrong!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_results_know_no_kind_by_name() -> None:
    tables = {table.name for name in (RINGS, RATING) for table in kind_of(exercise(name)).tables[1:]}
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "kit" / "report").glob("*.py")]
    code += ["".join(cell["source"]) for cell in code_cells()]
    said = {
        node.value for text in code for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)
    }
    assert not said & (tables | {"sort", "rating", "phrasing", "partners"})


# The notebook


def test_the_notebook_is_stored_as_it_should_be() -> None:
    assert NOTEBOOK["metadata"]["kernelspec"]["name"] == "python3"
    assert NOTEBOOK["metadata"]["voila"] == {"template": "workshop"}
    for cell in code_cells():
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert 1 <= len(cell["source"]) <= 3
    assert len(NOTEBOOK["cells"]) >= 2 * len(code_cells())


MOMENTS = (
    "no session",
    "empty session",
    "two people",
    "full session",
    "two kinds",
    pytest.param("all kinds", marks=needs("phrasing", "partners")),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_notebook_runs_at_every_moment(tmp_path: Path, moment: str) -> None:
    with a_store(tmp_path) as store:
        for shown in run_notebook(results_at(store, moment)):
            assert shown_as_html(shown).strip(), moment


@pytest.mark.parametrize(
    "moment", ["two kinds", pytest.param("all kinds", marks=needs("phrasing", "partners"))]
)
def test_what_the_notebook_offers_for_copying_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join("".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(snippets) == 5
    with a_store(tmp_path) as store:
        results = results_at(store, moment)
    names = {"results": results}
    runs = [snippet for snippet in snippets if re.search(r'results\["(\w+)"\]', snippet)[1] in results]
    shown = [run_cell(snippet, names) for snippet in runs]
    assert len(runs) == (4 if moment == "two kinds" else 5)
    assert shown[1].to_numpy().sum() == len(results["placements"].query("round == 1"))
    read = pd.read_excel("matrix.xlsx")
    assert_frame_equal(read, results["matrix"], check_dtype=False, check_column_type=False)


def results_at(store: Store, moment: str) -> Results:
    if moment == "no session":
        return Results()
    if moment == "empty session":
        return Results.of(store, store.create_session("Early", Names.OFF))
    session = a_session(store, people=2 if moment == "two people" else 6)
    if moment in ("two kinds", "all kinds"):
        a_rating_session(store, session=session)
    if moment == "all kinds":
        a_partners_session(store, a_phrasing_session(store, session=session))
    return Results.of(store, session)


def code_cells() -> list[dict[str, Any]]:
    return [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def run_notebook(results: Results) -> list[Any]:
    """What the cells show, after those that pick the session (a browser test has them)."""
    sources = ["".join(cell["source"]) for cell in code_cells()]
    picks = next(number for number, source in enumerate(sources) if "results = " in source)
    names = {"results": results, "files": files}
    return [results, *(run_cell(source, names) for source in sources[picks + 1 :])]


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as Jupyter does: the value of its last line is what it shows."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def shown_as_html(value: Any) -> str:
    return value._repr_html_()
