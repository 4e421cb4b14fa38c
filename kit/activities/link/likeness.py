"""When two needs may say the same: equal but for their form, or near. What the facilitator says is not known here."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from kit.text import gettext as _

CLOSE = 80
"""From this likeness on (of 100) two needs are read word by word, whether they are near."""

MISTYPED = 75
"""From this likeness on two words may be one that was mistyped or inflected."""

TELLING = frozenset(("no", "not", "never", "none", "without", "nobody", "nothing", "except", "unless"))
"""Words that turn a need around, so that no two needs are near when one of them alone has one."""

REMEMBERED = 1024
"""So many links are compared once for every draw; their texts seldom change."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """The predicted needs of a link (rows) beside the stated ones (columns).

    Attributes:
        scores: How alike, 0 to 100.
        equal: Whether they are the same but for articles, capitals, signs and plural.
        near: Whether they are the same but for a mistyped word, or one that the other leaves out.
    """

    scores: "np.ndarray[Any, Any]"
    equal: "np.ndarray[Any, Any]"
    near: "np.ndarray[Any, Any]"


def bare(text: str) -> str:
    """A need without capitals, signs, articles and plural: what is equal is the same need."""
    # The articles of the session's language; a translator writes all of them in one line.
    return _bare(text, _("a an the"))


@lru_cache(maxsize=16384)
def _bare(text: str, articles: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(c if c.isalnum() else "" if c in "'’" else " " for c in folded).split()
    kept = (_singular(word) for word in words if word not in articles.split())
    return " ".join(kept) or " ".join(words) or folded


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ses", "xes", "zes", "ches", "shes")) else word[:-1]


@lru_cache(maxsize=REMEMBERED)
def likeness(predicted: tuple[str, ...], stated: tuple[str, ...]) -> Likeness:
    """How alike the bare needs of both sides are."""
    from rapidfuzz import fuzz, process  # deferred: phones of other exercises never need it

    scores = process.cdist(predicted, stated, scorer=fuzz.token_sort_ratio, dtype=np.uint8)
    equal = np.array(predicted, dtype=object)[:, None] == np.array(stated, dtype=object)
    near = np.zeros_like(equal)
    for one, other in np.argwhere((scores >= CLOSE) & ~equal).tolist():
        near[one, other] = is_near(predicted[one], stated[other])
    return Likeness(scores, equal, near)


def is_near(one: str, other: str) -> bool:
    """Whether bare needs differ by mistyped words alone, or by words that only one of them adds.

    A number and a word such as “without” make another need of it.
    """
    from rapidfuzz import fuzz

    words, others = one.split(), other.split()
    mine, theirs = ([word for word in a if word not in b] for a, b in ((words, others), (others, words)))
    if any(word in TELLING or any(map(str.isdigit, word)) for word in (*mine, *theirs)):
        return False
    few, many = sorted((mine, theirs), key=len)
    return all(max(fuzz.ratio(word, with_it) for with_it in many) >= MISTYPED for word in few)
