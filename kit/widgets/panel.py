"""One widget for every panel in a notebook: HTML out, messages in, by the script that phones use too."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kit.errors import KitError
from kit.text import gettext as _

STATIC_FOLDER = Path(__file__).parent.parent / "static"

Listener = Callable[["Panel", Mapping[str, Any]], None]


def greet(panel: "Panel", message: Mapping[str, Any]) -> None:
    """Greet a page that has just opened, which is all that a panel does that only shows something."""
    if message.get("type") == "hello":
        panel.send({"type": "hello", "seq": 0})


def _for_notebooks(css: str) -> str:
    """The stylesheet without the fonts, whose addresses only hold beside it, and with JupyterLab's light or dark.

    JupyterLab chooses one itself; its choice wins over the system's.
    """
    light, dark, *_rest = css.split("@media (prefers-color-scheme: dark)")
    for is_light, scheme, part in (("true", "light", light), ("false", "dark", dark)):
        colours = " ".join(re.findall(r"--[\w-]+: #\w{6};", part))
        chosen = f'body[data-jp-theme-light="{is_light}"]:not(.kit-run) .kit'
        css += f"{chosen} {{ {colours} color-scheme: {scheme}; }}\n"
    return re.sub(r"@font-face \{.*?\n\}\n", "", css, flags=re.DOTALL)


class Panel(anywidget.AnyWidget):
    """A panel whose HTML the kernel renders. What people do in it arrives at ``on_message``."""

    _esm = STATIC_FOLDER / "kit.js"
    _css = _for_notebooks((STATIC_FOLDER / "kit.css").read_text("utf-8"))
    html = traitlets.Unicode("").tag(sync=True)
    seat = traitlets.Unicode("").tag(sync=True)

    def __init__(self, html: str, on_message: Listener = greet, seat: str = "") -> None:
        super().__init__(html=html, seat=seat)
        self._shown: dict[str, str] = {}
        self._listener = on_message
        self.on_msg(self._heard)

    def _heard(self, _widget: Any, message: Any, _buffers: Any) -> None:
        if not isinstance(message, Mapping):
            return
        if message.get("type") == "ping":
            self.send({"type": "pong"})
            return
        try:
            self._listener(self, message)
        except KitError as error:
            self.fill({}, str(error))
        except Exception:
            self.fill({}, _("That didn’t work. Please reload the page; what was saved is still there."))
            raise

    def fill(self, islands: Mapping[str, str], text: str | None = None) -> None:
        """Replace islands; those that have not changed are not sent.

        Args:
            islands: Name -> HTML.
            text: A plain sentence for the panel's notice, or None to leave the notice alone.
        """
        news = {name: html for name, html in islands.items() if self._shown.get(name) != html}
        self._shown |= news
        if news or text is not None:
            self.send({"type": "islands", "islands": news} | ({} if text is None else {"text": text}))

    def repeat(self) -> None:
        """Send every island again, for a page that has just opened."""
        self.send({"type": "islands", "islands": dict(self._shown)})

    def download(self, name: str, mime: str, content: bytes) -> None:
        """Hand a file to the browser."""
        self.send({"type": "download", "name": name, "mime": mime}, buffers=[content])
