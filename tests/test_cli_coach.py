"""The command ``workshop coach``: a phrase in a terminal, its words marked as evidence."""

import io
import os
import pty
import subprocess
import sys

import pytest

from kit.cli import main

GOOD = "We're sorry for the wait, two cooks are ill. Your food is here in ten minutes."
BAD = "The kitchen never tells us anything, and there's nothing I can do."
COMMAND = [sys.executable, "-W", "error", "-m", "kit.cli", "coach", "--recipe", "delay"]


def test_it_marks_the_words_that_show_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", "--recipe", "delay", GOOD]) == 0
    said = capsys.readouterr().out.splitlines()
    marked = "[We're sorry for the wait], [two cooks are ill]. [Your food is here in ten minutes]."
    assert said[0] == marked
    assert "✓ Apologise: You take this on as ours: “We're sorry for the wait”" in said
    assert sum(line.startswith("✓") for line in said) == 3
    assert not [line for line in said if line.startswith("→")]


def test_a_trap_is_a_question_that_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", "--recipe", "delay", *BAD.split()]) == 0  # without quotation marks, too
    said = capsys.readouterr().out
    assert "→ Whose fault does the customer hear in “The kitchen never tells us anything”?" in said
    assert "{The kitchen never tells us anything}" in said
    assert "\x1b" not in said


def test_without_a_text_it_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    assert main(["coach", "--recipe", "delay"]) == 0
    piped = capsys.readouterr().out
    assert main(["coach", "--recipe", "delay", GOOD]) == 0
    assert capsys.readouterr().out == piped


def test_another_language_is_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", "--recipe", "delay", "Es tut uns leid, Ihr Essen kommt in zehn Minuten."]) == 0
    said = capsys.readouterr().out
    assert "I can only read English so far" in said
    assert "✓" not in said and "○" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["late", GOOD],
            "There is no recipe “late”. Use one of: coworker-error, delay, customer-error, customer-harm, rule-stands.",
        ),
        (["delay"], "There is no phrase to read. Write it in quotation marks after the recipe."),
        (["delay", "  "], "There is no phrase to read."),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    assert main(["coach", "--recipe", *arguments]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"workshop: {said}") and errors.count("\n") == 1


@pytest.mark.parametrize("quiet", [False, True])
def test_colours_are_for_a_terminal_only(quiet: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"NO_COLOR": "1"} if quiet else {}
    ours, theirs = pty.openpty()
    with subprocess.Popen([*COMMAND, GOOD], stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = everything(ours)
    os.close(ours)
    assert process.returncode == 0
    assert ("\x1b[32mWe're sorry for the wait\x1b[0m" in shown) is not quiet
    assert ("[We're sorry for the wait]" in shown) is quiet


def everything(terminal: int) -> str:
    """All that is written to a terminal until the other side closes it."""
    chunks = []
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # Linux says so when nobody holds the other side any more
            chunk = b""
        if not chunk:
            return b"".join(chunks).decode("utf-8")
        chunks.append(chunk)
