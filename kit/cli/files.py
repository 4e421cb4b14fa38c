"""``workshop check``, ``coach``, ``export`` and ``import``: what comes out of files and goes into them."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from kit import coach
from kit.errors import CoachError
from kit.library import check
from kit.report.files import in_words, write
from kit.report.incoming import bring_in
from kit.settings import Settings
from kit.store.store import Store
from kit.text import gettext as _


def add_to(commands: Any) -> None:
    """Declare the commands."""
    check_files = commands.add_parser("check", help=_("check exercise files"))
    check_files.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=_("files or folders; all exercises if not said")
    )
    check_files.set_defaults(command=_check)

    ask = commands.add_parser("coach", help=_("ask the coach about a phrase"))
    recipes = _("what the phrase is for: {known}").format(known=", ".join(coach.built_in_recipes()))
    ask.add_argument("--recipe", required=True, metavar="RECIPE", help=recipes)
    phrase = _("the phrase; without it, standard input is read")
    ask.add_argument("text", nargs="*", metavar="TEXT", help=phrase)
    ask.set_defaults(command=_coach)

    export = commands.add_parser("export", help=_("write the results of a session into a file"))
    export.add_argument("code", metavar="CODE", help=_("the session's join code"))
    files = _("a .csv, .xlsx, .json or .ics (calendar) file")
    export.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=files)
    export.add_argument(
        "--rehearsed", action="store_true", help=_("with rehearsed people, too (JSON has them anyway)")
    )
    export.set_defaults(command=_export)

    bring = commands.add_parser("import", help=_("bring a session back from a JSON file"))
    bring.add_argument("path", type=Path, metavar="FILE", help=_("a file that “export” has written as .json"))
    bring.set_defaults(command=_import)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    faults = check(options.paths or [settings.exercises])
    for fault in faults:
        print(fault)
    if not faults:
        print(_("No faults found."))
    return 1 if faults else 0


def _coach(options: argparse.Namespace, settings: Settings) -> int:
    recipe = coach.get_recipe(options.recipe)  # first, so that nobody types a phrase in vain
    phrase = " ".join(options.text).strip() or _from_standard_input()
    if not phrase:
        raise CoachError(_("There is no phrase to read. Write it in quotation marks after the recipe."))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(coach.render(coach.review(phrase, recipe), phrase, recipe, colour=colour))
    return 0


def _from_standard_input() -> str:
    if sys.stdin.isatty():
        print(_("Write the phrase, then Enter and Ctrl+D (on Windows Ctrl+Z, Enter):"), file=sys.stderr)
    return sys.stdin.read().strip()


def _export(options: argparse.Namespace, settings: Settings) -> int:
    with Store.open(settings.database) as store:
        session = write(store, options.code, options.output, options.rehearsed)
        everybody = options.rehearsed or options.output.suffix.lower() == ".json"
        text, what = _("Session {code} is in {path}: {what}."), in_words(store, session, everybody)
        print(text.format(code=session.code, path=options.output, what=what))
    return 0


def _import(options: argparse.Namespace, settings: Settings) -> int:
    with Store.open(settings.database) as store:
        session = bring_in(store, options.path)
        text = _("Session {code}, “{title}”, is here: {what}.")
        print(text.format(code=session.code, title=session.title, what=in_words(store, session)))
    return 0
