"""From the text as typed to plain lower-case words that know where they came from.

Owns tokens, contractions, chat spellings and typos.  Every word keeps its offsets into the text
exactly as given, so nothing may be removed from or replaced in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

# A word may hold apostrophes, combining marks, zero-width characters and soft hyphens; one pass, no nesting.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f"
_QUOTES = "'’‘ʼ＇`´"
_TOKEN = re.compile(rf"\d+(?:[.:,]\d+)*[^\W\d_]*|[^\W_][\w\u0300-\u036f{_INVISIBLE}{_QUOTES}]*|\n+|[^\w\s]")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_PLAIN = str.maketrans({**dict.fromkeys(_QUOTES, "'"), **dict.fromkeys(_INVISIBLE, None)})
STOPS = frozenset({".", "!", "?", "…", "\n", "。", "！", "？"})
PAUSES = frozenset({",", ";", ":", "(", ")", "-", "–", "—", "/", "،"})
_DOUBLE_QUOTES = frozenset('"“”«»„')

_CONTRACTED = {
    "won't": ("will", "not"),
    "can't": ("can", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "cannot": ("can", "not"),
    "let's": ("let", "us"),
    "y'all": ("you",),
    "c'mon": ("come", "on"),
    "ma'am": ("madam",),
    "o'clock": ("oclock",),
}
_ENDINGS = {"n't": "not", "'ll": "will", "'ve": "have", "'re": "are", "'d": "would", "'m": "am"}
_IS_AFTER = frozenset(
    """it that there here he she what who where how this everything nobody everyone everybody one
    someone""".split()
)


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a text with their offsets; punctuation is kept as words of one character.

    Attributes:
        source: the text exactly as given.
        words: normal forms ("won't" gives "will" and "not").
        starts: offset of each word's first character in `source`.
        ends: offset after each word's last character.
        sentences: number of the sentence each word stands in.
        quoted: whether a word stands between double quotes.
    """

    source: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)


def split(source: str, spell: Callable[[str], tuple[str, ...]]) -> Text:
    """Split a text into words; never fails and takes linear time.

    Args:
        source: any string.
        spell: gives the plain words for a lower-case form ("u" gives "you").
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(source):
        raw, start, end = match[0], match.start(), match.end()
        if raw == "-" and _HYPHEN.match(source, start):
            continue  # "mix-up" reads as "mix up"
        for word in _forms(raw, spell):
            words.append(word)
            starts.append(start)
            ends.append(end)
    text = Text(source, words, starts, ends)
    _mark(text)
    return text


def _forms(raw: str, spell: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Plain words for one token; most are one word that is spelt as expected."""
    if not raw.isascii():
        raw = unicodedata.normalize("NFKC", raw.translate(_PLAIN))
        if not raw.strip():
            return ()
    word = raw.lower()
    if "'" in word or "`" in word:
        return _contracted(word.replace("`", "'").strip("'"), spell)
    if word[0] == "\n":
        return ("\n",)
    return spell(word)


def _contracted(word: str, spell: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    if word in _CONTRACTED:
        return _CONTRACTED[word]
    if word.endswith("'s"):
        stem = word[:-2]
        return (stem, "is" if stem in _IS_AFTER else "'s") if stem else ("'s",)
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return (*_contracted(word[: -len(ending)], spell), full)
    return spell(word.replace("'", "")) if word else ()


def _mark(text: Text) -> None:
    """Number the sentences and mark what stands between double quotes."""
    sentence, inside = 0, False
    for word in text.words:
        if word in _DOUBLE_QUOTES:
            inside = not inside
        text.sentences.append(sentence)
        text.quoted.append(inside)
        if word in STOPS:
            sentence += 1


def edits(word: str) -> set[str]:
    """The word itself and each form with one letter left out: two words a typo apart share one."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
