"""A phone without a browser: joins by the form, keeps what isn't acknowledged and sends it again, as the page does."""

import asyncio
import json
import random
import re
from html import unescape
from typing import Any, Self
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from kit.errors import SessionError
from kit.text import gettext as _

PATIENCE_SECONDS = 60.0
RECONNECT_SECONDS = (0.1, 0.4)

Place = tuple[str, int, str]
"""What is answered: exercise, round, item."""


class Phone:
    """One participant's device.

    Attributes:
        secret: What opens the seat.
        outbox: What was answered and isn't acknowledged, one change a place.
        view: The id of the view that it shows.
        greeted: Whether the line is open.
        left: Whether the seat is another device's now, or nobody's.
        refused: Why answers were refused.
    """

    def __init__(self, address: str, cookie: str) -> None:
        self.address = address
        self.cookie = cookie
        self.secret = cookie.partition("=")[2]
        self.seq = 0
        self.view = ""
        self.outbox: dict[Place, dict[str, Any]] = {}
        self.greeted = asyncio.Event()
        self.left = False
        self.refused: list[str] = []
        self._closed = asyncio.Event()
        self._socket: WebSocketClientConnection | None = None

    @classmethod
    async def join(cls, address: str, name: str = "") -> Self:
        """Take a seat as the form does.

        Args:
            address: The session's page, such as ``http://192.168.0.7:8866/join/KX4R7W``.

        Raises:
            SessionError: Nobody answers there, or the page says why nobody can join.
        """
        form = {"method": "POST", "body": urlencode({"name": name}), "follow_redirects": False}
        request = HTTPRequest(address, request_timeout=PATIENCE_SECONDS, **form)
        try:
            response = await AsyncHTTPClient().fetch(request, raise_error=False)
        except (OSError, HTTPClientError) as error:
            text = _("Nobody answers at {address}. Is the workshop open? Start it first, in another window.")
            raise SessionError(text.format(address=address)) from error
        if response.code != 303:
            page = response.body.decode()
            said = re.search(r'id="problem">(.*?)<', page) or re.search(r"<main>.*?<p>(.*?)<", page, re.S)
            why = unescape(said[1]) if said else response.reason
            raise SessionError(_("{address} lets nobody in: {why}").format(address=address, why=why))
        return cls(address, response.headers["Set-Cookie"].partition(";")[0])

    async def connect(self) -> None:
        """Open the line."""
        self._closed.clear()
        address = f"{self.address.replace('http', 'ws', 1)}/live?view={self.view}"
        request = HTTPRequest(address, headers={"Cookie": self.cookie}, connect_timeout=PATIENCE_SECONDS)
        self._socket = await websocket_connect(
            request, on_message_callback=self._heard, compression_options={}
        )

    async def stay_connected(self) -> None:
        """Open the line again whenever it is gone, until the seat is, or this is cancelled."""
        while not self.left:
            try:
                await self.connect()
                await self._closed.wait()
            except HTTPClientError as error:
                self.left = error.code == 403  # the seat is gone
            except OSError:
                pass  # nobody listens at the moment
            await asyncio.sleep(random.uniform(*RECONNECT_SECONDS))

    def close(self) -> None:
        """Hang up; the seat and its answers stay."""
        if self._socket:
            self._socket.close()

    def answer(self, exercise: str, round: int, item: str, value: str) -> None:
        """Answer one item. Without a line it waits in the outbox."""
        self.seq += 1
        change = {"exercise": exercise, "round": round, "item": item, "value": value, "seq": self.seq}
        self.outbox[exercise, round, item] = change
        if self.greeted.is_set():
            self._send(change)

    def viewed(self, html: str) -> None:
        """A new view has come."""

    def filled(self, islands: dict[str, str]) -> None:
        """Parts of the page have come."""

    def saved(self, change: dict[str, Any]) -> None:
        """A change was acknowledged."""

    def _send(self, change: dict[str, Any]) -> None:
        if self._socket:
            sent = self._socket.write_message(json.dumps({"type": "change", **change}))
            sent.add_done_callback(lambda done: done.exception())

    def _heard(self, raw: str | bytes | None) -> None:
        if raw is None:
            self.greeted.clear()
            self._socket = None
            self._closed.set()
            return
        message = json.loads(raw)
        kind = message["type"]
        if kind == "view":
            self.view = message["id"]
            self.viewed(message["html"])
        elif kind in ("saved", "refused"):
            self._drop(message)
        elif kind == "leave":
            self.left = True
        self.filled(message.get("islands", {}))
        if kind == "hello":
            self.greeted.set()
            for change in self.outbox.values():
                self._send(change)

    def _drop(self, message: dict[str, Any]) -> None:
        for place, change in list(self.outbox.items()):
            if change["seq"] == message["seq"]:
                del self.outbox[place]
                if message["type"] == "saved":
                    self.saved(change)
                else:
                    self.refused.append(f"{change['item']} = {change['value']}: {message.get('text')}")
