"""Phrases as bubbles on the projector: each as wide as its text, in as many rows as a page holds. No I/O, no state."""

from collections.abc import Iterable, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from kit.activities.fitting import PAGE, STEPS, ems, even_lines

HEIGHT = 67.0
"""What a page has for rows, in shares of the height."""

LINE, PADDING, ROUND, APART = 1.1, 1.4, 2.8, 3.6
"""A line's height in its own size; a bubble's inner margin above and beside its text; what lies between two."""

OPEN = 2
"""So many of the newest rows take what comes."""

LOUD, SHORT = 9.5, 21
"""Texts up to these widths stand in the two largest sizes."""


class Bubble(NamedTuple):
    """A phrase with its lines, and their size: one of ``STEPS``."""

    key: str
    lines: Sequence[str]
    step: int

    @property
    def wide(self) -> float:
        """Its width, in shares of the height."""
        return max(map(ems, self.lines)) * STEPS[self.step] + 2 * ROUND

    @property
    def high(self) -> float:
        """Its height, with what lies below it."""
        return len(self.lines) * STEPS[self.step] * LINE + 2 * PADDING + APART


def bubble(key: str, text: str) -> Bubble:
    """Short is loud; a bubble is about three times as wide as high."""
    long = ems(text)
    steps = [number for number, most in ((5, LOUD), (4, SHORT), (3, HEIGHT * PAGE)) if long <= most]
    for step in (*steps, 2):
        most = (PAGE - 2 * ROUND) / STEPS[step]
        found = Bubble(key, even_lines(text, max(round(sqrt(long / 3.5)), ceil(long / most), 1), most), step)
        if found.high <= HEIGHT:
            break
    return found


def packed(phrases: Iterable[tuple[str, str]]) -> list[list[Bubble]]:
    """The rows of the page that holds the newest of these; the newest row and phrase come first.

    Whatever comes later joins one of the newest rows or makes one: what is read stays in its row, until that leaves.

    Args:
        phrases: Keys and texts, the oldest first.
    """
    rows: list[list[Bubble]] = []
    for one in (bubble(*phrase) for phrase in phrases):
        for row in rows[:OPEN]:
            if sum(each.wide + APART for each in row) + one.wide <= PAGE:
                row.insert(0, one)
                break
        else:
            rows.insert(0, [one])
    left = HEIGHT
    for number, row in enumerate(rows):
        left -= max(one.high for one in row)
        if left < 0:
            return rows[: max(number, 1)]
    return rows
