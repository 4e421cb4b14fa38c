"""The map of who serves whom, drawn as SVG. No I/O.

One role may stand in the middle, in the focus. The others stand around it; where their names would meet, in two curved
columns at even heights. Links run below the names and end at their edge. Colours are classes of the stylesheet, so that
light, dark and the page's security policy need nothing here.
"""

from cmath import phase
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import cos, degrees, pi, sin, sqrt
from typing import NamedTuple, TypeVar

import pandas as pd
from markupsafe import Markup, escape

from kit.activities.link.group import BOTH_WAYS, NOBODY_HERE, ONE_WAY
from kit.activities.width import ems
from kit.text import gettext as _
from kit.text import ngettext

Kind = TypeVar("Kind")

MOST = 30
"""So many roles can be read on a projector."""

AROUND = 14
"""Up to so many stand on a circle."""

WAYS = {BOTH_WAYS: "both", ONE_WAY: "one", NOBODY_HERE: "open"}
"""How two roles are linked -> the line's class: drawn through, dashed, dotted."""

SIGNS = {BOTH_WAYS: "M-15 -6h29m-9 -8l9 8M15 7h-29m9 8l-9 -8", ONE_WAY: "M-15 0h29m-11 -11l11 11l-11 11"}
"""The arrows on a line."""

PULL = 0.5
"""How far a line that doesn't touch the middle bows towards it: 0 is straight."""

LINE = 1.08
"""Height of a line of text, in letter heights."""


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


class Face(NamedTuple):
    """How a name is set: its size, on how many lines, and what is around them."""

    font: float
    lines: int
    padding: float
    height: float


@dataclass(frozen=True)
class Paper:
    """The size of a drawing, in the units of its ``viewBox``.

    Attributes:
        height: None: as high as it takes, without a circle.
        reach: How far the outer columns are from the middle, at its height and at the top.
        row: Height of a row, at most.
        room: Width of a name.
        strong: How names on links in view are set, the largest first.
        faint: The same of the others.
        focus: The radius of the role in the middle.
        names: The sizes of its name, the largest first.
        sign: The size of the arrows on a line, of 1.
    """

    width: float
    height: float | None
    reach: tuple[float, float]
    row: float
    room: float
    strong: Sequence[Face]
    faint: Sequence[Face]
    focus: float
    names: Sequence[float]
    sign: float


WIDE = Paper(
    1320,
    1080,
    (470, 300),
    104,
    284,
    (Face(33, 1, 30, 66), Face(28, 2, 26, 68)),
    (Face(27, 1, 26, 56), Face(26, 2, 24, 62)),
    110,
    (76, 60, 48, 38, 32, 27),
    1,
)
"""For the projector."""

NARROW = Paper(
    360, None, (126, 112), 58, 88, (Face(15, 1, 9, 34), Face(13, 3, 8, 50)), (), 36, (17, 14, 12), 0.38
)
"""For a phone."""


@dataclass(frozen=True)
class Pill:
    """A role's name on the drawing; ``at`` is its middle, a point of the plane as a complex number.

    Attributes:
        is_linked: Whether it is on a link in view.
        ahead: How far from its middle towards that of the drawing links aim.
    """

    dot: Dot
    at: complex
    text: Sequence[str]
    face: Face
    is_linked: bool
    ahead: float = 0

    @property
    def width(self) -> float:
        """Of all of it."""
        return max(map(ems, self.text)) * self.face.font + 2 * self.face.padding

    @property
    def aim(self) -> complex:
        """Where links lead, below the name."""
        return self.at - self.ahead * max(0, (self.width - self.face.height) / 2)

    def edge(self, towards: complex) -> float:
        """How far its edge is from where links aim, seen from a point."""
        way = towards - self.aim
        if self.ahead or not way:
            return self.face.height / 2
        across, along = (abs(part) / abs(way) + 1e-9 for part in (way.real, way.imag))
        return min(self.width / 2 / across, self.face.height / 2 / along)

    def meets(self, other: "Pill") -> bool:
        """Whether the two have no air between them."""
        apart = self.at - other.at
        wide, high = self.width + other.width, self.face.height + other.face.height
        return abs(apart.real) < wide / 2 + 8 and abs(apart.imag) < high / 2 + 4


def role_map(
    roles: pd.DataFrame,
    lines: pd.DataFrame,
    focus: str = "",
    shown: Iterable[tuple[str, str]] = (),
    lit: Collection[str] = (),
    narrow: bool = False,
) -> Markup:
    """The map as SVG.

    Args:
        roles: Every role once, as in ``RoleMap``.
        lines: Those between these roles, likewise.
        focus: The role in the middle; then its links are in view, and all others are faint.
        shown: Else the links in view, by their roles.
        lit: The roles that stand out.
        narrow: Drawn for a phone.
    """
    dots = tuple(map(Dot._make, roles[list(Dot._fields)].itertuples(index=False)))
    drawn = tuple(map(Line._make, lines[list(Line._fields)].itertuples(index=False)))
    count = ngettext("Map of {n} role", "Map of {n} roles", len(dots)).format(n=len(dots))
    links = ngettext("{n} link", "{n} links", len(drawn)).format(n=len(drawn))
    said = _("{roles} and {links}. The table says the same in words.").format(roles=count, links=links)
    return _drawn(said, dots, drawn, focus, frozenset(shown), frozenset(lit), NARROW if narrow else WIDE)


