"""The content of a card sort."""

from typing import Literal

from pydantic import Field

from kit.activities.place.deck import Cards


class Deck(Cards):
    """A deck of cards to sort."""

    kind: Literal["sort"] = Field(description="Always `sort` for a card sort.")
