"""How far apart the ratings of two subjects are, and every table of ratings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Summary, Table, people
from kit.activities.charts import Chart, Paired, Series
from kit.activities.rate import Rate
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

DIFFERENCES = Table(
    "differences",
    _("how far apart the two ratings of each statement are"),
    "item statement n first second difference",
    _("Nobody has rated both yet."),
    note=_(
        "Means of the people who rated both, and the first minus the second. Look for the widest gap: who thinks "
        "better of themselves than of the others rarely asks for help."
    ),
)
"""One row a statement: ``n`` people rated it for both subjects; figures are NaN under three."""


@dataclass(frozen=True, eq=False)
class Difference(Activity[pd.DataFrame]):
    """The same people's ratings of one subject beside those of another; its result is ``DIFFERENCES``.

    Attributes:
        rates: One for each subject.
        notes: Statement -> what the evidence says; shown with the result.
    """

    rates: Sequence[Rate]
    notes: Mapping[str, str]
    name = "difference"
    template = "rate/difference.html"

    @property
    def tables(self) -> tuple[Table, ...]:  # type: ignore[override]
        """Two, and a third where there are two subjects."""
        return (RATED, STATEMENTS, *([DIFFERENCES] if len(self.rates) > 1 else []))

    def result(self, room: Room) -> pd.DataFrame:
        """The differences; no rows with one subject."""
        first, *others = (room.of(rate).ratings.set_index(["participant", "item"])["value"] for rate in self.rates)
        rows: list[tuple[Any, ...]] = []
        for item, text in self.rates[0].statements.items() if others else ():
            both = pd.concat([first, others[0]], axis=1, join="inner", keys=["first", "second"])
            both = both[both.index.get_level_values("item") == item]
            means = both.mean() if len(both) >= FEWEST else both.mean() * float("nan")
            rows.append((item, text, len(both), *means, means["first"] - means["second"]))
        return DIFFERENCES.frame(rows)

    def beats(self, room: Room) -> Sequence[Beat]:
        """One, where there are two subjects."""
        return (Beat("difference", _("The gap"), "overview", room.of(self)),) if len(self.rates) > 1 else ()

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        rated, rows, points = [], [], list(self.rates[0].scale)
        for rate in self.rates:
            count = room.of(rate)
            texts = [rate.statements[item] for item in count.ratings["item"]]
            rated.append(count.ratings.assign(subject=rate.subject, statement=texts, rating=count.ratings["value"]))
            for one in count.spreads.values():
                row = {"subject": rate.subject, "item": one.item, "statement": one.text, "n": one.n}
                row |= {"mean": one.mean} | {f"count_{p}": c for p, c in zip(points, one.counts, strict=True)}
                rows.append(row | {f"share_{p}": s for p, s in zip(points, one.shares, strict=False)})
        frames = {"rated": RATED.frame(pd.concat(rated)), "statements": STATEMENTS.frame(rows, points)}
        return frames | ({"differences": room.of(self)} if len(self.rates) > 1 else {})

    def summary(self, room: Room) -> Summary:
        """How many rated, and the means of all statements."""
        counts = [room.of(rate) for rate in self.rates]
        lines: Summary = [(_("Participants"), people(pd.concat([count.ratings for count in counts])))]
        for rate, count in zip(self.rates, counts, strict=True):
            enough = count.people >= FEWEST
            mean = count.ratings["value"].mean() if enough else None
            lines.append((_("Mean rating, {subject}").format(subject=rate.subject) if rate.subject else _("Mean rating"), mean))
        return lines

    def charts(self, room: Room) -> Sequence[Chart]:
        """The mean of each statement, a bar a subject."""
        title, tones = _("How we rated it"), ("ours", "plain")
        counts = [room.of(rate) for rate in self.rates]
        if not any(count.people for count in counts):
            return (Paired(title, empty=RATED.empty),)
        shown = [item for item in self.rates[0].statements if all(c.spreads[item].shares for c in counts)]
        rows = [self.rates[0].statements[item] for item in shown]
        series = [
            Series(rate.subject or _("Mean"), [count.spreads[item].mean for item in shown], tone)
            for rate, count, tone in zip(self.rates, counts, tones, strict=False)
        ]
        note = " – ".join((f"1 {self.rates[0].labels[0]}", f"{len(self.rates[0].labels)} {self.rates[0].labels[-1]}"))
        return (Paired(title, rows, note, series=series, most=len(self.rates[0].labels), percent=False),)
