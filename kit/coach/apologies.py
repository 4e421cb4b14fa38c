"""Apologies: what each one is for, and whether it is taken back.

"Sorry we kept you" is real, "sorry you feel that way" and "sorry if" are not, and "sorry, but" is
taken back unless the "but" introduces help.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit.coach.cues import Hit, is_negated
from kit.coach.text import STOPS, Text

_BUTS = frozenset({"but", "however", "yet", "nevertheless", "nonetheless", "still"})
_LINKS = frozenset(
    {"that", "to", "hear", "learn", "read", "see", "know", "for", "about", "of", "because", "how", "was"}
)
_YOU = frozenset({"you", "your", "yours"})
_CLAUSE_WORDS = 12
_HELP_CUES = frozenset({"help_will", "help_doing", "help_done", "help_offer", "way_forward"})
_HELPERS = frozenset({"can", "will", "have", "could", "am", "are", "shall", "would"})


@dataclass(frozen=True, slots=True)
class Apology:
    """An apology at the words `first` to `last` (exclusive).

    Attributes:
        kind: "real", "bare" (nothing named), "if", "any" (inconvenience), "feeling" (the customer's).
        turn: position of the "but" that follows it, or -1.
        helps: whether that "but" introduces help.
    """

    first: int
    last: int
    kind: str
    turn: int = -1
    helps: bool = False

    @property
    def is_taken_back(self) -> bool:
        """Whether a "but" without help follows."""
        return self.turn >= 0 and not self.helps

    @property
    def is_real(self) -> bool:
        """Whether it is ours and stands."""
        return self.kind in ("real", "bare") and not self.is_taken_back


def find_apologies(text: Text, classes: list[list[tuple[str, int]]], hits: list[Hit]) -> list[Apology]:
    """All apologies of the speaker's in order."""
    found: list[Apology] = []
    helping = {hit.first for hit in hits if hit.name in _HELP_CUES and not hit.negated}
    for position, here in enumerate(classes):
        lasts = [last for name, last in here if name == "<apol>"]
        if not lasts or (found and position < found[-1].last) or _is_not_ours(text, position):
            continue
        last = max(lasts)
        kind = _kind(text, classes, position, last)
        turn = _turn(text, last)
        found.append(Apology(position, last, kind, turn, turn >= 0 and _helps(text, classes, helping, turn)))
    return found


def _is_not_ours(text: Text, first: int) -> bool:
    before = text.words[max(first - 4, 0) : first]
    return (
        is_negated(text, first)
        or ("you" in before[-2:] and "owe" not in before and "owed" not in before)
        or ("to" in before[-1:] and "need" in before)
    )


def _kind(text: Text, classes: list[list[tuple[str, int]]], first: int, last: int) -> str:
    """What the apology is for, from the words that follow it."""
    words = text.words
    position = last
    while position < len(words) and (_has(classes, position, "<soft>") or words[position] in ", !"):
        position += 1
    if "if" in words[max(first - 12, 0) : first] and words[first - 1] in (",", "i", "we"):
        return "if"
    if position >= len(words) or words[position] in STOPS or words[position] in _BUTS:
        return "bare"
    following = words[position : position + 5]
    if "if" in following[:3] or (following[0] in ("should", "in") and "case" in [*following[:2], "should"]):
        return "if"
    return _kind_of_object(text, classes, position)


def _kind_of_object(text: Text, classes: list[list[tuple[str, int]]], position: int) -> str:
    words, last = text.words, position
    while last < len(words) and words[last] in _LINKS:
        last += 1
    if last < len(words) and words[last] in _YOU | {"it", "this"}:
        feels = any(_has(classes, i, "<feel>") for i in range(last + 1, _limit(words, last + 1, 6)))
        waits = any(_has(classes, i, "<late>") for i in range(last + 1, _limit(words, last + 1, 6)))
        if feels and not waits and words[last] in _YOU:
            return "feeling"
    end = _limit(words, position, 6)
    ours = any(word in ("we", "our", "us", "my", "i") for word in words[position : end + 3])
    blurred = any(_has(classes, i, "<blurnoun>") for i in range(position, end))
    if (blurred or words[last : last + 1] in (["any"], ["whatever"])) and not ours:
        return "any"
    return "real"


def _limit(words: list[str], first: int, count: int) -> int:
    """End of the next few words of the same sentence."""
    for position in range(first, min(first + count, len(words))):
        if words[position] in STOPS:
            return position
    return min(first + count, len(words))


def _turn(text: Text, last: int) -> int:
    """Position of a "but" that takes the apology back: in its sentence, or opening the next one."""
    words = text.words
    for position in range(last, min(last + 30, len(words))):
        if words[position] in STOPS:
            following = words[position + 1 : position + 2]
            return position + 1 if following and following[0] in ("but", "however") else -1
        if words[position] in ("but", "however") or _opens_reservation(words, position):
            return position
    return -1


def _opens_reservation(words: list[str], position: int) -> bool:
    """Whether "though", "although" or "only" begins a clause, as in "apologies, though you did ..."."""
    if words[position] not in ("though", "although", "only") or position + 2 >= len(words):
        return False
    if words[position] != "although" and words[position - 1] != ",":
        return False
    return words[position + 1][0].isalpha() and words[position + 2] not in STOPS


def _helps(text: Text, classes: list[list[tuple[str, int]]], helping: set[int], turn: int) -> bool:
    """Whether what follows a "but" is something that will be done."""
    end = _limit(text.words, turn + 1, _CLAUSE_WORDS)
    if any(_has(classes, position, "<refuse>") for position in range(turn, min(turn + 6, end))):
        return False
    following = text.words[turn + 1 : turn + 4]
    if following[:1] in (["i"], ["we"]) and following[1:2] and following[1] in _HELPERS:
        return any(position in helping for position in range(turn + 1, min(turn + 5, end)))
    return any(position in helping for position in range(turn + 1, min(turn + 4, end)))


def _has(classes: list[list[tuple[str, int]]], position: int, name: str) -> bool:
    return position < len(classes) and any(found == name for found, _ in classes[position])
