"""Draws the charts of results for notebooks, each with a text that says the same. Matplotlib loads with the first.

Colours tell nothing alone: every cell and bar carries its figure. A picture is dark on white on every page, as it
is when somebody copies it into a report.
"""

import base64
import io
import math
import textwrap
import warnings
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from kit.activities.activity import FEWEST
from kit.activities.charts import Bars, Chart, Heat, Net, Paired, Stacked, Tone, figure
from kit.report.shown import Shown, paragraph
from kit.text import gettext as _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1D2733"

LOOKS: Mapping[Tone, dict[str, Any]] = {
    "ours": {"color": "#0072B2", "hatch": ""},
    "away": {"color": "#D55E00", "hatch": "///"},
    "sideways": {"color": "#CC79A7", "hatch": "..."},
    "plain": {"color": "#999999", "hatch": ""},
}
"""Source of the colours: Okabe, Ito 2008, Color Universal Design; grey added."""

LINES: Mapping[Tone, str] = {"ours": "-", "away": "--", "plain": ":"}
"""How lines that run in the first way, the second and the third are drawn."""

WIDTH_INCHES = 9.0
HEAD_INCHES = 1.9
BAR_INCHES = 0.46
DOTS_PER_INCH = 160
LABEL_CHARACTERS = 38


def draw(chart: Chart, exercise: str) -> Shown:
    """The picture of a chart; a sentence where there is nothing to draw, or too few people answered.

    Args:
        exercise: The title of the exercise.
    """
    if chart.empty:
        return paragraph(" ".join((chart.empty, _("Look again later."))))
    if not chart.rows:
        text = _(
            "Under {n} people have answered so far. A picture would tell who said what, so there is none yet."
        )
        return paragraph(text.format(n=FEWEST))
    told, png = in_words(chart, exercise), base64.b64encode(_drawn(chart, exercise)).decode()
    image = (
        f'<img alt="{escape(told)}" src="data:image/png;base64,{png}" '
        f'style="width:100%;max-width:{WIDTH_INCHES * 96:.0f}px;height:auto;border-radius:8px">'
    )
    return Shown(told, image)


def in_words(chart: Chart, exercise: str) -> str:
    """What the picture of a chart shows, for people who don't see it."""
    title = ": ".join(dict.fromkeys((chart.title, exercise)))  # a question's are the same
    lines = [title if title[-1] in ".!?" else f"{title}."]
    for row, told in zip(chart.rows, chart.told(), strict=True):
        shown = ", ".join(told) or _("too few people")
        lines.append(f"{', '.join(row.splitlines())}: {shown}.")
    return " ".join(filter(None, (*lines, chart.note)))


def _drawn(chart: Chart, exercise: str) -> bytes:
    from matplotlib.figure import Figure  # slow to import, and only wanted here

    beside = len(chart.series) if isinstance(chart, Paired) else 1
    bars = HEAD_INCHES + BAR_INCHES * beside * len(chart.rows)
    height = WIDTH_INCHES if isinstance(chart, Net) else bars
    drawing = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    axes = drawing.add_subplot()
    title = "\n".join(dict.fromkeys((_wrapped(exercise, 80), _wrapped(chart.title, 80))))
    drawing.suptitle(title, color=INK, x=0.01, ha="left", fontweight="bold")
    axes.set_yticks(range(len(chart.rows)), [_wrapped(row) for row in chart.rows])
    _PAINTERS[type(chart)](axes, chart)
    if isinstance(chart, Bars):
        axes.invert_yaxis()
    if isinstance(chart, Bars | Net):
        look = {"frameon": False, "labelcolor": INK, "alignment": "left", "title_fontsize": 9}
        drawing.legend(loc="outside lower left", ncols=4, title=chart.note or None, **look)
    elif chart.note:
        drawing.supxlabel(chart.note, color=INK, fontsize=9, x=0.01, ha="left")
    return _png(drawing, axes)


