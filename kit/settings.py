"""Every setting: name, default, unit and help in one table, read from the environment in one place."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from kit.errors import SettingsError

PREFIX = "WORKSHOP_"
PROJECT = Path(__file__).resolve().parent.parent


def _setting(
    default: Any, help: str, unit: str = "", shown: str | None = None, at_least: int = 1, at_most: int = 10**9
) -> Any:
    shown, bounds = str(default) if shown is None else shown, (at_least, at_most)
    return field(default=default, metadata={"help": help, "unit": unit, "shown": shown, "bounds": bounds})


@dataclass(frozen=True)
class Settings:
    """The settings of one run. Each field is read from ``WORKSHOP_`` and its name in capitals."""

    data: Path = _setting(
        platformdirs.user_data_path("service-workshop-kit", appauthor=False),
        "Folder of the database and the secrets.",
        shown="the user's data folder",
    )
    database_url: str = _setting(
        "", "SQLAlchemy URL of the database.", shown="`workshop.sqlite` in the data folder"
    )
    exercises: Path = _setting(
        PROJECT / "exercises", "Folder of the exercise files.", shown="the project's `exercises/`"
    )
    host: str = _setting("0.0.0.0", "Address to listen on; 0.0.0.0 is every network of this computer.")
    port: int = _setting(8866, "Port to listen on.", at_most=65535)
    public_url: str = _setting(
        "",
        "Address that phones use, when it isn't this computer's own.",
        shown="this computer on the local network",
    )
    practise_open: bool = _setting(
        True, "Whether anybody may open the practise notebooks.", "yes or no", "yes"
    )
    max_participants: int = _setting(500, "Most people in one session.", "people")
    max_kernels: int = _setting(24, "Most notebooks open at once.", "notebooks")
    kernel_idle_minutes: int = _setting(20, "An abandoned notebook is closed after this.", "minutes")
    guesses_per_minute: int = _setting(
        20, "Wrong codes or tokens from one address before it has to wait.", "per minute"
    )
    max_message_bytes: int = _setting(16384, "Longest message that a phone may send.", "bytes", at_least=1024)
    colour: str = _setting(
        "", "Colour of the company whose people come, such as #0a5c8a.", shown="the kit's own"
    )
    logo: Path | None = _setting(
        None, "File of its logo: PNG, SVG, JPEG or WebP, up to 200 KB.", shown="none"
    )

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data / 'workshop.sqlite'}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings.

        Raises:
            SettingsError: A value doesn't fit, or an unknown ``WORKSHOP_`` name is set.
        """
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        unknown = sorted(n for n in environ if n.startswith(PREFIX) and n not in known and n[9:14] != "TEST_")
        if unknown:
            raise SettingsError(f"{unknown[0]} is no setting of the kit. Use one of: {', '.join(known)}.")
        given = {f.name: _parse(name, f, environ[name]) for name, f in known.items() if environ.get(name)}
        return cls(**given)

    def as_environment(self) -> dict[str, str]:
        """The same settings for a child process, such as a notebook's kernel."""
        return {
            PREFIX + name.upper(): ("yes" if value else "no") if isinstance(value, bool) else str(value)
            for name, value in vars(self).items()
            if value not in ("", None)
        }


def _parse(name: str, f: Any, text: str) -> Any:
    if f.type is bool:
        words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
        if text.lower() not in words:
            raise SettingsError(f"{name} is {text!r}. Use yes or no.")
        return words[text.lower()]
    if f.type is int:
        least, most = f.metadata["bounds"]
        if not re.fullmatch("[0-9]{1,10}", text) or not least <= int(text) <= most:
            raise SettingsError(f"{name} is {text!r}. Use a whole number from {least} to {most}.")
        return int(text)
    if f.name == "public_url" and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", text):
        raise SettingsError(f"{name} is {text!r}. Use an address such as https://workshop.example.org.")
    return Path(text).expanduser().absolute() if f.type in (Path, Path | None) else text
