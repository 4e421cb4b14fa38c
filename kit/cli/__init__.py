"""The command ``workshop``: run the server, lead and rehearse sessions, check exercises, take results out and in."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from kit.cli import files, lead, run
from kit.errors import KitError
from kit.settings import Settings
from kit.text import gettext as _

OPEN_FILES = 8192
"""Each phone's connection is one, and a Mac allows a program 256 unless that asks for more."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit status: 0, or another with a plain message on standard error."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows has few letters where a file or another program reads
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    _allow_open_files()
    try:
        status = options.command(options, Settings.from_environment())
        sys.stdout.flush()
        return status
    except KitError as error:
        print(f"workshop: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads, such as “head”, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _allow_open_files() -> None:
    """Let this process have as many files open as a large room needs, where the system allows it."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # Windows has none, and no such limit

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workshop", description=_("Live workshops on customer service."))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (run, lead, files):
        part.add_to(commands)
    return parser
