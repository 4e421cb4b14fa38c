"""What a placement is worth: the key of a deck. Nothing in a stage reaches it but what shows the key."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kit.activities.place.deck import Cards, Misconception
from kit.text import either
from kit.text import gettext as _


class Verdict(StrEnum):
    """What a placement is worth: the ring itself, a ring around it, or another one. The best first."""

    EXACT = "exact"
    WIDER = "wider"
    OTHER = "other"


@dataclass(frozen=True)
class Told:
    """What a person learns about one card, and about their placement if there is one.

    Attributes:
        answer: The name of the category that fits best; where several are as right, the names of all. Like its reason
            empty until it is told.
        placed: The name of the category of the last placement, or empty.
        before: The name of the category of the first one, if the card was placed again.
        says: The verdict in words.
        misconception: The mistaken belief that this placement shows, if the deck names one.
    """

    item: str
    text: str
    answer: str = ""
    reason: str = ""
    placed: str = ""
    before: str = ""
    verdict: Verdict | None = None
    says: str = ""
    misconception: Misconception | None = None


class Judge:
    """Judges placements by the key of one deck."""

    def __init__(self, deck: Cards) -> None:
        self.deck = deck
        self.cards = {card.id: card for card in deck.cards}
        self.names = {category.id: category.name for category in deck.categories}
        self._ring = {category.id: index for index, category in enumerate(deck.categories)}

    def right(self, item: str) -> tuple[str, ...]:
        """The categories that are as right for the card as any, its answer first."""
        card = self.cards[item]
        return card.answer, *card.also_accepted

    def verdict(self, item: str, placed: str) -> Verdict:
        """How well the category fits the card, both known to the deck."""
        if placed in self.right(item):
            return Verdict.EXACT
        wider = self.deck.nested and self._ring[placed] < self._ring[self.cards[item].answer]
        return Verdict.WIDER if wider else Verdict.OTHER

    def exact(self, item: str, placed: str) -> bool:
        """Whether the category is as right for the card as any."""
        return self.verdict(item, placed) is Verdict.EXACT

    def told(self, item: str, placed: str = "", before: str = "") -> Told:
        """The answer to a card, and what the placement is worth if there is one."""
        card, answer = self.cards[item], either([self.names[right] for right in self.right(item)])
        told = Told(item, card.text, answer, card.reason)
        if not placed:
            return told
        verdict, names = self.verdict(item, placed), self.names
        mistaken = (m for m in self.deck.misconceptions if m.placed == placed and item in m.cards)
        thought = None if verdict is Verdict.EXACT else next(mistaken, None)
        told = replace(told, verdict=verdict, says=self._says(verdict), misconception=thought)
        return replace(told, placed=names[placed], before=names.get(before, ""))

    def score(self, exact: int) -> str:
        """So many exact placements, in words."""
        nested, flat = (
            _("{exact} of {total} on the innermost ring"),
            _("{exact} of {total} where they fit best"),
        )
        return (nested if self.deck.nested else flat).format(exact=exact, total=len(self.cards))

    def _says(self, verdict: Verdict) -> str:
        if verdict is Verdict.EXACT:
            return _("Exactly this ring") if self.deck.nested else _("This one fits")
        return _("True, but wider") if verdict is Verdict.WIDER else _("Not this one")
