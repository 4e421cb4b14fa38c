"""The start page and the choice of a session whose results are wanted."""

from collections.abc import Mapping
from typing import Any

from kit.content.loading import load_folder
from kit.settings import PROJECT
from kit.tables import Results
from kit.views import pages
from kit.widgets.facilitate import session_to_resume
from kit.widgets.host import Host, asked, host
from kit.widgets.panel import Panel


def start_page() -> Panel:
    """All exercises with their run sheets and practice, and the sessions so far."""
    at = host()
    return _still(_start_html(at))


def _start_html(at: Host) -> str:
    library = load_folder(at.settings.exercises)
    return pages.render(
        "start.html",
        exercises=sorted(library.exercises.values(), key=lambda exercise: exercise.title),
        faults=library.faults,
        sessions=at.store.sessions(),
        notebooks=_notebooks(),
    )


def _notebooks() -> set[str]:
    """The notebooks that there are, such as ``facilitate/cx-vs-service``."""
    folder = PROJECT / "notebooks"
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.ipynb")}


def choose_session() -> Panel:
    """Links to the results of every session, the chosen one marked."""
    at = host()
    return _still(pages.render("choose.html", sessions=at.store.sessions(), chosen=_chosen(at)))


def results(code: str | None = None) -> Results:
    """The results of a session: the one of that code, the one in the page's address, or the newest.

    Before the first session they are empty, and say so.

    Raises:
        SessionError: There is no session with that code.
    """
    at = host()
    session_code = code or asked("session") or _chosen(at)
    return Results.read(at.store, session_code) if session_code else Results.empty()


def _chosen(at: Host) -> str:
    session = session_to_resume(at) or next(iter(at.store.sessions()), None)
    return str(session.code) if session else ""


def _still(html: str) -> Panel:
    """A panel that only shows something."""

    def heard(panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            panel.send({"type": "hello", "seq": 0})

    return Panel(html, heard)
