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
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines()]
    return [line for line in cells if line[0] == first_cell]


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
