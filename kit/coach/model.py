"""The linear model: weights of features, summed clause by clause so that every score has its words.

`model.json` beside this module is written by `benchmarks/coach_train.py`; nothing here learns.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Self

from kit.coach.features import featurise
from kit.coach.reading import Reading

TARGETS = (
    "own",
    "apology",
    "reason",
    "ease",
    "solution",
    "deflect",
    "blame-customer",
    "policy-shield",
    "helpless",
    "non-apology",
    "but-apology",
    "interrogate",
    "excuse-first",
)
WEIGHT_SCALE = 100  # weights are stored as whole hundredths
Row = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds of every target, and what each clause adds to them."""

    totals: list[float]
    by_clause: list[list[float]]

    def of(self, target: str) -> float:
        """Log-odds that the text shows the target."""
        return self.totals[TARGETS.index(target)]

    def clause_scores(self, target: str) -> list[float]:
        """What each clause adds to the log-odds of the target."""
        index = TARGETS.index(target)
        return [scores[index] for scores in self.by_clause]


class Model:
    """Weights by feature name.

    Args:
        bias: log-odds of each target before any feature is seen.
        weights: feature name to (index in `TARGETS`, weight) pairs.
    """

    def __init__(self, bias: list[float], weights: dict[str, Row]) -> None:
        self._bias = bias
        self._weights = weights

    @classmethod
    def from_json(cls, source: str) -> Self:
        """The model from the text of `model.json`."""
        data = json.loads(source)
        shared: dict[tuple[int, float], tuple[int, float]] = {}  # few pairs differ: a tenth of the memory
        weights = {}
        for name, row in data["weights"].items():
            pairs = (
                (index, weight / WEIGHT_SCALE) for index, weight in zip(row[::2], row[1::2], strict=True)
            )
            weights[name] = tuple(shared.setdefault(pair, pair) for pair in pairs)
        return cls(data["bias"], weights)

    def score(self, reading: Reading, recipe_id: str = "") -> Scores:
        """Score a reading; a feature that occurs again adds nothing."""
        clause_of = reading.clause_of
        by_clause = [[0.0] * len(TARGETS) for _ in range(len(reading.clauses) + 1)]
        seen: set[str] = set()
        for name, first, _ in featurise(reading):
            row = self._weights.get(name)
            if row is None or name in seen:
                continue
            seen.add(name)
            scores = by_clause[clause_of[first]]
            for index, weight in row:
                scores[index] += weight
        totals = [
            bias + sum(column) for bias, column in zip(self._bias, zip(*by_clause, strict=True), strict=True)
        ]
        for index, weight in self._weights.get(f"r:{recipe_id}", ()):
            totals[index] += weight
        return Scores(totals, by_clause)


@cache
def trained() -> Self:
    """The model that ships with the coach; the first call reads it, later ones don't."""
    return Model.from_json(resources.files(__package__).joinpath("model.json").read_text("utf-8"))
