"""Where people find a session: addresses on the local network, signed links for projector and facilitators."""

import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tornado.web import create_signed_value, decode_signed_value

from kit.errors import SettingsError
from kit.session import Session
from kit.settings import PROJECT, Settings

LINK_DAYS = 2
SECRET_BYTES = 24


@dataclass(frozen=True)
class Links:
    """The addresses of one server.

    Attributes:
        public_url: The address that phones use, without a slash at its end.
        secret: What signs the projector's and the facilitators' links.
    """

    public_url: str
    secret: str

    @classmethod
    def of(cls, settings: Settings) -> "Links":
        """The links of the server that runs with these settings on this computer."""
        here = _address(local_address(settings.host), settings.port)
        public_url = settings.public_url.rstrip("/") or here
        return cls(public_url, kept_secret(settings.data / "cookie_secret"))

    def join(self, session: Session) -> str:
        """Where phones join a session."""
        return f"{self.public_url}/join/{session.code}"

    def screen(self, session: Session) -> str:
        """The projector's link. It is signed, so that it works on any computer of the room."""
        return self._signed("screen", session)

    def lead(self, session: Session) -> str:
        """A facilitator's link to this one session, for their phone or for a second facilitator."""
        return self._signed("lead", session)

    def practise(self, exercise_id: str) -> str:
        """Where anybody who can reach this computer practises an exercise alone."""
        return f"{self.public_url}/voila/render/{notebook('practise', exercise_id)}"

    def opens(self, page: str, key: str, session: Session) -> bool:
        """Whether the key is ours, for this page and session, and not too old; ``lead`` is over with the session."""
        value = decode_signed_value(self.secret, page, key, max_age_days=LINK_DAYS)
        ours = value is not None and value.decode() == session.code
        return ours and not (page == "lead" and session.closed_at)

    def _signed(self, page: str, session: Session) -> str:
        # One key an hour: a page that shows the link stays as it is while it is renewed.
        key = create_signed_value(
            self.secret, page, str(session.code), clock=lambda: time.time() // 3600 * 3600
        )
        return f"{self.public_url}/{page}/{session.code}?key={key.decode()}"


def entrance(settings: Settings) -> str:
    """The facilitator's link to the start page on this computer; whoever opens it is signed in."""
    return f"{_this_computer(settings)}/?{urlencode({'token': kept_secret(settings.data / 'token')})}"


def run_sheet(settings: Settings, exercise_id: str, session: Session) -> str:
    """The facilitator's link to a session's run sheet on this computer; whoever opens it is signed in."""
    signed_in = {"session": session.code, "token": kept_secret(settings.data / "token")}
    return f"{_this_computer(settings)}/voila/render/{notebook('facilitate', exercise_id, **signed_in)}"


def notebook(folder: str, exercise_id: str, **asked: str | None) -> str:
    """Where an exercise's notebook is, seen from the start page: its own, or the one for any exercise."""
    if (PROJECT / "notebooks" / folder / f"{exercise_id}.ipynb").exists():
        return f"{folder}/{exercise_id}.ipynb" + (f"?{urlencode(asked)}" if asked else "")
    return f"{folder}/any.ipynb?{urlencode({'exercise': exercise_id, **asked})}"


def _this_computer(settings: Settings) -> str:
    host = "localhost" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return _address(host, settings.port)


def _address(host: str, port: int) -> str:
    """A port of a host; colons are a host's own only in brackets, as those of ``::1``."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def kept_secret(path: Path) -> str:
    """A secret that survives restarts: read from a file that only the user can read, made if missing.

    Raises:
        SettingsError: The file can't be read or made, or it holds no secret of ours. An empty one would let everybody
            in.
    """
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise SettingsError(
            f"{path} can't be read or made: {error.strerror}. Set WORKSHOP_DATA to a folder that is yours to write."
        ) from None
    if len(secret) < 2 * SECRET_BYTES:
        raise SettingsError(
            f"{path} holds “{secret}”, which is no secret of ours. Delete the file and start again; "
            "a new one is made."
        )
    return secret


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    written.touch(mode=0o600)
    written.write_text(secrets.token_hex(SECRET_BYTES), encoding="ascii")
    # In one step, and only if nobody was faster: it is there in full or not at all.
    try:
        os.link(written, path)
    except FileExistsError:
        pass
    except OSError:  # a disk without hard links
        written.replace(path)
    written.unlink(missing_ok=True)


def local_address(listening_on: str) -> str:
    """The address of this computer on the local network; the one it listens on if that is a single one."""
    if listening_on not in ("", "0.0.0.0", "::"):
        return listening_on
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only chooses the network that would be used.
            probe.connect(("10.255.255.255", 1))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
