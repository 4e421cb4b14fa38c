"""How far apart the same people's ratings of two subjects are, and what the evidence says."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat, Table, passed_beats, people
from kit.activities.charts import Chart, Paired, Series
from kit.activities.rate import RATED, Mean, Rate, Seen, steps
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


class Passed(NamedTuple):
    """What the room has seen: statements with their means, by id, and what the evidence says."""

    items: Sequence[str]
    notes: Mapping[str, str]


class Alone(NamedTuple):
    """How somebody has rated who is alone.

    Attributes:
        means: Of each subject; one alone has no name.
        widest: The statement whose two ratings are furthest apart, with both; None where they are alike.
    """

    means: Mapping[str, float]
    widest: tuple[str, int, int] | None


class Difference(Activity[pd.DataFrame]):
    """One subject's ratings beside the other's; its result is ``DIFFERENCES``, without rows for one subject.

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
        rows = both.groupby(["item", "statement"])[["rating_x", "rating_y"]].agg(["size", "mean"])
        known = [pair for pair in self.rates[0].statements.items() if pair in rows.index]
        rows = rows.reindex(known)  # in the exercise's order, whatever was rated first
        rows.columns = ["n", "first", "again", "second"]
        rows[["first", "second"]] = rows[["first", "second"]].where(rows["n"] >= FEWEST)
        return DIFFERENCES.frame(rows.assign(difference=rows["first"] - rows["second"]).reset_index())

    def seen(self, room: Room) -> list[Seen]:
        """Every statement for each subject."""
        counts = [room.of(rate).to_dict("records") for rate in self.rates]
        gaps = {row["item"]: row for row in room.of(self).to_dict("records") if row["n"] >= FEWEST}
        each = zip(*counts, strict=True)
        return [Seen(rows[0]["statement"], rows, gaps.get(rows[0]["item"])) for rows in each]

    def touched(self, item: str) -> Sequence[str]:
        """What the evidence says."""
        return (WHOLE,)

    def told(self, room: Room, seat: Seat, item: str) -> Alone | None:
        """The figures of somebody alone, once everything is rated."""
        said = {rate.subject: [rate.said(seat, item) for item in rate.statements] for rate in self.rates}
        if not all(all(ratings) for ratings in said.values()):
            return None
        given = {subject: list(map(int, ratings)) for subject, ratings in said.items()}
        texts, both = self.rates[0].statements.values(), list(given.values())
        apart = max(zip(texts, both[0], both[-1], strict=True), key=lambda one: abs(one[1] - one[2]))
        widest = apart if apart[1] != apart[2] else None
        return Alone({subject: fmean(ratings) for subject, ratings in given.items()}, widest)

    def passed(self, room: Room) -> Passed:
        """What a phone may show: as much as the steps of the result have shown so far, or all at once."""
        if not room.beat:
            return Passed(list(self.rates[0].statements), self.notes)
        beats = [beat for activity in (*self.rates, self) for beat in room.once(activity.beats)]
        seen = passed_beats(beats, room.beat)
        items = [beat.shows.rows[0]["item"] for beat in seen if beat.macro == "mean"]
        if any(beat.macro == "means" for beat in seen):
            items = list(self.rates[0].statements)
        return Passed(items, dict(beat.shows for beat in seen if beat.macro == "note"))

    def beats(self, room: Room) -> Sequence[Beat]:
        """Of two subjects each statement, the widest gap first, then all of them; last what the evidence says."""
        title, notes = _("What others found: {statement}"), enumerate(self.notes.items(), 1)
        told = [Beat(f"note//{n}", title.format(statement=note[0]), "note", note) for n, note in notes]
        if len(self.rates) < 2:
            return told
        given = pd.concat([room.once(rate.given) for rate in self.rates])
        seen = sorted(self.seen(room), key=lambda one: -abs(one.gap["difference"]) if one.gap else 1)
        gaps = [one.gap for one in seen if one.gap]
        means = [(gap["statement"], gap["first"], gap["second"]) for gap in gaps]
        return [*steps(self.name, people(given), seen, self._finding(means), means), *told]

    def _finding(self, means: Sequence[Mean]) -> str:
        """Which subject is rated higher, and how often, as far as the figures show it."""
        gaps = [(round(first or 0, 1), round(second, 1)) for _text, first, second in means]
        above, below = (
            sum(first > second for first, second in gaps),
            sum(first < second for first, second in gaps),
        )
        if not above and not below:
            return _("No gap: we rate both alike.")
        if above == below:
            text = ngettext(
                "Each is rated higher on {number} of {n} statement.",
                "Each is rated higher on {number} of {n} statements.",
                len(gaps),
            )
            return text.format(number=above, n=len(gaps))
        number, rate = max((above, self.rates[0]), (below, self.rates[1]), key=lambda side: side[0])
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
