"""How well the phrase coach judges an author it has not seen.

    python benchmarks/coach_f1.py [FOLDER] [--only GROUP ...] [--misses]

Judges f and j with the coach as it ships, which has read nothing of either. With FOLDER instead leaves one group of
authors out in turn, trains the network on all others and judges the group with it; its scores are kept in FOLDER, so
that a run can go on and figures be drawn again. Five to ten minutes a group on one thread. Labels that are unclear or
disputed are left out. A step's figure is the mean of F1 for found and F1 for not found, where an
answer of unclear counts as not found; a trap's figure is F1 of its presence.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coach_phrases import UNSEEN, Phrase, load_phrases

from kit.coach.encoder import HEADS, read
from kit.coach.recipe import TRAP_RULES, built_in_recipes
from kit.coach.rules import verdict_on

GROUPS = {
    "a": "a",
    "b": "b",
    "c": "c",
    "d": "d1 d2 d3 d4 d5 d6",
    "e ab": "e1a e1b e2a e2b e3a e3b",
    "e cd": "e1c e1d e2c e2d e3c e3d",
    "e ef": "e1e e1f e2e e2f e3e e3f",
    "f": "fa fb fc fd fe ff fg fh",
}
"""Authors who are left out together: d's six voices are one hand, and so are e1's, e2's, e3's and f's. What
is ours (own, g, h, i) is for training alone."""
FIRST = "a", "b", "c", "d"
Judged = tuple[Phrase, Mapping[str, str], set[str]]


def judge(phrase: Phrase, scores: Mapping[str, float]) -> Judged:
    """A phrase with the coach's verdict on its steps, and the traps that it sees."""
    recipe = built_in_recipes()[phrase["recipe"]]
    steps = {step.id: verdict_on(step.rule, scores) for step in recipe.steps}
    return phrase, steps, {trap.id for trap in recipe.traps if verdict_on(trap.rule, scores) == "found"}


def scored(phrases: Sequence[Phrase], group: str, folder: Path) -> list[dict[str, float]]:
    """Scores of a group's phrases by a network that has seen none of its authors."""
    file, authors = folder / f"{group.replace(' ', '-')}.json", GROUPS[group].split()
    asked = [phrase for phrase in phrases if phrase["author"] in authors]
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if not all(phrase["id"] in known for phrase in asked):
        from coach_encoder import scores_of, train  # here, so that figures need no torch

        net = train([phrase for phrase in phrases if phrase["author"] not in authors])
        known = {phrase["id"]: row for phrase, row in zip(asked, scores_of(net, asked), strict=True)}
        file.write_text(json.dumps(known), "utf-8")
    return [dict(zip(HEADS, known[phrase["id"]], strict=True)) for phrase in asked]


def as_shipped() -> dict[str, list[Judged]]:
    """What the coach says of those whom it never read."""
    f = [phrase for phrase in load_phrases() if phrase["author"] in GROUPS["f"].split()]
    return {
        name: [judge(phrase, read(phrase["text"], phrase["recipe"])[0]) for phrase in phrases]
        for name, phrases in {"f": f, "j": load_phrases(UNSEEN)}.items()
    }


def left_out(groups: Sequence[str], folder: Path) -> dict[str, list[Judged]]:
    """What networks say that have read all but one of the groups; and of several groups together."""
    phrases, columns = load_phrases(), {}
    for group in groups:
        asked = [phrase for phrase in phrases if phrase["author"] in GROUPS[group].split()]
        columns[group] = list(map(judge, asked, scored(phrases, group, folder)))
    together = [one for group in groups if group in FIRST for one in columns[group]]
    every = [one for column in columns.values() for one in column]
    return {**columns, "a-d": together, "all": every}


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """F1 of the first of each pair (answer) against the second (label)."""
    hits = sum(answer and label for answer, label in pairs)
    marked = sum(answer for answer, _ in pairs) + sum(label for _, label in pairs)
    return 2 * hits / marked if marked else 1.0


