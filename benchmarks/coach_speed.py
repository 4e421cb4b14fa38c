"""How fast and how light the phrase coach is.

    python benchmarks/coach_speed.py

Prints the median processor time of `review` for phrases of up to 60 words, the time for 5,000 characters
(ordinary and hostile), the memory that the coach adds, and heavy packages that its import loads.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

PHRASES = Path(__file__).parent / "data" / "phrases-dev.jsonl"
HEAVY = (
    "onnxruntime",
    "numpy",
    "pandas",
    "scipy",
    "sklearn",
    "spacy",
    "nltk",
    "torch",
    "transformers",
    "yaml",
)
LONG = 5000


def resident_megabytes() -> float:
    """Resident memory of this process; Linux only."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def milliseconds(call: Callable[[], object]) -> float:
    """Processor time, the best of three runs: what else the machine does shall not count."""
    times = []
    for _ in range(3):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times) * 1000


def long_texts(phrases: list[str]) -> dict[str, str]:
    """Texts of 5,000 characters: ordinary, and made to be hard."""
    return {
        "ordinary": " ".join(phrases)[:LONG],
        "one word": "a" * LONG,
        "apologies": ("sorry but " * LONG)[:LONG],
        "cue heads": ("we i our you " * LONG)[:LONG],
        "stops": "." * LONG,
        "questions": ("who did you ? " * LONG)[:LONG],
        "combining": ("e\u0301\u200b" * LONG)[:LONG],
    }


def main() -> None:
    """Print the figures."""
    rows = [json.loads(line) for line in PHRASES.read_text("utf-8").splitlines()]
    before = resident_megabytes()
    from kit.coach import review  # here, so that the memory of the import is counted

    start = time.process_time()
    review("We are sorry.", "delay")
    print(f"first review, data read       {(time.process_time() - start) * 1000:6.0f} ms")

    def fresh(text: str, recipe: str) -> None:
        review.cache_clear()
        review(text, recipe)

    short = [row for row in rows if len(row["text"].split()) <= 60]
    times = [milliseconds(lambda row=row: fresh(row["text"], row["recipe"])) for row in short]
    print(f"median of {len(short)} phrases         {statistics.median(times):6.2f} ms")
    print(f"slowest of them               {max(times):6.2f} ms")
    for name, text in long_texts([row["text"] for row in rows]).items():
        print(f"5,000 characters, {name:11s} {milliseconds(lambda text=text: fresh(text, 'delay')):6.1f} ms")
    print(f"memory added                  {resident_megabytes() - before:6.1f} MB")
    print(
        f"heavy packages loaded         {', '.join(name for name in HEAVY if name in sys.modules) or 'none'}"
    )


if __name__ == "__main__":
    main()
