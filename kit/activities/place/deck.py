"""The content of a deck: categories (nested or flat), cards with answer and reason, misconceptions."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from kit.content.exercise import Entry, Exercise, Line, Text
from kit.content.fault import Flaw, quote
from kit.content.marks import Ref, Unique
from kit.content.parts import ids, parts, texts
from kit.text import N_
from kit.text import gettext as _

NAME_LENGTH, CARD_LENGTH, REASON_LENGTH = 30, 120, 250
"""So many characters the back row can still read: of a category, of a card beside its shares, of its reason."""

CategoryId = Annotated[str, Ref("categories")]
CardId = Annotated[str, Ref("cards")]


class Category(Entry, title=N_("category")):
    """One ring of a nested deck, or one pile of a flat deck."""

    name: Annotated[Line, StringConstraints(max_length=NAME_LENGTH), Unique()] = Field(
        description="What participants read on it."
    )
    definition: Text = Field(description="What belongs in it, in a sentence or two.")
    source: Line | None = Field(default=None, description="Whose definition it is.")


class Card(Entry, title=N_("card")):
    """One thing to sort. ``answer`` is the category that fits best; in a nested deck the innermost ring.

    In a nested deck every wider ring is true but less precise, without being listed. ``also_accepted`` lists
    other categories that are just as right as the answer.
    """

    text: Annotated[Line, StringConstraints(max_length=CARD_LENGTH), Unique()] = Field(
        description="What participants read on it; up to 60 characters read well on a phone."
    )
    answer: CategoryId = Field(description="The id of the category that fits best; of rings, the innermost.")
    also_accepted: tuple[CategoryId, ...] = Field(
        default=(), description="Ids of categories that are just as right."
    )
    reason: Annotated[Text, StringConstraints(max_length=REASON_LENGTH)] = Field(
        description="Why, in a sentence or two; shown with the answer."
    )


class Misconception(Entry, title=N_("misconception")):
    """A mistaken belief that shows when one of ``cards`` is placed in the category ``placed``."""

    name: Line = Field(description="The belief, in the words of somebody who holds it.")
    placed: CategoryId = Field(description="The id of the category into which the belief puts the cards.")
    cards: tuple[CardId, ...] = Field(min_length=1, description="Ids of the cards that show it.")
    explanation: Text = Field(description="What to tell somebody who holds it.")


class Cards(Exercise):
    """An exercise with a deck of cards. In a nested deck ``categories`` are rings, the outermost first."""

    question: Line = Field(description="What participants ask themselves about each card.")
    nested: bool = Field(
        default=False,
        strict=True,
        description="`true` when the categories are rings, each inside the one before; else `false`.",
    )
    categories: tuple[Category, ...] = Field(
        min_length=2,
        max_length=8,
        description="Where cards can go; rings from the outermost to the innermost.",
    )
    cards: tuple[Card, ...] = Field(min_length=1, max_length=60, description="What there is to sort.")
    misconceptions: tuple[Misconception, ...] = Field(default=(), description="Typical mistaken beliefs.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """What breaks the rules of a deck: also what a card needlessly accepts, and beliefs that are right."""
        yield from super().flaws(data)
        yield from _needless(data)
        yield from _right_after_all(data)


def _needless(deck: Mapping[str, Any]) -> Iterator[Flaw]:
    """Categories that a card accepts though they count anyway: its answer, and with rings every wider one."""
    rings = ids(deck, "categories") if deck.get("nested") is True else []
    for place, card in parts(deck, "cards"):
        answer = card.get("answer")
        wider = rings[: rings.index(answer)] if answer in rings else []
        for at, named in texts(card, "also_accepted"):
            if named == answer or named in wider:
                text = _("{owner} also accepts {shown}, which counts anyway. Remove it from 'also_accepted'.")
                yield Flaw(("cards", place, "also_accepted", at), text)


def _right_after_all(deck: Mapping[str, Any]) -> Iterator[Flaw]:
    """Cards of a misconception that are right where it puts them."""
    # Reversed, so that of two cards with one id the first counts: the second is reported as the intruder.
    cards = {
        card["id"]: card for _at, card in reversed(parts(deck, "cards")) if isinstance(card.get("id"), str)
    }
    for place, misconception in parts(deck, "misconceptions"):
        placed = misconception.get("placed")
        for at, named in texts(misconception, "cards"):
            card = cards.get(named, {})
            right = [card.get("answer"), *(text for _at, text in texts(card, "also_accepted"))]
            if isinstance(placed, str) and placed in right:
                text = _(
                    "{owner} puts card {shown} in {placed}, which is right for that card. "
                    "Remove the card from the misconception, or change 'placed'."
                )
                yield Flaw(("misconceptions", place, "cards", at), text, {"placed": quote(placed)})
