"""Clauses: who is said to do what, when, and whether it is denied.

No parser: a clause begins at a sentence, a pause or a conjunction; its subject is the first
pronoun, party or thing in it, and its tense comes from the auxiliaries.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit.coach.cues import NEGATORS
from kit.coach.text import STOPS, Text

_JOINTS = frozenset(
    "and but so because as since while if when though although however unless until which or yet".split()
)
_MODALS = {
    "will": "will", "shall": "will", "can": "can", "may": "can", "could": "could", "would": "could",
    "might": "might", "should": "should", "must": "must", "ought": "should", "need": "must",
}  # fmt: skip
_PAST_BE = frozenset({"was", "were"})
_BE = frozenset({"is", "are", "am"})
_HAVE = frozenset({"have", "has", "had"})
_IRREGULAR_PAST = frozenset(
    """went came got had put sent gave took lost forgot made left broke sold told said found did saw ran
    rang wrote let fell kept brought held sat stood built bought caught cut hit shut read set led
    met paid thought felt knew grew threw drove chose spoke woke ate drank drew spent slept stuck
    struck hung hid overran began became blew dealt meant""".split()
)
_SUBJECT_WORDS = {
    "i": "i", "we": "we", "you": "you", "they": "they", "he": "they", "she": "they", "it": "it",
    "this": "it",
    "that": "it", "there": "there", "nobody": "none", "everyone": "all", "everybody": "all", "who": "who",
    "why": "why", "what": "what", "how": "how", "people": "all", "someone": "one", "somebody": "one",
    "let": "let",
}  # fmt: skip
_OWNERS = {"our": "our", "my": "our", "your": "your", "their": "they", "his": "they", "her": "they"}


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


def find_clauses(text: Text, classes: list[list[tuple[str, int]]]) -> list[Clause]:
    """Split a text into clauses, in order, leaving out pauses and stops."""
    words, count = text.words, len(text.words)
    asked = {text.sentences[i] for i in range(count) if words[i] == "?"}
    clauses, first = [], 0
    for position in range(count + 1):
        if position < count and not _is_border(words, position, first):
            continue
        if position > first:
            clauses.append(_analyse(text, classes, first, position, text.sentences[first] in asked))
        first = position + 1 if position < count and words[position] not in _JOINTS else position
    return clauses


def _is_border(words: list[str], position: int, first: int) -> bool:
    word = words[position]
    if word in STOPS or not (word[0].isalnum() or word == "'s"):
        return True
    return word in _JOINTS and position > first


def _analyse(text: Text, classes: list[list[tuple[str, int]]], first: int, last: int, asked: bool) -> Clause:
    words = text.words[first:last]
    joint = words[0] if words[0] in _JOINTS else ""
    denied = any(word in NEGATORS for word in words)
    return Clause(first, last, joint, _subject(words, classes[first:last]), _tense(words), denied, asked)


def _subject(words: list[str], classes: list[list[tuple[str, int]]]) -> str:
    for position, word in enumerate(words[:6]):
        if word in _SUBJECT_WORDS:
            return _SUBJECT_WORDS[word]
        if any(name == "<party>" for name, _ in classes[position]):
            return "party"
        if word in _OWNERS:
            following = classes[position + 1] if position + 1 < len(classes) else ()
            is_party = any(name == "<party>" for name, _ in following)
            return "ourparty" if is_party and _OWNERS[word] == "our" else _OWNERS[word]
        if word in ("the", "a", "an"):
            following = classes[position + 1] if position + 1 < len(classes) else ()
            return "party" if any(name == "<party>" for name, _ in following) else "the"
    return ""


def _tense(words: list[str]) -> str:
    for position, word in enumerate(words):
        if word in _MODALS:
            return _MODALS[word] + ("have" if "have" in words[position + 1 : position + 4] else "")
        if word in _PAST_BE:
            return "pastbe"
        if word in _BE:
            following = words[position + 1 : position + 4]
            if any(w.endswith("ing") for w in following):
                return "going"
            return "bedone" if any(w.endswith("ed") for w in following) else "be"
        if word in _HAVE:
            return "had" if word == "had" else "have"
        if word in ("do", "does"):
            return "do"
        if word in _IRREGULAR_PAST or (word.endswith("ed") and len(word) > 4 and word != "need"):
            return "past"
    return ""
