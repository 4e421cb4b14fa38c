"""From the text as typed to plain lower-case words that know where they came from.

Owns tokens, contractions, chat spellings and typos.  Every word keeps its offsets into the text
exactly as given, so nothing may be removed from or replaced in the text itself.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kit.coach.lexicon import lexicon, spelt_out, word_list

# A word may hold apostrophes, combining marks, zero-width characters and soft hyphens; one pass, no nesting.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f"
_QUOTES = "'’‘ʼ＇`´"
_TOKEN = re.compile(rf"\d+(?:[.:,]\d+)*[^\W\d_]*|[^\W_][\w\u0300-\u036f{_INVISIBLE}{_QUOTES}]*|\n+|[^\w\s]")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_PLAIN = str.maketrans({**dict.fromkeys(_QUOTES, "'"), **dict.fromkeys(_INVISIBLE, None)})
STOPS = frozenset({".", "!", "?", "…", "\n", "。", "！", "？"})
PAUSES = frozenset({",", ";", ":", "(", ")", "-", "–", "—", "/", "،"})
_DOUBLE_QUOTES = frozenset('"“”«»„')

_CONTRACTED = spelt_out("contracted")
_ENDINGS = lexicon()["endings"]
_IS_AFTER = word_list("is_after")
_TYPO_LENGTH = 6
_AMERICAN = re.compile(r"(?<=[a-z]{3})iz(?=e$|es$|ed$|ing$|ation$|ations$|er$)")


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
        classes: the word classes that begin at each word, as "<name>", with the position after their last word.
    """

    source: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    classes: list[list[tuple[str, int]]] = field(default_factory=list)

    def has(self, name: str, first: int, last: int = 0) -> bool:
        """Whether a class begins at a word, or at one of the words `first` to `last` (exclusive)."""
        for here in self.classes[first : last or first + 1]:
            for found, _ in here:
                if found == name:
                    return True
        return False

    def limit(self, first: int, count: int) -> int:
        """End of the next few words of the same sentence."""
        for position in range(first, min(first + count, len(self.words))):
            if self.words[position] in STOPS:
                return position
        return min(first + count, len(self.words))


def split(source: str, spell: Callable[[str], tuple[str, ...]]) -> Text:
    """Split a text into words; never fails and takes linear time.

    Args:
        source: any string.
        spell: gives the plain words for a lower-case form ("u" gives "you").
    """
    text, sentence, inside = Text(source), 0, False
    for match in _TOKEN.finditer(source):
        raw, start, end = match[0], match.start(), match.end()
        if raw == "-" and _HYPHEN.match(source, start):
            continue  # "mix-up" reads as "mix up"
        for word in _forms(raw, spell):
            inside ^= word in _DOUBLE_QUOTES
            text.words.append(word)
            text.starts.append(start)
            text.ends.append(end)
            text.sentences.append(sentence)
            text.quoted.append(inside)
            text.classes.append([])
            sentence += word in STOPS
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


class Speller:
    """Turns a typed word into plain ones: chat spellings, American -ize, a single typo.

    Args:
        vocabulary: the words that a typo may stand for.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._spelling = spelt_out("spelling")
        self._known = word_list("known").union(vocabulary)
        self._nearby: dict[str, str] = {}
        for word in sorted(vocabulary):
            if len(word) >= _TYPO_LENGTH:
                for form in _edits(word):
                    self._nearby.setdefault(form, word)

    def spell(self, word: str) -> tuple[str, ...]:
        """Plain words for a lower-case form."""
        if word in self._spelling:
            return self._spelling[word]
        if word in self._known:
            return (word,)
        if "iz" in word:
            word = _AMERICAN.sub("is", word)
        if _TYPO_LENGTH - 1 <= len(word) <= 20 and word not in self._known and word.isalpha():
            return (self._correct(word),)
        return (word,)

    def _correct(self, word: str) -> str:
        """The vocabulary's word that differs by one letter left out, put in or moved, else the word itself."""
        for form in (word, *sorted(_edits(word))):
            near = self._nearby.get(form)
            if near and near[0] == word[0] and _is_slip(word, near):
                return near
        return word


def _is_slip(word: str, near: str) -> bool:
    """Letters swapped, left out or doubled; another letter in their place is more often another word."""
    if len(word) == len(near):
        return sorted(word) == sorted(near)
    return near[-1] == word[-1] and abs(len(word) - len(near)) == 1 and len(near) > _TYPO_LENGTH


def _edits(word: str) -> set[str]:
    """The word itself and each form with one letter left out: two words a typo apart share one."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
