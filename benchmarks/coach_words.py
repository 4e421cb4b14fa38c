"""Pack word vectors for training the phrase coach.

    python benchmarks/coach_words.py glove.6B.50d.txt

Reads Stanford's GloVe vectors (nlp.stanford.edu/projects/glove, public domain dedication PDDL 1.0)
and writes `benchmarks/data/words.npz`: the commonest words' rough stems and a small unit vector
each.  Words that mean much the same have nearby vectors, so what is learnt of one word carries
over to words that no phrase contains.  Needs numpy; the coach itself never reads the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from kit.coach.features import stem

PACKED = Path(__file__).parent / "data" / "words.npz"
WORDS = 12_000
COMMON_AXES = 2  # what nearly all words share says nothing about one
SCALE = 127


def by_stem(lines: Iterable[str]) -> dict[str, np.ndarray]:
    """The vector of each stem's commonest word, from lines of a word and its numbers."""
    vectors: dict[str, np.ndarray] = {}
    for line in islice(lines, WORDS):
        word, *numbers = line.split()
        if word.isalpha():
            vectors.setdefault(stem(word), np.array(numbers, np.float32))
    return vectors


def spread(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors without their common part."""
    centred = vectors - vectors.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    centred -= centred @ axes[:COMMON_AXES].T @ axes[:COMMON_AXES]
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


def main() -> None:
    """Write the packed vectors."""
    with open(sys.argv[1], encoding="utf-8") as lines:
        vectors = by_stem(lines)
    units = spread(np.array(list(vectors.values())))
    packed = np.round(units * SCALE).astype(np.int8)
    np.savez_compressed(PACKED, stems=np.array(list(vectors)), vectors=packed)
    print(f"{PACKED.name}: {len(vectors)} stems, {PACKED.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
