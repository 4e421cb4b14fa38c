"""What every page of the server shares: settings, store, live sessions, links."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.links import Links
from kit.pages.rendering import render
from kit.server.guard import Guesses
from kit.server.live import Switchboard
from kit.server.look import Look
from kit.server.reach import Reach
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
