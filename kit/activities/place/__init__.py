"""Cards into rings or piles. Knows no answers: who judges a placement is in ``judge``, what shows it in ``key``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Seat, by_participant, people
from kit.activities.choice import one_of
from kit.activities.place.agreement import entropy_bits, placement_counts
from kit.activities.place.deck import Category


@dataclass(frozen=True)
class Bar:
    """Where the group put one card: people for each category, in the categories' order."""

    item: str
    text: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many placed it."""
        return sum(self.counts)

    @property
    def modal(self) -> int:
        """The place of the most frequent category, of equals the first."""
        return self.counts.index(max(self.counts))

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """0 to 1; nothing where so few people placed it that a share would tell who."""
        return tuple(count / self.n for count in self.counts) if self.n >= FEWEST else ()

    @cached_property
    def entropy(self) -> float:
        """How split the room is, in bits; NaN if nobody placed it."""
        return entropy_bits(self.counts)


@dataclass(frozen=True)
class Placed:
    """Where the group put all cards in one round.

    Attributes:
        placements: Those of known cards into known categories, by participant and the cards' order; columns as
            those of ``Room.responses``.
        bars: One a card, in order.
    """

    placements: pd.DataFrame
    bars: Mapping[str, Bar]

    @cached_property
    def people(self) -> int:
        """How many placed anything."""
        return people(self.placements)

    @cached_property
    def ranked(self) -> list[Bar]:
        """The most split first; what nobody placed last."""
        # Rounded, because the same counts in another order of categories may differ in the last bit.
        return sorted(self.bars.values(), key=lambda bar: -round(bar.entropy, 9) if bar.n else 1.0)


@dataclass(frozen=True, eq=False)
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
    template = "place/place.html"

    @property
    def name(self) -> str:  # type: ignore[override]
        """Its own for each round of a room."""
        return "again" if self.first else "place"

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

    def title(self, category: str | None) -> str:
        """The category's name."""
        return self.categories[category].name if category else ""

    def result(self, room: Room) -> Placed:
        """Where the group put the cards; what an edited deck no longer knows is left out."""
        said = room.said(self)
        placed = said[said["item"].isin(list(self.cards)) & said["value"].isin(list(self.categories))]
        order = {item: index for index, item in enumerate(self.cards)}
        placed = by_participant(placed.sort_values("item", key=lambda c: c.map(order), kind="stable"))
        counts = placement_counts(placed, list(self.cards), list(self.categories)).itertuples()
        return Placed(placed, {item: Bar(item, self.cards[item], tuple(row)) for item, *row in counts})

    def beats(self, room: Room) -> Sequence[Beat]:
        """All cards, then each, the most split first."""
        placed = room.of(self)
        cards = [Beat(f"card-{bar.item}", bar.text, "card", bar) for bar in placed.ranked if bar.shares]
        return Beat("overview", self.question, "overview", placed.bars.values()), *cards
