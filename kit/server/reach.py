"""The page on which the facilitator tries whether phones reach this computer; it says so while they try."""

from typing import Any

import tornado.web
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from kit.links import Links
from kit.pages.rendering import qr_svg, render
from kit.server.context import Context
from kit.server.page import LiveSocket, Page, is_facilitator
from kit.settings import Settings
from kit.text import gettext as _


class ReachPage(Page, JupyterHandler):
    """Where the facilitator finds out before people come."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Show the address to try, whether it worked, and cures."""
        address = f"{self.context.links.public_url}/join"
        self.page(
            "reach.html",
            address=address,
            qr=qr_svg(address),
            port=self.context.settings.port,
            trouble=trouble(self.context.settings, self.context.links),
            state=_state(self.context),
            live=f"{self.base_url}reach/live",
        )


class ReachSocket(LiveSocket, JupyterHandler):
    """Tells the page as soon as another device has come."""

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade the facilitator's connection."""
        if not is_facilitator(self):
            raise HTTPError(403)
        await super().get(*args, **kwargs)

    def open(self) -> None:
        """Say how it stands."""
        self.context.reach.watching.add(self.tell)
        self.send({"type": "hello", "seq": 0})
        self.tell()

    def tell(self) -> None:
        """Say whether anybody was here."""
        self.send({"type": "islands", "islands": {"reach": _state(self.context)}})

    def on_close(self) -> None:
        """Forget the page."""
        self.context.reach.watching.discard(self.tell)


def _state(context: Context) -> str:
    return render("reach-state.html", at=context.reach.at)


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
