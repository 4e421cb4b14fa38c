"""Train the phrase coach: read labelled phrases, write `kit/coach/model.json`.

    python benchmarks/coach_train.py

Logistic regression on the features of `kit.coach.features`, all targets at once, fixed number of
steps and no chance in it, so that the same phrases always give the same file.  Needs numpy.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kit.coach.features import featurise
from kit.coach.model import TARGETS, WEIGHT_SCALE, Model
from kit.coach.reading import read

DATA = Path(__file__).parent / "data"
MODEL = Path(__file__).parents[1] / "kit" / "coach" / "model.json"
Phrase = dict[str, Any]

L2 = 6.0
STEPS, RATE = 250, 0.05
KEPT_FROM = 3  # hundredths; smaller weights are left out of the file
AXES = 50  # length of a word vector
SEEN_AT_LEAST = 2  # phrases in which a feature must occur
UNCLEAR_VALUE, UNCLEAR_WEIGHT = 0.3, 0.5
MEANINGS = ("w",)  # families of features that share what is learnt through word vectors
MEANING_SCALE = 0.7
UNSEEN_KEPT_FROM = 14  # hundredths, for words that no phrase contains
# How far each family of features is trusted: rules and cues speak louder than single words.
SCALES = {
    "b": 0.5,
    "c": 2.5,
    "n": 2.0,
    "ap": 3.0,
    "f": 0.5,
    "x": 1.0,
    "y": 1.2,
    "z": 1.2,
    "d": 1.5,
    "q": 1.0,
    "o": 1.5,
    "l": 1.5,
}
# What a reason says must not depend on where it stands: the rules look at the order.
PLACED = ("p:", "t:", "y:", "z:", "ap:", "j:", "o:", "w:sorr", "w:apolog", "b:sorr", "r:")

_OWN_RECIPES = {
    "w": ("coworker-error", ("own", "solution")),
    "d": ("delay", ("apology", "explanation", "solution")),
    "c": ("customer-error", ("no-blame", "ease", "solution")),
}
_OWN_VERDICTS = {"+": "found", "-": "missing", "?": "unclear"}
_OWN_TRAPS = {
    "D": "deflect",
    "B": "blame-customer",
    "P": "policy-shield",
    "H": "helpless",
    "N": "non-apology",
    "T": "but-apology",
    "X": "excuse-first",
    "Q": "interrogate",
}


def load_phrases() -> list[Phrase]:
    """The labelled phrases of authors a, b and c, then those of our own six test authors, d1 to d6."""
    files = (DATA / "phrases-dev.jsonl", DATA / "phrases-blind.jsonl")
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def load_own_phrases() -> list[Phrase]:
    """Our own training phrases: lines of recipe letter and verdicts, trap letters or ".", text."""
    phrases = []
    for line in (DATA / "phrases-own.txt").read_text("utf-8").splitlines():
        code, traps, text = line.split(" ", 2)
        recipe, steps = _OWN_RECIPES[code[0]]
        verdicts = dict(zip(steps, (_OWN_VERDICTS[sign] for sign in code[1:]), strict=True))
        kinds = [_OWN_TRAPS[letter] for letter in traps.replace(".", "")]
        phrases.append(
            {
                "author": "own",
                "recipe": recipe,
                "text": text,
                "steps": verdicts,
                "traps": kinds,
                "disputed": [],
            }
        )
    return phrases


def features_of(phrase: Phrase) -> set[str]:
    """Names of a phrase's features."""
    return {name for name, _, _ in featurise(read(phrase["text"]))} | {f"r:{phrase['recipe']}"}


def aims(phrase: Phrase) -> list[tuple[float, float]]:
    """For each target the value to learn and its weight (0: nothing to learn)."""
    return [_aim(phrase, target) for target in TARGETS]


def _aim(phrase: Phrase, target: str) -> tuple[float, float]:
    steps, traps, disputed = phrase["steps"], phrase["traps"], phrase["disputed"]
    if target == "reason":
        if phrase["recipe"] != "delay":
            return 0.0, 0.0
        if "excuse-first" in traps:
            return 1.0, 1.0
        target = "explanation"
        if "excuse-first" in disputed:
            return 0.0, 0.0
    if target == "excuse-first" and phrase["recipe"] != "delay":
        return 0.0, 0.0
    if target in steps and target not in disputed:
        verdict = steps[target]
        return (UNCLEAR_VALUE, UNCLEAR_WEIGHT) if verdict == "unclear" else (float(verdict == "found"), 1.0)
    if target in ("own", "apology", "explanation", "ease", "solution") or target in disputed:
        return 0.0, 0.0
    return float(target in traps), 1.0


