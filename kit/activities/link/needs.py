"""What both sides of a link need: a person predicts what partners need from them, and states what they need.

Items of a prediction are ``need-from-me/<role>/<n>``, ``meets/<role>``, ``rating/<role>``; of a statement
``need/<role>/<n>``, ``served/<role>``; the role as it was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from kit.activities.activity import Activity, Room, Seat
from kit.activities.choice import one_of
from kit.activities.link import Link
from kit.activities.link.person import ASKED, MEETS, PREDICTED, RATINGS, STATED, items_about
from kit.activities.link.sharpen import Sharpen
from kit.activities.typed import line_or_nothing
from kit.text import gettext as _

LENGTH = 160


def meets_text(value: str | None) -> str:
    """How often two meet, in words; nothing for None."""
    texts = {"daily": _("Every day"), "weekly": _("Every week"), "monthly": _("Every month")}
    return {**texts, "rarely": _("Less often")}.get(value or "", "")


@dataclass(frozen=True, eq=False)
class Needs(Activity[None]):
    """Base of both directions: some texts about each partner, and what is chosen.

    Attributes:
        sharpen: What asks about a vague need.
        asks: What of ``ASKED``, the texts first.
    """

    link: Link
    sharpen: Sharpen
    asks: ClassVar[Sequence[str]]
    length: ClassVar[int] = LENGTH
    meets: ClassVar[Sequence[str]] = MEETS
    ratings: ClassVar[Sequence[str]] = RATINGS

    @property
    def round(self) -> int:  # type: ignore[override]
        """That of the roles."""
        return self.link.round

    def texts(self, typed: str) -> list[str]:
        """The items of the texts about a partner."""
        return items_about(self.asks[0], typed)

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """All about every partner."""
        partners = self.link.person(room, seat).partners
        return [item for one in partners for what in self.asks for item in items_about(what, one.typed)]

    def check(self, item: str, value: str) -> str | None:
        """A text, or nothing; or one of what there is to choose from."""
        what, _slash, role = item.partition("/")
        if what not in self.asks:
            return None
        role = role if ASKED[what] else role.rpartition("/")[0]
        if not self.link.plain.is_kept(role) or item not in items_about(what, role):
            return None
        return one_of(value, ASKED[what]) if ASKED[what] else line_or_nothing(value, LENGTH)

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Of each partner the texts together, and each choice."""
        person = self.link.person(room, seat)
        return sum(len(person.about[what]) for what in self.asks), len(self.asks) * len(person.others)


class Predict(Needs):
    """What they need from me, how often we meet, and how well I think I serve them."""

    name = "predict"
    template = "link/predict.html"
    asks = (PREDICTED, "meets", "rating")

    def meets_text(self, value: str) -> str:
        """How often two meet, in words."""
        return meets_text(value)


class State(Needs):
    """What I need from them, and how well they serve me."""

    name = "state"
    template = "link/state.html"
    asks = (STATED, "served")
