"""The map of who serves whom, drawn as SVG. No I/O.

One role may stand in the middle, in the focus. The others stand around it; where their names would meet, in two curved
columns at even heights. Links run below the names and end at their edge. Colours are classes of the stylesheet, so that
light, dark and the page's security policy need nothing here.
"""

from cmath import phase
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from math import cos, degrees, pi, sin, sqrt
from typing import NamedTuple

from markupsafe import Markup, escape

from kit.activities.fitting import ems, lines
from kit.activities.link.group import BOTH_WAYS, NOBODY_HERE, ONE_WAY, Line
from kit.activities.link.map import Role
from kit.text import gettext as _
from kit.text import ngettext

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

CLEAR = 1.6
"""How far a link of others stays from the role in the middle, in radii of that."""

LINE = 1.08
"""Height of a line of text, in letter heights."""


class Face(NamedTuple):
    """How a name is set: its size, on how many lines, and what is around them."""

    font: float
    lines: int
    padding: float = 0
    height: float = 0


class Paper(NamedTuple):
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
    360, None, (126, 112), 58, 88, (Face(15, 1, 9, 34), Face(13, 3, 8, 50)), (), 46, (17, 14, 12), 0.38
)
"""For a phone."""


class Pill(NamedTuple):
    """A role's name on the drawing; ``at`` is its middle, a point of the plane as a complex number.

    Attributes:
        is_linked: Whether it is on a link in view.
        ahead: How far from its middle towards that of the drawing links aim.
    """

    role: Role
    text: Sequence[str]
    face: Face
    is_linked: bool
    at: complex = 0j
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
    roles: Sequence[Role],
    lines: Sequence[Line],
    focus: str = "",
    shown: Iterable[Line] = (),
    lit: Iterable[Role] = (),
    narrow: bool = False,
) -> Markup:
    """The map as SVG.

    Args:
        roles: Every role once.
        lines: Those between these roles.
        focus: The role in the middle; then its links are in view, and all others are faint.
        shown: Else the links in view.
        lit: The roles that stand out.
        narrow: Drawn for a phone.
    """
    count = ngettext("Map of {n} role", "Map of {n} roles", len(roles)).format(n=len(roles))
    links = ngettext("{n} link", "{n} links", len(lines)).format(n=len(lines))
    said = _("{roles} and {links}. The table says the same in words.").format(roles=count, links=links)
    view = focus, frozenset(shown), frozenset(one.role for one in lit)
    return _drawn(said, tuple(roles), tuple(lines), *view, NARROW if narrow else WIDE)


