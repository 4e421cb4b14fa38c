"""Cards into rings or piles. Knows no answers: who judges a placement is in ``judge``, what shows it in ``key``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Seat, counted, numbered, people
from kit.activities.fitting import STEPS, ems, fits, lines
from kit.activities.place import picture
from kit.activities.place.agreement import entropy_bits
from kit.activities.place.deck import Category
from kit.activities.typed import one_of
from kit.text import either, ngettext
from kit.text import gettext as _

Bar = Mapping[str, Any]
"""Where the group put one card: a row of ``Placed.counts``."""


@dataclass(frozen=True)
class Placed:
    """Where the group put all cards in one round.

    Attributes:
        placements: Those of known cards into known categories, by participant and the cards' order; columns as
            those of ``Room.responses``.
        counts: One row a card (the index), in order. Columns: ``item``, ``card`` (its text); ``n``, ``count_*`` and
            ``share_*`` as those of ``counted``; ``modal``, the most frequent category, of equals the first, with
            ``modal_name`` and ``modal_share``; ``entropy`` in bits; ``again``, whether these people had sorted it
            before. NaN or None where nobody placed the card.
    """

    placements: pd.DataFrame
    counts: pd.DataFrame

    @cached_property
    def people(self) -> int:
        """How many placed anything."""
        return people(self.placements)

    @cached_property
    def bars(self) -> Mapping[str, Bar]:
        """Every card by id, in order."""
        return self.counts.to_dict("index")

    @cached_property
    def ranked(self) -> list[Bar]:
        """The most split first, then those that too few placed to show shares; what nobody placed last."""
        return sorted(self.bars.values(), key=_agreed)


ROWS = 12
"""So many cards fit on one page of the overview, each on two lines."""

MANY = 5
"""Of more categories the names beside a card are smaller."""

SHORT = 7.0
"""A name of that width, in its own size, stands in one line beside a large share."""

COLUMN, HIGH = 72.0, 66.0
"""What the projector holds beside the picture of a card: width, and height without numbers, gaps and frame; see
``fitting``."""


@dataclass(frozen=True)
class Overview:
    """A page of the overview.

    Attributes:
        every: All cards that enough people placed.
        bars: Those of this page.
        is_whole: Whether enough people placed every card there is.
    """

    every: Sequence[Bar]
    bars: Sequence[Bar]
    is_whole: bool

    @cached_property
    def split(self) -> set[str]:
        """The cards on which no category has more than half of the people."""
        return {bar["item"] for bar in self.every if 2 * max(_tallies(bar)) <= bar["n"]}

    @property
    def finding(self) -> str:
        """How far the room agreed, in a sentence."""
        if not self.every:
            return _("Where these cards fit best")
        split, agreed = len(self.split), len(self.every) - len(self.split)
        if not split and self.is_whole:
            return _("On every card, most of us agree.")
        if not split:
            return ngettext(
                "On the {n} card that enough of us sorted, most of us agree.",
                "On each of the {n} cards that enough of us sorted, most of us agree.",
                agreed,
            ).format(n=agreed)
        divided = ngettext("{n} card splits us.", "{n} cards split us.", split).format(n=split)
        if not agreed:
            return divided
        united = ngettext("On {n}, most of us agree.", "On {n}, most of us agree.", agreed).format(n=agreed)
        return f"{divided} {united}"


def _agreed(bar: Bar) -> tuple[bool, float, float]:
    """How far people agree on a card: as many as chose the most frequent category, as everybody can see."""
    n = bar["n"]
    # Rounded, because the same counts in another order of categories may differ in the last bit.
    return (n < FEWEST, max(_tallies(bar)) / n, -round(bar["entropy"], 9)) if n else (True, 2.0, 0.0)


class Portion(NamedTuple):
    """A part of those who placed a card, as the projector draws it.

    Attributes:
        fill: The number of its colour; ``sign`` says the same without.
        leads: Whether it alone is the largest.
    """

    name: str
    count: int
    fill: int
    sign: str
    leads: bool = False


def _tallies(bar: Bar) -> list[int]:
    return [value for name, value in bar.items() if name.startswith("count_")]


class Place(Activity[Placed]):
    """Each card goes into one category.

    Attributes:
        cards: Id -> text. No more of a card: what isn't here can't leak.
        categories: By id; of a nested deck the outermost ring first.
        first: The round before, if the same cards are placed again.
        pick: Says when a stage opens which cards are placed; None is all.
        form: A tap moves on to the next card, unless there is something to read about this one.
    """

    question: str
    cards: Mapping[str, str]
    categories: Mapping[str, Category]
    nested: bool = False
    round: int = 1
    first: "Place | None" = None
    pick: Callable[[Room], Sequence[str]] | None = None
    form: Mapping[str, Any] = field(default_factory=lambda: {"advance": ""})
    name: str = "place"
    template = "place/place.html"

    def opening(self, room: Room) -> Sequence[str] | None:
        """The cards that are placed, if only some are."""
        return self.pick(room) if self.pick else None

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """The cards to place, as far as the deck still has them."""
        return [item for item in room.opened.get(self.name, self.cards) if item in self.cards]

    def check(self, item: str, value: str) -> str | None:
        """The category of a card."""
        return one_of(value, self.categories) if item in self.cards else None

    def said(self, seat: Seat, item: str) -> str:
        """The category in which the person put the card, if the deck still has it."""
        value = super().said(seat, item)
        return value if value in self.categories else ""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people read on the categories, by id."""
        return {category.id: category.name for category in self.categories.values()}

    def result(self, room: Room) -> Placed:
        """Where the group put the cards."""
        placed = room.given(self, self.cards, self.categories)
        counts = counted(placed, self.cards, self.categories)
        tallies, shares = counts.filter(regex="^count_"), counts.filter(regex="^share_")
        modal = tallies.idxmax(axis=1).str.removeprefix("count_").where(counts["n"] > 0)
        counts = counts.assign(
            item=counts.index,
            card=list(self.cards.values()),
            modal=modal,
            modal_name=modal.map(self.names, na_action="ignore").astype("str"),
            modal_share=shares.max(axis=1),
            entropy=tallies.apply(entropy_bits, axis=1),
            again=self.first is not None,
        )
        return Placed(placed, counts)

    def steps(self, bars: Iterable[Bar]) -> list[Beat]:
        """A beat for each of the cards that enough people placed; it also says which of how many it is."""
        seen = [bar for bar in bars if bar["n"] >= FEWEST]
        numbered = ({**bar, "number": n, "of": len(seen)} for n, bar in enumerate(seen, 1))
        return [Beat(f"card-{bar['item']}", bar["card"], "card", bar) for bar in numbered]

    def overviews(self, bars: Sequence[Bar]) -> list[Beat]:
        """All of the cards at a glance, as many pages as it takes."""
        seen = [bar for bar in bars if bar["n"] >= FEWEST]
        pages = [
            Overview(seen, seen[at : at + ROWS], len(seen) == len(bars)) for at in range(0, len(seen), ROWS)
        ]
        return numbered("overview", _("All cards at a glance"), "overview", pages)

    def beats(self, room: Room) -> Sequence[Beat]:
        """A breath, then card by card, the most split first, then all of them."""
        placed = room.of(self)
        cards = self.steps(placed.ranked)
        return Beat.ready("hold", bool(cards), placed), *cards, *self.overviews(placed.ranked)

    def on_phones(self, room: Room) -> Sequence[Bar]:
        """The cards that phones show: those that were up front, the last of them first; in the end all, in order."""
        passed = [beat.shows for beat in room.passed(self) if beat.macro == "card"]
        is_over = not room.beat or len(passed) == sum(beat.macro == "card" for beat in room.once(self.beats))
        return list(room.of(self).bars.values()) if is_over else passed[::-1]

    # the picture of a card

    @cached_property
    def short_names(self) -> Mapping[str, str]:
        """What stands in the picture, by category."""
        return picture.short_names(self.names)

    def either(self, categories: Iterable[str]) -> str:
        """Categories of which any will do, in words."""
        return either([self.short_names[category] for category in categories])

    @cached_property
    def has_long_names(self) -> bool:
        """Whether a name doesn't fit in one line beside the largest share, if that is as large as it can be."""
        return any(ems(name) > SHORT for name in self.short_names.values())

    def size(self, bar: Bar) -> int:
        """The largest type, one of ``fitting.STEPS``, in which a card stands above its shares."""
        step, least = (3, 6.8) if len(self.categories) <= MANY else (2, 5.2)
        rows = (self._height(name, 42, step) for name in self.short_names.values())
        high = HIGH - sum(max(least, row + 0.6) for row in rows) - 4.8  # the share that leads is larger
        return next((step for step in (5, 4, 3) if fits([bar["card"]], (COLUMN, high), step, 1.1)), 2)

    def told_size(self, bar: Bar, right: Sequence[str], reason: str) -> int:
        """The same for a card's reason, which stands below the card and where it fits best."""
        card, best = self._height(bar["card"], COLUMN, 3), lines(self.either(right), COLUMN / 9)
        high = HIGH - card - 9.9 * len(best) - (13 if bar["again"] else 9) * (bar["n"] >= FEWEST)
        return 3 if fits([reason], (COLUMN, high), 3, 1.2) else 2

    @staticmethod
    def _height(text: str, wide: float, step: int) -> float:
        """How high a text is in that type."""
        return len(lines(text, wide / STEPS[step])) * STEPS[step] * 1.13

    def portions(self, bar: Bar) -> Sequence[Portion]:
        """How many people put a card where, in the categories' order."""
        names, counts = self.short_names.values(), [bar[f"count_{id}"] for id in self.categories]
        signs = "○◎●" if self.nested and len(names) == 3 else [name[:1] for name in names]
        leads = [count == max(counts) and counts.count(count) == 1 for count in counts]
        return list(map(Portion, names, counts, range(1, len(names) + 1), signs, leads))

    @property
    def has_rings(self) -> bool:
        """Whether the categories are rings, few enough to be drawn one inside the other on a phone."""
        return self.nested and len(self.categories) <= 5

    @property
    def shapes(self) -> Sequence[picture.Shape]:
        """The rings or boxes, in the categories' order."""
        return picture.shapes(len(self.categories), self.nested)

    def dots(self, bar: Bar) -> picture.Dots:
        """The dots of a card's picture; none of so few people that they would tell who put it where."""
        counts = tuple(int(bar[f"count_{c}"]) if bar["n"] >= FEWEST else 0 for c in self.categories)
        return picture.dots(len(counts), self.nested, counts)
