"""How long a phone waits for "saved" and the coach's answer while a whole room types, and how busy the server is.

The phones are real WebSocket clients in a process of their own; each sends its phrase again, a little longer, after
every pause in typing. The server is a real ``workshop run``; it reads the phrases in two threads beside its event loop.
"""

import argparse
import asyncio
import multiprocessing
import random
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from phones import arrive, settled, until
from running import deck, milliseconds, table, workshop

from kit.room import open_stage
from kit.session import Names

EXERCISE = "ownership-phrasing"
ITEMS = ("situation/wrong-cake", "situation/boiler-visit", "situation/wrong-date")
WORDS = (
    "I'm sorry that we've kept you waiting. Three repairs turned out bigger than planned this morning, and they never "
    "told us. I can't promise two, but I'll ring you by four, or would a lift home help? You should have had this by "
    "Monday, and we let you down. "
)
PHRASE_LENGTH = 200
"""Characters in the end; the labelled phrases have 81 at the median, one of ten has more than 148."""
PAUSES_SECONDS = (2.0, 5.0)
"""Between two answers of the coach to one phone: somebody writes some words, stops, and reads."""


async def write_all(address: str, count: int, times: int) -> tuple[list[float], list[float]]:
    """A room of phones joins and writes. Returns each wait for "saved", and each for the coach's answer."""
    dice, phones = random.Random(2026), await arrive(address, count)

    async def write_alone(number: int) -> None:
        for turn in range(1, times + 1):
            await asyncio.sleep(dice.uniform(*PAUSES_SECONDS))
            # Each phone's own words, so that nothing can be remembered from another's.
            text = f"{phones[number].secret[-6:]} {WORDS * 3}"[: PHRASE_LENGTH * turn // times]
            phones[number].answer(EXERCISE, 3, dice.choice(ITEMS), text)

    await asyncio.gather(*map(write_alone, range(count)))
    await settled(phones)
    await until(lambda: not any(phone.asked_at for phone in phones))
    return [wait for phone in phones for wait in phone.waits], [w for phone in phones for w in phone.told]


def serve(commands: Connection, address: str, count: int, times: int) -> None:
    """The process of the phones."""
    commands.send(asyncio.run(write_all(address, count, times)))


def main() -> None:
    """Measure rooms of several sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, nargs="+", default=[30, 300], help="sizes of the room")
    parser.add_argument("--times", type=int, default=6, help="how often each phone stops typing")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, workshop(Path(folder)) as (server, store):
        assert server.process
        process = psutil.Process(server.process.pid)
        for count in options.phones:
            session = store.create_session(f"{count} writers", Names.OFF)
            open_stage(store, session, deck(EXERCISE), "say-this")
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            arguments = (theirs, f"{server.url}/join/{session.code}", count, options.times)
            began, before = time.monotonic(), sum(process.cpu_times()[:2])
            crowd = context.Process(target=serve, args=arguments, daemon=True)
            crowd.start()
            saved, told = ours.recv()
            busy = (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)
            crowd.join()
            for what, waits in (("saved", saved), ("the coach's answer", told)):
                rows.append([count, what, len(waits), *milliseconds(waits), f"{busy:.0%}"])
    print(
        table(("phones", "what", "times", "median ms", "95 % ms", "longest ms", "server, of one core"), rows)
    )


if __name__ == "__main__":
    main()
