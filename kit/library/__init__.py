"""Exercise files into exercises: load or find one, check many, load a folder. Nothing else here reads files."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kit.content.exercise import Exercise
from kit.content.fault import Fault, Flaw, cure, nearest, quote
from kit.content.marked import Marked, parse
from kit.content.parts import told
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
    exercise, faults = _read(Path(path))
    if exercise is None:
        raise ContentError("\n".join(map(str, faults)))
    return exercise


def find(folder: Path, exercise_id: str) -> Exercise:
    """The exercise of that id in the folder: that of the file of this name.

    Raises:
        ContentError: There is no such file, or it can't be used.
    """
    paths = exercise_files(folder) if folder.is_dir() else []
    if path := next((path for path in paths if path.stem == exercise_id), None):
        return load(path)
    remedy = cure(exercise_id, [path.stem for path in paths]) if paths else _("Put its file there.")
    text = _("{folder}: there is no exercise {name}. {cure}")
    raise ContentError(text.format(folder=folder, name=quote(exercise_id), cure=remedy))


def check(paths: Iterable[str | Path]) -> list[Fault]:
    """All faults of all files. A folder stands for the exercise files directly in it."""
    faults: list[Fault] = []
    for path in dict.fromkeys(map(Path, paths)):
        faults.extend(load_folder(path).faults if os.path.isdir(path) else _read(path)[1])
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
        exercise, found = _read(path)
        faults.extend(found)
        if exercise and exercises.setdefault(exercise.id, exercise) is not exercise:
            text = _("another file here has the id {id} too. Rename one of them, and change its id.")
            faults.append(Fault(path, None, text.format(id=quote(exercise.id))))
    return Library(exercises, tuple(faults))


def exercise_files(folder: Path) -> list[Path]:
    """The exercise files directly in the folder, by name. Hidden files, such as editors make, don't count."""
    names = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in names if path.suffix.lower() in SUFFIXES)


def _read(path: Path) -> tuple[Exercise | None, list[Fault]]:
    """The exercise in the file, or why there is none."""
    try:
        marked = parse(_bytes(path))
    except UnreadableError as error:
        return None, [Fault(path, *error.args)]
    except OSError as error:
        return None, [_unreadable(path, error)]
    faults = [Fault(path, *explanation) for explanation in marked.faults]
    exercise = None
    if marked.data is not None:
        model, exercise, flaws = _validate(marked, marked.data)
        flaws += _name_flaws(marked.data, path.stem, flaws)
        faults += [Fault(path, marked.line(flaw.location), told(model, marked.data, flaw)) for flaw in flaws]
    shown = sorted(faults[:MAX_FAULTS], key=lambda fault: fault.line or 0)
    if len(faults) > MAX_FAULTS:
        text = _("there are more faults than these {limit}. Fix these first, then check again.")
        shown.append(Fault(path, None, text.format(limit=MAX_FAULTS)))
    return None if faults else exercise, shown


def _bytes(path: Path) -> bytes:
    """The file's bytes, unless it isn't an exercise by name, nature or size: measured before it is read."""
    status = path.stat()
    if path.suffix.lower() not in SUFFIXES:
        text = _("the name doesn't end in .yaml. Check another file, or rename this one.")
        raise UnreadableError(None, text)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(None, _("this is not a file. Check another one."))
    if status.st_size > MAX_FILE_BYTES:
        text = _("the file has {size:.1f} MB; {limit:g} MB is the most. Keep pictures in files of their own.")
        raise UnreadableError(None, text.format(size=status.st_size / 1e6, limit=MAX_FILE_BYTES / 1e6))
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def _unreadable(path: Path, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(path, None, _("there is nothing of this name. Check the spelling and the folder."))
    text = _("it can't be read ({reason}). Check that it is yours to read.")
    return Fault(path, None, text.format(reason=os.strerror(error.errno or 0)))


def _validate(marked: Marked, data: Mapping[str, Any]) -> tuple[type[Exercise], Exercise | None, list[Flaw]]:
    """The model for the data, the exercise, if the data makes one, and the data's flaws."""
    kind, flaws = str(marked.typed.get(("kind",), data.get("kind", ""))), []
    if data.get("kind") not in list(KINDS):
        flaws.append(_unknown_kind(kind))
        kind = nearest(kind, KINDS) or ""
    if not kind:
        return Exercise, None, flaws
    # With the kind that was probably meant the other faults show in the same run.
    model, data = KINDS[kind].content, {**data, "kind": kind}
    # A flaw too many tells the caller that there are more. The rest isn't looked for: it could take minutes.
    flaws += islice(model.flaws(data), MAX_FAULTS + 1)
    try:
        exercise = model.model_validate(data)
    except ValidationError as error:
        return model, None, merge(flaws, model, marked, error, MAX_FAULTS + 1)
    return model, exercise, [*flaws, *_guide_flaws(exercise)]


def _guide_flaws(exercise: Exercise) -> Iterator[Flaw]:
    """A flaw for each cue of a stage that the exercise doesn't have."""
    known = [stage.id for stage in kind_of(exercise).script]
    for stage in exercise.guide.keys() - set(known):
        text = _("'guide' of the exercise names the stage {stage}. {cure}")
        yield Flaw(("guide", stage), text, {"stage": quote(stage), "cure": cure(stage, known)})


def _name_flaws(data: Mapping[str, Any], stem: str, others: Iterable[Flaw]) -> Iterator[Flaw]:
    """A flaw if the id and the file's name differ, unless another says something of the id; or if it isn't free."""
    name = data.get("id")
    if isinstance(name, str) and re.fullmatch("question-[0-9]+", name):
        text = _(
            "the id {shown} is kept for questions asked in a session. Rename the file, and change the id."
        )
        yield Flaw(("id",), text)
    if isinstance(name, str) and name != stem and ("id",) not in [flaw.location for flaw in others]:
        text = _(
            "the id {shown} is not the file's name, {stem}. Rename the file to {file}, or change the id."
        )
        yield Flaw(("id",), text, {"stem": quote(stem), "file": f"{name}.yaml"})


def _unknown_kind(kind: str) -> Flaw:
    text = (
        _("kind {shown} is unknown. {cure}") if kind else _("the exercise has no 'kind'. Add 'kind:'. {cure}")
    )
    return Flaw(("kind",), text, {"shown": quote(kind), "cure": cure(kind, KINDS)})
