"""The facilitator's entrance, the projector's page, and who may open which notebook and its kernel."""

import hmac
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import PasswordIdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError, RequestHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from kit.server.page import LiveSocket, Page, Visit
from kit.text import gettext as _

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

    async def start_kernel(self, *, env: dict[str, str] | None = None, **options: Any) -> str:
        """Start a kernel.

        Raises:
            HTTPError: 503 when as many are running as the settings allow.
        """
        practises = f"/{PRACTISE_FOLDER}" in (env or {}).get("SCRIPT_NAME", "")
        most = self.parent.kit.settings.max_kernels
        limit = max(1, most - KEPT_FOR_FACILITATORS) if practises else most
        if len(self.list_kernel_ids()) + self._starting >= limit:
            raise HTTPError(503, f"{limit} notebooks are open, the limit (WORKSHOP_MAX_KERNELS is {most}).")
        self._starting += 1  # one that starts isn't listed yet, and many may be asked for at once
        try:
            kernel_id = await super().start_kernel(env=env, **options)
        finally:
            self._starting -= 1
        if practises:
            self.practise_kernels.add(kernel_id)
        return kernel_id

    def remove_kernel(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self.practise_kernels.discard(kernel_id)
        super().remove_kernel(kernel_id)


class Visitors(PasswordIdentityProvider):
    """Knows the facilitator, as Jupyter does, and takes others for learners where a page lets learners in."""

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Who sends this request; None is somebody whom Jupyter turns away."""
        user = await super().get_user(handler)
        learners_may_enter = getattr(handler, "learners_may_enter", None)
        return LEARNER if user is None and learners_may_enter and learners_may_enter() else user


class NotebookPage(TornadoVoilaHandler):
    """A notebook through Voilà: the practise ones for everybody, the others for the facilitator."""

    def learners_may_enter(self) -> bool:
        """Whether this notebook is for learners."""
        path = self.path_args[0] if self.path_args else ""
        inside = path.startswith(PRACTISE_FOLDER) and ".." not in path
        return inside and self.settings["kit"].settings.practise_open

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """One plain sentence and a next step; Voilà's own page would look for fonts on another host."""
        title, text = _("That didn’t work"), _("Please reload the page. What was saved is still there.")
        if status_code == 503:
            title = _("All seats are taken")
            text = _("Many people have a notebook open right now. Please try again in a few minutes.")
        elif status_code == 404:
            title, text = _("There is no such page"), _("Please check the address, or go back to the start.")
        self.finish(self.settings["kit"].page("message.html", title=title, text=text))


class OfKernel:
    """A part of a kernel's API: a learner may reach practise kernels, whose random name only their own page knows."""

    learners_method = "GET"

    def learners_may_enter(self) -> bool:
        """Whether this kernel runs a practise notebook, and learners may do this with it."""
        (kernel_id,) = self.path_args or self.path_kwargs.values()
        kernels = self.kernel_manager.practise_kernels
        return self.request.method == self.learners_method and kernel_id in kernels


class KernelSocket(OfKernel, VoilaKernelWebsocketHandler):
    """A kernel's channel."""


class KernelState(OfKernel, KernelHandler):
    """A kernel's state, which a page asks for before it opens the channel."""


class KernelShutdown(OfKernel, VoilaShutdownKernelHandler):
    """A page's farewell to its kernel. The browser sends it while leaving, without a form's token."""

    learners_method = "POST"

    def check_xsrf_cookie(self) -> None:
        """Accept it: only the page that started the kernel knows the kernel's random name."""


class HomePage(TornadoVoilaTreeHandler):
    """The address without a path: the facilitator's start page, or the door to the room."""

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:
        """Send everybody where they belong."""
        self.redirect(self.base_url + (HOME if is_facilitator(self) else "join"))


class EntrancePage(Page, JupyterHandler):
    """Where a facilitator without a cookie gives the token."""

    def check_xsrf_cookie(self) -> None:
        """Accept the form without a cookie: only somebody who knows the token gets in by it."""

    def ask(self, problem: str = "", status: int = 200) -> None:
        """Show the form."""
        self.page("entrance.html", status, problem=problem, next=self.get_argument("next", ""))

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
        typed = self.get_body_argument("token", "")
        if self.context.guesses.exhausted(self.address):
            self.ask(_("Those were many tries. Please wait a minute."), 429)
        elif not hmac.compare_digest(typed.encode(), self.identity_provider.token.encode()):
            self.context.guesses.wrong(self.address)
            self.ask(_("That isn't the token. It stands in the link that the terminal shows."), 403)
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


class ForScreen(Visit, JupyterHandler):
    """Base of what the projector may ask for, with the facilitator's cookie or a signed link."""

    async def prepare(self) -> None:
        """Find the session of the code in the address; None where this visitor may not see its screen."""
        await JupyterHandler.prepare(self)
        session, key = await self.session_of(self.path_args[0]), self.get_query_argument("key", "")
        allowed = session and (is_facilitator(self) or self.context.links.opens_screen(key, session))
        self.session = session if allowed else None


class ScreenPage(Page, ForScreen):
    """What the projector shows."""

    @allow_unauthenticated
    def get(self, _code: str) -> None:
        """Show the page; its content comes through the socket."""
        if self.session is None:
            text = _("Open it from the facilitator's page, or ask for the projector's link.")
            self.message(403, _("This page is for the projector"), text)
            return
        key = self.get_query_argument("key", "")
        live = f"{self.base_url}screen/{self.session.code}/live?key={key}"
        self.page("screen.html", session=self.session, live=live)


class ScreenSocket(LiveSocket, ForScreen):
    """The projector's connection: the server speaks, the projector listens."""

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade the connection of who may see the screen."""
        if self.session is None:
            raise HTTPError(403)
        await super().get(*args, **kwargs)

    async def open(self, _code: str) -> None:
        """Start to show the session."""
        await self.join(self.context.switchboard.add_screen(self.session, self))
        self.send({"type": "hello", "seq": 0})

    def on_message(self, _raw: str | bytes) -> None:
        """Answer whatever comes, so that the page knows that the connection lives."""
        self.send({"type": "pong"})

    def on_close(self) -> None:
        """Forget the projector."""
        if self.live:
            self.context.switchboard.drop(self.live, self)


def is_facilitator(handler: JupyterHandler) -> bool:
    """Whether the request carries the facilitator's token or cookie."""
    return handler.current_user is not None
