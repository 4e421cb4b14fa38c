"""How long a large map of internal customers takes to draw, and how many bytes it has."""

import argparse
import random
from collections.abc import Callable
from statistics import median
from time import perf_counter

from kit.activities.link import Link, drawing
from kit.activities.link.group import BOTH_WAYS, ONE_WAY, Line
from kit.activities.link.map import LINKS, Map, Role, RoleMap
from kit.pages.rendering import call

ROLES = (
    "Customer service",
    "IT",
    "HR",
    "Payroll",
    "Sales",
    "Facilities",
    "Warehouse",
    "Recruiting",
    "Finance",
    "Marketing",
    "Training",
    "Quality",
    "Legal and data protection",
    "Management",
    "Reception",
    "Purchasing",
    "Returns",
    "Field service, northern region",
    "Social media",
    "Web shop",
    "Accounts receivable",
    "Logistics partner",
    "Temporary staff",
    "Internal communication",
    "Works council",
    "Product development",
    "Night shift",
    "Data and reporting",
    "Health and safety",
    "The owners",
)


def a_map(roles: int, links: int, seed: int = 1) -> RoleMap:
    """A map of so many roles and links; most links run both ways."""
    dice = random.Random(seed)
    names = [*ROLES, *(f"Role number {n}" for n in range(len(ROLES), roles))][:roles]
    found: dict[tuple[str, str], int] = {}
    while len(found) < links:
        # A few roles are needed by many, as in every house.
        start, end = dice.choice(names), names[min(int(dice.expovariate(4 / roles)), roles - 1)]
        if start != end:
            found[start, end] = dice.choice((1, 1, 2, 3, 5))
            if dice.random() < 0.5 and len(found) < links:
                found[end, start] = dice.choice((1, 2, 3))
    weights = {name: sum(people for (_start, end), people in found.items() if end == name) for name in names}
    every = [
        Role(name, True, int(place % 7 != 6), weights[name], 1, False, "", place)
        for place, name in enumerate(names)
    ]
    runs = {pair: BOTH_WAYS if pair[::-1] in found else ONE_WAY for pair in found}
    rows = [(*pair, people, people, people, people, None, runs[pair]) for pair, people in found.items()]
    pairs = dict.fromkeys(tuple(sorted(pair)) for pair in found)
    both = {pair: pair in found and pair[::-1] in found for pair in pairs}
    lines = [
        Line(*pair, found.get(pair, 1), pair in found, BOTH_WAYS if both[pair] else ONE_WAY) for pair in pairs
    ]
    return RoleMap(tuple(every), tuple(lines), LINKS.frame(rows))


def beat(shown: RoleMap) -> str:
    """One role in the middle, as the projector shows it."""
    activity = Map(Link(()))
    return str(call(activity.template, "role", activity, (shown, shown.around(shown.roles[0].role))))


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """The median time of several runs, each drawn afresh."""
    times = []
    for _run in range(runs):
        drawing._drawn.cache_clear()
        began = perf_counter()
        work()
        times.append(1000 * (perf_counter() - began))
    return median(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    print("| roles | links | SVG, ms | SVG, KB | in a beat, ms | all, KB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for roles, links in ((5, 9), (15, 60), (30, 150), (60, 600)):
        data = a_map(roles, links)
        svg, page = len(drawing.role_map(data.roles, data.lines).encode()), len(beat(data).encode())
        drawn = milliseconds(lambda data=data: drawing.role_map(data.roles, data.lines), runs)
        shown = milliseconds(lambda data=data: beat(data), runs)
        print(f"| {roles} | {links} | {drawn:.1f} | {svg / 1000:.0f} | {shown:.1f} | {page / 1000:.0f} |")


if __name__ == "__main__":
    main()
