"""The built-in rules: from the encoder's scores to a verdict on each step and trap, and the words that show it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from kit.coach.encoder import HEADS, Scores
from kit.coach.pieces import pieces_in
from kit.coach.text import Span, Text

if TYPE_CHECKING:
    import numpy as np

Verdict = Literal["found", "missing", "unclear"]

UNCLEAR_AT = -1.2
"""Log-odds from which the coach says that it isn't sure; above 0 a step is found and a trap is there."""
_SHOWN_BY = {"explanation": "reason", "excuse-first": "reason"}
"""What shows the words of these is the reason itself, wherever it stands."""


def verdict_on(rule: str, scores: Scores) -> Verdict:
    """What there is of a step or a trap. `no-blame` is an absence; a reason before the apology is an excuse."""
    if rule == "no-blame":
        doubts = "unclear" if scores["interrogate"] > 0 else "found"
        return "missing" if scores["blame-customer"] > 0 else doubts
    if rule == "explanation" and scores["excuse-first"] > 0:
        return "missing"
    if scores[rule] > 0:
        return "found"
    return "unclear" if scores[rule] > UNCLEAR_AT else "missing"


def words_for(rules: Collection[str], text: Text, shown: np.ndarray) -> dict[str, Span]:
    """By rule the clause whose pieces show it most, on average, as if each had two more that show as much as the whole
    phrase does: of few pieces an average tells little. For an absence the whole text.

    Args:
        rules: what to show.
        text: the phrase.
        shown: how much each of its pieces shows, by head.
    """
    clauses, above = text.clauses(), shown - shown.mean(0)
    means = {
        clause: above[first:last].sum(0) / (last - first + 2)
        for clause, (first, last) in zip(clauses, pieces_in(text.source, clauses), strict=True)
        if first < min(last, len(shown))
    }

    def best(rule: str) -> Span:
        if rule == "no-blame":
            return text.span(0, len(text.words))
        head = HEADS.index(_SHOWN_BY.get(rule, rule))
        return max(means, key=lambda clause: means[clause][head], default=clauses[0])

    return {rule: best(rule) for rule in rules}
