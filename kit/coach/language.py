"""Whether a text is English enough to be judged: cheap, and in doubt it is.

The coach knows English only.  A text is taken for another language when most of its letters aren't
Latin, or when it has more function words of other languages than English ones.
"""

import unicodedata

from kit.coach.lexicon import word_list

_ENGLISH = word_list("english")
_OTHER = word_list("foreign")
_LEAST_WORDS = 2


def is_english(source: str, words: list[str]) -> bool:
    """Whether to judge a text as English.

    Args:
        source: the text as given.
        words: its plain lower-case words.
    """
    if not source.isascii() and not _is_latin(source[:2000]):
        return False
    distinct = {word for word in words[:400] if word[0].isalpha()}
    other, english = len(distinct & _OTHER), len(distinct & _ENGLISH)
    return other < _LEAST_WORDS or other <= english


def _is_latin(source: str) -> bool:
    letters = [char for char in source if char.isalpha()]
    latin = sum(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in letters)
    return latin * 2 >= len(letters)