def step_figure(judged: Sequence[Judged], recipe: str, step: str) -> float | None:
    """Mean F1 of found and not found for one step; None where nobody wrote for it."""
    pairs = [
        (steps[step] == "found", phrase["steps"][step] == "found")
        for phrase, steps, _ in judged
        if phrase["recipe"] == recipe
        and step not in phrase["disputed"]
        and phrase["steps"][step] != "unclear"
    ]
    return (f1(pairs) + f1([(not answer, not label) for answer, label in pairs])) / 2 if pairs else None


def trap_figure(judged: Sequence[Judged], trap: str) -> float:
    """F1 of one trap's presence over all recipes."""
    asked = ((phrase, traps) for phrase, _, traps in judged if trap not in phrase["disputed"])
    return f1([(trap in traps, trap in phrase["traps"]) for phrase, traps in asked])


def false_traps(judged: Sequence[Judged]) -> float:
    """The share of phrases without a trap in which the coach sees one."""
    clean = [traps for phrase, _, traps in judged if not phrase["traps"] and not phrase["disputed"]]
    return sum(map(bool, clean)) / len(clean)


def mean(values: Sequence[float | None]) -> float | None:
    """Arithmetic mean of those that are there."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def print_table(columns: Mapping[str, Sequence[Judged]]) -> None:
    """One row a step and a trap, one column a group."""
    steps = [(recipe.id, step.id) for recipe in built_in_recipes().values() for step in recipe.steps]
    core = [pair for pair in steps if pair[0] not in ("customer-harm", "rule-stands")]
    rows: dict[str, Callable[[Sequence[Judged]], float | None]] = {
        **{f"{recipe}.{step}": lambda j, r=recipe, s=step: step_figure(j, r, s) for recipe, step in steps},
        "eight steps of the first recipes": lambda j: mean([step_figure(j, *pair) for pair in core]),
        "all steps": lambda j: mean([step_figure(j, *pair) for pair in steps]),
        **{trap: lambda j, t=trap: trap_figure(j, t) for trap in TRAP_RULES},
        "all traps": lambda j: mean([trap_figure(j, trap) for trap in TRAP_RULES]),
        "false traps on clean phrases": false_traps,
    }
    print(f"| {'':32s} | {' | '.join(f'{name:>5s}' for name in columns)} |")
    for name, figure in rows.items():
        values = (figure(judged) for judged in columns.values())
        shown = ("     " if value is None else f"{value:.3f}" for value in values)
        print(f"| {name:32s} | {' | '.join(shown)} |")


def print_misses(judged: Sequence[Judged]) -> None:
    """The phrases on which label and answer differ."""
    for phrase, steps, traps in judged:
        sure = {name: said for name, said in phrase["steps"].items() if said != "unclear"}
        off = [
            f"{name}={steps[name]}"
            for name, said in sure.items()
            if (steps[name] == "found") != (said == "found")
        ]
        off += [f"+{trap}" for trap in sorted(traps - set(phrase["traps"]))]
        off += [f"-{trap}" for trap in sorted(set(phrase["traps"]) - traps)]
        if off := [one for one in off if one.split("=")[0].strip("+-") not in phrase["disputed"]]:
            print(phrase["id"], phrase["recipe"], " ".join(off), "|", phrase["text"])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="train, and keep here what was scored")
    parser.add_argument(
        "--only", nargs="+", choices=GROUPS, default=list(GROUPS), help="groups to leave out in turn"
    )
    parser.add_argument("--misses", action="store_true", help="print the phrases that are missed, too")
    given = parser.parse_args()
    columns = left_out(given.only, given.folder) if given.folder else as_shipped()
    print_table(columns)
    if given.misses:
        print_misses(columns.get("all") or [one for column in columns.values() for one in column])


if __name__ == "__main__":
    main()
