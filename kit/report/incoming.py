"""A session back from its JSON file into a database: all of it or nothing."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kit.errors import ContentError, ExportError
from kit.kinds import exercise_from, kind_of
from kit.session import Session
from kit.store import archive
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
    _check_exercises(data)
    return archive.load(store, data)


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
