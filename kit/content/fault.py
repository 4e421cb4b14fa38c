"""What is wrong with a piece of content, in plain words. Knows nothing of YAML or any kind of exercise."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.text import gettext as _

Location = tuple[str | int, ...]
"""The way to a value inside nested data: ``("cards", 3, "answer")``."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that nobody sees and that break or reverse a text: controls, separators, direction overrides.

Tab and line feed are fine, and so are the joiners inside emoji and the plain marks of right-to-left scripts.
"""

MAX_QUOTED_CHARACTERS = 60


@dataclass(frozen=True)
class Flaw:
    """One thing wrong at a place in the data.

    Attributes:
        text: A sentence that quotes the value and ends with what to do about it. ``{it}`` stands for the place of
            the value, ``{key}`` for its key, ``{owner}`` for the part around it, ``{shown}`` for the value in quotes.
        words: What else stands in braces there.
    """

    location: Location
    text: str
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file. ``line`` counts from 1; None when the fault is the whole file's."""

    path: Path
    line: int | None
    text: str

    def __str__(self) -> str:
        """The fault on one line: where, what, how to fix."""
        sentence = _("{path}: {text}") if self.line is None else _("{path}, line {line}: {text}")
        return sentence.format(**vars(self))


def quote(value: str) -> str:
    """The value in quotes, on one line, shortened, with every hidden character spelled out."""
    line = " ".join(HIDDEN.sub(lambda match: name_of(match[0]), value[: 2 * MAX_QUOTED_CHARACTERS]).split())
    shown = line if len(line) <= MAX_QUOTED_CHARACTERS else line[: MAX_QUOTED_CHARACTERS - 1].rstrip() + "…"
    return f"'{shown}'"


def name_of(character: str) -> str:
    """The name that says which character it is when it can't be seen: ``U+202E``."""
    return f"U+{ord(character):04X}"


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that the word was probably meant to be, or None."""
    return next(iter(difflib.get_close_matches(word[:100], list(options)[:100], n=1)), None)


def cure(named: str, known: Collection[str]) -> str:
    """How to mend a name that isn't one of the known: the one that was probably meant, or all of them."""
    if meant := nearest(named, known):
        return _("Did you mean {meant}?").format(meant=quote(meant))
    return _("Use one of: {known}.").format(known=", ".join(quote(name)[1:-1] for name in list(known)[:20]))
