"""Results as files: CSV, XLSX, a calendar and the lossless JSON, and the JSON back into a database.

What participants wrote is hostile here: a spreadsheet must never take any of it for a formula. Names of
participants are in the JSON only; CSV and XLSX have their pseudonyms.
"""

import base64
import csv
import html
import io
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xlsxwriter
from pydantic import ValidationError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kit.content.models import exercise_from
from kit.errors import ContentError, ExportError
from kit.kinds import kind_of
from kit.kinds.partners_agreements import Agreement
from kit.kinds.partners_agreements import ics_bytes as reviews_as_ics
from kit.session import Session
from kit.store import archive
from kit.store.store import Store
from kit.tables import Results, is_share, no_session
from kit.text import gettext as _
from kit.text import ngettext

CSV_ANSWERS = {
    name: tuple(columns.split())
    for name, columns in {
        "placements": "item card placed placed_name correct",
        "phrases": "stage situation recipe text steps traps votes hidden merged_into phrase",
        "needs": "needs_role gives_role side text people outcome",
        "agreements": "first_role first_gives first_by second_role second_gives second_by review confirmed",
    }.items()
}
"""The tables with one row an answer, which the CSV file holds, and what each says of an answer in its own columns."""

CSV_BEFORE = ("exercise", "round", "participant")
CSV_AFTER = ("late", "at")
"""What is said of an answer of any kind, before and after its own columns."""

LARGEST_BYTES = 100 * 2**20
"""No session comes near it; a larger file isn't one, and reading it would only fill the memory."""

LONGEST_SHEET_NAME = 31
"""Source: Excel specifications and limits, Microsoft."""

WIDTH_CHARACTERS = (8, 60)
"""The narrowest and the widest column; longer texts wrap."""

_FORMULA_SIGNS = "=+-@\N{MINUS SIGN}"
_QUOTES = "'\"`\N{ACUTE ACCENT}\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_PASSED_OVER = ("Cc", "Cf", "Pi", "Pf")
"""Unicode's categories of characters that can't be seen, and of the other quotation marks."""


class Download(NamedTuple):
    """A file for a browser: its name (plain ASCII), its media type and its content."""

    file_name: str
    mime: str
    content: bytes


def export(store: Store, session: Session, suffix: str) -> Download:
    """The results of a session as they are now, as a file.

    Args:
        store: Where the session is kept.
        session: Which session; it may be running.
        suffix: ".csv", ".xlsx", ".json" or ".ics", with or without the dot.

    Raises:
        ExportError: There is no such format, or no confirmed agreement for a calendar.
    """
    mime, content = _format(suffix)
    return Download(_file_name(session, suffix), mime, content(store, session))


def write(store: Store, code: str, path: str | Path) -> Session:
    """Write the results of a session into a file; its suffix says as what. An earlier file is replaced.

    The file is there in full or not at all: it is written beside its place and then moved there.

    Returns:
        The session that was written.

    Raises:
        ExportError: There is no such format, the file can't be written, or there is nothing for a calendar.
        SessionError: There is no session of that code.
    """
    path = Path(path)
    _format(path.suffix)  # first, so that a wrong suffix is told before anything is read
    session = store.session(code)
    content = export(store, session, path.suffix).content
    try:
        _replace(path.resolve(), content)
    except OSError as error:
        raise ExportError(
            _("{path} can't be written: {reason}. Use another folder or name.").format(
                path=path, reason=os.strerror(error.errno or 0)
            )
        ) from None
    return session


def bring_in(store: Store, path: str | Path) -> Session:
    """Bring a session from a JSON file of ours into this database: all of it or nothing.

    Raises:
        ExportError: The file can't be read, isn't such a session, or its code exists here already.
    """
    data = _read_json(Path(path))
    _check_exercises(data)
    return archive.load(store, data)


