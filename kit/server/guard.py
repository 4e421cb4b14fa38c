"""Who may see what: headers of our own pages, limits on guessing, signed links, the facilitator's identity."""

import secrets
import time
from collections import OrderedDict, deque
from pathlib import Path

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler, create_signed_value, decode_signed_value

from kit.session import Session

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {sockets}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages load nothing but their own script and stylesheet, and talk to nobody else."""

ADDRESSES_REMEMBERED = 10_000
SCREEN_LINK_DAYS = 2


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


def kept_secret(path: Path) -> str:
    """A secret that survives restarts: read from a file that only the user can read, made if missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(24), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def screen_key(secret: str, session: Session) -> str:
    """The part of a projector's link that lets a computer without the facilitator's cookie show the screen."""
    return create_signed_value(secret, "screen", str(session.code)).decode()


def opens_screen(secret: str, key: str, session: Session) -> bool:
    """Whether a projector's link is ours, for this session, and not too old."""
    value = decode_signed_value(secret, "screen", key, max_age_days=SCREEN_LINK_DAYS)
    return value is not None and value.decode() == session.code


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
