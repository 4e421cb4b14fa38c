"""What our own pages and sockets are built on: the shared parts, safe headers, whose seat a device has."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from kit.errors import SessionError
from kit.server.context import Context
from kit.server.live import LiveSession
from kit.session import Participant, Session
from kit.text import gettext as _

HOME = "voila/render/index.ipynb"
"""The facilitator's start page."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages load nothing but their own script, stylesheet and fonts, and talk to nobody else."""


class Visit(RequestHandler):
    """One request, whether for a page or for a socket."""

    @property
    def context(self) -> Context:
        """What all pages share."""
        return self.settings["kit"]

    @property
    def address(self) -> str:
        """Where the visitor comes from, for counting guesses."""
        return self.request.remote_ip or ""

    async def session_of(self, code: str) -> Session | None:
        """The session of a code in the address, or None."""
        with contextlib.suppress(SessionError):
            return await asyncio.to_thread(self.context.store.session, code)
        return None

    async def seat(self, session: Session, removed: bool = False) -> Participant | None:
        """Whose seat the cookie of this device is; or was, until the facilitator ``removed`` them."""
        secret, find = self.secret(session), self.context.store.seat
        return await asyncio.to_thread(find, session.id, secret, removed) if secret else None

    def secret(self, session: Session) -> str | None:
        """What the cookie of this device holds; it may be void."""
        return self.get_cookie(cookie_name(session))


def is_facilitator(handler: JupyterHandler) -> bool:
    """Whether the request carries the facilitator's token or cookie."""
    return handler.current_user is not None


def cookie_name(session: Session) -> str:
    """The cookie that holds the secret of a seat."""
    return f"kit-seat-{session.code}"


class Page(Visit):
    """A page of our own."""

    @property
    def head(self) -> Callable[..., Any]:  # type: ignore[override]
        """What answers HEAD: what answers GET, with whatever guards it. Tornado leaves the body out."""
        return self.get

    def set_default_headers(self) -> None:
        """Allow the page nothing but what it needs."""
        host = self.request.host
        # Older Safari doesn't count a WebSocket to the same host as 'self'.
        self.set_header("Content-Security-Policy", POLICY.format(sockets=f"ws://{host} wss://{host}"))
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Content-Type-Options", "nosniff")

    def page(self, template: str, status: int = 200, **names: Any) -> None:
        """Answer with a whole page."""
        self.set_status(status)
        self.finish(self.context.page(template, **names))

    def message(self, status: int, title: str, text: str, again: str = "") -> None:
        """Answer with a plain sentence and a next step: to try it again at that address, or to join by a code."""
        self.page("message.html", status, title=title, text=text, again=again)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Say it plainly, whatever went wrong."""
        self.message(status_code, _("That didn’t work"), _("Please go back and try again."))


class NowherePage(Page):
    """What is at every other address."""

    def prepare(self) -> None:
        """Show the way in."""
        self.message(
            404, _("There is no such page"), _("Please check the address, or type the code once more.")
        )


def parsed(raw: str | bytes) -> dict[str, Any] | None:
    """A message from a page; None if it is no JSON object."""
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


class LiveSocket(Visit, WebSocketHandler):
    """A connection that is told what is new. ``view_id`` is the view that the page shows."""

    view_id = ""
    live: LiveSession | None = None

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Say no more than the status: nobody reads a page in place of a socket."""
        self.finish()

    def get_compression_options(self) -> dict[str, Any]:
        """Compress: views are HTML, and the room's Wi-Fi is the bottleneck."""
        return {"compression_level": 3, "mem_level": 4}

    async def join(self, adding: Awaitable[LiveSession]) -> None:
        """Become one of the connections of a live session, unless this one has been closed meanwhile."""
        self.live = await adding
        if self.ws_connection is None:
            self.on_close()

    def on_message(self, _raw: str | bytes) -> Awaitable[None] | None:
        """Answer whatever comes, so that the page knows that the connection lives."""
        self.send({"type": "pong"})
        return None

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a closed connection is ignored."""
        with contextlib.suppress(WebSocketClosedError):
            text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            frame = text.encode("utf-8", "replace")  # a refusal may quote half a surrogate pair
            self.write_message(frame).add_done_callback(lambda sent: sent.exception())
