"""What is asked of somebody who came when roles had been told."""

from collections.abc import Sequence

from kit.activities.activity import Room, Seat
from kit.activities.link import Link
from kit.activities.link.needs import Needs, Writer


class Late(Link, kw_only=True):
    """Role and partners of whoever has named none yet, then what a stage asks of everybody about them.

    Attributes:
        needs: What the stage asks.
    """

    needs: Needs
    template = "link/late.html"

    @property
    def name(self) -> str:  # type: ignore[override]
        """One for each stage."""
        return f"late-{self.needs.name}"

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """None: the stage follows nobody else's answers."""
        return ()

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Nothing of its own; what is asked about the partners counts."""
        return 0, 0

    def touched(self, item: str) -> Sequence[str]:
        """All partners at once, when a role changes; not while somebody writes."""
        return (self.name,) if item == self.name or self.names(item) else ()

    def told(self, room: Room, seat: Seat, item: str) -> Writer:
        """Everything that the person has said."""
        return Writer(seat, self.person(room, seat))
