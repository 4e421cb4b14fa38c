"""How far two labellings of the same phrases agree.

    python benchmarks/coach_agreement.py [--differences]

Reads `data/second-labels.jsonl`: 300 of the written phrases, drawn by chance, with the labels of who wrote them and
those of a reader who saw the rubric and the phrase alone. Prints for each step and trap how often both say the same,
and Cohen's kappa, which takes away what chance alone would give.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from coach_f1 import print_table
from coach_phrases import DATA, load_phrases

from kit.coach.recipe import STEP_RULES, TRAP_RULES

Pairs = list[tuple[str, str]]


def kappa(pairs: Pairs) -> float:
    """Cohen's kappa; 1 where both always give the one label that there is."""
    same = sum(first == second for first, second in pairs) / len(pairs)
    one, two = (Counter(column) for column in zip(*pairs, strict=True))
    chance = sum(one[label] * two[label] for label in one) / len(pairs) ** 2
    return (same - chance) / (1 - chance) if chance < 1 else 1.0


def row(name: str, pairs: Pairs) -> str:
    """Name, phrases, share of the same labels, kappa."""
    same = sum(first == second for first, second in pairs) / len(pairs)
    return f"| {name:15s} | {len(pairs):7d} | {same:6.3f} | {kappa(pairs):5.2f} |"


def print_agreement(twice: Sequence[dict[str, Any]]) -> None:
    """One row a step and a trap, and all together."""
    steps = {
        name: [
            (two["first"]["steps"][name], two["second"]["steps"][name])
            for two in twice
            if name in two["first"]["steps"]
        ]
        for name in STEP_RULES
    }
    traps = {
        name: [
            tuple("there" if name in two[by]["traps"] else "" for by in ("first", "second")) for two in twice
        ]
        for name in TRAP_RULES
    }
    print(f"| {'':15s} | phrases | same   | kappa |")
    for names in (steps, traps):
        for name, pairs in names.items():
            print(row(name, pairs))
        print(
            row(
                "all steps" if names is steps else "all traps",
                [pair for pairs in names.values() for pair in pairs],
            )
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--differences", action="store_true", help="print the phrases on which both differ")
    given = parser.parse_args()
    twice = [json.loads(line) for line in (DATA / "second-labels.jsonl").read_text("utf-8").splitlines()]
    phrases = {phrase["id"]: phrase for phrase in load_phrases()}
    print_agreement(twice)
    print("\nThose that the reader had neither written nor seen with labels:")
    print_agreement([two for two in twice if two["blind"]])
    judged = [
        (
            {**phrases[two["id"]], **two["first"], "disputed": []},
            two["second"]["steps"],
            set(two["second"]["traps"]),
        )
        for two in twice
    ]
    print("\nThe second labels scored as if they were the coach's:")
    print_table({"both": judged})
    if given.differences:
        for two in twice:
            if two["first"] != two["second"]:
                print(two["id"], phrases[two["id"]]["text"], two["first"], two["second"], sep=" | ")


if __name__ == "__main__":
    main()
