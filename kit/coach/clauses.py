"""Clauses: who is said to do what, when, and whether it is denied, reported or meant.

No parser: a clause begins at a sentence, a pause or a conjunction; its subject is the first
pronoun, party or thing in it, and its tense comes from the auxiliaries.
"""

from dataclasses import dataclass

from kit.coach.cues import NEGATORS
from kit.coach.lexicon import lexicon, word_list
from kit.coach.text import STOPS, Text

_JOINTS = word_list("joints")
_SUBJECTS = lexicon()["subjects"]
_OWNERS = lexicon()["owners"]
_MODALS = lexicon()["modals"]
_IRREGULAR_PAST = word_list("irregular_past")
_AUXILIARIES = lexicon()["auxiliaries"]
_DISCLAIMED = word_list("disclaimed")
_TOLD = word_list("told")
_DOUBTING = word_list("doubting")
_CERTAIN = word_list("certain")
_SPEAKERS = frozenset({"i", "we", "none"})
_REPORTED_TRAPS = frozenset({"deflect", "policy-shield", "helpless"})
_QUOTE_SHARE = 0.6  # a phrase that is quoted as a whole is the learner's own


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `first` to `last` (exclusive) with a rough analysis.

    Attributes:
        joint: the conjunction that opens it, or "".
        subject: "i", "we", "you", "they", "party", "our", "your", "the", "it", ... or "" (none seen).
        tense: "past", "be", "will", "can", "should", ... or "" (none seen).
        denied: whether a negator stands in it.
        asked: whether its sentence ends with a question mark.
    """

    first: int
    last: int
    joint: str
    subject: str
    tense: str
    denied: bool
    asked: bool

    @property
    def frame(self) -> str:
        """Subject, tense and polarity in short: "we+past-"."""
        return f"{self.subject}+{self.tense}{'-' if self.denied else ''}"


def find_clauses(text: Text) -> list[Clause]:
    """Split a text into clauses, in order, leaving out pauses and stops."""
    words, count = text.words, len(text.words)
    asked = {text.sentences[i] for i in range(count) if words[i] == "?"}
    clauses, first = [], 0
    for position in range(count + 1):
        if position < count and not _is_border(words, position, first):
            continue
        if position > first:
            clauses.append(_analyse(text, first, position, text.sentences[first] in asked))
        first = position + 1 if position < count and words[position] not in _JOINTS else position
    return clauses


def _is_border(words: list[str], position: int, first: int) -> bool:
    word = words[position]
    if word in STOPS or not (word[0].isalnum() or word == "'s"):
        return True
    return word in _JOINTS and position > first


def _analyse(text: Text, first: int, last: int, asked: bool) -> Clause:
    words = text.words[first:last]
    joint = words[0] if words[0] in _JOINTS else ""
    denied = any(word in NEGATORS for word in words)
    return Clause(first, last, joint, _subject(text, first, last), _tense(words), denied, asked)


def _subject(text: Text, first: int, last: int) -> str:
    for position in range(first, min(first + 6, last)):
        word = text.words[position]
        if word in _SUBJECTS:
            return _SUBJECTS[word]
        if text.has("<party>", position):
            return "party"
        if word in _OWNERS or word in ("the", "a", "an"):
            is_party = position + 1 < last and text.has("<party>", position + 1)
            owner = _OWNERS.get(word, "the")
            return {"our": "ourparty", "the": "party"}.get(owner, owner) if is_party else owner
    return ""


def _tense(words: list[str]) -> str:
    for position, word in enumerate(words):
        if word in _MODALS:
            return _MODALS[word] + ("have" if "have" in words[position + 1 : position + 4] else "")
        if word in _AUXILIARIES:
            return _AUXILIARIES[word]
        if word in ("is", "are", "am"):
            following = words[position + 1 : position + 4]
            if any(near.endswith("ing") for near in following):
                return "going"
            return "bedone" if any(near.endswith("ed") for near in following) else "be"
        if word in _IRREGULAR_PAST or (word.endswith("ed") and len(word) > 4 and word != "need"):
            return "past"
    return ""


def set_aside(text: Text, clauses: list[Clause], trap: str) -> list[bool]:
    """For each clause whether it doesn't count towards a trap.

    What stands in quotes and what "we won't say" never counts; what "you were told" counts only
    where being told is itself the blame; a question that only doubts is no blame.
    """
    words, quoted = text.words, text.quoted
    quotes_count = sum(quoted) < _QUOTE_SHARE * len(words)
    aside: list[bool] = []
    sentence = -1
    for clause in clauses:
        inside = words[clause.first : clause.last]
        starts_sentence = text.sentences[clause.first] != sentence
        sentence = text.sentences[clause.first]
        carried = bool(aside) and aside[-1] and not starts_sentence and clause.joint not in ("but", "so")
        is_quote = quotes_count and quoted[clause.first] and quoted[clause.last - 1]
        told = trap in _REPORTED_TRAPS and inside[:1] == ["you"] and any(word in _TOLD for word in inside[:5])
        doubt = trap == "blame-customer" and clause.asked and _is_doubt(inside)
        aside.append(
            is_quote or told or doubt or _is_disclaimed(clause, inside) or (carried and not is_quote)
        )
    return aside


def _is_disclaimed(clause: Clause, words: list[str]) -> bool:
    if clause.subject not in _SPEAKERS:
        return False
    for position, word in enumerate(words):
        if word in NEGATORS:
            return any(near in _DISCLAIMED for near in words[position + 1 : position + 5])
    return False


def _is_doubt(words: list[str]) -> bool:
    return words[0] in _DOUBTING or bool(_CERTAIN & set(words[:6]))
