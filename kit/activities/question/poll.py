"""A question with answers to choose from: a few options, or a number on a scale."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, Room, share
from kit.activities.charts import Chart, Paired, Series
from kit.activities.question import ANSWERED, Asked
from kit.activities.typed import one_of
from kit.text import gettext as _

POINTS = 5
"""A rating goes from 1 to this."""


Count = tuple[str, int, float]
"""One answer, how many gave it, and their share of all; NaN under three people."""


class Counts(NamedTuple):
    """How the room answered; the mean of a rating's numbers, NaN under three people."""

    counts: Sequence[Count]
    people: int
    mean: float


class Poll(Asked[Counts], kw_only=True):
    """One of some answers.

    Attributes:
        options: Value -> what people read.
        ends: Of a rating, what the lowest and the highest number mean.
    """

    options: Mapping[str, str]
    ends: Sequence[str] = ()
    template = "question/poll.html"

    def check(self, item: str, value: str) -> str | None:
        """One of the options."""
        return one_of(value, self.options) if item == self.item else None

    def words(self, value: str) -> str:
        """What the option means."""
        return self.options[value]

    def given(self, room: Room) -> pd.DataFrame:
        """Those that are among the options."""
        return room.given(self, [self.item], self.options)

    def result(self, room: Room) -> Counts:
        """How many chose which."""
        given = room.once(self.given)
        people, gave = len(given), given["value"].value_counts().reindex(list(self.options), fill_value=0)
        each = zip(self.options.values(), gave.tolist(), strict=True)
        counts = [(words, n, share(n, people, people)) for words, n in each]
        total = given["value"].astype(int).sum() if self.ends else 0
        return Counts(counts, people, share(total, people, people))

    def rows(self, room: Room) -> list[tuple[Any, ...]]:
        """Each option, in order."""
        return [(*count, True) for count in room.of(self).counts]

    def charts(self, room: Room) -> Sequence[Chart]:
        """A bar an option."""
        result = room.of(self)
        if result.people < FEWEST:
            few = _("Fewer than three people have answered, so no shares are shown.")
            return (Paired(self.question, empty=few if result.people else ANSWERED.empty),)
        answers, _people, shares = zip(*result.counts, strict=True)
        bars = Series(_("Share of the answers"), shares, "ours")
        return (Paired(self.question, answers, series=[bars]),)


def rating(ends: Sequence[str]) -> Mapping[str, str]:
    """The numbers from 1 to 5 as people read them: those at the ends with what they mean."""
    named = dict(zip(("1", str(POINTS)), ends, strict=True))
    points = map(str, range(1, POINTS + 1))
    return {point: f"{point} {named[point]}" if point in named else point for point in points}
