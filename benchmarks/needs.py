"""How long the facilitator answers until the needs of a room are compared, and what counting them costs.

People of a made-up room write needs out of a few that each link has, each in words of their own. The facilitator knows
which are the same, and answers question after question as the console asks them.
"""

import argparse
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from statistics import median
from time import perf_counter

import pandas as pd

from kit.activities.activity import Room
from kit.activities.link import Link
from kit.activities.link.compare import DIFFERENT, SAME
from kit.activities.link.gaps import Gaps
from kit.activities.link.queue import SECONDS, Queue

AGAIN = 1
"""Seconds for a further press at a question whose needs were just read: that none of the rest is the same."""

ROLES = (
    "Customer service",
    "IT",
    "HR",
    "Payroll",
    "Sales",
    "Facilities",
    "Warehouse",
    "Finance",
    "Marketing",
)
THINGS = (
    ("a list of everybody who starts", "the names of new colleagues"),
    ("a laptop that works", "a computer with all programs"),
    ("answers to open questions", "somebody who calls back"),
    ("the figures of the month", "a report that is final"),
    ("word before anything changes", "a warning ahead of each release"),
    ("a desk that is ready", "room to work in"),
    ("complete forms", "orders without anything missing"),
    ("only promises that we can keep", "a question before you agree to a date"),
)
TIMES = ("on the first morning", "by the tenth", "within two days", "every week", "at the end of the day")
GAPS = Gaps(Link(ROLES))


def written(dice: random.Random, concept: tuple[int, int]) -> str:
    """A need in somebody's words: one of two ways to say it, and now and then another form or a word more."""
    thing, time = concept
    text = f"{dice.choice(THINGS[thing])} {TIMES[time]}"
    form = dice.randrange(4)
    return text.upper() if form == 0 else f"{text}, please!" if form == 1 else text


def a_room(
    people: int, needs: int, seed: int = 1, roles: int = len(ROLES)
) -> tuple[Room, dict[str, tuple[int, int]]]:
    """A room of so many roles that wrote so many needs, of both sides together, and what each text means."""
    named = ROLES[:roles]
    dice, meant, rows = random.Random(seed), {}, []
    each = [needs // people + (n < needs % people) for n in range(people)]
    for number in range(people):
        role, said = named[number % roles], {}
        partners = dice.sample([name for name in named if name != role], 3)
        said |= {"role": role} | {f"partner/{n}": name for n, name in enumerate(partners, 1)}
        free = [(what, name, n) for what in ("need-from-me", "need") for name in partners for n in (1, 2, 3)]
        for what, name, n in dice.sample(free, each[number]):
            link = (role, name) if what == "need" else (name, role)
            # What a link is about: five needs, the same for whoever writes of it.
            about = random.Random(str(link))
            concepts = [(about.randrange(len(THINGS)), about.randrange(len(TIMES))) for _need in range(5)]
            concept = dice.choice(concepts)
            said[f"{what}/{name}/{n}"] = text = written(dice, concept)
            meant[text] = concept
        rows += [(f"P{number + 1}", 1, item, value) for item, value in said.items()]
    frame = pd.DataFrame(rows, columns=["participant", "round", "item", "value"])
    return Room(frame.assign(at=pd.Timestamp("2031-05-06T09:00:00Z"))), meant


def answered(room: Room, meant: dict[str, tuple[int, int]]) -> Iterator[tuple[Room, Queue]]:
    """The room before each answer of a facilitator who knows what is the same, and what the console then asks."""
    while (queue := GAPS.choices(room)) and queue.question:
        yield room, queue
        same = [one.item for one in queue.couples if meant[one.asked.text] == meant[one.other.text]][:1]
        word = dict.fromkeys(same, SAME) or dict.fromkeys((one.item for one in queue.couples), DIFFERENT)
        room = replace(room, decisions={**room.decisions, **word}, _results={})
    yield room, queue


def questions(rooms: Iterable[tuple[Room, Queue]]) -> int:
    """How many questions those answers were to; one goes on after each need that is the same."""
    return sum(bool(queue.question and not queue.question.said(SAME)) for _room, queue in rooms)


def milliseconds(room: Room) -> float:
    """How long the result takes once the texts have been compared, as in every draw after a press."""
    times = []
    for _run in range(5):
        fresh = replace(room, _results={})
        fresh.of(GAPS.link)
        began = perf_counter()
        fresh.of(GAPS)
        times.append(1000 * (perf_counter() - began))
    return median(times)


def figures(room: Room, meant: dict[str, tuple[int, int]]) -> tuple[float, ...]:
    """What the table says of a room, without its size."""
    *rooms, (last, queue) = answered(room, meant)
    found, asked = last.of(GAPS), questions(rooms)
    minutes = (SECONDS * asked + AGAIN * (len(rooms) - asked)) / 60
    counts = found.known, found.counted["missed"], found.counted["not_compared"]
    return len(queue.taken), asked, len(rooms), minutes, *counts, milliseconds(last)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=[12, 40, 300])
    parser.add_argument("--roles", type=int, nargs="*", default=[len(ROLES)], help="at least 4")
    parser.add_argument("--rooms", type=int, default=1, help="the median of so many rooms of each size")
    said = parser.parse_args()
    head = "people needs roles taken questions answers minutes known missed not_compared ms"
    print("|", head.replace(" ", " | ").replace("_", " "), "|")
    print(f"|{' ---: |' * 11}")
    for people, roles in product(said.people, said.roles):
        found = [figures(*a_room(people, 3 * people, seed, roles)) for seed in range(1, said.rooms + 1)]
        cells = [people, 3 * people, roles, *map(median, zip(*found, strict=True))]
        print(
            "|", " | ".join(f"{cell:.1f}" if n == 6 else f"{cell:.0f}" for n, cell in enumerate(cells)), "|"
        )


if __name__ == "__main__":
    main()
