"""The built-in rules: from scores and structure to a verdict on each step and trap.

The model says how likely a meaning is; here stand the rulings that hold whatever it says: order,
what a "but" takes back, which trap rules out which step.
"""

from functools import cached_property
from typing import Literal

from kit.coach.apologies import HOLLOW
from kit.coach.clauses import set_aside
from kit.coach.model import Model, Scores, trained
from kit.coach.reading import Reading

Verdict = Literal["found", "missing", "unclear"]
Words = tuple[int, int]

FOUND_AT = 0.0  # log-odds from which a step is found
UNCLEAR_AT = -0.7  # between this and FOUND_AT the coach says that it isn't sure
REASON_AT = -0.4
TRAP_AT = -0.5  # traps are rarer than steps: below even odds, where F1 peaks on authors left out
_TRAP_AT = {"blame-customer": -1.0, "interrogate": -1.2, "helpless": -1.0}
EXCUSE_AT = -1.0  # log-odds of a reason and of an excuse, summed
EVIDENCE_AT = 0.9  # a trap needs a clause that speaks for it by at least this much
NO_EVIDENCE = -9.0
_REASON_WORDS = 4
_THANKS = ("thanks_wait", "thanks_patience")
_APOLOGISING = ("non-apology", "but-apology")
_REFUSALS = ("helpless", "policy-shield")
_OWNING = ("own_letdown", "we_late")
_BY_CUES = ("bearable", "acknowledge", "protects", "options")


class Judgement:
    """One reading, scored; answers for any built-in step or trap."""

    def __init__(self, reading: Reading, recipe_id: str, model: Model | None = None) -> None:
        self.reading = reading
        self.scores: Scores = (model or trained()).score(reading, recipe_id)

    def step(self, rule: str) -> Verdict:
        """The verdict on a built-in step."""
        if not self.reading.has_words:
            return "missing"
        if rule == "no-blame":
            return self._no_blame()
        if rule in _BY_CUES:
            return "found" if self._words_of_cue(rule) else "missing"
        if rule == "explanation":
            reason = _verdict(self.scores.totals["reason"], REASON_AT)
            return "missing" if self._reason_comes_first else reason
        verdict = _verdict(self.scores.totals[rule])
        if rule == "solution" and verdict == "found" and self._refuses:
            return "unclear"
        if rule == "apology" and verdict == "missing":
            thanked = any(hit.name == "thanks_patience" for hit in self.reading.hits)
            return "unclear" if thanked else "missing"
        return verdict

    def has_trap(self, rule: str) -> bool:
        """Whether a built-in trap is there."""
        if not self.reading.has_words:
            return False
        if rule == "excuse-first":
            excuse = self.scores.totals["reason"] + self.scores.totals["excuse-first"]
            return self._reason_comes_first and excuse > EXCUSE_AT
        if rule in _APOLOGISING and not self.reading.apologies:
            return False
        if rule in _REFUSALS and self.scores.totals["solution"] > FOUND_AT and not self._refuses:
            return False
        return self._margin(rule) > 0

    @cached_property
    def _refuses(self) -> bool:
        """Whether a refusal speaks louder than the help: a limit with what can be done is none."""
        refusal = max(self._margin(trap) for trap in _REFUSALS)
        return refusal > max(self.scores.totals["solution"] - FOUND_AT, 0.0)

    def _margin(self, rule: str) -> float:
        """Log-odds of a trap above those from which it is there, without what is only reported or disclaimed."""
        aside = set_aside(self.reading.text, self.reading.clauses, rule)
        scores = list(zip(self.scores.by_clause[rule], aside, strict=True))
        if max((score for score, is_aside in scores if not is_aside), default=0.0) < EVIDENCE_AT:
            return NO_EVIDENCE
        meant = self.scores.totals[rule] - sum(score for score, is_aside in scores if is_aside and score > 0)
        return meant - _TRAP_AT.get(rule, TRAP_AT)

    def _no_blame(self) -> Verdict:
        if self.has_trap("blame-customer"):
            return "missing"
        return "unclear" if self.has_trap("interrogate") else "found"

    @cached_property
    def pivot(self) -> int | None:
        """First word of the first apology, thanks or owning; None where there is none."""
        firsts = [apology.first for apology in self.reading.apologies]
        firsts += [hit.first for hit in self.reading.hits if hit.name in _THANKS]
        if self.scores.totals["apology"] > FOUND_AT:
            firsts += [hit.first for hit in self.reading.hits if hit.name in _OWNING and not hit.negated]
        return min(firsts, default=None)

    @cached_property
    def _reason_comes_first(self) -> bool:
        """Whether the reason stands before the first apology."""
        if self.pivot is None:
            return True
        words = self.reading.text.words[: self.pivot]
        if sum(word.isalnum() for word in words) < _REASON_WORDS:
            return False
        border = self.reading.clause_of[self.pivot]
        scores = self.scores.by_clause["reason"]
        return sum(scores[:border]) > sum(scores[border:]) / 2

    def words_for(self, rule: str) -> Words:
        """The words that show a step or trap best: first word and last, exclusive."""
        clauses = self.reading.clauses
        if rule == "no-blame" or not clauses:
            return 0, len(self.reading.text.words)
        if rule in _APOLOGISING:
            return self._words_of_apology(rule)
        if rule in _BY_CUES:
            return self._words_of_cue(rule) or (0, len(self.reading.text.words))
        target = "reason" if rule in ("explanation", "excuse-first") else rule
        scores = list(self.scores.by_clause[target])
        if target == "reason" and self.pivot is not None:
            border = self.reading.clause_of[self.pivot]
            outside = slice(border, None) if rule == "excuse-first" else slice(border)
            scores[outside] = [min(scores)] * len(scores[outside])
        best = clauses[scores.index(max(scores))]
        return best.first, best.last

    def _words_of_cue(self, rule: str) -> Words | None:
        hit = next((hit for hit in self.reading.hits if hit.name == rule and not hit.negated), None)
        if hit is None:
            return None
        clause = self.reading.clauses[self.reading.clause_of[hit.first]]
        return min(clause.first, hit.first), max(clause.last, hit.last)

    def _words_of_apology(self, rule: str) -> Words:
        is_taken_back = rule == "but-apology"
        apologies = self.reading.apologies
        fitting = (
            each for each in apologies if (each.is_taken_back if is_taken_back else each.kind in HOLLOW)
        )
        chosen = next(fitting, apologies[0])
        shown = chosen.turn if is_taken_back and chosen.turn > 0 else chosen.first
        clause = self.reading.clauses[self.reading.clause_of[shown]]
        return chosen.first, max(chosen.last, clause.last)


def _verdict(score: float, found_at: float = FOUND_AT) -> Verdict:
    if score > found_at:
        return "found"
    return "unclear" if score > UNCLEAR_AT else "missing"
