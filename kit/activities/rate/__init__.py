"""Statements on a labelled scale; the group sees how many gave how much."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import (
    FEWEST,
    Activity,
    Beat,
    Room,
    Seat,
    Summary,
    Table,
    by_participant,
    counted,
    paged,
    people,
)
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


Mean = tuple[str, float | None, float]
"""A statement, and the means of both subjects."""

Row = Mapping[str, Any]
"""A statement and how it was rated: a row of ``STATEMENTS``."""


class Seen(NamedTuple):
    """A statement in front of the room.

    Attributes:
        rows: How it was rated, one a subject.
        gap: Of two subjects the row of ``DIFFERENCES``, where enough people rated both.
        place: Which it is, of how many; from 1.
    """

    statement: str
    rows: Sequence[Row]
    gap: Row | None = None
    place: tuple[int, int] = (0, 0)


class Means(NamedTuple):
    """A page of all statements, and what they say together; of one subject there is no first mean."""

    finding: str
    page: Sequence[Mean]


def steps(name: str, raters: int, seen: Sequence[Seen], finding: str, means: Sequence[Mean]) -> list[Beat]:
    """A breath; each statement, and then its mean; all of them, on as many pages as it takes."""
    enough = [one for one in seen if any(row["n"] >= FEWEST for row in one.rows)]
    beats = [Beat(name, _("Everybody ready?"), "hold", (raters, bool(enough)))]
    for number, one in enumerate(enough, 1):
        # A slash, which no id has: what subjects and statements are called must not make two steps one.
        id, here = f"{name}/{one.rows[0]['item']}", one._replace(place=(number, len(enough)))
        mean = _("Mean: {statement}").format(statement=one.statement)
        beats += [Beat(id, one.statement, "spread", here), Beat(f"{id}/mean", mean, "mean", here)]
    pages = paged(means, lambda page: sum(map(_height, page)) < 55) if means else []
    title = _("All at a glance")
    return beats + [
        Beat(f"{name}//{n}", title, "means", Means(finding, page)) for n, page in enumerate(pages, 1)
    ]


def _height(mean: Mean) -> float:
    """What a row of the overview takes, in hundredths of the projector's height."""
    return 1 + max(5.6, 3.5 * (1 + len(mean[0]) // 36))


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
        """See ``RATED``; what an edited exercise no longer knows is left out."""
        said = room.said(self)
        known = said["item"].isin(list(self.statements)) & said["value"].isin(list(self.scale))
        places = dict(zip(self.statements, range(len(self.statements)), strict=True))
        ordered = said[known].sort_values("item", key=lambda items: items.map(places), kind="stable")
        given = by_participant(ordered).assign(subject=self.subject)
        texts = given["item"].map(self.statements)
        return RATED.frame(given.assign(statement=texts, rating=given["value"].astype(int)))

    def result(self, room: Room) -> pd.DataFrame:
        """How the group rated."""
        counts = counted(room.said(self), self.statements, self.scale)
        points = {f"share_{value}": int(value) for value in self.scale}
        mean = (counts[list(points)] * points).sum(axis=1, min_count=1)
        rows = counts.assign(subject=self.subject, item=counts.index, mean=mean)
        return STATEMENTS.frame(rows.assign(statement=list(self.statements.values())), self.scale)

    def seen(self, room: Room) -> list[Seen]:
        """Every statement alone."""
        return [Seen(row["statement"], [row]) for row in room.of(self).to_dict("records")]

    def beats(self, room: Room) -> Sequence[Beat]:
        """A breath, then statement by statement and its mean, then all; of several subjects all is ``Difference``'s."""
        if self.subject:
            return ()
        seen = self.seen(room)
        rows = [row for one in seen for row in one.rows if row["n"] >= FEWEST]
        means = [(row["statement"], None, row["mean"]) for row in rows]
        figures = sorted(f"{mean:.1f}" for _text, _none, mean in means)
        text = (
            _("Each mean is {low}.")
            if figures[:1] == figures[-1:]
            else _("Our means go from {low} to {high}.")
        )
        finding = text.format(low=figures[0], high=figures[-1]) if figures else ""
        return steps(self.name, people(room.once(self.given)), seen, finding, means)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        return {"rated": room.once(self.given), "statements": room.of(self)}

    def summary(self, room: Room) -> Summary:
        """How many rated, and the mean of all statements."""
        given, label = room.once(self.given), f", {self.subject}" if self.subject else ""
        mean = given["rating"].mean() if people(given) >= FEWEST else None
        return [(_("Participants") + label, people(given)), (_("Mean rating") + label, mean)]
