"""The command ``workshop``: run the server, lead and rehearse sessions, check exercises, take results out and in."""

import argparse
import sys
from collections.abc import Sequence

from kit.cli import files, lead, run
from kit.errors import KitError
from kit.settings import Settings
from kit.text import gettext as _


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit status: 0, or 1 with a plain message on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options, Settings.from_environment())
    except KitError as error:
        print(f"workshop: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workshop", description=_("Live workshops on customer service."))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (run, lead, files):
        part.add_to(commands)
    return parser
