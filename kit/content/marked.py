"""YAML into plain data that remembers its lines. Reads bytes, never files; knows nothing of exercises.

Stricter than YAML on purpose: no anchors, aliases or tags (an alias can explode, a tag can name code), one
document, bounded depth and size. Only true, false, numbers and nothing aren't text: no dates, no octals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

import yaml

from kit.content.fault import HIDDEN, Location, name_of, quote
from kit.content.syntax import Explanation, UnreadableError, explain
from kit.text import gettext as _

MAX_DEPTH = 20
MAX_VALUES = 20_000

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's parser in C where it was built, else the one in Python; both give the same events."""

MEANINGS = (
    (re.compile("|~|null", re.IGNORECASE), lambda _text: None),
    (re.compile("true|yes|on", re.IGNORECASE), lambda _text: True),
    (re.compile("false|no|off", re.IGNORECASE), lambda _text: False),
    (re.compile("[-+]?[0-9]{1,18}"), int),
    (re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE), float),
)
"""What an unquoted text means that looks like this; any other is text."""

BEGINNING = re.compile(r"^[ \xa0-]*(\w+[ \xa0]*:[ \xa0])?", re.MULTILINE)
"""Where a space has a meaning: before the first word of a line, and around the colon of a key."""


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
    faults: list[Explanation] = field(default_factory=list)

    def line(self, location: Location) -> int | None:
        """The line of the value there, or of the nearest thing around it when it is missing."""
        around = (location[:length] for length in range(len(location), -1, -1))
        return next((self.lines[place] for place in around if place in self.lines), None)


def parse(raw: bytes) -> Marked:
    """The content of a YAML file with its lines, and its faults."""
    marked, visible = Marked(), ""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        marked.faults.extend(_hidden_characters(text))
        # The hidden ones would stop the parser; without them the other faults show in the same run.
        visible = HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
        # Word processors write spaces that don't break, and nobody sees the difference.
        visible = BEGINNING.sub(lambda found: found[0].replace("\xa0", " "), visible)
        marked.data = _Reader(visible, marked).read()
    except (UnreadableError, yaml.YAMLError, ValueError, OverflowError) as error:
        marked.faults.append(explain(error, visible.split("\n")))
    return marked


def _hidden_characters(content: str) -> Iterator[Explanation]:
    for number, line in enumerate(content.split("\n") if HIDDEN.search(content) else (), 1):
        if found := HIDDEN.search(line):
            text = _("character {place} of the line is invisible ({name}). Delete it, or type the line anew.")
            yield number, text.format(place=found.start() + 1, name=name_of(found[0]))


class _Reader:
    """Plain data from the parser's events, so that nothing is nested or expanded unmeasured."""

    def __init__(self, text: str, marked: Marked) -> None:
        self._events = iter(yaml.parse(text, LOADER))
        self._lines = [*text.split("\n"), ""]  # an empty value may end below the last line
        self._marked = marked
        self._count = 0

    def read(self) -> dict[str, Any]:
        """The mapping of the text's only document."""
        opening = list(islice(self._events, 3))  # of the stream, of the document, of its value
        if len(opening) < 3:
            raise UnreadableError(None, _("the file is empty. Copy an exercise that works, and change it."))
        if not isinstance(opening[2], yaml.MappingStartEvent):
            text = _(
                "the file doesn't begin with a key. Begin with 'kind: sort' and put other keys beneath it."
            )
            raise UnreadableError(_line(opening[2]), text)
        data = self._value(opening[2], ())
        if isinstance(after := list(islice(self._events, 2))[1], yaml.DocumentStartEvent):
            text = _("a second document begins with '---'. Put each exercise into its own file.")
            raise UnreadableError(_line(after), text)
        return data

    def _value(self, event: yaml.NodeEvent, location: Location) -> Any:
        """What begins with the event, read to its end; what we don't want of YAML is taken as plain text."""
        self._count += 1
        self._measure(event, len(location))
        self._refuse_extras(event)
        self._marked.lines.setdefault(location, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(location)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(entry, (*location, place)) for place, entry in enumerate(self._inside())]
        if isinstance(event, yaml.AliasEvent):
            return f"*{event.anchor}"
        self._refuse_swallowed(event)
        # Quoted texts and blocks have a style.
        meanings = (
            make(event.value) for looks, make in MEANINGS if not event.style and looks.fullmatch(event.value)
        )
        value = next(meanings, event.value)
        if not isinstance(value, str):
            self._marked.typed[location] = event.value
        return value

    def _inside(self) -> Iterator[yaml.Event]:
        """What begins inside the mapping or list that has just begun; whoever asks reads each to its end."""
        return takewhile(lambda event: not isinstance(event, yaml.CollectionEndEvent), self._events)

    def _mapping(self, location: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in self._inside():
            if isinstance(event, yaml.CollectionStartEvent):
                text = _("a key must be a word. Put a text that begins with '[', '{' or '*' in quotes.")
                raise UnreadableError(_line(event), text)
            self._refuse_extras(event)
            key = f"*{event.anchor}" if isinstance(event, yaml.AliasEvent) else event.value
            here = (*location, key)
            if key in mapping:
                text = _(
                    "the key {key} stands here again; it was on line {line} already. Remove one of the two."
                )
                words = {"key": quote(key), "line": self._marked.lines[here]}
                self._marked.faults.append((_line(event), text.format_map(words)))
                self._value(next(self._events), (*here, "again"))
            else:
                self._marked.lines[here] = _line(event)
                mapping[key] = self._value(next(self._events), here)
        return mapping

    def _measure(self, event: yaml.Event, depth: int) -> None:
        if self._count > MAX_VALUES:
            text = _("the file holds more than {limit} values. Split it into several exercises.")
            raise UnreadableError(_line(event), text.format(limit=f"{MAX_VALUES:,}"))
        if depth > MAX_DEPTH:
            text = _("lists are nested more than {limit} deep. Put a text that begins with '[' in quotes.")
            raise UnreadableError(_line(event), text.format(limit=MAX_DEPTH))

    def _refuse_extras(self, event: yaml.NodeEvent) -> None:
        """Note an alias, an anchor or a tag."""
        is_alias, tag = isinstance(event, yaml.AliasEvent), getattr(event, "tag", None)
        anchor = f"{'*' if is_alias else '&'}{event.anchor}" if event.anchor else ""
        for extra in filter(None, (anchor, tag)):
            shown = quote(extra.replace("tag:yaml.org,2002:", "!!"))
            text = _(
                "{extra} has a meaning of its own in YAML. "
                "Write it out in full; put a text that begins with '*', '&' or '!' in quotes."
            )
            self._marked.faults.append((_line(event), text.format(extra=shown)))

    def _refuse_swallowed(self, event: yaml.ScalarEvent) -> None:
        """Note the rest of a text that begins with '#', as in "Room #3": YAML drops it without a word."""
        rest = self._lines[event.end_mark.line][event.end_mark.column :]
        if not event.style and re.match(" +#[^ #]", rest):
            text = _(
                "{rest} isn't read, because '#' begins a comment. "
                "Put the whole text in quotes; if it is a comment, put a space after '#'."
            )
            self._marked.faults.append((event.end_mark.line + 1, text.format(rest=quote(rest))))


def _line(event: yaml.Event) -> int:
    """The line on which an event begins, counted from 1."""
    return event.start_mark.line + 1
