"""What the sockets of phones and projectors have in common."""

import contextlib
import json
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler


class LiveSocket(WebSocketHandler):
    """A connection that is told what is new. ``view_id`` is the view that the page shows."""

    view_id = ""

    def get_compression_options(self) -> dict[str, Any]:
        """Compress: views are HTML, and the room's Wi-Fi is the bottleneck."""
        return {"compression_level": 3, "mem_level": 4}

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a closed connection is ignored."""
        with contextlib.suppress(WebSocketClosedError):
            text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            frame = text.encode("utf-8", "replace")  # a refusal may quote half a surrogate pair
            self.write_message(frame.decode()).add_done_callback(lambda sent: sent.exception())
