"""YAML into plain data that remembers its lines. Reads bytes, never files; knows nothing of exercises.

Stricter than YAML on purpose: no anchors, aliases or tags (an alias can explode, a tag can name code), one
document, bounded depth and size. Only true, false, numbers and nothing aren't text: no dates, no octals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.resolver import BaseResolver

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
        marked.data = _read(visible, marked)
    except (UnreadableError, yaml.YAMLError, ValueError, OverflowError) as error:
        marked.faults.append(explain(error, visible.split("\n")))
    return marked


def _hidden_characters(content: str) -> Iterator[Explanation]:
    for number, line in enumerate(content.split("\n") if HIDDEN.search(content) else (), 1):
        if found := HIDDEN.search(line):
            text = _("character {place} of the line is invisible ({name}). Delete it, or type the line anew.")
            yield number, text.format(place=found.start() + 1, name=name_of(found[0]))


def _read(text: str, marked: Marked) -> dict[str, Any]:
    """The text's mapping, its lines and small faults noted in ``marked``."""
    node = _Composer(text, marked.faults).get_single_node()
    if node is None:
        raise UnreadableError(None, _("the file is empty. Copy an exercise that works, and change it."))
    if not isinstance(node, yaml.MappingNode):
        what = _(
            "the file doesn't begin with a key. Begin with 'kind: sort' and put every other key beneath it."
        )
        raise UnreadableError(_line(node), what)
    return _value(node, (), marked)


class _Composer(Composer, BaseResolver):
    """Nodes from the parser's events, so that nothing is nested or expanded unmeasured."""

    def __init__(self, text: str, faults: list[Explanation]) -> None:
        Composer.__init__(self)
        BaseResolver.__init__(self)
        # The loader in C composes out of reach, so only its events are used.
        parser = LOADER(text)
        self.check_event, self.peek_event = parser.check_event, parser.peek_event
        self.get_event = parser.get_event
        self._faults = faults
        self._count = self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        """The next node; what we don't want of YAML is noted and taken as plain text."""
        event = self.peek_event()
        self._count += index is not None  # keys have none
        self._measure(event)
        self._refuse_extras(event)
        if isinstance(event, yaml.AliasEvent):
            self.get_event()
            return yaml.ScalarNode("", f"*{event.anchor}", event.start_mark, event.end_mark, style="'")
        event.anchor = event.tag = None
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _measure(self, event: yaml.Event) -> None:
        if self._count > MAX_VALUES:
            text = _("the file holds more than {limit} values. Split it into several exercises.")
            raise UnreadableError(_line(event), text.format(limit=f"{MAX_VALUES:,}"))
        if self._depth > MAX_DEPTH:
            text = _(
                "lists are nested more than {limit} deep. Put a text that begins with a bracket in quotes."
            )
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
            self._faults.append((_line(event), text.format(extra=shown)))


def _line(place: yaml.Event | yaml.Node) -> int:
    """The line on which an event or a node begins, counted from 1."""
    return place.start_mark.line + 1


def _value(node: yaml.Node, location: Location, marked: Marked) -> Any:
    """What the node means, its lines noted in ``marked``."""
    marked.lines.setdefault(location, _line(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, location, marked)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*location, place), marked) for place, item in enumerate(node.value)]
    # Quoted texts and blocks have a style.
    meanings = (
        make(node.value) for looks, make in MEANINGS if not node.style and looks.fullmatch(node.value)
    )
    value = next(meanings, node.value)
    if not isinstance(value, str):
        marked.typed[location] = node.value
    return value


def _mapping(node: yaml.MappingNode, location: Location, marked: Marked) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, here = key_node.value, (*location, key_node.value)
        if not isinstance(key, str):
            text = _(
                "a key must be a word, and here it is a list or has keys of its own. "
                "Put a text that begins with '[', '{' or '*' in quotes."
            )
            raise UnreadableError(_line(key_node), text)
        if key in mapping:
            text = _("the key {key} stands here again; it was on line {line} already. Remove one of the two.")
            marked.faults.append((_line(key_node), text.format(key=quote(key), line=marked.lines[here])))
            continue
        marked.lines[here] = _line(key_node)
        mapping[key] = _value(value_node, here, marked)
    return mapping
