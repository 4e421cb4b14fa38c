"""The contract of an activity: what people do in a stage, or what the room sees of it. No I/O, no state.

Whoever adds an activity gives it a folder: the rules in Python, and beside them a template with its macros.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, dataclass_transform

import pandas as pd

from kit.text import gettext as _

if TYPE_CHECKING:
    from kit.activities.charts import Chart
    from kit.activities.dates import Dated

Result = TypeVar("Result")
Entry = TypeVar("Entry")

FEWEST = 3
"""Under this number of people no shares are shown, for they would tell who said what."""

Answers = Mapping[tuple[int, str], str]
"""One participant's current responses: (round, item) -> value."""

Decisions = Mapping[str, str]
"""What the facilitator has decided about the room's responses, such as two phrases merged: item -> value."""

Opened = Mapping[str, Sequence[str]]
"""What was fixed when a stage opened, ready for JSON: name of an activity -> items."""

Summary = list[tuple[str, Any]]
"""Lines of the exercise on one page: (measure, value)."""


class Share(float):
    """A part of a whole, 0 to 1, which people read as a percentage."""


WHOLE = ""
"""In place of an item: what an activity says of all its items together."""

TOGETHER = "together-"
"""So begins the name of an activity that fixes who is with whom: a stage that shows nothing of the room isn't told."""

NOBODY = pd.DataFrame(columns=["participant", "round", "item", "value", "at"])
"""The responses of nobody."""


@dataclass(frozen=True)
class Table:
    """A table that an activity yields, declared once for exports, the results notebook and tests.

    Attributes:
        name: Also the name of its sheet: at most 31 small letters and hyphens.
        about: What it holds, in a few words.
        columns: In order, as one text. ``share_*`` stands for one column a name, such as a category; ``late?`` may
            be missing.
        empty: What to say where there is nothing.
        answers: Of a table with one row an answer: the columns that the CSV file has of it besides those of every
            answer. Empty if the table isn't one.
        note: How to read it, for the results notebook.
    """

    name: str
    about: str
    columns: str
    empty: str = ""
    answers: str = ""
    note: str = ""

    def frame(self, rows: Any, names: Iterable[str] = ()) -> pd.DataFrame:
        """The rows with the declared columns, or a DataFrame's declared columns in order."""
        names = list(names)
        wide = [c.replace("*", name) for c in self.columns.split() for name in (names if "*" in c else [""])]
        if isinstance(rows, pd.DataFrame):
            kept = [c.rstrip("?") for c in wide if not c.endswith("?") or c.rstrip("?") in rows]
            return rows[kept].rename_axis(columns=None).reset_index(drop=True)
        return pd.DataFrame(rows, columns=wide)


@dataclass(frozen=True)
class Beat:
    """One step of showing a result on the projector.

    Attributes:
        id: What the room remembers as being on; it stays the same while the result changes.
        title: What the facilitator reads on the button.
        macro: The macro of the activity's template that draws it.
        shows: All that it draws; what is not in here can't be seen yet.
    """

    id: str
    title: str
    macro: str
    shows: Any

    @classmethod
    def ready(cls, id: str, comes: bool, shows: Any) -> Self:
        """A breath before the first step; it says so where too few have answered for one to come."""
        return cls(id, _("Everybody ready?") if comes else _("Too few so far"), "hold", shows)


