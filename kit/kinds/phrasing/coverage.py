"""Which steps and traps are in the room's phrases, and what the revision changed. No names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Table
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
"""One row a stage and step, of recipes for which somebody wrote; ``n`` phrases; shares are 0 to 1.

The results of ``Coverage`` and ``Traps`` have a further stage, ``LATEST``.
"""

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
    _("Nobody has revised a phrase yet."),
    note=_(
        "Only phrases with both versions count here, so before and after are the same people. `gained` "
        "phrases have the step only after the revision, `lost` only before it. Look for a step that stays "
        "short: it's what to practise next."
    ),
)
"""One row a step, of ``n`` phrases with both versions: how many hold it ``before`` and ``after``; shares are 0 to 1."""


ROWS = 6
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
    """A recipe's rows before and after, and the step to look at: that which gained most, else the shortest one."""

    steps: pd.DataFrame
    step: Any
    has_gained: bool

    @classmethod
    def of(cls, steps: pd.DataFrame) -> "Found":
        """What is found in a recipe's rows."""
        before, after = (steps[f"share_{when}"].mul(100).round() for when in ("before", "after"))
        gain = after - before
        has_gained = bool(gain.max() > 0)
        return cls(steps, steps.loc[gain.idxmax() if has_gained else after.idxmin()], has_gained)

    @property
    def size(self) -> int:
        """Of the table's letters: one of the projector's steps."""
        return 3 if fits(self.steps["step_title"], (56, 40), 3, 1.8) else 2


@dataclass(frozen=True, eq=False)
class Coverage(Activity[pd.DataFrame]):
    """How many phrases hold each step, and what the revision changed; its result is ``COVERAGE``."""

    readings: Readings
    name = "coverage"
    template = "phrasing/coverage.html"
    tables = (COVERAGE, REVISION)

    def result(self, room: Room) -> pd.DataFrame:
        """Of every version, and of the latest."""
        rows, verdicts = room.once(self.readings.steps), ("found", "unclear", "missing")
        rows = rows.assign(**{verdict: rows["verdict"] == verdict for verdict in verdicts})
        return COVERAGE.frame(counted(rows, ["stage", *STEP], verdicts, share="found"))

    def found(self, room: Room) -> list[Found]:
        """Of every recipe that three people wrote for its steps, the first version beside the latest."""
        table, first = room.of(self), self.readings.first
        before, after = (table[table["stage"] == stage] for stage in (first, LATEST))
        both = before.merge(after, on=list(STEP), suffixes=("_before", "_after"))
        both = both[(both["people_before"] >= FEWEST) & (both["people_after"] >= FEWEST)]
        return [Found.of(steps) for _recipe, steps in both.groupby("recipe", sort=False)]

    def beats(self, room: Room) -> Sequence[Beat]:
        """Recipe by recipe."""
        found = room.once(self.found)
        return [Beat(f"coverage-{one.step.recipe}", one.step.recipe_title, "page", one) for one in found]

    def revision(self, room: Room) -> pd.DataFrame:
        """See ``REVISION``; of phrases that were judged in both versions."""
        rows = room.once(self.readings.steps)
        rows = rows.assign(found=rows["verdict"] == "found")
        stages = self.readings.first, self.readings.revised
        first, revised = (rows[rows["stage"] == stage] for stage in stages)
        both = first.merge(revised, on=["participant", "item", *STEP])
        before, after = both["found_x"], both["found_y"]
        both = both.assign(before=before, after=after, gained=~before & after, lost=before & ~after)
        flags = ["before", "after", "gained", "lost"]
        return REVISION.frame(counted(both, STEP, flags, share_before="before", share_after="after"))

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        table = room.of(self)
        table = table[table["stage"] != LATEST].reset_index(drop=True)
        return {"coverage": table, "revision": room.once(self.revision)}

    def charts(self, room: Room) -> Sequence[Chart]:
        """Each step before and after the revision."""
        title, table = _("Phrases in which a step is there"), room.once(self.revision)
        if table.empty:
            return (Paired(title, empty=REVISION.empty),)
        table = table[table["people"] >= FEWEST]
        rows = zip(table["step_title"], table["recipe_title"], table["n"], strict=True)
        series = [
            Series(_("First version"), table["share_before"].tolist(), "plain"),
            Series(_("Revised"), table["share_after"].tolist(), "ours"),
        ]
        return (Paired(title, [f"{step}\n{recipe} ({n})" for step, recipe, n in rows], series=series),)


@dataclass(frozen=True, eq=False)
class Traps(Activity[pd.DataFrame]):
    """Into which traps the room stepped; its result is ``TRAPS``.

    Attributes:
        titles: Stage -> what its phrases are called in results; first the one where the wrong thing was said.
    """

    readings: Readings
    titles: Mapping[str, str]
    name = "traps"
    template = "phrasing/traps.html"
    tables = (TRAPS,)

    def result(self, room: Room) -> pd.DataFrame:
        """Version by version and of the latest, each trap in the recipes' order."""
        rows = room.once(self.readings.judged).merge(self.readings.reader.traps, how="cross")
        rows["count"] = [trap in traps for trap, traps in zip(rows["trap"], rows["traps"], strict=True)]
        return TRAPS.frame(counted(rows, ["stage", "trap", "trap_title"], ["count"], share="count"))

    def frequent(self, room: Room) -> list[pd.DataFrame]:
        """The rows of each trap that was stepped into, of versions that three people wrote; the most frequent first.

        Revised phrases aren't compared with all first ones: if any were revised, the latest versions of all are.
        """
        table, revised = room.of(self), self.readings.revised
        untold = [revised] if room.once(self.readings.revisions)[0] else [revised, LATEST]
        table = table[(table["people"] >= FEWEST) & ~table["stage"].isin(untold)]
        traps = [rows for _trap, rows in table.groupby("trap", sort=False) if rows["count"].sum()]
        return sorted(traps, key=lambda rows: -rows["count"].sum())

    def beats(self, room: Room) -> Sequence[Beat]:
        """As many pages as it takes, where there are any."""
        rows, title = room.once(self.frequent), _("Traps, and in how many phrases they are")
        left, revisions = room.once(self.left), room.once(self.readings.revisions)
        most = ceil(len(rows) / ceil(len(rows) / ROWS)) if rows else 1
        return [
            Beat(f"traps-{at}" if at else "traps", title, "page", (rows[at : at + most], left, revisions))
            for at in range(0, len(rows), most)
        ]

    def left(self, room: Room) -> Any:
        """The row of the most frequent trap in the newest versions that are told; None where nothing is."""
        newest = [rows.iloc[-1] for rows in room.once(self.frequent)]
        return max(newest, key=lambda row: row["count"], default=None)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The versions as they were written."""
        table = room.of(self)
        return {"traps": table[table["stage"] != LATEST].reset_index(drop=True)}
