"""The facilitator's entrance, the projector's page, and who may open which notebook and its kernel."""

import asyncio
import hmac
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated, ws_authenticated
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError, authenticated
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from kit.errors import SessionError
from kit.server.context import Context
from kit.server.guard import is_facilitator, set_page_headers
from kit.server.live import LiveSession
from kit.server.sockets import LiveSocket
from kit.session import Session, clean_code
from kit.text import gettext as _
from kit.pages.rendering import render

PRACTISE_FOLDER = "practise/"
KEPT_FOR_FACILITATORS = 4
"""Of the notebooks that may be open at once: learners can't take the last ones from a facilitator."""

HOME = "voila/render/index.ipynb"
LEARNER = User(username="learner")
"""Who opens a practise notebook without being the facilitator."""


class LimitedKernels(AsyncMappingKernelManager):
    """Jupyter's kernels, with a cap on their number and a note of which belong to practise notebooks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.practise_kernels: set[str] = set()
        self._starting = 0

    async def start_kernel(
        self, *, path: str | None = None, env: dict[str, str] | None = None, **options: Any
    ) -> str:
        """Start a kernel.

        Raises:
            HTTPError: 503 when as many are running as the settings allow.
        """
        practises = f"/{PRACTISE_FOLDER}" in (env or {}).get("SCRIPT_NAME", "")
        most = self.parent.kit_settings.max_kernels
        limit = max(1, most - KEPT_FOR_FACILITATORS) if practises else most
        if len(self.list_kernel_ids()) + self._starting >= limit:
            raise HTTPError(503, f"{limit} notebooks are open, the limit (WORKSHOP_MAX_KERNELS is {most}).")
        self._starting += 1  # one that starts isn't listed yet, and many may be asked for at once
        try:
            kernel_id = await super().start_kernel(path=path, env=env, **options)
        finally:
            self._starting -= 1
        if practises:
            self.practise_kernels.add(kernel_id)
        return kernel_id

    def remove_kernel(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self.practise_kernels.discard(kernel_id)
        super().remove_kernel(kernel_id)


class _OpenToLearners:
    """Lets a learner in where ``learners_may_enter`` says so; all other visitors meet Jupyter's own check.

    Jupyter would turn strangers away before the page could say who a learner is, so each method is open there
    and checks for itself.
    """

    async def prepare(self) -> None:
        await super().prepare()  # type: ignore[misc]
        if self.current_user is None and self.learners_may_enter():  # type: ignore[has-type, attr-defined]
            self.current_user = LEARNER


class NotebookPage(_OpenToLearners, TornadoVoilaHandler):
    """A notebook through Voilà: the practise ones for everybody, the others for the facilitator."""

    def learners_may_enter(self) -> bool:
        """Whether this notebook is for learners."""
        path = self.path_args[0] if self.path_args else ""
        inside = path.startswith(PRACTISE_FOLDER) and ".." not in path
        return inside and self.settings["kit"].settings.practise_open

    @allow_unauthenticated
    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Show the notebook."""
        await super().get(path)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """One plain sentence and a next step; Voilà's own page would look for fonts on another host."""
        title, text = _("That didn’t work"), _("Please reload the page. What was saved is still there.")
        if status_code == 503:
            title = _("All seats are taken")
            text = _("Many people have a notebook open right now. Please try again in a few minutes.")
        elif status_code == 404:
            title, text = _("There is no such page"), _("Please check the address, or go back to the start.")
        names = self.settings["kit"].page_names()
        self.finish(render("message.html", title=title, text=text, **names))


class KernelSocket(_OpenToLearners, VoilaKernelWebsocketHandler):
    """A kernel's channel: a learner may reach practise kernels, whose random name only their own page knows."""

    def learners_may_enter(self) -> bool:
        """Whether this kernel runs a practise notebook."""
        return self.path_kwargs["kernel_id"] in self.kernel_manager.practise_kernels

    @allow_unauthenticated
    @ws_authenticated
    async def get(self, kernel_id: str) -> None:
        """Open the channel."""
        await super().get(kernel_id)


class KernelState(_OpenToLearners, KernelHandler):
    """A kernel's state, which a page asks for before it opens the channel."""

    learners_may_enter = KernelSocket.learners_may_enter

    @allow_unauthenticated
    @authenticated
    async def get(self, kernel_id: str) -> None:
        """Tell it."""
        await super().get(kernel_id)


class KernelShutdown(_OpenToLearners, VoilaShutdownKernelHandler):
    """A page's farewell to its kernel. The browser sends it while leaving, without a form's token."""

    def check_xsrf_cookie(self) -> None:
        """Accept it: only the page that started the kernel knows the kernel's random name."""

    def learners_may_enter(self) -> bool:
        """Whether this kernel runs a practise notebook."""
        return self.path_args[0] in self.kernel_manager.practise_kernels

    @allow_unauthenticated
    @authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        await super().post(kernel_id)


