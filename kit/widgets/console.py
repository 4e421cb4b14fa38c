"""The facilitator's run sheet: a panel for the session, the console that leads through the stages, taking home."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kit.errors import KitError
from kit.kinds import kind_of
from kit.lead import Lead
from kit.pages import lead, stages
from kit.pages.rendering import qr_svg, render
from kit.report.files import export
from kit.room import Attendance, Position, begin
from kit.session import Names, Session
from kit.text import gettext as _
from kit.widgets.host import Host, asked, follow, host
from kit.widgets.panel import Panel

DOWNLOADS = (".csv", ".xlsx", ".json")

SESSIONS_OFFERED = 12

Islands = Callable[[Attendance | None], dict[str, str]]
"""What a panel shows of the room now."""


class RunSheet:
    """One exercise's run sheet, connected to a session. Its methods give the panels of the notebook.

    Attributes:
        stop: Called when nobody looks at it any more.
    """

    def __init__(self, exercise_id: str | None, at: Host) -> None:
        self._at = at
        self.exercise = at.exercise(exercise_id)
        self.kind = kind_of(self.exercise)
        self.lead = Lead(at.store, session_asked(at), self.exercise)
        self._panels: list[tuple[Panel, Islands]] = []
        # Without a loop the store's feed wakes us in a thread of its own: what was read last must be shown last.
        self._refreshing = threading.RLock()
        self.stop = follow(at.store, self.refresh)

    @property
    def session(self) -> Session | None:
        """The session that this run sheet moves; None until one is chosen."""
        return self.lead.session

    def _repr_html_(self) -> str:
        return render("exercise.html", exercise=self.exercise)

    def welcome(self) -> Panel:
        """The panel that starts, resumes and ends a session, and tells people how to join."""
        return self._add("session.html", self._session_islands)

    def console(self) -> Panel:
        """The panel that leads through the stages: what is on, what to say, the live room, one press to go on."""
        minutes, cue = self.kind.minutes, self.kind.cue
        paper = [(one, minutes[one.id], cue(one.id), stages.paper(one)) for one in self.kind.script]
        return self._add("console.html", self._console_islands, paper=paper)

    def take_home(self) -> Panel:
        """The panel with notes and downloads."""
        downloads = (*DOWNLOADS, *([".ics"] if self.kind.is_dated else []))
        practise = self._at.links.practise(self.exercise.id) if self._at.settings.practise_open else ""
        return self._add("home.html", self._home_islands, downloads=downloads, practise=practise)

    def refresh(self) -> None:
        """Bring all panels up to what the store says now."""
        with self._refreshing:
            attendance, store = None, self._at.store
            if self.session:
                self.lead.session = store.session_by_id(self.session.id)
                attendance = Attendance.read(store, Position.read(store, self.lead.session))
            for panel, islands in self._panels:
                panel.fill(islands(attendance))

    def _add(self, template: str, islands: Islands, **names: Any) -> Panel:
        panel = Panel(render(f"run-sheet/{template}", exercise=self.exercise, **names), self._heard)
        self._panels.append((panel, islands))
        self.refresh()
        return panel

    def _session_islands(self, _attendance: Attendance | None) -> dict[str, str]:
        names = {"session": self.session, "exercise": self.exercise, "links": self._at.links, "qr": qr_svg}
        names |= {"others": self._others(), "today": datetime.now().astimezone().date(), "Names": Names}
        return {"session": render("run-sheet/session-state.html", **names)}

    def _others(self) -> list[tuple[Session, int]]:
        """The open sessions that this sheet might go on with, the newest first, and how many people each has."""
        store, mine = self._at.store, self.session.id if self.session else 0
        others = [found for found in store.sessions(open_only=True) if found.id != mine]
        return [(other, len(store.participants(other.id))) for other in others[:SESSIONS_OFFERED]]

    def _console_islands(self, attendance: Attendance | None) -> dict[str, str]:
        scene = self.lead.scene(attendance)
        return lead.islands(scene, self._at.links.join(self.session) if self.session else "") if scene else {}

    def _home_islands(self, _attendance: Attendance | None) -> dict[str, str]:
        notes = self._at.store.notes(self.session.id) if self.session else []
        home = render("run-sheet/home-state.html", session=self.session)
        return {"home": home, "notes": render("run-sheet/notes.html", notes=notes)}

    def _heard(self, panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            panel.send({"type": "hello", "seq": 0})
            panel.repeat()
        elif message.get("type") == "action":
            with self._refreshing:  # else a refresh that has just begun puts back the session that it knows
                said = self._act(panel, message)
            self.refresh()
            panel.fill({}, said or "")

    def _act(self, panel: Panel, message: Mapping[str, Any]) -> str | None:
        """Do what a press asks for; what to say about it, if it can't be seen."""
        store = self._at.store
        match message.get("action"):
            case "start":
                names = Names(message.get("names", Names.OPTIONAL))
                session = store.create_session(str(message.get("title") or self.exercise.title), names)
                begin(store, session, self.exercise)
                self._move_in(panel, session)
            case "resume":
                self._move_in(panel, store.session(str(message.get("code"))))
            case "note":
                store.add_note(self._chosen().id, self.exercise.id, str(message.get("text", "")))
                return _("Your note is kept.")
            case "download":
                panel.download(*export(store, self._chosen(), str(message.get("value"))))
            case _:
                return self.lead.act(message)
        return None

    def _move_in(self, panel: Panel, session: Session) -> None:
        """Lead this session from now on, and again after a reload: the page's address says which."""
        self.lead.session = session
        panel.send({"type": "address", "session": session.code})

    def _chosen(self) -> Session:
        """The session, which may have ended.

        Raises:
            SessionError: None was chosen yet.
        """
        return self.session or self.lead.now()


def session_asked(at: Host) -> Session | None:
    """The session in the page's address, or None."""
    try:
        return at.store.session(code) if (code := asked("session")) else None
    except KitError:
        return None


def facilitate(exercise_id: str | None = None) -> RunSheet:
    """The run sheet of an exercise (without an id: the one in the page's address).

    It moves the session in the page's address; without one it asks which.

    Raises:
        ContentError: There is no such exercise, or its file has faults.
    """
    return RunSheet(exercise_id, host())
