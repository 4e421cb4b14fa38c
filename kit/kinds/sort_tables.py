"""A sort's results as DataFrames, for the facilitator's notebooks and the spreadsheet. No I/O."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from kit.kinds import agreement
from kit.kinds.placing import COMMITMENT, Judge, Verdict
from kit.kinds.sort_group import FEWEST
from kit.text import gettext as _


def tables(judge: Judge, responses: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All tables by name, which is also the sheet's name.

    Tables of both rounds have a column ``round``; round 2 has rows once somebody sorted again.

    - ``summary``: ``measure`` (text), ``value`` (number or text).
    - ``placements``, one row a placement: ``participant``, ``round``, ``item`` (card id), ``card`` (text),
      ``placed`` (category id), ``placed_name``, ``correct`` ("exact", "wider", "other"), ``at`` (UTC), and
      ``late`` if the responses have it.
    - ``matrix``, one row a card in the deck's order: ``round``, ``item``, ``card``, ``n``,
      ``count_<category>``, ``share_<category>`` (0 to 1, NaN under three people).
    - ``agreement``: ``round``, ``scope`` ("all cards", or "sorted again": only the cards of round 2, so that
      the rounds compare), and the figures of ``kit.kinds.agreement.Agreement``.
    - ``split``, the most split card first: ``round``, ``item``, ``card``, ``n``, ``modal`` (category id),
      ``modal_name``, ``modal_share`` (NaN under three people), ``entropy`` (bits), ``answer``,
      ``answer_name``.
    - ``shift``, see ``kit.kinds.agreement.shift``, with ``card`` and ``before_name``; the rows of all cards
      together have no ``item``.
    - ``commitments``: ``participant``, ``commitment``, ``at``.
    """
    placements = _in_order(judge, judge.placements(responses))
    scores = agreement_table(judge, placements)
    return {
        "summary": summary_table(judge, placements, responses, scores),
        "placements": placements_table(judge, placements),
        "matrix": matrix_table(judge, placements),
        "agreement": scores,
        "split": split_table(judge, placements),
        "shift": shift_table(judge, placements),
        "commitments": commitments_table(responses),
    }


