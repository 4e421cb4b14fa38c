"""The labelled phrases, and what there is to learn of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kit.coach.encoder import HEADS
from kit.coach.recipe import STEP_RULES

DATA = Path(__file__).parent / "data"
FILES = ("phrases-dev", "phrases-blind", "phrases-own", "phrases-written", "phrases-further")
UNSEEN = "phrases-unseen"
"""j's fifteen voices, by which the network is measured: nothing is ever trained on them or chosen by them."""
Phrase = dict[str, Any]
UNCLEAR = 0.3, 0.5
NOTHING = 0.0, 0.0


def load_phrases(*files: str) -> list[Phrase]:
    """Those of some files, else all but the unseen: authors a to c, d1 to d6 (ours, blind), own, ga to gj, ha to hj and
    ia to ik (ours, for training), e1 to e3 and f with a letter each."""
    paths = (DATA / f"{name}.jsonl" for name in files or FILES)
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def aims(phrases: Sequence[Phrase]) -> tuple[np.ndarray, np.ndarray]:
    """Value to learn and its weight (0: nothing to learn), one row a phrase and one column a head."""
    pairs = np.array([[_aim(phrase, head) for head in HEADS] for phrase in phrases], np.float32)
    return pairs[..., 0], pairs[..., 1]


def _aim(phrase: Phrase, head: str) -> tuple[float, float]:
    steps, traps, disputed = phrase["steps"], phrase["traps"], phrase["disputed"]
    if head in ("reason", "excuse-first") and phrase["recipe"] != "delay":
        return NOTHING
    if head == "reason":  # whether before or after the apology; it helps training alone
        head = "excuse-first" if "excuse-first" in traps else "explanation"
    if head in disputed:
        return NOTHING
    if head in STEP_RULES:
        said = steps.get(head)
        return NOTHING if said is None else UNCLEAR if said == "unclear" else (float(said == "found"), 1.0)
    return float(head in traps), 1.0
