"""What came of a session, as DataFrames: read from the store, stacked over its exercises. No UI, no files.

Which tables there are, their columns and words, is what the activities of the session's exercises declare.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import pandas as pd

from kit.activities.activity import Room, Table
from kit.activities.dates import Dated
from kit.content.exercise import Exercise
from kit.kinds.script import SUMMARY, Kind, summary_of
from kit.report import shown
from kit.report.pictures import draw
from kit.report.shown import DASH, Shown, paragraph
from kit.room import Position, room_of
from kit.session import Note, Session
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import ngettext

NOTES = Table(
    "notes",
    _("what the facilitator wrote down"),
    "note at",
    _("You have written down nothing in this session."),
)
"""One row a note, in the order of time; ``at`` in UTC."""

ROWS_SHOWN = 20
MOST_ROWS_SHOWN = 100
"""Of each table where all are shown; the files have every row."""


@dataclass(frozen=True)
class Used:
    """An exercise of a session with everybody's answers to it."""

    kind: Kind
    room: Room

    @cached_property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Its tables by name."""
        return self.kind.frames(self.room)

    @cached_property
    def pictures(self) -> Sequence[tuple[str, Shown]]:
        """Its pictures with their headings; they are drawn once."""
        charts = (chart for activity in self.kind.activities for chart in activity.charts(self.room))
        return [(chart.title, draw(chart, self.kind.exercise.title)) for chart in charts]

    def shown_pictures(self) -> Iterator[Shown]:
        """Its pictures under headings."""
        yield paragraph(self.kind.exercise.title, "h3")
        for heading, picture in self.pictures:
            if heading != self.kind.exercise.title:
                yield paragraph(heading, "h4")
            yield picture

    def shown_tables(self, rows: int) -> Iterator[Shown]:
        """Its tables under headings; the summary is left out."""
        yield paragraph(self.kind.exercise.title, "h3")
        for table in self.kind.tables:
            if table is not SUMMARY:
                yield from self._table(table, rows)

    def _table(self, table: Table, rows: int) -> Iterator[Shown]:
        yield paragraph(f"{table.about[:1].upper()}{table.about[1:]} `{table.name}`", "h4")
        if table.note:
            yield paragraph(table.note)
        frame = self.frames[table.name]
        parts = [(self.kind.exercise.title, frame)] if len(frame) else []
        yield shown.table(table.name, parts, rows, if_empty(table))


class Results(dict[str, pd.DataFrame]):
    """The results of one session: ``results["summary"]`` is a DataFrame, ``results.names`` lists them all.

    There are the tables of the exercises that the session opened, in their order, after ``summary`` and before
    ``notes``. Every table begins with the column ``exercise`` (its id); what the others mean is said where the table
    is declared. Of ``summary`` the rows without an exercise are about the whole session. A column that only some
    exercises have, such as one for each category, is missing (NA) in the rows of the others.

    Attributes:
        session: Which session; None if there is none yet, and then every table is empty.
        people: How many joined.
        left_out: How many more were rehearsed and aren't in the tables.
        tables: The declarations of the tables by name.
    """

    def __init__(
        self,
        session: Session | None = None,
        people: int = 0,
        used: Sequence[Used] = (),
        notes: Sequence[Note] = (),
        left_out: int = 0,
    ) -> None:
        self.session = session
        self.people, self.left_out = people, left_out
        self._used = {one.kind.exercise.id: one for one in used}
        declared = [SUMMARY, *(table for one in used for table in one.kind.tables), NOTES]
        self.tables: Mapping[str, Table] = {table.name: table for table in declared}
        parts: dict[str, Mapping[str, pd.DataFrame]] = {name: one.frames for name, one in self._used.items()}
        if session:
            parts = {"": {SUMMARY.name: _summary(session, people, len(used))}, **parts}
        super().__init__({name: _stacked(table, parts) for name, table in self.tables.items()})
        self[NOTES.name] = _notes(notes)

    @classmethod
    def of(cls, store: Store, session: Session, rehearsed: bool = False) -> Self:
        """The results of a session as they are now; it may be running.

        Args:
            rehearsed: Whether the people of ``workshop rehearse`` count as well.
        """
        position = Position.read(store, session)
        used = [
            Used(kind, room_of(store, position, name, rehearsed)) for name, kind in position.kinds.items()
        ]
        people, left_out = heads(store, session, rehearsed)
        return cls(session, people, used, store.notes(session.id), left_out)

    @property
    def exercises(self) -> Mapping[str, Exercise]:
        """The exercises that the session opened, in that order, by id, as they were then."""
        return {name: one.kind.exercise for name, one in self._used.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self.tables)

    @property
    def dates(self) -> list[Dated]:
        """The days that people want in their calendars."""
        used = self._used.values()
        return [day for one in used for activity in one.kind.activities for day in activity.dates(one.room)]

    def pictures(self, exercise: str | None = None) -> list[Shown]:
        """The pictures of an exercise, or of all; a sentence for one that can't be drawn yet."""
        used = [self._used[exercise]] if exercise else self._used.values()
        return [picture for one in used for _heading, picture in one.pictures]

    def show(self, name: str, rows: int = ROWS_SHOWN) -> Shown:
        """A table for reading, exercise by exercise; a sentence where there is nothing.

        Args:
            name: Which table.
            rows: At most so many rows of each exercise.
        """
        parts = []
        for exercise, part in self[name].groupby("exercise", sort=False):
            one = self._used.get(exercise)
            own = one.frames.get(name, part) if one else part  # without the columns that others have
            title = one.kind.exercise.title if one else _("The session")
            parts.append((title, part[[column for column in own if column != "exercise"]]))
        return shown.table(name, parts, rows, if_empty(self.tables[name]) if self.session else no_session())

    def show_pictures(self) -> Shown:
        """Whose results these are, and the pictures of all exercises, in the exercises' order."""
        if not self._used:
            return self._nothing()
        pictures = (part for one in self._used.values() if one.pictures for part in one.shown_pictures())
        return shown.page((paragraph(self._headline()), *pictures))

    def show_tables(self, rows: int = MOST_ROWS_SHOWN) -> Shown:
        """The tables of all exercises with notes on how to read them, in the exercises' order.

        Args:
            rows: At most so many rows of each table.
        """
        if not self._used:
            return self._nothing()
        return shown.page(part for one in self._used.values() for part in one.shown_tables(rows))

    def _nothing(self) -> Shown:
        text = _("No exercise has been opened in this session yet. Look again later.")
        return paragraph(text if self.session else no_session())

    def __missing__(self, name: str) -> pd.DataFrame:
        text = _("There is no table “{name}”. Use one of: {names}.")
        raise KeyError(text.format(name=name, names=", ".join(self.names)))

    def __repr__(self) -> str:
        if self.session is None:
            return no_session()
        tables = ", ".join(f"{name} ({len(table)})" for name, table in self.items())
        return "\n".join((self._headline(), _("Tables (rows): {tables}").format(tables=tables), self._hint()))

    def _repr_html_(self) -> str:
        if self.session is None:
            return paragraph(no_session()).html
        about = [table.about for table in self.tables.values()]
        rows = {_("Table"): self.names, _("What"): about, _("Rows"): list(map(len, self.values()))}
        overview = pd.DataFrame(rows).to_html(index=False, border=0)
        return f"{paragraph(self._headline()).html}{overview}{paragraph(self._hint()).html}"

    def _headline(self) -> str:
        people = ngettext("{n} person", "{n} people", self.people).format(n=self.people)
        number = len(self._used)
        exercises = ngettext("{n} exercise", "{n} exercises", number).format(n=number)
        line = _("Results of session {code}, “{title}”: {people}, {exercises}").format(
            code=self.session.code or DASH, title=self.session.title, people=people, exercises=exercises
        )
        return f"{line}{left_out_in_words(self.left_out)}"

    def _hint(self) -> str:
        text = _(
            'In JupyterLab, look at one with results.show("{name}"), or take its DataFrame: results["{name}"].'
        )
        return text.format(name=self.names[1])


