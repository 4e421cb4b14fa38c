"""Templates into HTML: the one environment, pieces that many views share, a macro called by its name."""

import io
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kit import text
from kit.activities.dates import day_in_words, time_in_words
from kit.activities.group.teams import SIZES
from kit.activities.link.drawing import link_sign, role_map
from kit.kinds.question.own import ready

PACKAGE = Path(__file__).parents[1]
FOLDERS = [PACKAGE / "pages" / "templates", PACKAGE / "activities", PACKAGE / "kinds"]
"""Where templates lie: those of whole pages, and those beside the rules of an activity or a kind."""

_templates = Environment(
    loader=FileSystemLoader(FOLDERS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_gettext_callables(  # type: ignore[attr-defined]
    lambda message: text.gettext(message),
    lambda singular, plural, number: text.ngettext(singular, plural, number),
    newstyle=True,
)

_pieces: ContextVar[dict[Hashable, Markup] | None] = ContextVar("_pieces", default=None)


def signed(number: float) -> str:
    """A difference with its sign, and none where it rounds to nothing: ``+0.7``, ``−1.2``, ``0.0``."""
    rounded = round(number, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


@contextmanager
def sharing() -> Iterator[None]:
    """While views of one stage are rendered for many people: what they have in common is rendered once."""
    before = _pieces.set({})
    try:
        yield
    finally:
        _pieces.reset(before)


def _once(*key: Hashable, caller: Callable[[], Markup]) -> Markup:
    """For templates: a piece of HTML that nothing but the key and the stage decides."""
    pieces = _pieces.get()
    if pieces is None:
        return caller()
    if key not in pieces:
        pieces[key] = caller()
    return pieces[key]


_templates.filters |= {"day": day_in_words, "time": time_in_words, "signed": signed}
_templates.globals |= {"once": _once, "role_map": role_map, "link_sign": link_sign, "ready_questions": ready}
_templates.globals |= {"group_sizes": SIZES, "language": text.language}
# What the templates of several activities share needs no import.
_templates.globals["parts"] = _templates.get_template("parts.html").module


def render(template: str, **context: Any) -> str:
    """One template with its context; what people typed is escaped."""
    return _templates.get_template(template).render(**context)


def has(template: str, macro: str) -> bool:
    """Whether there is a template, and in it a macro of that name."""
    return bool(template) and hasattr(_templates.get_template(template).module, macro)


def call(template: str, macro: str, *shown: Any) -> Markup:
    """What a macro draws; nothing where the template has none of that name."""
    if not has(template, macro):
        return Markup("")
    return Markup(str(getattr(_templates.get_template(template).module, macro)(*shown)).strip())


@lru_cache(maxsize=64)  # the projector's is drawn again with every answer
def qr_svg(address: str) -> Markup:
    """The address as a QR code, drawn as SVG."""
    svg = io.BytesIO()
    segno.make(address, error="m").save(svg, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=1)
    return Markup(svg.getvalue().decode())
