"""What the benchmarks share: a real ``workshop run`` in a process of its own, and tables of what was measured."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from kit.content.exercise import Exercise
from kit.library import load
from kit.links import Links
from kit.session import Session
from kit.settings import PROJECT, Settings
from kit.store.store import Store

sys.path.append(str(PROJECT / "tests"))
from chromium import system_chromium

EXERCISE = "cx-vs-service"


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """The browser that the tests use, with these arguments."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_chromium(), args=["--no-sandbox", *arguments]
        )
        yield browser
        browser.close()


class Workshop:
    """A server that can be killed and started again on the same port with the same data."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {
            "data": data,
            "host": "127.0.0.1",
            "port": self.port,
            "guesses_per_minute": 10_000,
            **settings,
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
        ours = {f"WORKSHOP_{name.upper()}": str(value) for name, value in given.items()}
        self.environment = clean | ours | {"PYTHONUNBUFFERED": "1"}
        self.settings = Settings.from_environment(ours)
        self.database = self.settings.database
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start the server and wait until it says that it is open.

        Raises:
            RuntimeError: It ended instead; the text is what it wrote.
        """
        log = self.data / "server.log"
        with log.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kit.cli", "run", "--no-browser"],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        for line in self.process.stdout or ():
            if line.strip().endswith("/join"):
                return
        raise RuntimeError(f"The server ended:\n{log.read_text(encoding='utf-8')}")

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server, by default without any warning."""
        assert self.process
        self.process.send_signal(how)
        self.process.communicate(timeout=20)

    @property
    def token(self) -> str:
        """The facilitator's token."""
        return (self.data / "token").read_text(encoding="ascii").strip()

    def screen_path(self, session: Session) -> str:
        """The projector's signed address, without the host."""
        links = Links.of(self.settings)
        return links.screen(session).removeprefix(links.public_url)


@contextmanager
def workshop(data: Path, **settings: object) -> Iterator[tuple[Workshop, Store]]:
    """A running server with its data in that folder, and the same store as a facilitator's kernel opens it."""
    server = Workshop(data, **settings)
    try:
        server.start()
        with Store.open(server.database) as store:
            yield server, store
    finally:
        server.kill(signal.SIGTERM)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def deck(name: str = EXERCISE) -> Exercise:
    """An exercise of the project."""
    return load(PROJECT / "exercises" / f"{name}.yaml")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, ready for the README beside this module."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def milliseconds(seconds: Sequence[float]) -> list[str]:
    """Median, 95th percentile and maximum, in milliseconds."""
    return [f"{1000 * value:.0f}" for value in np.percentile(seconds, [50, 95, 100])]