def placements_table(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """One row a placement, by round, participant and the deck's order."""
    late = [column for column in ("late",) if column in placements]
    verdicts = [
        judge.verdict(item, placed).value
        for item, placed in zip(placements["item"], placements["value"], strict=True)
    ]
    table = placements.rename(columns={"value": "placed"}).assign(
        card=[judge.cards[item].text for item in placements["item"]],
        placed_name=[judge.categories[placed].name for placed in placements["value"]],
        correct=verdicts,
    )
    columns = ["participant", "round", "item", "card", "placed", "placed_name", "correct", "at", *late]
    return table[columns].reset_index(drop=True)


def matrix_table(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """The placement matrix of each round."""
    rows, columns = [], ["item", "n"]
    for number, items, taken in _rounds(judge, placements):
        matrix = agreement.placement_matrix(taken, items, list(judge.categories), FEWEST)
        columns = list(matrix.columns)
        rows += [{"round": number, "card": judge.cards[row["item"]].text, **row} for row in _records(matrix)]
    return pd.DataFrame(rows, columns=["round", "item", "card", *columns[1:]])


def agreement_table(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """Kappa and alpha of each round, and of round 1 on the cards that were sorted again."""
    rows = []
    rounds = list(_rounds(judge, placements))
    again = rounds[1][1] if len(rounds) > 1 else []
    for number, items, taken in rounds:
        scopes = {"all cards": items, "sorted again": again} if number == 1 else {"sorted again": again}
        for scope, cards in scopes.items():
            if cards:
                figures = agreement.agreement(taken[taken["item"].isin(cards)], cards, list(judge.categories))
                rows.append({"round": number, "scope": scope, **asdict(figures)})
    return pd.DataFrame(rows)


def split_table(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """The cards of each round, the most split first."""
    rows = []
    for number, items, taken in _rounds(judge, placements):
        for row in _records(agreement.split(taken, items, list(judge.categories), FEWEST)):
            card = judge.cards[row["item"]]
            modal_name = judge.categories[row["modal"]].name if row["n"] else None
            answer_name = judge.categories[card.answer].name
            row.update(modal=row["modal"] if row["n"] else None, modal_name=modal_name)
            row.update(round=number, card=card.text, answer=card.answer, answer_name=answer_name)
            rows.append(row)
    columns = ["round", "item", "card", "n", "modal", "modal_name", "modal_share", "entropy"]
    return pd.DataFrame(rows, columns=[*columns, "answer", "answer_name"])


def shift_table(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """Who moved between the rounds, in a readable order of columns; no rows before anybody sorted again."""
    table = agreement.shift(placements, list(judge.cards), list(judge.categories), judge.direction)
    if not table["n"].sum():
        table = table[:0]
    cards = [judge.cards[item].text if item else _("All cards") for item in table["item"]]
    names = [judge.categories[before].name for before in table["before"]]
    table = table.assign(card=cards, before_name=names)
    first = ["item", "card", "before", "before_name"]
    return table[[*first, *(column for column in table.columns if column not in first)]]


def commitments_table(responses: pd.DataFrame) -> pd.DataFrame:
    """What people will do on Monday, by participant."""
    written = responses[(responses["round"] == 0) & (responses["item"] == COMMITMENT)]
    written = written.sort_values("participant", key=_natural, kind="stable")
    table = written.rename(columns={"value": "commitment"})
    return table[["participant", "commitment", "at"]].reset_index(drop=True)


def summary_table(
    judge: Judge, placements: pd.DataFrame, responses: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """The exercise on one page."""
    first, second = (placements[placements["round"] == number] for number in (1, 2))
    rows: list[tuple[str, Any]] = [
        (_("Exercise"), judge.deck.title),
        (_("Cards"), len(judge.cards)),
        (_("Participants"), int(placements["participant"].nunique())),
        (_("Placements, round 1"), len(first)),
        (_("Placements, round 2"), len(second)),
        (_("Exact, share of placements in round 1"), _exact_share(judge, first)),
        (_("Exact, share of placements in round 2"), _exact_share(judge, second)),
        (_("Fleiss' kappa, round 1"), scores["kappa"].iloc[0]),
        (_("Krippendorff's alpha, round 1"), scores["alpha"].iloc[0]),
        (_("Commitments"), len(commitments_table(responses))),
    ]
    # Of objects, because a measure is a text or a number.
    value = pd.Series([value for _measure, value in rows], dtype="object")
    return pd.DataFrame({"measure": [measure for measure, _value in rows], "value": value})


def _exact_share(judge: Judge, placements: pd.DataFrame) -> float:
    if not len(placements):
        return math.nan
    placed = zip(placements["item"], placements["value"], strict=True)
    return sum(judge.verdict(item, value) is Verdict.EXACT for item, value in placed) / len(placements)


def _rounds(judge: Judge, placements: pd.DataFrame) -> Iterator[tuple[int, list[str], pd.DataFrame]]:
    """Each round with its cards and placements: round 1 with all cards, round 2 with those sorted again."""
    second = placements[placements["round"] == 2]
    again = set(second["item"])
    yield 1, list(judge.cards), placements[placements["round"] == 1]
    if again:
        yield 2, [item for item in judge.cards if item in again], second


def _in_order(judge: Judge, placements: pd.DataFrame) -> pd.DataFrame:
    """By round, participant and the deck's order, so that the order of arrival changes nothing."""
    order = {item: index for index, item in enumerate(judge.cards)}
    placed = placements.sort_values("item", key=lambda column: column.map(order))
    placed = placed.sort_values("participant", key=_natural, kind="stable")
    return placed.sort_values("round", kind="stable")


def _natural(participants: pd.Series) -> pd.Series:
    """Keys that sort P2 before P10."""
    return participants.map(lambda name: f"{len(name):04}{name}")


def _records(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    return table.to_dict("records")
