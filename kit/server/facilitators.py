"""The facilitator's entrance; what signed links open: the projector's page, the facilitator's remote."""

import asyncio
import hmac
from typing import Any, ClassVar

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from kit.errors import KitError
from kit.lead import Lead
from kit.pages import lead, pages
from kit.pages.rendering import qr_svg
from kit.room import Attendance
from kit.server.page import HOME, LiveSocket, Page, Visit, is_facilitator, parsed
from kit.text import gettext as _

CLICKS = ("next", "back", "blank")
"""What a presenter's clicker can press on the projector's page."""

WRONG = _(
    "That isn’t the facilitator’s link of this workshop. Copy it from the window where the workshop was started."
)


class EntrancePage(Page, JupyterHandler):
    """Where a facilitator without a cookie gives their link, or the token that is its end."""

    def check_xsrf_cookie(self) -> None:
        """Accept the form without a cookie: only somebody who knows the token gets in by it."""

    def ask(self, problem: str = "", status: int = 200) -> None:
        """Show the form."""
        self.page("entrance.html", status, problem=problem, next=self.get_argument("next", ""))

    @allow_unauthenticated
    def get(self) -> None:
        """Ask for the link, or go on with a token in the address."""
        asked = self.get_argument("next", "")
        if is_facilitator(self):
            self.go_on()
        elif self.get_argument("token", "") or "token=" in asked:
            self.ask(WRONG)
        else:
            self.ask(_("This browser isn’t signed in, so that page stays closed.") if asked else "")

    @allow_unauthenticated
    def post(self) -> None:
        """Check the token and leave a cookie."""
        typed = self.get_body_argument("link", "").rpartition("token=")[2].partition("&")[0].strip()
        if self.context.guesses.exhausted(self.address):
            self.ask(_("Those were many tries. Please wait a minute."), 429)
        elif not hmac.compare_digest(typed.encode(), self.identity_provider.token.encode()):
            self.context.guesses.wrong(self.address)
            self.ask(WRONG, 403)
        else:
            self.identity_provider.set_login_cookie(self, User(username="facilitator"))
            self.go_on()

    def go_on(self) -> None:
        """To the page that was asked for, if it is one of ours."""
        asked = self.get_argument("next", "")
        # Browsers drop tabs and line ends from an address and take a backslash for a slash.
        tidy = asked.isascii() and asked.isprintable() and "\\" not in asked
        ours = tidy and asked.startswith(self.base_url) and not asked.startswith("//")
        self.redirect(asked if ours else self.base_url + HOME, status=303)


class ByLink(Visit, JupyterHandler):
    """Base of what opens with the facilitator's cookie, or with a signed link to a page of one session."""

    opened: ClassVar[str]
    """Which page the link is to: ``screen`` or ``lead``."""

    async def prepare(self) -> None:
        """Find the session of the code in the address; None where this visitor may not open it."""
        await JupyterHandler.prepare(self)
        session, self.key = await self.session_of(self.path_args[0]), self.get_query_argument("key", "")
        opens = self.context.links.opens
        allowed = session and (is_facilitator(self) or opens(self.opened, self.key, session))
        self.session = session if allowed else None


class ByLinkPage(Page, ByLink):
    """A page that a signed link opens; its content comes through the socket."""

    closed: ClassVar[tuple[str, str]]
    """What is said to whom it stays closed: whose it is, and a next step."""

    @allow_unauthenticated
    def get(self, _code: str) -> None:
        """Show the page."""
        if self.session is None:
            self.message(403, *self.closed)
            return
        live = f"{self.base_url}{self.opened}/{self.session.code}/live?key={self.key}"
        names = {"session": self.session, "links": self.context.links, "qr": qr_svg}
        self.page(f"{self.opened}.html", live=live, **names)


class ByLinkSocket(LiveSocket, ByLink):
    """The connection of a page that a signed link opens: it follows the whole room, and takes what is pressed."""

    shown: dict[str, str]
    lead: Lead

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade the connection of who may open the page."""
        if self.session is None:
            raise HTTPError(403)
        await super().get(*args, **kwargs)

    async def open(self, _code: str) -> None:
        """Start to show the session."""
        self.shown, self.lead = {}, Lead(self.context.store, self.session)
        await self.join(self.context.switchboard.add_follower(self.session, self))
        self.send({"type": "hello", "seq": 0})

    def draw(self, attendance: Attendance) -> dict[str, str]:
        """The islands that show the room."""
        raise NotImplementedError

    def fill(self, islands: dict[str, str]) -> None:
        """Send those islands that the page doesn't have yet."""
        if news := {name: html for name, html in islands.items() if self.shown.get(name) != html}:
            self.shown |= news
            self.send({"type": "islands", "islands": news})

    def act(self, message: dict[str, Any]) -> str | None:
        """Do what was pressed; what to say about it, if it can't be seen. Runs in a worker thread."""
        return self.lead.act(message)

    async def on_message(self, raw: str | bytes) -> None:
        """Do what was pressed, and say so; what can't be read does no harm."""
        message = parsed(raw) or {}
        if message.get("type") != "action" or self.live is None:
            self.send({"type": "pong"})
            return
        try:
            said = await asyncio.to_thread(self.act, message) or ""
        except KitError as error:
            said = str(error)
        self.send({"type": "islands", "islands": {}, "text": said})
        self.context.switchboard.redraw(self.live)

    def on_close(self) -> None:
        """Forget the page."""
        if self.live:
            self.context.switchboard.drop(self.live, self)


class ScreenPage(ByLinkPage):
    """What the projector shows."""

    opened = "screen"
    closed = (
        _("This page is for the projector"),
        _("Open it from the facilitator's page, or ask for the projector's link."),
    )


class ScreenSocket(ByLinkSocket):
    """The projector's connection: what to show, and back what a presenter's clicker asks for."""

    opened = "screen"

    def draw(self, attendance: Attendance) -> dict[str, str]:
        """What the room sees."""
        address = self.context.links.join(self.session)
        return {"screen": pages.screen(attendance, address), "clock": pages.clock(attendance.position)}

    def fill(self, islands: dict[str, str]) -> None:
        """A new picture comes with its time, though that may be up since long ago."""
        if self.shown.get("screen") != islands["screen"]:
            self.shown.pop("clock", None)
        super().fill(islands)

    def act(self, message: dict[str, Any]) -> str | None:
        """Do what the clicker asks for, and no more: whoever has the projector's link doesn't lead."""
        return super().act(message) if message.get("action") in CLICKS else None


class LeadPage(ByLinkPage):
    """The facilitator's remote, on their phone or another computer: the console without a notebook."""

    opened = "lead"
    closed = (
        _("This page is for the facilitator"),
        _("Scan the code on the facilitator's page again. A link works until its session has ended."),
    )


class LeadSocket(ByLinkSocket):
    """The remote's connection: it shows the room and takes what is pressed."""

    opened = "lead"

    def draw(self, attendance: Attendance) -> dict[str, str]:
        """What the facilitator sees."""
        scene = self.lead.scene(attendance)
        if scene is None:
            return {"where": _("This session has no exercise yet. Open one from the start page.")}
        return lead.islands(scene, self.context.links.join(self.session))
