"""Results as files: which formats there are, writing them, and the downloads of a notebook.

Names of participants are in the JSON only; every other file has their pseudonyms.
"""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from kit.activities.dates import ics_bytes
from kit.errors import ExportError
from kit.report.sheets import csv_bytes, xlsx_bytes
from kit.report.shown import Shown, paragraph
from kit.report.tables import Results, heads, left_out_in_words, no_session
from kit.session import Session
from kit.store import archive
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import ngettext


class Download(NamedTuple):
    """A file for a browser: its name (plain ASCII), its media type and its content."""

    file_name: str
    mime: str
    content: bytes


def export(store: Store, session: Session, suffix: str, rehearsed: bool = False) -> Download:
    """The results of a session as they are now, as a file.

    Args:
        store: Where the session is kept.
        session: Which session; it may be running.
        suffix: ".csv", ".xlsx", ".json" or ".ics", with or without the dot.
        rehearsed: Whether rehearsed people count as well. The JSON has them anyway, with their mark.

    Raises:
        ExportError: There is no such format, or no day for a calendar.
    """
    suffix = _known(suffix)
    if suffix == ".json":
        return _download(session, suffix, json_bytes(store, session))
    return _download(session, suffix, _MAKERS[suffix](Results.of(store, session, rehearsed)))


def write(store: Store, code: str, path: str | Path, rehearsed: bool = False) -> Session:
    """Write the results of a session into a file as ``export`` makes it; an earlier file is replaced.

    The file is there in full or not at all: it is written beside its place and then moved there.

    Returns:
        The session that was written.

    Raises:
        ExportError: There is no such format, the file can't be written, or there is nothing for a calendar.
        SessionError: There is no session of that code.
    """
    path = Path(path)
    _known(path.suffix)  # first, so that a wrong suffix is told before anything is read
    session = store.session(code)
    content = export(store, session, path.suffix, rehearsed).content
    try:
        _replace(path.resolve(), content)
    except OSError as error:
        raise ExportError(
            _("{path} can't be written: {reason}. Use another folder or name.").format(
                path=path, reason=os.strerror(error.errno or 0)
            )
        ) from None
    return session


def json_bytes(store: Store, session: Session) -> bytes:
    """The whole session as JSON, which ``bring_in`` takes back without loss. It has people's names."""
    data = archive.dump(store, session.id)
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False).encode()


def calendar_bytes(results: Results) -> bytes:
    """A calendar with the days that people want in it, such as that of the review of an agreement.

    Raises:
        ExportError: There is no such day.
    """
    if not results.dates:
        raise ExportError(
            _(
                "There is no day for a calendar. It takes the day on which two sides look again at an agreement that "
                "both have confirmed on their phones."
            )
        )
    return ics_bytes(results.dates)


def downloads(results: Results) -> Shown:
    """Links to the spreadsheet and the CSV file of these results, and to a calendar where it has an entry.

    The files travel inside the page.
    """
    if results.session is None:
        return paragraph(no_session())
    makers = {suffix: make for suffix, make in _MAKERS.items() if suffix != ".ics" or results.dates}
    files = [_download(results.session, suffix, make(results)) for suffix, make in makers.items()]
    links = "".join(
        f'<li><a download="{name}" href="data:{mime};base64,{base64.b64encode(content).decode()}">{name}</a></li>'
        for name, mime, content in files
    )
    return Shown(", ".join(file.file_name for file in files), f"<ul>{links}</ul>")


def in_words(store: Store, session: Session, rehearsed: bool = True) -> str:
    """How much there is of a session, for the command line: ``12 people, 240 answers``."""
    people, left_out = heads(store, session, rehearsed)
    exercises = (content["id"] for content in store.exercises_used(session.id))
    answers = sum(len(store.responses(session.id, exercise, rehearsed)) for exercise in exercises)
    here = ngettext("{n} person", "{n} people", people).format(n=people)
    said = ngettext("{n} answer", "{n} answers", answers).format(n=answers)
    return f"{here}, {said}{left_out_in_words(left_out)}"


_MIMES = {
    ".csv": "text/csv;charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".ics": "text/calendar;charset=utf-8",
}
_MAKERS = {".xlsx": xlsx_bytes, ".csv": csv_bytes, ".ics": calendar_bytes}


def _known(suffix: str) -> str:
    """The suffix as we write it."""
    known = f".{suffix.lower().removeprefix('.')}"
    if known not in _MIMES:
        raise ExportError(
            _("Files ending in “{suffix}” can't be written. Use one of: {known}.").format(
                suffix=suffix[:20], known=", ".join(_MIMES)
            )
        )
    return known


def _download(session: Session, suffix: str, content: bytes) -> Download:
    """The file; its name goes into an HTTP header, so it is plain ASCII and has nothing of the title."""
    name = f"workshop-{session.code or 'practice'}-{session.created_at.astimezone():%Y-%m-%d}{suffix}"
    return Download(name, _MIMES[suffix], content)


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
