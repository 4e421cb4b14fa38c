"""Exercise files into exercises: load one, check many, load a folder. Nothing else here reads files."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kit.content.exercise import Exercise, Id
from kit.content.fault import Fault, Flaw, cure, nearest, quote
from kit.content.marked import Marked, parse
from kit.content.syntax import UnreadableError
from kit.content.wording import merge
from kit.errors import ContentError
from kit.kinds import KINDS, kind_of
from kit.text import gettext as _

MAX_FILE_BYTES = 1_000_000
"""A full deck has about 30 kilobytes. Anything of this size is another file that got here by mistake."""

MAX_FAULTS = 100
"""Of one file. Nobody reads more, and the first ones are often the cause of the rest."""

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Library:
    """The exercises of a folder by id, and the faults of the files that hold none."""

    exercises: Mapping[str, Exercise]
    faults: tuple[Fault, ...]


def load(path: str | Path) -> Exercise:
    """The exercise in the file.

    Raises:
        ContentError: The file can't be used; the text has one line for each of its faults.
    """
    outcome = _read(Path(path))
    if not isinstance(outcome, Exercise):
        raise ContentError("\n".join(str(fault) for fault in outcome))
    return outcome


def check(paths: Iterable[str | Path]) -> list[Fault]:
    """All faults of all files. A folder stands for the exercise files directly in it."""
    faults: list[Fault] = []
    for path in dict.fromkeys(Path(path) for path in paths):
        if path.is_dir():
            faults.extend(load_folder(path).faults)
        elif not isinstance(outcome := _read(path), Exercise):
            faults.extend(outcome)
    return faults


def load_folder(folder: str | Path) -> Library:
    """Every exercise directly in the folder. A faulty file hides none of the others."""
    folder = Path(folder)
    exercises: dict[str, Exercise] = {}
    faults: list[Fault] = []
    try:
        paths = exercise_files(folder)
    except OSError as error:
        return Library({}, (_unreadable(folder, error),))
    if not paths:
        text = _("the folder holds no exercise. Put a file into it whose name ends in .yaml.")
        faults.append(Fault(folder, None, text))
    for path in paths:
        outcome = _read(path)
        if not isinstance(outcome, Exercise):
            faults.extend(outcome)
        elif outcome.id in exercises:
            text = _(
                "another file in this folder has the id {id} too. Rename one of them, and change its id."
            )
            faults.append(Fault(path, None, text.format(id=quote(outcome.id))))
        else:
            exercises[outcome.id] = outcome
    return Library(exercises, tuple(faults))


def exercise_files(folder: Path) -> list[Path]:
    """The exercise files directly in the folder, by name. Hidden files, such as editors make, don't count."""
    names = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in names if path.suffix.lower() in SUFFIXES)


def _read(path: Path) -> Exercise | list[Fault]:
    """The exercise in the file, or why there is none."""
    try:
        marked = parse(_bytes(path))
    except UnreadableError as error:
        return [Fault(path, *error.args)]
    except OSError as error:
        return [_unreadable(path, error)]
    exercise, flaws = _validate(marked, path.stem)
    faults = [Fault(path, *explanation) for explanation in marked.faults]
    faults.extend(Fault(path, marked.line(flaw.location), flaw.text) for flaw in flaws)
    if not faults and exercise:
        return exercise
    shown = sorted(faults[:MAX_FAULTS], key=lambda fault: fault.line or 0)
    if len(faults) > MAX_FAULTS:
        text = _("there are more faults than these {limit}. Fix these first, then check again.")
        shown.append(Fault(path, None, text.format(limit=MAX_FAULTS)))
    return shown


def _bytes(path: Path) -> bytes:
    """The file's bytes, unless it isn't an exercise by name, nature or size: measured before it is read."""
    if path.suffix.lower() not in SUFFIXES:
        text = _("the name doesn't end in .yaml. Check another file, or rename this one.")
        raise UnreadableError(None, text)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(None, _("this is not a file. Check another one."))
    if status.st_size > MAX_FILE_BYTES:
        text = _(
            "the file has {size:.1f} MB, and an exercise has at most {limit:g} MB. "
            "Keep pictures and other material in files of their own."
        )
        raise UnreadableError(None, text.format(size=status.st_size / 1e6, limit=MAX_FILE_BYTES / 1e6))
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def _unreadable(path: Path, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(path, None, _("there is nothing of this name. Check the spelling and the folder."))
    text = _("it can't be read ({reason}). Check that it is yours to read.")
    return Fault(path, None, text.format(reason=os.strerror(error.errno or 0)))


def _validate(marked: Marked, stem: str) -> tuple[Exercise | None, list[Flaw]]:
    """The exercise, if the data makes one, and the data's flaws."""
    if marked.data is None:
        return None, []
    kind = marked.data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        meant = nearest(str(kind), KINDS)
        # With the kind that was probably meant the other faults show in the same run.
        guess = replace(marked, data=marked.data | {"kind": meant}) if meant else replace(marked, data=None)
        return None, [_unknown_kind(marked.typed.get(("kind",), kind)), *_validate(guess, stem)[1]]
    model = KINDS[kind].content
    # A flaw too many tells the caller that there are more. The rest isn't looked for: it could take minutes.
    rules = list(islice(chain(_name_flaws(marked.data, stem), model.flaws(marked.data)), MAX_FAULTS + 1))
    try:
        exercise = model.model_validate(marked.data)
    except ValidationError as error:
        return None, merge(rules, model, marked, error, MAX_FAULTS + 1)
    return exercise, rules + list(_guide_flaws(exercise))


def _guide_flaws(exercise: Exercise) -> Iterator[Flaw]:
    """A flaw for each cue of a stage that the exercise doesn't have."""
    known = [stage.id for stage in kind_of(exercise).script]
    for stage in exercise.guide.keys() - set(known):
        text = _("'guide' of the exercise names the stage {stage}.").format(stage=quote(stage))
        yield Flaw(("guide", stage), f"{text} {cure(stage, known)}")


def _unknown_kind(kind: Any) -> Flaw:
    if kind in (None, ""):
        text = _("the exercise has no 'kind'. Add 'kind:'.")
    elif isinstance(kind, str):
        text = _("kind {kind} is unknown.").format(kind=quote(kind))
    else:
        text = _("'kind' of the exercise isn't a word.")
    return Flaw(("kind",), f"{text} {cure(str(kind), KINDS)}")


def _name_flaws(data: Mapping[str, Any], stem: str) -> Iterator[Flaw]:
    """A flaw if a well-formed id and the file's name differ."""
    exercise_id = data.get("id")
    try:
        TypeAdapter(Id).validate_python(exercise_id)
    except ValidationError:
        return
    if exercise_id != stem:
        text = _("the id {id} is not the file's name, {stem}. Rename the file to {name}, or change the id.")
        yield Flaw(("id",), text.format(id=quote(exercise_id), stem=quote(stem), name=f"{exercise_id}.yaml"))
