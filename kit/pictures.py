"""Pictures of results for notebooks, each with a text that says the same. Matplotlib loads with the first.

Colours tell nothing alone: every cell and bar carries its figure. A picture is dark on white on every page, as it
is when somebody copies it into a report.
"""

import base64
import html
import io
import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.content.deck import Deck
from kit.kinds.agreement import DIRECTIONS
from kit.kinds.sort_group import FEWEST
from kit.tables import Results, no_session
from kit.text import gettext as _
from kit.text import ngettext

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1D2733"

DIRECTION_COLOURS = {"towards": "#0072B2", "away": "#D55E00", "sideways": "#CC79A7", "stayed": "#999999"}
"""Source: Okabe, Ito 2008, Color Universal Design; grey added."""

HATCHES = {"towards": "", "away": "///", "sideways": "...", "stayed": ""}

WIDTH_INCHES = 9.0
DOTS_PER_INCH = 160
LABEL_CHARACTERS = 38


@dataclass(frozen=True)
class Picture:
    """A picture in a notebook.

    Attributes:
        alt: What the picture shows, in words; the whole message where there is nothing to draw.
        png: The image, empty where there is nothing to draw.
    """

    alt: str
    png: bytes = b""

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        if not self.png:
            return f"<p>{html.escape(self.alt)}</p>"
        data = base64.b64encode(self.png).decode()
        return (
            f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'style="width:100%;max-width:{WIDTH_INCHES * 96:.0f}px;height:auto;border-radius:8px">'
        )


def matrix_picture(results: Results, exercise: str | None = None, round: int = 1) -> Picture:
    """A heat map of the placement matrix: a row a card, a column a category, rings from the outermost.

    Args:
        results: Of a session.
        exercise: The id of an exercise; the latest with placements when None.
        round: 1, or 2 for the cards that were sorted again.
    """
    table = results["matrix"]
    table = table[(table["round"] == round) & (table["n"] > 0)]
    deck = _deck(results, table, exercise)
    if deck is None:
        return _nothing(results, _("Nobody has placed a card in round {n} yet.").format(n=round))
    table = table[table["exercise"] == deck.id]
    if (table["n"] < FEWEST).all():
        return _too_few()
    text = _("Where the room put each card, round {n}").format(n=round)
    figure, axes = _canvas(f"{_wrapped(deck.title, 80)}\n{text}", rows=len(table), head=1.2)
    shares = table[[f"share_{category.id}" for category in deck.categories]].to_numpy(dtype=float)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, (item, values) in enumerate(zip(table["item"], shares, strict=True)):
        for column, category in enumerate(deck.categories):
            answer = deck.card(item).answer == category.id
            _cell(axes, row, column, values[column], answer)
    axes.set_xticks(range(len(deck.categories)), [_wrapped(c.name, 16) for c in deck.categories])
    axes.xaxis.tick_top()
    labels = [f"{_wrapped(card)} ({n})" for card, n in zip(table["card"], table["n"], strict=True)]
    axes.set_yticks(range(len(table)), labels)
    note = _("Framed: our answer. In brackets: how many people placed the card.")
    return Picture(_matrix_alt(f"{text}: {deck.title}", deck, table), _drawn(figure, axes, note))


def shift_picture(results: Results, exercise: str | None = None) -> Picture:
    """Bars of who moved when the contested cards were sorted again: towards the answer, away, sideways, not.

    Args:
        results: Of a session.
        exercise: The id of an exercise; the latest in which somebody sorted again when None.
    """
    table = results["shift"]
    table = table[(table["item"] != "") & (table["n"] > 0)]
    deck = _deck(results, table, exercise)
    if deck is None:
        return _nothing(results, _("Nobody has sorted again yet, so nobody has moved."))
    table = table[table["exercise"] == deck.id]
    people = table.groupby(["item", "card"], sort=False)[["n", *DIRECTIONS]].sum().astype(int).reset_index()
    people = people[people["n"] >= FEWEST]
    if people.empty:
        return _too_few()
    text = _("Who moved when we sorted again")
    figure, axes = _canvas(f"{_wrapped(deck.title, 80)}\n{text}", rows=len(people), head=1.4)
    left = [0] * len(people)
    for direction, label in _direction_names().items():
        _bars(axes, people[direction], left, direction, label)
        left = [start + more for start, more in zip(left, people[direction], strict=True)]
    axes.set_yticks(range(len(people)), [_wrapped(card) for card in people["card"]])
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(_("People"), color=INK)
    figure.legend(loc="outside lower left", ncols=4, frameon=False, labelcolor=INK)
    return Picture(_shift_alt(f"{text}: {deck.title}", people), _drawn(figure, axes))


def revision_picture(results: Results, exercise: str | None = None) -> Picture:
    """Bars of the phrases in which each step is there, before and after the revision, of those who revised.

    Args:
        results: Of a session.
        exercise: The id of an exercise; the latest in which somebody revised a phrase when None.
    """
    table = results["revision"]
    wanted = [exercise] if exercise else list(reversed(results.exercises))
    name = next((name for name in wanted if name in set(table["exercise"])), None)
    if name is None:
        return _nothing(results, _("Nobody has revised a phrase yet."))
    table = table[(table["exercise"] == name) & (table["people"] >= FEWEST)]
    if table.empty:
        return _too_few()
    text, title = _("Phrases in which a step is there"), results.exercises[name].title
    figure, axes = _canvas(f"{_wrapped(title, 80)}\n{text}", rows=2 * len(table), head=1.2)
    for place, (column, label, look) in enumerate(_revision_bars()):
        at = [row + (place - 0.5) * 0.38 for row in range(len(table))]
        bars = axes.barh(
            at, table[column].to_numpy(float), height=0.36, label=label, edgecolor="white", **look
        )
        axes.bar_label(bars, [f"{share:.0%}" for share in table[column]], padding=4, color=INK, fontsize=9)
    steps = zip(table["step_title"], table["recipe_title"], table["n"], strict=True)
    axes.set_yticks(
        range(len(table)), [f"{_wrapped(step)}\n{_wrapped(recipe)} ({n})" for step, recipe, n in steps]
    )
    axes.invert_yaxis()
    axes.set_xlim(0, 1.08)
    axes.set_xticks([])
    figure.legend(loc="outside lower left", ncols=2, frameon=False, labelcolor=INK)
    return Picture(_revision_alt(f"{text}: {title}", table), _drawn(figure, axes))


