"""A room of rehearsed people as load, each with a clock in hand, driven by another process."""

import asyncio
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from kit.rehearsal.crowd import gather
from kit.rehearsal.person import Person

WAIT_SECONDS = 60.0


class Phone(Person):
    """One participant.

    Attributes:
        acknowledged: Every change that the server has answered with "saved", by sequence number.
        waits: Seconds between sending and "saved".
        told: Seconds between sending and what the page says of the answer.
        asked_at: When the latest answer was sent (monotonic clock), until the page says something of it.
        views: When each view arrived, by its id (monotonic clock, the same in all processes of this computer).
    """

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(address, cookie)
        self.acknowledged: dict[int, dict[str, Any]] = {}
        self.waits: list[float] = []
        self.told: list[float] = []
        self.views: dict[str, float] = {}
        self.asked_at: float | None = None
        self._sent_at: dict[int, float] = {}

    def answer(self, exercise: str, round: int, item: str, value: str) -> None:
        """Note when."""
        self._sent_at[self.seq + 1] = self.asked_at = time.monotonic()
        super().answer(exercise, round, item, value)

    def saved(self, change: dict[str, Any]) -> None:
        """Note how long it took."""
        self.waits.append(time.monotonic() - self._sent_at[change["seq"]])
        self.acknowledged[change["seq"]] = change

    def filled(self, islands: dict[str, str]) -> None:
        """Note how long what is said of the latest answer took."""
        if self.asked_at and any(name.startswith("echo-") for name in islands):
            self.told.append(time.monotonic() - self.asked_at)
            self.asked_at = None
        super().filled(islands)

    def viewed(self, html: str) -> None:
        """Note when."""
        self.views[self.view] = time.monotonic()
        super().viewed(html)


async def arrive(address: str, count: int) -> list[Phone]:
    """Everybody joins, a few at a time, and then opens the line."""
    phones = await gather(address, count, Phone)
    for phone in phones:
        await phone.connect()
        await asyncio.wait_for(phone.greeted.wait(), WAIT_SECONDS)
    return phones


async def until(done: Callable[[], bool]) -> None:
    """Wait for what the phones hear."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not done():
            await asyncio.sleep(0.02)


async def settled(phones: list[Phone]) -> None:
    """Wait until everything that was answered is acknowledged.

    Raises:
        RuntimeError: Something was refused.
    """
    await until(lambda: not any(phone.outbox for phone in phones))
    if refused := [why for phone in phones for why in phone.refused]:
        raise RuntimeError(f"A change was refused: {refused[0]}")


class Phones:
    """A room of phones, driven by another process. Each method answers one command."""

    def __init__(self, phones: list[Phone]) -> None:
        self.phones = phones

    async def arrivals(self, view_id: str) -> list[float]:
        """When this view arrived at each phone."""
        await until(lambda: all(view_id in phone.views for phone in self.phones))
        return [phone.views[view_id] for phone in self.phones]

    async def answer(self, times: int, shortest: float, longest: float) -> list[float]:
        """Each answers so often, with a pause of their own before each. Returns the waits for "saved"."""

        async def alone(phone: Phone) -> None:
            for _answer in range(times):
                await asyncio.sleep(phone.dice.uniform(shortest, longest))
                while not phone.say():
                    if phone.asked is None:
                        raise RuntimeError("The stage asks for too little; let people answer less often.")

        before = [len(phone.waits) for phone in self.phones]
        await asyncio.gather(*map(alone, self.phones))
        await settled(self.phones)
        return [wait for phone, n in zip(self.phones, before, strict=True) for wait in phone.waits[n:]]


def serve(commands: Connection, address: str, count: int) -> None:
    """The process of the phones: gather, say so, then answer commands ``(method, *arguments)`` until None comes."""

    async def answer() -> None:
        phones = Phones(await arrive(address, count))
        commands.send("here")
        while command := await asyncio.to_thread(commands.recv):
            commands.send(await getattr(phones, command[0])(*command[1:]))

    asyncio.run(answer())
