"""What a group sees of its own sort: bars per card and who moved. Plain dicts for templates, no names."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kit.kinds import agreement
from kit.kinds.placing import Judge, Verdict

FEWEST = 3
"""Under this number of people no shares are shown, for they would tell who placed what."""

CONTESTED = 5
"""At most this many cards are talked about and sorted again; more tire a room."""


def people(placements: pd.DataFrame) -> int:
    """How many participants have at least one of these placements."""
    return int(placements["participant"].nunique())


def contested(judge: Judge, placements: pd.DataFrame) -> list[str]:
    """The cards to talk about, by round 1: the most split first; if all agree, those off the answer."""
    first = placements[placements["round"] == 1]
    ranked = agreement.split(first, list(judge.cards), list(judge.categories))
    split = [row.item for row in ranked.itertuples() if row.n and row.entropy > 0]
    agreed_elsewhere = [
        row.item
        for row in ranked.itertuples()
        if row.n and judge.verdict(row.item, row.modal) is not Verdict.EXACT
    ]
    return (split or agreed_elsewhere)[:CONTESTED]


def bars(
    judge: Judge, placements: pd.DataFrame, items: Sequence[str], with_key: bool
) -> list[dict[str, Any]]:
    """One bar a card, in the order of ``items``.

    Returns:
        Dicts with ``card`` (id), ``text``, ``n``, ``shares``, ``modal`` (category id), ``modal_name``, and
        ``again``: the same of round 2 (``n``, ``shares``, ``modal``, ``modal_name``) or None. ``shares`` is a
        list, in the order of the categories, of ``{category, name, count, share, verdict}``; it is empty and
        ``modal`` None where fewer than three people placed the card. ``with_key`` adds ``answer``,
        ``answer_name`` and ``reason``, and a ``verdict`` ("exact", "wider", "other") to each share, which is
        None else.
    """
    rounds = [
        _round_bars(judge, placements[placements["round"] == number], items, with_key) for number in (1, 2)
    ]
    shown = []
    for item, first, second in zip(items, *rounds, strict=True):
        card = judge.cards[item]
        bar = {"card": item, "text": card.text, **first, "again": second if second["n"] else None}
        if with_key:
            bar["answer"] = card.answer
            bar["answer_name"] = judge.categories[card.answer].name
            bar["reason"] = card.reason
        shown.append(bar)
    return shown


def _round_bars(
    judge: Judge, placements: pd.DataFrame, items: Sequence[str], with_key: bool
) -> list[dict[str, Any]]:
    """The bars of one round, without the cards' own texts."""
    table = agreement.placement_counts(placements, items, list(judge.categories))
    return [_one_bar(judge, item, counts, with_key) for item, *counts in table.itertuples()]


def _one_bar(judge: Judge, item: str, counts: Sequence[int], with_key: bool) -> dict[str, Any]:
    n = sum(counts)
    if n < FEWEST:
        return {"n": n, "shares": [], "modal": None, "modal_name": None}
    shares = [
        {
            "category": category.id,
            "name": category.name,
            "count": count,
            "share": count / n,
            "verdict": judge.verdict(item, category.id).value if with_key else None,
        }
        for category, count in zip(judge.categories.values(), counts, strict=True)
    ]
    modal = max(shares, key=lambda share: share["count"])
    return {"n": n, "shares": shares, "modal": modal["category"], "modal_name": modal["name"]}


def shift(judge: Judge, placements: pd.DataFrame) -> dict[str, Any] | None:
    """Who moved between the rounds, all cards together and card by card; None if nobody sorted a card again.

    Returns:
        ``people`` (who placed a card in both rounds), ``too_few``; and, empty if too few: ``totals``
        ``{towards, away, sideways, stayed}`` (placements); ``rows``, one a category of round 1,
        ``{category, name, n, after: [{category, name, count}]}``; ``cards``, those that three people or more
        placed twice, ``{card, text, n, towards, away, sideways, stayed}``.
    """
    keys = ["participant", "item"]
    first, second = (placements.loc[placements["round"] == number, keys] for number in (1, 2))
    movers = people(second.merge(first, on=keys))
    if not movers:
        return None
    if movers < FEWEST:
        return {"people": movers, "too_few": True, "totals": {}, "rows": [], "cards": []}
    table = agreement.shift(placements, list(judge.cards), list(judge.categories), judge.direction)
    rows = table.to_dict("records")
    total = [row for row in rows if not row["item"]]
    return {
        "people": movers,
        "too_few": False,
        "totals": {way: sum(row[way] for row in total) for way in agreement.DIRECTIONS},
        "rows": [_shift_row(judge, row) for row in total],
        "cards": _shift_cards(judge, [row for row in rows if row["item"]]),
    }


def _shift_row(judge: Judge, row: dict[str, Any]) -> dict[str, Any]:
    after = [
        {"category": category.id, "name": category.name, "count": row[f"after_{category.id}"]}
        for category in judge.categories.values()
    ]
    name = judge.categories[row["before"]].name
    return {"category": row["before"], "name": name, "n": row["n"], "after": after}


def _shift_cards(judge: Judge, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = ("n", *agreement.DIRECTIONS)
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        sums.setdefault(row["item"], Counter()).update({column: row[column] for column in columns})
    return [
        {"card": item, "text": judge.cards[item].text, **{column: total[column] for column in columns}}
        for item, total in sums.items()
        if total["n"] >= FEWEST
    ]
