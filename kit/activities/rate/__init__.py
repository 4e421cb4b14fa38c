"""Statements on a labelled scale; the group sees how many gave how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Seat, by_participant, people
from kit.activities.choice import one_of
from kit.text import gettext as _


@dataclass(frozen=True)
class Spread:
    """How a group rated one statement: people for each point, in the scale's order."""

    item: str
    text: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many rated it."""
        return sum(self.counts)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """0 to 1; nothing where so few people rated it that a share would tell who."""
        return tuple(count / self.n for count in self.counts) if self.n >= FEWEST else ()

    @property
    def mean(self) -> float:
        """From 1 to the number of points; NaN where there are no shares."""
        return sum(p * s for p, s in enumerate(self.shares, 1)) if self.shares else float("nan")


@dataclass(frozen=True)
class Rated:
    """How a group rated all statements.

    Attributes:
        ratings: One row a rating, as ``Room.responses``; ``value`` is a number.
        spreads: One a statement, in order.
    """

    ratings: pd.DataFrame
    spreads: Mapping[str, Spread]

    @cached_property
    def people(self) -> int:
        """How many rated anything."""
        return people(self.ratings)


@dataclass(frozen=True, eq=False, kw_only=True)
class Rate(Activity[Rated]):
    """Each statement gets one point of the scale.

    Attributes:
        subject: What is rated, where there is more than one; in words.
        statements: Id -> text.
        labels: What the points mean, from the lowest to the highest; the first is 1.
    """

    name: str
    round: int
    question: str
    statements: Mapping[str, str]
    labels: Sequence[str]
    subject: str = ""
    template = "rate/rate.html"

    @cached_property
    def scale(self) -> dict[str, str]:
        """Value -> label."""
        return {str(point): label for point, label in enumerate(self.labels, 1)}

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Every statement."""
        return list(self.statements)

    def check(self, item: str, value: str) -> str | None:
        """A point of the scale."""
        return one_of(value, self.scale) if item in self.statements else None

    def result(self, room: Room) -> Rated:
        """How the group rated; what an edited exercise no longer knows is left out."""
        said = room.said(self)
        given = by_participant(said[said["item"].isin(list(self.statements)) & said["value"].isin(list(self.scale))])
        given = given.astype({"value": int})
        counts = given.groupby(["item", "value"]).size().to_dict()
        points = range(1, len(self.labels) + 1)
        spreads = {
            item: Spread(item, text, tuple(counts.get((item, point), 0) for point in points))
            for item, text in self.statements.items()
        }
        return Rated(given, spreads)

    def beats(self, room: Room) -> Sequence[Beat]:
        """All statements, then each."""
        spreads = room.of(self).spreads.values()
        each = [Beat(f"{self.name}-{s.item}", s.text, "statement", s) for s in spreads if s.shares]
        return Beat(f"{self.name}-overview", self.subject or _("How we see it"), "overview", spreads), *each
