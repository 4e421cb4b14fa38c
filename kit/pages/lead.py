"""HTML of what a facilitator sees of a session: the same islands in the notebook and on the remote."""

from kit.lead import MORE_MINUTES, Scene
from kit.pages import pages, stages
from kit.pages.rendering import call, qr_svg, render

PARTS, PEOPLE = "run-sheet/parts.html", "run-sheet/people.html"


def islands(scene: Scene, join_address: str) -> dict[str, str]:
    """Name of the island -> its HTML: the bar, the stages, the words, the live room, what the big screen shows."""
    bar = {name: call(PARTS, name, scene) for name in ("where", "counts", "keys", "strip")}
    if scene.attendance:
        bar |= {name: call(PEOPLE, name, scene) for name in ("people", "everybody")}
        back = f"{join_address}/return/{scene.token}" if scene.token else ""
        bar |= {"person": call(PEOPLE, "person", scene, back, qr_svg(back) if back else "")}
    words = render("run-sheet/words.html", scene=scene)
    return bar | {"words": words} | _live(scene) | _pictures(scene, join_address)


def _live(scene: Scene) -> dict[str, str]:
    on, attendance = scene.on, scene.attendance
    if on is None or attendance is None:
        return dict.fromkeys(("time", "result", "ahead", "moderation", "beats"), "")
    room, kind = attendance.room, attendance.position.kind
    clock = pages.clock(attendance.position)
    return {
        "time": render("run-sheet/time.html", clock=clock, more=MORE_MINUTES),
        "result": stages.projector(on, room.at(room.opened)),
        "ahead": pages.ahead(kind, on, room) if kind else "",
        "moderation": call(PARTS, "moderation", stages.moderation(on, room)),
        "beats": call(PARTS, "beats", scene),
    }


def _pictures(scene: Scene, join_address: str) -> dict[str, str]:
    """Small pictures of the big screen: as it is, and as the next press makes it."""
    step = scene.steps.next
    after = scene.after(step) if step else None
    now = pages.screen(scene.attendance, join_address) if scene.attendance else ""
    return {
        "screen-now": call(PARTS, "picture", now),
        "screen-next": call(PARTS, "next_picture", step, pages.screen(after, join_address)) if after else "",
    }
