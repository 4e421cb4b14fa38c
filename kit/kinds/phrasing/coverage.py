"""Which steps and traps are in the room's phrases, and what the revision changed. No names."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Table, numbered
from kit.activities.charts import Chart, Paired, Series
from kit.activities.fitting import fits
from kit.kinds.phrasing.readings import LATEST, STEP, Readings
from kit.text import gettext as _

COVERAGE = Table(
    "coverage",
    _("in how many phrases each step is there"),
    "stage recipe recipe_title step step_title people n found unclear missing share",
    note=_(
        "`found`, `unclear` and `missing` count phrases; `share` is the share in which the step is there. "
        "In *not-that* people say the wrong thing on purpose, so there it should be low."
    ),
)
"""One row a stage and step, of recipes for which somebody wrote; ``n`` phrases; shares are 0 to 1."""

TRAPS = Table(
    "traps",
    _("in how many phrases each trap is there"),
    "stage trap trap_title people n count share",
    note=_(
        "Traps belong in *not-that*. Look for one that is still there in *showcase*: it's a habit, and the "
        "best topic for the next workshop. The coach is right most of the time, not always, so read a few "
        "of the phrases before you build on a figure."
    ),
)
"""One row a stage and trap, of stages in which somebody wrote; ``n`` phrases, ``count`` of them with the trap."""

REVISION = Table(
    "revision",
    _("what the revision changed, step by step"),
    "recipe recipe_title step step_title people n before after gained lost share_before share_after",
    _("Nobody has written a phrase yet."),
    note=_(
        "Only phrases with a first version count here, and before and after are the same phrases: where one wasn't "
        "revised, it counts as it was. `gained` phrases have the step only now, `lost` only had it at first. Look for "
        "a step that stays short: it's what to practise next."
    ),
)
"""One row a step, of ``n`` phrases: how many held it in the first version (``before``) and in the latest (``after``).

Shares are 0 to 1.
"""

TRAP = ("trap", "trap_title")
"""What tells one trap from another, and what people call it."""

ROWS = 5
"""So many traps stand on one page of the projector."""


def counted(rows: pd.DataFrame, by: Sequence[str], flags: Sequence[str], **shares: str) -> pd.DataFrame:
    """For each group ``people``, ``n`` (rows) and in how many rows each flag holds; groups as they come.

    Args:
        shares: Further column -> the flag of which it is the share; NaN under three people.
    """
    groups, sums = rows.groupby(list(by), sort=False), {flag: (flag, "sum") for flag in flags}
    counts = groups.agg(people=("participant", "nunique"), n=("participant", "size"), **sums).reset_index()
    parts = {name: counts[flag] / counts["n"] for name, flag in shares.items()}
    return counts.assign(**{name: part.where(counts["people"] >= FEWEST) for name, part in parts.items()})


class Found(NamedTuple):
    """A recipe's rows of ``REVISION``: the step that rose most, that which fell most, if any, and the shortest one."""

    steps: pd.DataFrame
    rose: Any
    fell: Any
    short: Any

    @classmethod
    def of(cls, steps: pd.DataFrame) -> "Found":
        """What is found in a recipe's rows."""
        before, after = (steps[f"share_{when}"].mul(100).round() for when in ("before", "after"))
        gain, short = after - before, steps.loc[after.idxmin()]
        rose = steps.loc[gain.idxmax()] if gain.max() > 0 else None
        return cls(steps, rose, steps.loc[gain.idxmin()] if gain.min() < 0 else None, short)

    @property
    def size(self) -> int:
        """Of the table's letters: one of the projector's steps."""
        return 3 if fits(self.steps["step_title"], (56, 40), 3, 1.8) else 2


