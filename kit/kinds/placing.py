"""How a placement is judged: exact, true but wider, or not this; and whether a second came nearer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from kit.content.deck import Card, Category, Deck, Misconception
from kit.errors import ResponseError
from kit.text import gettext as _

COMMITMENT = "commitment"
"""The item of "One thing I will do on Monday"; its round is 0, so that a card of that id is another thing."""

COMMITMENT_LENGTH = 280


class Verdict(StrEnum):
    """What a placement is worth: the ring itself, a ring around it, or another one. The best first."""

    EXACT = "exact"
    WIDER = "wider"
    OTHER = "other"


@dataclass(frozen=True)
class Feedback:
    """What a person learns about one placement.

    Attributes:
        verdict: How well it fits.
        reason: Why the answer is the answer.
        misconception: The mistaken belief that this placement shows, if the deck names one.
        answer: The category that fits best.
    """

    verdict: Verdict
    reason: str
    misconception: Misconception | None
    answer: Category


class Judge:
    """Judges placements by the key of one deck."""

    def __init__(self, deck: Deck) -> None:
        self.deck = deck
        self.cards: dict[str, Card] = {card.id: card for card in deck.cards}
        self.categories: dict[str, Category] = {category.id: category for category in deck.categories}
        self._ring = {category.id: index for index, category in enumerate(deck.categories)}

    def verdict(self, card_id: str, placed: str) -> Verdict:
        """How well the category fits the card, both known to the deck."""
        card = self.cards[card_id]
        if placed == card.answer or placed in card.also_accepted:
            return Verdict.EXACT
        if self.deck.nested and self._ring[placed] < self._ring[card.answer]:
            return Verdict.WIDER
        return Verdict.OTHER

    def feedback(self, card_id: str, placed: str) -> Feedback:
        """Verdict, reason and misconception for one placement.

        Raises:
            ResponseError: The deck has no such card or category.
        """
        self.require(card_id, placed)
        card, verdict = self.cards[card_id], self.verdict(card_id, placed)
        shown = (m for m in self.deck.misconceptions if m.placed == placed and card_id in m.cards)
        misconception = None if verdict is Verdict.EXACT else next(shown, None)
        return Feedback(verdict, card.reason, misconception, self.categories[card.answer])

    def direction(self, card_id: str, before: str, after: str) -> str:
        """Whether a second placement went "towards" the answer, "away", "sideways", or "stayed".

        A better verdict is nearer; among equal verdicts of a nested deck the ring nearer to the answer's.
        """
        if before == after:
            return "stayed"
        gap = self._gap(card_id, after), self._gap(card_id, before)
        return "sideways" if gap[0] == gap[1] else "towards" if gap[0] < gap[1] else "away"

    def _gap(self, card_id: str, placed: str) -> tuple[int, int]:
        verdict = self.verdict(card_id, placed)
        rings = abs(self._ring[placed] - self._ring[self.cards[card_id].answer])
        far = rings if self.deck.nested and verdict is not Verdict.EXACT else 0
        return list(Verdict).index(verdict), far

    def require(self, card_id: str, placed: str) -> None:
        """Accept a placement of this deck.

        Raises:
            ResponseError: The deck has no such card or category.
        """
        if card_id not in self.cards:
            text = _("“{item}” is no card of “{deck}”. Use one of: {known}.")
            raise ResponseError(
                text.format(item=card_id[:60], deck=self.deck.id, known=", ".join(self.cards))
            )
        if placed not in self.categories:
            text = _("“{value}” is no category of “{deck}”. Use one of: {known}.")
            raise ResponseError(
                text.format(value=placed[:60], deck=self.deck.id, known=", ".join(self.categories))
            )

    def placements(self, responses: pd.DataFrame) -> pd.DataFrame:
        """The responses that are placements of this deck; what an edited deck no longer knows is left out."""
        known = responses["item"].isin(list(self.cards)) & responses["value"].isin(list(self.categories))
        return responses[known & responses["round"].isin([1, 2])]

    def latest(self, answers: Mapping[tuple[int, str], str], card_id: str, round: int) -> str | None:
        """Where one participant had the card after that round, or None."""
        for number in range(round, 0, -1):
            placed = answers.get((number, card_id))
            if placed in self.categories:
                return placed
        return None
