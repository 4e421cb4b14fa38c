"""What came of a session, as DataFrames: read from the store, stacked over its exercises. No UI, no files.

The columns of each table are those of ``COLUMNS``; what they mean is said at ``Results`` and by the kinds
(``kit.kinds.sort_tables``, ``kit.kinds.phrasing_tables``, ``kit.kinds.partners_tables``).
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import pandas as pd

from kit.content.exercise import Exercise
from kit.kinds.partners_group import LINK_COLUMNS, NEED_COLUMNS
from kit.room import Course
from kit.session import Session
from kit.store.rows import Note
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import ngettext

COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "summary": "measure value",
        "placements": "participant round item card placed placed_name correct at late",
        "matrix": "round item card n",
        "agreement": """
            round scope cards participants placements kappa kappa_low kappa_high alpha alpha_low
            alpha_high
        """,
        "split": "round item card n modal modal_name modal_share entropy answer answer_name",
        "shift": "item card before before_name n towards away sideways stayed",
        "commitments": "participant commitment at",
        "phrases": """
            participant round stage situation recipe text steps traps votes hidden merged_into phrase
            at late
        """,
        "coverage": "stage recipe recipe_title step step_title people n found unclear missing share",
        "traps": "stage trap trap_title people n count share",
        "revision": """
            recipe recipe_title step step_title people n before after gained lost share_before
            share_after
        """,
        "votes": "situation phrase text authors votes",
        "cards": "participant when instead say at",
        "roles": "role listed holders depended_on depends_on unserved merged",
        "links": " ".join(LINK_COLUMNS),
        "needs": " ".join(NEED_COLUMNS),
        "gaps": "needs_role gives_role both_ways matched missed extra unheard",
        "ratings": "role partner self self_people received received_people difference",
        "agreements": """
            first_role first_gives first_by second_role second_gives second_by review first_confirmed
            second_confirmed confirmed at
        """,
        "notes": "note at",
    }.items()
}
"""Tables that are always there and the columns that they always have, after ``exercise``."""

TEXT_CHARACTERS = 18
"""A column of long texts is at least so wide, however many columns there are; the table scrolls sideways."""

ROWS_SHOWN = 20
DASH = "\N{EN DASH}"


class Results(Mapping[str, pd.DataFrame]):
    """The results of one session: ``results["matrix"]`` is a DataFrame, ``results.names`` lists them all.

    Every table begins with the column ``exercise`` (its id). Those that are always there:

    - ``summary``: ``measure``, ``value``. The rows without an exercise are about the whole session.
    - ``placements``, one row a placement: ``participant`` (pseudonym), ``round``, ``item`` (card id),
      ``card`` (its text), ``placed`` (category id), ``placed_name``, ``correct`` ("exact", "wider", "other"),
      ``at`` (UTC), ``late`` (the round was over).
    - ``matrix``, one row a card and round: ``n``, ``count_<category>`` (people), ``share_<category>`` (0 to
      1; missing under three people).
    - ``agreement``: ``kappa`` and ``alpha`` with the bounds of their 95 percent intervals.
    - ``split``, the most split card first: ``modal`` (most frequent category), ``modal_share``, ``entropy``
      (bits), ``answer``.
    - ``shift``, one row a card and first category: ``n`` (people), ``after_<category>``, ``towards``,
      ``away``, ``sideways``, ``stayed`` (people). Rows without ``item`` are all cards together.
    - ``commitments``: ``participant``, ``commitment``, ``at`` (UTC).
    - ``phrases``, one row a phrase: ``participant``, ``stage``, ``situation``, ``text``, ``steps``, ``traps``,
      ``votes`` and more; ``coverage``, ``traps``, ``revision``, ``votes`` and ``cards``: see
      ``kit.kinds.phrasing_tables.tables``.
    - ``roles``, ``links`` (``needs_role`` needs something from ``gives_role``), ``needs``, ``gaps``, ``ratings``
      and ``agreements`` between two roles: see ``kit.kinds.partners_tables.tables``.
    - ``notes``, the facilitator's: ``note``, ``at`` (UTC).

    Columns of a category that only some exercises have are missing (NA) in the rows of the others.

    Attributes:
        session: Which session; None if there is none yet, and then every table is empty.
        exercises: The exercises that the session opened, in that order, by id, as they were then.
        people: How many joined.
    """

    def __init__(
        self,
        session: Session | None,
        exercises: Mapping[str, Exercise],
        people: int,
        tables: Mapping[str, pd.DataFrame],
    ) -> None:
        self.session = session
        self.exercises = exercises
        self.people = people
        self._tables = tables

    @classmethod
    def read(cls, store: Store, code: str) -> Self:
        """The results of a session as they are now; it may be running.

        Raises:
            SessionError: There is no session of that code.
        """
        return cls.of(store, store.session(code))

    @classmethod
    def of(cls, store: Store, session: Session) -> Self:
        """The results of that session, also of a practice session, which has no code."""
        kinds = Course.read(store, session).kinds
        people = len(store.participants(session.id))
        parts: dict[str, list[tuple[str, pd.DataFrame]]] = {name: [] for name in COLUMNS}
        parts["summary"].append(("", _session_summary(session, people, len(kinds))))
        for exercise_id, kind in kinds.items():
            responses = store.responses(session.id, exercise_id)
            decisions = store.decisions(session.id, exercise_id)
            for name, table in kind.tables(responses, decisions).items():
                parts.setdefault(name, []).append((exercise_id, table))
        tables = {name: _stacked(name, tables) for name, tables in parts.items()}
        tables["notes"] = _notes(store.notes(session.id))
        return cls(session, {name: kind.exercise for name, kind in kinds.items()}, people, tables)

    @classmethod
    def empty(cls) -> Self:
        """Results of no session, for a notebook that is opened before the first one."""
        return cls(None, {}, 0, {name: _stacked(name, []) for name in COLUMNS})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._tables)

    def show(self, name: str, rows: int = ROWS_SHOWN) -> "TableView":
        """A table for reading, exercise by exercise; a sentence where there is nothing.

        Args:
            name: Which table.
            rows: At most so many rows of each exercise.
        """
        table, parts = self[name], []
        for exercise in dict.fromkeys(table["exercise"]):
            part = table[table["exercise"] == exercise].drop(columns="exercise")
            known = self.exercises.get(exercise)
            parts.append((known.title if known else _("The session"), _without_others(part)))
        return TableView(name, tuple(parts), rows, self._why_empty(name))

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self._tables[name]
        except KeyError:
            raise KeyError(
                _("There is no table “{name}”. Use one of: {names}.").format(
                    name=name, names=", ".join(self.names)
                )
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        if self.session is None:
            return no_session()
        tables = ", ".join(f"{name} ({len(table)})" for name, table in self.items())
        hint = _('Look at one with results.show("matrix"), or take its DataFrame: results["matrix"].')
        return "\n".join((self._headline(), _("Tables (rows): {tables}").format(tables=tables), hint))

    def _repr_html_(self) -> str:
        if self.session is None:
            return _paragraph(no_session())
        rows = "".join(
            f"<tr><th scope='row'><code>{html.escape(name)}</code></th>"
            f"<td>{html.escape(about(name))}</td><td>{len(table)}</td></tr>"
            for name, table in self.items()
        )
        head = "".join(f"<th scope='col'>{html.escape(t)}</th>" for t in (_("Table"), _("What"), _("Rows")))
        hint = _('Look at one with results.show("matrix"), or take its DataFrame: results["matrix"].')
        return (
            f"{_paragraph(self._headline())}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"{_paragraph(hint)}"
        )

    def _headline(self) -> str:
        people = ngettext("{n} person", "{n} people", self.people).format(n=self.people)
        number = len(self.exercises)
        exercises = ngettext("{n} exercise", "{n} exercises", number).format(n=number)
        return _("Results of session {code}, “{title}”: {people}, {exercises}").format(
            code=self.session.code or DASH, title=self.session.title, people=people, exercises=exercises
        )

    def _why_empty(self, name: str) -> str:
        if self.session is None:
            return no_session()
        why = {
            "shift": _("Nobody has sorted again yet, so nobody has moved."),
            "placements": _("Nobody has placed a card in this session."),
            "phrases": _("Nobody has written a phrase in this session."),
            "revision": _("Nobody has revised a phrase yet."),
            "votes": _("No phrase has been written that the room could vote for."),
            "cards": _("Nobody has made a card yet."),
            "roles": _("Nobody has said which role they have."),
            "links": _("Nobody has named an internal customer yet."),
            "needs": _("Nobody has written a need yet."),
            "gaps": _("Nobody has named an internal customer yet, so there are no gaps to see."),
            "ratings": _("Nobody has rated how well they serve or are served."),
            "agreements": _("No two roles have begun an agreement yet."),
        }.get(name)
        text = _("Nothing in “{name}” yet. Run this cell again when the room has answered.")
        return why or text.format(name=name)


@dataclass(frozen=True)
class TableView:
    """A table as people read it, in a notebook or as text: rounded, with percentages, its first rows only.

    Attributes:
        name: The table's name.
        parts: The title of each exercise and its rows.
        rows: How many rows of each part are shown.
        if_empty: What is said where there is no part.
    """

    name: str
    parts: tuple[tuple[str, pd.DataFrame], ...]
    rows: int
    if_empty: str

    def __repr__(self) -> str:
        shown = (
            f"{self._caption(title, table)}\n{self._readable(table).to_string(index=False)}"
            for title, table in self.parts
        )
        return "\n\n".join(shown) or self.if_empty

    def _repr_html_(self) -> str:
        return "".join(self._figure(title, table) for title, table in self.parts) or _paragraph(self.if_empty)

    def _figure(self, title: str, table: pd.DataFrame) -> str:
        shown = self._readable(table)
        longest = {name: max(map(len, shown[name]), default=0) for name in shown}
        widths = {name: f"{min(n, TEXT_CHARACTERS)}ch" for name, n in longest.items()}
        # Without a limit, because pandas would cut what somebody wrote after 50 characters.
        with pd.option_context("display.max_colwidth", None):
            cells = shown.to_html(index=False, border=0, col_space=widths)
        label = html.escape(self._caption(title, table))
        return (
            f'<figure style="margin:0 0 1em"><figcaption>{label}</figcaption><div role="region" tabindex="0" '
            f'aria-label="{label}" style="overflow-x:auto">{cells}</div></figure>'
        )

    def _readable(self, table: pd.DataFrame) -> pd.DataFrame:
        head = table.head(self.rows)
        cells = {name: [readable(str(name), value) for value in head[name]] for name in head}
        return pd.DataFrame(cells, columns=head.columns, dtype="object")

    def _caption(self, title: str, table: pd.DataFrame) -> str:
        total = len(table)
        if total <= self.rows:
            rows = ngettext("{n} row", "{n} rows", total).format(n=total)
        else:
            rows = _("the first {rows} of {n} rows").format(rows=self.rows, n=total)
        return f"{title}: {self.name}, {rows}"


def is_share(column: str) -> bool:
    """Whether the column holds shares from 0 to 1, which people read as percentages."""
    return column == "share" or column.startswith("share_") or column.endswith("_share")


def readable(column: str, value: Any) -> str:
    """One value of a table as people read it; a missing one is a dash."""
    if value is None or pd.isna(value):
        return DASH
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.0%}" if is_share(column) else f"{value:.2f}"
    if value is True or value is False:
        return _("yes") if value else _("no")
    return str(value)


def about(name: str) -> str:
    """What a table holds, in a few words; nothing for a table that only one kind has."""
    return {
        "summary": _("the session in a few figures"),
        "placements": _("who placed which card where, and when"),
        "matrix": _("how many placed each card where"),
        "agreement": _("how far the room agreed: kappa and alpha"),
        "split": _("the cards, the most split first"),
        "shift": _("who moved between the rounds"),
        "commitments": _("what people will do on Monday"),
        "phrases": _("who wrote what for which situation, with steps, traps and votes"),
        "coverage": _("in how many phrases each step is there"),
        "traps": _("in how many phrases each trap is there"),
        "revision": _("what the revision changed, step by step"),
        "votes": _("the phrases that the room read, the most liked first"),
        "cards": _("the cards that people take away"),
        "roles": _("who takes part in serving, and on whom most depend"),
        "links": _("which role needs something from which"),
        "needs": _("what was predicted, what was said, and whether it is the same"),
        "gaps": _("how many needs of each link were known, missed or thought of in vain"),
        "ratings": _("how well roles think they serve, and what the others say"),
        "agreements": _("who gives what by when, and the day of the review"),
        "notes": _("what the facilitator wrote down"),
    }.get(name, "")


def no_session() -> str:
    """What a reader sees where there are no results because there is no session."""
    return _("There is no session yet. Start one on the start page, then run this notebook again.")


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _session_summary(session: Session, people: int, exercises: int) -> pd.DataFrame:
    rows: list[tuple[str, Any]] = [
        (_("Session"), session.title),
        (_("Join code"), session.code),
        (_("Started (UTC)"), pd.Timestamp(session.created_at)),
        (_("Joined"), people),
        (_("Exercises"), exercises),
    ]
    # Of objects, because a measure is a text, a number or a time.
    value = pd.Series([value for _measure, value in rows], dtype="object")
    return pd.DataFrame({"measure": [measure for measure, _value in rows], "value": value})


def _notes(notes: Sequence[Note]) -> pd.DataFrame:
    rows = [(note.exercise, note.text, note.at) for note in notes]
    table = pd.DataFrame(rows, columns=["exercise", *COLUMNS["notes"]])
    return table.assign(at=pd.to_datetime(table["at"], utc=True).astype("datetime64[us, UTC]"))


def _stacked(name: str, tables: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """The exercises' tables of one name under one another, with their ids in the first column."""
    columns = dict.fromkeys(column for _exercise, table in tables for column in table.columns)
    columns = ["exercise", *(columns or COLUMNS.get(name, ()))]
    named = [_with_exercise(table, exercise) for exercise, table in tables]
    # Only those with rows, because an empty column would decide with them about the type.
    filled = [table for table in named if len(table)] or named[:1]
    if not filled:
        return pd.DataFrame(columns=columns)
    stacked = pd.concat(filled, ignore_index=True).reindex(columns=columns)
    counts = [c for c in columns if _counts_with_gaps(c, filled, stacked)]
    return stacked.astype(dict.fromkeys(counts, "Int64"))


def _without_others(part: pd.DataFrame) -> pd.DataFrame:
    """Without the columns of categories that other exercises have."""
    others = [c for c in part if c.startswith(("count_", "after_")) and part[c].isna().all()]
    shares = [f"share_{c.removeprefix('count_')}" for c in others if c.startswith("count_")]
    return part.drop(columns=[*others, *shares])


def _with_exercise(table: pd.DataFrame, exercise: str) -> pd.DataFrame:
    table = table.copy()
    table.insert(0, "exercise", pd.Series(exercise, index=table.index, dtype="str"))
    return table


def _counts_with_gaps(column: str, tables: Sequence[pd.DataFrame], stacked: pd.DataFrame) -> bool:
    """Whether whole numbers became floating ones, because some exercises don't have the column."""
    having = [table[column] for table in tables if column in table]
    whole = bool(having) and all(pd.api.types.is_integer_dtype(values) for values in having)
    return whole and not pd.api.types.is_integer_dtype(stacked[column])
