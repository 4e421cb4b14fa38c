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
from math import sqrt
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from kit.activities.link.group import BOTH_WAYS, NOBODY_HERE, ONE_WAY
from kit.text import gettext as _
from kit.text import ngettext

PLACES = 64
"""So many roles can be pressed; the stylesheet has a rule for each place."""

WIDTHS = 5
"""Steps of a line's width."""

WAYS = {BOTH_WAYS: "", ONE_WAY: " o", NOBODY_HERE: " u"}
"""How two roles are linked -> the line's class: drawn through, dashed, dotted."""

PULL = 0.5
"""How far a line bows towards the middle: 0 is straight."""


class Dot(NamedTuple):
    """One role of a map, as in ``RoleMap``."""

    role: str
    place: int
    depended_on: int
    holders: int


class Line(NamedTuple):
    """Two roles of which one named the other, as in ``Group.lines``."""

    one: str
    other: str
    people: int
    one_says: int
    runs: str


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
    """One role on the drawing; ``at`` is a point of the plane as a complex number."""

    dot: Dot
    at: complex
    radius: float
    on_right: bool


def role_map(roles: pd.DataFrame, lines: pd.DataFrame, narrow: bool = False) -> Markup:
    """The map as SVG.

    Args:
        roles: Every role once, as in ``RoleMap``.
        lines: Those between these roles, likewise.
        narrow: Drawn for a phone, where nothing can be pressed; else pressing a role chooses its radio button.
    """
    dots = tuple(map(Dot._make, roles[list(Dot._fields)].itertuples(index=False)))
    drawn = tuple(map(Line._make, lines[list(Line._fields)].itertuples(index=False)))
    said = _("{roles} and {links}. The table says the same in words.").format(
        roles=ngettext("Map of {n} role", "Map of {n} roles", len(dots)).format(n=len(dots)),
        links=ngettext("{n} link", "{n} links", len(drawn)).format(n=len(drawn)),
    )
    return _drawn(said, dots, drawn, NARROW if narrow else WIDE)


# The same map goes to every phone and to projector and console; drawing it once is enough.
@lru_cache(maxsize=128)
def _drawn(said: str, dots: tuple[Dot, ...], lines: tuple[Line, ...], paper: Paper) -> Markup:
    rows = _rows(max((dot.place for dot in dots), default=0))
    row, font = _step(paper.rows, rows), _step(paper.fonts, rows)
    height = rows * row
    most = max((dot.depended_on for dot in dots), default=0)
    spots = {dot.role: _spot(dot, most, paper, height) for dot in dots}
    top, bottom = _extent(spots.values(), height, row) if paper is NARROW else (0, height)
    parts = [
        f'<svg class="rolemap" viewBox="0 {top:.0f} {paper.width} {bottom - top:.0f}" role="img"'
        f' aria-label="{escape(said)}" font-size="{font}">',
        *_lines(spots, lines, complex(paper.width, height) / 2),
        *(_role(spot, font, paper, row) for spot in spots.values()),
    ]
    return Markup("".join(parts) + "</svg>")


def _extent(spots: Iterable[Spot], height: int, row: float) -> tuple[float, float]:
    """Top and bottom of what is drawn: a phone has no room for the empty places of others' roles."""
    heights = [spot.at.imag for spot in spots] or [height / 2]
    # A line bows towards the middle: its own middle comes a quarter of the way.
    bows = [(1 - PULL / 2) * y + PULL / 2 * height / 2 for y in heights]
    return min(*heights, *bows) - row / 2, max(*heights, *bows) + row / 2


def _rows(last: int) -> int:
    """How many rows a side has, so that the last place has one: a power of two."""
    needed = last // 2 + 1
    return next(2**n for n in count(1) if 2**n > needed)


def _step(steps: Sequence[tuple[int, int]], rows: int) -> int:
    return next(value for most, value in steps if rows <= most)


def _spot(dot: Dot, most: int, paper: Paper, height: int) -> Spot:
    """Where a role stands: right, left in turn; on each side 1/2, 1/4, 3/4, 1/8, 5/8 … of the height."""
    along, step, number = 0.0, 0.5, dot.place // 2 + 1
    while number:
        along += step * (number % 2)
        number, step = number // 2, step / 2
    on_right = dot.place % 2 == 0
    smallest, largest = paper.radii
    radius = smallest + (largest - smallest) * sqrt(dot.depended_on / most) if most else smallest
    reach = (paper.width / 2 - paper.label) * sqrt(1 - (2 * along - 1) ** 2)
    x = paper.width / 2 + (reach if on_right else -reach)
    return Spot(dot, complex(round(x, 1), round(along * height, 1)), round(radius, 1), on_right)


