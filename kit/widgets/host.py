"""What every notebook of one kernel shares: settings, store, secrets, and waking up when the store changes."""

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs

from kit.content.exercise import Exercise
from kit.errors import ContentError
from kit.library import find
from kit.links import Links
from kit.settings import Settings
from kit.store.feed import watch
from kit.store.store import Store
from kit.text import gettext as _

PAUSE_SECONDS = 0.3
"""A console redraws at most this often, however many phones answer at once."""


@dataclass(frozen=True)
class Host:
    """One kernel's settings, store and links."""

    settings: Settings
    store: Store
    links: Links

    def exercise(self, exercise_id: str | None) -> Exercise:
        """The exercise of that id, or the one in the page's address, from the exercises folder.

        Raises:
            ContentError: None is named, there is no such file, or it has faults.
        """
        exercise_id = exercise_id or asked("exercise")
        if not exercise_id:
            text = _(
                "No exercise is named. Open this page from the start page, "
                "or write its id between the brackets, such as ('cx-vs-service')."
            )
            raise ContentError(text)
        return find(self.settings.exercises, exercise_id)


@cache
def host() -> Host:
    """The kernel's one host; the store is opened on the first call."""
    settings = Settings.from_environment()
    return Host(settings, Store.open(settings.database), Links.of(settings))


def asked(name: str) -> str:
    """What the page's address asks for (``?session=KX4R7W``), or an empty text."""
    return parse_qs(os.environ.get("QUERY_STRING", "")).get(name, [""])[0]


def follow(store: Store, callback: Callable[[], None]) -> Callable[[], None]:
    """Call back after the store has changed, on the kernel's own loop, at most every ``PAUSE_SECONDS``.

    Returns:
        What stops it.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return watch(store, callback)
    due = threading.Event()

    def run() -> None:
        due.clear()
        callback()

    def wake() -> None:
        if not due.is_set() and not loop.is_closed():
            due.set()
            loop.call_soon_threadsafe(loop.call_later, PAUSE_SECONDS, run)

    return watch(store, wake)
