"""A phrasing exercise's results as DataFrames, for notebooks and the spreadsheet. No I/O."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kit.kinds import phrasing_group as group
from kit.kinds.kind import Decisions
from kit.kinds.phrasing_coach import Reading, read
from kit.kinds.phrasing_group import FEWEST, READ_ROUNDS, Written
from kit.kinds.phrasing_plan import STAGE_OF_ROUND, Plan, Round, phrase_item, phrase_key
from kit.kinds.phrasing_pool import Pool
from kit.text import gettext as _


def tables(plan: Plan, responses: pd.DataFrame, decisions: Decisions) -> dict[str, pd.DataFrame]:
    """All tables by name, which is also the sheet's name.

    Shares run from 0 to 1 and are missing (NaN) where fewer than three people wrote. Counts of steps and
    traps are of phrases that the coach could judge.

    - ``summary``: ``measure`` (text), ``value`` (number or text).
    - ``phrases``, one row a phrase, by participant and round: ``participant``, ``round``, ``stage``
      ("tempting", "not-that", "say-this": the first version, "showcase": the revised one), ``situation`` (id;
      empty in "tempting"), ``recipe`` (id), ``text``, ``steps`` ("own: found, solution: missing"), ``traps``
      ("deflect, helpless"), ``votes`` (missing but for first versions), ``hidden`` (kept from the room),
      ``merged_into`` (``phrase`` of the one that stands for it), ``phrase`` (key, of first versions), ``at``
      (UTC), and ``late`` if the responses have it. ``steps`` of another language than English are empty.
    - ``coverage``, one row a stage and step: ``stage``, ``recipe``, ``recipe_title``, ``step``,
      ``step_title``, ``people``, ``n`` (phrases), ``found``, ``unclear``, ``missing``, ``share`` (found).
    - ``traps``, one row a stage and trap: ``stage``, ``trap``, ``trap_title``, ``people``, ``n``, ``count``,
      ``share``.
    - ``revision``, one row a step, of phrases with both versions: ``recipe``, ``recipe_title``, ``step``,
      ``step_title``, ``people``, ``n``, ``before`` (found in the first), ``after`` (in the revised),
      ``gained``, ``lost``, ``share_before``, ``share_after``.
    - ``votes``, one row a phrase that the room could read, the most liked of each situation first:
      ``situation``, ``phrase``, ``text``, ``authors`` (people), ``votes``.
    - ``cards``: ``participant``, ``when``, ``instead``, ``say``, ``at`` (UTC, of the last change).
    """
    responses = _in_order(responses)
    pool = Pool(plan, responses, decisions)
    rows = group.written(plan, responses)
    found = {
        "phrases": phrases_table(plan, pool, responses),
        "coverage": coverage_table(plan, rows),
        "traps": traps_table(plan, rows),
        "revision": revision_table(plan, rows),
        "votes": votes_table(pool),
        "cards": cards_table(plan, responses),
    }
    return {"summary": summary_table(plan, rows, found), **found}


def phrases_table(plan: Plan, pool: Pool, responses: pd.DataFrame) -> pd.DataFrame:
    """Everything that was written but for the cards."""
    late = [column for column in ("late",) if column in responses]
    taken = responses[responses["round"].isin([int(number) for number in STAGE_OF_ROUND])]
    names = {phrase_item(name): name for name in plan.situations}
    rows = []
    for response in taken[taken["value"] != ""].to_dict("records"):
        situation = names.get(response["item"], "")
        if not situation and response["round"] != Round.TEMPTING:
            continue
        rows.append(_phrase_row(plan, pool, response, situation) | {name: response[name] for name in late})
    columns = ["participant", "round", "stage", "situation", "recipe", "text", "steps", "traps", "votes"]
    columns += ["hidden", "merged_into", "phrase", "at", *late]
    types = {"votes": "Int64", "hidden": "bool", "round": "int64"}
    return pd.DataFrame(rows, columns=columns).astype(types).astype({"at": responses["at"].dtype})


def _phrase_row(plan: Plan, pool: Pool, response: Mapping[str, Any], situation: str) -> dict[str, Any]:
    number, text = Round(response["round"]), response["value"]
    row = {
        "participant": response["participant"],
        "round": int(number),
        "stage": STAGE_OF_ROUND[number],
        "situation": situation,
        "recipe": plan.situations[situation].recipe if situation else "",
        "text": text,
        "steps": "",
        "traps": "",
        "votes": None,
        "hidden": False,
        "merged_into": "",
        "phrase": "",
        "at": response["at"],
    }
    if situation:
        row |= _reading_columns(plan, situation, read(text, plan.for_coach(situation)))
    if number is Round.SAY_THIS:
        key = phrase_key(situation, text)
        phrase = pool.phrases[key]
        row |= {"phrase": key, "votes": len(phrase.voters), "hidden": phrase.hidden}
        row["merged_into"] = phrase.merged_into
    return row


def _reading_columns(plan: Plan, situation: str, reading: Reading) -> dict[str, str]:
    if not reading.judged:
        return {}
    steps = zip(plan.recipe_of(situation).steps, reading.verdicts, strict=True)
    told = ", ".join(f"{step.id}: {verdict}" for step, verdict in steps)
    return {"steps": told, "traps": ", ".join(reading.traps)}


def _by_stage(rows: Sequence[Written]) -> list[tuple[str, list[Written]]]:
    """The judged phrases of each stage."""
    judged = [row for row in rows if row.reading.judged]
    return [
        (STAGE_OF_ROUND[number], [row for row in judged if row.round == number]) for number in READ_ROUNDS
    ]


def _share(count: int, n: int, people: int) -> float:
    return count / n if n and people >= FEWEST else math.nan


def coverage_table(plan: Plan, rows: Sequence[Written]) -> pd.DataFrame:
    """How often each step is there, stage by stage; recipes for which nobody wrote have no rows."""
    shown: list[dict[str, Any]] = []
    for stage, part in _by_stage(rows):
        for recipe in plan.recipes.values():
            taken = group.for_recipe(plan, recipe.id, part)
            titles = {step.id: step.title for step in recipe.steps}
            for step, counts in group.step_counts(plan, recipe.id, taken):
                if taken:
                    row = {"stage": stage, "recipe": recipe.id, "recipe_title": recipe.title, "step": step}
                    row |= {"step_title": titles[step], "people": group.people(taken), "n": len(taken)}
                    row |= {verdict: counts[verdict] for verdict in ("found", "unclear", "missing")}
                    row["share"] = _share(counts["found"], len(taken), group.people(taken))
                    shown.append(row)
    columns = ["stage", "recipe", "recipe_title", "step", "step_title", "people", "n"]
    return pd.DataFrame(shown, columns=[*columns, "found", "unclear", "missing", "share"])


def traps_table(plan: Plan, rows: Sequence[Written]) -> pd.DataFrame:
    """How often each trap is there, stage by stage; stages in which nobody wrote have no rows."""
    shown: list[dict[str, Any]] = []
    for stage, part in _by_stage(rows):
        counts = Counter(trap for row in part for trap in row.reading.traps)
        for trap, title in group.trap_titles(plan).items() if part else ():
            people, count = group.people(part), counts[trap]
            row = {"stage": stage, "trap": trap, "trap_title": title, "people": people, "n": len(part)}
            shown.append(row | {"count": count, "share": _share(count, len(part), people)})
    return pd.DataFrame(shown, columns=["stage", "trap", "trap_title", "people", "n", "count", "share"])


def revision_table(plan: Plan, rows: Sequence[Written]) -> pd.DataFrame:
    """What the revision changed, step by step; recipes without a phrase in both versions have no rows."""
    versions: dict[int, dict[tuple[str, str], Written]] = {Round.SAY_THIS: {}, Round.REVISED: {}}
    for row in rows:
        if row.round in versions and row.reading.judged:
            versions[row.round][row.participant, row.situation] = row
    first, revised = versions[Round.SAY_THIS], versions[Round.REVISED]
    shown: list[dict[str, Any]] = []
    for recipe in plan.recipes.values():
        both = [
            (first[key], revised[key])
            for key in first.keys() & revised.keys()
            if plan.situations[key[1]].recipe == recipe.id
        ]
        people = group.people([row for row, _revised in both])
        for place, step in enumerate(recipe.steps if both else ()):
            moves = Counter(_found(one, place) + 2 * _found(other, place) for one, other in both)
            before, after = moves[1] + moves[3], moves[2] + moves[3]
            row = {"recipe": recipe.id, "recipe_title": recipe.title, "step": step.id}
            row |= {"step_title": step.title, "people": people, "n": len(both)}
            row |= {"before": before, "after": after, "gained": moves[2], "lost": moves[1]}
            row["share_before"] = _share(before, len(both), people)
            row["share_after"] = _share(after, len(both), people)
            shown.append(row)
    columns = ["recipe", "recipe_title", "step", "step_title", "people", "n", "before", "after"]
    return pd.DataFrame(shown, columns=[*columns, "gained", "lost", "share_before", "share_after"])


def _found(row: Written, place: int) -> int:
    return int(row.reading.verdicts[place] == "found")


def votes_table(pool: Pool) -> pd.DataFrame:
    """The phrases that the room could read, with their votes."""
    places = {situation: place for place, situation in enumerate(_situations(pool))}
    shown = sorted(
        (phrase for phrase in pool.phrases.values() if phrase.is_shown),
        key=lambda phrase: (places[phrase.situation], -len(phrase.voters), phrase.key),
    )
    rows = [
        (phrase.situation, phrase.key, phrase.text, len(phrase.authors), len(phrase.voters))
        for phrase in shown
    ]
    return pd.DataFrame(rows, columns=["situation", "phrase", "text", "authors", "votes"])


def _situations(pool: Pool) -> list[str]:
    return list(dict.fromkeys(phrase.situation for phrase in pool.phrases.values()))


def cards_table(plan: Plan, responses: pd.DataFrame) -> pd.DataFrame:
    """What people take away, as it stands on their cards; whoever touched no card has no row."""
    rows = []
    for participant, own in responses.groupby("participant", sort=False):
        touched = own[(own["round"] == Round.CARD) & (own["value"] != "")]
        if len(touched):
            answers = dict(zip(zip(own["round"], own["item"], strict=True), own["value"], strict=True))
            rows.append({"participant": participant, **plan.card(answers), "at": touched["at"].max()})
    table = pd.DataFrame(rows, columns=["participant", "when", "instead", "say", "at"])
    return table.astype({"at": responses["at"].dtype})


def summary_table(plan: Plan, rows: Sequence[Written], found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The exercise on one page."""
    last = group.latest(rows)
    first = [row for row in rows if row.round == Round.SAY_THIS]
    revised = [row for row in rows if row.round == Round.REVISED]
    measures: list[tuple[str, Any]] = [
        (_("Exercise"), plan.exercise.title),
        (_("Participants who wrote"), group.people(rows)),
        (_("Phrases, first version"), len(first)),
        (_("Phrases, revised"), len(revised)),
        (_("Steps there, share in first versions"), _steps_share(first)),
        (_("Steps there, share in latest versions"), _steps_share(last)),
        (_("Phrases with a trap, share in first versions"), _trap_share(first)),
        (_("Phrases with a trap, share in latest versions"), _trap_share(last)),
        (_("Votes"), int(found["votes"]["votes"].sum())),
        (_("Cards"), len(found["cards"])),
    ]
    # Of objects, because a measure is a text or a number.
    value = pd.Series([value for _measure, value in measures], dtype="object")
    return pd.DataFrame({"measure": [measure for measure, _value in measures], "value": value})


def _steps_share(rows: Sequence[Written]) -> float:
    verdicts = [verdict for row in rows if row.reading.judged for verdict in row.reading.verdicts]
    return _share(verdicts.count("found"), len(verdicts), group.people(rows))


def _trap_share(rows: Sequence[Written]) -> float:
    judged = [row for row in rows if row.reading.judged]
    return _share(sum(bool(row.reading.traps) for row in judged), len(judged), group.people(judged))


def _in_order(responses: pd.DataFrame) -> pd.DataFrame:
    """By participant (P2 before P10), round and item, so that the order of arrival changes nothing."""
    ordered = responses.sort_values(["round", "item"], kind="stable")
    return ordered.sort_values("participant", key=_natural, kind="stable")


def _natural(participants: pd.Series) -> pd.Series:
    return participants.map(lambda name: f"{len(name):04}{name}")
