"""The results of a map of internal customers as DataFrames, for notebooks and the spreadsheet. No I/O."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kit.content.partners import PartnersExercise
from kit.kinds.partners_agreements import Agreement, agreements
from kit.kinds.partners_group import (
    EXTRA,
    MATCHED,
    MISSED,
    UNHEARD,
    Group,
    depended_on,
    reciprocity,
    unserved,
)
from kit.kinds.placing import COMMITMENT
from kit.kinds.roles import RoleBook
from kit.text import gettext as _

OUTCOMES = (MATCHED, MISSED, EXTRA, UNHEARD)


def tables(
    exercise: PartnersExercise, responses: pd.DataFrame, decisions: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """All tables by name, which is also the sheet's name. Roles have the names that the facilitator left them.

    - ``summary``: ``measure`` (text), ``value`` (number or text).
    - ``roles``, one row a role in the order of the first mention: ``role``, ``listed`` (in the exercise's
      list), ``holders`` (people who have it), ``depended_on`` (people who named a link to it), ``depends_on``
      (the same, from it), ``unserved`` (gets nothing from anybody), ``merged`` (names that were merged into it).
    - ``links``, ``needs``, ``ratings``: see ``kit.kinds.partners_group.Group``.
    - ``gaps``, one row a link: ``needs_role``, ``gives_role``, ``both_ways``, and how many needs are
      ``matched``, ``missed``, ``extra``, ``unheard`` (see ``Group.needs``).
    - ``agreements``, one row an agreement: ``first_role``, ``first_gives``, ``first_by``, ``second_role``,
      ``second_gives``, ``second_by``, ``review`` (a day), ``first_confirmed``, ``second_confirmed``,
      ``confirmed`` (by both sides), ``at`` (UTC, when it was last written).
    - ``commitments``: ``participant``, ``commitment``, ``at``.
    """
    book = RoleBook(exercise.roles, decisions)
    group = Group(book, responses, decisions)
    cards = agreements(book, responses, group.holders)
    links, needs = group.links(), group.needs()
    return {
        "summary": summary_table(exercise, group, links, needs, list(cards.values())),
        "roles": roles_table(book, group),
        "links": links,
        "needs": needs,
        "gaps": gaps_table(links, needs),
        "ratings": group.ratings(),
        "agreements": agreements_table(list(cards.values())),
        "commitments": commitments_table(responses),
    }


def roles_table(book: RoleBook, group: Group) -> pd.DataFrame:
    """One row a role; see ``tables``."""
    graph = group.graph()
    depended, lonely = dict(depended_on(graph)), set(unserved(graph))
    merged: dict[str, list[str]] = {}
    for name, into in book.merged():
        merged.setdefault(into, []).append(name)
    rows = [
        (
            role,
            role in book.listed,
            len(group.holders.get(role, ())),
            depended.get(role, 0),
            int(graph.out_degree(role, weight="weight")),
            role in lonely,
            ", ".join(merged.get(role, ())),
        )
        for role in group.roles()
    ]
    columns = ["role", "listed", "holders", "depended_on", "depends_on", "unserved", "merged"]
    return pd.DataFrame(rows, columns=columns)


def gaps_table(links: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """One row a link with the number of needs by outcome; see ``tables``."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in needs.itertuples():
        outcomes = counts.setdefault((row.needs_role, row.gives_role), dict.fromkeys(OUTCOMES, 0))
        # A matched need stands in the table twice, once for each side: the stated one is counted.
        outcomes[row.outcome] += row.outcome != MATCHED or row.side == "stated"
    none = dict.fromkeys(OUTCOMES, 0)
    rows = [
        (
            row.needs_role,
            row.gives_role,
            row.both_ways,
            *counts.get((row.needs_role, row.gives_role), none).values(),
        )
        for row in links.itertuples()
    ]
    return pd.DataFrame(rows, columns=["needs_role", "gives_role", "both_ways", *OUTCOMES])


def agreements_table(cards: list[Agreement]) -> pd.DataFrame:
    """One row an agreement; see ``tables``."""
    sides = ("first", "second")
    columns = [f"{side}_{part}" for side in sides for part in ("role", "gives", "by")]
    columns += ["review", "first_confirmed", "second_confirmed", "confirmed", "at"]
    rows = [
        (
            *(text for side in (0, 1) for text in (card.roles[side], card.gives[side], card.by[side])),
            card.review,
            *card.confirmed,
            card.is_confirmed,
            card.at,
        )
        for card in cards
    ]
    return pd.DataFrame(rows, columns=columns)


def commitments_table(responses: pd.DataFrame) -> pd.DataFrame:
    """What people will do on Monday, by participant."""
    written = responses[(responses["round"] == 0) & (responses["item"] == COMMITMENT)]
    order = written["participant"].map(lambda name: f"{len(name):04}{name}")
    table = written.loc[order.sort_values(kind="stable").index].rename(columns={"value": "commitment"})
    return table[["participant", "commitment", "at"]].reset_index(drop=True)


def summary_table(
    exercise: PartnersExercise,
    group: Group,
    links: pd.DataFrame,
    needs: pd.DataFrame,
    cards: list[Agreement],
) -> pd.DataFrame:
    """The exercise on one page; shares are missing under three people."""
    graph = group.graph()
    most = depended_on(graph)
    stated = needs[needs["side"] == "stated"]
    rows: list[tuple[str, Any]] = [
        (_("Exercise"), exercise.title),
        (_("Participants"), group.size),
        (_("Roles"), graph.number_of_nodes()),
        (_("Links"), len(links)),
        (_("Links that run both ways, share"), None if group.too_few else reciprocity(links)),
        (_("Links that run one way"), int((~links["both_ways"]).sum())),
        (_("Most depended on"), most[0][0] if most else None),
        (_("Roles that nobody serves"), len(unserved(graph))),
        (_("Needs stated"), len(stated)),
        (_("Stated needs that were predicted"), int((stated["outcome"] == MATCHED).sum())),
        (_("Stated needs that nobody predicted"), int((stated["outcome"] == MISSED).sum())),
        (_("Predicted needs that nobody stated"), int((needs["outcome"] == EXTRA).sum())),
        (_("Agreements"), len(cards)),
        (_("Agreements that both sides confirmed"), sum(card.is_confirmed for card in cards)),
    ]
    # Of objects, because a measure is a text or a number.
    value = pd.Series([value for _measure, value in rows], dtype="object")
    return pd.DataFrame({"measure": [measure for measure, _value in rows], "value": value})
