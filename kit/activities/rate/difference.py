"""What the room sees of its ratings: of two subjects how far apart they are; and what the evidence says."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat, Table, numbered, paged, people
from kit.activities.charts import Chart, Paired, Series
from kit.activities.rate import RATED, Rate
from kit.text import gettext as _
from kit.text import ngettext

DIFFERENCES = Table(
    "differences",
    _("how far apart the two ratings of each statement are"),
    "item statement n first second difference",
    _("Nobody has rated both yet."),
    note=_("Means of the people who rated both, and the first minus the second. Look for the widest gap."),
)
"""One row a statement: ``n`` people rated it for both subjects; figures are NaN under three."""


Mean = tuple[str, float | None, float]
"""A statement, and the means of both subjects; of one subject there is no first."""

Alone = tuple[Mapping[str, float], tuple[str, int, int] | None]
"""The mean of each subject; the statement whose two ratings are furthest apart, with both."""

Row = Mapping[str, Any]
"""A row of a table."""


class Seen(NamedTuple):
    """A statement in front of the room.

    Attributes:
        rows: How it was rated, a row of ``STATEMENTS`` for each subject.
        gap: Of two subjects the row of ``DIFFERENCES``, where enough people rated both.
        place: Which it is, of how many; from 1.
    """

    statement: str
    rows: Sequence[Row]
    gap: Row | None
    place: tuple[int, int]


class Difference(Activity[pd.DataFrame]):
    """How the room rated, one subject's ratings beside the other's; its result is ``DIFFERENCES``, empty for one.

    Attributes:
        rates: One for each subject.
        notes: Statement -> what the evidence says.
    """

    rates: Sequence[Rate]
    notes: Mapping[str, str]
    name = "difference"
    template = "rate/difference.html"

    @property
    def tables(self) -> tuple[Table, ...]:  # type: ignore[override]
        """One, where there are two subjects."""
        return (DIFFERENCES,) if len(self.rates) > 1 else ()

    def result(self, room: Room) -> pd.DataFrame:
        """Of those who rated both."""
        first, *others = (room.once(rate.given) for rate in self.rates)
        both = first.merge(others[0] if others else first[:0], on=["participant", "item", "statement"])
        rows = both.groupby(["item", "statement"]).agg(
            n=("participant", "size"), first=("rating_x", "mean"), second=("rating_y", "mean")
        )
        known = [pair for pair in self.rates[0].statements.items() if pair in rows.index]
        rows = rows.reindex(known)  # in the exercise's order, whatever was rated first
        means = rows[["first", "second"]].where(rows["n"] >= FEWEST)
        rows = rows.assign(**means, difference=means["first"] - means["second"])
        return DIFFERENCES.frame(rows.reset_index())

    def touched(self, item: str) -> Sequence[str]:
        """What the evidence says."""
        return (WHOLE,)

    def told(self, room: Room, seat: Seat, item: str) -> Alone | None:
        """Of somebody alone, once everything is rated, the mean of each subject, and the widest gap if there is one."""
        said = {rate.subject: [rate.said(seat, item) for item in rate.statements] for rate in self.rates}
        if not all(all(ratings) for ratings in said.values()):
            return None
        given = {subject: list(map(int, ratings)) for subject, ratings in said.items()}
        texts, both = self.rates[0].statements.values(), list(given.values())
        apart = max(zip(texts, both[0], both[-1], strict=True), key=lambda one: abs(one[1] - one[2]))
        widest = apart if apart[1] != apart[2] else None
        return {subject: fmean(ratings) for subject, ratings in given.items()}, widest

    def passed(self, room: Room) -> tuple[Sequence[str], Mapping[str, str]]:
        """What a phone may show: statements by id and notes, as far as the steps have come; or all at once."""
        seen, every = room.passed(self), list(self.rates[0].statements)
        if not room.beat:
            return every, self.notes
        notes = dict(beat.shows for beat in seen if beat.macro == "note")
        if any(beat.macro == "means" for beat in seen):
            return every, notes
        return [beat.shows.rows[0]["item"] for beat in seen if beat.macro == "mean"], notes

    def seen(self, room: Room) -> list[Seen]:
        """The statements that enough people rated, those with the widest gap first."""
        counts = zip(*(room.of(rate).to_dict("records") for rate in self.rates), strict=True)
        enough = [rows for rows in counts if any(row["n"] >= FEWEST for row in rows)]
        gaps = {row["item"]: row for row in room.of(self).to_dict("records") if row["n"] >= FEWEST}
        each = [(rows[0]["statement"], rows, gaps.get(rows[0]["item"])) for rows in enough]
        each.sort(key=lambda one: -abs(one[2]["difference"]) if one[2] else 1)
        return [Seen(*one, (number, len(each))) for number, one in enumerate(each, 1)]

    def beats(self, room: Room) -> Sequence[Beat]:
        """A breath; each statement and then its mean; all of them, on as many pages as it takes; the evidence."""
        seen, given = self.seen(room), pd.concat([room.once(rate.given) for rate in self.rates])
        beats = [Beat.ready(self.name, bool(seen), (people(given), bool(seen)))]
        for one in seen:
            # A slash, which no id has: what statements are called must not make two steps one.
            id, mean = f"{self.name}/{one.rows[0]['item']}", _("Mean: {statement}")
            beats.append(Beat(id, one.statement, "spread", one))
            beats.append(Beat(f"{id}/mean", mean.format(statement=one.statement), "mean", one))
        means = self.means(seen)
        pages = paged(means, lambda page: sum(map(_height, page)) < 55) if means else []
        title, finding = _("All at a glance"), self.finding(means)
        beats += numbered(f"{self.name}//1", title, "means", [(finding, page) for page in pages])
        title, notes = _("What others found: {statement}"), enumerate(self.notes.items(), 1)
        return beats + [
            Beat(f"note//{n}", title.format(statement=note[0]), "note", note) for n, note in notes
        ]

    def means(self, seen: Sequence[Seen]) -> list[Mean]:
        """The figures of those statements, as far as there are any."""
        if len(self.rates) < 2:
            return [(one.statement, None, one.rows[0]["mean"]) for one in seen]
        return [(one.statement, one.gap["first"], one.gap["second"]) for one in seen if one.gap]

    def finding(self, means: Sequence[Mean]) -> str:
        """From where to where they go; of two which is rated higher, and how often, as far as the figures show it."""
        if len(self.rates) < 2:
            figures = sorted(f"{mean:.1f}" for _text, _none, mean in means)
            low, high = figures[:1], figures[-1:]
            text = _("Each mean is {low}.") if low == high else _("Our means go from {low} to {high}.")
            return text.format(low=low[0], high=high[0]) if figures else ""
        gaps = [(round(first or 0, 1), round(second, 1)) for _text, first, second in means]
        above = sum(first > second for first, second in gaps)
        below = sum(first < second for first, second in gaps)
        number, rate = max((above, self.rates[0]), (below, self.rates[1]), key=lambda side: side[0])
        if not number:
            return _("No gap: we rate both alike.")
        if above == below:
            text = ngettext(
                "Each is rated higher on {number} of {n} statement.",
                "Each is rated higher on {number} of {n} statements.",
                len(gaps),
            )
        else:
            text = ngettext(
                "“{subject}” is rated higher on {number} of {n} statement.",
                "“{subject}” is rated higher on {number} of {n} statements.",
                len(gaps),
            )
        return text.format(subject=rate.subject, number=number, n=len(gaps))

    def charts(self, room: Room) -> Sequence[Chart]:
        """The mean of each statement, a bar a subject."""
        title, counts = _("How we rated it"), [room.of(rate).set_index("statement") for rate in self.rates]
        if not any(count["n"].sum() for count in counts):
            return (Paired(title, empty=RATED.empty),)
        shown = [text for text in counts[0].index if all(count["n"][text] >= FEWEST for count in counts)]
        series = [
            Series(rate.subject or _("Mean"), [float(count["mean"][text]) for text in shown], tone)
            for rate, count, tone in zip(self.rates, counts, ("ours", "plain"), strict=False)
        ]
        scale = list(self.rates[0].scale.items())
        note = " – ".join(f"{value} {label}" for value, label in (scale[0], scale[-1]))
        return (Paired(title, shown, note, series=series, most=len(scale), percent=False),)


def _height(mean: Mean) -> float:
    """What a row of the overview takes, in hundredths of the projector's height."""
    return 1 + max(5.6, 3.5 * (1 + len(mean[0]) // 36))
