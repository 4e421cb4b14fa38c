"""Model phrases beside one's own. Nobody may see them before they have written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kit.activities.activity import Activity, Room, Seat
from kit.activities.write import Write


@dataclass(frozen=True)
class Model:
    """A phrase, and what makes it work or not."""

    words: str
    reason: str


@dataclass(frozen=True)
class Compared:
    """One's own first version beside the model."""

    own: str
    model: Model


@dataclass(frozen=True, eq=False)
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

    def told(self, room: Room, seat: Seat, item: str) -> Compared | None:
        """The comparison, as soon as there is a first version."""
        own = self.first.said(seat, item)
        return Compared(own, self.good[item]) if own else None
