"""A kind of exercise that only tests have: people wish for days. It shows that results know no kind by name."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pandas as pd
import pytest
from rooms import RATING, WAIT_SECONDS, exercise

from kit.activities.activity import Activity, Room, Seat, Summary, Table, by_participant
from kit.activities.charts import Chart, Heat, Paired, Series, Stacked
from kit.activities.dates import Dated
from kit.kinds import KINDS
from kit.kinds.rating.content import RatingExercise
from kit.kinds.script import Kind, Script, Stage
from kit.room import open_stage
from kit.session import Change, Names, Session
from kit.store.store import Store

DIARY = "diary"

WISHES = Table(
    "wishes",
    "who wishes for which day",
    "participant item day at late?",
    "Nobody wishes for a day.",
    answers="item day",
    note="`day` is what they *wrote*, <b>not</b> 2 * 3 * 4.",
)
POPULAR = Table("popular", "how many wish for each day", "day n share count_*")


class Wish(Activity[pd.DataFrame]):
    """One day each; its result is ``WISHES``."""

    name, template, round = "wish", "", 1
    tables = (WISHES, POPULAR)
    is_dated = True

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Only one."""
        return ["day"]

    def check(self, item: str, value: str) -> str | None:
        """Anything."""
        return value if item == "day" else None

    def result(self, room: Room) -> pd.DataFrame:
        """Who wishes for what."""
        return WISHES.frame(by_participant(room.said(self).rename(columns={"value": "day"})))

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        counts = room.of(self)["day"].value_counts()
        rows = [(day, n, n / counts.sum(), n) for day, n in counts.items()]
        return {"wishes": room.of(self), "popular": POPULAR.frame(rows, ["wishers"])}

    def summary(self, room: Room) -> Summary:
        """How many wish."""
        return [("Wishes", len(room.of(self)))]

    def charts(self, room: Room) -> Sequence[Chart]:
        """One of each sort."""
        days = sorted(set(room.of(self)["day"]))
        if not days:
            return (Heat("Which day", empty=WISHES.empty),)
        n = [int((room.of(self)["day"] == day).sum()) for day in days]
        many = days if len(room.of(self)) >= 3 else []
        return (
            Heat(
                "Which day",
                many,
                "Framed: ours.",
                columns=["wished"],
                shares=[[x / sum(n)] for x in n],
                framed=[[0]] * len(n),
            ),
            Stacked("How many", many, series=[Series("Wishers", n, "ours")]),
            Paired(
                "Before and after",
                many,
                series=[Series("Before", n), Series("After", n, "ours")],
                most=9,
                percent=False,
            ),
        )

    def dates(self, room: Room) -> Sequence[Dated]:
        """All days that are days."""
        rows = zip(*(room.of(self)[column] for column in ("participant", "day", "at")), strict=True)
        return [
            Dated(who, date.fromisoformat(day), f"Day of {who}", day, at)
            for who, day, at in rows
            if day[:2] == "20"
        ]


class DiaryExercise(RatingExercise):
    """Anything."""

    kind: Literal["diary"]


class Diary(Kind):
    """People wish for days. It brings no words for whoever leads it."""

    content = DiaryExercise

    def stages(self) -> Sequence[Stage]:
        """Only one."""
        return [Stage("wish", "Wish", asks=(Wish(),))]

    def practice(self, attempt: int) -> Script:
        """The same."""
        return Script(self.stages())


def a_diary(
    store: Store, monkeypatch: pytest.MonkeyPatch, days: Sequence[str], session: Session | None = None
) -> Session:
    """A session, or a given one, in which people wished for these days."""
    monkeypatch.setitem(KINDS, "diary", Diary)
    session = session or store.create_session("Tuesday's workshop", Names.OPTIONAL)
    content = exercise(RATING).model_dump() | {"kind": "diary", "id": DIARY, "title": "My days", "guide": {}}
    open_stage(store, session, DiaryExercise.model_validate(content), "wish")
    for day in days:
        seat, _secret = store.join(session.id, "Ada")
        store.save(Change(session.id, seat.id, DIARY, 1, "day", day, 1)).result(WAIT_SECONDS)
    return session
