"""HTML of every page and stage, from the templates beside this module. No I/O but the templates."""

import io
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kit import text
from kit.kinds.kind import Answers, Islands, Kind, Moment
from kit.room import Course, Crowd
from kit.views.map import role_map

_templates = Environment(
    loader=PackageLoader("kit.views"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.install_gettext_callables(  # type: ignore[attr-defined]
    lambda message: text.gettext(message),
    lambda singular, plural, number: text.ngettext(singular, plural, number),
    newstyle=True,
)
_templates.globals["role_map"] = role_map

_pieces: ContextVar[dict[Hashable, str] | None] = ContextVar("_pieces", default=None)


@contextmanager
def sharing() -> Iterator[None]:
    """While views of one stage are rendered for many people: what they have in common is rendered once."""
    before = _pieces.set({})
    try:
        yield
    finally:
        _pieces.reset(before)


def _once(*key: Hashable, caller: Callable[[], str]) -> str:
    """For templates: a piece of HTML that nothing but the key and the stage decides."""
    pieces = _pieces.get()
    if pieces is None:
        return caller()
    if key not in pieces:
        pieces[key] = caller()
    return pieces[key]


_templates.globals["once"] = _once


def render(template: str, **context: Any) -> str:
    """One template with its context; what people typed is escaped."""
    return _templates.get_template(template).render(**context)


def island(template: str, block: str, **context: Any) -> str:
    """One named block of a template, to replace that island alone."""
    loaded = _templates.get_template(template)
    return "".join(loaded.blocks[block](loaded.new_context(context))).strip()


def qr_svg(address: str) -> Markup:
    """The address as a QR code, drawn as SVG."""
    svg = io.BytesIO()
    segno.make(address, error="m").save(svg, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=1)
    return Markup(svg.getvalue().decode())


def participant(course: Course, answers: Answers, group: dict[str, Any] | None, pseudonym: str) -> str:
    """What one participant sees of the stage that is on.

    Args:
        answers: This participant's own answers.
        pseudonym: Who it is.
        group: The group's result, given only to stages that show it.
    """
    if course.session.closed_at or course.kind is None or course.moment is None:
        return render("waiting.html", course=course)
    stage = course.moment.stage
    view = course.kind.participant_view(
        course.moment, answers, group if stage.shows_group else None, pseudonym
    )
    template = f"{course.kind.exercise.kind}/{stage.id}.html"
    context = {"course": course, "exercise": course.kind.exercise, "moment": course.moment, **view}
    return render(template, clock=clock(course), progress=progress(course, answers), **context)


def progress(course: Course, answers: Answers) -> str:
    """The island that tells a participant how far they are."""
    if course.kind is None or course.moment is None:
        return ""
    done, total = course.kind.progress(course.moment, answers)
    return island("parts.html", "progress", done=done, total=total)


def clock(course: Course) -> str:
    """The island with the time that is left."""
    return island("parts.html", "clock", seconds=course.seconds_left())


def screen(crowd: Crowd, join_address: str) -> str:
    """What the projector shows: how to join before the first result, then the result beside the code."""
    course = crowd.course
    context = {"course": course, "crowd": crowd, "join_address": join_address, "qr": qr_svg(join_address)}
    if course.session.closed_at or course.kind is None or course.moment is None:
        return render("screen-join.html", **context)
    template = f"{course.kind.exercise.kind}/room.html"
    context |= {"exercise": course.kind.exercise, "moment": course.moment, "group": crowd.group}
    return render("screen-stage.html", result_template=template, **context)


def result(crowd: Crowd, moment: Moment | None) -> str:
    """The group's result of a stage, the present one or another, for the facilitator."""
    kind = crowd.course.kind
    if kind is None or moment is None:
        return ""
    group = crowd.group if moment is crowd.course.moment else kind.room_view(moment, crowd.responses)
    return render(f"{kind.exercise.kind}/room.html", exercise=kind.exercise, moment=moment, group=group)


def practise(kind: Kind, answers: Answers, round: int) -> str:
    """What a learner alone sees: the exercise with feedback on what they have answered."""
    view = kind.practice_view(answers)
    template = f"{kind.exercise.kind}/practise.html"
    done = island("parts.html", "progress", done=view["done"], total=view["total"])
    return render(template, **{**view, "exercise": kind.exercise, "round": round, "progress": done})


def practise_islands(kind: Kind, answers: Answers, item: str) -> dict[str, str]:
    """The islands that change when a learner has answered one item."""
    view = kind.practice_view(answers)
    done = island("parts.html", "progress", done=view["done"], total=view["total"])
    return {"progress": done, **_rendered(kind.practice_islands(answers, item))}


def own_islands(course: Course, answers: Answers, item: str) -> dict[str, str]:
    """The islands that change when a participant has answered one item."""
    if course.kind is None or course.moment is None:
        return {}
    return {
        "progress": progress(course, answers),
        **_rendered(course.kind.own_islands(course.moment, answers, item)),
    }


def group_islands(course: Course, answers: Answers, group: dict[str, Any], pseudonym: str) -> dict[str, str]:
    """The islands of a participant that change with the group."""
    if course.kind is None or course.moment is None:
        return {}
    return _rendered(course.kind.group_islands(course.moment, answers, group, pseudonym))


def moderation(crowd: Crowd) -> str:
    """What the facilitator decides in the stage that is on."""
    kind, moment = crowd.course.kind, crowd.course.moment
    view = kind.console_view(moment, crowd.responses) if kind and moment else None
    return render(f"{kind.exercise.kind}/console.html", moment=moment, **view) if kind and view else ""


def _rendered(islands: Islands) -> dict[str, str]:
    return {name: render(template, **shown) for name, (template, shown) in islands.items()}
