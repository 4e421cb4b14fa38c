"""What people type, as it is kept: on one line, without what can't be seen, of bounded length; and what they choose."""

import unicodedata
from collections.abc import Collection

from kit.errors import ResponseError
from kit.text import gettext as _

MOST_CHARACTERS = 10_000
"""Nobody types more; what comes after isn't looked at."""

_DIRECTION_MARKS = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def on_one_line(typed: str) -> str:
    """The text on one line, without control characters and direction marks."""
    # Joiners stay: scripts and emoji need them. Direction marks and lone surrogates would spoil other texts.
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in typed[:MOST_CHARACTERS])
    return " ".join("".join(c for c in kept if unicodedata.bidirectional(c) not in _DIRECTION_MARKS).split())


def is_readable(text: str) -> bool:
    """Whether there is anything in it that can be seen."""
    return any(unicodedata.category(c)[0] not in "CZ" for c in text)


def clean_line(typed: str, longest: int) -> str:
    """A short text as it is kept: on one line, readable, of at most so many characters.

    Raises:
        ResponseError: Nothing is left to read, or it is too long.
    """
    if text := line_or_nothing(typed, longest):
        return text
    text = _("There is nothing to read in “{typed}”. Please write a few words.")
    raise ResponseError(text.format(typed=on_one_line(typed)[:20]))


def line_or_nothing(typed: str, longest: int) -> str:
    """A short text as it is kept; nothing where nothing is left to read, as where a text was taken back.

    Raises:
        ResponseError: It is too long.
    """
    line = on_one_line(typed)
    if not is_readable(line):
        return ""
    if len(line) > longest:
        text = _("“{start}…” has {length} characters. Please keep it to {limit}.")
        raise ResponseError(text.format(start=line[:20], length=len(line), limit=longest))
    return line


def one_of(value: str, known: Collection[str]) -> str:
    """The value itself.

    Raises:
        ResponseError: It isn't among the known.
    """
    if value not in known:
        text = _("“{value}” can't be chosen here. Use one of: {known}.")
        raise ResponseError(text.format(value=value[:60], known=", ".join(known)))
    return value
