"""One thing that a person will do on Monday."""

import pandas as pd

from kit.activities.activity import Activity, Room, Seat, Summary, Table
from kit.activities.typed import line_or_nothing
from kit.activities.write import Write
from kit.text import gettext as _

ITEM = "commitment"
"""Its round is 0, so that a card of that id is another thing."""

LENGTH = 280

COMMITMENTS = Table(
    "commitments",
    _("what people will do on Monday"),
    "participant commitment late? at",
    answers="commitment",
    note=_("Read them out in two weeks, and ask what came of them."),
)
"""One row a person, by participant; ``at`` in UTC, ``late`` where it came after its stage."""


class Commit(Activity[pd.DataFrame]):
    """One line of free text, an empty one takes it back; its result is the table ``COMMITMENTS``.

    Attributes:
        counted: Whether the exercise's one page counts them.
        start: The person's own texts that it may start from, quoted above the box.
    """

    counted: bool = True
    start: Write | None = None
    name = "commit"
    template = "commit/commit.html"
    round = 0
    length = LENGTH
    tables = (COMMITMENTS,)

    def items(self, room: Room, seat: Seat) -> list[str]:
        """The one that there is."""
        return [ITEM]

    def quoted(self, seat: Seat) -> list[str]:
        """What the person may start from."""
        said = [self.start.said(seat, item) for item in self.start.prompts] if self.start else []
        return [text for text in said if text]

    def check(self, item: str, value: str) -> str | None:
        """The text on one line; nothing where there is nothing to read in it."""
        return line_or_nothing(value, LENGTH) if item == ITEM else None

    def result(self, room: Room) -> pd.DataFrame:
        """See ``COMMITMENTS``."""
        return COMMITMENTS.frame(room.given(self, [ITEM]).rename(columns={"value": "commitment"}))

    def summary(self, room: Room) -> Summary:
        """How many there are."""
        return [(_("Commitments"), len(room.of(self)))] if self.counted else []
