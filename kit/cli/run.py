"""``workshop run``: the server."""

import argparse
import os
import webbrowser
from dataclasses import replace
from typing import Any

import segno

from kit.links import entrance
from kit.settings import Settings
from kit.store.store import Store
from kit.text import gettext as _


def add_to(commands: Any) -> None:
    """Declare the command."""
    run = commands.add_parser("run", help=_("start the server and show the links"))
    run.add_argument("--no-browser", action="store_true", help=_("don't open the browser"))
    run.set_defaults(command=_run)


def _run(options: argparse.Namespace, settings: Settings) -> int:
    from kit.server.app import WorkshopServer  # the other commands need no web server

    with Store.open(settings.database) as store:
        server = WorkshopServer.set_up(settings, store)

        def started() -> None:
            public_url = server.kit.links.public_url
            os.environ.update(replace(settings, public_url=public_url).as_environment())
            _welcome(entrance(settings), f"{public_url}/join")
            if not options.no_browser:
                webbrowser.open(entrance(settings))

        server.started = started
        server.start()
    return 0


def _welcome(facilitator_url: str, join_address: str) -> None:
    """Show in the terminal that the server listens, and where."""
    print(
        _("The workshop is open. Close it with Ctrl+C; nothing gets lost."),
        "",
        _("  For you, the facilitator (keep it to yourself):"),
        f"  {facilitator_url}",
        "",
        _("  For everybody in the room, on the same network:"),
        f"  {join_address}",
        "",
        sep="\n",
    )
    segno.make(join_address, error="l").terminal(compact=True)
    print(flush=True)
