"""Model phrases beside one's own. Nobody may see them before they have written."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from kit.activities.activity import Activity, Room, Seat
from kit.activities.write import Write

Model = tuple[str, str]
"""A phrase, and what makes it work or not."""


class Models(Activity[None]):
    """A good phrase for each situation, and to a learner alone a bad one as well.

    Attributes:
        good: By item.
        bad: By item.
    """

    first: Write
    good: Mapping[str, Model]
    bad: Mapping[str, Model] = field(default_factory=dict)
    name = "compare"
    template = "phrasing/models.html"

    def touched(self, item: str) -> Sequence[str]:
        """The situation's own."""
        return self.first.touched(item)

    def told(self, room: Room, seat: Seat, item: str) -> tuple[str, Model] | None:
        """One's own first version and the model, as soon as there is the former."""
        own = self.first.said(seat, item)
        return (own, self.good[item]) if own else None
