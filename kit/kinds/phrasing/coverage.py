"""Which steps and traps are in the room's phrases, and what the revision changed. No names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kit import coach
from kit.activities.activity import FEWEST, Activity, Beat, Room, Summary, Table, share
from kit.activities.charts import Chart, Paired, Series
from kit.kinds.phrasing.readings import Read, Readings, Version, judged, people
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
    _("Nobody has revised a phrase yet."),
    note=_(
        "Only phrases with both versions count here, so before and after are the same people. `gained` "
        "phrases have the step only after the revision, `lost` only before it. Look for a step that stays "
        "short: it's what to practise next."
    ),
)
"""One row a step, of ``n`` phrases with both versions: how many hold it ``before`` and ``after``; shares are 0 to 1."""


@dataclass(frozen=True)
class StepCount:
    """In how many judged phrases for one recipe a step is there; ``share`` is NaN under three people."""

    recipe: str
    recipe_title: str
    step: str
    step_title: str
    people: int
    n: int
    found: int
    unclear: int
    missing: int
    share: float


@dataclass(frozen=True)
class Change:
    """A recipe that enough people wrote for: its steps in first and in latest versions."""

    title: str
    people: int
    steps: Sequence[tuple[StepCount, StepCount]]


@dataclass(frozen=True)
class Covered:
    """How often each step is there.

    Attributes:
        versions: Those that were written, in order; recipes that nobody wrote for are left out.
        latest: The revised version where there is one, else the first.
        first: The stage of the first version.
    """

    versions: Mapping[str, Sequence[StepCount]]
    latest: Sequence[StepCount]
    first: str

    @property
    def changes(self) -> list[Change]:
        """Before and after of every recipe that three people wrote for."""
        before = {(count.recipe, count.step): count for count in self.versions[self.first]}
        pairs = [
            (before[key], after) for after in self.latest if (key := (after.recipe, after.step)) in before
        ]
        pairs = [pair for pair in pairs if min(count.people for count in pair) >= FEWEST]
        recipes = {after.recipe: after for _before, after in pairs}
        return [
            Change(one.recipe_title, one.people, [pair for pair in pairs if pair[1].recipe == recipe])
            for recipe, one in recipes.items()
        ]


@dataclass(frozen=True, eq=False)
class Coverage(Activity[Covered]):
    """How many phrases hold each step, before and after the revision."""

    readings: Readings
    name = "coverage"
    template = "phrasing/coverage.html"
    tables = (COVERAGE,)

    def result(self, room: Room) -> Covered:
        """Of every version."""
        readings = self.readings
        versions = {one.stage: self._counts(readings.of(room, one)) for one in readings.versions}
        return Covered(versions, self._counts(readings.latest(room)), readings.first.stage)

    def _counts(self, rows: Iterable[Read]) -> list[StepCount]:
        counts, known = [], judged(rows)
        for recipe in self.readings.reader.recipes.values():
            mine = [row for row in known if row.recipe == recipe.id]
            for place, step in enumerate(recipe.steps if mine else ()):
                counts.append(self._count(recipe, step, mine, place))
        return counts

    def _count(self, recipe: coach.Recipe, step: coach.Point, rows: Sequence[Read], place: int) -> StepCount:
        verdicts, n, who = Counter(row.reading.verdicts[place] for row in rows), len(rows), people(rows)
        numbers = [verdicts[verdict] for verdict in ("found", "unclear", "missing")]
        titles = recipe.id, self.readings.reader.titles[recipe.id], step.id, step.label
        return StepCount(*titles, who, n, *numbers, share(verdicts["found"], n, who))

    def beats(self, room: Room) -> Sequence[Beat]:
        """Recipe by recipe."""
        changes = room.of(self).changes
        return [Beat(f"coverage-{n}", one.title, "recipe", one) for n, one in enumerate(changes, 1)]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The table itself."""
        versions = room.of(self).versions
        rows = [{"stage": stage, **vars(count)} for stage, counts in versions.items() for count in counts]
        return {"coverage": COVERAGE.frame(rows)}

    def summary(self, room: Room) -> Summary:
        """The share of steps that are there."""
        first, latest = self.readings.of(room, self.readings.first), self.readings.latest(room)
        return [
            (_("Steps there, share in first versions"), _steps_share(first)),
            (_("Steps there, share in latest versions"), _steps_share(latest)),
        ]


def _steps_share(rows: Sequence[Read]) -> float:
    verdicts = [verdict for row in judged(rows) for verdict in row.reading.verdicts]
    return share(verdicts.count("found"), len(verdicts), people(rows))


