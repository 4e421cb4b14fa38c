"""Phones without browsers: raw clients that keep what isn't acknowledged and send it again, as the page does."""

import asyncio
import json
import random
import time
from multiprocessing.connection import Connection
from typing import Any

from running import EXERCISE, deck
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

JOINS_AT_ONCE = 8
WAIT_SECONDS = 60.0
RECONNECT_SECONDS = (0.1, 0.4)

Place = tuple[int, str]


class Phone:
    """One participant.

    Attributes:
        outbox: What was placed and isn't acknowledged, one change a card.
        acknowledged: Every change that the server has answered with "saved", by sequence number.
        waits: Seconds between sending and "saved".
        views: When each view arrived, by its id (monotonic clock, the same in all processes of this computer).
    """

    def __init__(self, url: str, code: str, cookie: str) -> None:
        self.address = f"{url.replace('http', 'ws', 1)}/join/{code}/live"
        self.cookie = cookie
        self.seq = 0
        self.outbox: dict[Place, dict[str, Any]] = {}
        self.acknowledged: dict[int, dict[str, Any]] = {}
        self.waits: list[float] = []
        self.views: dict[str, float] = {}
        self.greeted = asyncio.Event()
        self._sent_at: dict[int, float] = {}
        self._closed = asyncio.Event()
        self._socket: WebSocketClientConnection | None = None

    @classmethod
    async def join(cls, url: str, code: str, name: str = "") -> "Phone":
        """Take a seat over HTTP, as the form does."""
        request = HTTPRequest(
            f"{url}/join/{code}",
            method="POST",
            body=f"name={name}",
            follow_redirects=False,
            request_timeout=60,
        )
        response = await AsyncHTTPClient().fetch(request, raise_error=False)
        if response.code != 303:
            raise RuntimeError(f"Joining was answered with {response.code}.")
        return cls(url, code, response.headers["Set-Cookie"].partition(";")[0])

    async def connect(self) -> None:
        """Open the socket."""
        self._closed.clear()
        request = HTTPRequest(self.address, headers={"Cookie": self.cookie}, connect_timeout=60)
        self._socket = await websocket_connect(
            request, on_message_callback=self._heard, compression_options={}
        )

    async def stay_connected(self) -> None:
        """Open the socket again whenever it is gone, until cancelled."""
        while True:
            try:
                await self.connect()
                await self._closed.wait()
            except OSError:
                pass  # nobody listens at the moment
            await asyncio.sleep(random.uniform(*RECONNECT_SECONDS))

    def place(self, card: str, category: str) -> None:
        """Place a card. Without a connection it waits in the outbox."""
        self.seq += 1
        change = {"exercise": EXERCISE, "round": 1, "item": card, "value": category, "seq": self.seq}
        self.outbox[1, card] = change
        self._sent_at[self.seq] = time.monotonic()
        if self.greeted.is_set():
            self._send(change)

    def _send(self, change: dict[str, Any]) -> None:
        if self._socket:
            self._socket.write_message(json.dumps({"type": "change", **change})).add_done_callback(
                lambda sent: sent.exception()
            )

    def _heard(self, raw: str | bytes | None) -> None:
        now = time.monotonic()
        if raw is None:
            self.greeted.clear()
            self._socket = None
            self._closed.set()
            return
        message = json.loads(raw)
        if message["type"] == "view":
            self.views[message["id"]] = now
        elif message["type"] == "hello":
            self.greeted.set()
            for change in self.outbox.values():
                self._send(change)
        elif message["type"] == "saved":
            self._saved(message["seq"], now)
        elif message["type"] == "refused":
            raise RuntimeError(f"A change was refused: {message}")

    def _saved(self, seq: int, now: float) -> None:
        self.waits.append(now - self._sent_at[seq])
        for place, change in list(self.outbox.items()):
            if change["seq"] == seq:
                self.acknowledged[seq] = self.outbox.pop(place)


class Phones:
    """A room of phones, driven by another process. Each method answers one command."""

    def __init__(self, phones: list[Phone]) -> None:
        self.phones = phones
        self.cards = [card.id for card in deck().cards]
        self.categories = [category.id for category in deck().categories]
        self.dice = random.Random(2026)

    @classmethod
    async def gather(cls, url: str, code: str, count: int) -> "Phones":
        """Everybody joins, a few at a time, and opens the socket."""
        turn = asyncio.Semaphore(JOINS_AT_ONCE)

        async def arrive() -> Phone:
            async with turn:
                phone = await Phone.join(url, code)
                await phone.connect()
                await asyncio.wait_for(phone.greeted.wait(), WAIT_SECONDS)
                return phone

        return cls(await asyncio.gather(*(arrive() for _seat in range(count))))

    async def arrivals(self, view_id: str) -> list[float]:
        """When this view arrived at each phone."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not all(view_id in phone.views for phone in self.phones):
                await asyncio.sleep(0.02)
        return [phone.views[view_id] for phone in self.phones]

    async def sort(self, cards: int, shortest: float, longest: float) -> list[float]:
        """Each phone places so many cards, with a pause of its own before each. Returns the waits for "saved"."""

        async def sort_alone(phone: Phone) -> None:
            for _card in range(cards):
                await asyncio.sleep(self.dice.uniform(shortest, longest))
                card = self.cards[phone.seq % len(self.cards)]
                phone.place(card, self.dice.choice(self.categories))

        before = [len(phone.waits) for phone in self.phones]
        await asyncio.gather(*map(sort_alone, self.phones))
        async with asyncio.timeout(WAIT_SECONDS):
            while any(phone.outbox for phone in self.phones):
                await asyncio.sleep(0.02)
        return [wait for phone, n in zip(self.phones, before, strict=True) for wait in phone.waits[n:]]


def serve(commands: Connection, url: str, code: str, count: int) -> None:
    """The process of the phones: gather, say so, then answer commands ``(method, *arguments)`` until None comes."""

    async def answer() -> None:
        phones = await Phones.gather(url, code, count)
        commands.send("here")
        while command := await asyncio.to_thread(commands.recv):
            commands.send(await getattr(phones, command[0])(*command[1:]))

    asyncio.run(answer())
