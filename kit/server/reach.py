"""What this computer can know of whether phones reach it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tornado.httputil import HTTPServerRequest

from kit.links import Links
from kit.settings import Settings
from kit.text import gettext as _


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


def trouble(settings: Settings, links: Links) -> str:
    """Why no phone can get here, as far as this computer knows; empty if it sees no reason."""
    address = Links.of(settings).public_url
    if settings.public_url:
        return ""
    if settings.host in ("127.0.0.1", "localhost", "::1"):
        text = _(
            "The workshop listens to this computer alone: WORKSHOP_HOST is {host}. Start it without that."
        )
        return text.format(host=settings.host)
    if "//127." in address:
        return _(
            "This computer is on no network. Join a Wi-Fi or switch on a hotspot, then start the workshop again."
        )
    if address != links.public_url:
        return _(
            "This computer has changed its network since the workshop was started. Start the workshop again."
        )
    return ""
