"""What only a learner alone has: drafts of agreements, and a sheet of questions to take to each partner."""

from collections.abc import Sequence
from typing import ClassVar

from kit.activities.activity import Activity, Room, Seat
from kit.activities.agree.agreement import REVIEW, clean_part
from kit.activities.link import Link
from kit.activities.link.needs import LENGTH, Predict, State, Writer

PARTS = ("i-give", "give-by", "i-get", "get-by", REVIEW)
"""Of a draft; the last one is a day."""


class Draft(Activity[None]):
    """A draft of an agreement with each partner; its items are ``draft/<role>/<part>``."""

    link: Link
    name = "draft"
    template = "partners/partners.html"
    length: ClassVar[int] = LENGTH

    @property
    def round(self) -> int:  # type: ignore[override]
        """That of the roles."""
        return self.link.round

    def check(self, item: str, value: str) -> str | None:
        """A text or a day, or nothing."""
        what, _slash, rest = item.partition("/")
        role, _slash, part = rest.rpartition("/")
        if what != "draft" or part not in PARTS or not self.link.plain.is_kept(role):
            return None
        return clean_part(part, value)

    def part(self, seat: Seat, typed: str, part: str) -> str:
        """What the learner has written of the draft with a partner."""
        return self.said(seat, f"draft/{typed}/{part}")


class Named(Activity[None]):
    """All that is asked about each partner; drawn anew when a role changes, not while somebody writes."""

    predict: Predict
    state: State
    draft: Draft
    name = "partners"
    template = "partners/partners.html"

    def touched(self, item: str) -> Sequence[str]:
        """All of them at once, of the own role and each partner."""
        return (self.name,) if item == self.name or self.draft.link.names(item) else ()

    def told(self, room: Room, seat: Seat, item: str) -> Writer:
        """Everything that the learner has said."""
        return Writer(seat, self.draft.link.person(room, seat))


class Sheet(Named):
    """What a learner prints and takes to each partner; drawn anew after every answer.

    Attributes:
        prompts: What to ask about each need.
    """

    prompts: Sequence[str]
    name = "sheet"
    template = "partners/sheet.html"

    def touched(self, item: str) -> Sequence[str]:
        """The whole sheet."""
        return (self.name,)
