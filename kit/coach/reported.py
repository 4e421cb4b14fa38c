"""Clauses that the speaker reports or disclaims: their words are there, the speaker doesn't mean them."""

from __future__ import annotations

from kit.coach.clauses import Clause
from kit.coach.cues import NEGATORS
from kit.coach.reading import Reading

_DISCLAIMED = frozenset(
    "blame blaming say saying tell telling claim claiming pretend hide hiding point pointing".split()
)
_SPEAKERS = frozenset({"i", "we", "none"})
_TOLD = ("told", "informed", "heard")
_REPORTED_TRAPS = frozenset({"deflect", "policy-shield", "helpless"})
_DOUBTING = frozenset({"who", "are", "is", "really", "when", "which"})
_CERTAIN = frozenset({"sure", "certain", "positive"})
_QUOTE_SHARE = 0.6  # a phrase that is quoted as a whole is the learner's own


def set_aside(reading: Reading, trap: str) -> list[bool]:
    """For each clause whether it doesn't count towards a trap.

    What stands in quotes and what "we won't say" never counts; what "you were told" counts only
    where being told is itself the blame; a question that only doubts is no blame.
    """
    words, quoted = reading.text.words, reading.text.quoted
    quotes_count = sum(quoted) < _QUOTE_SHARE * len(words)
    aside: list[bool] = []
    sentence = -1
    for clause in reading.clauses:
        inside = words[clause.first : clause.last]
        starts_sentence = reading.text.sentences[clause.first] != sentence
        sentence = reading.text.sentences[clause.first]
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
