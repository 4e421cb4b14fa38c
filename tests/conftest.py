"""What many tests share: a real server in a process of its own, a real Chromium, a session to join."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from chromium import system_chromium
from databases import store_in
from hypothesis import settings

from kit.content.exercise import Exercise
from kit.library import load
from kit.links import Links
from kit.room import open_stage
from kit.session import Names, Session
from kit.settings import PROJECT
from kit.store.schema import stage_changes
from kit.store.store import Store

settings.register_profile("suite", max_examples=40, deadline=None)
settings.load_profile("suite")
pytest.register_assert_rewrite("browser", "onstage", "panels", "phones")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a file in one process, what they share is made once; and those of one database server."""
    if "postgresql" in item.name:
        item.add_marker(pytest.mark.xdist_group("postgresql"))
    elif not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@dataclass(frozen=True)
class Server:
    """A running ``workshop run``: where it is, its facilitator's token, and the store behind it."""

    url: str
    token: str
    data: Path
    store: Store

    @property
    def links(self) -> Links:
        """Its links, signed with its own secret."""
        return Links(self.url, (self.data / "cookie_secret").read_text(encoding="ascii").strip())

    def session(self, title: str = "Spring workshop", names: Names = Names.OPTIONAL) -> Session:
        """A fresh session."""
        return self.store.create_session(title, names)

    def sorting(self, names: Names = Names.OPTIONAL) -> Session:
        """A session whose room is sorting."""
        session = self.session(names=names)
        self.open_stage(session, "sort")
        return session

    def close_sessions(self) -> None:
        """End what other tests have left open, so that a console resumes nothing."""
        for session in self.store.sessions(open_only=True):
            self.store.close_session(session.id)

    def open_stage(
        self, session: Session, stage: str, exercise: str = "cx-vs-service", minutes: int | None = None
    ) -> None:
        """Take the room to a stage, as a facilitator's kernel does: through the store."""
        open_stage(self.store, session, deck(exercise), stage, minutes)


@cache
def deck(exercise: str) -> Exercise:
    """An exercise of the project, without its warm-up, of which other tests tell."""
    loaded = load(PROJECT / "exercises" / f"{exercise}.yaml")
    return loaded.model_copy(update={"warm_up": None, "warm_up_ends": None})


def end_time(store: Store, session: Session, minutes_ago: int = 0) -> None:
    """Put the end of the present stage's time so many minutes ago; of a negative number, ahead."""
    change = store.stage_now(session.id)
    assert change
    ends = stage_changes.update().where(stage_changes.c.id == change.id)
    with store.database.writing() as connection:
        connection.execute(ends.values(ends_at=datetime.now(UTC) - timedelta(minutes=minutes_ago)))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def workshop_environment(data: Path, **settings: object) -> dict[str, str]:
    """An environment with these settings (``port=…``) and no others of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
    ours = {f"WORKSHOP_{name.upper()}": str(value) for name, value in settings.items()}
    return clean | {"WORKSHOP_DATA": str(data), "WORKSHOP_HOST": "127.0.0.1"} | ours


def start_server(data: Path, port: int, **settings: object) -> subprocess.Popen[str]:
    """Start ``workshop run`` and wait until it says that it is open.

    Raises:
        RuntimeError: It ended instead; the text is what it wrote.
    """
    log = (data / "server.log").open("a+", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "kit.cli", "run", "--no-browser"],
        env=workshop_environment(data, port=port, **settings) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        encoding="utf-8",
    )
    log.close()
    assert process.stdout
    for line in process.stdout:
        if "/join" in line:
            return process
    process.communicate()
    raise RuntimeError(f"The server ended:\n{(data / 'server.log').read_text(encoding='utf-8')}")


def stop_server(process: subprocess.Popen[str]) -> None:
    """End a server as Ctrl+C does."""
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database of this test's own."""
    with store_in(tmp_path / "w.sqlite") as opened:
        yield opened


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests; each test opens a session of its own."""
    data = tmp_path_factory.mktemp("workshop")
    port = free_port()
    process = start_server(data, port, guesses_per_minute=10_000)
    with Store.open(f"sqlite:///{data / 'workshop.sqlite'}") as store:
        token = (data / "token").read_text(encoding="ascii").strip()
        yield Server(f"http://127.0.0.1:{port}", token, data, store)
    stop_server(process)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The one headless Chromium of a process: the system's where there is one, else Playwright's own."""
    from playwright.sync_api import sync_playwright

    path = system_chromium()
    arguments = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
