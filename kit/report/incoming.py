"""A session back from its JSON file into a database: all of it or nothing."""

import json
import os
from pathlib import Path
from typing import Any

from kit.errors import ExportError
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
    return archive.load(store, _read_json(Path(path)))


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
