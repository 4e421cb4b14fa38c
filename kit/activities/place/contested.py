"""The cards that are worth talking about. Knows of the key no more than whether a category is right."""

from collections.abc import Callable, Sequence

from kit.activities.activity import Activity, Beat, Room
from kit.activities.place import Bar, Place

CONTESTED = 5
"""At most this many cards are talked about and sorted again; more tire a room."""


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
        """Each of them."""
        return self.place.steps(room.of(self))
