"""HTML of what a phone, the projector, a learner and the facilitator see of a session."""

from collections.abc import Iterable

from kit.activities.activity import Room, Seat
from kit.kinds.script import Kind, Script, Stage
from kit.pages import stages
from kit.pages.rendering import call, qr_svg, render
from kit.room import Attendance, Past, Position
from kit.session import Participant


def participant(position: Position, room: Room, seat: Seat) -> str:
    """What one participant sees of the stage that is on.

    Args:
        room: Everybody's answers, which are given only to stages that show something of them.
    """
    kind, stage = position.kind, position.stage
    if kind is None or stage is None:
        return render("waiting.html", session=position.session)
    forms = stages.participant(kind.exercise, stage, room, seat)
    return render("stage.html", exercise=position.exercise, stage=stage, position=position, forms=forms)


def afterwards(past: Iterable[Past], person: Participant) -> str:
    """What a participant sees when the session is over."""
    return render("afterwards.html", **kept(past, person))


def kept(past: Iterable[Past], person: Participant) -> dict[str, str]:
    """The island with what is their own, of every exercise."""
    parts = [(one.title, stages.kept(one.stages, one.seat(person))) for one in past]
    return {"kept": render("kept.html", parts=[(title, said) for title, said in parts if said])}


def how_far(position: Position, room: Room, seat: Seat) -> dict[str, str]:
    """The islands that tell a participant how far they are; nothing where nothing is asked."""
    stage = position.stage
    if stage is None or not stage.rounds:
        return {}
    done_of_all = stage.progress(stage.within(room), seat)
    return {"progress": call("parts.html", "progress", *done_of_all)} | nudge(position, room, seat)


def nudge(position: Position, room: Room, seat: Seat) -> dict[str, str]:
    """The island that asks a participant gently to begin, empty once they have; nothing where nobody was nudged."""
    stage, change = position.stage, position.change
    if stage is None or change is None or change.nudged_at is None:
        return {}
    done, asked = stage.progress(stage.within(room), seat)
    waiting = asked and not done
    return {"nudge": render("nudge.html", at=change.nudged_at).strip() if waiting else ""}


def clock(position: Position) -> str:
    """The island with the time that is left."""
    return render("clock.html", position=position)


def screen(attendance: Attendance, join_address: str) -> str:
    """What the projector shows: how to join, with the warm-up if there is one; then the stage beside the code."""
    position = attendance.position
    context = {"attendance": attendance, "join_address": join_address, "qr": qr_svg(join_address)}
    if position.blank:
        return render("screen-blank.html")
    stage, room = position.stage, attendance.room
    shown = stages.projector(stage, room) if stage else ""
    if stage is None or stage.mood == "arrive":
        return render("screen-join.html", session=position.session, shown=shown, **context)
    context |= {"stage": stage, "shown": shown, "only_asks": stages.only_asks(stage, room)}
    return render("screen-stage.html", session=position.session, **context)


def ahead(kind: Kind, stage: Stage, room: Room) -> str:
    """The result that the facilitator may look at before the room does; nothing in most stages."""
    later = kind.script.stage(stage.ahead)
    return stages.projector(later, room.at({})) if later else ""


def practise(kind: Kind, script: Script, seat: Seat, named: bool = False) -> str:
    """What a learner alone sees; named, where the page around it doesn't say which exercise it is."""
    forms = stages.participant(kind.exercise, script[0], Room.empty(), seat)
    return render("practise-exercise.html", exercise=kind.exercise, forms=forms, named=named)
