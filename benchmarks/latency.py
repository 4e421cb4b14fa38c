"""How soon a room of phones sees the facilitator's step, and how soon a placement is acknowledged.

The phones are real WebSocket clients in a process of their own, the facilitator's step comes from this process as it
comes from a notebook's kernel, a projector is connected, and the server is a real ``workshop run``.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from phones import serve
from running import Workshop, deck, milliseconds, table, workshop
from tornado.websocket import websocket_connect

from kit.room import open_stage
from kit.session import Names, Session
from kit.store.store import Store

STAGES = ("brief", "sort", "reveal", "answers")
PACES = {"human pace (2 to 4 s a card)": (2.0, 4.0), "all at the same moment": (0.0, 0.0)}


class Room:
    """One session with its phones and its projector."""

    def __init__(self, server: Workshop, store: Store, session: Session, commands: Connection) -> None:
        self.store, self.session, self.commands = store, session, commands
        assert server.process
        self.process = psutil.Process(server.process.pid)
        self.deck = deck()

    def ask(self, *command: object) -> list[float]:
        """Let the phones do something and wait for what they say."""
        self.commands.send(command)
        return self.commands.recv()

    def view(self, stage: str) -> list[float]:
        """Open a stage. Returns the seconds from the facilitator's action to each phone's new view."""
        began = time.monotonic()
        change = open_stage(self.store, self.session, self.deck, stage)
        return [arrived - began for arrived in self.ask("arrivals", str(change.id))]

    def sort(self, cards: int, pace: tuple[float, float]) -> tuple[list[float], float]:
        """Let the phones sort. Returns each wait for "saved", and the server's share of one core."""
        before, began = sum(self.process.cpu_times()[:2]), time.monotonic()
        waits = self.ask("answer", cards, *pace)
        busy = sum(self.process.cpu_times()[:2]) - before
        return waits, busy / (time.monotonic() - began)


@contextmanager
def a_room(server: Workshop, store: Store, phones: int) -> Iterator[Room]:
    """A session that so many phones have joined."""
    session = store.create_session(f"{phones} phones", Names.OFF)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    crowd = context.Process(
        target=serve, args=(theirs, f"{server.url}/join/{session.code}", phones), daemon=True
    )
    crowd.start()
    theirs.close()
    ours.recv()
    with a_projector(f"{server.url.replace('http', 'ws', 1)}{server.screen_path(session)}"):
        yield Room(server, store, session, ours)
    ours.send(None)
    crowd.join()


@contextmanager
def a_projector(address: str) -> Iterator[None]:
    """Something that takes what the server draws for the projector."""
    loop = asyncio.new_event_loop()

    async def watch() -> None:
        await websocket_connect(address.replace("?", "/live?"), on_message_callback=lambda _message: None)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(watch(), loop).result()
    yield
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def measure(server: Workshop, store: Store, phones: int, repeats: int, cards: int) -> tuple[list, list]:
    """Rows of the two tables for a room of that size."""
    views, placements = [], []
    with a_room(server, store, phones) as room:
        room.view("sort")
        for name, pace in PACES.items():
            waits, busy = room.sort(cards, pace)
            memory = room.process.memory_info().rss / 2**20
            cells = [phones, name, len(waits), *milliseconds(waits), f"{busy:.0%}", f"{memory:.0f}"]
            placements.append(cells)
        for stage in STAGES:
            seconds = [wait for _turn in range(repeats) for wait in room.view(stage)]
            views.append([phones, stage, len(seconds), *milliseconds(seconds)])
    return views, placements


def main() -> None:
    """Measure rooms of several sizes and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, nargs="+", default=[3, 30, 300], help="sizes of the room")
    parser.add_argument("--repeats", type=int, default=5, help="how often each stage is opened")
    parser.add_argument("--cards", type=int, default=7, help="cards that each phone places at each pace")
    options = parser.parse_args()
    views: list[list[object]] = []
    placements: list[list[object]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        workshop(Path(folder), max_participants=max(options.phones)) as (server, store),
    ):
        for phones in options.phones:
            of_view, of_placements = measure(server, store, phones, options.repeats, options.cards)
            views += of_view
            placements += of_placements
    times = ("median ms", "95 % ms", "longest ms")
    print(table(("phones", "stage", "views", *times), views), end="\n\n")
    print(table(("phones", "pace", "placements", *times, "server, of one core", "server, MB"), placements))


if __name__ == "__main__":
    main()
