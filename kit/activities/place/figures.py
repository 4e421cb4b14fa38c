"""What is taken home of placements whose answers are known: every table and picture but that of who moved."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Room, Share, Summary, Table, people
from kit.activities.charts import Chart, Heat
from kit.activities.place import Place, Placed, agreement
from kit.activities.place.judge import Judge, Verdict
from kit.text import either
from kit.text import gettext as _

PLACEMENTS = Table(
    "placements",
    _("who placed which card where, and when"),
    "participant round item card placed placed_name correct at late?",
    _("Nobody has placed a card in this session."),
    answers="item card placed placed_name correct",
    note=_(
        "`correct` says how well it fits: `exact`, `wider` or `other`. `late` marks what arrived after its round, for "
        "example from a phone that had been offline; it counts all the same. Times are in UTC."
    ),
)
"""One row a placement, by round, participant and the deck's order; ``placed`` is the category's id."""

MATRIX = Table(
    "matrix",
    _("how many placed each card where"),
    "round item card n count_* share_*",
    note=_(
        "`n` people placed the card, `count_…` of them there, which is the share `share_…`. Look for rows with two "
        "equal shares: there the room is of two minds, and a talk about that card is worth its time."
    ),
)
"""One row a card and round; shares are 0 to 1, and NaN under three people."""

AGREEMENT = Table(
    "agreement",
    _("how far the room agreed: kappa and alpha"),
    "round scope cards participants placements kappa kappa_low kappa_high alpha alpha_low alpha_high",
    note=_(
        "Fleiss' kappa and Krippendorff's alpha ask whether people agree more than by drawing lots: 0 is no "
        "better than lots, 1 is full agreement. The interval from `_low` to `_high` says how sure that is. Agreement "
        "isn't correctness. “Sorted again” looks in both rounds at only the cards that were sorted twice, so compare "
        "those two rows."
    ),
)
"""One row a round and scope: "all cards", or "sorted again": only the cards of round 2, so that rounds compare."""

SPLIT = Table(
    "split",
    _("the cards, the most split first"),
    "round item card n modal modal_name modal_share entropy answer answer_name",
    note=_(
        "The first card is the one over which the room was most divided: the fewest made its most frequent choice, "
        "`modal` (of equals the first). `entropy` measures in bits how spread all choices are: 0 when all chose the "
        "same, 1 when two categories share the room evenly. What fewer than three people placed comes after the "
        "others. "
        "`answer` is the best fit; where several are as right, it is all of them."
    ),
)
"""One row a card and round; ``entropy`` in bits; ``modal_share`` is NaN under three people."""


Rounds = list[tuple[int, Placed, list[str]]]
"""The number of a round, its placements, and the cards that it is about."""


class Figures(Activity[Rounds]):
    """Both rounds beside the key; nobody sees it, it counts for tables and pictures."""

    place: Place
    again: Place
    judge: Judge
    name = "figures"
    tables = (PLACEMENTS, MATRIX, AGREEMENT, SPLIT)

    def result(self, room: Room) -> Rounds:
        """Round 1 with all cards, round 2 with those that somebody placed again."""
        again = [item for item, bar in room.of(self.again).bars.items() if bar["n"]]
        second = [(2, room.of(self.again), again)] if again else []
        return [(1, room.of(self.place), list(self.place.cards)), *second]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The tables of both rounds."""
        counts = room.once(self.counts)
        split = counts.sort_values(["round", "rank"])
        return {
            "placements": room.once(self.placements),
            "matrix": MATRIX.frame(counts, self.place.categories),
            "agreement": room.once(self.agreement),
            "split": SPLIT.frame(split),
        }

    def placements(self, room: Room) -> pd.DataFrame:
        """See ``PLACEMENTS``."""
        placed = pd.concat([result.placements for _number, result, _items in room.of(self)])
        pairs = zip(placed["item"], placed["value"], strict=True)
        placed = placed.rename(columns={"value": "placed"}).assign(
            card=placed["item"].map(self.place.cards),
            placed_name=placed["value"].map(self.place.names),
            correct=[self.judge.verdict(*pair).value for pair in pairs],
        )
        return PLACEMENTS.frame(placed)

    def counts(self, room: Room) -> pd.DataFrame:
        """What ``MATRIX`` and ``SPLIT`` show: the counts of both rounds, with ``round``, ``rank`` and the answers."""
        rounds = []
        for number, placed, items in room.of(self):
            rank = {bar["item"]: at for at, bar in enumerate(placed.ranked)}
            rounds.append(placed.counts.loc[items].assign(round=number, rank=[rank[item] for item in items]))
        counts = pd.concat(rounds)
        names = self.place.names
        right = [self.judge.right(item) for item in counts["item"]]
        answers = [either([names[category] for category in categories]) for categories in right]
        return counts.assign(answer=list(map(", ".join, right)), answer_name=answers)

    def agreement(self, room: Room) -> pd.DataFrame:
        """See ``AGREEMENT``."""
        rounds, rows = room.of(self), []
        again = rounds[1][2] if len(rounds) > 1 else []
        for number, placed, items in rounds:
            for scope, cards in (("all cards", items if number == 1 else []), ("sorted again", again)):
                if cards:
                    who = people(placed.placements[placed.placements["item"].isin(cards)])
                    figures = agreement.agreement(placed.counts.loc[cards].filter(regex="^count_").to_numpy())
                    rows.append({"round": number, "scope": scope, "participants": who, **asdict(figures)})
        return AGREEMENT.frame(rows)

    def summary(self, room: Room) -> Summary:
        """How many placed how well, and how far they agreed."""
        placed, figures = room.once(self.placements), room.once(self.agreement).iloc[0]
        first, second = (placed[placed["round"] == number]["correct"] for number in (1, 2))
        return [
            (_("Cards"), len(self.place.cards)),
            (_("Participants"), people(placed)),
            (_("Placements, round 1"), len(first)),
            (_("Placements, round 2"), len(second)),
            (_("Exact, share of placements in round 1"), Share(first.eq(Verdict.EXACT).mean())),
            (_("Exact, share of placements in round 2"), Share(second.eq(Verdict.EXACT).mean())),
            (_("Fleiss' kappa, round 1"), figures["kappa"]),
            (_("Krippendorff's alpha, round 1"), figures["alpha"]),
        ]

    def charts(self, room: Room) -> Sequence[Chart]:
        """Where the room put each card, in each round."""
        note = _("Framed: what fits best. In brackets: how many people placed the card.")
        names, charts = list(self.place.categories), list[Chart]()
        for number, placed, items in room.of(self):
            counts = placed.counts.loc[items]
            counts = counts[counts["n"] > 0]
            shown = counts if counts["n"].ge(FEWEST).any() else counts[:0]
            empty = "" if len(counts) else _("Nobody has placed a card in round {n} yet.").format(n=number)
            charts.append(
                Heat(
                    _("Where the room put each card, round {n}").format(n=number),
                    [f"{card} ({n})" for card, n in zip(shown["card"], shown["n"], strict=True)],
                    note,
                    empty,
                    columns=list(self.place.names.values()),
                    shares=shown.filter(regex="^share_").to_numpy().tolist(),
                    framed=[list(map(names.index, self.judge.right(item))) for item in shown["item"]],
                )
            )
        return charts
