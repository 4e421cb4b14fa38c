"""Apologies: what each one is for, and whether it is taken back.

"Sorry we kept you" is real, "sorry you feel that way" and "sorry if" are not, and "sorry, but" is
taken back unless the "but" introduces help.
"""

from dataclasses import dataclass

from kit.coach.cues import Hit, is_negated
from kit.coach.lexicon import word_list
from kit.coach.text import STOPS, Text

_BUTS = word_list("buts")
_LINKS = word_list("links")
_HELPERS = word_list("helpers")
_HELPING = word_list("helping")
_CLAUSE_WORDS = 12
_OBJECT_WORDS = 6
HOLLOW = ("if", "any", "feeling")
"""The kinds of apologies that are none."""


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


def find_apologies(text: Text, hits: list[Hit]) -> list[Apology]:
    """All apologies of the speaker's in order."""
    found: list[Apology] = []
    helping = {hit.first for hit in hits if hit.name in _HELPING and not hit.negated}
    for position, here in enumerate(text.classes):
        lasts = [last for name, last in here if name == "<apol>"]
        if not lasts or (found and position < found[-1].last) or _is_not_ours(text, position):
            continue
        last = max(lasts)
        kind = _kind(text, position, last)
        turn = _turn(text, last)
        found.append(Apology(position, last, kind, turn, turn >= 0 and _helps(text, helping, turn)))
    return found


def _is_not_ours(text: Text, first: int) -> bool:
    before = text.words[max(first - 4, 0) : first]
    return (
        is_negated(text, first)
        or ("you" in before[-2:] and "owe" not in before and "owed" not in before)
        or ("to" in before[-1:] and "need" in before)
    )


def _kind(text: Text, first: int, last: int) -> str:
    """What the apology is for, from the words that follow it."""
    words = text.words
    position = last
    while position < len(words) and (text.has("<soft>", position) or words[position] in ", !"):
        position += 1
    if "if" in words[max(first - 12, 0) : first] and words[first - 1] in (",", "i", "we"):
        return "if"
    if position >= len(words) or words[position] in STOPS or words[position] in _BUTS:
        return "bare"
    following = words[position : position + 5]
    if "if" in following[:3] or following[:2] in (["in", "case"], ["should", "case"]):
        return "if"
    return _kind_of_object(text, position)


def _kind_of_object(text: Text, position: int) -> str:
    words, last = text.words, position
    while last < len(words) and words[last] in _LINKS:
        last += 1
    if words[last : last + 1] in (["you"], ["your"], ["yours"]):
        end = text.limit(last + 1, _OBJECT_WORDS)
        if text.has("<feel>", last + 1, end) and not text.has("<late>", last + 1, end):
            return "feeling"
    end = text.limit(position, _OBJECT_WORDS)
    ours = any(word in ("we", "our", "us", "my", "i") for word in words[position : end + 3])
    blurred = text.has("<blurnoun>", position, end)
    if (blurred or words[last : last + 1] in (["any"], ["whatever"])) and not ours:
        return "any"
    return "real"


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


def _helps(text: Text, helping: set[int], turn: int) -> bool:
    """Whether what follows a "but" is something that will be done."""
    end = text.limit(turn + 1, _CLAUSE_WORDS)
    if text.has("<refuse>", turn, min(turn + 6, end)):
        return False
    following = text.words[turn + 1 : turn + 3]
    says_who = following[:1] in (["i"], ["we"]) and following[1:] and following[1] in _HELPERS
    return any(position in helping for position in range(turn + 1, min(turn + (5 if says_who else 4), end)))