# The same map goes to every phone and to projector and console; drawing it once is enough.
@lru_cache(maxsize=128)
def _drawn(
    said: str,
    roles: tuple[Role, ...],
    lines: tuple[Line, ...],
    focus: str,
    shown: frozenset[Line],
    lit: frozenset[str],
    paper: Paper,
) -> Markup:
    strong = {line for line in lines if line in shown or focus in (line.one, line.other)}
    linked = {role for line in strong for role in (line.one, line.other)} | lit
    others = _chosen(roles, focus, linked)
    height = paper.height or max(1, (len(others) + 1) // 2) * paper.row + 2 * paper.focus
    middle = complex(paper.width, height) / 2
    pills = {pill.role.role: pill for pill in _placed(others, focus, linked, paper, middle)}
    drawing = Drawing(paper, middle, focus, pills)
    drawn = [line for line in lines if {line.one, line.other} <= drawing.ends.keys()]
    spokes = sorted((line for line in drawn if line in strong), key=drawing.turn)
    size = f'class="rolemap{"" if paper.height else " narrow"}" viewBox="0 0 {paper.width:g} {height:g}"'
    parts = [
        f'<svg {size} role="img" aria-label="{escape(said)}"><g>',
        *(drawing.faint(line) for line in drawn if line not in strong),
        '</g><g class="spokes">',
        *(drawing.spoke(line, number) for number, line in enumerate(spokes)),
        "</g>",
        *(drawing.name(pill, lit) for pill in pills.values()),
        drawing.center(),
        "</svg>",
    ]
    return Markup("".join(parts))


@dataclass(frozen=True)
class Drawing:
    """What stands where: the names by role, and in the middle the role in the focus, if there is one."""

    paper: Paper
    middle: complex
    focus: str
    pills: Mapping[str, Pill]

    @cached_property
    def ends(self) -> Mapping[str, complex]:
        """Where links to each role lead."""
        return {role: pill.aim for role, pill in self.pills.items()} | {self.focus: self.middle}

    def turn(self, line: Line) -> float:
        """Sorts links as they leave the middle, so that the arrows of neighbours can stand apart."""
        way = self.ends[line.one] + self.ends[line.other] - 2 * self.middle
        return way.imag if way.real > 0 else -way.imag - 4 * self.middle.imag

    def bow(self, start: complex, end: complex) -> complex:
        """The point that draws a curve towards the middle."""
        return (1 - PULL) * (start + end) / 2 + PULL * self.middle

    def faint(self, line: Line) -> str:
        """A link that isn't in view."""
        start, end = self.ends[line.one], self.ends[line.other]
        bow = self.around(start, end) if self.focus else self.bow(start, end)
        return f'<path class="line" d="{_curve(start, bow, end)}"/>'

    def around(self, start: complex, end: complex) -> complex:
        """The same for a link of others, which leads past the role in the middle and doesn't seem to end there."""
        bow, half, clear = self.bow(start, end), (start + end) / 2, CLEAR * self.paper.focus
        if abs((bow + half) / 2 - self.middle) >= clear:
            return bow
        aside, along = half - self.middle, end - start
        way = aside / abs(aside) if abs(aside) > 1 else 1j * along / abs(along)
        return 2 * (self.middle + clear * way) - half

    def spoke(self, line: Line, number: int) -> str:
        """A link in view, with arrows."""
        start, end = (self.ends[role] for role in line.directed)
        bow = (start + end) / 2 if self.focus else self.bow(start, end)
        if self.focus:
            along = self._on_spoke(line, number)
        else:  # near the name to which it leads
            along = 1 - min(0.5, (self.pills[line.directed[1]].edge(bow) + 42) / (2 * abs(end - bow) + 1))
        at = _on(start, bow, end, along)
        turned = degrees(phase(_on(start, bow, end, along + 0.01) - at))
        curve = f'<path class="line {WAYS[line.runs]}" d="{_curve(start, bow, end)}"/>'
        return curve + _sign(line.runs, at, turned, self.paper.sign)

    def _on_spoke(self, line: Line, number: int) -> float:
        """Where on a link to the middle its arrow stands: on the projector those of neighbours apart."""
        outer = self.pills[line.other if line.one == self.focus else line.one]
        long, near, far = abs(outer.aim - self.middle), self.paper.focus, outer.edge(self.middle)
        aside = 0.14 if self.paper.height else 0  # a phone has no room for that
        part = (near + (long - near - far) * (0.5 - aside if number % 2 else 0.5 + aside)) / long
        return part if line.directed[0] == self.focus else 1 - part

    def name(self, pill: Pill, lit: Collection[str]) -> str:
        """A role's name; of the one that stands in the middle no more than its empty place."""
        x, y, width, height = pill.at.real, pill.at.imag, pill.width, pill.face.height
        if pill.role.role == self.focus:
            return f'<circle class="gone" cx="{x:.0f}" cy="{y:.0f}" r="26"/>'
        marks = {"linked": pill.is_linked, "lit": pill.role.role in lit, "absent": not pill.role.holders}
        return (
            f'<g class="{" ".join(["pill", *filter(marks.get, marks)])}">'
            f'<rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width:.0f}"'
            f' height="{height:g}" rx="{height / 2:g}"/>{_text(pill.text, pill.at, pill.face.font)}</g>'
        )

    def center(self) -> str:
        """The role in the middle."""
        if not self.focus:
            return ""
        radius, middle = self.paper.focus, self.middle
        most = {font: int(1.45 * radius / font / LINE) for font in self.paper.names}
        faces = [Face(font, number) for font in most for number in range(1, most[font] + 1)]
        rooms = [1.86 * sqrt(radius**2 - (face.lines * face.font * LINE / 2) ** 2) for face in faces]
        text, face = _fitted(self.focus, faces, rooms)
        circle = f'<circle cx="{middle.real:g}" cy="{middle.imag:g}" r="{radius:g}"/>'
        return f'<g class="focus">{circle}{_text(text, middle, face.font)}</g>'


def _chosen(roles: Sequence[Role], focus: str, linked: Collection[str]) -> list[Role]:
    """The roles that are drawn, in the order of their places: all, or those on links and then the most depended on."""
    ranked = sorted(
        roles, key=lambda one: (one.role != focus, one.role not in linked, -one.depended_on, one.place)
    )
    return sorted(ranked[:MOST], key=lambda one: one.place)


def _placed(
    roles: Sequence[Role], focus: str, linked: Collection[str], paper: Paper, middle: complex
) -> list[Pill]:
    """Where the roles stand: around the middle, or where their names would meet in two columns."""
    if not paper.height:  # a phone's has no empty place
        roles = [one for one in roles if one.role != focus]
    pills = []
    for one in roles:
        is_linked = one.role in linked or not paper.faint
        faces = paper.strong if is_linked else paper.faint
        name, face = _fitted(one.role, faces, [paper.room] * len(faces))
        pills.append(Pill(one, name, face, is_linked))
    if paper.height and len(pills) <= AROUND:
        radius = middle.imag - 65
        turns = (2 * pi * number / len(pills) for number in range(len(pills)))
        ring = [
            pill._replace(at=middle + radius * complex(sin(turn), -cos(turn)))
            for turn, pill in zip(turns, pills, strict=True)
        ]
        if not any(one.meets(other) for one, other in combinations(ring, 2)):
            return ring
    spots = zip(pills, _columns(len(pills), paper, middle), strict=True)
    return [pill._replace(at=spot, ahead=1 if spot.real > middle.real else -1) for pill, spot in spots]


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


def _fitted(name: str, faces: Sequence[Face], rooms: Sequence[float]) -> tuple[list[str], Face]:
    """The name on lines, in the first face in which all of it fits; else in the last one, cut.

    A word is broken only where it fits in no face.

    Args:
        rooms: The width that there is for it in each face.
    """
    for whole in (True, False):
        for face, room in zip(faces, rooms, strict=True):
            found = lines(name, room / face.font)
            if len(found) <= face.lines and (not whole or " ".join(found).split() == name.split()):
                return found, face
    rest = " ".join(found[face.lines - 1 :])
    while ems(rest + "…") > room / face.font:
        rest = rest[:-1].rstrip()
    return [*found[: face.lines - 1], rest + "…"], face


def link_sign(runs: str) -> Markup:
    """A link of that kind by itself, to explain the map."""
    line = f'<path class="line {WAYS[runs]}" d="M0 30H130"/>'
    return Markup(line + _sign(runs, 65 + 30j, 0, 1))


def _sign(runs: str, at: complex, turned: float, size: float) -> str:
    """The arrows on a line, if anybody can say how it runs."""
    if runs not in SIGNS:
        return ""
    place = f"translate({_point(at)}) rotate({turned:.0f}) scale({size:g})"
    return f'<g class="sign {WAYS[runs]}" transform="{place}"><circle r="29"/><path d="{SIGNS[runs]}"/></g>'


def _on(start: complex, bow: complex, end: complex, along: float) -> complex:
    """A point of the curve."""
    return (1 - along) ** 2 * start + 2 * along * (1 - along) * bow + along**2 * end


def _curve(start: complex, bow: complex, end: complex) -> str:
    return f"M{_point(start)}Q{_point(bow)} {_point(end)}"


def _point(at: complex) -> str:
    return f"{at.real:.0f} {at.imag:.0f}"


def _text(lines: Sequence[str], at: complex, font: float) -> str:
    """Lines around a point."""
    first = at.imag - (len(lines) - 1) * LINE * font / 2 + 0.35 * font
    spans = "".join(
        f'<tspan x="{at.real:.0f}" y="{first + number * LINE * font:.0f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{font:g}">{spans}</text>'
