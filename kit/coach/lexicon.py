"""The lexicon as the coach uses it: word classes, cues and spellings from `lexicon.toml`, read once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from kit.coach.cues import Cues
from kit.coach.text import edits

_TYPO_LENGTH = 6
_AMERICAN = re.compile(r"(?<=[a-z]{3})iz(?=e$|es$|ed$|ing$|ation$|ations$|er$)")


class Lexicon:
    """Compiled cues plus the speller that turns a typed word into plain ones."""

    def __init__(self, data: dict[str, dict[str, str]]) -> None:
        self._spelling = {typed: tuple(plain.split()) for typed, plain in data["spelling"].items()}
        self.cues = Cues(
            {name: entries(members) for name, members in data["classes"].items()},
            {name: entries(patterns) for name, patterns in data["cues"].items()},
            {verb: entries(forms) for verb, forms in data["irregular"].items()},
        )
        self._known = self.cues.words | set(data["words"]["known"].split())
        self._nearby: dict[str, str] = {}
        for word in sorted(self.cues.words):
            if len(word) >= _TYPO_LENGTH:
                for form in edits(word):
                    self._nearby.setdefault(form, word)

    def spell(self, word: str) -> tuple[str, ...]:
        """Plain words for a lower-case form: chat spellings, American -ize, a single typo."""
        plain = self._spelling.get(word)
        if plain is not None:
            return plain
        if word in self._known:
            return (word,)
        if "iz" in word:
            word = _AMERICAN.sub("is", word)
        if _TYPO_LENGTH - 1 <= len(word) <= 20 and word not in self._known and word.isalpha():
            return (self._correct(word),)
        return (word,)

    def _correct(self, word: str) -> str:
        """The lexicon's word that differs by one letter left out, put in or moved, else the word itself."""
        for form in (word, *sorted(edits(word))):
            near = self._nearby.get(form)
            if near and near[0] == word[0] and _is_slip(word, near):
                return near
        return word


def _is_slip(word: str, near: str) -> bool:
    """Letters swapped, left out or doubled; another letter in their place is more often another word."""
    if len(word) == len(near):
        return sorted(word) == sorted(near)
    return near[-1] == word[-1] and abs(len(word) - len(near)) == 1 and len(near) > _TYPO_LENGTH


def entries(listing: str) -> list[str]:
    """Members of a comma-separated listing."""
    return [" ".join(entry.split()) for entry in listing.split(",") if entry.strip()]


@cache
def lexicon() -> Lexicon:
    """The coach's lexicon; the first call reads the file, later ones don't."""
    source = resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8")
    return Lexicon(tomllib.loads(source))
