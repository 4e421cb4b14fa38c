"""``workshop start``, ``go``, ``sessions``, ``rehearse``: leading from the command line, with a clicker or a script."""

import argparse
import asyncio
from typing import Any

from kit.errors import SessionError
from kit.library import find
from kit.links import Links, run_sheet
from kit.report.files import in_words
from kit.room import Position, begin
from kit.session import Names, Session
from kit.settings import Settings
from kit.steps import go
from kit.store.store import Store
from kit.text import gettext as _
from kit.text import ngettext

PACE_SECONDS, MOST_SECONDS = 10.0, 600.0


def add_to(commands: Any) -> None:
    """Declare the commands."""
    start = commands.add_parser("start", help=_("start a session of an exercise"))
    start.add_argument("exercise", metavar="EXERCISE", help=_("its id, such as cx-vs-service"))
    start.add_argument(
        "--title", help=_("what people read above it; the exercise's title if you say nothing")
    )
    start.add_argument(
        "--names",
        choices=[str(rule) for rule in Names],
        default="optional",
        help=_("whether people give a name"),
    )
    start.set_defaults(command=_start)

    on = commands.add_parser("go", help=_("take the room to the next step, or to a stage"))
    _add_code(on)
    stage = _("the id of a stage, or “back”; without it, the next step")
    on.add_argument("stage", nargs="?", default="next", metavar="STAGE", help=stage)
    on.set_defaults(command=_go)

    commands.add_parser("sessions", help=_("list the sessions")).set_defaults(command=_sessions)

    rehearse = commands.add_parser("rehearse", help=_("fill a session with people who answer, to try it out"))
    _add_code(rehearse)
    rehearse.add_argument("--people", type=int, default=30, metavar="N", help=_("how many; 30 if not said"))
    pace = _("seconds before each answer of a person, on average; 10 if not said")
    rehearse.add_argument("--pace", type=float, default=PACE_SECONDS, metavar="SECONDS", help=pace)
    rehearse.set_defaults(command=_rehearse)


def _add_code(command: argparse.ArgumentParser) -> None:
    command.add_argument("code", metavar="CODE", help=_("the session's join code"))


def _start(options: argparse.Namespace, settings: Settings) -> int:
    exercise = find(settings.exercises, options.exercise)
    with Store.open(settings.database) as store:
        session = store.create_session(options.title or exercise.title, Names(options.names))
        begin(store, session, exercise)
    links = Links.of(settings)
    print(
        _("Session {code}, “{title}”, is ready.").format(code=session.code, title=session.title),
        _("  Join:       {link}").format(link=links.join(session)),
        _("  Big screen: {link}").format(link=links.screen(session)),
        _("  Run sheet:  {link}").format(link=run_sheet(settings, exercise.id, session)),
        _("The last link is yours alone. “workshop go {code}” takes the room to the first stage.").format(
            code=session.code
        ),
        sep="\n",
    )
    return 0


def _go(options: argparse.Namespace, settings: Settings) -> int:
    with Store.open(settings.database) as store:
        session = store.session(options.code)
        go(store, session, options.stage)
        print(f"{session.code}  {_where(store, session)}")
    return 0


def _sessions(_options: argparse.Namespace, settings: Settings) -> int:
    with Store.open(settings.database) as store:
        sessions = store.sessions()
        for session in sessions:
            started = f"{session.created_at.astimezone():%Y-%m-%d %H:%M}"
            much = in_words(store, session, rehearsed=False)
            print(session.code, started, session.title, _where(store, session), much, sep="  ")
    if not sessions:
        print(_("There is no session yet. Start one: workshop start cx-vs-service"))
    return 0


def _where(store: Store, session: Session) -> str:
    """Where a room is, in words."""
    position = Position.read(store, session)
    if session.closed_at:
        return _("ended")
    if position.kind is None or position.stage is None:
        return _("not begun")
    place = f"{position.kind.exercise.title}: {position.stage.title}"
    return f"{place} ({position.beat})" if position.beat else place


def _rehearse(options: argparse.Namespace, settings: Settings) -> int:
    _check_bounds(options, settings)
    with Store.open(settings.database) as store:
        session = store.session(options.code)
        if session.closed_at:
            raise SessionError(_("Session {code} has ended. Start a new one.").format(code=session.code))
        address = Links.of(settings).join(session)
        try:
            asyncio.run(_fill(store, session, address, options.people, options.pace))
        except KeyboardInterrupt:
            print()
        text = _("The rehearsal is over: {what}. Start a new session for the people who come.")
        print(text.format(what=in_words(store, session)))
    return 0


def _check_bounds(options: argparse.Namespace, settings: Settings) -> None:
    if not 1 <= options.people <= settings.max_participants:
        text = _("--people is {people}. Use 1 to {most}; WORKSHOP_MAX_PARTICIPANTS sets the most.")
        raise SessionError(text.format(people=options.people, most=settings.max_participants))
    if not 0 <= options.pace <= MOST_SECONDS:
        text = _("--pace is {pace}. Use 0 (at once) to {most:.0f} seconds.")
        raise SessionError(text.format(pace=options.pace, most=MOST_SECONDS))


async def _fill(store: Store, session: Session, address: str, number: int, pace: float) -> None:
    """Let people join and answer until the session ends."""
    from kit.rehearsal.crowd import gather, taking_part  # the other commands need no client
    from kit.rehearsal.person import Person

    people = await gather(address, number, Person, lambda secret: store.mark_rehearsed(session.id, secret))
    text = ngettext("{n} person is here and answers", "{n} people are here and answer", number)
    print(
        text.format(n=number),
        _("whatever you open in session {code}.").format(code=session.code),
        _("Results leave them out. Ctrl+C sends them home."),
        flush=True,
    )
    async with taking_part(people, pace):
        while not (await asyncio.to_thread(store.session_by_id, session.id)).closed_at:
            await asyncio.sleep(1)