def csv_columns(results: Results) -> tuple[str, ...]:
    """The columns of the CSV file: those of the kinds of answer that there are; of placements if there are none."""
    own = dict.fromkeys(column for name in _answered(results) for column in CSV_ANSWERS[name])
    return ("session", *CSV_BEFORE, *own, *("when" if name == "at" else name for name in CSV_AFTER))


def csv_bytes(results: Results) -> bytes:
    """The answers as CSV: UTF-8 with a byte order mark, which Excel needs.

    One row is a placement, a phrase, a need or an agreement; the last two are of roles, not of a participant.
    A session with exercises of several kinds has the columns of all; a row leaves those of the others empty.
    ``when`` is ISO 8601 in UTC. Texts that a spreadsheet would calculate are defused, see ``defuse``.
    """
    code = results.session.code if results.session else None
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    columns = csv_columns(results)
    writer.writerow(columns)
    for name in _answered(results):
        table = results[name].rename(columns={"at": "when"})
        here = [table[column] if column in table else [None] * len(table) for column in columns[1:]]
        for row in zip(*here, strict=True):
            writer.writerow([_csv_cell(value) for value in (code, *row)])
    return out.getvalue().encode("utf-8-sig")


def _answered(results: Results) -> list[str]:
    """The tables of answers with rows."""
    return [name for name in CSV_ANSWERS if len(results[name])] or ["placements"]


def xlsx_bytes(results: Results) -> bytes:
    """All tables with rows as an Excel workbook, a sheet each, times in UTC. No cell is a formula or a link."""
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **plain}) as book:
        if results.session:
            book.set_properties(
                {"title": results.session.title, "created": _naive(results.session.created_at)}
            )
        styles = _Styles.of(book)
        used: list[str] = []
        for name, table in results.items():
            if not len(table):
                continue  # a workbook of one kind of exercise isn't padded with empty sheets of the others
            used.append(_sheet_name(name, used))
            _fill(book.add_worksheet(used[-1]), table, styles)
    return out.getvalue()


def json_bytes(store: Store, session: Session) -> bytes:
    """The whole session as JSON, which ``bring_in`` takes back without loss. It has people's names."""
    data = archive.dump(store, session.id)
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False).encode()


def ics_bytes(results: Results) -> bytes:
    """A calendar with the day of the review of each agreement that both sides have confirmed.

    Raises:
        ExportError: There is no such agreement.
    """
    cards = _confirmed(results)
    if not cards:
        raise ExportError(
            _(
                "No agreement has been confirmed by both sides yet, so there is no day for a calendar. "
                "Ask both to confirm on their phones."
            )
        )
    return reviews_as_ics(*cards)


def _confirmed(results: Results) -> list[Agreement]:
    """The agreements that both sides have confirmed."""
    table = results["agreements"]
    return [
        Agreement(
            (row.first_role, row.second_role),
            (row.first_gives, row.second_gives),
            (row.first_by, row.second_by),
            row.review,
            (True, True),
            row.at,
        )
        for row in table[table["confirmed"].astype(bool)].itertuples()
    ]


