"""The map of who depends on whom, drawn as SVG. No I/O.

A role's place depends on its number alone: nothing moves when roles come or go; a phone cuts off what is
empty above and below its own roles. Colours and widths are classes of the stylesheet, so that light, dark and
the page's security policy need nothing here.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import hypot, sqrt

from markupsafe import Markup, escape

from kit.activities.link.group import RoleLink
from kit.text import gettext as _
from kit.text import ngettext

PLACES = 64
"""So many roles can be pressed; the stylesheet has a rule for each place."""

WIDTHS = 5
"""Steps of a line's width."""

PULL = 0.5
"""How far a line bows towards the middle: 0 is straight."""


@dataclass(frozen=True)
class MapRole:
    """One role of a map.

    Attributes:
        place: Decides alone where it stands.
        weight: How many people named a link to it.
        holders: How many have it.
    """

    name: str
    place: int
    weight: int = 0
    holders: int = 0


@dataclass(frozen=True)
class Paper:
    """The size of a drawing, in the units of its ``viewBox``.

    Attributes:
        width: All of it.
        label: What a label may take on each side.
        rows: Height of a row by the number of rows on a side, the fewest first.
        fonts: Size of the letters, likewise.
        radii: Of the smallest and the largest role.
    """

    width: int
    label: int
    rows: tuple[tuple[int, int], ...]
    fonts: tuple[tuple[int, int], ...]
    radii: tuple[int, int]


WIDE = Paper(1000, 230, ((4, 110), (8, 70), (16, 42), (999, 32)), ((8, 21), (16, 18), (999, 15)), (7, 15))
"""For the projector and the facilitator."""

NARROW = Paper(360, 112, ((4, 66), (999, 48)), ((999, 14),), (6, 10))
"""For a phone."""


@dataclass(frozen=True)
class Spot:
    """One role on the drawing."""

    role: MapRole
    x: float
    y: float
    radius: float
    on_right: bool


def role_map(
    roles: Iterable[MapRole], links: Iterable[RoleLink], prefix: str = "map", narrow: bool = False
) -> Markup:
    """The map as SVG.

    Args:
        roles: Every role once.
        links: Those between these roles.
        prefix: Begins the ids of the radio buttons beside the map; pressing a role chooses its button.
        narrow: Drawn for a phone.
    """
    dots, lines = tuple(roles), tuple((link.needs_role, link.gives_role, link.people) for link in links)
    said = _("{roles} and {links}. The table says the same in words.").format(
        roles=ngettext("Map of {n} role", "Map of {n} roles", len(dots)).format(n=len(dots)),
        links=ngettext("{n} link", "{n} links", len(lines)).format(n=len(lines)),
    )
    return _drawn(said, dots, lines, prefix, NARROW if narrow else WIDE)


# The same map goes to every phone and to projector and console; drawing it once is enough.
@lru_cache(maxsize=128)
def _drawn(
    said: str,
    roles: tuple[MapRole, ...],
    links: tuple[tuple[str, str, int], ...],
    prefix: str,
    paper: Paper,
) -> Markup:
    rows = _rows(max((role.place for role in roles), default=0))
    height = rows * _step(paper.rows, rows)
    most = max((role.weight for role in roles), default=0)
    spots = {role.name: _spot(role, most, paper, height) for role in roles}
    font = _step(paper.fonts, rows)
    top, bottom = _extent(spots.values(), height, height / rows) if paper is NARROW else (0, height)
    parts = [
        f'<svg class="rolemap" viewBox="0 {top:.0f} {paper.width} {bottom - top:.0f}" role="img"'
        f' aria-label="{escape(said)}" font-size="{font}">'
    ]
    parts += _lines(spots, links, paper, height)
    parts += [_role(spot, prefix, font, paper, height / rows) for spot in spots.values()]
    return Markup("".join(parts) + "</svg>")


def _extent(spots: Iterable[Spot], height: int, row: float) -> tuple[float, float]:
    """Top and bottom of what is drawn: a phone has no room for the empty places of others' roles."""
    heights = [spot.y for spot in spots] or [height / 2]
    # A line bows towards the middle: its own middle comes a quarter of the way.
    bows = [(1 - PULL / 2) * y + PULL / 2 * height / 2 for y in heights]
    return min(*heights, *bows) - row / 2, max(*heights, *bows) + row / 2


def _rows(last: int) -> int:
    """How many rows a side has, so that the last place has one: a power of two."""
    needed = last // 2 + 1
    return next(2**n for n in count(1) if 2**n > needed)


def _step(steps: Sequence[tuple[int, int]], rows: int) -> int:
    return next(value for most, value in steps if rows <= most)


def _spot(role: MapRole, most: int, paper: Paper, height: int) -> Spot:
    """Where a role stands: right, left in turn; on each side 1/2, 1/4, 3/4, 1/8, 5/8 … of the height."""
    along, step, number = 0.0, 0.5, role.place // 2 + 1
    while number:
        along += step * (number % 2)
        number, step = number // 2, step / 2
    side = 1 if role.place % 2 == 0 else -1
    smallest, largest = paper.radii
    radius = smallest + (largest - smallest) * sqrt(role.weight / most) if most else smallest
    reach = paper.width / 2 - paper.label
    x = paper.width / 2 + side * reach * sqrt(1 - (2 * along - 1) ** 2)
    return Spot(role, round(x, 1), round(along * height, 1), round(radius, 1), side > 0)


