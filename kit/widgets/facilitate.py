"""The facilitator's console: one panel for the session, one for each stage, one for taking results home."""

import threading
from collections.abc import Mapping
from typing import Any

from kit.errors import KitError, SessionError
from kit.export import export
from kit.kinds import kind_of
from kit.kinds.kind import Moment
from kit.room import Course, Crowd, open_stage
from kit.session import Names, Session
from kit.text import gettext as _
from kit.views import pages
from kit.widgets.host import Host, Wake, asked, host
from kit.widgets.panel import Panel

MORE_MINUTES = 2
DOWNLOADS = (".csv", ".xlsx", ".json")


class Console:
    """One exercise's run sheet, connected to a session. Its methods give the panels of the notebook."""

    def __init__(self, exercise_id: str | None, at: Host) -> None:
        self._at = at
        self.exercise = at.exercise(exercise_id)
        self.kind = kind_of(self.exercise)
        self.session: Session | None = session_to_resume(at)
        self._panels: list[tuple[Panel, str]] = []
        # Without a loop the store's feed wakes us in a thread of its own: what was read last must be shown last.
        self._refreshing = threading.RLock()
        self._wake = Wake(at.store, self.refresh)

    def _repr_html_(self) -> str:
        return pages.render("exercise.html", exercise=self.exercise)

    def welcome(self) -> Panel:
        """The panel that starts, resumes and ends a session, and tells people how to join."""
        return self._add("console-session.html", "")

    def stage(self, stage_id: str) -> Panel:
        """The panel that takes the room to a stage and shows what happens there.

        Raises:
            SessionError: The exercise has no such stage.
        """
        stage = self.kind.stage(stage_id)
        if stage is None:
            known = ", ".join(known.id for known in self.kind.stages)
            raise SessionError(
                _("“{exercise}” has no stage “{stage}”. Use one of: {known}.").format(
                    exercise=self.exercise.id, stage=stage_id, known=known
                )
            )
        return self._add("console-stage.html", stage_id, stage=stage)

    def take_home(self) -> Panel:
        """The panel with notes and downloads."""
        return self._add("console-home.html", "home", downloads=(*DOWNLOADS, *self.kind.files))

    def refresh(self) -> None:
        """Bring all panels up to what the store says now."""
        with self._refreshing:
            self._refresh()

    def _refresh(self) -> None:
        crowd = None
        if self.session:
            self.session = self._at.store.session_by_id(self.session.id)
            crowd = Crowd.read(self._at.store, Course.read(self._at.store, self.session))
        for panel, part in self._panels:
            panel.fill(self._islands(part, crowd))

    def _add(self, template: str, part: str, **names: Any) -> Panel:
        html = pages.render(template, exercise=self.exercise, **names)
        panel = Panel(html, self._heard)
        self._panels.append((panel, part))
        self.refresh()
        return panel

    def _islands(self, part: str, crowd: Crowd | None) -> dict[str, str]:
        if part == "":
            return self._session_islands(crowd)
        if part == "home":
            notes = self._at.store.notes(self.session.id) if self.session else []
            return {"home": pages.render("console-home-state.html", session=self.session, notes=notes)}
        return self._stage_islands(part, crowd)

    def _session_islands(self, crowd: Crowd | None) -> dict[str, str]:
        names: dict[str, Any] = {
            "session": self.session,
            "others": self._at.store.sessions(open_only=True),
            "exercise": self.exercise,
            "Names": Names,
        }
        if self.session:
            address = self._at.links.join(self.session)
            screen = self._at.links.screen(self.session)
            names |= {"join_address": address, "screen_address": screen, "qr": pages.qr_svg(address)}
        people = crowd.people if crowd else ()
        return {
            "session": pages.render("console-session-state.html", **names),
            "people": pages.render("console-people.html", people=people) if self.session else "",
        }

    def _stage_islands(self, stage_id: str, crowd: Crowd | None) -> dict[str, str]:
        stage = self.kind.stage(stage_id)
        course = crowd.course if crowd else None
        change = course.change if course and not course.session.closed_at else None
        here = change is not None and (change.exercise, change.stage) == (self.exercise.id, stage_id)
        state = pages.render(
            "console-stage-state.html", session=self.session, stage=stage, here=here, more=MORE_MINUTES
        )
        islands = {"state": state, "clock": "", "counts": "", "result": "", "ahead": "", "moderation": ""}
        if not here or crowd is None or course is None:
            return islands
        ahead = self.kind.looks_ahead.get(stage_id)
        return islands | {
            "clock": pages.clock(course),
            "counts": pages.render("console-counts.html", crowd=crowd),
            "result": pages.result(crowd, course.moment),
            "moderation": pages.moderation(crowd),
            "ahead": pages.result(crowd, Moment(self.kind.stage(ahead), {}, course.decisions))
            if ahead
            else "",
        }

    def _heard(self, panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            panel.send({"type": "hello", "seq": 0})
            panel.repeat()
        elif message.get("type") == "action":
            acts = {
                "start": self._start,
                "resume": self._resume,
                "end": self._end,
                "open": self._open,
                "extend": self._extend,
                "decide": self._decide,
                "note": self._note,
                "download": self._download,
            }
            said = acts[str(message.get("action"))](panel, message)
            self.refresh()
            panel.fill({}, said or "")

    def _start(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        names = Names(message.get("names", Names.OPTIONAL))
        self.session = self._at.store.create_session(str(message.get("title") or self.exercise.title), names)

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

    def _extend(self, _panel: Panel, _message: Mapping[str, Any]) -> None:
        change = self._at.store.stage_now(self._now().id)
        if change:
            self._at.store.extend_stage(change.id, MORE_MINUTES)

    def _decide(self, _panel: Panel, message: Mapping[str, Any]) -> None:
        session, store = self._now(), self._at.store
        item, value = str(message.get("item", "")), str(message.get("value", ""))
        value = self.kind.decide(item, value, store.responses(session.id, self.exercise.id))
        store.decide(session.id, self.exercise.id, item, value)

    def _note(self, _panel: Panel, message: Mapping[str, Any]) -> str:
        self._at.store.add_note(self._now().id, self.exercise.id, str(message.get("text", "")))
        return _("Your note is kept.")

    def _download(self, panel: Panel, message: Mapping[str, Any]) -> None:
        panel.download(*export(self._at.store, self._now(), str(message.get("value"))))

    def _now(self) -> Session:
        if self.session is None:
            raise SessionError(_("There is no session yet. Start one at the top of the page."))
        return self.session


def session_to_resume(at: Host) -> Session | None:
    """The session in the page's address, else the newest one that has not ended, else None."""
    if code := asked("session"):
        try:
            return at.store.session(code)
        except KitError:
            return None
    return next(iter(at.store.sessions(open_only=True)), None)


def facilitate(exercise_id: str | None = None) -> Console:
    """The console of an exercise (without an id: the one in the page's address), resuming the session that is going on.

    Raises:
        ContentError: There is no such exercise, or its file has faults.
    """
    return Console(exercise_id, host())
