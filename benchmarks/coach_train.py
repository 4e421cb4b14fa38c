"""Train the phrase coach: `python benchmarks/coach_train.py` writes `kit/coach/encoder.onnx` from the labelled phrases.

The same phrases give the same network on one kind of processor: the seeds are fixed. One thread, about half an hour.
`docs/coach.md` says which packages it needs besides the kit's.
"""

from __future__ import annotations

from pathlib import Path

import torch
from coach_encoder import export, train
from coach_phrases import load_phrases

NETWORK = Path(__file__).parents[1] / "kit" / "coach" / "encoder.onnx"


def main() -> None:
    """Train on all phrases but those of f, by which the network is measured, and write it."""
    torch.set_num_threads(1)
    export(train([phrase for phrase in load_phrases() if phrase["author"][0] != "f"]), NETWORK)
    print(f"{NETWORK.name}: {NETWORK.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
