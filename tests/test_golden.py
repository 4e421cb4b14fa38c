"""What everybody sees and takes home stays as it is; see golden.py. Renew the files: ``python tests/golden.py``."""

import difflib

import pytest
from conftest import Server
from golden import files_of, stored
from plays import PLAYS

pytestmark = pytest.mark.xdist_group("golden")  # a session is played once for both files


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    """A unified diff of all files."""
    lines: list[str] = []
    for path in sorted(before.keys() | after.keys()):
        texts = (files.get(path, "").splitlines() for files in (before, after))
        lines += difflib.unified_diff(*texts, f"stored/{path}", f"now/{path}", lineterm="", n=2)
    return "\n".join(lines)


@pytest.mark.parametrize("exercise", PLAYS)
def test_a_whole_session_looks_as_it_did(server: Server, exercise: str) -> None:
    diff = difference(stored(exercise), files_of(server, exercise))
    if diff:
        pytest.fail(f"{exercise} has changed. If you meant it: python tests/golden.py\n{diff}", pytrace=False)