@dataclass(frozen=True)
class TrapCount:
    """How many judged phrases of one version step into a trap; ``share`` is NaN under three people."""

    version: Version
    trap: str
    title: str
    people: int
    n: int
    count: int
    share: float


@dataclass(frozen=True, eq=False)
class Traps(Activity[Sequence[TrapCount]]):
    """Into which traps the room stepped. Its result leaves out versions that nobody wrote."""

    readings: Readings
    name = "traps"
    template = "phrasing/traps.html"
    tables = (TRAPS,)

    def result(self, room: Room) -> Sequence[TrapCount]:
        """Version by version, each trap in the recipes' order."""
        counts = []
        for version in self.readings.versions:
            rows = judged(self.readings.of(room, version))
            found, n, who = (
                Counter(trap for row in rows for trap in row.reading.traps),
                len(rows),
                people(rows),
            )
            for trap, title in dict(self.readings.reader.traps()).items() if rows else ():
                counts.append(
                    TrapCount(version, trap, title, who, n, found[trap], share(found[trap], n, who))
                )
        return counts

    def frequent(self, room: Room) -> list[list[TrapCount]]:
        """Of each trap that somebody stepped into the versions that three people wrote, the most frequent first."""
        traps: dict[str, list[TrapCount]] = {}
        for count in room.of(self):
            if count.people >= FEWEST:
                traps.setdefault(count.trap, []).append(count)
        rows = [counts for counts in traps.values() if any(one.count for one in counts)]
        return sorted(rows, key=lambda counts: -sum(one.count for one in counts))

    def beats(self, room: Room) -> Sequence[Beat]:
        """One, where there are any."""
        rows = self.frequent(room)
        return (Beat("traps", _("Traps, and in how many phrases they are"), "table", rows),) if rows else ()

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The table itself."""
        rows = [
            {**vars(count), "stage": count.version.stage, "trap_title": count.title}
            for count in room.of(self)
        ]
        return {"traps": TRAPS.frame(rows)}

    def summary(self, room: Room) -> Summary:
        """The share of phrases with a trap."""
        first, latest = self.readings.of(room, self.readings.first), self.readings.latest(room)
        return [
            (_("Phrases with a trap, share in first versions"), _trap_share(first)),
            (_("Phrases with a trap, share in latest versions"), _trap_share(latest)),
        ]


def _trap_share(rows: Sequence[Read]) -> float:
    known = judged(rows)
    return share(sum(bool(row.reading.traps) for row in known), len(known), people(known))


@dataclass(frozen=True, eq=False)
class Revision(Activity[pd.DataFrame]):
    """What the revision changed, step by step; its result is ``REVISION``."""

    readings: Readings
    name = "revision"
    tables = (REVISION,)

    def result(self, room: Room) -> pd.DataFrame:
        """Recipes without a phrase in both versions have no rows."""
        first, revised = (
            {(row.participant, row.situation): row for row in judged(self.readings.of(room, version))}
            for version in (self.readings.first, self.readings.revised)
        )
        both = [(row, revised[key]) for key, row in first.items() if key in revised]
        rows = []
        for recipe in self.readings.reader.recipes.values():
            pairs = [pair for pair in both if pair[0].recipe == recipe.id]
            for place, step in enumerate(recipe.steps if pairs else ()):
                titles = recipe.id, self.readings.reader.titles[recipe.id], step.id, step.label
                rows.append((*titles, *_moves(pairs, place)))
        return REVISION.frame(rows)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The table itself."""
        return {"revision": room.of(self)}

    def charts(self, room: Room) -> Sequence[Chart]:
        """Each step before and after."""
        title, table = _("Phrases in which a step is there"), room.of(self)
        if table.empty:
            return (Paired(title, empty=REVISION.empty),)
        table = table[table["people"] >= FEWEST]
        rows = zip(table["step_title"], table["recipe_title"], table["n"], strict=True)
        series = [
            Series(_("First version"), table["share_before"].tolist(), "plain"),
            Series(_("Revised"), table["share_after"].tolist(), "ours"),
        ]
        return (Paired(title, [f"{step}\n{recipe} ({n})" for step, recipe, n in rows], series=series),)


def _moves(pairs: Sequence[tuple[Read, Read]], place: int) -> tuple[float, ...]:
    """The columns of ``REVISION`` from ``people`` on."""
    who, n = people(first for first, _revised in pairs), len(pairs)
    found = [tuple(row.reading.verdicts[place] == "found" for row in pair) for pair in pairs]
    before, after = (sum(column) for column in zip(*found, strict=True))
    gained, lost = found.count((False, True)), found.count((True, False))
    return who, n, before, after, gained, lost, share(before, n, who), share(after, n, who)
