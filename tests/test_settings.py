"""The settings: every faulty value is named, the README's table is true, a child process gets the same."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from kit.errors import SettingsError
from kit.settings import PREFIX, PROJECT, Settings

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WORKSHOP_PORT", "eighty", "WORKSHOP_PORT is 'eighty'. Use a whole number from 1 to 65535."),
        ("WORKSHOP_PORT", "-1", "WORKSHOP_PORT is '-1'. Use a whole number from 1 to 65535."),
        ("WORKSHOP_PORT", "0", "WORKSHOP_PORT is '0'. Use a whole number from 1 to 65535."),
        ("WORKSHOP_PORT", "80000", "WORKSHOP_PORT is '80000'. Use a whole number from 1 to 65535."),
        ("WORKSHOP_PORT", "8866.5", "WORKSHOP_PORT is '8866.5'. Use a whole number from 1 to 65535."),
        ("WORKSHOP_PORT", "٣", "WORKSHOP_PORT is '٣'. Use a whole number from 1 to 65535."),
        (
            "WORKSHOP_MAX_KERNELS",
            "0",
            "WORKSHOP_MAX_KERNELS is '0'. Use a whole number from 1 to 1000000000.",
        ),
        (
            "WORKSHOP_MAX_MESSAGE_BYTES",
            "100",
            "WORKSHOP_MAX_MESSAGE_BYTES is '100'. Use a whole number from 1024 to 1000000000.",
        ),
        (
            "WORKSHOP_PUBLIC_URL",
            "workshop.example",
            "WORKSHOP_PUBLIC_URL is 'workshop.example'. Use an address such as https://workshop.example.org.",
        ),
        (
            "WORKSHOP_PUBLIC_URL",
            "javascript://%0aalert(1)",
            "WORKSHOP_PUBLIC_URL is 'javascript://%0aalert(1)'. Use an address such as https://workshop.example.org.",
        ),
        ("WORKSHOP_PRACTISE_OPEN", "maybe", "WORKSHOP_PRACTISE_OPEN is 'maybe'. Use yes or no."),
    ],
)
def test_a_value_that_does_not_fit_is_quoted(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as fault:
        Settings.from_environment({name: value})
    assert str(fault.value) == said


def test_an_unknown_setting_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsError) as fault:
        Settings.from_environment({"WORKSHOP_PROT": "80"})
    assert str(fault.value).startswith("WORKSHOP_PROT is no setting of the kit. Use one of: WORKSHOP_DATA,")
    assert "WORKSHOP_PORT" in str(fault.value)


def test_other_programs_variables_and_empty_values_change_nothing() -> None:
    environment = {"PORT": "1", "WORKSHOP_PORT": "", "WORKSHOP_TEST_POSTGRES": "x", "PATH": "/"}
    assert Settings.from_environment(environment) == Settings()


@pytest.mark.parametrize(
    ("word", "meant"), [("yes", True), ("TRUE", True), ("1", True), ("No", False), ("0", False)]
)
def test_yes_and_no_may_be_said_in_several_ways(word: str, meant: bool) -> None:
    assert Settings.from_environment({"WORKSHOP_PRACTISE_OPEN": word}).practise_open is meant


def test_paths_are_absolute_and_know_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"WORKSHOP_DATA": "~/data", "WORKSHOP_EXERCISES": "mine"})
    assert (settings.data, settings.exercises) == (tmp_path / "data", tmp_path / "mine")
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'workshop.sqlite'}"
    elsewhere = Settings.from_environment({"WORKSHOP_DATABASE_URL": "postgresql://somewhere/w"})
    assert elsewhere.database == "postgresql://somewhere/w"


def test_a_child_process_gets_the_same_settings(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        database_url="sqlite:///other.sqlite",
        exercises=tmp_path / "exercises",
        host="127.0.0.1",
        port=8123,
        public_url="https://workshop.example",
        practise_open=False,
        max_participants=3,
        max_kernels=4,
        kernel_idle_minutes=5,
        guesses_per_minute=6,
        max_message_bytes=2048,
        colour="#0a5c8a",
        logo=tmp_path / "logo.svg",
    )
    changed = [f.name for f in fields(Settings) if getattr(settings, f.name) != getattr(Settings(), f.name)]
    assert changed == [f.name for f in fields(Settings)], "each field must be tried with another value"
    assert Settings.from_environment(settings.as_environment()) == settings
    assert Settings.from_environment(Settings().as_environment()) == Settings()


def test_the_readme_lists_every_setting_as_it_is() -> None:
    if not README.read_text(encoding="utf-8"):
        pytest.skip("README.md is still empty")
    row = re.compile(r"^\| `(WORKSHOP_\w+)` \| (.*?) \| (.*?) ?\| (.*?) \|$", re.MULTILINE)
    written = row.findall(README.read_text(encoding="utf-8"))
    true = [
        (PREFIX + f.name.upper(), f.metadata["shown"], f.metadata["unit"], f.metadata["help"])
        for f in fields(Settings)
    ]
    assert written == true


def test_a_field_says_what_it_is_for() -> None:
    for f in fields(Settings):
        assert f.metadata["help"].endswith("."), f.name
        assert f.metadata["shown"] or f.default == "", f.name
    assert Settings().exercises == PROJECT / "exercises"