def heads(store: Store, session: Session, rehearsed: bool) -> tuple[int, int]:
    """How many people a session has, and how many rehearsed ones beside them, unless they are asked for."""
    people = len(store.participants(session.id, rehearsed))
    return people, len(store.participants(session.id)) - people


def left_out_in_words(people: int) -> str:
    """The end of a sentence that says how many rehearsed people aren't in results; nothing if there are none."""
    text = ngettext("; {n} rehearsed person left out", "; {n} rehearsed people left out", people)
    return text.format(n=people) if people else ""


def no_session() -> str:
    """What a reader sees where there are no results because there is no session."""
    return _("There is no session yet. Start one on the start page, then come back here.")


def if_empty(table: Table) -> str:
    """What is said where a table has no rows."""
    text = _("Nothing in “{name}”: the room has answered none of it.")
    return table.empty or text.format(name=table.name)


def _summary(session: Session, people: int, exercises: int) -> pd.DataFrame:
    lines = [
        (_("Session"), session.title),
        (_("Join code"), session.code),
        (_("Started (UTC)"), pd.Timestamp(session.created_at)),
        (_("Joined"), people),
        (_("Exercises"), exercises),
    ]
    return summary_of(lines)


def _notes(notes: Sequence[Note]) -> pd.DataFrame:
    rows = [(note.exercise, note.text, note.at) for note in notes]
    table = pd.DataFrame(rows, columns=["exercise", *NOTES.columns.split()])
    return table.assign(at=pd.to_datetime(table["at"], utc=True).astype("datetime64[us, UTC]"))


def _stacked(table: Table, parts: Mapping[str, Mapping[str, pd.DataFrame]]) -> pd.DataFrame:
    """The exercises' tables of one name under one another, with their ids in the first column."""
    named = [
        frame.assign(exercise=pd.Series(name, index=frame.index, dtype="str"))
        for name, frames in parts.items()
        if (frame := frames.get(table.name)) is not None
    ]
    if not named:
        return pd.DataFrame(columns=["exercise", *table.columns.split()])
    columns = list(dict.fromkeys(["exercise", *(column for frame in named for column in frame)]))
    # Only those with rows, because an empty column would decide with them about the type.
    filled = [frame for frame in named if len(frame)] or named[:1]
    stacked = pd.concat(filled, ignore_index=True).reindex(columns=columns)
    # Whole numbers become floating ones where some exercises don't have the column.
    whole = pd.api.types.is_integer_dtype
    counts = [c for c in columns if {whole(frame[c]) for frame in filled if c in frame} == {True}]
    return stacked.astype({c: "Int64" for c in counts if not whole(stacked[c])})
