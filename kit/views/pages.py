"""HTML of every page and stage, from the templates beside this module. No I/O but the templates."""

import io
from collections.abc import Mapping
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kit import text
from kit.kinds.kind import Answers, Kind, Moment
from kit.room import Course, Crowd

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


def participant(course: Course, answers: Answers, group: dict[str, Any] | None, seat: str = "") -> str:
    """What one participant sees of the stage that is on.

    Args:
        answers: This participant's own answers.
        group: The group's result, given only to stages that show it.
        seat: The participant's pseudonym.
    """
    if course.session.closed_at or course.kind is None or course.moment is None:
        return render("waiting.html", course=course)
    stage = course.moment.stage
    shown_group = group if stage.shows_group else None
    view = course.kind.participant_view(course.moment, answers, shown_group, seat)
    template = f"{course.kind.exercise.kind}/{stage.id}.html"
    context = {"course": course, "exercise": course.kind.exercise, "moment": course.moment, **view}
    return render(template, clock=clock(course), progress=progress(course, answers), **context)


def progress(course: Course, answers: Answers) -> str:
    """The island that tells a participant how far they are."""
    if course.kind is None or course.moment is None:
        return ""
    done, total = course.kind.progress(course.moment, answers)
    return island("parts.html", "progress", done=done, total=total)


def islands_after(course: Course, answers: Answers, round: int, item: str) -> dict[str, str]:
    """The islands that change on a phone when one item of the exercise that is on was answered."""
    if course.kind is None or course.moment is None:
        return {}
    islands = course.kind.islands_after(course.moment, answers, round, item)
    return {"progress": progress(course, answers), **_drawn(course.kind, islands)}


def _drawn(kind: Kind, islands: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, str]:
    folder = kind.exercise.kind
    return {
        name: render(f"{folder}/{template}", **context).strip()
        for name, (template, context) in islands.items()
    }


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


def practise_islands(kind: Kind, answers: Answers, round: int, item: str) -> dict[str, str]:
    """The islands that change when a learner has answered one item."""
    view = kind.practice_view(answers)
    done = island("parts.html", "progress", done=view["done"], total=view["total"])
    return {"progress": done, **_drawn(kind, kind.islands_after(None, answers, round, item))}


def choices(crowd: Crowd) -> str:
    """What the facilitator may choose in the stage that is on; empty where there is nothing to choose."""
    kind, moment = crowd.course.kind, crowd.course.moment
    view = kind.console_view(moment, crowd.responses) if kind and moment else None
    return render(f"{kind.exercise.kind}/console.html", **view) if kind and view else ""
