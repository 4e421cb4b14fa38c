"""A session back from its JSON file into a database: all of it or nothing."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kit.errors import ExportError
from kit.report.tables import Results
from kit.room import Attendance, Past, Position
from kit.session import Session
from kit.store import archive
from kit.store.limits import quoted
from kit.store.store import Store
from kit.text import gettext as _

LARGEST_BYTES = 100 * 2**20
"""No session comes near it; a larger file isn't one, and reading it would only fill the memory."""


def bring_in(store: Store, path: str | Path) -> Session:
    """Bring a session from a JSON file of ours into this database: all of it or nothing.

    Raises:
        ExportError: The file can't be read, isn't such a session, or its code exists here already.
    """
    data = _read_json(Path(path))
    _try_out(data, Path(path))
    return archive.load(store, data)


def _try_out(data: Any, path: Path) -> None:
    """Read the session first in a database of its own: here, one that can't be shown would stay so for good."""
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'tried.sqlite'}") as tried:
        session = archive.load(tried, data)
        try:
            position = Position.read(tried, session)
            _seen = Results.of(tried, session).dates, Attendance.counted(tried, position).progress
            for stage, room in (seen for past in Past.read(tried, position) for seen in past.stages):
                _stage = stage.beats(stage.within(room)), [one.choices(room) for one in stage.decides]
        except Exception as error:  # whatever it is that a session of ours never holds
            text = _(
                "{path} holds a session that can't be shown: a decision, an answer or a stage in it isn't as the kit "
                "writes it ({reason}). Export it again, and change nothing in the file. Nothing was brought in."
            )
            raise ExportError(text.format(path=path, reason=quoted(error))) from error


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
