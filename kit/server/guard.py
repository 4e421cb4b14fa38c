"""Who may see what: headers of our own pages, limits on guessing, the facilitator's identity."""

import time
from collections import OrderedDict, deque

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {sockets}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages load nothing but their own script and stylesheet, and talk to nobody else."""

ADDRESSES_REMEMBERED = 10_000


class Guesses:
    """Counts wrong codes and tokens per address in the last minute."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def exhausted(self, address: str) -> bool:
        """Whether this address has to wait."""
        times = self._wrong.get(address, deque())
        while times and times[0] < time.monotonic() - 60:
            times.popleft()
        return len(times) >= self.per_minute

    def wrong(self, address: str) -> None:
        """Count one wrong guess."""
        self._wrong.setdefault(address, deque(maxlen=self.per_minute)).append(time.monotonic())
        self._wrong.move_to_end(address)
        while len(self._wrong) > ADDRESSES_REMEMBERED:
            self._wrong.popitem(last=False)


def set_page_headers(handler: RequestHandler) -> None:
    """The headers of every page of our own."""
    host = handler.request.host
    # Older Safari doesn't count a WebSocket to the same host as 'self'.
    handler.set_header("Content-Security-Policy", POLICY.format(sockets=f"ws://{host} wss://{host}"))
    handler.set_header("Cache-Control", "no-store")
    handler.set_header("Referrer-Policy", "same-origin")
    handler.set_header("X-Content-Type-Options", "nosniff")


def is_facilitator(handler: JupyterHandler) -> bool:
    """Whether the request carries the facilitator's token or cookie."""
    return handler.current_user is not None
