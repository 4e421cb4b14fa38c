"""From the text as typed to plain lower-case words that know where they came from, and to clauses.

Every word keeps its offsets into the text exactly as given, so nothing may be removed from or replaced in the text
itself.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from kit.coach.lexicon import lexicon, word_list

Span = tuple[int, int]
"""Character offsets into the text as given, the end exclusive."""

# A word may hold apostrophes, combining marks, zero-width characters and soft hyphens; one pass, no nesting.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f"
_QUOTES = "'’‘ʼ＇`´"
_TOKEN = re.compile(rf"\d+(?:[.:,]\d+)*[^\W\d_]*|[^\W_][\w\u0300-\u036f{_INVISIBLE}{_QUOTES}]*|\n+|[^\w\s]")
PLAIN = str.maketrans({**dict.fromkeys(_QUOTES, "'"), **dict.fromkeys(_INVISIBLE, None)})
STOPS = frozenset({".", "!", "?", "…", "\n", "。", "！", "？"})
PAUSES = frozenset({",", ";", ":", "(", ")", "-", "–", "—", "/", "،"})
_CONTRACTED = {form: tuple(plain.split()) for form, plain in lexicon()["contracted"].items()}
_ENDINGS = lexicon()["endings"]
_IS_AFTER = word_list("is_after")
_JOINTS = word_list("joints")
CLAUSES = 16
"""Clauses that a text is split into at most; the last one holds the rest."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a text with their offsets; punctuation is kept as words of one character.

    Attributes:
        source: the text exactly as given.
        words: normal forms ("won't" gives "will" and "not").
        starts: offset of each word's first character in `source`.
        ends: offset after each word's last character.
    """

    source: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    @property
    def has_words(self) -> bool:
        """Whether there is anything but punctuation."""
        return any(word[0].isalnum() for word in self.words)

    def span(self, first: int, last: int) -> Span:
        """Where the words `first` to `last` (exclusive) stand."""
        return self.starts[first], self.ends[last - 1]

    def clauses(self) -> list[Span]:
        """Where each clause stands, in order: a clause begins at a sentence, a pause or a conjunction."""
        found, first = [], None
        for position, word in enumerate(self.words):
            is_border = word in STOPS or (word in PAUSES and not self._is_hyphen(position))
            if first is not None and (is_border or word in _JOINTS):
                found.append(self.span(first, position))
                first = None
            if first is None and word[0].isalnum():
                first = position
        if first is not None:
            found.append(self.span(first, len(self.words)))
        rest = [(found[CLAUSES - 1][0], found[-1][1])] if len(found) > CLAUSES else found[CLAUSES - 1 :]
        return found[: CLAUSES - 1] + rest

    def _is_hyphen(self, position: int) -> bool:
        """Whether a word is the sign in the middle of another, as in "mix-up"."""
        around = self.ends[:position][-1:], self.starts[position + 1 :][:1]
        return self.words[position] == "-" and around == ([self.starts[position]], [self.ends[position]])


def split(source: str) -> Text:
    """Split a text into words; never fails and takes linear time."""
    text = Text(source)
    for match in _TOKEN.finditer(source):
        for word in _forms(match[0]):
            text.words.append(word)
            text.starts.append(match.start())
            text.ends.append(match.end())
    return text


def _forms(raw: str) -> tuple[str, ...]:
    """Plain words for one token; most are one word."""
    if not raw.isascii() and raw[0].isalnum():
        raw = unicodedata.normalize("NFKC", raw.translate(PLAIN))
    word = raw.lower()
    if word[:1] == "\n":
        return ("\n",)
    if word.strip("'`"):
        return _contracted(word.replace("`", "'").strip("'"))
    return ()


def _contracted(word: str) -> tuple[str, ...]:
    if word in _CONTRACTED:
        return _CONTRACTED[word]
    if word.endswith("'s"):
        stem = word[:-2]
        return (stem, "is" if stem in _IS_AFTER else "'s") if stem else ("'s",)
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return (*_contracted(word[: -len(ending)]), full)
    return (word.replace("'", ""),) if word.strip("'") else ()
