"""Statements on a labelled scale; what shows the result is in ``difference``."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Room, Seat, Summary, Table, counted, people
from kit.activities.typed import one_of
from kit.text import gettext as _

RATED = Table(
    "rated",
    _("who rated which statement how"),
    "participant subject item statement rating at late?",
    _("Nobody has rated a statement yet."),
    answers="subject item statement rating",
)
"""One row a rating, by subject and participant; ``rating`` is 1 for the lowest point; ``at`` in UTC."""

STATEMENTS = Table(
    "statements",
    _("how many rated each statement how"),
    "subject item statement n mean count_* share_*",
    note=_("`n` people rated the statement; `mean` and `share_…` are missing under three people."),
)
"""One row a statement and subject; shares are 0 to 1; ``mean`` and shares are NaN under three people."""


class Rate(Activity[pd.DataFrame], kw_only=True):
    """Each statement gets one point of the scale; its result is the table ``STATEMENTS``.

    Attributes:
        statements: Id -> text.
        scale: Value -> what it means, from the lowest, "1", to the highest.
        subject: What is rated, where there is more than one; in words.
    """

    name: str
    round: int
    question: str
    statements: Mapping[str, str]
    scale: Mapping[str, str]
    subject: str = ""
    form: Mapping[str, Any] = field(default_factory=lambda: {"advance": ""})
    template = "rate/rate.html"
    tables = (RATED, STATEMENTS)

    @property
    def names(self) -> Mapping[str, str]:
        """What people read on the points."""
        return {value: f"{value} {label}" for value, label in self.scale.items()}

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Every statement."""
        return list(self.statements)

    def check(self, item: str, value: str) -> str | None:
        """A point of the scale."""
        return one_of(value, self.scale) if item in self.statements else None

    def given(self, room: Room) -> pd.DataFrame:
        """See ``RATED``."""
        given = room.given(self, self.statements, self.scale)
        texts, ratings = given["item"].map(self.statements), given["value"].astype(int)
        return RATED.frame(given.assign(subject=self.subject, statement=texts, rating=ratings))

    def result(self, room: Room) -> pd.DataFrame:
        """How the group rated."""
        counts = counted(room.said(self), self.statements, self.scale)
        points = {f"share_{value}": int(value) for value in self.scale}
        mean = (counts[list(points)] * points).sum(axis=1, min_count=1)
        rows = counts.assign(subject=self.subject, item=counts.index, mean=mean)
        return STATEMENTS.frame(rows.assign(statement=list(self.statements.values())), self.scale)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        return {"rated": room.once(self.given), "statements": room.of(self)}

    def summary(self, room: Room) -> Summary:
        """How many rated, and the mean of all statements."""
        given, label = room.once(self.given), f", {self.subject}" if self.subject else ""
        mean = given["rating"].mean() if people(given) >= FEWEST else None
        return [(_("Participants") + label, people(given)), (_("Mean rating") + label, mean)]
