"""Exports: what a spreadsheet gets, what it must never run, and a session there and back again as JSON."""

import base64
import csv
import io
import json
import math
import os
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from diary import a_diary
from golden import stored, workbook_text
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook
from openpyxl.workbook.workbook import Workbook
from pandas.testing import assert_frame_equal
from rooms import (
    FIRST_VERSIONS,
    FLAT,
    GIFTS,
    HOSTILE,
    PARTNERS,
    PHRASES,
    RATING,
    REVISED,
    RINGS,
    a_partners_session,
    a_phrasing_session,
    a_rating_session,
    a_session,
    a_store,
    exercise,
    needs,
)

from kit.errors import ExportError, SessionError
from kit.report import files as out
from kit.report.formulas import defuse, looks_like_formula
from kit.report.incoming import LARGEST_BYTES, bring_in
from kit.report.tables import Results
from kit.room import open_stage
from kit.session import Names
from kit.store.store import Store

FORMULA_SIGNS = "=+-@\t\r"


PLACEMENT_COLUMNS = (
    "session,exercise,round,participant,item,card,placed,placed_name,correct,"
    "moment,shown,commitment,late,when"
)


def tasks(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows of what was asked in the exercise, without the moments, commitments and cards at its end."""
    return [row for row in rows if not (row.get("commitment") or row.get("moment"))]


def restore(text: str) -> str:
    """The text as it was before ``defuse``."""
    return text[1:] if text.startswith("'") and looks_like_formula(text[1:]) else text


def workbook(results: Results) -> Workbook:
    return load_workbook(io.BytesIO(out.xlsx_bytes(results)))


def csv_rows(results: Results) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.csv_bytes(results).decode("utf-8-sig"), newline="")))


def hostile_session(store: Store) -> Results:
    """A session in which names, commitments, notes, titles and cards mean no good."""
    data = exercise(RINGS).model_dump()
    for card, text in zip(
        data["cards"], ("=1+1", "+1", "-1", "@A1", "' =1", "\N{FULLWIDTH EQUALS SIGN}1"), strict=False
    ):
        card["text"] = text
    for category, text in zip(data["categories"], ("=A1", "http://example.org", "@x"), strict=True):
        category["name"] = text
    data["title"] = "=TITLE()"
    used = type(exercise(RINGS)).model_validate(data)
    session = a_session(store, people=len(HOSTILE), exercises=[used], texts=HOSTILE, names=HOSTILE)
    for text in HOSTILE:
        store.add_note(session.id, RINGS, text)
    return Results.of(store, session)


def hostile_phrases(store: Store) -> Results:
    """A session in which phrases, cards and names mean no good."""
    session = a_phrasing_session(store, people=len(HOSTILE), texts=HOSTILE, names=HOSTILE)
    return Results.of(store, session)


# CSV


def test_csv_has_a_row_for_each_placement_and_opens_in_excel(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store, exercises=[exercise(RINGS), exercise(FLAT)]))
    assert out.csv_bytes(results).startswith(
        b"\xef\xbb\xbfsession,exercise,round,participant,item,card,placed,"
    )
    rows = csv_rows(results)
    assert ",".join(rows[0]) == PLACEMENT_COLUMNS
    written = [(row["exercise"], row["participant"], row["commitment"]) for row in rows if row["commitment"]]
    columns = ["exercise", "participant", "commitment"]
    assert written == list(results["commitments"][columns].itertuples(index=False, name=None)) != []
    assert len(tasks(rows)) == len(results["placements"]) == 6 * (18 + 5) + 6 * (15 + 5)
    for row, placed in zip(tasks(rows), results["placements"].itertuples(), strict=True):
        assert row["session"] == results.session.code
        same = ("exercise", "participant", "item", "card", "placed", "placed_name", "correct")
        assert [row[name] for name in same] == [getattr(placed, name) for name in same]
        assert (int(row["round"]), row["late"]) == (placed.round, str(placed.late))
        assert row["when"].endswith("Z")
        assert datetime.fromisoformat(row["when"]) == placed.at.replace(microsecond=0)


def test_csv_comes_back_into_pandas(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    read = pd.read_csv(io.BytesIO(out.csv_bytes(results)), parse_dates=["when"])
    expected = results["placements"].rename(columns={"at": "when"})
    expected["when"] = expected["when"].dt.floor("s")
    read = read[read["commitment"].isna() & read["moment"].isna()].astype({"round": "int64"})
    assert_frame_equal(read[expected.columns], expected, check_dtype=False)


def test_csv_of_an_empty_session_is_its_header(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = store.create_session("Early", Names.OFF)
        columns = [header(Results.of(store, session))]
        for name, stage in ((RINGS, "sort"), (RATING, "rate")):
            open_stage(store, session, exercise(name), stage)
            columns.append(header(Results.of(store, session)))
        assert csv_rows(Results.of(store, session)) == []
    both = PLACEMENT_COLUMNS.replace("commitment", "commitment,subject,statement,rating")
    assert columns == ["session,exercise,round,participant,late,when", PLACEMENT_COLUMNS, both]


def header(results: Results) -> str:
    return out.csv_bytes(results).decode("utf-8-sig").strip()


def test_csv_has_a_row_for_each_answer_of_a_kind_that_nobody_knows_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_store(tmp_path) as store:
        rows = csv_rows(Results.of(store, a_diary(store, monkeypatch, ["monday", "=1+1"], a_session(store))))
    assert ",".join(rows[0]) == PLACEMENT_COLUMNS.replace("commitment", "commitment,day")
    wishes = [
        (row["participant"], row["round"], row["item"], row["day"], row["card"]) for row in rows if row["day"]
    ]
    assert wishes == [("P7", "", "day", "monday", ""), ("P8", "", "day", "'=1+1", "")]
    assert all(row["when"].endswith("Z") and row["late"] for row in rows)


def test_csv_has_a_row_for_each_rating(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_rating_session(store))
    rows = csv_rows(results)
    columns = "session,exercise,round,participant,subject,item,statement,rating,commitment,late,when"
    assert ",".join(rows[0]) == columns
    rated = results["rated"].astype(str)
    same = ["participant", "subject", "item", "statement", "rating", "late"]
    assert [[row[name] for name in same] for row in tasks(rows)] == rated[same].to_numpy().tolist()


@needs("phrasing")
def test_csv_has_a_row_for_each_phrase_and_card(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_phrasing_session(store))
    rows, phrases = csv_rows(results), results["phrases"]
    assert ",".join(rows[0]) == (
        "session,exercise,round,participant,moment,instead,say,stage,situation,recipe,text,steps,traps,votes,"
        "hidden,merged_into,phrase,late,when"
    )
    cards = [[row[name] for name in ("participant", "instead", "say", "late")] for row in rows if row["say"]]
    late = str(results["cards"]["late"].any())
    assert cards == [["P1", FIRST_VERSIONS[0], FIRST_VERSIONS[0], late]] + [
        [f"P{number}", text, REVISED, late] for number, text in enumerate(FIRST_VERSIONS[1:], 2)
    ]
    rows = tasks(rows)
    assert len(rows) == len(phrases) == 4 + 4 + 4 + 3
    for row, phrase in zip(rows, phrases.itertuples(), strict=True):
        same = ("exercise", "participant", "stage", "situation", "recipe", "text", "steps", "traps", "phrase")
        assert [row[name] for name in same] == [getattr(phrase, name) for name in same]
        assert row["votes"] == ("" if pd.isna(phrase.votes) else str(phrase.votes))
    first = [row for row in rows if row["stage"] == "say-this"]
    assert [(row["participant"], row["text"]) for row in first] == [
        (f"P{number}", text) for number, text in enumerate(FIRST_VERSIONS, 1)
    ]
    assert [row["votes"] for row in first] == ["3", "1", "0", "0"]
    assert [row["hidden"] for row in first] == ["False", "False", "False", "True"]
    assert first[1]["steps"] == "own: found, solution: found"
    assert "deflect" in first[3]["traps"]


@needs("partners")
def test_csv_has_a_row_for_each_need_and_agreement(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_partners_session(store))
    rows = csv_rows(results)
    assert ",".join(rows[0]) == (
        "session,exercise,round,participant,needs_role,gives_role,side,text,people,outcome,first_role,"
        "first_gives,first_by,second_role,second_gives,second_by,review,confirmed,commitment,late,when"
    )
    needs = [row for row in rows if row["side"]]
    assert {(row["needs_role"], row["gives_role"], row["side"], row["text"]) for row in needs} == {
        ("HR", "IT", "predicted", "a laptop"),
        ("HR", "IT", "stated", GIFTS[0]),
        ("IT", "HR", "stated", GIFTS[1]),
    }
    assert len(needs) == 3
    (agreement, open_one) = [row for row in rows if row["review"]]
    assert (agreement["first_gives"], agreement["confirmed"], agreement["when"][-1]) == (
        GIFTS[1],
        "True",
        "Z",
    )
    assert (open_one["second_role"], open_one["confirmed"]) == ("Sales", "False")
    assert not any(row["participant"] for row in tasks(rows)), "needs and agreements are of roles"


@needs("partners")
def test_no_cell_of_hostile_needs_begins_a_formula(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_partners_session(store, gifts=("=1+1", "@SUM(1)")))
    assert results["needs"]["text"].isin(("=1+1", "@SUM(1)")).sum() == 2
    for row in csv_rows(results):
        assert not [cell for cell in row.values() if cell.startswith(tuple(FORMULA_SIGNS))]
    for sheet in workbook(results):
        assert not [cell.value for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@needs("phrasing")
def test_one_csv_serves_a_session_of_two_kinds(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_phrasing_session(store, session=a_session(store))
        results = Results.of(store, session)
    rows = csv_rows(results)
    rows = tasks(rows)
    cards = [row for row in rows if row["exercise"] == RINGS]
    phrases = [row for row in rows if row["exercise"] == PHRASES]
    assert (len(cards), len(phrases)) == (len(results["placements"]), len(results["phrases"]))
    assert len(rows) == len(cards) + len(phrases)
    assert all(row["placed"] and not row["text"] and not row["stage"] for row in cards)
    assert all(row["text"] and not row["placed"] and not row["item"] for row in phrases)
    assert all(row["when"] and row["late"] and row["participant"] for row in rows)
    assert len({name for row in rows for name in row}) == len(rows[0]), "no column stands there twice"


def test_no_cell_of_a_hostile_csv_begins_a_formula(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = hostile_session(store)
    rows = csv_rows(results)
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in FORMULA_SIGNS and cell]
    assert {"'=1+1", "'+1", "'-1", "'@A1", "'' =1", "'\N{FULLWIDTH EQUALS SIGN}1"} <= {
        row["card"] for row in tasks(rows)
    }
    assert {restore(row["card"]) for row in tasks(rows)} == set(results["placements"]["card"])
    assert {restore(row["placed_name"]) for row in tasks(rows)} == set(results["placements"]["placed_name"])


@needs("phrasing")
def test_no_cell_of_hostile_phrases_begins_a_formula(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = hostile_phrases(store)
    rows = csv_rows(results)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in FORMULA_SIGNS and cell]
    assert {restore(row["text"]) for row in tasks(rows)} == {*HOSTILE, REVISED}
    assert {restore(row["instead"]) for row in rows if row["say"]} == set(HOSTILE)
    cells = [cell for sheet in workbook(results) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    shown = workbook(results)["cards"].iter_rows(min_row=2, values_only=True)
    assert {as_typed(row[3]) for row in shown} == {as_typed(text) for text in HOSTILE}


@pytest.mark.parametrize(
    "text",
    [text for text in HOSTILE if "1" in text and text not in ("_x0041_ <b>&amp;</b>", "12345", "{=1}")],
)
def test_what_a_spreadsheet_might_calculate_gets_an_apostrophe(text: str) -> None:
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "a", "1", "it's =1", "'quoted'", "a=b", "\N{PARTY POPPER}", "(=1)", " x"]
)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert defuse(text) == text


@given(st.text() | st.text(alphabet="'\"=+-@ \t\r\n\N{FULLWIDTH EQUALS SIGN}\N{LEFT DOUBLE QUOTATION MARK}a"))
@example("'=1")
@example("''=1")
def test_every_defused_text_can_be_restored(text: str) -> None:
    assert restore(defuse(text)) == text
    assert defuse(text)[:1] not in list(FORMULA_SIGNS)


# XLSX


@pytest.mark.parametrize(
    "kinds",
    [
        "sorts",
        "sorts and rating",
        pytest.param("phrasing", marks=needs("phrasing")),
        pytest.param("partners", marks=needs("partners")),
        pytest.param("sorts, rating, phrasing, partners", marks=needs("phrasing", "partners")),
    ],
)
def test_the_workbook_has_a_sheet_for_every_table_with_rows(tmp_path: Path, kinds: str) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)] if "sorts" in kinds else [])
        makers = {"rating": a_rating_session, "phrasing": a_phrasing_session, "partners": a_partners_session}
        for make in (make for kind, make in makers.items() if kind in kinds):
            make(store, session=session)
        store.add_note(session.id, RINGS, "Ask about the car park.")
        results = Results.of(store, session)
    book = workbook(results)
    assert book.sheetnames == ["contents", *results.names], "all have rows"
    head, *rows = book["contents"].iter_rows(values_only=True)
    assert head == ("sheet", "what it holds", "how to read it")
    assert [(sheet, about) for sheet, about, _note in rows] == [
        (table.name, table.about) for table in results.tables.values()
    ]
    notes = " ".join(note for *_sheet, note in rows if note)
    assert not set("`*") & set(notes) and ("“modal”" in notes) == ("sorts" in kinds), (
        "how to read it stands there, too"
    )
    for name, table in results.items():
        sheet = book[name]
        head, *rows = sheet.iter_rows(values_only=True)
        assert list(head) == ["at (UTC)" if column == "at" else column for column in table.columns]
        assert len(rows) == len(table)
        for row, expected in zip(rows, table.itertuples(index=False), strict=True):
            assert all(map(same_cell, row, expected)), (name, row, expected)
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
        assert all(4 <= column.width <= 62 for column in sheet.column_dimensions.values())
        assert sheet["A1"].font.bold
        assert sheet.print_title_rows and sheet.page_setup.orientation == "landscape"


def test_a_table_without_rows_has_no_sheet(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store, people=0))
    assert results["shift"].empty and results["notes"].empty
    assert workbook(results).sheetnames == ["contents", "summary", "matrix", "agreement", "split"]


def test_the_workbook_knows_its_session(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store, people=1))
    about = workbook(results).properties
    created = results.session.created_at.replace(tzinfo=None, microsecond=0)
    assert (about.title, about.created) == ("Tuesday's workshop", created)


@pytest.mark.parametrize(
    "name",
    [
        RINGS,
        pytest.param(PHRASES, marks=needs("phrasing")),
        pytest.param(PARTNERS, marks=needs("partners")),
    ],
)
def test_a_golden_session_gives_its_golden_files(tmp_path: Path, name: str) -> None:
    golden, code, at = stored(name), "KX4R7W", "2026-01-05T10:00:00"
    text = golden["session.json"].replace('"(time)"', f'"{at}+00:00"').replace("(code)", code)
    text = text.replace('"(words of the run sheet)"', "{}")
    (tmp_path / "session.json").write_text(text, encoding="utf-8")
    with a_store(tmp_path) as store:
        results = Results.of(store, bring_in(store, tmp_path / "session.json"))
    table = out.csv_bytes(results).decode("utf-8-sig").replace("\r\n", "\n").replace(f"{at}Z", "(time)")
    assert table.replace(code, "(code)") == golden["results.csv"]
    book = workbook_text(out.xlsx_bytes(results)).replace(code, "(code)")
    assert sheets_of(book) == sheets_of(golden["results.xlsx.txt"])
    if "results.ics" in golden:
        calendar = out.calendar_bytes(results).decode().replace("\r\n", "\n")
        assert calendar.replace("20260105T100000Z", "(time)") == golden["results.ics"]


def sheets_of(book: str) -> dict[str, list[str]]:
    """The rows of each sheet, sorted: where rows follow the time, the golden session doesn't say which is first."""
    sheets = (sheet.splitlines() for sheet in book.removeprefix("== ").split("\n== "))
    return {name: sorted(rows) for name, *rows in sheets}


def same_cell(cell: Any, value: Any) -> bool:
    """Whether a cell holds the value; Excel has no microseconds, no time zones and no empty texts."""
    if pd.isna(value) or value == "":
        return cell in (None, "")
    if isinstance(value, pd.Timestamp):
        return abs(cell - value.tz_convert("UTC").tz_localize(None).to_pydatetime()).total_seconds() < 0.001
    if isinstance(value, float):
        return math.isclose(cell, value, abs_tol=1e-12)
    return cell == value


def test_figures_are_formatted_as_what_they_are(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, exercises=[exercise(RINGS), exercise(FLAT)])
        book = workbook(Results.of(store, a_rating_session(store, session=session)))

    def cell(sheet: str, column: str) -> Any:
        names = [c.value for c in book[sheet][1]]
        return book[sheet].cell(2, names.index(column) + 1)

    assert cell("matrix", "share_service").number_format == "0%"
    assert cell("statements", "share_5").number_format == "0%"
    assert cell("statements", "mean").number_format == "0.00"
    assert cell("rated", "rating").number_format == "0"
    assert cell("split", "modal_share").number_format == "0%"
    assert cell("agreement", "kappa").number_format == "0.00"
    assert cell("matrix", "count_service").number_format == "0"
    assert cell("placements", "at (UTC)").is_date
    assert cell("placements", "card").alignment.wrap_text
    assert cell("matrix", "count_success").number_format == "0", "also where some rows have none"
    values = {row[1].value: row[2] for row in book["summary"].iter_rows(min_row=2)}
    assert values["Started (UTC)"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert values["Exact, share of placements in round 1"].number_format == "0%"
    assert values["Fleiss' kappa, round 1"].number_format == "0.00"
    assert cell("placements", "late").value in (True, False)


def test_no_text_of_anybody_becomes_a_formula_or_is_lost(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = hostile_session(store)
        content = out.xlsx_bytes(results)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 1 + sum(len(table) > 0 for table in results.values())
    assert not any(re.search(rb"<f[ >/]|<hyperlink", sheet) for sheet in sheets)
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for name, column in (("commitments", 3), ("notes", 2)):
        written = [as_typed(row[column - 1]) for row in book[name].iter_rows(min_row=2, values_only=True)]
        assert written == [as_typed(text) for text in results[name].iloc[:, column - 1]]
    assert set(results["notes"]["note"]) == set(HOSTILE)


def as_typed(text: str) -> str:
    """Without OOXML's spelling of control characters (``_x000D_``) and of ``_`` (``_x005F_``)."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")


def test_a_text_that_looks_like_a_formula_stays_a_text_when_it_is_edited(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        book = workbook(hostile_session(store))
    quoted = {row[2].value: row[2].quotePrefix for row in book["commitments"].iter_rows(min_row=2)}
    assert quoted["=cmd|' /C calc'!A0"] and quoted["@SUM(1)"]
    assert not quoted["12345"]


def test_names_are_in_the_json_only(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, names=("Zebulon",))
        files = {suffix: out.export(store, session, suffix).content for suffix in ("csv", "xlsx", "json")}
    assert b"Zebulon" in files["json"]
    assert b"Zebulon" not in files["csv"]
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as package:
        assert not [name for name in package.namelist() if b"Zebulon" in package.read(name)]


def test_the_same_results_make_the_same_workbook(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    assert out.xlsx_bytes(results) == out.xlsx_bytes(results)


# JSON, there and back again


@pytest.mark.parametrize(
    "kind",
    [
        "ordinary",
        "hostile",
        "rating",
        pytest.param("phrasing", marks=needs("phrasing")),
        pytest.param("hostile phrases", marks=needs("phrasing")),
        pytest.param("partners", marks=needs("partners")),
        "empty",
    ],
)
def test_a_session_comes_back_from_json_with_the_same_tables(tmp_path: Path, kind: str) -> None:
    makers: dict[str, Callable[[Store], Any]] = {
        "ordinary": lambda store: a_session(store, exercises=[exercise(RINGS), exercise(FLAT)]),
        "hostile": lambda store: hostile_session(store).session,
        "rating": lambda store: a_rating_session(store, session=a_session(store)),
        "phrasing": lambda store: a_phrasing_session(store, session=a_session(store)),
        "hostile phrases": lambda store: hostile_phrases(store).session,
        "partners": lambda store: a_partners_session(store),
        "empty": lambda store: store.create_session("Early", Names.REQUIRED),
    }
    path = tmp_path / "session.json"
    with a_store(tmp_path) as store:
        session = out.write(store, makers[kind](store).code, path)
        before = Results.of(store, session)
        people = [(person.pseudonym, person.name) for person in store.participants(session.id)]
    with a_store(tmp_path, "other") as other:
        brought = bring_in(other, path)
        after = Results.of(other, brought)
        assert [(person.pseudonym, person.name) for person in other.participants(brought.id)] == people
        assert out.json_bytes(other, brought) == path.read_bytes()
        with pytest.raises(ExportError, match=f"there is a session “{session.code}” here already"):
            bring_in(other, path)
    assert after.names == before.names
    for name in before:
        assert_frame_equal(after[name], before[name])
    assert out.csv_bytes(after) == out.csv_bytes(before)
    assert out.xlsx_bytes(after) == out.xlsx_bytes(before)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "isn't JSON"),
        (b"\xff\xfe\x00", "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b"session,exercise\n", "isn't JSON. Use a file that “workshop export CODE -o file.json”"),
        (b"[]", "."),
        (b"null", "."),
        (b'{"exercises": 3}', "."),
    ],
)
def test_what_is_no_session_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(content)
    with a_store(tmp_path) as store:
        with pytest.raises(ExportError, match=said):
            bring_in(store, path)
        assert store.sessions() == []


@pytest.mark.parametrize(
    ("exercise", "item", "value"),
    [(PHRASES, "moment/abc", "nothing"), (PHRASES, "best/share", "much"), (PARTNERS, "pair/a", "same")],
)
def test_a_session_that_could_never_be_shown_is_not_brought_in(
    tmp_path: Path, exercise: str, item: str, value: str
) -> None:
    path = tmp_path / "session.json"
    with a_store(tmp_path) as store:
        session = a_phrasing_session(store) if exercise == PHRASES else a_partners_session(store)
        data = json.loads(out.json_bytes(store, session))
    at = data["session"]["created_at"]
    data["decisions"].append({"exercise": exercise, "item": item, "value": value, "at": at})
    path.write_text(json.dumps(data), encoding="utf-8")
    with a_store(tmp_path, "other") as other:
        with pytest.raises(
            ExportError, match=r"session\.json holds a session that can't be shown: .* Export it again"
        ):
            bring_in(other, path)
        assert other.sessions() == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with a_store(tmp_path) as store:
        with pytest.raises(ExportError, match=r"nowhere\.json can't be read: No such file"):
            bring_in(store, tmp_path / "nowhere.json")
        with pytest.raises(ExportError, match="can't be read: Is a directory"):
            bring_in(store, tmp_path)
        with pytest.raises(ExportError, match=r"huge\.json has 100 MB"):
            bring_in(store, huge)


# Calendar


def offered(results: Results) -> dict[str, bytes]:
    """The files that a notebook offers: name -> content."""
    links = re.findall('<a download="([^"]+)" href="data:[^"]+;base64,([^"]+)">', out.downloads(results).html)
    return {name: base64.b64decode(content) for name, content in links}


@needs("partners")
def test_a_calendar_has_the_review_of_each_confirmed_agreement(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_partners_session(store)
        results = Results.of(store, session)
        name, mime, content = out.export(store, session, ".ics")
    assert (name.rpartition(".")[2], mime) == ("ics", "text/calendar;charset=utf-8")
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event.decoded("dtstart") == date(2031, 6, 30)
    assert str(event["summary"]) == "Look at our agreement: HR and IT"
    assert f"HR gives: {GIFTS[1]}" in str(event["description"])
    assert list(offered(results))[-1] == name


def test_a_calendar_has_the_days_of_a_kind_that_nobody_knows_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_store(tmp_path) as store:
        session = a_diary(store, monkeypatch, ["2031-12-31", "=2030-01-02,\n;3", "2030-01-01"])
        results = Results.of(store, session)
        content = out.export(store, session, "ics").content
    first, last = Calendar.from_ical(content).walk("VEVENT")
    assert (str(first["uid"]), str(last["uid"])) == ("P1@service-workshop-kit", "P3@service-workshop-kit")
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2031, 12, 31), date(2032, 1, 1))
    assert (str(first["summary"]), str(first["description"])) == ("Day of P1", "2031-12-31")
    assert first.decoded("dtstamp") == results["wishes"]["at"][0].floor("s").to_pydatetime()
    assert [name.rpartition(".")[2] for name in offered(results)] == ["xlsx", "csv", "ics"]


def test_without_a_confirmed_agreement_there_is_no_calendar(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=1)
        with pytest.raises(ExportError, match="There is no day for a calendar"):
            out.write(store, session.code, tmp_path / "x.ics")
        files = offered(Results.of(store, session))
    assert not (tmp_path / "x.ics").exists()
    assert [name.rpartition(".")[2] for name in files] == ["xlsx", "csv"]


# Files and downloads


@pytest.mark.parametrize("name", ["file.pdf", "file", "file.xls", ".csv"])
def test_an_unknown_suffix_is_refused_with_those_that_work(tmp_path: Path, name: str) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store, people=1)
        wanted = re.escape(f"“{Path(name).suffix}” can't be written. Use one of: .csv, .xlsx, .json, .ics.")
        with pytest.raises(ExportError, match=wanted):
            out.write(store, session.code, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "Results.CSV"
    path.write_text("an earlier export")
    os.link(path, folder / "earlier")
    with a_store(tmp_path) as store:
        session = a_session(store)
        assert out.write(store, session.code.lower(), path) == session
        assert path.read_bytes() == out.csv_bytes(Results.of(store, session))
    # Still whole under its other name: it was replaced, not written over.
    assert (folder / "earlier").read_text() == "an earlier export"
    assert sorted(entry.name for entry in folder.iterdir()) == ["Results.CSV", "earlier"]


def test_a_place_that_cannot_be_written_is_named_and_left_clean(tmp_path: Path) -> None:
    taken = tmp_path / "taken.xlsx"
    taken.mkdir()
    with a_store(tmp_path / "db") as store:
        code = a_session(store, people=1).code
        with pytest.raises(ExportError, match=r"taken\.xlsx can't be written: .*Use another folder or name"):
            out.write(store, code, taken)
        with pytest.raises(ExportError, match=r"nowhere.x\.csv can't be written: No such file or directory"):
            out.write(store, code, tmp_path / "nowhere" / "x.csv")
        with pytest.raises(SessionError, match="no session with the code"):
            out.write(store, "CDFGHJ", tmp_path / "x.csv")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["db", "taken.xlsx"]


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [
        (".csv", "text/csv;charset=utf-8"),
        ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
    ],
)
def test_the_console_gets_a_name_a_type_and_the_file(tmp_path: Path, suffix: str, mime: str) -> None:
    with a_store(tmp_path) as store:
        session = a_session(store)
        download = out.export(store, session, suffix)
    assert download.mime == mime
    ending = suffix.lower().removeprefix(".")
    assert (
        download.file_name == f"workshop-{session.code}-{session.created_at.astimezone():%Y-%m-%d}.{ending}"
    )
    assert download.content


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="here no program can change its time zone")
def test_a_file_has_the_day_of_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_store(tmp_path) as store:
        session = replace(a_session(store), created_at=datetime(2031, 5, 20, 23, tzinfo=UTC))
        try:
            monkeypatch.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            assert "-2031-05-21.csv" in out.export(store, session, "csv").file_name
        finally:
            monkeypatch.undo()
            time.tzset()


def test_a_practice_session_can_be_exported_too(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        session, _learner = store.practice("a learner's key")
        assert out.export(store, session, "csv").file_name.startswith("workshop-practice-")
        assert json.loads(out.export(store, session, "json").content)["session"]["code"] is None


def test_a_notebook_offers_both_files_inside_the_page(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        results = Results.of(store, a_session(store))
    assert ", ".join(offered(results)) == repr(out.downloads(results))
    assert list(offered(results).values()) == [out.xlsx_bytes(results), out.csv_bytes(results)]
