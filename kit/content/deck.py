"""The content of a card sort: categories, nested or flat, cards with an answer and a reason, misconceptions."""

from typing import Literal, Self

from pydantic import Field, model_validator

from kit.content.exercise import Content, Exercise, Id, Line, Text


class Category(Content):
    """One ring of a nested deck, or one pile of a flat deck."""

    id: Id
    name: Line
    definition: Text
    source: Line | None = None


class Card(Content):
    """One thing to sort. ``answer`` is the category that fits best; in a nested deck the innermost ring."""

    id: Id
    text: Line
    answer: Id
    also_accepted: tuple[Id, ...] = ()
    reason: Text


class Misconception(Content):
    """A mistaken belief that shows when one of ``cards`` is placed in the category ``placed``."""

    id: Id
    name: Line
    placed: Id
    cards: tuple[Id, ...] = Field(min_length=1)
    explanation: Text


class Deck(Exercise):
    """A card sort. In a nested deck ``categories`` are rings, the outermost first."""

    kind: Literal["sort"]
    question: Line
    nested: bool = False
    categories: tuple[Category, ...] = Field(min_length=2, max_length=8)
    cards: tuple[Card, ...] = Field(min_length=1, max_length=60)
    misconceptions: tuple[Misconception, ...] = ()

    def card(self, card_id: str) -> Card | None:
        """The card of that id, or None."""
        return next((card for card in self.cards if card.id == card_id), None)
