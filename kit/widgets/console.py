"""The facilitator's run sheet: a panel for the session, the console that leads through the stages, taking home."""

import threading
from collections.abc import Mapping
from typing import Any

from kit.activities.activity import Room
from kit.errors import KitError, SessionError
from kit.kinds import kind_of
from kit.kinds.script import Stage
from kit.pages import pages, stages
from kit.pages.rendering import qr_svg, render
from kit.report.files import export
from kit.room import Attendance, Position, open_stage, show_beat
from kit.session import Names, Session
from kit.text import gettext as _
from kit.widgets.host import Host, Refresh, asked, host
from kit.widgets.panel import Panel

MORE_MINUTES = 2
DOWNLOADS = (".csv", ".xlsx", ".json")


class RunSheet:
    """One exercise's run sheet, connected to a session. Its methods give the panels of the notebook."""

    def __init__(self, exercise_id: str | None, at: Host) -> None:
        self._at = at
        self.exercise = at.exercise(exercise_id)
        self.kind = kind_of(self.exercise)
        self.session: Session | None = session_to_resume(at)
        self._reading: str | None = None
        self._panels: list[tuple[Panel, str]] = []
        # Without a loop the store's feed wakes us in a thread of its own: what was read last must be shown last.
        self._refreshing = threading.RLock()
        self._refresher = Refresh(at.store, self.refresh)

    def _repr_html_(self) -> str:
        return render("exercise.html", exercise=self.exercise)

    def welcome(self) -> Panel:
        """The panel that starts, resumes and ends a session, and tells people how to join."""
        return self._add("session.html")

    def console(self) -> Panel:
        """The panel that leads through the stages: what is on, what to say, the live room, one press to go on."""
        paper = [(stage, self.kind.minutes[stage.id], self.kind.cue(stage.id)) for stage in self.kind.script]
        return self._add("console.html", paper=paper)

    def take_home(self) -> Panel:
        """The panel with notes and downloads."""
        downloads = (*DOWNLOADS, *([".ics"] if self.kind.is_dated else []))
        return self._add("home.html", downloads=downloads)

    def refresh(self) -> None:
        """Bring all panels up to what the store says now."""
        with self._refreshing:
            attendance = None
            if self.session:
                self.session = self._at.store.session_by_id(self.session.id)
                attendance = Attendance.read(self._at.store, Position.read(self._at.store, self.session))
            for panel, template in self._panels:
                panel.fill(self._islands[template](self, attendance))

    def _add(self, template: str, **names: Any) -> Panel:
        panel = Panel(render(f"run-sheet/{template}", exercise=self.exercise, **names), self._heard)
        self._panels.append((panel, template))
        self.refresh()
        return panel

    def _session_islands(self, attendance: Attendance | None) -> dict[str, str]:
        names: dict[str, Any] = {
            "session": self.session,
            "others": self._at.store.sessions(open_only=True),
            "exercise": self.exercise,
            "Names": Names,
        }
        if self.session:
            address = self._at.links.join(self.session)
            screen = self._at.links.screen(self.session)
            names |= {"join_address": address, "screen_address": screen, "qr": qr_svg(address)}
        people = attendance.people if attendance else ()
        return {
            "session": render("run-sheet/session-state.html", **names),
            "people": render("run-sheet/people.html", people=people) if self.session else "",
        }

    def _console_islands(self, attendance: Attendance | None) -> dict[str, str]:
        """What is on and what comes next; the stages; the words of the one that is read; the live room."""
        live, script = self._stage_on(attendance), self.kind.script
        # The file may have been edited since: the strip is of what the page was made from, the room of its snapshot.
        on = script.stage(live.id) if live else None
        following = script[0] if on is None else next(iter(script[script.index(on) + 1 :]), None)
        reading = script.stage(self._reading or "") or on or script[0]
        names = {"session": self.session, "script": script, "minutes": self.kind.minutes, "on": on}
        names |= {"following": following, "reading": reading, "cue": self.kind.cue(reading.id)}
        islands = {
            "bar": render("run-sheet/bar.html", more=MORE_MINUTES, **names),
            "strip": render("run-sheet/strip.html", **names),
            "words": render("run-sheet/words.html", **names),
        }
        return islands | self._live_islands(live, attendance)

    def _live_islands(self, on: Stage | None, attendance: Attendance | None) -> dict[str, str]:
        if on is None or attendance is None:
            return dict.fromkeys(("clock", "counts", "result", "ahead", "moderation", "beats"), "")
        room = attendance.room
        beats = [beat for _activity, beat in on.beats(on.within(room))]
        return {
            "clock": pages.clock(attendance.position),
            "counts": render("run-sheet/counts.html", attendance=attendance),
            "result": stages.projector(on, Room(room.responses, room.opened, room.decisions)),
            "ahead": pages.ahead(attendance.position.kind, on, room),
            "moderation": stages.moderation(on, room),
            "beats": render("run-sheet/beats.html", beats=beats, beat=room.beat),
        }

    def _stage_on(self, attendance: Attendance | None) -> Stage | None:
        """The stage of this exercise that the room is in; None while it is elsewhere."""
        position = attendance.position if attendance else None
        here = position is not None and position.kind is not None and position.stage is not None
        return position.stage if here and position.kind.exercise.id == self.exercise.id else None

    def _home_islands(self, _attendance: Attendance | None) -> dict[str, str]:
        notes = self._at.store.notes(self.session.id) if self.session else []
        return {"home": render("run-sheet/home-state.html", session=self.session, notes=notes)}

    def _heard(self, panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            panel.send({"type": "hello", "seq": 0})
            panel.repeat()
        elif message.get("type") == "action":
            with self._refreshing:  # else a refresh that has just begun puts back the session that it knows
                said = self._actions[str(message.get("action"))](self, panel, message)
            self.refresh()
            panel.fill({}, said or "")

    def _start(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        names = Names(message.get("names", Names.OPTIONAL))
        self.session = self._at.store.create_session(str(message.get("title") or self.exercise.title), names)
        self._at.store.plan(self.session.id, self.exercise)

    def _resume(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        self.session = self._at.store.session(str(message.get("code")))

    def _end(self, _panel: Panel, _message: Mapping[str, Any]) -> None:
        self._at.store.close_session(self._now().id)

    def _open(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        minutes = str(message.get("minutes") or "0")
        if not minutes.isdecimal():
            raise SessionError(
                _("“{typed}” isn’t a number of minutes. Use 0 for no limit.").format(typed=minutes)
            )
        open_stage(self._at.store, self._now(), self.exercise, str(message.get("stage")), int(minutes))
        self._reading = None

    def _read(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        self._reading = str(message.get("value"))

    def _beat(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        show_beat(self._at.store, self._now(), str(message.get("value")))

    def _extend(self, _panel: Panel, _message: Mapping[str, Any]) -> None:
        change = self._at.store.stage_now(self._now().id)
        if change:
            self._at.store.extend_stage(change.id, MORE_MINUTES)

    def _decide(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        session, store = self._now(), self._at.store
        said = [str(message[part]) for part in ("value", "words") if part in message]
        # Words beside the value are a line each; and so are items, where one press says the same of several.
        items, value = str(message.get("item", "")).splitlines() or [""], "\n".join(said)
        name = self.exercise.id
        room = Room(store.responses(session.id, name), {}, store.decisions(session.id, name))
        kind = Position.read(store, session).kinds.get(name, self.kind)  # as the session keeps it
        for item, kept in [(item, kind.decide(item, value, room)) for item in items]:
            store.decide(session.id, name, item, kept)

    def _note(self, _panel: Panel, message: Mapping[str, Any]) -> str:
        self._at.store.add_note(self._now().id, self.exercise.id, str(message.get("text", "")))
        return _("Your note is kept.")

    def _download(self, panel: Panel, message: Mapping[str, Any]) -> None:
        panel.download(*export(self._at.store, self._now(), str(message.get("value"))))

    def _now(self) -> Session:
        if self.session is None:
            raise SessionError(_("There is no session yet. Start one at the top of the page."))
        return self.session

    _islands = {  # noqa: RUF012 - nobody changes it
        "session.html": _session_islands,
        "console.html": _console_islands,
        "home.html": _home_islands,
    }
    _actions = {  # noqa: RUF012 - nobody changes it
        "start": _start,
        "resume": _resume,
        "end": _end,
        "open": _open,
        "read": _read,
        "beat": _beat,
        "extend": _extend,
        "decide": _decide,
        "note": _note,
        "download": _download,
    }


def session_to_resume(at: Host) -> Session | None:
    """The session in the page's address, else the newest one that has not ended, else None."""
    if code := asked("session"):
        try:
            return at.store.session(code)
        except KitError:
            return None
    return next(iter(at.store.sessions(open_only=True)), None)


def facilitate(exercise_id: str | None = None) -> RunSheet:
    """The run sheet of an exercise (without an id: the one in the page's address), resuming the session that is on.

    Raises:
        ContentError: There is no such exercise, or its file has faults.
    """
    return RunSheet(exercise_id, host())
