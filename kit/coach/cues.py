"""Cues: short patterns of words that show a meaning, matched in one pass over a text.

Owns the cue language and the matcher.  A cue is words with spaces between them, where

    ask~       also stands for asks, asking, asked
    a|b        stands for either word
    word?      may be left out
    ..         stands for up to four words of the same sentence

All cues of a set share one trie, so that a text costs one walk however many cues there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kit.coach.lexicon import word_list
from kit.coach.text import PAUSES, STOPS, Text
from kit.errors import CoachError

GAP_WORDS = 4
NEGATORS = word_list("negators")
_SCOPE_WORDS = 5
_VOWELS = "aeiou"
# "pop" doubles its last letter, "mail" doesn't
_DOUBLING = re.compile(f".?[^{_VOWELS}][{_VOWELS}][^{_VOWELS}wxy]", re.DOTALL)
_WORDLESS = re.compile(r"(^|[\s|])[~|]|\|($|[\s?])")


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a text: word positions `first` to `last` (exclusive)."""

    name: str
    first: int
    last: int
    negated: bool


def inflect(verb: str) -> set[str]:
    """All regular forms of a verb or noun: "ask" gives ask, asks, asking, asked."""
    last, stem = verb[-1], verb
    if last == "y" and len(verb) > 2 and verb[-2] not in _VOWELS:
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    plural = verb + ("es" if last in "sxz" or verb.endswith(("ch", "sh")) else "s")
    if last == "e":
        stem = verb[:-1]
    elif _DOUBLING.fullmatch(verb):
        stem = verb + last
    return {verb, plural, stem + "ing", stem + "ed"}


class Cues:
    """A compiled set of cues.

    Args:
        patterns: cue name to its patterns.

    Raises:
        CoachError: a pattern has no word that must be there, begins or ends with a gap, lacks a word beside | or ~, or
            has angle brackets.
    """

    def __init__(self, patterns: Mapping[str, Iterable[str]]) -> None:
        self._root: dict = {}
        for name, listed in patterns.items():
            for pattern in listed:
                self._add(name, pattern)

    def _add(self, name: str, pattern: str) -> None:
        """Grow the trie by one pattern; an element with several forms branches."""
        elements = pattern.lower().replace("’", "'").split()
        needed = [element for element in elements if not _is_optional(element)]
        gapped = not needed or ".." in (elements[0], elements[-1])
        if gapped or _WORDLESS.search(pattern) or {"<", ">"} & set(pattern):
            raise CoachError(
                f"cue {pattern!r} of {name!r} must begin and end with a word, have one that can't be left out, one "
                "before every '~' and on both sides of every '|', and no '<' or '>'. Write the words that show it, "
                "such as 'our mistake' or 'sorry .. if'."
            )
        nodes = [self._root]
        for element in elements:
            optional = _is_optional(element)
            options = _options(element.removesuffix("?") if optional else element)
            grown = [node.setdefault(option, {}) for node in nodes for option in options]
            nodes = grown + nodes if optional else grown
        for node in nodes:
            names = node.setdefault("", [])
            if name not in names:
                names.append(name)

    def find(self, text: Text) -> list[Hit]:
        """All cues in a text, in order of their first word."""
        return [
            Hit(name, position, last, is_negated(text, position))
            for position in range(len(text.words))
            for name, last in self._ends(text.words, position)
        ]

    def _ends(self, words: list[str], first: int) -> dict[tuple[str, int], None]:
        """Each cue that begins at a word, with where it ends; the trie's depth bounds the walk."""
        found: dict[tuple[str, int], None] = {}
        waiting = [(self._root, first)]
        while waiting:
            node, position = waiting.pop()
            for name in node.get("", ()):
                found[name, position] = None
            if position >= len(words):
                continue
            if words[position] in node:
                waiting.append((node[words[position]], position + 1))
            if ".." in node:
                gap = node[".."]
                waiting += [(gap, place) for place in _gap_places(words, gap, position)]
        return found


def _is_optional(element: str) -> bool:
    return element.endswith("?") and len(element) > 1


def _options(element: str) -> set[str]:
    parts = element.split("|")
    return {form for part in parts for form in (inflect(part[:-1]) if part.endswith("~") else (part,))}


def _gap_places(words: list[str], gap: dict, position: int) -> Iterator[int]:
    """Where the words after a gap may stand: within a few words, in the same sentence."""
    for place in range(position, min(position + GAP_WORDS + 1, len(words))):
        if words[place] in gap:
            yield place
        if words[place] in STOPS:
            break


def is_negated(text: Text, first: int) -> bool:
    """Whether a negator stands shortly before a word, in the same clause."""
    for position in range(first - 1, max(first - 1 - _SCOPE_WORDS, -1), -1):
        word = text.words[position]
        if word in STOPS or word in PAUSES or word in ("but", "because", "so", "and"):
            return False
        if word in NEGATORS:
            return text.words[position + 1 : position + 2] != ["only"]
    return False
