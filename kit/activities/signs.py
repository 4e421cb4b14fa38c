"""Signs by which people find each other: a shape in its colour, and above twelve of them a shape and a number."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.text import N_, ngettext
from kit.text import gettext as _


@dataclass(frozen=True)
class Shape:
    """A shape with the one colour that it always has.

    Attributes:
        name: What people call it.
        numbered: The same with a number.
        path: See ``PATHS``.
        middle: Where a number stands in it.
    """

    name: str
    numbered: str
    colour: str
    path: str
    middle: tuple[float, float] = (12, 16)


PATHS = {
    "drop": "M12 1.5c5 6 7.5 9.5 7.5 13a7.5 7.5 0 0 1-15 0c0-3.5 2.5-7 7.5-13z",
    "star": "M12 1l3.3 7 7.7 1-5.6 5.3 1.4 7.7L12 18.3 5.2 22l1.4-7.7L1 9l7.7-1z",
    "flower": "M12 1a4.8 4.8 0 0 1 4.6 6.2A4.8 4.8 0 1 1 16.8 16.5 4.8 4.8 0 1 1 7.2 16.5 4.8 4.8 0 1 "
    "1 7.4 7.2 4.8 4.8 0 0 1 12 1z",
    "square": "M5.5 2.5h13a3 3 0 0 1 3 3v13a3 3 0 0 1-3 3h-13a3 3 0 0 1-3-3v-13a3 3 0 0 1 3-3z",
    "triangle": "M12 1.5l11 20H1z",
    "arch": "M2.5 22V11.5a9.5 9.5 0 0 1 19 0V22z",
    "cross": "M8 1.5h8V8h6.5v8H16v6.5H8V16H1.5V8H8z",
    "hexagon": "M12 1l9.8 5.5v11L12 23l-9.8-5.5v-11z",
    "leaf": "M2 22V12A10 10 0 0 1 12 2h10v10a10 10 0 0 1-10 10z",
    "moon": "M13.5 1.5a10.5 10.5 0 1 0 8.5 15.5A9.5 9.5 0 0 1 13.5 1.5z",
    "heart": "M12 21.5C4.5 16 1.5 12.5 1.5 8.3A5.6 5.6 0 0 1 12 5.5a5.6 5.6 0 0 1 10.5 2.8c0 4.2-3 "
    "7.7-10.5 13.2z",
    "circle": "M12 1.5a10.5 10.5 0 1 1 0 21 10.5 10.5 0 1 1 0-21z",
}
"""What each looks like, as an SVG path in a square of 24."""

SHAPES = (
    Shape(N_("green drop"), N_("drop {number}"), "mint", PATHS["drop"], (12, 18)),
    Shape(N_("yellow star"), N_("star {number}"), "sun", PATHS["star"], (12, 15.5)),
    Shape(N_("orange flower"), N_("flower {number}"), "coral", PATHS["flower"]),
    Shape(N_("blue square"), N_("square {number}"), "sky", PATHS["square"]),
    Shape(N_("white triangle"), N_("triangle {number}"), "white", PATHS["triangle"], (12, 19)),
    Shape(N_("green arch"), N_("arch {number}"), "mint", PATHS["arch"]),
    Shape(N_("orange cross"), N_("cross {number}"), "coral", PATHS["cross"]),
    Shape(N_("yellow hexagon"), N_("hexagon {number}"), "sun", PATHS["hexagon"]),
    Shape(N_("blue leaf"), N_("leaf {number}"), "sky", PATHS["leaf"]),
    Shape(N_("white moon"), N_("moon {number}"), "white", PATHS["moon"], (9, 17.5)),
    Shape(N_("orange heart"), N_("heart {number}"), "coral", PATHS["heart"], (12, 14.5)),
    Shape(N_("green circle"), N_("circle {number}"), "mint", PATHS["circle"]),
)


@dataclass(frozen=True)
class Sign:
    """What a pair or a group has in common; ``number`` is 0 where the shape is enough."""

    shape: Shape
    number: int = 0

    @property
    def bare(self) -> "Sign":
        """The shape alone."""
        return Sign(self.shape)

    @property
    def name(self) -> str:
        """What people call it: "green drop", "drop 7"."""
        named = _(self.shape.numbered).format(number=self.number)
        return named if self.number else _(self.shape.name)

    def task(self, others: int) -> str:
        """Whom to find: so many others who have it."""
        text = ngettext("Find the other {sign}.", "Find the {n} others: {sign}.", others)
        return text.format(sign=self.name, n=others)


def signs(count: int) -> Sequence[Sign]:
    """So many signs, each another."""
    if count <= len(SHAPES):
        return [Sign(shape) for shape in SHAPES[:count]]
    return [Sign(SHAPES[n % len(SHAPES)], n // len(SHAPES) + 1) for n in range(count)]
