"""Kill the server in the middle of a sort, again and again, and look for what it had acknowledged.

Phones sort fast, the server gets SIGKILL at a random moment, and the database is read as the crash left it. Then the
server starts again; the phones come back by themselves and send what was never acknowledged.
"""

import argparse
import asyncio
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from phones import Phone, settled
from running import EXERCISE, Workshop, deck, table, workshop

from kit.rehearsal.crowd import gather
from kit.rehearsal.phone import RECONNECT_SECONDS
from kit.room import open_stage
from kit.session import Names, Session
from kit.store.store import Store

PAUSE_SECONDS = (0.05, 0.35)
KILLED_AFTER_SECONDS = (0.5, 2.5)
COLUMNS = (
    "facilitator",
    "kills",
    "acknowledged",
    "lost",
    "sent again",
    "of them stored before",
    "not once",
    "notes lost",
)

Row = tuple[int, str, str, int]


def facilitate(database: str, session_id: int, told: Connection) -> None:
    """Another process that writes to the same database, as a kernel does, and tells of each note that is kept."""
    with Store.open(database) as store:
        stage = store.stage_now(session_id)
        number = 0
        while not told.poll():
            note = store.add_note(session_id, EXERCISE, f"Note {number}")
            if stage:
                store.extend_stage(stage.id, 1 if number % 2 else -1)
            told.send(note.text)
            number += 1
            time.sleep(0.01)
    told.send(None)


@contextmanager
def a_facilitator(database: str, session: Session, writing: bool) -> Iterator[list[str]]:
    """A facilitator who writes all the time. The list is filled at the end with the notes that were kept."""
    notes: list[str] = []
    if not writing:
        yield notes
        return
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=facilitate, args=(database, session.id, theirs), daemon=True)
    process.start()
    theirs.close()
    notes.append(ours.recv())
    yield notes
    ours.send("stop")
    while text := ours.recv():
        notes.append(text)
    process.join()


def stored(database: Path, session: Session) -> tuple[Counter[Row], set[str]]:
    """What the file holds, read without our own code: every change ever taken, and the notes."""
    with closing(sqlite3.connect(database)) as connection:
        changes = connection.execute(
            "SELECT p.number, h.item, h.value, h.seq FROM history h JOIN participants p ON p.id = h.participant_id "
            "WHERE h.session_id = ?",
            (session.id,),
        )
        taken = Counter(tuple(row) for row in changes)
        notes = connection.execute("SELECT text FROM notes WHERE session_id = ?", (session.id,))
        return taken, {text for (text,) in notes}


def rows(phones: list[Phone], acknowledged: bool) -> set[Row]:
    """What the phones know to be kept, or what they still wait for, as it should stand in the file."""
    kept = [(n, phone.acknowledged if acknowledged else phone.outbox) for n, phone in enumerate(phones, 1)]
    return {
        (number, change["item"], change["value"], change["seq"])
        for number, changes in kept
        for change in changes.values()
    }


async def sort_until_killed(server: Workshop, phones: list[Phone], dice: random.Random) -> None:
    """Everybody places cards without an end; the server dies in the middle of it."""

    async def sort_on(phone: Phone) -> None:
        while True:
            await asyncio.sleep(dice.uniform(*PAUSE_SECONDS))
            phone.answer(EXERCISE, 1, dice.choice(cards), dice.choice(categories))

    cards = [card.id for card in deck().cards]
    categories = [category.id for category in deck().categories]
    sorting = [asyncio.create_task(sort_on(phone)) for phone in phones]
    await asyncio.sleep(dice.uniform(*KILLED_AFTER_SECONDS))
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(RECONNECT_SECONDS[1])  # some place cards while nobody listens
    for task in sorting:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def one_kill(
    server: Workshop, store: Store, people: int, writing: bool, dice: random.Random
) -> Counter[str]:
    """One session: join, sort, kill, look, start again, look again. Returns what was counted."""
    session = store.create_session("Killed", Names.OFF)
    open_stage(store, session, deck(), "sort")
    database = server.settings.data / "workshop.sqlite"
    phones = sorted(
        await gather(f"{server.url}/join/{session.code}", people, Phone),
        key=lambda phone: store.seat(session.id, phone.secret).id,
    )
    online = [asyncio.create_task(phone.stay_connected()) for phone in phones]
    await asyncio.gather(*(phone.greeted.wait() for phone in phones))
    with a_facilitator(server.database, session, writing) as notes:
        await sort_until_killed(server, phones, dice)
        after_crash, _notes = stored(database, session)
        acknowledged, waiting = rows(phones, acknowledged=True), rows(phones, acknowledged=False)
        await asyncio.to_thread(server.start)
        await settled(phones)
    for task in online:
        task.cancel()
    at_the_end, kept_notes = stored(database, session)
    return Counter(
        {
            "kills": 1,
            "acknowledged": len(acknowledged),
            "lost": len(acknowledged - after_crash.keys()),
            "sent again": len(waiting),
            "of them stored before": len(waiting & after_crash.keys()),
            "not once": sum(at_the_end[row] != 1 for row in acknowledged | waiting),
            "notes lost": len(set(notes) - kept_notes),
        }
    )


def main() -> None:
    """Kill the server as often as asked, with and without a facilitator who writes, and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--phones", type=int, default=30)
    options = parser.parse_args()
    dice = random.Random(2026)
    lines = []
    for writing in (False, True):
        counted: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as folder, workshop(Path(folder)) as (server, store):
            for kill in range(options.kills):
                counted += asyncio.run(one_kill(server, store, options.phones, writing, dice))
                print(f"kill {kill + 1}: {dict(counted)}", file=sys.stderr, flush=True)
        lines.append(["writing too" if writing else "quiet", *(counted[column] for column in COLUMNS[1:])])
    print(table(COLUMNS, lines))
    if any(line[COLUMNS.index(column)] for line in lines for column in ("lost", "not once", "notes lost")):
        raise SystemExit("Something that was acknowledged is gone, or stands there twice.")


if __name__ == "__main__":
    main()
