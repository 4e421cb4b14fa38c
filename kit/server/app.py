"""The server: Voilà for notebooks, with our pages beside it, under one address."""

import gc
import sys
from collections.abc import Callable
from typing import Any

import tornado.httpserver
import tornado.ioloop
import tornado.web
from jupyter_server.utils import url_path_join
from traitlets.config import Config
from voila.app import Voila

from kit.errors import SettingsError
from kit.links import Links, kept_secret
from kit.server import facilitators, participants, reach
from kit.server.context import STATIC_FOLDER, Context, Reach
from kit.server.guard import Guesses
from kit.server.live import Switchboard
from kit.server.look import Look, LookFile
from kit.server.notebooks import OURS_INSTEAD, LimitedKernels, Visitors
from kit.server.page import NowherePage
from kit.settings import PROJECT, Settings
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import language

CULL_CHECK_SECONDS = 60
MAX_BODY_BYTES = 1_000_000

TURN_SECONDS = 0.0005
"""How long a thread that draws the room may keep the others waiting (Python's own is ten times that): an answer goes
through two threads and back, and would wait at each of them."""

LAB_EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
"""All other installed extensions would be loaded by every notebook page and are not used there."""


class StaticFile(tornado.web.StaticFileHandler):
    """Our script and stylesheet; the fingerprint in their address lets browsers keep them."""

    def set_extra_headers(self, path: str) -> None:
        """Allow browsers to keep the file."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")


class WorkshopServer(Voila):
    """Voilà with sign-in, limits on kernels, compression, and the pages of participants and projector."""

    kit: Context
    started: Callable[[], None]

    @classmethod
    def set_up(cls, settings: Settings, store: Store) -> "WorkshopServer":
        """A server that is ready to start.

        Raises:
            SettingsError: The company's colour or logo can't be used.
        """
        config, look = Config(), Look.of(settings)
        config.Voila.root_dir = str(PROJECT / "notebooks")
        config.Voila.ip, config.Voila.port = settings.host, settings.port
        config.Voila.token = kept_secret(settings.data / "token")
        config.Voila.identity_provider_class = Visitors
        config.VoilaConfiguration.template = "workshop"
        config.VoilaExporter.language_code = language().partition("_")[0]
        config.VoilaConfiguration.resources = {
            "waiting": _("Getting your page ready …"),
            "missed": _(
                "This part didn’t come up. Please wait a minute and reload the page; what was saved is still there."
            ),
            "look": look.path("look.css"),
        }
        config.VoilaConfiguration.multi_kernel_manager_class = LimitedKernels
        config.VoilaConfiguration.extension_allowlist = LAB_EXTENSIONS
        config.VoilaConfiguration.allow_template_override = "NO"
        config.VoilaConfiguration.show_tracebacks = False
        config.VoilaExecutor.cell_error_instruction = _(
            "There is no exercise or session at this address, or its file has a fault. Please open the link to this "
            "page once more; the start page has every exercise, and what is wrong with one."
        )
        config.KernelManager.transport_encryption = "auto"  # nobody else on this computer listens in
        config.LimitedKernels.cull_idle_timeout = 60 * settings.kernel_idle_minutes
        config.LimitedKernels.cull_interval = CULL_CHECK_SECONDS
        server = cls(config=config, log_level="ERROR")
        server.initialize([])
        links, guesses = Links.of(settings), Guesses(settings.guesses_per_minute)
        switchboard = Switchboard(store, tornado.ioloop.IOLoop.current().asyncio_loop)
        server.kit = Context(settings, store, links, server.base_url, guesses, switchboard, Reach(), look)
        server.cookie_secret = links.secret.encode()
        return server

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings of the web application, and ours."""
        return super().init_settings() | {
            "kit": self.kit,
            "compress_response": True,
            "websocket_ping_interval": 20,
            "login_url": url_path_join(self.base_url, "login"),
            "default_handler_class": NowherePage,
        }

    def init_handlers(self) -> list[Any]:
        """Our pages first, then Voilà's with our checks."""
        ours = [
            (r"join/?", participants.JoinPage),
            (r"join/([^/]{1,20})/?", participants.SeatPage),
            (r"join/([^/]{1,20})/live", participants.PhoneSocket),
            (r"join/([^/]{1,20})/return/([\w-]{1,100})", participants.ReturnPage),
            (r"screen/([^/]{1,20})", facilitators.ScreenPage),
            (r"screen/([^/]{1,20})/live", facilitators.ScreenSocket),
            (r"lead/([^/]{1,20})", facilitators.LeadPage),
            (r"lead/([^/]{1,20})/live", facilitators.LeadSocket),
            (r"login", facilitators.EntrancePage),
            (r"reach", reach.ReachPage),
            (r"reach/live", reach.ReachSocket),
            (r"kit/static/(kit\.(?:js|css)|fonts/[a-z-]+\.woff2)", StaticFile, {"path": str(STATIC_FOLDER)}),
            (r"kit/(look\.css|logo)", LookFile),
        ]
        voilas = [
            (path, OURS_INSTEAD.get(handler, handler), *rest)
            for path, handler, *rest in super().init_handlers()
        ]
        return [(self.base_url + path, *rest) for path, *rest in ours] + voilas

    def listen(self) -> None:
        """Listen on the one port that was asked for, and serve until told to stop.

        Raises:
            SettingsError: The port can't be had.
        """
        # Only a proxy speaks TLS for us; without one, anybody could write those headers.
        behind_proxy = self.kit.settings.public_url.startswith("https://")
        server = tornado.httpserver.HTTPServer(self.app, max_body_size=MAX_BODY_BYTES, xheaders=behind_proxy)
        try:
            server.listen(self.port, self.ip)
        except OSError as error:
            raise SettingsError(
                f"Can't listen on {self.ip}, port {self.port}: {error.strerror}. Is the workshop running already? "
                "Else set WORKSHOP_PORT to another number, such as 8867."
            ) from error
        sys.setswitchinterval(TURN_SECONDS)
        gc.collect()
        gc.freeze()  # looking through all that was loaded so far, now and then, would hold everybody up
        self.ioloop = tornado.ioloop.IOLoop.current()
        self.ioloop.add_callback(self.started)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            pass
        finally:
            self.kit.switchboard.close()
            self.stop()
