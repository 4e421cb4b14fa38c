"""What a group sees of its own phrases: steps covered, traps, revision, the most liked. No names."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.kinds.phrasing_coach import Reading, read, trap_title
from kit.kinds.phrasing_plan import STAGE_OF_ROUND, Plan, Round, phrase_item
from kit.kinds.phrasing_pool import Phrase

FEWEST = 3
"""Under this number of people no shares are shown, for they would tell who wrote what."""

TOP = 3
"""So many phrases of each situation are shown as the most liked."""

READ_ROUNDS = (Round.NOT_THAT, Round.SAY_THIS, Round.REVISED)
"""The rounds whose phrases the coach reads."""


@dataclass(frozen=True, slots=True)
class Written:
    """One phrase of one participant with what the coach makes of it."""

    participant: str
    round: int
    situation: str
    text: str
    reading: Reading


def written(plan: Plan, responses: pd.DataFrame) -> list[Written]:
    """All phrases for situations, of every round; withdrawn ones and unknown situations are left out."""
    names = {phrase_item(name): name for name in plan.situations}
    taken = responses[responses["round"].isin(READ_ROUNDS) & responses["item"].isin(list(names))]
    columns = (taken[column] for column in ("participant", "round", "item", "value"))
    return [
        Written(participant, number, names[item], text, read(text, plan.for_coach(names[item])))
        for participant, number, item, text in zip(*columns, strict=True)
        if text
    ]


def people(rows: Sequence[Written]) -> int:
    """How many participants wrote these."""
    return len({row.participant for row in rows})


def latest(rows: Sequence[Written]) -> list[Written]:
    """The revised version where there is one, else the first, of every participant and situation."""
    last: dict[tuple[str, str], Written] = {}
    for row in sorted(rows, key=lambda row: row.round):
        if row.round in (Round.SAY_THIS, Round.REVISED):
            last[row.participant, row.situation] = row
    return list(last.values())


def step_counts(plan: Plan, recipe_id: str, rows: Sequence[Written]) -> Iterator[tuple[str, Counter[str]]]:
    """For each step of a recipe how often it was found, unclear and missing in the judged phrases."""
    judged = [row.reading for row in rows if _is_for(plan, row, recipe_id) and row.reading.judged]
    for place, step in enumerate(plan.recipes[recipe_id].steps):
        yield step.id, Counter(reading.verdicts[place] for reading in judged)


def _is_for(plan: Plan, row: Written, recipe_id: str) -> bool:
    return plan.situations[row.situation].recipe == recipe_id


def for_recipe(plan: Plan, recipe_id: str, rows: Sequence[Written]) -> list[Written]:
    """The judged phrases for situations of one recipe."""
    return [row for row in rows if _is_for(plan, row, recipe_id) and row.reading.judged]


def coverage(plan: Plan, rows: Sequence[Written]) -> list[dict[str, Any]]:
    """How many phrases hold each step, before and after the revision; recipes that three people wrote for.

    Returns:
        Dicts with ``recipe``, ``title``, ``people`` and ``steps``, a list of ``{step, title, before, after}``
        with ``{n, found, share}`` each: the phrases that were judged, and those in which the step is there.
    """
    shown = []
    first = [row for row in rows if row.round == Round.SAY_THIS]
    for recipe in plan.recipes.values():
        both = [for_recipe(plan, recipe.id, part) for part in (first, latest(rows))]
        if min(map(people, both)) < FEWEST:
            continue
        counts = [dict(step_counts(plan, recipe.id, part)) for part in both]
        steps = [
            {
                "step": step.id,
                "title": step.title,
                "before": _share(counts[0][step.id]),
                "after": _share(counts[1][step.id]),
            }
            for step in recipe.steps
        ]
        shown.append({"recipe": recipe.id, "title": recipe.title, "people": people(both[1]), "steps": steps})
    return shown


def _share(counts: Counter[str]) -> dict[str, Any]:
    n = sum(counts.values())
    return {"n": n, "found": counts["found"], "share": counts["found"] / n if n else 0.0}


def trap_titles(plan: Plan) -> dict[str, str]:
    """Every trap of the exercise with what it is called, in the recipes' order."""
    points = (point for name in plan.situations for point in plan.for_coach(name).traps)
    return {point.id: trap_title(point) for point in points}


def traps(plan: Plan, rows: Sequence[Written]) -> list[dict[str, Any]]:
    """How many phrases of each stage step into each trap, the most frequent first.

    Returns:
        Dicts with ``trap``, ``title`` and ``stages``, a list of ``{stage, n, count, share}``: those stages in
        which three people wrote. A trap that nobody stepped into is left out.
    """
    by_round = {}
    for number in READ_ROUNDS:
        part = [row for row in rows if row.round == number and row.reading.judged]
        if people(part) >= FEWEST:
            by_round[number] = part
    shown = []
    for trap, title in trap_titles(plan).items():
        stages = []
        for number, part in by_round.items():
            count = sum(trap in row.reading.traps for row in part)
            share = count / len(part)
            stages.append({"stage": STAGE_OF_ROUND[number], "n": len(part), "count": count, "share": share})
        if any(stage["count"] for stage in stages):
            shown.append({"trap": trap, "title": title, "stages": stages})
    return sorted(shown, key=lambda row: -sum(stage["count"] for stage in row["stages"]))


def top(phrases: Sequence[Phrase], with_votes: bool) -> list[dict[str, Any]]:
    """The most liked of these phrases as ``{key, text, votes}``; without votes, some of them, and None."""
    if not with_votes:
        return [{"key": phrase.key, "text": phrase.text, "votes": None} for phrase in phrases[:TOP]]
    liked = sorted(phrases, key=lambda phrase: (-len(phrase.voters), phrase.key))
    return [{"key": phrase.key, "text": phrase.text, "votes": len(phrase.voters)} for phrase in liked[:TOP]]