def defuse(text: str) -> str:
    """The text so that no spreadsheet calculates it: with an apostrophe before it where it might.

    That is where its first character is one of ``= + - @`` (or a full-width look-alike),
    or where that comes after spaces, invisible characters and quotes, or where it begins with a tab or a line
    break. ``restore`` takes the apostrophe away again and gives every text back as it was. Therefore apply it
    once: a text that begins with an apostrophe and ``=`` gets another one, or else it couldn't be told from
    ``=`` defused.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if _looks_like_formula(text) else text


def restore(text: str) -> str:
    """The text as it was before ``defuse``."""
    return text[1:] if text.startswith("'") and _looks_like_formula(text[1:]) else text


@dataclass(frozen=True)
class Downloads:
    """Links to the results as files, for a notebook; the files travel inside the page."""

    files: tuple[Download, ...]

    def __repr__(self) -> str:
        return ", ".join(file.file_name for file in self.files) or no_session()

    def _repr_html_(self) -> str:
        if not self.files:
            return f"<p>{html.escape(no_session())}</p>"
        links = "".join(
            f'<li><a download="{file.file_name}" href="data:{file.mime};base64,'
            f'{base64.b64encode(file.content).decode()}">{file.file_name}</a></li>'
            for file in self.files
        )
        return f"<ul>{links}</ul>"


def downloads(results: Results) -> Downloads:
    """Links to the spreadsheet and the CSV file of these results, and to a calendar where it has an entry."""
    if results.session is None:
        return Downloads(())
    made = [(".xlsx", xlsx_bytes(results)), (".csv", csv_bytes(results))]
    if _confirmed(results):
        made.append((".ics", ics_bytes(results)))
    return Downloads(
        tuple(
            Download(_file_name(results.session, suffix), _format(suffix)[0], content)
            for suffix, content in made
        )
    )


def in_words(store: Store, session: Session) -> str:
    """How much there is of a session, for the command line: ``12 people, 240 answers``."""
    people = len(store.participants(session.id))
    exercises = (content["id"] for content in store.exercises_used(session.id))
    answers = sum(len(store.responses(session.id, exercise)) for exercise in exercises)
    return ", ".join(
        (
            ngettext("{n} person", "{n} people", people).format(n=people),
            ngettext("{n} answer", "{n} answers", answers).format(n=answers),
        )
    )


_FORMATS: dict[str, tuple[str, Callable[[Store, Session], bytes]]] = {
    ".csv": ("text/csv;charset=utf-8", lambda store, session: csv_bytes(Results.of(store, session))),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda store, session: xlsx_bytes(Results.of(store, session)),
    ),
    ".json": ("application/json", json_bytes),
    ".ics": ("text/calendar;charset=utf-8", lambda store, session: ics_bytes(Results.of(store, session))),
}


def _format(suffix: str) -> tuple[str, Callable[[Store, Session], bytes]]:
    known = _FORMATS.get(f".{suffix.lower().removeprefix('.')}")
    if known is None:
        raise ExportError(
            _("Files ending in “{suffix}” can't be written. Use one of: {known}.").format(
                suffix=suffix[:20], known=", ".join(_FORMATS)
            )
        )
    return known


def _file_name(session: Session, suffix: str) -> str:
    """Of ASCII letters only, because the title may hold anything and the name goes into an HTTP header."""
    kind = suffix.lower().removeprefix(".")
    return f"workshop-{session.code or 'practice'}-{session.created_at:%Y-%m-%d}.{kind}"


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _read_json(path: Path) -> Any:
    try:
        size_bytes = path.stat().st_size
        if size_bytes > LARGEST_BYTES:
            raise ExportError(
                _("{path} has {size} MB, and no session is larger than {most}. Is it the right file?").format(
                    path=path, size=size_bytes // 2**20, most=LARGEST_BYTES // 2**20
                )
            )
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ExportError(_("{path} can't be read: {reason}.").format(path=path, reason=reason)) from None
    except (ValueError, RecursionError):  # also what isn't UTF-8
        raise ExportError(
            _("{path} isn't JSON. Use a file that “workshop export CODE -o file.json” has written.").format(
                path=path
            )
        ) from None


def _check_exercises(data: Any) -> None:
    """Refuse exercises for which this kit has no rules; their results couldn't be shown later.

    Anything else that is wrong is left to ``archive.load``.
    """
    parts = data.get("exercises") if isinstance(data, dict) else None
    for number, part in enumerate(parts if isinstance(parts, list) else []):
        content = part.get("content") if isinstance(part, dict) else None
        if not isinstance(content, dict):
            continue
        try:
            kind_of(exercise_from(content))
        except (KeyError, TypeError, ContentError, ValidationError):
            raise ExportError(
                _(
                    "exercises[{number}].content: this kit can't run exercise “{id}”. A newer kit may have "
                    "written it. Nothing was brought in."
                ).format(number=number, id=ascii(content.get("id"))[:60])
            ) from None


def _looks_like_formula(text: str) -> bool:
    for letter in text:
        if letter in "\t\r\n":
            return True
        if letter.isspace() or letter in _QUOTES or unicodedata.category(letter) in _PASSED_OVER:
            continue
        folded = unicodedata.normalize("NFKC", letter)
        if folded not in _QUOTES:
            return folded in _FORMULA_SIGNS
    return False


def _csv_cell(value: Any) -> Any:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return _naive(value).isoformat(timespec="seconds") + "Z"
    return defuse(value) if isinstance(value, str) else value


def _naive(at: datetime) -> datetime:
    """The time in UTC, without saying so: spreadsheets know no time zones."""
    at = at.to_pydatetime(warn=False) if isinstance(at, pd.Timestamp) else at
    return at.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class _Styles:
    """The looks of cells. ``formula_like`` keeps a text a text when somebody edits its cell in Excel."""

    head: Format
    text: Format
    formula_like: Format
    whole: Format
    fraction: Format
    share: Format
    time: Format

    @classmethod
    def of(cls, book: Workbook) -> "_Styles":
        top = {"valign": "top"}
        head = {"bold": True, "bg_color": "#E3ECF2", "font_color": "#12303F", "bottom": 1, **top}
        return cls(
            head=book.add_format(head),
            text=book.add_format({"text_wrap": True, **top}),
            formula_like=book.add_format({"text_wrap": True, "quote_prefix": True, **top}),
            whole=book.add_format({"num_format": "0", **top}),
            fraction=book.add_format({"num_format": "0.00", **top}),
            share=book.add_format({"num_format": "0%", **top}),
            time=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left", **top}),
        )


def _sheet_name(name: str, used: Sequence[str]) -> str:
    """A name that Excel takes: short, without its own signs, no name twice whatever the capitals."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:LONGEST_SHEET_NAME] or "table"
    taken = {"history", *(other.lower() for other in used)}
    number, fresh = 1, clean
    while fresh.lower() in taken:
        number += 1
        fresh = f"{clean[: LONGEST_SHEET_NAME - len(str(number)) - 1]} {number}"
    return fresh


