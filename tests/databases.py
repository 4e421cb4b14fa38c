"""Databases and content for the store's tests: SQLite; PostgreSQL if WORKSHOP_TEST_POSTGRES names it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, make_url, text

import kit
from kit.kinds.sort.content import Deck
from kit.store.store import Store

KINDS = ("sqlite", "postgresql")
WAIT_SECONDS = 120


@contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of that kind; on PostgreSQL a schema of its own, dropped afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'new folder' / 'workshop.db'}"
        return
    given = os.environ.get("WORKSHOP_TEST_POSTGRES")
    if not given:
        pytest.skip("WORKSHOP_TEST_POSTGRES names no PostgreSQL database")
    url = make_url(given).set(drivername="postgresql+psycopg")
    schema = f"test_{secrets.token_hex(8)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            shown = url.update_query_dict({"options": f"-csearch_path={schema}"})
            yield shown.render_as_string(hide_password=False)
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        engine.dispose()


def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, of each kind in turn: ``url = pytest.fixture(databases.url, params=KINDS)``."""
    with fresh_url(request.param, tmp_path) as url:
        yield url


def store(url: str) -> Iterator[Store]:
    """That database, open: ``store = pytest.fixture(databases.store)``."""
    with Store.open(url) as store:
        yield store


@cache
def _new_database() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "w.sqlite"
        Store.open(f"sqlite:///{path}").close()
        return path.read_bytes()


@contextmanager
def store_in(path: Path) -> Iterator[Store]:
    """A store in a file, which may be there already. A new one is a copy: making one takes longer than most tests."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_new_database())
    with Store.open(f"sqlite:///{path}") as store:
        yield store


def a_deck(exercise_id: str = "cx-vs-service", title: str = "CX vs service") -> Deck:
    """A small valid exercise."""
    return Deck.model_validate(
        {
            "kind": "sort",
            "id": exercise_id,
            "title": title,
            "objective": "Tell the rings apart.",
            "minutes": 30,
            "sources": [{"author": "A. Author", "title": "A book"}],
            "question": "Where does it belong?",
            "categories": [
                {"id": "experience", "name": "Experience", "definition": "All of it."},
                {"id": "service", "name": "Service", "definition": "Help."},
            ],
            "cards": [{"id": "greeted", "text": "Greeted", "answer": "service", "reason": "It's help."}],
        }
    )


def run_python(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start a Python process which can import the kit. Close it with ``with``."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(kit.__file__).parents[1])},
    )
