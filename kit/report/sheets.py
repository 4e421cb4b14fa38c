"""Tables as spreadsheets: a CSV file of the answers, an Excel workbook of everything.

What participants wrote is hostile here: a spreadsheet must never take any of it for a formula.
"""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from kit.activities.activity import Share
from kit.report.formulas import defuse, looks_like_formula
from kit.report.shown import is_share
from kit.report.tables import Results
from kit.text import gettext as _

BEFORE = ("exercise", "round", "participant")
AFTER = ("late", "at")
"""What the CSV file says of an answer of any kind, before and after its own columns."""

WIDEST_PIXELS = 430
"""Longer texts wrap."""

_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TIME = "yyyy-mm-dd hh:mm:ss"
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True, "bg_color": "#E3ECF2", "font_color": "#12303F", "bottom": 1},
    "text": {"text_wrap": True},
    "formula-like": {"text_wrap": True, "quote_prefix": True},
    "whole": {"num_format": "0"},
    "fraction": {"num_format": "0.00"},
    "share": {"num_format": "0%"},
    "time": {"num_format": _TIME, "align": "left"},
}
"""The looks of cells. ``formula-like`` keeps a text a text when somebody edits its cell in Excel."""


def csv_bytes(results: Results) -> bytes:
    """The answers as CSV: UTF-8 with a byte order mark, which Excel needs.

    One row is an answer. A session with several tables of answers has the columns of all that have rows; a row leaves
    those of the others empty. ``when`` is ISO 8601 in UTC. Texts that a spreadsheet would calculate are defused.
    """
    answers = [table for table in results.tables.values() if table.answers]
    answers = [table for table in answers if len(results[table.name])] or answers
    own = dict.fromkeys(column for table in answers for column in table.answers.split())
    columns = [*BEFORE, *own, *AFTER]
    parts = [results[table.name].reindex(columns=columns).astype("object") for table in answers]
    rows = pd.concat(parts).map(_csv_cell) if parts else pd.DataFrame(columns=columns)
    rows.insert(0, "session", _csv_cell(results.session.code if results.session else None))
    return rows.rename(columns={"at": "when"}).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _csv_cell(value: Any) -> Any:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return _naive(value).isoformat(timespec="seconds") + "Z"
    return defuse(value) if isinstance(value, str) else value


def xlsx_bytes(results: Results) -> bytes:
    """All tables with rows as an Excel workbook, a sheet each, times in UTC. No cell is a formula or a link.

    The first sheet, ``contents``, says of each other what it holds and how to read it.
    """
    out, session = io.BytesIO(), results.session
    options = {"options": _PLAIN}
    with pd.ExcelWriter(out, engine="xlsxwriter", datetime_format=_TIME, engine_kwargs=options) as writer:
        if session:
            about = {"title": session.title, "created": _naive(session.created_at)}
            writer.book.set_properties(about)
        looks = {name: writer.book.add_format({"valign": "top", **look}) for name, look in _LOOKS.items()}
        sheets = {name: frame for name, frame in results.items() if len(frame)}  # none is empty
        for name, frame in {"contents": _contents(results, sheets), **sheets}.items():
            frame.map(_naive).to_excel(writer, sheet_name=name, index=False, header=False, startrow=1)
            _dress(writer.sheets[name], frame, looks)
    return out.getvalue()


def _contents(results: Results, sheets: Iterable[str]) -> pd.DataFrame:
    """What these sheets hold and how to read them, for somebody who has the file alone."""
    tables = [results.tables[name] for name in sheets]
    notes = [re.sub("[`*](.*?)[`*]", r"“\1”", table.note) for table in tables]
    rows = {
        _("sheet"): list(sheets),
        _("what it holds"): [table.about for table in tables],
        _("how to read it"): notes,
    }
    return pd.DataFrame(rows)


def _dress(sheet: Worksheet, frame: pd.DataFrame, looks: Mapping[str, Format]) -> None:
    """Give a sheet a frozen header with filters, and each column and cell its look."""
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, "at (UTC)" if column == "at" else str(column), looks["head"])
        sheet.set_column(place, place, None, looks[_look(frame[column])])
        for row, value in enumerate(frame[column], start=1):
            if isinstance(value, str) and looks_like_formula(value):
                sheet.write_string(row, place, value, looks["formula-like"])
            elif isinstance(value, datetime) and not pd.isna(value):
                sheet.write_datetime(row, place, _naive(value), looks["time"])
            elif isinstance(value, float) and frame[column].dtype == object and not pd.isna(value):
                sheet.write_number(
                    row, place, value, looks["share" if isinstance(value, Share) else "fraction"]
                )
    last = len(frame), len(frame.columns) - 1
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, *last)
    sheet.autofit(WIDEST_PIXELS)
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, *last)})
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _look(values: "pd.Series[Any]") -> str:
    """The look of a column, by its type."""
    if pd.api.types.is_float_dtype(values):
        return "share" if is_share(str(values.name)) else "fraction"
    return "whole" if pd.api.types.is_integer_dtype(values) else "text"


def _naive(value: Any) -> Any:
    """A time in UTC, without saying so, for spreadsheets know no time zones; any other value as it is."""
    if not isinstance(value, datetime) or pd.isna(value):
        return value
    at = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
    return at.astimezone(UTC).replace(tzinfo=None)
