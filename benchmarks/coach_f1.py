"""How well the phrase coach judges an author it has not seen.

    python benchmarks/coach_f1.py [--misses GROUP] [--without-own] [--with-blind]

Leave one author out: the model is trained on two of the authors a, b and c (and our own phrases)
and judged on the third, in turn; authors d1 to d6, who are ours and were labelled before the coach's
code was read, are judged by a model of a, b, c and our own phrases.  Labels that are unclear or
disputed are left out.  A step's figure is the mean of F1 for found and F1 for not found, where an
answer of unclear counts as not found; a trap's figure is F1 of its presence.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from coach_train import Phrase, features_of, fit, load_own_phrases, load_phrases, to_json

from kit.coach.model import Model
from kit.coach.reading import read
from kit.coach.recipe import TRAP_RULES, built_in_recipes
from kit.coach.rules import Judgement

GROUPS = {"a": ("a",), "b": ("b",), "c": ("c",), "d1-3": ("d1", "d2", "d3"), "d4-6": ("d4", "d5", "d6")}
Judged = tuple[Phrase, dict[str, str], set[str]]


def judge(phrases: Sequence[Phrase], model: Model) -> list[Judged]:
    """Each phrase with the coach's verdict on its steps and the traps that it sees."""
    judged = []
    for phrase in phrases:
        recipe = built_in_recipes()[phrase["recipe"]]
        judgement = Judgement(read(phrase["text"]), recipe.id, model)
        steps = {step.id: judgement.step(step.rule) for step in recipe.steps}
        judged.append((phrase, steps, {trap.id for trap in recipe.traps if judgement.has_trap(trap.rule)}))
    return judged


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """F1 of the first of each pair (answer) against the second (label)."""
    hits = sum(answer and label for answer, label in pairs)
    marked = sum(answer for answer, _ in pairs) + sum(label for _, label in pairs)
    return 2 * hits / marked if marked else 0.0


def step_figure(judged: Sequence[Judged], recipe_id: str, step: str) -> float:
    """Mean F1 of found and not found for one step."""
    pairs = [
        (steps[step] == "found", phrase["steps"][step] == "found")
        for phrase, steps, _ in judged
        if phrase["recipe"] == recipe_id
        and step not in phrase["disputed"]
        and phrase["steps"].get(step, "unclear") != "unclear"
    ]
    return (f1(pairs) + f1([(not answer, not label) for answer, label in pairs])) / 2


def trap_figure(judged: Sequence[Judged], trap: str) -> float:
    """F1 of one trap's presence over all recipes."""
    return f1(
        [
            (trap in traps, trap in phrase["traps"])
            for phrase, _, traps in judged
            if trap not in phrase["disputed"]
        ]
    )


def figures(judged: Sequence[Judged]) -> tuple[dict[str, float], dict[str, float]]:
    """Figures of the eight steps and the eight traps."""
    steps = {
        f"{recipe.id}.{step.id}": step_figure(judged, recipe.id, step.id)
        for recipe in built_in_recipes().values()
        for step in recipe.steps
    }
    return steps, {trap: trap_figure(judged, trap) for trap in TRAP_RULES}


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean."""
    return sum(values) / len(values)


def leave_one_out(
    own: Sequence[Phrase], with_blind: bool, report: Callable[[str, list[Judged]], None]
) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """Figures of every group of authors by a model that has not seen them; `report` gets each group."""
    phrases = load_phrases()
    seen = {id(phrase): features_of(phrase) for phrase in [*phrases, *own]}
    found = {}
    for left_out in "abcd":
        known = [
            phrase for phrase in phrases if phrase["author"][0] not in (left_out, "" if with_blind else "d")
        ]
        known += own
        model = Model(to_json(*fit(known, [seen[id(phrase)] for phrase in known])))
        for group, authors in GROUPS.items():
            if authors[0][0] == left_out:
                judged = judge([phrase for phrase in phrases if phrase["author"] in authors], model)
                report(group, judged)
                found[group] = figures(judged)
    return found


def print_misses(judged: Sequence[Judged]) -> None:
    """The phrases on which label and answer differ."""
    for phrase, steps, traps in judged:
        off = [
            f"{step}={verdict}"
            for step, verdict in steps.items()
            if step not in phrase["disputed"]
            and phrase["steps"].get(step, "unclear") != "unclear"
            and (verdict == "found") != (phrase["steps"][step] == "found")
        ]
        off += [f"+{trap}" for trap in sorted(traps - set(phrase["traps"]) - set(phrase["disputed"]))]
        off += [f"-{trap}" for trap in sorted(set(phrase["traps"]) - traps - set(phrase["disputed"]))]
        if off:
            print(phrase["id"], phrase["recipe"], " ".join(off), "|", phrase["text"])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", metavar="GROUP", default="", help="print the phrases missed in this fold")
    parser.add_argument("--without-own", action="store_true", help="train without our own phrases")
    parser.add_argument(
        "--with-blind", action="store_true", help="train on d1 to d6 as well in folds a, b, c"
    )
    given = parser.parse_args()

    def report(group: str, judged: list[Judged]) -> None:
        if group == given.misses:
            print_misses(judged)

    own = [] if given.without_own else load_own_phrases()
    found = leave_one_out(own, given.with_blind, report)
    for number, kind in enumerate(("steps", "traps")):
        print(f"{kind:28s}{''.join(f'{group:>6s}' for group in found)}   a to c")
        columns = [pair[number] for pair in found.values()]
        for name in columns[0]:
            _print_row(name, [column[name] for column in columns])
        _print_row("macro mean", [mean(list(column.values())) for column in columns])


def _print_row(name: str, values: Sequence[float]) -> None:
    print(f"  {name:26s}{''.join(f'{value:6.2f}' for value in values)}   {mean(values[:3]):.3f}")


if __name__ == "__main__":
    main()
