"""What every page of the server shares: settings, store, live sessions, links."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.links import Links
from kit.server.guard import Guesses
from kit.server.live import Switchboard
from kit.session import Session
from kit.settings import Settings
from kit.store.store import Store

STATIC_FOLDER = Path(__file__).parent.parent / "static"


@dataclass
class Context:
    """One server's shared parts."""

    settings: Settings
    store: Store
    links: Links
    base_url: str
    log: logging.Logger
    loop: asyncio.AbstractEventLoop
    guesses: Guesses = field(init=False)
    switchboard: Switchboard = field(init=False)

    def __post_init__(self) -> None:
        self.guesses = Guesses(self.settings.guesses_per_minute)
        self.switchboard = Switchboard(self.store, self.links, self.loop)

    def join_path(self, session: Session) -> str:
        """The path of a session's page on this server."""
        return f"{self.base_url}join/{session.code}"

    def page_names(self) -> dict[str, Any]:
        """What the frame of every page needs."""
        return {
            "base_url": self.base_url,
            "script": asset(self.base_url, "kit.js"),
            "style": asset(self.base_url, "kit.css"),
        }


def asset(base_url: str, name: str) -> str:
    """The address of a static file, with its fingerprint, so that browsers may keep it for good."""
    fingerprint = hashlib.sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{base_url}kit/static/{name}?v={fingerprint}"
