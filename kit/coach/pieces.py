"""Pieces of words, as the encoder knows them: WordPiece over a fixed vocabulary, without a library."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, chain, pairwise

from kit.coach.text import PLAIN, Span

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST = 40
"""Characters of a word that are read; a longer one is unknown."""


@cache
def vocabulary() -> dict[str, int]:
    """Number of each piece; `##` marks those that don't begin a word."""
    lines = resources.files(__package__).joinpath("pieces.txt").read_text("utf-8").split()
    return {piece: number for number, piece in enumerate(lines)}


def pieces_of(text: str) -> list[int]:
    """The numbers of a text's pieces, without case and accents; never fails and takes linear time."""
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN).lower())
    bare = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    return [piece for word in _WORD.findall(bare) for piece in _pieces(word[: _LONGEST + 1])]


def pieces_in(text: str, spans: Iterable[Span]) -> list[tuple[int, int]]:
    """Which of a text's pieces stand in each of some spans, given in order: the first, and the first after them."""
    borders = pairwise(chain([0], *spans))
    counts = accumulate(len(pieces_of(text[first:last])) for first, last in borders)
    return list(zip(counts, counts, strict=True))


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[int, ...]:
    """The longest pieces that a word is made of, from its beginning."""
    known, found, start = vocabulary(), [], 0
    while start < len(word) <= _LONGEST:
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in known), None)
        if end is None:
            break
        found.append(known[mark + word[start:end]])
        start = end
    return tuple(found) if found and start == len(word) else (known["[UNK]"],)
