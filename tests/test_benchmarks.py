"""The benchmarks of a room run in their smallest size. Kills, pictures and a second server take too long for here."""

import subprocess
import sys

from kit.settings import PROJECT

FOLDER = PROJECT / "benchmarks"


def run(script: str, *arguments: str) -> str:
    """What the script prints. It must end well."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / script), *arguments], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(printed: str, first_cell: str) -> list[list[str]]:
    """The cells of the table rows that begin so."""
    return [line for line in map(_cells, printed.splitlines()) if line[0] == first_cell]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_latency_times_every_view_and_every_placement() -> None:
    printed = run("latency.py", "--phones", "3", "--repeats", "1", "--cards", "1")
    table = rows(printed, "3")
    assert [row[1] for row in table[:4]] == ["brief", "sort", "reveal", "answers"]
    assert all(int(row[2]) == 3 and 0 < int(row[3]) <= int(row[5]) for row in table)


def test_the_map_is_drawn_for_every_size() -> None:
    printed = run("map.py", "--runs", "1")
    drawn = [rows(printed, str(roles)) for roles in (5, 15, 30, 60)]
    assert all(len(found) == 1 and float(found[0][2]) > 0 for found in drawn)


def test_a_facilitator_compares_the_needs_of_a_small_room() -> None:
    (row,) = rows(run("needs.py", "--people", "12"), "12")
    assert row[1] == "36" and 0 < int(row[4]) <= int(row[5]) <= 12


def test_the_coach_judges_phrases_that_it_never_read() -> None:
    """What an unknown writer can rely on; the figures themselves stand in docs/coach.md."""
    printed = run("coach_f1.py")
    figures = {line[0]: float(line[2]) for line in map(_cells, printed.splitlines()[1:])}
    assert figures["eight steps of the first recipes"] >= 0.93
    assert figures["all traps"] >= 0.87
    assert figures["false traps on clean phrases"] < 0.06