def fit(phrases: Sequence[Phrase], seen: Sequence[set[str]]) -> tuple[list[float], dict[str, list[float]]]:
    """Bias and weights by feature name, learnt from the phrases and their features."""
    counts = Counter(name for names in seen for name in names)
    names = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST)
    scales = np.array([SCALES.get(name.split(":")[0], 1.0) for name in names], np.float32)
    column = {name: number for number, name in enumerate(names)}
    inputs = np.zeros((len(phrases), len(names)), np.float32)
    for row, present in enumerate(seen):
        for name in present & column.keys():
            inputs[row, column[name]] = scales[column[name]]
    wanted = np.array([aims(phrase) for phrase in phrases], np.float32)
    inputs = np.hstack([inputs, *(_meanings(seen, family) for family in MEANINGS)])
    mask = np.ones((inputs.shape[1], len(TARGETS)), np.float32)
    mask[[number for name, number in column.items() if name.startswith(PLACED)], TARGETS.index("reason")] = 0
    weights, bias = _descend(inputs, wanted[..., 0], wanted[..., 1], mask)
    learnt = dict(zip(names, weights[: len(names)] * scales[:, None], strict=True))
    for number, family in enumerate(MEANINGS):
        _share(learnt, family, weights[len(names) + number * AXES :][:AXES])
    return [float(b) for b in bias], {name: values.tolist() for name, values in learnt.items()}


def _meanings(seen: Sequence[set[str]], family: str) -> np.ndarray:
    """For each phrase the sum of its words' vectors."""
    sums = np.zeros((len(seen), AXES), np.float32)
    for row, present in enumerate(seen):
        for name in sorted(present):
            head, _, word = name.partition(":")
            if head == family and word in vectors():
                sums[row] += vectors()[word]
    return sums


def _share(learnt: dict[str, np.ndarray], family: str, axes: np.ndarray) -> None:
    """Put what was learnt of meanings into the weights of words, those of unseen words too."""
    for word, vector in vectors().items():
        name, shared = f"{family}:{word}", vector @ axes
        if name in learnt:
            learnt[name] = learnt[name] + shared
        else:
            learnt[name] = np.where(np.abs(shared) * WEIGHT_SCALE < UNSEEN_KEPT_FROM, 0, shared)


@cache
def vectors() -> dict[str, np.ndarray]:
    """Vectors of common words by their stem, as packed by `coach_words.py`."""
    packed = np.load(DATA / "words.npz")
    units = packed["vectors"].astype(np.float32) / 127 * MEANING_SCALE
    return dict(zip(packed["stems"].tolist(), units, strict=True))


def _descend(
    inputs: np.ndarray, values: np.ndarray, counted: np.ndarray, mask: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Adam on the whole set with a falling rate; rare targets weigh more."""
    rare = np.sqrt(((1 - values) * counted).sum(0) / np.maximum((values * counted).sum(0), 1))
    counted = counted * (1 + values * (rare - 1))
    weights = np.zeros(mask.shape, np.float32)
    bias = np.zeros(mask.shape[1], np.float32)
    moments = [np.zeros_like(weights), np.zeros_like(weights), np.zeros_like(bias), np.zeros_like(bias)]
    for step in range(1, STEPS + 1):
        error = (1 / (1 + np.exp(-(inputs @ weights + bias))) - values) * counted
        gradients = (inputs.T @ error + L2 * weights) * mask, error.sum(0)
        rate = RATE * (1 - 0.9 * step / STEPS)
        for which, (parameter, gradient) in enumerate(zip((weights, bias), gradients, strict=True)):
            first, second = moments[2 * which], moments[2 * which + 1]
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient * gradient - second)
            parameter -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights, bias


def to_json(bias: list[float], weights: dict[str, list[float]]) -> str:
    """The model as text, one feature a line; weights that round to nothing are left out."""
    rows = []
    for name, values in sorted(weights.items()):
        pairs = [(index, round(value * WEIGHT_SCALE)) for index, value in enumerate(values)]
        flat = [number for pair in pairs if abs(pair[1]) >= KEPT_FROM for number in pair]
        if flat:
            rows.append(f"{json.dumps(name)}:{json.dumps(flat, separators=(',', ':'))}")
    head = json.dumps([round(value, 3) for value in bias])
    return '{"bias":' + head + ',"weights":{\n' + ",\n".join(rows) + "\n}}\n"


def train(phrases: Iterable[Phrase]) -> str:
    """The model for these phrases, as the text of `model.json`."""
    listed = list(phrases)
    return to_json(*fit(listed, [features_of(phrase) for phrase in listed]))


def main() -> None:
    """Train on all phrases and write the model."""
    source = train([*load_phrases(), *load_own_phrases()])
    Model(source)
    MODEL.write_text(source, "utf-8")
    print(f"{MODEL.name}: {len(source.encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