def _revision_bars() -> list[tuple[str, str, dict[str, Any]]]:
    """Column, label and look of the bars of one step."""
    return [
        ("share_before", _("First version"), {"color": DIRECTION_COLOURS["stayed"], "hatch": "///"}),
        ("share_after", _("Revised"), {"color": DIRECTION_COLOURS["towards"]}),
    ]


def _revision_alt(title: str, table: pd.DataFrame) -> str:
    text = _("{recipe}, {step}: {before} before, {after} after, of {n} phrases.")
    lines = [title if title[-1] in ".!?" else f"{title}."]
    for row in table.to_dict("records"):
        shares = {"before": f"{row['share_before']:.0%}", "after": f"{row['share_after']:.0%}"}
        lines.append(text.format(recipe=row["recipe_title"], step=row["step_title"], n=row["n"], **shares))
    return " ".join(lines)


def _deck(results: Results, table: pd.DataFrame, exercise: str | None) -> Deck | None:
    """The deck that was asked for if the table has rows of it; unasked, the latest that has."""
    wanted = [exercise] if exercise else reversed(results.exercises)
    drawn = set(table["exercise"])
    decks = (results.exercises[name] for name in wanted if name in drawn and name in results.exercises)
    return next((deck for deck in decks if isinstance(deck, Deck)), None)


def _nothing(results: Results, why: str) -> Picture:
    later = _("Run this cell again later.")
    return Picture(f"{why} {later}" if results.session else no_session())


def _too_few() -> Picture:
    text = _(
        "Under {n} people have answered so far. A picture would tell who said what, so there is none yet."
    )
    return Picture(text.format(n=FEWEST))


def _canvas(title: str, rows: int, head: float) -> tuple["Figure", "Axes"]:
    from matplotlib.figure import Figure  # slow to import, and only wanted here

    figure = Figure(figsize=(WIDTH_INCHES, head + 0.6 + 0.46 * rows), layout="constrained")
    axes = figure.add_subplot()
    label = figure.suptitle(title, color=INK, x=0.01, ha="left", fontweight="bold")
    label.set_parse_math(False)
    return figure, axes


def _cell(axes: "Axes", row: int, column: int, share: float, answer: bool) -> None:
    """The figure in a cell, and the frame of the answer."""
    from matplotlib.patches import Rectangle

    text = "?" if pd.isna(share) else f"{share:.0%}"
    ink = "white" if share > 0.68 else INK
    axes.text(column, row, text, ha="center", va="center", color=ink)
    if answer:
        place = column - 0.48, row - 0.46
        axes.add_patch(Rectangle(place, 0.96, 0.92, fill=False, edgecolor="#D55E00", linewidth=2.5))


def _bars(axes: "Axes", widths: Sequence[int], left: Sequence[int], direction: str, label: str) -> None:
    style: dict[str, Any] = {"hatch": HATCHES[direction], "edgecolor": "white", "linewidth": 0.5}
    bars = axes.barh(
        range(len(left)), widths, left=left, color=DIRECTION_COLOURS[direction], label=label, **style
    )
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    axes.bar_label(bars, [str(n) if n else "" for n in widths], label_type="center", color=INK, fontsize=9)
    for text, n in zip(axes.texts[-len(left) :], widths, strict=True):
        text.set_bbox(box if n else None)


def _drawn(figure: "Figure", axes: "Axes", note: str = "") -> bytes:
    axes.tick_params(colors=INK, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_parse_math(False)  # a card may hold dollar signs
    if note:
        figure.supxlabel(note, color=INK, fontsize=9, x=0.01, ha="left")
    out = io.BytesIO()
    with warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the alternative text has it.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph")
        figure.savefig(out, format="png", dpi=DOTS_PER_INCH)
    return out.getvalue()


def _wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    return "\n".join(textwrap.wrap(text, width, max_lines=2, placeholder="…")) or text[:width]


def _matrix_alt(title: str, deck: Deck, table: pd.DataFrame) -> str:
    lines = [title if title[-1] in ".!?" else f"{title}."]
    for row in table.to_dict("records"):
        shares = [(row[f"share_{category.id}"], category.name) for category in deck.categories]
        known = [f"{name} {share:.0%}" for share, name in shares if not pd.isna(share)]
        said = ", ".join(known) or _("too few people")
        lines.append(f"{row['card']}: {said}.")
    return " ".join(lines)


def _shift_alt(title: str, people: pd.DataFrame) -> str:
    names = _direction_names()
    lines = [title if title[-1] in ".!?" else f"{title}."]
    for row in people.to_dict("records"):
        moved = ", ".join(f"{row[direction]} {name.lower()}" for direction, name in names.items())
        number = ngettext("{n} person", "{n} people", row["n"]).format(n=row["n"])
        lines.append(f"{row['card']}: {number}, {moved}.")
    return " ".join(lines)


def _direction_names() -> dict[str, str]:
    return {
        "towards": _("Towards our answer"),
        "stayed": _("Stayed"),
        "sideways": _("Sideways"),
        "away": _("Away from it"),
    }
