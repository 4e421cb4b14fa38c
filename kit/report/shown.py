"""Results as people read them in a notebook, or as text: rounded, with captions and headings. No files."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from kit.activities.dates import day_in_words, time_in_words
from kit.text import gettext as _
from kit.text import ngettext

TEXT_CHARACTERS = 18
"""A column of long texts is at least so wide, however many columns there are; the table scrolls sideways."""

TALLEST = "32em"
"""A table that is taller scrolls in its place, so that the page stays one that can be read through."""

DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class TableView:
    """A table as people read it.

    Attributes:
        name: The table's name.
        parts: The title of each exercise and its rows.
        rows: How many rows of each part are shown.
        if_empty: What is said where there is no part.
    """

    name: str
    parts: Sequence[tuple[str, pd.DataFrame]]
    rows: int
    if_empty: str

    def __repr__(self) -> str:
        shown = (
            f"{self._caption(title, table)}\n{self._readable(table).to_string(index=False)}"
            for title, table in self.parts
        )
        return "\n\n".join(shown) or self.if_empty

    def _repr_html_(self) -> str:
        return (
            "".join(self._figure(title, table) for title, table in self.parts)
            or Text(self.if_empty)._repr_html_()
        )

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
            f'aria-label="{label}" style="overflow:auto;max-height:{TALLEST}">{cells}</div></figure>'
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


@dataclass(frozen=True)
class Text:
    """A paragraph or, with another tag, a heading. Backticks mark a column or a value, asterisks what is stressed."""

    text: str
    tag: str = "p"

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        marked = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(self.text))
        marked = re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", marked)
        return f"<{self.tag}>{marked}</{self.tag}>"


@dataclass(frozen=True)
class Page:
    """Headings, sentences, tables and pictures under one another; they are made when the page is shown."""

    parts: Callable[[], Sequence[Any]]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.parts()))

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self.parts())


def is_share(column: str) -> bool:
    """Whether the column holds shares from 0 to 1, which people read as percentages."""
    return column == "share" or column.startswith("share_") or column.endswith("_share")


def readable(column: str, value: Any) -> str:
    """One value of a table as people read it; a missing one is a dash."""
    if value is None or pd.isna(value):
        return DASH
    if isinstance(value, datetime):
        return time_in_words(value)
    if isinstance(value, float):
        return f"{value:.0%}" if is_share(column) else f"{value:.2f}"
    if value is True or value is False:
        return _("yes") if value else _("no")
    return day_in_words(value) if column == "review" else str(value)
