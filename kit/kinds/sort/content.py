"""The content of a card sort."""

from typing import Literal

from pydantic import Field

from kit.activities.place.deck import Cards
from kit.content.exercise import Line


class Deck(Cards):
    """A deck of cards to sort."""

    kind: Literal["sort"] = Field(description="Always `sort` for a card sort.")
    own: Line | None = Field(
        default=None,
        description="What people write of their own work, to place it as they placed the cards; left out, moments of "
        "a customer with their team.",
    )
