"""What the room sees of its placements with an answer in mind: contested cards, who moved, the answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from kit.activities.activity import (
    FEWEST,
    WHOLE,
    Activity,
    Beat,
    Room,
    Seat,
    Summary,
    Table,
    people,
)
from kit.activities.charts import Chart, Heat, Series, Stacked
from kit.activities.place import Bar, Place, Placed, agreement
from kit.activities.place.judge import Judge, Told, Verdict
from kit.text import gettext as _

CONTESTED = 5
"""At most this many cards are talked about and sorted again; more tire a room."""

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
        "The first card is the one over which the room was most divided. `entropy` measures it in bits: 0 when all "
        "chose the same, 1 when two categories share the room evenly. `modal` is the most frequent choice, "
        "`answer` is ours."
    ),
)
"""One row a card and round; ``entropy`` in bits; ``modal_share`` is NaN under three people."""

SHIFT = Table(
    "shift",
    _("who moved between the rounds"),
    "item card before before_name n after_* towards away sideways stayed",
    _("Nobody has sorted again yet, so nobody has moved."),
    note=_(
        "After the talk the room sorted the contested cards again. Look for a card on which many moved away from our "
        "answer: there the talk convinced people of the other side."
    ),
)
"""People who placed a card twice, by card and first category; rows without ``item`` are all cards together."""


@dataclass(frozen=True, eq=False)
class Contested(Activity[Sequence[Bar]]):
    """The cards that split the room most, fixed when the stage opens; if all agree, those off the answer.

    Attributes:
        exact: Whether a category is right for a card: all that it knows of the key, and nothing that it shows.
    """

    place: Place
    exact: Callable[[str, str], bool]
    name = "contested"
    template = "place/contested.html"

    def opening(self, room: Room) -> Sequence[str]:
        """The cards to talk about, by round 1."""
        bars = [bar for bar in room.of(self.place).ranked if bar["n"]]
        split = [bar["item"] for bar in bars if bar["entropy"] > 0]
        off = [bar["item"] for bar in bars if not self.exact(bar["item"], bar["modal"])]
        return (split or off)[:CONTESTED]

    def result(self, room: Room) -> Sequence[Bar]:
        """The bars of those cards."""
        bars = room.of(self.place).bars
        return [bars[item] for item in self.fixed(room) if item in bars]

    def fixed(self, room: Room) -> Sequence[str]:
        """Those cards, as they were when the stage opened; before that, as they would be."""
        return room.opened[self.name] if self.name in room.opened else self.opening(room)

    def beats(self, room: Room) -> Sequence[Beat]:
        """All of them, then each."""
        bars = room.of(self)
        overview = Beat("contested", _("The most split cards first"), "overview", bars)
        return overview, *self.place.steps(bars)


@dataclass(frozen=True)
class Score:
    """How many cards were exact, in words too; ``before`` is that of round 1, if any was placed again."""

    exact: int
    text: str
    before: int | None = None


@dataclass(frozen=True, eq=False)
class Moved(Activity[pd.DataFrame]):
    """How well one person did, and who of the room moved; its result is the table ``SHIFT``."""

    place: Place
    judge: Judge
    again: Place | None = None
    name = "moved"
    template = "place/moved.html"
    tables = (SHIFT,)

    def latest(self, seat: Seat, item: str) -> tuple[str, str]:
        """Where the person had the card in the end, and where before if they placed it again."""
        first, again = self.place.said(seat, item), self.again.said(seat, item) if self.again else ""
        return (again, first) if again else (first, "")

    def score(self, seat: Seat) -> Score | None:
        """How the person did; None for somebody who placed nothing."""
        cards = self.place.cards
        first = {item: placed for item in cards if (placed := self.place.said(seat, item))}
        last = {item: placed for item in cards if (placed := self.latest(seat, item)[0])}
        if not last:
            return None
        exact, before = (sum(self.judge.exact(*pair) for pair in said.items()) for said in (last, first))
        again = self.again and any(self.again.said(seat, item) for item in cards)
        return Score(exact, self.judge.score(exact), before if first and again else None)

    def twice(self, room: Room) -> pd.DataFrame:
        """The placements that were made twice: ``participant``, ``item``, ``before``, ``after``."""
        first = room.of(self.place).placements
        again = room.of(self.again).placements if self.again else first[:0]
        both = first.merge(again, on=["participant", "item"])
        return both.rename(columns={"value_x": "before", "value_y": "after"})

    def result(self, room: Room) -> pd.DataFrame:
        """Who moved; what an edited deck no longer knows is left out."""
        cards, names = self.place.cards, self.place.names
        table = agreement.shift(room.once(self.twice), list(cards), list(names), self.judge.direction)
        table = table.assign(
            card=[cards[item] if item else _("All cards") for item in table["item"]],
            before_name=table["before"].map(names),
        )
        return SHIFT.frame(table, names)

    def flows(self, room: Room) -> list[Mapping[str, Any]]:
        """The rows of all cards together; none of so few people that they would tell who moved."""
        table, movers = room.of(self), people(room.once(self.twice))
        return table[table["item"] == ""].to_dict("records") if movers >= FEWEST else []

    def beats(self, room: Room) -> Sequence[Beat]:
        """One, where enough people moved."""
        flows = self.flows(room)
        return (Beat("moves", _("Who moved"), "moves", flows),) if flows else ()

    def charts(self, room: Room) -> Sequence[Chart]:
        """Who moved, card by card."""
        title, table = _("Who moved when we sorted again"), room.of(self)
        table = table[(table["item"] != "") & (table["n"] > 0)]
        if table.empty:
            return (Stacked(title, empty=SHIFT.empty),)
        moved = table.groupby(["item", "card"], sort=False)[["n", *agreement.DIRECTIONS]].sum().reset_index()
        moved = moved[moved["n"] >= FEWEST]
        names = (
            ("towards", _("Towards our answer"), "ours"),
            ("stayed", _("Stayed"), "plain"),
            ("sideways", _("Sideways"), "sideways"),
            ("away", _("Away from it"), "away"),
        )
        series = [Series(label, moved[way].tolist(), tone) for way, label, tone in names]
        return (Stacked(title, moved["card"].tolist(), series=series),)


@dataclass(frozen=True)
class Answer:
    """One card with its answer, after the room has seen itself.

    Attributes:
        bar: Where the group put it in the end.
        answer: The id of the category that fits best.
    """

    bar: Bar
    answer: str
    told: Told


class Key(Activity[Mapping[str, Answer]]):
    """The answers with their reasons, and every table that knows them."""

    name = "key"
    template = "place/key.html"
    tables = (PLACEMENTS, MATRIX, AGREEMENT, SPLIT)

    def __init__(self, moved: Moved) -> None:
        self.moved, self.place, self.judge = moved, moved.place, moved.judge

    def opening(self, room: Room) -> Sequence[str]:
        """The cards in the order in which answers are shown: late ones must not reorder what was seen."""
        return [bar["item"] for bar in room.of(self.place).ranked]

    def result(self, room: Room) -> Mapping[str, Answer]:
        """Every card by id, in the deck's order."""
        first = room.of(self.place).bars
        last = room.of(self.moved.again).bars if self.moved.again else first
        return {
            item: Answer(
                last[item] if last[item]["n"] >= FEWEST else bar,
                self.judge.cards[item].answer,
                self.judge.told(item),
            )
            for item, bar in first.items()
        }

    def touched(self, item: str) -> Sequence[str]:
        """The card's own, and the score."""
        return item, WHOLE

    def told(self, room: Room, seat: Seat, item: str) -> Any:
        """What a card's answer says of the person's last placement; of all together the score, once all are placed."""
        if item == WHOLE:
            placed = all(self.place.said(seat, card) for card in self.place.cards)
            return self.moved.score(seat) if placed else None
        placed, before = self.moved.latest(seat, item)
        return self.judge.told(item, placed, before) if placed else None

    def explained(self, room: Room, seat: Seat) -> list[Told]:
        """The cards with their answers and what those say of the person's last placement.

        Where answers are shown one step at a time: those that the room has seen.
        """
        shown = list(self.place.cards)
        if room.beat:
            beats = [beat.id for beat in room.once(self.beats)]
            passed = beats[: beats.index(room.beat) + 1] if room.beat in beats else []
            shown = [item for item in shown if f"answer-{item}" in passed]
        return [self.judge.told(item, *self.moved.latest(seat, item)) for item in shown]

    def beats(self, room: Room) -> Sequence[Beat]:
        """Of every card what the room said, then the answer; the most split first; then who moved."""
        answers, beats = room.of(self), list[Beat]()
        bars = room.of(self.place).bars
        for bar in (bars[item] for item in room.opened.get(self.name) or self.opening(room) if item in bars):
            answer = answers[bar["item"]]
            if bar["n"] >= FEWEST:
                beats += self.place.steps([answer.bar])
            title = _("Our answer: {card}").format(card=bar["card"])
            beats.append(Beat(f"answer-{bar['item']}", title, "answer", answer))
        return [*beats, *self.moved.beats(room)]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The tables of both rounds."""
        counts = room.once(self.counts)
        ranks = counts.assign(agreed=-counts["entropy"].round(9))  # as those of ``Placed.ranked``
        split = ranks.sort_values(["round", "agreed"], kind="stable")
        return {
            "placements": room.once(self.placements),
            "matrix": MATRIX.frame(counts, self.place.categories),
            "agreement": room.once(self.agreement),
            "split": SPLIT.frame(split),
        }

    def placements(self, room: Room) -> pd.DataFrame:
        """See ``PLACEMENTS``."""
        placed = pd.concat([result.placements for _number, result, _items in self._rounds(room)])
        pairs = zip(placed["item"], placed["value"], strict=True)
        placed = placed.rename(columns={"value": "placed"}).assign(
            card=placed["item"].map(self.place.cards),
            placed_name=placed["value"].map(self.place.names),
            correct=[self.judge.verdict(*pair).value for pair in pairs],
        )
        return PLACEMENTS.frame(placed)

    def counts(self, room: Room) -> pd.DataFrame:
        """What ``MATRIX`` and ``SPLIT`` show: the counts of both rounds, with ``round`` and the answers."""
        rounds = [placed.counts.loc[items].assign(round=n) for n, placed, items in self._rounds(room)]
        counts = pd.concat(rounds)
        answers = counts["item"].map(lambda item: self.judge.cards[item].answer)
        return counts.assign(answer=answers, answer_name=answers.map(self.place.names))

    def agreement(self, room: Room) -> pd.DataFrame:
        """See ``AGREEMENT``."""
        rounds, rows = self._rounds(room), []
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
            (_("Exact, share of placements in round 1"), float(first.eq(Verdict.EXACT).mean())),
            (_("Exact, share of placements in round 2"), float(second.eq(Verdict.EXACT).mean())),
            (_("Fleiss' kappa, round 1"), figures["kappa"]),
            (_("Krippendorff's alpha, round 1"), figures["alpha"]),
        ]

    def charts(self, room: Room) -> Sequence[Chart]:
        """Where the room put each card, in each round."""
        note = _("Framed: our answer. In brackets: how many people placed the card.")
        names, charts = list(self.place.categories), list[Chart]()
        for number, placed, items in self._rounds(room):
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
                    framed=[[names.index(self.judge.cards[item].answer)] for item in shown["item"]],
                )
            )
        return charts

    def _rounds(self, room: Room) -> list[tuple[int, Placed, list[str]]]:
        """Round 1 with all cards, round 2 with those that somebody placed again."""
        rounds = [(1, room.of(self.place), list(self.place.cards))]
        if self.moved.again:
            placed = room.of(self.moved.again)
            again = [item for item, bar in placed.bars.items() if bar["n"]]
            rounds += [(2, placed, again)] if again else []
        return rounds
