"""The commands ``workshop start``, ``go``, ``sessions`` and ``rehearse``."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from conftest import Server
from rooms import RINGS, a_store, exercise, in_a_thread
from test_cli_export import use

from kit.cli import main
from kit.room import Position
from kit.session import Names
from kit.store.store import Store

Said = pytest.CaptureFixture[str]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The kit's database, in a data folder of this test's own."""
    with a_store(use(tmp_path / "data", monkeypatch), "workshop") as opened:
        yield opened


def start(said: Said, *arguments: str) -> tuple[str, list[str]]:
    """Start a session; returns its code and the links."""
    assert main(["start", RINGS, *arguments]) == 0
    printed = said.readouterr().out
    return re.findall(r"Session (\w+)", printed)[0], re.findall(r"http\S+", printed)


def on(store: Store, code: str) -> tuple[str, str]:
    """The stage and the beat that are on."""
    change = Position.read(store, store.session(code)).change
    return (change.stage, change.beat) if change else ("", "")


def test_a_session_is_led_from_the_command_line(store: Store, capsys: Said) -> None:
    code, _links = start(capsys, "--title", "Tuesday", "--names", "off")
    assert (store.session(code).title, store.session(code).names) == ("Tuesday", "off")
    assert main(["go", code.lower()]) == 0
    assert capsys.readouterr().out == f"{code}  {exercise(RINGS).title}: What this is about\n"
    assert on(store, code) == ("brief", "")
    assert main(["go", code, "reveal"]) == 0
    assert on(store, code)[0] == "reveal"
    assert main(["go", code, "back"]) == 0
    assert on(store, code) == ("sort", "")


def test_the_links_of_a_new_session_open_its_pages(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Said
) -> None:
    use(server.data, monkeypatch)
    monkeypatch.setenv("WORKSHOP_HOST", "127.0.0.1")
    monkeypatch.setenv("WORKSHOP_PORT", str(urlsplit(server.url).port))
    code, links = start(capsys)
    join, screen, run_sheet = links
    assert httpx.get(join).status_code == httpx.get(screen).status_code == 200
    assert parse_qs(urlsplit(run_sheet).query) == {"session": [code], "token": [server.token]}
    assert urlsplit(run_sheet).path == f"/voila/render/facilitate/{RINGS}.ipynb"


def test_sessions_are_listed_with_where_they_are(store: Store, capsys: Said) -> None:
    assert main(["sessions"]) == 0
    assert "There is no session yet." in capsys.readouterr().out
    codes = [start(capsys)[0] for _number in range(3)]
    main(["go", codes[1], "sort"])
    store.close_session(store.session(codes[2]).id)
    _seat, secret = store.join(store.session(codes[0]).id, "Ada")
    store.mark_rehearsed(store.session(codes[0]).id, secret)
    capsys.readouterr()
    assert main(["sessions"]) == 0
    newest, middle, oldest = capsys.readouterr().out.splitlines()
    assert newest.startswith(codes[2]) and newest.endswith("ended  0 people, 0 answers")
    assert middle.startswith(codes[1]) and "Sort on your own  0 people" in middle
    assert "Warm-up  0 people, 0 answers; 1 rehearsed person left out" in oldest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start", "no-such"], "there is no exercise 'no-such'. Use one of: champions-say, cx-vs-service"),
        (["start", RINGS + ".yaml"], f"Did you mean '{RINGS}'?"),
        (["start", RINGS, "--title", " "], "can't be a title"),
        (["go", "CDFGHJ"], "There is no session with the code “CDFGHJ”."),
        (
            ["go", "CODE", "sideways"],
            "“sideways” is no way to go. Use “next”, “back” or a stage: warm-up, brief, sort",
        ),
        (["go", "CODE", "back"], "There is nothing that way"),
        (["go", "NEW", "back"], "“Experience, service or success?” hasn't begun; nothing comes before it."),
        (["rehearse", "CODE", "--people", "0"], "--people is 0. Use 1 to 500"),
        (["rehearse", "CODE", "--pace", "-1"], "--pace is -1.0. Use 0 (at once) to 600 seconds."),
        (["rehearse", "ENDED"], "has ended. Start a new one."),
        (["rehearse", "CODE"], "Nobody answers at http://127.0.0.1:9/join/"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Said, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("WORKSHOP_PUBLIC_URL", "http://127.0.0.1:9")
    codes = {"CODE": start(capsys)[0], "ENDED": start(capsys)[0]}
    store.close_session(store.session(codes["ENDED"]).id)
    new = store.create_session("Spring", Names.OFF)
    store.plan(new.id, exercise(RINGS))
    codes["NEW"] = new.code
    assert in_a_thread(main, [codes.get(argument, argument) for argument in arguments]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("workshop: ") and errors.count("\n") == 1
    assert said in errors


def test_a_rule_for_names_that_there_is_not_names_those_that_there_are(capsys: Said) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["start", RINGS, "--names", "maybe"])
    said = capsys.readouterr().err.replace("'", "")  # some Pythons quote the choices
    assert "invalid choice: maybe (choose from off, optional, required)" in said


def test_whoever_reads_the_list_may_stop_reading(store: Store) -> None:
    store.create_session("Tuesday", Names.OFF)
    command = [sys.executable, "-m", "kit.cli", "sessions"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as run:
        run.stdout.close()
        assert run.stderr.read() == b""


def test_letters_that_a_window_does_not_have_stop_no_command(store: Store) -> None:
    store.create_session("Grüße \N{PARTY POPPER}", Names.OPTIONAL)
    command = [sys.executable, "-m", "kit.cli", "sessions"]
    few = os.environ | {"PYTHONIOENCODING": "cp1252"}
    run = subprocess.run(command, capture_output=True, check=False, env=few)
    assert (run.returncode, run.stderr) == (0, b"")
    assert "Grüße ?" in run.stdout.decode("cp1252")
    ask = [*command[:-1], "coach", "--recipe", "delay"]
    strict = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    run = subprocess.run(ask, input=b"We are sorry, caf\xe9.", capture_output=True, check=False, env=strict)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_large_room_is_not_kept_out_by_the_limit_on_open_files(store: Store) -> None:
    script = """if True:
        import resource
        from kit.cli import main
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        main(["sessions"])
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        print(now > 600 or now == most)"""
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert run.stdout.endswith("True\n")
