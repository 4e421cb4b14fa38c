"""The encoder: a small neural network that reads a phrase as a whole and scores every built-in step and trap.

`encoder.onnx` beside this module is written by `benchmarks/coach_train.py`; nothing here learns. The runtime is
loaded with the first phrase: a process that reads none doesn't pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from kit.coach.pieces import pieces_of, vocabulary
from kit.coach.recipe import STEP_RULES, TRAP_RULES

if TYPE_CHECKING:
    import numpy as np
    from onnxruntime import InferenceSession

HEADS = (*STEP_RULES, *TRAP_RULES, "reason")
"""What is scored; ``reason`` is any reason for a delay, before or after the apology."""
LONGEST = 256
"""Pieces of a recipe's name and a phrase that are read; what comes after them isn't."""

Encoded = tuple[list[int], list[int]]
Scores = Mapping[str, float]
"""Log-odds that a phrase shows something, by head."""


def read(text: str, kind: str) -> tuple[Scores, np.ndarray]:
    """Scores of a phrase for a kind of situation, the id of a built-in recipe; and by piece what shows each head."""
    name, words = encoded(text, kind)
    inputs = dict(zip(("ids", "segment", "mask"), padded([(name, words)]), strict=True))
    scores, shown = _session().run(["scores", "shown"], inputs)
    return dict(zip(HEADS, scores[0].tolist(), strict=True)), shown[0, len(name) : -1]


def encoded(text: str, kind: str) -> Encoded:
    """The numbers of the pieces: the recipe's name, then the phrase."""
    known = vocabulary()
    name = [known["[CLS]"], *pieces_of(kind.replace("-", " ")), known["[SEP]"]]
    return name, [*pieces_of(text)[: LONGEST - len(name) - 1], known["[SEP]"]]


def padded(rows: Sequence[Encoded]) -> np.ndarray:
    """Pieces, whether each is of the phrase, and whether it is one at all; one row a text."""
    import numpy as np

    inputs = np.zeros((3, len(rows), max(len(name) + len(words) for name, words in rows)), np.int64)
    for row, (name, words) in enumerate(rows):
        size = len(name) + len(words)
        inputs[0, row, :size], inputs[1, row, len(name) : size], inputs[2, row, :size] = name + words, 1, 1
    return inputs


@cache
def _session() -> InferenceSession:
    """The network, on one thread; several threads may use it at once, and Python goes on meanwhile."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    weights = resources.files(__package__).joinpath("encoder.onnx").read_bytes()
    return InferenceSession(weights, options, providers=["CPUExecutionProvider"])
