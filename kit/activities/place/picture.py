"""The picture of one card: rings or boxes, and in each a dot for everybody who put the card there. Pure geometry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, sqrt

SIZE = 1000
"""The picture is as wide and as high as this."""

LARGEST, SMALLEST = 42.0, 4.0
"""A dot's radius with a few people, and at the least."""


@dataclass(frozen=True)
class Shape:
    """A circle (``radius``) or a box (``height``) around a point at its top; what lies in ``inner`` isn't its own.

    Attributes:
        y: Of a circle its centre, of a box its upper edge.
        inner: The ring inside of it, if there is one.
    """

    y: float
    radius: float = 0
    height: float = 0
    inner: "Shape | None" = None

    @property
    def name_y(self) -> float:
        """The base line of its name."""
        return self.y - self.radius + 92 if self.radius else self.y + min(70, 22 + 0.3 * self.height)

    def holds(self, x: float, y: float, r: float) -> bool:
        """Whether a dot of that radius at this point lies in it, free of its name and of what is inside."""
        if (
            abs(x - SIZE / 2) < 330 * bool(self.radius) + SIZE * bool(self.height)
            and y - r < self.name_y + 18
        ):
            return False
        if self.radius:
            within = hypot(x - SIZE / 2, y - self.y) + r + 8 <= self.radius
        else:
            within = r + 20 <= x <= SIZE - r - 20 and y + r + 12 <= self.y + self.height
        inner = self.inner
        return within and not (inner and hypot(x - SIZE / 2, y - inner.y) - r - 8 < inner.radius)

    def places(self, r: float) -> list[tuple[float, float]]:
        """Every place for a dot of that radius, the nearest to its name first."""
        spots = [spot for spot in _grid(r) if self.holds(*spot, r)]
        return sorted(spots, key=lambda spot: hypot(0.6 * (spot[0] - SIZE / 2), spot[1] - self.name_y))


Dots = tuple[float, Sequence[Sequence[tuple[float, float]]]]
"""The radius of all dots, and for each ring or box the centres of its own."""


@lru_cache(maxsize=64)
def shapes(number: int, nested: bool) -> tuple[Shape, ...]:
    """So many rings, one inside the other and the outermost first; or as many boxes, one below the other."""
    if not nested:
        height = (SIZE - 20 * (number - 1)) / number
        return tuple(Shape(i * (height + 20), height=height) for i in range(number))
    innermost = 300 if number == 2 else 214 if number == 3 else 170
    rings: list[Shape] = []
    for i in reversed(range(number)):
        radius = 492 - i * (492 - innermost) / max(1, number - 1)
        rings.append(Shape(992 - 13 * i - radius, radius, inner=rings[-1] if rings else None))
    return tuple(reversed(rings))


@lru_cache(maxsize=512)
def dots(number: int, nested: bool, counts: tuple[int, ...]) -> Dots:
    """The dots of so many people as ``counts`` says for each shape.

    The same people in the same rings give the same picture; the more they are, the smaller the dots.
    """
    rings, radius = shapes(number, nested), _radius(sum(counts))
    while True:
        spots = [ring.places(radius) for ring in rings]
        if radius <= SMALLEST or all(len(s) >= n for s, n in zip(spots, counts, strict=True)):
            return radius, [found[:n] for found, n in zip(spots, counts, strict=True)]
        radius *= 0.9


def _radius(people: int) -> float:
    return min(LARGEST, max(SMALLEST, 123 / sqrt(people or 1)))


def _grid(r: float) -> Iterator[tuple[float, float]]:
    """Points so far apart that dots don't touch, row by row, each row set off by half a step."""
    step, rise = 2.35 * r, 2.15 * r
    for row in range(int(SIZE / rise) + 1):
        shift = step / 2 if row % 2 else 0
        across = int(SIZE / 2 / step) + 1
        for column in range(-across, across + 1):
            yield SIZE / 2 + column * step + shift, row * rise


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """What stands in the picture: without a first word that all names share ("Customer service" -> "Service")."""
    firsts = {name.split(" ")[0] for name in names.values()}
    if len(firsts) > 1 or not all(" " in name for name in names.values()):
        return dict(names)
    rests = {key: name.split(" ", 1)[1] for key, name in names.items()}
    return {key: rest[:1].upper() + rest[1:] for key, rest in rests.items()}