@dataclass(frozen=True)
class Room:
    """What everybody has said at a moment; every result is counted once, for phones, projector and files alike.

    Attributes:
        responses: One row a current response: ``participant`` (pseudonym), ``round`` (int), ``item``, ``value``,
            ``at`` (UTC), and perhaps ``late``.
        opened: What was fixed when the stage opened.
        decisions: What the facilitator has decided.
        beat: The id of the beat that is on; empty while all are shown at once.
        public: Name of an activity -> what people may see of others' answers while they answer; see there.
        people: Who has joined, in order: pseudonym -> name, which may be empty.
    """

    responses: pd.DataFrame
    opened: Opened = field(default_factory=dict)
    decisions: Decisions = field(default_factory=dict)
    beat: str = ""
    public: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    _results: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def empty(cls, opened: Opened | None = None, decisions: Decisions | None = None, **more: Any) -> "Room":
        """A room in which nobody has said anything, such as the one that a learner alone sees."""
        return cls(NOBODY, opened or {}, decisions or {}, **more)

    @property
    def here(self) -> Mapping[str, str]:
        """Who is here: pseudonym -> name; where nobody is known to have joined, those who answered."""
        return self.people or dict.fromkeys(by_participant(self.responses)["participant"], "")

    def at(self, opened: Opened, beat: str = "") -> "Room":
        """The same answers in another stage or beat; what was counted holds there if nothing else was fixed."""
        return replace(
            self, opened=opened, beat=beat, _results=self._results if opened == self.opened else {}
        )

    def seat(self, person: str) -> "Seat":
        """What the person of that pseudonym has said."""
        return Seat(self.once(_by_person).get(person, {}), person)

    def of(self, activity: "Activity[Result]") -> Result:
        """The activity's result in this room."""
        return self.once(activity.result)

    def once(self, count: "Callable[[Room], Result]") -> Result:
        """What a method of an activity counts in this room, the first time that somebody asks."""
        if count not in self._results:
            self._results[count] = count(self)
        return self._results[count]

    def passed(self, activity: "Activity[Any]") -> Sequence[Beat]:
        """The steps of its result that the room has seen, up to the one that is on; none where that one is gone."""
        beats = self.once(activity.beats)
        return beats[: next((number for number, beat in enumerate(beats, 1) if beat.id == self.beat), 0)]

    def said(self, activity: "Activity[Any]") -> pd.DataFrame:
        """The responses of that activity's round."""
        return self.responses[self.responses["round"] == activity.round]

    def given(
        self, activity: "Activity[Any]", items: Iterable[str], values: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """What was said of these items, by participant and in the items' order; all but empty texts.

        What an edited exercise no longer knows is left out.

        Args:
            values: The only ones that count.
        """
        said, places = self.said(activity), {item: place for place, item in enumerate(items)}
        counts = said["value"] != "" if values is None else said["value"].isin(list(values))
        known = said[counts & said["item"].isin(list(places))]
        return by_participant(known.sort_values("item", key=lambda column: column.map(places), kind="stable"))


@dataclass(frozen=True)
class Seat:
    """What one person has said, and as whom."""

    answers: Answers = field(default_factory=dict)
    pseudonym: str = ""

    def of(self, activity: "Activity[Any]") -> dict[str, str]:
        """What they have said in that activity's round, by item."""
        return {item: value for (round, item), value in self.answers.items() if round == activity.round}


@dataclass_transform(frozen_default=True, eq_default=False)
class Activity(Generic[Result]):
    """What people do in a stage, or what the room sees of it. Every method has an empty default.

    Each is a dataclass without saying so: what stands in it as ``name: type`` is given when it is made, by keyword
    alone where its class says ``kw_only=True``, and never changes. It equals itself alone, so that a room can keep by
    it what it has counted.

    Its template may hold these macros; one that isn't there shows nothing:

    - ``ask(a, room, seat, step)`` on a phone, with ``lead(a)`` before its form, and ``asked(a, room)`` on the
      projector, where a stage asks it;
    - ``shown(a, room, seat)`` on a phone and ``whole(a, room)`` on the projector, where a stage shows it; and the
      macros of its beats, ``…(a, shows)``, for the projector;
    - ``wall(a, room)`` on the projector, where a stage has it on the wall while people answer;
    - ``echo(a, told)``, and ``heard(a, told)`` for screen readers, where a stage echoes it: what a person learns at
      once from an answer; ``quiet(a, told)`` instead for what would tire whoever listens; ``all_told(a, told)`` for
      what it says of all items together;
    - ``kept(a, room, seat)``: what is the person's own when the session is over;
    - ``paper(a)``: what it tells whoever leads from paper;
    - ``part(a, room, seat, key)``: a part of ``ask``, or of a layout, that follows the room;
    - ``decide(a, choices)`` in the facilitator's console.

    Attributes:
        name: No other activity of a script has it.
        template: The file of its macros; empty if nobody sees it, and it only counts for tables.
        round: Under which number its responses are kept; None if it asks for nothing.
        from_room: Whether what it asks is made from others' answers, such as phrases to vote for.
        form: Further attributes of its form on a phone, for the script: ``{"advance": ""}``.
        tables: What it yields.
        is_dated: Whether it can put days into a calendar.
    """

    name: str
    template: str = ""
    round: int | None = None
    from_room: ClassVar[bool] = False
    form: Mapping[str, Any] = {}
    tables: tuple[Table, ...] = ()
    is_dated: ClassVar[bool] = False

    def __init_subclass__(cls, kw_only: bool = False) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, eq=False, kw_only=kw_only)(cls)

    # what is asked of a person

    def opening(self, room: Room) -> Sequence[str] | None:
        """What is fixed when a stage with it opens. Of an activity that asks: the only items that it takes."""
        return None

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """What is asked of this person now."""
        return ()

    def check(self, item: str, value: str) -> str | None:
        """The value as it is kept; None if the item is another activity's.

        Raises:
            ResponseError: The value can't be taken.
        """
        return None

    def refuse(self, seat: Seat, item: str, value: str) -> None:
        """Nothing, unless what the person has said elsewhere speaks against it.

        Raises:
            ResponseError: It does.
        """

    def said(self, seat: Seat, item: str) -> str:
        """What the person has said, as far as it still holds; else nothing."""
        return seat.answers.get((self.round or 0, item), "")

    def public(self, room: Room) -> Sequence[str]:
        """What everybody may see of everybody's answers while they are asked: texts alone, not whose; mostly none."""
        return ()

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """How many items the person has answered, of how many."""
        said = [bool(self.said(seat, item)) for item in self.items(room, seat)]
        return sum(said), len(said)

    # what a person learns at once

    thinks: bool = False
    """Whether what it tells takes long: then it is worked out off the event loop, and remembered."""

    def think(self, room: Room, seat: Seat) -> None:
        """Work out what it will tell this person."""
        for item in self.items(room, seat):
            self.told(room, seat, item)

    def touched(self, item: str) -> Sequence[str]:
        """Of which items an answer to this one renews what is told; ``WHOLE`` stands for all of them together.

        An item that isn't among its own is one of which nothing is ever told.
        """
        return (item,)

    def told(self, room: Room, seat: Seat, item: str) -> Any:
        """What a person learns of an item at once, where a stage echoes it; of ``WHOLE``, of all together."""
        return None

    # what the room sees

    def result(self, room: Room) -> Result:
        """The group's count: the only one, for phones, projector, console, tables and files alike."""
        raise NotImplementedError(self.name)

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """The keys of those parts of what it asks or shows on a phone that follow the room's answers."""
        return ()

    def beats(self, room: Room) -> Sequence[Beat]:
        """The steps in which the projector can show the result."""
        return ()

    def fills(self, room: Room) -> bool:
        """Whether what hangs on its wall takes the big screen, in place of the task."""
        return False

    # what the facilitator decides

    def choices(self, room: Room) -> Any:
        """What there is to decide now; None for nothing."""
        return None

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """A decision as it is kept; None if it is another activity's.

        Raises:
            ResponseError: There is nothing of that name to decide, or not in that way.
        """
        return None

    # what is taken home

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Its tables by name, from results. One whose result is its only table has that already."""
        return {table.name: room.of(self) for table in self.tables}

    def summary(self, room: Room) -> Summary:
        """Its lines on the exercise's one page."""
        return []

    def charts(self, room: Room) -> "Sequence[Chart]":
        """Its pictures for the results notebook."""
        return ()

    def dates(self, room: Room) -> "Sequence[Dated]":
        """Days for a calendar."""
        return ()