def _heat(axes: "Axes", chart: Heat) -> None:
    from matplotlib.patches import Rectangle

    axes.imshow(chart.shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, (shares, framed) in enumerate(zip(chart.shares, chart.framed, strict=True)):
        for column, share in enumerate(shares):
            ink = "white" if share > 0.68 else INK
            axes.text(column, row, figure(share, percent=True), ha="center", va="center", color=ink)
        for column in framed:
            place, look = (column - 0.48, row - 0.46), {"edgecolor": "#D55E00", "linewidth": 2.5}
            axes.add_patch(Rectangle(place, 0.96, 0.92, fill=False, **look))
    axes.set_xticks(range(len(chart.columns)), [_wrapped(column, 16) for column in chart.columns])
    axes.xaxis.tick_top()


def _stacked(axes: "Axes", chart: Stacked) -> None:
    left = [0.0] * len(chart.rows)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    for one in chart.series:
        look = {**LOOKS[one.tone], "edgecolor": "white", "linewidth": 0.5}
        bars = axes.barh(range(len(left)), one.values, left=left, label=one.label, **look)
        figures = [figure(value, chart.percent) if value else "" for value in one.values]
        for text in axes.bar_label(bars, figures, label_type="center", color=INK, fontsize=9):
            text.set_bbox(box if text.get_text() else None)
        left = [start + more for start, more in zip(left, one.values, strict=True)]
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(_("People"), color=INK)


def _paired(axes: "Axes", chart: Paired) -> None:
    height = 0.76 / len(chart.series)
    for place, one in enumerate(chart.series):
        at = [row + (place + 0.5) * height - 0.38 for row in range(len(chart.rows))]
        look = LOOKS[one.tone] | ({"hatch": "///"} if one.tone == "plain" else {})
        bars = axes.barh(at, one.values, height=height - 0.02, label=one.label, edgecolor="white", **look)
        figures = [figure(value, chart.percent) for value in one.values]
        axes.bar_label(bars, figures, padding=4, color=INK, fontsize=9)
    axes.set_xlim(0, 1.08 * chart.most)
    axes.set_xticks([])


def _net(axes: "Axes", chart: Net) -> None:
    turns = [2 * math.pi * place / len(chart.rows) for place in range(len(chart.rows))]
    spots = [(math.sin(turn), math.cos(turn)) for turn in turns]
    lines = [{"color": LOOKS[tone]["color"], "linestyle": line} for tone, line in LINES.items()]
    looks = dict(zip(chart.ways, lines, strict=False))
    for first, second, way in chart.joins:
        arrow = "-|>" if way == chart.directed else "-"
        bowed = {"arrowstyle": arrow, "shrinkA": 24, "shrinkB": 24, "connectionstyle": "arc3,rad=0.12"}
        axes.annotate("", spots[second], spots[first], arrowprops={**looks[way], **bowed, "linewidth": 1.4})
    for row, spot in zip(chart.rows, spots, strict=True):
        box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": INK}
        axes.text(*spot, _wrapped(row, 16), ha="center", va="center", color=INK, fontsize=9, bbox=box)
    for way, look in looks.items():
        axes.plot([], label=chart.ways[way], **look)
    axes.set(xlim=(-1.25, 1.25), ylim=(-1.12, 1.12))
    axes.set_axis_off()


_PAINTERS: Mapping[type[Chart], Callable[["Axes", Any], None]] = {
    Heat: _heat,
    Stacked: _stacked,
    Paired: _paired,
    Net: _net,
}


def _png(drawing: "Figure", axes: "Axes") -> bytes:
    from matplotlib.text import Text as Label

    axes.tick_params(colors=INK, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for label in drawing.findobj(Label):
        label.set_parse_math(False)  # a card may hold dollar signs
    out = io.BytesIO()
    with warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the alternative text has it.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph")
        drawing.savefig(out, format="png", dpi=DOTS_PER_INCH)
    return out.getvalue()


def _wrapped(text: str, width: int = LABEL_CHARACTERS) -> str:
    """Each line of the text on three lines at most; a number in brackets stays with the word before it."""
    return "\n".join(
        "\n".join(
            textwrap.wrap(line.replace(" (", "\N{NO-BREAK SPACE}("), width, max_lines=3, placeholder="…")
        )
        or line[:width]
        for line in text.splitlines()
    )
