"""The start page and the choice of a session whose results are wanted."""

from collections.abc import Mapping

from kit.content.exercise import Exercise
from kit.library import load_folder
from kit.links import notebook
from kit.pages.rendering import render
from kit.report.tables import Results
from kit.session import Session
from kit.store.store import Store
from kit.widgets.console import session_asked
from kit.widgets.host import Host, asked, host
from kit.widgets.panel import Panel

SESSIONS_SHOWN = 20


def start_page() -> Panel:
    """All exercises with their run sheets and practice, and the sessions so far."""
    return Panel(_start_html(host()))


def _start_html(at: Host) -> str:
    library = load_folder(at.settings.exercises)
    sessions = at.store.sessions()[:SESSIONS_SHOWN]
    return render(
        "start.html",
        exercises=sorted(library.exercises.values(), key=lambda exercise: exercise.title),
        faults=library.faults,
        sessions=[(session, _going_on(at.store, library.exercises, session)) for session in sessions],
        notebook=notebook,
    )


def _going_on(store: Store, exercises: Mapping[str, Exercise], session: Session) -> str:
    """The address of the run sheet where an open session is now, or will begin; or an empty text."""
    planned = [content["id"] for content in store.exercises_used(session.id)]
    opened = [change.exercise for change in store.stage_changes(session.id)]
    exercise = next((id for id in reversed(planned + opened) if id in exercises), "")
    return (
        notebook("facilitate", exercise, session=session.code) if exercise and not session.closed_at else ""
    )


def choose_session() -> Panel:
    """Links to the results of every session, the chosen one marked."""
    at = host()
    return Panel(render("choose.html", sessions=at.store.sessions(), chosen=_chosen(at)))


def results(code: str | None = None, rehearsed: bool = False) -> Results:
    """The results of a session: the one of that code, the one in the page's address, or the newest.

    Before the first session they are empty, and say so. Rehearsed people are left out unless asked for.

    Raises:
        SessionError: There is no session with that code.
    """
    at = host()
    session_code = code or asked("session") or _chosen(at)
    return Results.of(at.store, at.store.session(session_code), rehearsed) if session_code else Results()


def _chosen(at: Host) -> str:
    session = session_asked(at) or next(iter(at.store.sessions()), None)
    return str(session.code) if session else ""
