"""Notebooks through Voilà: who may open which, and its kernel; how many may be open at once."""

from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import PasswordIdentityProvider, User
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError, RequestHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from kit.server.page import HOME, Page, is_facilitator
from kit.text import gettext as _

PRACTISE_FOLDER = "practise/"
KEPT_FOR_FACILITATORS = 4
"""Of the notebooks that may be open at once: learners can't take the last ones from a facilitator."""

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
        self.finish(self.settings["kit"].page("message.html", title=title, text=text, again=""))


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


class HomePage(Page, TornadoVoilaTreeHandler):
    """The address without a path: the facilitator's start page, or the door to the room."""

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:
        """Send everybody where they belong."""
        signing_in = self.get_query_argument("token", "") and f"login?{self.request.query}"
        self.redirect(self.base_url + (HOME if is_facilitator(self) else signing_in or "join"))


OURS_INSTEAD = {
    TornadoVoilaHandler: NotebookPage,
    KernelHandler: KernelState,
    VoilaKernelWebsocketHandler: KernelSocket,
    VoilaShutdownKernelHandler: KernelShutdown,
    TornadoVoilaTreeHandler: HomePage,
}
"""Voilà's request handlers and our subclasses, which know learners from facilitators."""
