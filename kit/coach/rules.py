"""The built-in rules: from the encoder's scores to a verdict on each step and trap, and the words that show it."""

from collections.abc import Collection
from typing import Literal

from kit.coach.encoder import Scores, score_all
from kit.coach.text import Span, Text

Verdict = Literal["found", "missing", "unclear"]

UNCLEAR_AT = -1.0
"""Log-odds from which the coach says that it isn't sure; above 0 a step is found and a trap is there."""
CLAUSE_LENGTH = 200
"""So many characters of a clause are read alone."""
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


def words_for(rules: Collection[str], text: Text, kind: str) -> dict[str, Span]:
    """By rule the clause that shows it best when it is read alone; for an absence the whole text."""
    spans = dict.fromkeys(rules, text.span(0, len(text.words))) if rules else {}
    clauses, sought = text.clauses(), set(rules) - {"no-blame"}
    if len(clauses) > 1 and sought:
        alone = score_all([text.source[first:last][:CLAUSE_LENGTH] for first, last in clauses], kind)
        spans |= {rule: _best(clauses, alone, rule) for rule in sought}
    elif clauses:
        spans |= dict.fromkeys(sought, clauses[0])
    return spans


def _best(clauses: list[Span], alone: list[Scores], rule: str) -> Span:
    head = _SHOWN_BY.get(rule, rule)
    return max(zip(clauses, alone, strict=True), key=lambda pair: pair[1][head])[0]