def _lines(spots: Mapping[str, Spot], lines: Sequence[Line], middle: complex) -> list[str]:
    """One line two roles: a head at each that says it serves the other, as thick as people named it."""
    most = max((line.people for line in lines), default=1)
    drawn = []
    for line in lines:
        ends = (line.other, line.one) if line.one_says else (line.one, line.other)
        width = 1 + round((WIDTHS - 1) * (line.people - 1) / (most - 1)) if most > 1 else 1
        drawn.append(_line(spots[ends[0]], spots[ends[1]], width, line.runs, middle))
    return drawn


def _line(start: Spot, end: Spot, width: int, runs: str, middle: complex) -> str:
    """From a role to one that says it serves it; a ring where the first, though here, said nothing."""
    bow = (1 - PULL) * (start.at + end.at) / 2 + PULL * middle
    if abs(bow - start.at) < 1 or abs(bow - end.at) < 1:
        bow += 20 + 20j  # a role in the very middle
    head = 7 + 1.5 * width
    begins = _towards(start, bow, head if runs == BOTH_WAYS else 4)
    ends = _towards(end, bow, head)
    here = f"k p{start.dot.place} p{end.dot.place}"
    way = WAYS[runs]
    path = f"M{_point(begins)}Q{_point(bow)} {_point(ends)}"
    heads = _head(_towards(end, bow, 1), ends, head)
    if runs == BOTH_WAYS:
        heads += _head(_towards(start, bow, 1), begins, head)
    drawn = f'<path class="l w{width}{way} {here}" d="{path}"/><path class="h {here}" d="{heads}"/>'
    ring = f'<circle class="t {here}" cx="{begins.real:.0f}" cy="{begins.imag:.0f}" r="4"/>'
    return drawn + ring if runs == ONE_WAY else drawn


def _towards(spot: Spot, point: complex, distance: float) -> complex:
    """So far from a role's edge towards a point."""
    way = point - spot.at
    return spot.at + way / abs(way) * (spot.radius + distance)


def _head(tip: complex, base: complex, size: float) -> str:
    """The outline of an arrow's head."""
    across = (base - tip) / abs(base - tip) * size / 2 * 1j
    return "M" + "L".join(_point(corner, 1) for corner in (tip, base + across, base - across)) + "z"


def _point(at: complex, digits: int = 0) -> str:
    return f"{at.real:.{digits}f} {at.imag:.{digits}f}"


def _role(spot: Spot, font: int, paper: Paper, row: float) -> str:
    """The role's dot and its label, and over both what can be pressed."""
    dot, reach, line = spot.dot, spot.radius + 6, font * 1.12
    edge = paper.width if spot.on_right else 0
    x = spot.at.real + (reach if spot.on_right else -reach)
    lines = _wrapped(dot.role, abs(edge - x) / font, max(1, int(row / line)))
    first = spot.at.imag - (len(lines) - 1) * line / 2 + font * 0.34
    spans = "".join(
        f'<tspan x="{x:.0f}" y="{first + number * line:.0f}">{escape(text)}</tspan>'
        for number, text in enumerate(lines)
    )
    anchor = "start" if spot.on_right else "end"
    held = "" if dot.holders else " e"
    left = spot.at.real - reach if spot.on_right else 0
    pressed = (
        f'<foreignObject x="{left:.0f}" y="{spot.at.imag - row / 2:.0f}"'
        f' width="{abs(edge - spot.at.real) + reach:.0f}" height="{row:.0f}">'
        f'<label for="map-p{dot.place}"></label></foreignObject>'
    )
    return (
        f'<g class="r p{dot.place}"><circle class="n{held}" cx="{spot.at.real}" cy="{spot.at.imag}"'
        f' r="{spot.radius}"/><text text-anchor="{anchor}">{spans}</text>'
        f"{pressed if dot.place < PLACES and paper is WIDE else ''}</g>"
    )


def _wrapped(name: str, room: float, most: int) -> list[str]:
    """The name on as few lines as fit; ``room`` is a line's length in letter heights."""
    wide = sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in name) / len(name)
    width = max(4, int(room / wide))
    lines = textwrap.wrap(name, width) or [name]
    if len(lines) > most:
        rest = textwrap.shorten(" ".join(lines[most - 1 :]), width, placeholder="…")
        lines = [*lines[: most - 1], rest or "…"]
    return lines
