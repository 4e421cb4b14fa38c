"""The linear model: weights of features, summed clause by clause so that every score has its words.

`model.json` beside this module is written by `benchmarks/coach_train.py`; nothing here learns.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

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


@dataclass(frozen=True, slots=True)
class Scores:
    """Log-odds that a text shows each target, and what each of its clauses adds to them, by target."""

    totals: dict[str, float]
    by_clause: dict[str, tuple[float, ...]]


class Model:
    """Weights by feature name.

    Args:
        source: the text of `model.json`: `bias`, the log-odds of each target before any feature is seen, and
            `weights`, for each feature name indexes in `TARGETS`, each followed by its weight.
    """

    def __init__(self, source: str) -> None:
        data = json.loads(source)
        shared: dict[tuple[int, float], tuple[int, float]] = {}  # few pairs differ: a tenth of the memory
        self._bias: list[float] = data["bias"]
        self._weights: dict[str, tuple[tuple[int, float], ...]] = {}
        for name, row in data["weights"].items():
            pairs = (
                (index, weight / WEIGHT_SCALE) for index, weight in zip(row[::2], row[1::2], strict=True)
            )
            self._weights[name] = tuple(shared.setdefault(pair, pair) for pair in pairs)

    def score(self, reading: Reading, recipe_id: str = "") -> Scores:
        """Score a reading; a feature that occurs again adds nothing."""
        clause_of = reading.clause_of
        rows = [[0.0] * len(TARGETS) for _ in reading.clauses or [None]]
        seen: set[str] = set()
        for name, first, _ in featurise(reading):
            row = self._weights.get(name)
            if row is None or name in seen:
                continue
            seen.add(name)
            scores = rows[clause_of[first]]
            for index, weight in row:
                scores[index] += weight
        by_clause = dict(zip(TARGETS, zip(*rows, strict=True), strict=True))
        biases = zip(TARGETS, self._bias, strict=True)
        totals = {target: bias + sum(by_clause[target]) for target, bias in biases}
        for index, weight in self._weights.get(f"r:{recipe_id}", ()):
            totals[TARGETS[index]] += weight
        return Scores(totals, by_clause)


@cache
def trained() -> Model:
    """The model that ships with the coach; the first call reads it, later ones don't."""
    return Model(resources.files(__package__).joinpath("model.json").read_text("utf-8"))