def _lines(
    spots: Mapping[str, Spot], links: Sequence[tuple[str, str, int]], paper: Paper, height: int
) -> list[str]:
    """One line a pair of roles: a head at each end that gives, dashes and a ring where it runs one way only."""
    people = {(start, end): n for start, end, n in links if start in spots and end in spots and start != end}
    most = max((n + people.get((end, start), 0) for (start, end), n in people.items()), default=1)
    lines = []
    for (start, end), n in people.items():
        back = people.get((end, start))
        if back is not None and start > end:
            continue
        width = 1 + round((WIDTHS - 1) * (n + (back or 0) - 1) / (most - 1)) if most > 1 else 1
        lines.append(_line(spots[start], spots[end], width, back is not None, (paper.width / 2, height / 2)))
    return lines


def _line(start: Spot, end: Spot, width: int, both_ways: bool, middle: tuple[float, float]) -> str:
    bow_x, bow_y = (
        (1 - PULL) * (a + b) / 2 + PULL * m
        for a, b, m in zip((start.x, start.y), (end.x, end.y), middle, strict=True)
    )
    if hypot(bow_x - start.x, bow_y - start.y) < 1 or hypot(bow_x - end.x, bow_y - end.y) < 1:
        bow_x, bow_y = bow_x + 20, bow_y + 20  # a role in the very middle
    head = 7 + 1.5 * width
    to_x, to_y = _towards(end, bow_x, bow_y, end.radius + head)
    tip_x, tip_y = _towards(end, bow_x, bow_y, end.radius + 1)
    gap = head if both_ways else 4
    from_x, from_y = _towards(start, bow_x, bow_y, start.radius + gap)
    here = f"k p{start.role.place} p{end.role.place}"
    way = "" if both_ways else " o"
    bow = f"M{from_x:.0f} {from_y:.0f}Q{bow_x:.0f} {bow_y:.0f} {to_x:.0f} {to_y:.0f}"
    path = f'<path class="l w{width}{way} {here}" d="{bow}"/>'
    heads = _head(tip_x, tip_y, to_x, to_y, head)
    if both_ways:
        back_x, back_y = _towards(start, bow_x, bow_y, start.radius + 1)
        heads += _head(back_x, back_y, from_x, from_y, head)
        return f'{path}<path class="h {here}" d="{heads}"/>'
    ring = f'<circle class="t {here}" cx="{from_x:.0f}" cy="{from_y:.0f}" r="4"/>'
    return f'{path}<path class="h {here}" d="{heads}"/>{ring}'


def _towards(spot: Spot, x: float, y: float, distance: float) -> tuple[float, float]:
    length = hypot(x - spot.x, y - spot.y)
    return spot.x + (x - spot.x) / length * distance, spot.y + (y - spot.y) / length * distance


def _head(tip_x: float, tip_y: float, base_x: float, base_y: float, size: float) -> str:
    """The outline of an arrow's head."""
    length = hypot(base_x - tip_x, base_y - tip_y)
    across_x, across_y = (tip_y - base_y) / length * size / 2, (base_x - tip_x) / length * size / 2
    points = ((tip_x, tip_y), (base_x + across_x, base_y + across_y), (base_x - across_x, base_y - across_y))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "z"


def _role(spot: Spot, prefix: str, font: int, paper: Paper, row: float) -> str:
    """The role's dot and its label, and over both what can be pressed."""
    side = 1 if spot.on_right else -1
    edge = paper.width if spot.on_right else 0
    x = spot.x + side * (spot.radius + 6)
    lines = _wrapped(spot.role.name, abs(edge - x) / font, max(1, int(row / (font * 1.12))))
    first = spot.y - (len(lines) - 1) * font * 0.56 + font * 0.34
    spans = "".join(
        f'<tspan x="{x:.0f}" y="{first + number * font * 1.12:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    anchor = "start" if spot.on_right else "end"
    held = "" if spot.role.holders else " e"
    left = spot.x - spot.radius - 6 if spot.on_right else 0
    pressed = (
        f'<foreignObject x="{left:.0f}" y="{spot.y - row / 2:.0f}"'
        f' width="{abs(edge - spot.x) + spot.radius + 6:.0f}" height="{row:.0f}">'
        f'<label for="{prefix}-p{spot.role.place}"></label></foreignObject>'
        if spot.role.place < PLACES and prefix
        else ""
    )
    return (
        f'<g class="r p{spot.role.place}"><circle class="n{held}" cx="{spot.x}" cy="{spot.y}" r="{spot.radius}"/>'
        f'<text text-anchor="{anchor}">{spans}</text>{pressed}</g>'
    )


def _wrapped(name: str, room: float, most: int) -> list[str]:
    """The name on as few lines as fit; ``room`` is a line's length in letter heights."""
    wide = sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in name) / len(name)
    lines = textwrap.wrap(name, max(4, int(room / wide))) or [name]
    if len(lines) > most:
        lines = [
            *lines[: most - 1],
            textwrap.shorten(" ".join(lines[most - 1 :]), max(4, int(room / wide)), placeholder="…"),
        ]
        lines = [line or "…" for line in lines]
    return lines