class Coverage(Activity[pd.DataFrame]):
    """How many phrases hold each step, and what the revision changed; its result is ``COVERAGE``."""

    readings: Readings
    name = "coverage"
    template = "phrasing/coverage.html"
    tables = (COVERAGE, REVISION)

    def result(self, room: Room) -> pd.DataFrame:
        """Of every version."""
        rows, verdicts = room.once(self.readings.steps), ("found", "unclear", "missing")
        rows = rows[rows["stage"] != LATEST].assign(**{one: rows["verdict"] == one for one in verdicts})
        return COVERAGE.frame(counted(rows, ["stage", *STEP], verdicts, share="found"))

    def revision(self, room: Room) -> pd.DataFrame:
        """See ``REVISION``."""
        both, flags = room.once(self.readings.revision), ["before", "after", "gained", "lost"]
        return REVISION.frame(counted(both, STEP, flags, share_before="before", share_after="after"))

    def found(self, room: Room) -> list[Found]:
        """Of every recipe for which three people wrote."""
        table = room.once(self.revision)
        table = table[table["people"] >= FEWEST]
        return [Found.of(steps) for _recipe, steps in table.groupby("recipe", sort=False)]

    def beats(self, room: Room) -> Sequence[Beat]:
        """Recipe by recipe."""
        found = room.once(self.found)
        return [Beat(f"coverage-{one.short.recipe}", one.short.recipe_title, "page", one) for one in found]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        return {"coverage": room.of(self), "revision": room.once(self.revision)}

    def charts(self, room: Room) -> Sequence[Chart]:
        """Each step before and after the revision."""
        title, table = _("Phrases in which a step is there"), room.once(self.revision)
        if table.empty:
            return (Paired(title, empty=REVISION.empty),)
        table = table[table["people"] >= FEWEST]
        rows = zip(table["step_title"], table["recipe_title"], table["n"], strict=True)
        series = [
            Series(_("First version"), table["share_before"].tolist(), "plain"),
            Series(_("Latest version"), table["share_after"].tolist(), "ours"),
        ]
        return (Paired(title, [f"{step}\n{recipe} ({n})" for step, recipe, n in rows], series=series),)


class Traps(Activity[pd.DataFrame]):
    """Into which traps the room stepped; its result is ``TRAPS``.

    Attributes:
        titles: Stage, or ``LATEST`` -> what its phrases are called; first the one where the wrong thing was said.
    """

    readings: Readings
    titles: Mapping[str, str]
    name = "traps"
    template = "phrasing/traps.html"
    tables = (TRAPS,)

    def stepped(self, room: Room) -> pd.DataFrame:
        """One row a trap for each phrase that was judged; it holds where the phrase steps into it."""
        rows = room.once(self.readings.judged).merge(self.readings.reader.traps, how="cross")
        into = zip(rows["trap"], rows["traps"], strict=True)
        return rows.assign(holds=[trap in traps for trap, traps in into])

    def result(self, room: Room) -> pd.DataFrame:
        """Version by version, each trap in the recipes' order."""
        rows = room.once(self.stepped)
        rows = rows[rows["stage"] != LATEST].rename(columns={"holds": "count"})
        return TRAPS.frame(counted(rows, ["stage", *TRAP], ["count"], share="count"))

    def frequent(self, room: Room) -> list[pd.DataFrame]:
        """The rows of each trap that was stepped into, of versions that three people wrote; the most frequent first.

        If any phrase was changed, the first version and the latest are those of the same phrases.
        """
        table, first = room.of(self), self.readings.first
        table = table[table["stage"] != self.readings.revised]
        if room.once(self.readings.revisions)[0]:
            both = counted(self.readings.compared(room.once(self.stepped), TRAP), TRAP, ["before", "after"])
            before = both.assign(stage=first, count=both["before"])
            after = both.assign(stage=LATEST, count=both["after"])
            table = pd.concat([table[table["stage"] != first], before, after])
        table = table[table["people"] >= FEWEST]
        traps = [rows for _trap, rows in table.groupby("trap", sort=False) if rows["count"].sum()]
        return sorted(traps, key=lambda rows: -rows["count"].sum())

    def beats(self, room: Room) -> Sequence[Beat]:
        """As many pages as it takes, where there are any."""
        rows, title = room.once(self.frequent), _("Traps, and in how many phrases they are")
        left, revisions = room.once(self.left), room.once(self.readings.revisions)
        most = ceil(len(rows) / ceil(len(rows) / ROWS)) if rows else 1
        pages = [(rows[at : at + most], left, revisions) for at in range(0, len(rows), most)]
        return numbered("traps", title, "page", pages)

    def left(self, room: Room) -> pd.DataFrame | None:
        """The rows of the most frequent trap in the newest versions that are told; None where nothing is."""
        return max(room.once(self.frequent), key=lambda rows: rows["count"].iloc[-1], default=None)
