"""What a picture of a result shows, as data and in words. Drawn by ``kit.report.pictures``."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kit.text import gettext as _

Tone = Literal["ours", "away", "sideways", "plain"]
"""What a bar means; its colour and hatching follow from that."""


@dataclass(frozen=True)
class Chart:
    """Base of all charts.

    Attributes:
        title: What it shows, without the exercise's name.
        rows: One label a row; no rows where too few people answered.
        note: A line below the picture.
        empty: Why there is nothing to draw; then nothing else counts.
    """

    title: str
    rows: Sequence[str] = ()
    note: str = ""
    empty: str = ""

    def told(self) -> list[list[str]]:
        """Of each row in words what the picture shows; nothing of a row that too few people answered."""
        raise NotImplementedError(type(self).__name__)


@dataclass(frozen=True)
class Heat(Chart):
    """Shares as a grid.

    Attributes:
        columns: One label a column.
        shares: A row of shares for each row, 0 to 1, NaN where too few people answered.
        framed: In each row the columns that are framed.
    """

    columns: Sequence[str] = ()
    shares: Sequence[Sequence[float]] = ()
    framed: Sequence[Sequence[int]] = ()

    def told(self) -> list[list[str]]:
        """Of each row the columns with their shares, and which are framed."""
        return [
            [
                self._cell(place, share, place in framed)
                for place, share in enumerate(row)
                if not math.isnan(share)
            ]
            for row, framed in zip(self.shares, self.framed, strict=True)
        ]

    def _cell(self, place: int, share: float, framed: bool) -> str:
        text = _("{label} {figure} (framed)") if framed else _("{label} {figure}")
        return text.format(label=self.columns[place], figure=figure(share, percent=True))


@dataclass(frozen=True)
class Series:
    """One colour of bars: its label and one value a row."""

    label: str
    values: Sequence[float]
    tone: Tone = "plain"


@dataclass(frozen=True)
class Bars(Chart):
    """Base of charts with bars.

    Attributes:
        percent: Whether the values are shares.
    """

    series: Sequence[Series] = ()
    percent: bool = False

    def told(self) -> list[list[str]]:
        """Of each row the series with their values."""
        return [
            [
                _("{label} {figure}").format(label=one.label, figure=figure(one.values[row], self.percent))
                for one in self.series
                if not math.isnan(one.values[row])
            ]
            for row in range(len(self.rows))
        ]


@dataclass(frozen=True)
class Stacked(Bars):
    """People as bars behind one another, one bar a row."""


@dataclass(frozen=True)
class Paired(Bars):
    """Two or more bars a row, beside one another.

    Attributes:
        most: The end of the scale.
    """

    percent: bool = True
    most: float = 1.0


class Join(NamedTuple):
    """A line between two rows, by their places: which of the chart's ways it runs."""

    first: int
    second: int
    way: str


@dataclass(frozen=True)
class Net(Chart):
    """What is joined to what: the rows around a circle, and lines between them.

    Attributes:
        joins: The lines.
        ways: In which ways they run, and what that is called.
        directed: The one of these that leads from the first row to the second.
    """

    joins: Sequence[Join] = ()
    ways: Mapping[str, str] = field(default_factory=dict)
    directed: str = ""

    def told(self) -> list[list[str]]:
        """Of each row those to which it is joined, and how."""
        told: list[list[str]] = [[] for _row in self.rows]
        for first, second, way in self.joins:
            there, back = ("→ ", "← ") if way == self.directed else ("", "")
            told[first].append(f"{there}{self.rows[second]} ({self.ways[way]})")
            told[second].append(f"{back}{self.rows[first]} ({self.ways[way]})")
        return told


def figure(value: float, percent: bool = False) -> str:
    """A value as it stands in a picture: in percent, whole, or with one decimal; a missing one is a question mark."""
    if math.isnan(value):
        return "?"
    return f"{value:.0%}" if percent else f"{value:.1f}".removesuffix(".0")