# The same map goes to every phone and to projector and console; drawing it once is enough.
@lru_cache(maxsize=128)
def _drawn(
    said: str,
    dots: tuple[Dot, ...],
    lines: tuple[Line, ...],
    focus: str,
    shown: frozenset[tuple[str, str]],
    lit: frozenset[str],
    paper: Paper,
) -> Markup:
    strong = {line for line in lines if focus in line[:2] or line[:2] in shown}
    linked = {role for line in strong for role in (line.one, line.other)} | lit
    others = _chosen(dots, focus, linked)
    height = paper.height or max(1, (len(others) + 1) // 2) * paper.row + 2 * paper.focus
    middle = complex(paper.width, height) / 2
    pills = _placed(others, focus, linked, paper, middle)
    stand = {pill.dot.role: pill for pill in pills}
    ends = {role: pill.aim for role, pill in stand.items()} | {focus: middle}
    drawn = [line for line in lines if line.one in ends and line.other in ends]
    size = f'class="rolemap{"" if paper.height else " narrow"}" viewBox="0 0 {paper.width:g} {height:g}"'
    parts = [
        f'<svg {size} role="img" aria-label="{escape(said)}"><g>',
        *(_faint(ends[line.one], ends[line.other], middle) for line in drawn if line not in strong),
        '</g><g class="spokes">',
    ]
    for number, line in enumerate(
        sorted((line for line in drawn if line in strong), key=_around(ends, middle))
    ):
        start, end = _directed(line)
        bow = _bow(ends[start], ends[end], middle)
        if focus:
            out = start if end == focus else end
            way, near, far = ends[out] - middle, paper.focus, stand[out].edge(middle)
            # Those of neighbours at different distances.
            at = middle + way / abs(way) * (near + (abs(way) - near - far) * (0.36 if number % 2 else 0.64))
            way, bow = ends[end] - ends[start], (ends[start] + ends[end]) / 2
        else:
            # Near the end to which it leads.
            back = min(0.5, (stand[end].edge(bow) + 42) / (2 * abs(ends[end] - bow) + 1))
            at, way = (
                _on(ends[start], bow, ends[end], 1 - back),
                _on(ends[start], bow, ends[end], 1.01 - back),
            )
            way -= at
        parts.append(f'<path class="line {WAYS[line.runs]}" d="{_curve(ends[start], bow, ends[end])}"/>')
        if line.runs in SIGNS:
            parts.append(_sign(line.runs, at, degrees(phase(way)), paper.sign))
    parts.append("</g>")
    parts += (_pill(pill, focus, lit, paper) for pill in pills)
    if focus:
        parts.append(_focus(focus, middle, paper))
    return Markup("".join(parts) + "</svg>")


def _chosen(dots: Sequence[Dot], focus: str, linked: Collection[str]) -> list[Dot]:
    """The roles that are drawn, in the order of their places: all, or those on links and then the most depended on."""
    ranked = sorted(
        dots, key=lambda dot: (dot.role != focus, dot.role not in linked, -dot.depended_on, dot.place)
    )
    return sorted(ranked[:MOST], key=lambda dot: dot.place)


def _placed(
    dots: Sequence[Dot], focus: str, linked: Collection[str], paper: Paper, middle: complex
) -> list[Pill]:
    """Where the roles stand: around the middle, or where their names would meet in two columns."""
    pills = [_set(dot, dot.role in linked or not paper.faint, paper) for dot in dots]
    if paper.height and len(dots) <= AROUND:
        radius = middle.imag - 65
        turns = (2 * pi * number / len(pills) for number in range(len(pills)))
        ring = [
            replace(pill, at=middle + radius * complex(sin(turn), -cos(turn)))
            for turn, pill in zip(turns, pills, strict=True)
        ]
        if not any(one.meets(other) for one, other in combinations(ring, 2)):
            return ring
    kept = pills if paper.height else [pill for pill in pills if pill.dot.role != focus]
    spots = _columns(len(kept), paper, middle)
    stand = {id(pill): spot for pill, spot in zip(kept, spots, strict=True)}
    return [
        replace(pill, at=spot, ahead=1 if spot.real > middle.real else -1)
        for pill in pills
        for spot in [stand.get(id(pill), middle)]
    ]


def _columns(number: int, paper: Paper, middle: complex) -> Iterator[complex]:
    """So many places: down on the right, and up again on the left."""
    rows = max(1, (number + 1) // 2)
    row = min(paper.row, (paper.height - 80) / max(1, rows - 1)) if paper.height else paper.row
    wide, narrow = paper.reach
    for place in range(number):
        on_right = place < rows
        along = (place if on_right else 2 * rows - 1 - place) - (rows - 1) / 2
        bend = sqrt(max(0, 1 - (along * row / middle.imag) ** 2))
        reach = narrow + (wide - narrow) * bend
        yield middle + complex(reach if on_right else -reach, along * row)


def _set(dot: Dot, is_linked: bool, paper: Paper) -> Pill:
    """A role's name in the largest face in which it fits, still without a place."""
    faces = paper.strong if is_linked else paper.faint
    text, face = _fitted(dot.role, [(face, face.font, face.lines) for face in faces], paper.room)
    return Pill(dot, 0j, text, face, is_linked)


def _fitted(name: str, ways: Sequence[tuple[Kind, float, int]], room: float) -> tuple[list[str], Kind]:
    """The name on lines, in the first way (size, most lines) in which all of it fits; else in the last one, cut.

    A word is broken only where it fits in no way.
    """
    for whole in (True, False):
        for kind, font, most in ways:
            lines = _wrapped(name, room / font)
            if len(lines) <= most and (not whole or " ".join(lines).split() == name.split()):
                return lines, kind
    rest = " ".join(lines[most - 1 :])
    while ems(rest + "…") > room / font:
        rest = rest[:-1].rstrip()
    return [*lines[: most - 1], rest + "…"], kind


def _wrapped(text: str, room: float) -> list[str]:
    """The text on lines of so many letter heights, broken at spaces, or in a word that is longer than a line."""
    lines = [""]
    for word in text.split():
        if lines[-1] and ems(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and ems(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _around(ends: Mapping[str, complex], middle: complex) -> Callable[[Line], float]:
    """Sorts links as they leave the middle, so that the arrows of neighbours can stand apart."""

    def turn(line: Line) -> float:
        way = ends[line.one] + ends[line.other] - 2 * middle
        return way.imag if way.real > 0 else -way.imag - 4 * middle.imag

    return turn


def _faint(start: complex, end: complex, middle: complex) -> str:
    return f'<path class="line" d="{_curve(start, _bow(start, end, middle), end)}"/>'


def _directed(line: Line) -> tuple[str, str]:
    """Its roles; first the one that says it serves the other."""
    return (line.one, line.other) if line.one_says else (line.other, line.one)


def link_sign(runs: str) -> Markup:
    """A link of that kind by itself, to explain the map."""
    line = f'<path class="line {WAYS[runs]}" d="M0 30H130"/>'
    return Markup(line + (_sign(runs, 65 + 30j, 0, 1) if runs in SIGNS else ""))


def _sign(runs: str, at: complex, turned: float, size: float) -> str:
    """The arrows on a line."""
    place = f"translate({_point(at)}) rotate({turned:.0f}) scale({size:g})"
    return f'<g class="sign {WAYS[runs]}" transform="{place}"><circle r="29"/><path d="{SIGNS[runs]}"/></g>'


def _bow(start: complex, end: complex, middle: complex) -> complex:
    return (1 - PULL) * (start + end) / 2 + PULL * middle


def _on(start: complex, bow: complex, end: complex, along: float) -> complex:
    """A point of the curve."""
    return (1 - along) ** 2 * start + 2 * along * (1 - along) * bow + along**2 * end


def _curve(start: complex, bow: complex, end: complex) -> str:
    return f"M{_point(start)}Q{_point(bow)} {_point(end)}"


def _point(at: complex) -> str:
    return f"{at.real:.0f} {at.imag:.0f}"


def _pill(pill: Pill, focus: str, lit: Collection[str], paper: Paper) -> str:
    """A role's name; of the one that stands in the middle no more than its empty place."""
    x, y, face = pill.at.real, pill.at.imag, pill.face
    if pill.dot.role == focus:
        return f'<circle class="gone" cx="{x:.0f}" cy="{y:.0f}" r="26"/>' if paper.height else ""
    marks = [
        "pill",
        *(["linked"] if pill.is_linked else []),
        *(["lit"] if pill.dot.role in lit else []),
        *([] if pill.dot.holders else ["absent"]),
    ]
    width, height = pill.width, face.height
    return (
        f'<g class="{" ".join(marks)}"><rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width:.0f}"'
        f' height="{height:g}" rx="{height / 2:g}"/>{_text(pill.text, pill.at, face.font)}</g>'
    )


def _focus(name: str, middle: complex, paper: Paper) -> str:
    """The role in the middle."""
    wide, ways = (
        1.62 * paper.focus,
        [(font, font, int(1.45 * paper.focus / font / LINE)) for font in paper.names],
    )
    text, font = _fitted(name, ways, wide)
    circle = f'<circle cx="{middle.real:g}" cy="{middle.imag:g}" r="{paper.focus:g}"/>'
    return f'<g class="focus">{circle}{_text(text, middle, font)}</g>'


def _text(lines: Sequence[str], at: complex, font: float) -> str:
    """Lines around a point."""
    first = at.imag - (len(lines) - 1) * LINE * font / 2 + 0.35 * font
    spans = "".join(
        f'<tspan x="{at.real:.0f}" y="{first + number * LINE * font:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{font:g}">{spans}</text>'