def _by_person(room: Room) -> Mapping[str, Answers]:
    """Pseudonym -> what that person has said."""
    found: dict[str, dict[tuple[int, str], str]] = {}
    columns = (room.responses[name] for name in ("participant", "round", "item", "value"))
    for person, round, item, value in zip(*columns, strict=True):
        found.setdefault(person, {})[round, item] = value
    return found


def by_participant(responses: pd.DataFrame) -> pd.DataFrame:
    """The rows by participant, P2 before P10; those of one participant stay in order."""
    return responses.sort_values("participant", key=_natural, kind="stable")


def _natural(names: "pd.Series[str]") -> "pd.Series[str]":
    return names.map(lambda name: f"{len(name):04}{name}")


def share(part: float, whole: float, people: int = FEWEST) -> Share:
    """A part of a whole, 0 to 1; NaN of nothing, and of so few people that it would tell who said what."""
    return Share(part / whole if whole and people >= FEWEST else "nan")


def counted(responses: pd.DataFrame, items: Iterable[str], values: Iterable[str]) -> pd.DataFrame:
    """How many people said what of each item.

    Args:
        responses: With the columns ``item`` and ``value``.
        items: Which items there are.
        values: Which values there are.

    Returns:
        One row an item (the index), in order: ``n`` people, ``count_<value>`` of them and ``share_<value>``, which is
        0 to 1, and NaN under three people.
    """
    items, values = list(items), list(values)
    said = Counter(zip(responses["item"], responses["value"], strict=True))
    rows = [[said[item, value] for value in values] for item in items]
    counts = pd.DataFrame(rows, items, values)
    n = counts.sum(axis=1)
    shares = counts.div(n, axis=0).where(n >= FEWEST)
    return pd.concat([n.rename("n"), counts.add_prefix("count_"), shares.add_prefix("share_")], axis=1)


def numbered(id: str, title: str, macro: str, pages: Sequence[Any]) -> list[Beat]:
    """A beat a page; several of them have their number in the title."""
    of = _("{title}, {number} of {size}") if len(pages) > 1 else "{title}"
    return [
        Beat(f"{id}~{n}" if n > 1 else id, of.format(title=title, number=n, size=len(pages)), macro, page)
        for n, page in enumerate(pages, 1)
    ]


def paged(entries: Iterable[Entry], fits: Callable[[Sequence[Entry]], bool]) -> list[list[Entry]]:
    """The entries in order, on pages of which that is true; at least one page, and at least one entry on each."""
    pages: list[list[Entry]] = [[]]
    for entry in entries:
        if pages[-1] and not fits([*pages[-1], entry]):
            pages.append([])
        pages[-1].append(entry)
    return pages


def people(responses: pd.DataFrame) -> int:
    """How many participants these responses are of."""
    return int(responses["participant"].nunique())
