"""Cues: short patterns of words that show a meaning, as regular expressions over plain words.

A cue is words with spaces between them, where

    ask~       also stands for asks, asking, asked
    a|b        stands for either word
    word?      may be left out
    ..         stands for up to four words of the same sentence
"""

import re
from collections.abc import Iterable

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
_GAP = rf"(?:(?![{''.join(STOPS)}] )\S+ ){{0,{GAP_WORDS}}}"


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


def compiled(name: str, cues: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the cues of that name in a text.

    Raises:
        CoachError: a cue has no word that must be there, begins or ends with a gap, lacks a word beside | or ~, or has
            angle brackets.
    """
    return re.compile(rf"(?<!\S)(?=({'|'.join(_pattern(name, cue) for cue in cues)}))")


def words_found(pattern: re.Pattern[str], text: Text) -> tuple[int, int] | None:
    """The first words that match, the last one exclusive; what is denied doesn't count."""
    plain = "".join(f"{word} " for word in text.words)
    for found in pattern.finditer(plain):
        first, last = (plain.count(" ", 0, place) for place in found.span(1))
        if not is_negated(text, first):
            return first, last
    return None


def _pattern(name: str, cue: str) -> str:
    elements = cue.lower().replace("’", "'").split()
    needed = [element for element in elements if element != ".." and not _is_optional(element)]
    gapped = not needed or ".." in (elements[0], elements[-1])
    if gapped or _WORDLESS.search(cue) or {"<", ">"} & set(cue):
        raise CoachError(
            f"cue {cue!r} of {name!r} must begin and end with a word, have one that can't be left out, one "
            "before every '~' and on both sides of every '|', and no '<' or '>'. Write the words that show it, "
            "such as 'our mistake' or 'sorry .. if'."
        )
    return "".join(map(_element, elements))


def _is_optional(element: str) -> bool:
    return element.endswith("?") and len(element) > 1


def _element(element: str) -> str:
    if element == "..":
        return _GAP
    optional = _is_optional(element)
    parts = (element[:-1] if optional else element).split("|")
    forms = [form for part in parts for form in (inflect(part[:-1]) if part.endswith("~") else (part,))]
    return f"(?:(?:{'|'.join(map(re.escape, forms))}) ){'?' if optional else ''}"


def is_negated(text: Text, first: int) -> bool:
    """Whether a negator stands shortly before a word, in the same clause."""
    for position in range(first - 1, max(first - 1 - _SCOPE_WORDS, -1), -1):
        word = text.words[position]
        if word in STOPS or word in PAUSES or word in ("but", "because", "so", "and"):
            return False
        if word in NEGATORS:
            return text.words[position + 1 : position + 2] != ["only"]
    return False
