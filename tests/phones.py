"""A participant for tests: takes a seat by HTTP and talks by WebSocket, as docs/protocol.md describes it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from conftest import Server
from websockets.sync.client import ClientConnection, connect

from kit.session import Session

EXERCISE = "cx-vs-service"
CARD = "greeted"
ANSWER_SECONDS = 15
NO_TLS = httpx.create_ssl_context(verify=False)
"""Shared, for each client would else read all certificates, and the server of the tests has none."""


@dataclass
class Line:
    """One open socket. ``heard`` keeps every message, the oldest first."""

    socket: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        """Send one message."""
        self.socket.send(json.dumps(message))

    def change(self, seq: Any, item: Any = CARD, value: Any = "service", **more: Any) -> None:
        """Send one change; round 1 of the rings if nothing else is said."""
        self.send(
            **{"type": "change", "exercise": EXERCISE, "round": 1, "item": item, "value": value, "seq": seq}
            | more
        )

    def listen(self) -> dict[str, Any]:
        """The next message."""
        message = json.loads(self.socket.recv(timeout=ANSWER_SECONDS))
        self.heard.append(message)
        return message

    def until(self, *types: str, **values: Any) -> dict[str, Any]:
        """The next message of one of those types that has those values; others are passed over."""
        while True:
            message = self.listen()
            if message["type"] in types and values.items() <= message.items():
                return message


def browser(server: Server, **options: Any) -> httpx.Client:
    """A browser without a window: keeps cookies, follows no redirects unless told to."""
    return httpx.Client(base_url=server.url, timeout=60, verify=NO_TLS, **options)


@contextmanager
def facilitators_browser(server: Server) -> Iterator[httpx.Client]:
    """The browser of somebody who has given the token at the entrance."""
    with browser(server) as client:
        assert client.post("/login", data={"link": server.token}).status_code == 303
        yield client


def take_seat(server: Server, session: Session, name: str = "") -> str:
    """Join; returns the cookie that is the seat."""
    with browser(server) as client:
        answer = client.post(f"/join/{session.code}", data={"name": name})
        assert answer.status_code == 303, answer.text
        return f"kit-seat-{session.code}={client.cookies[f'kit-seat-{session.code}']}"


def socket_address(server: Server, path: str) -> str:
    """The WebSocket address of a path."""
    return server.url.replace("http", "ws", 1) + path


@contextmanager
def on_line(server: Server, session: Session, cookie: str, view: str = "", **options: Any) -> Iterator[Line]:
    """A phone's open line, greeted."""
    address = socket_address(server, f"/join/{session.code}/live?view={view}")
    headers = {"Cookie": cookie, "Origin": server.url}
    with connect(address, additional_headers=headers, close_timeout=2, **options) as socket:
        line = Line(socket)
        line.until("hello")
        yield line
