"""Every benchmark runs in its smallest size and says what it is there to say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_room_that_writes_hears_from_the_coach() -> None:
    printed = run("coach_room.py", "--phones", "3", "--times", "2")
    ((_phones, answers, median, _most, longest, _busy),) = rows(printed, "3")
    assert int(answers) == 6
    assert 0 < int(median) <= int(longest)


def test_a_kill_loses_nothing_that_was_acknowledged() -> None:
    printed = run("kill.py", "--kills", "1", "--phones", "5")
    for facilitator in ("quiet", "writing too"):
        ((_who, kills, acknowledged, lost, _again, _before, not_once, notes_lost),) = rows(
            printed, facilitator
        )
        assert (kills, lost, not_once, notes_lost) == ("1", "0", "0", "0")
        assert int(acknowledged) > 0


def test_the_phone_page_is_light_and_asks_no_other_host() -> None:
    printed = run("page_weight.py", "--runs", "1")
    ((_page, kilobytes, requests, hosts, *_times),) = rows(printed, "phone")
    assert float(kilobytes) <= 60
    assert int(requests) <= 10
    assert hosts == "none"
    assert re.search(r"ratios: 1/\d+", printed)


@pytest.mark.parametrize("only", ["join", "phone-3"])
def test_the_gallery_takes_its_pictures(only: str, tmp_path: Path) -> None:
    run("gallery.py", "--only", only, "--folder", str(tmp_path))
    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert len(pictures) >= 4 and all(name.startswith(only) for name in pictures)
    listed = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert all(f"({name})" in listed for name in pictures)
