"""A room of phones while run sheet, remote and projector are open in a real browser: how soon each of them is there.

The phones sort at a human pace; meanwhile the screen is blanked and shown again, which run sheet and remote have to
say. Then the result is revealed, all at once and card by card. Every page counts how long its longest task was.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latency import PACES, Room, a_room
from playwright.sync_api import Browser, Page
from running import Workshop, chromium, milliseconds, table, workshop

from kit.links import Links
from kit.room import Attendance, Position, open_stage
from kit.store.store import Store

WATCH = """where => {
    const now = () => performance.timeOrigin + performance.now();
    window.seen = {};
    window.longest = 0;
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    }).observe({ type: "longtask" });
    setInterval(() => {
        const places = document.querySelectorAll(where);
        const text = [...places].map(place => place.textContent).join();
        if (text !== window.text) { window.text = text; window.seen[text] = now(); }
    }, 10);
}"""
"""Note when what a page says of the room changes, and the longest task."""

TURNS = 5
"""How often the screen is blanked while people sort."""


@contextmanager
def watching(browser: Browser, server: Workshop, room: Room) -> Iterator[dict[str, Page]]:
    """The three pages of a facilitator, each in a window of its own."""
    links, code = Links.of(server.settings), room.session.code
    addresses = {
        "run sheet": f"/voila/render/facilitate/cx-vs-service.ipynb?session={code}",
        "remote": links.lead(room.session).removeprefix(links.public_url),
        "projector": server.screen_path(room.session),
    }
    context, pages = browser.new_context(viewport={"width": 1440, "height": 900}), {}
    context.request.post(f"{server.url}/login", form={"link": server.token}, max_redirects=0)
    for name, address in addresses.items():
        pages[name] = context.new_page()
        pages[name].goto(server.url + address)
        where = ".slide h1, .slide h2" if name == "projector" else ".lead-bar .where"
        pages[name].locator(where).first.wait_for(timeout=60_000)
        pages[name].evaluate(WATCH, where)
    yield pages
    context.close()


def change(page: Page, began: float) -> float:
    """Seconds from that moment (clock of the day) until what the page says has changed for the first time."""
    found = page.wait_for_function(
        "began => Object.values(window.seen).find(at => at > began)", arg=1000 * began, timeout=60_000
    )
    return float(found.json_value()) / 1000 - began


def longest(pages: dict[str, Page]) -> dict[str, float]:
    """The longest task of each page since the last time, in seconds."""
    return {
        name: page.evaluate("() => { const was = window.longest; window.longest = 0; return was; }") / 1000
        for name, page in pages.items()
    }


def measure(browser: Browser, server: Workshop, store: Store, phones: int) -> tuple[list, list]:
    """Rows of the two tables for a room of that size."""
    with a_room(server, store, phones) as room:
        room.view("sort")
        with watching(browser, server, room) as pages:
            waits: list[float] = []
            pace = PACES["human pace (2 to 4 s a card)"]
            people = threading.Thread(target=lambda: waits.extend(room.sort(7, pace)[0]))
            people.start()
            behind: dict[str, list[float]] = {"run sheet": [], "remote": []}
            for turn in range(TURNS):
                people.join(2)  # in the middle of the sort
                began = time.time()
                store.blank(room.session.id, not turn % 2)
                for name, late in behind.items():
                    late.append(change(pages[name], began))
            people.join()
            store.blank(room.session.id, False)
            longest(pages)
            reveals, tasks = reveal(store, room, pages)
    acknowledged = [phones, len(waits), *milliseconds(waits)]
    acknowledged += [f"{1000 * statistics.median(late):.0f}" for late in behind.values()]
    rows = [
        [
            phones,
            name,
            f"{1000 * reveals[name]:.0f}",
            f"{1000 * tasks[name]:.0f}" if tasks[name] else "under 50",
        ]
        for name in pages
    ]
    return acknowledged, rows


def reveal(store: Store, room: Room, pages: dict[str, Page]) -> tuple[dict[str, float], dict[str, float]]:
    """How long the reveal took to each page, and the longest task of each while three steps of it were shown."""
    began = time.time()
    opened = open_stage(store, room.session, room.deck, "reveal")
    shown = {name: change(page, began) for name, page in pages.items()}
    room.ask("arrivals", str(opened.id))
    attendance = Attendance.read(store, Position.read(store, room.session))
    stage = attendance.position.stage
    assert stage
    for _activity, beat in stage.beats(stage.within(attendance.room))[:3]:
        began = time.time()
        store.show_beat(opened.id, beat.id)
        change(pages["projector"], began)
    return shown, longest(pages)


def main() -> None:
    """Measure rooms of several sizes and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, nargs="+", default=[300, 1000], help="sizes of the room")
    options = parser.parse_args()
    acknowledged, reveals = [], []
    with chromium() as browser:
        for phones in (
            options.phones
        ):  # a server for each: the kernel of a run sheet that was closed lives on for a while
            with (
                tempfile.TemporaryDirectory() as folder,
                workshop(Path(folder), max_participants=phones) as (server, store),
            ):
                row, rows = measure(browser, server, store, phones)
            acknowledged.append(row)
            reveals += rows
    columns = (
        "phones",
        "placements",
        "median ms",
        "95 % ms",
        "longest ms",
        "run sheet says so, ms",
        "remote, ms",
    )
    print(table(columns, acknowledged), end="\n\n")
    print(table(("phones", "page", "the result is there, ms", "longest task, ms"), reveals))


if __name__ == "__main__":
    main()
