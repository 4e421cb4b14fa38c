"""What a picture of a result shows, as data. Drawn by ``kit.results.pictures``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["ours", "away", "sideways", "plain"]
"""What a bar means; its colour and hatching follow from that."""


@dataclass(frozen=True)
class Chart:
    """Base of all charts.

    Attributes:
        title: What it shows, without the exercise's name.
        rows: One label a row.
        note: A line below the picture.
        empty: Why there is nothing to draw; then nothing else counts.
    """

    title: str
    rows: Sequence[str] = ()
    note: str = ""
    empty: str = ""


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


@dataclass(frozen=True)
class Series:
    """One colour of bars: its label and one value a row."""

    label: str
    values: Sequence[float]
    tone: Tone = "plain"


@dataclass(frozen=True)
class Stacked(Chart):
    """People as bars behind one another, one bar a row."""

    series: Sequence[Series] = ()


@dataclass(frozen=True)
class Paired(Chart):
    """Two or more bars a row, beside one another.

    Attributes:
        most: The end of the scale.
        percent: Whether the values are shares.
    """

    series: Sequence[Series] = ()
    most: float = 1.0
    percent: bool = True
