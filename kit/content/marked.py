"""YAML into plain data that remembers its lines. Reads bytes, never files; knows nothing of exercises.

Stricter than YAML on purpose: no anchors, aliases or tags (an alias can explode, a tag can name code), one
document, bounded depth and size. Only true, false, numbers and nothing aren't text: no dates, no octals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kit.content.fault import HIDDEN, Fault, Location, name_of, quote
from kit.content.syntax import explain
from kit.text import gettext as _

MAX_DEPTH = 20
MAX_VALUES = 20_000

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's parser in C where it was built, else the one in Python; both give the same events."""

_TRUE = re.compile("true|yes|on", re.IGNORECASE)
_FALSE = re.compile("false|no|off", re.IGNORECASE)
_NOTHING = re.compile("|~|null", re.IGNORECASE)
_WHOLE = re.compile("[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)


@dataclass
class Marked:
    """The content of a file.

    Attributes:
        data: The file's mapping, or None when there is none to be had.
        lines: Where each value of ``data`` begins; lines count from 1.
        typed: What stands in the file for each value that YAML took for something other than text.
        faults: What was wrong with the file as YAML.
    """

    data: dict[str, Any] | None = None
    lines: dict[Location, int] = field(default_factory=dict)
    typed: dict[Location, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, location: Location) -> int | None:
        """The line of the value there, or of the nearest thing around it when it is missing."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return None


class _UnreadableError(Exception):
    """Reading can't go on."""


def parse(path: Path, raw: bytes) -> Marked:
    """The content of a YAML file with its lines, and its faults. ``path`` is for the faults' text only."""
    marked = Marked()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = _("this line is not UTF-8 text.")
        fix = _("Save the file with the encoding UTF-8.")
        marked.faults.append(Fault(path, raw[: error.start].count(b"\n") + 1, what, fix))
        return marked
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    marked.faults.extend(_hidden_characters(path, text))
    # The hidden ones would stop the parser; without them the other faults show in the same run.
    visible = HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    try:
        _Reader(path, visible, marked).read()
    except _UnreadableError:
        marked.data = None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        marked.data = None
        line, what, fix = explain(error, visible.split("\n"))
        marked.faults.append(Fault(path, line, what, fix))
    return marked


def _hidden_characters(path: Path, text: str) -> Iterator[Fault]:
    if not HIDDEN.search(text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if found := HIDDEN.search(line):
            what = _("character {place} of the line is invisible ({name}).")
            fix = _("Delete it, or type the line again without copying.")
            yield Fault(path, number, what.format(place=found.start() + 1, name=name_of(found[0])), fix)


class _Reader:
    """Builds the data from the parser's events, so that nothing is nested or expanded unmeasured."""

    def __init__(self, path: Path, text: str, marked: Marked) -> None:
        self._path = path
        self._events = yaml.parse(text, Loader=LOADER)
        self._marked = marked
        self._count = 0

    def read(self) -> None:
        """Fill ``marked`` from the one document of the text."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise self._stop(None, _("the file is empty."), _("Copy an exercise that works, and change it."))
        first = next(self._events)
        data = self._value(first, ())
        next(self._events)
        if isinstance(after := next(self._events), yaml.DocumentStartEvent):
            what = _("a second document begins with '---'.")
            raise self._stop(after, what, _("Put each exercise into a file of its own."))
        if not isinstance(data, dict):
            what = _("the file doesn't begin with a key.")
            raise self._stop(first, what, _("Begin with 'kind: sort' and put every other key beneath it."))
        self._marked.data = data

    def _stop(self, event: yaml.Event | None, what: str, fix: str) -> _UnreadableError:
        """The exception to raise once the fault is noted."""
        self._note(event, what, fix)
        return _UnreadableError(what)

    def _note(self, event: yaml.Event | None, what: str, fix: str) -> None:
        line = event.start_mark.line + 1 if event else None
        self._marked.faults.append(Fault(self._path, line, what, fix))

    def _value(self, event: yaml.Event, location: Location) -> Any:
        self._measure(event, location)
        self._refuse_extras(event)
        self._marked.lines.setdefault(location, event.start_mark.line + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(location)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(location)
        if isinstance(event, yaml.AliasEvent):
            return f"*{event.anchor}"
        return self._scalar(event, location)

    def _measure(self, event: yaml.Event, location: Location) -> None:
        self._count += 1
        if self._count > MAX_VALUES:
            what = _("the file holds more than {limit} values.").format(limit=f"{MAX_VALUES:,}")
            raise self._stop(event, what, _("Split it into several exercises."))
        if len(location) > MAX_DEPTH:
            what = _("lists are nested more than {limit} deep.").format(limit=MAX_DEPTH)
            raise self._stop(event, what, _("Put a text that begins with '[' or '{' in quotes."))

    def _refuse_extras(self, event: yaml.Event) -> None:
        """Note an alias, an anchor or a tag."""
        fix = _("Write it out in full; put a text that begins with '*', '&' or '!' in quotes.")
        if isinstance(event, yaml.AliasEvent):
            self._note(event, _("{alias} is a YAML alias.").format(alias=quote(f"*{event.anchor}")), fix)
            return
        if event.anchor is not None:
            self._note(event, _("{anchor} is a YAML anchor.").format(anchor=quote(f"&{event.anchor}")), fix)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._note(event, _("{tag} is a YAML tag.").format(tag=quote(tag)), fix)

    def _mapping(self, location: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            line = event.start_mark.line + 1
            if key in mapping:
                what = _("the key {key} stands here again; it was on line {line} already.")
                first = self._marked.lines[(*location, key)]
                self._note(event, what.format(key=quote(key), line=first), _("Remove one of the two."))
                self._value(next(self._events), (*location, key, "again"))
                continue
            self._marked.lines[(*location, key)] = line
            mapping[key] = self._value(next(self._events), (*location, key))
        return mapping

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            what = _("a key must be a word, and here it is a list or has keys of its own.")
            raise self._stop(event, what, _("Put a text that begins with '[', '{' or '*' in quotes."))
        self._refuse_extras(event)
        return event.value

    def _sequence(self, location: Location) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*location, len(items))))
        return items

    def _scalar(self, event: yaml.ScalarEvent, location: Location) -> str | bool | int | float | None:
        is_plain = event.implicit[0] and event.tag is None
        value = _resolve(event.value) if is_plain else event.value
        if not isinstance(value, str):
            self._marked.typed[location] = event.value
        return value


def _resolve(text: str) -> str | bool | int | float | None:
    """What an unquoted text means."""
    if _NOTHING.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return _TRUE.fullmatch(text) is not None
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
