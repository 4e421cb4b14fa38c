"""What every page of the server shares: settings, store, live sessions, links."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tornado.httputil import HTTPServerRequest

from kit.links import Links
from kit.pages.rendering import render
from kit.server.guard import Guesses
from kit.server.live import Switchboard
from kit.server.look import Look
from kit.session import Session
from kit.settings import Settings
from kit.store.store import Store

STATIC_FOLDER = Path(__file__).parent.parent / "static"


class Reach:
    """When another device was here last.

    Attributes:
        at: In local time; None while nobody was here since the start.
        watching: What is called when one has come.
    """

    def __init__(self) -> None:
        self.at: datetime | None = None
        self.watching: set[Callable[[], None]] = set()

    def notice(self, request: HTTPServerRequest) -> None:
        """See where a request comes from. Both its ends are one address where this computer talks to itself."""
        stream: Any = request.connection.stream  # type: ignore[union-attr]
        if stream.socket and stream.socket.getsockname()[0] != request.remote_ip:
            self.at = datetime.now()
            for tell in self.watching:
                tell()


@dataclass
class Context:
    """One server's shared parts."""

    settings: Settings
    store: Store
    links: Links
    base_url: str
    guesses: Guesses
    switchboard: Switchboard
    reach: Reach
    look: Look

    def join_path(self, session: Session) -> str:
        """The path of a session's page on this server."""
        return f"{self.base_url}join/{session.code}"

    def page(self, template: str, **names: Any) -> str:
        """A whole page, with what the frame of every page needs."""
        assets = {"script": self._asset("kit.js"), "style": self._asset("kit.css")}
        assets |= {"look": self.look.path("look.css"), "logo": self.look.path("logo")}
        return render(template, base_url=self.base_url, **assets, **names)

    def _asset(self, name: str) -> str:
        """The address of a static file, with its fingerprint, so that browsers may keep it for good."""
        fingerprint = hashlib.sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
        return f"{self.base_url}kit/static/{name}?v={fingerprint}"
