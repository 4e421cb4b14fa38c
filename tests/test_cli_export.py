"""The commands ``workshop export`` and ``workshop import``."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from pandas.testing import assert_frame_equal
from rooms import a_partners_session, a_session, needs

from kit.cli import main
from kit.report.files import csv_bytes
from kit.report.tables import Results
from kit.settings import Settings
from kit.store.store import Store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kit's data folder, empty."""
    return use(tmp_path / "data", monkeypatch)


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("WORKSHOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKSHOP_DATA", str(folder))
    return folder


def run_session() -> Results:
    with Store.open(Settings.from_environment().database) as store:
        return Results.of(store, a_session(store))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
def test_export_writes_the_file_and_says_what_is_in_it(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    results, path = run_session(), tmp_path / f"file.{suffix}"
    assert main(["export", results.session.code, "-o", str(path)]) == 0
    said = f"Session {results.session.code} is in {path}: 6 people, 156 answers.\n"
    assert capsys.readouterr() == (said, "")
    assert path.stat().st_size > 1000


@needs("partners")
def test_export_writes_the_days_of_review_as_a_calendar(data: Path, tmp_path: Path) -> None:
    with Store.open(Settings.from_environment().database) as store:
        agreed = a_partners_session(store).code
    path = tmp_path / "reviews.ics"
    assert main(["export", agreed, "-o", str(path)]) == 0
    (event,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart") == date(2031, 6, 30)


def test_without_a_day_there_is_no_calendar(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reviews.ics"
    assert main(["export", run_session().session.code, "-o", str(path)]) == 1
    assert "There is no day for a calendar" in capsys.readouterr().err
    assert not path.exists()


def test_a_session_moves_to_another_computer(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, path = run_session(), tmp_path / "session.json"
    code = before.session.code
    assert main(["export", code, "-o", str(path)]) == 0
    use(tmp_path / "another", monkeypatch)
    capsys.readouterr()
    assert main(["import", str(path)]) == 0
    said = f"Session {code}, “Tuesday's workshop”, is here: 6 people, 156 answers.\n"
    assert capsys.readouterr() == (said, "")
    with Store.open(Settings.from_environment().database) as store:
        after = Results.of(store, store.session(code))
    for name in before:
        assert_frame_equal(after[name], before[name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "CODE", "-o", "file.pdf"], "Files ending in “.pdf” can't be written. Use one of: .csv,"),
        (["export", "CDFGHJ", "-o", "file.csv"], "There is no session with the code “CDFGHJ”."),
        (["export", "nonsense!", "-o", "file.csv"], "“nonsense!” isn't a code of ours."),
        (["export", "CODE", "-o", "nowhere/file.csv"], "can't be written: No such file or directory."),
        (["import", "nowhere.json"], "nowhere.json can't be read: No such file or directory."),
        (["import", "text.json"], "text.json isn't JSON."),
        (["import", "again.json"], "here already. Nothing was brought in."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code = run_session().session.code
    Path("text.json").write_text("Dear diary", encoding="utf-8")
    assert main(["export", code, "-o", "again.json"]) == 0
    capsys.readouterr()
    assert main([code if argument == "CODE" else argument for argument in arguments]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("workshop: ") and errors.count("\n") == 1
    assert said in errors


def test_export_asks_for_the_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["export", "CDFGHJ"])
    assert "-o/--output" in capsys.readouterr().err


def test_the_command_runs_as_a_process_while_the_session_is_open(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with Store.open(Settings.from_environment().database) as store:
        session = a_session(store)
        command = [sys.executable, "-W", "error", "-m", "kit.cli", "export", session.code, "-o", str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=60)
        assert (run.returncode, run.stderr) == (0, "")
        assert path.read_bytes() == csv_bytes(Results.of(store, session))
