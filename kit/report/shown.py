"""Results as people read them in a notebook, or as text: rounded, with captions and headings. No files."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd

from kit.activities.activity import Share
from kit.activities.dates import day_in_words, time_in_words
from kit.text import gettext as _
from kit.text import ngettext

TEXT_CHARACTERS = 18
"""A column of long texts is at least so wide, however many columns there are; the table scrolls sideways."""

TALLEST, ROWS_WHOLE = "32em", 24
"""A table of more rows scrolls in its place where it is taller, so that the page stays one to read through."""

DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Shown:
    """Something in a notebook.

    Attributes:
        text: What is read where there is no browser.
        html: The same for a browser.
    """

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def paragraph(text: str, tag: str = "p") -> Shown:
    """A paragraph or, with another tag, a heading. Backticks mark a column or a value, asterisks what is stressed."""
    marked = re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
    marked = re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", marked)
    return Shown(text, f"<{tag}>{marked}</{tag}>")


def page(parts: Iterable[Shown]) -> Shown:
    """Headings, sentences, tables and pictures under one another."""
    parts = list(parts)
    return Shown("\n\n".join(part.text for part in parts), "".join(part.html for part in parts))


def table(name: str, parts: Sequence[tuple[str, pd.DataFrame]], rows: int, if_empty: str) -> Shown:
    """A table as people read it.

    Args:
        name: The table's name.
        parts: The title of each exercise and its rows.
        rows: How many rows of each part are shown.
        if_empty: What is said where there is no part.
    """
    figures = [_figure(f"{title}: {name}", part, rows) for title, part in parts]
    return page(figures or [paragraph(if_empty)])


def _figure(title: str, part: pd.DataFrame, rows: int) -> Shown:
    caption = f"{title}, {_rows_in_words(rows, len(part))}"
    head = part.head(rows)
    cells = {name: [readable(str(name), value) for value in head[name]] for name in head}
    shown = pd.DataFrame(cells, columns=head.columns, dtype="object")
    longest = {name: max(map(len, shown[name]), default=0) for name in shown}
    widths = {name: f"{min(n, TEXT_CHARACTERS)}ch" for name, n in longest.items()}
    # Without a limit, because pandas would cut what somebody wrote after 50 characters.
    with pd.option_context("display.max_colwidth", None):
        body = shown.to_html(index=False, border=0, col_space=widths)
    label, tallest = escape(caption), ""
    if len(head) > ROWS_WHOLE:
        # It may be cut between two rows, and some browsers show no scrollbar.
        label = escape(_("{caption} (scroll to see them all)").format(caption=caption))
        tallest = f";max-height:{TALLEST}"
    html = (
        f'<figure style="margin:0 0 1em"><figcaption>{label}</figcaption><div role="region" tabindex="0" '
        f'aria-label="{label}" style="overflow:auto{tallest}">{body}</div></figure>'
    )
    return Shown(f"{caption}\n{shown.to_string(index=False)}", html)


def _rows_in_words(shown: int, total: int) -> str:
    if total <= shown:
        return ngettext("{n} row", "{n} rows", total).format(n=total)
    return _("the first {rows} of {n} rows").format(rows=shown, n=total)


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
        return f"{value:.0%}" if isinstance(value, Share) or is_share(column) else f"{value:.2f}"
    if value is True or value is False:
        return _("yes") if value else _("no")
    return day_in_words(value) if column == "review" else str(value)