def _fill(sheet: Worksheet, table: pd.DataFrame, styles: _Styles) -> None:
    """One table: a frozen header with filters, then its rows."""
    for place, column in enumerate(table.columns):
        title = "at (UTC)" if column == "at" else str(column)
        sheet.write_string(0, place, title, styles.head)
        shown = [_put(sheet, row, place, column, v, styles) for row, v in enumerate(table[column], start=1)]
        sheet.set_column(place, place, _width([title + "   ", *shown]))
    last = len(table), len(table.columns) - 1
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, *last)
    sheet.ignore_errors({"number_stored_as_text": xlsxwriter.utility.xl_range(0, 0, *last)})
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _put(sheet: Worksheet, row: int, place: int, column: str, value: Any, styles: _Styles) -> str:
    """Write one value by its type, never by what its text looks like. Returns about what it looks like."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, _naive(value), styles.time)
        return "2000-01-01 00:00:00"
    if isinstance(value, str):
        style = styles.formula_like if _looks_like_formula(value) else styles.text
        sheet.write_string(row, place, value, style)
        return value
    if pd.api.types.is_bool(value):
        sheet.write_boolean(row, place, bool(value), styles.text)
        return "FALSE"
    number = float(value)
    style = styles.share if is_share(column) else styles.whole if number.is_integer() else styles.fraction
    if pd.api.types.is_float(value) and not is_share(column):
        style = styles.fraction
    sheet.write_number(row, place, number, style)
    return "0.00" if style is styles.fraction else str(round(number))


def _width(texts: Sequence[str]) -> int:
    lines = (line for text in texts for line in text[:1000].splitlines())
    longest = max(
        (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s) for s in lines), default=0
    )
    narrowest, widest = WIDTH_CHARACTERS
    return min(max(longest + 1, narrowest), widest)
