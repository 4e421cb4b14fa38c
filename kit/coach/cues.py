"""Cues: short patterns of words that show a meaning, matched in one pass over a text.

Owns the cue language and the matcher.  A cue is words with spaces between them, where

    send~      also stands for sends, sending, sent
    a|b        stands for either word
    word?      may be left out
    ..         stands for up to four words of the same sentence
    <class>    stands for any member of a word class of the lexicon

All cues share one trie, so that a text costs one walk however many cues there are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kit.coach.lexicon import word_list
from kit.coach.text import PAUSES, STOPS, Text
from kit.errors import CoachError

GAP_WORDS = 4
NEGATORS = word_list("negators")
NUMBERS = word_list("numbers")
_SCOPE_WORDS = 5
_VOWELS = "aeiou"
# "pop" doubles its last letter, "mail" doesn't
_DOUBLING = re.compile(f".?[^{_VOWELS}][{_VOWELS}][^{_VOWELS}wxy]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a text: word positions `first` to `last` (exclusive)."""

    name: str
    first: int
    last: int
    negated: bool


def inflect(verb: str, irregular: Mapping[str, list[str]]) -> set[str]:
    """All forms of a verb or noun: "send" gives send, sends, sending, sent."""
    forms = {verb, *irregular.get(verb, ())}
    last, stem = verb[-1], verb
    if last == "y" and len(verb) > 2 and verb[-2] not in _VOWELS:
        return forms | {verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    forms.add(verb + ("es" if last in "sxz" or verb.endswith(("ch", "sh")) else "s"))
    if last == "e":
        stem = verb[:-1]
    elif _DOUBLING.fullmatch(verb):
        stem = verb + last
    return forms | {stem + "ing", stem + "ed"}


class Cues:
    """A compiled set of cues.

    Args:
        patterns: cue name to its patterns.
        classes: names of the word classes that a pattern may use; `num` and `time` are always there.
        irregular: verb to its irregular forms.

    Raises:
        CoachError: a pattern is empty or names a class that doesn't exist.
    """

    def __init__(
        self,
        patterns: Mapping[str, Iterable[str]],
        classes: Iterable[str] = (),
        irregular: Mapping[str, list[str]] | None = None,
    ) -> None:
        self._irregular = irregular or {}
        self._classes = {*classes, "num", "time"}
        self._root: dict = {}
        self.words: set[str] = set()
        for name, listed in patterns.items():
            for pattern in listed:
                self._add(name, pattern)

    def _add(self, name: str, pattern: str) -> None:
        """Grow the trie by one pattern; an element with several forms branches."""
        elements = pattern.lower().replace("’", "'").split()
        if not elements or elements[0] == ".." or elements[-1] == "..":
            raise CoachError(
                f"cue {pattern!r} of {name!r} must begin and end with a word. Write the words that "
                "show it, such as 'our mistake' or 'sorry .. if'."
            )
        nodes = [self._root]
        for element in elements:
            optional = element.endswith("?") and len(element) > 1
            options = self._options(element.removesuffix("?") if optional else element, name, pattern)
            grown = [node.setdefault(option, {}) for node in nodes for option in options]
            nodes = grown + nodes if optional else grown
        for node in nodes:
            names = node.setdefault("", [])
            if name not in names:
                names.append(name)

    def _options(self, element: str, name: str, pattern: str) -> set[str]:
        options: set[str] = set()
        for part in element.split("|"):
            if part.startswith("<") and part.endswith(">"):
                if part[1:-1] not in self._classes:
                    raise CoachError(f"cue {pattern!r} of {name!r} names the unknown word class {part!r}.")
                options.add(part)
            elif part.endswith("~"):
                options |= inflect(part[:-1], self._irregular)
            else:
                options.add(part)
        self.words |= {option for option in options if option.isalpha()}
        return options

    def find(self, text: Text) -> list[Hit]:
        """All cues in a text, in order of their first word."""
        hits = []
        for position in range(len(text.words)):
            ends = self.ends(text, position)
            if ends:
                negated = is_negated(text, position)
                hits += [Hit(name, position, last, negated) for name, last in ends]
        return hits

    def ends(self, text: Text, first: int) -> dict[tuple[str, int], None]:
        """Each cue that begins at a word, with where it ends; the trie's depth bounds the walk."""
        found: dict[tuple[str, int], None] = {}
        words, classes, count = text.words, text.classes, len(text.words)
        waiting = [(self._root, first)]
        while waiting:
            node, position = waiting.pop()
            for name in node.get("", ()):
                found[name, position] = None
            if position >= count:
                continue
            if words[position] in node:
                waiting.append((node[words[position]], position + 1))
            for label, last in classes[position]:
                if label in node:
                    waiting.append((node[label], last))
            if ".." in node:
                gap = node[".."]
                waiting += [(gap, place) for place in _gap_places(text, gap, position)]
        return found


def _gap_places(text: Text, gap: dict, position: int) -> Iterator[int]:
    """Where the words after a gap may stand: within a few words, in the same sentence."""
    for place in range(position, min(position + GAP_WORDS + 1, len(text.words))):
        if text.words[place] in gap or any(label in gap for label, _ in text.classes[place]):
            yield place
        if text.words[place] in STOPS:
            break


def classify(text: Text, classes: Cues) -> None:
    """Put the word classes that begin at each word into a text, numbers and times of day too."""
    for position, word in enumerate(text.words):
        here = [(f"<{name}>", last) for name, last in classes.ends(text, position)]
        if word[0].isdigit() or word in NUMBERS:
            here.append(("<num>", position + 1))
            if ":" in word or word.endswith(("am", "pm")) or ("." in word and len(word) > 3):
                here.append(("<time>", position + 1))
        text.classes[position] = here


def is_negated(text: Text, first: int) -> bool:
    """Whether a negator stands shortly before a word, in the same clause."""
    for position in range(first - 1, max(first - 1 - _SCOPE_WORDS, -1), -1):
        word = text.words[position]
        if word in STOPS or word in PAUSES or word in ("but", "because", "so", "and"):
            return False
        if word in NEGATORS:
            return text.words[position + 1 : position + 2] != ["only"]
    return False