class HomePage(TornadoVoilaTreeHandler):
    """The address without a path: the facilitator's start page, or the door to the room."""

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:
        """Send everybody where they belong."""
        self.redirect(self.base_url + (HOME if is_facilitator(self) else "join"))


class EntrancePage(JupyterHandler):
    """Where a facilitator without a cookie gives the token."""

    def set_default_headers(self) -> None:
        """Send the headers of every page of our own."""
        set_page_headers(self)

    def check_xsrf_cookie(self) -> None:
        """Accept the form without a cookie: only somebody who knows the token gets in by it."""

    def ask(self, problem: str = "", status: int = 200) -> None:
        """Show the form."""
        self.set_status(status)
        names = self.settings["kit"].page_names()
        self.finish(render("entrance.html", problem=problem, next=self.get_argument("next", ""), **names))

    @allow_unauthenticated
    def get(self) -> None:
        """Ask for the token, or go on with a token in the address."""
        if is_facilitator(self):
            self.go_on()
        else:
            self.ask()

    @allow_unauthenticated
    def post(self) -> None:
        """Check the token and leave a cookie."""
        guesses, address = self.settings["kit"].guesses, self.request.remote_ip or ""
        if guesses.exhausted(address):
            self.ask(_("Those were many tries. Please wait a minute."), 429)
            return
        typed = self.get_body_argument("token", "")
        if not hmac.compare_digest(typed.encode(), self.identity_provider.token.encode()):
            guesses.wrong(address)
            self.ask(_("That isn't the token. It stands in the link that the terminal shows."), 403)
            return
        self.identity_provider.set_login_cookie(self, User(username="facilitator"))
        self.go_on()

    def go_on(self) -> None:
        """To the page that was asked for, if it is one of ours."""
        asked = self.get_argument("next", "")
        # Browsers drop tabs and line ends from an address and take a backslash for a slash.
        tidy = asked.isascii() and asked.isprintable() and "\\" not in asked
        ours = tidy and asked.startswith(self.base_url) and not asked.startswith("//")
        self.redirect(asked if ours else self.base_url + HOME, status=303)


class ScreenPage(JupyterHandler):
    """What the projector shows. Needs the facilitator's cookie or a signed link."""

    def initialize(self, context: Context) -> None:
        """Take what all pages share."""
        self.context = context

    def set_default_headers(self) -> None:
        """Send the headers of every page of our own."""
        set_page_headers(self)

    @allow_unauthenticated
    async def get(self, code: str) -> None:
        """Show the page; its content comes through the socket."""
        session = await allowed_session(self, self.context, code)
        if session is None:
            text = _("Open it from the facilitator's page, or ask for the projector's link.")
            self.set_status(403)
            names = self.context.page_names()
            self.finish(render("message.html", title=_("This page is for the projector"), text=text, **names))
            return
        key = self.get_query_argument("key", "")
        live = f"{self.base_url}screen/{session.code}/live?key={key}"
        self.finish(render("screen.html", session=session, live=live, **self.context.page_names()))


class ScreenSocket(LiveSocket, JupyterHandler):
    """The projector's connection: the server speaks, the projector listens."""

    def initialize(self, context: Context) -> None:
        """Take what all pages share."""
        self.context = context
        self.live: LiveSession | None = None

    async def prepare(self) -> None:
        """Refuse whoever may not see the screen before the connection is upgraded."""
        await JupyterHandler.prepare(self)
        self.session = await allowed_session(self, self.context, self.path_args[0])
        if self.session is None:
            raise HTTPError(403)

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade the connection."""
        await LiveSocket.get(self, *args, **kwargs)

    async def open(self, _code: str) -> None:
        """Start to show the session."""
        self.live = await self.context.switchboard.add_screen(self.session, self)
        self.send({"type": "hello", "seq": 0})

    def on_message(self, _raw: str | bytes) -> None:
        """Answer whatever comes, so that the page knows that the connection lives."""
        self.send({"type": "pong"})

    def on_close(self) -> None:
        """Forget the projector."""
        if self.live:
            self.context.switchboard.drop(self.live, self)


async def allowed_session(handler: JupyterHandler, context: Context, code: str) -> Session | None:
    """The session whose screen this visitor may see, or None."""
    try:
        session = await asyncio.to_thread(context.store.session, clean_code(code))
    except SessionError:
        return None
    key = handler.get_query_argument("key", "")
    return session if is_facilitator(handler) or context.links.opens_screen(key, session) else None
