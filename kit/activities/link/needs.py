"""What both sides of a link need: a person predicts what partners need from them, and states what they need.

Items of a prediction are ``need-from-me/<role>/<n>``, ``meets/<role>``, ``rating/<role>``; of a statement
``need/<role>/<n>``, ``served/<role>``; the role as it was typed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from kit.activities.activity import Activity, Room, Seat
from kit.activities.choice import one_of
from kit.activities.link import Link
from kit.activities.link.person import MEETS, NEEDS, RATINGS, Person
from kit.activities.link.sharpen import Sharpen
from kit.activities.typed import clean_line, is_blank
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
        text: How the items of its texts begin.
        chosen: Likewise, with the values that there are to choose from.
    """

    link: Link
    sharpen: Sharpen
    text: ClassVar[str]
    chosen: ClassVar[Mapping[str, Sequence[str]]]
    length: ClassVar[int] = LENGTH
    meets: ClassVar[Sequence[str]] = MEETS
    ratings: ClassVar[Sequence[str]] = RATINGS

    @property
    def round(self) -> int:  # type: ignore[override]
        """That of the roles."""
        return self.link.round

    def texts(self, typed: str) -> list[str]:
        """The items of the texts about a partner."""
        return [f"{self.text}/{typed}/{n}" for n in range(1, NEEDS + 1)]

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """All about every partner."""
        partners = [partner.typed for partner in self.link.partners(room, seat)]
        return [
            item
            for typed in partners
            for item in (*self.texts(typed), *(f"{what}/{typed}" for what in self.chosen))
        ]

    def check(self, item: str, value: str) -> str | None:
        """A text, or nothing; or one of what there is to choose from."""
        what, _slash, role = item.partition("/")
        if what == self.text:
            role = role.rpartition("/")[0]
            is_asked = self.link.plain.is_kept(role) and item in self.texts(role)
            return ("" if is_blank(value) else clean_line(value, LENGTH)) if is_asked else None
        if what in self.chosen and self.link.plain.is_kept(role):
            return one_of(value, self.chosen[what])
        return None

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Of each partner the texts together, and each choice."""
        person = self.link.person(room, seat)
        parts = self.parts_of(person)
        return sum(map(len, parts)), len(parts) * len(set(person.partners.values()))

    def parts_of(self, person: Person) -> Sequence[Collection[Any]]:
        """What the person has said, each by partner."""
        raise NotImplementedError(self.name)


class Predict(Needs):
    """What they need from me, how often we meet, and how well I think I serve them."""

    name = "predict"
    template = "link/predict.html"
    text = "need-from-me"
    chosen: ClassVar[Mapping[str, Sequence[str]]] = {"meets": MEETS, "rating": RATINGS}

    def meets_text(self, value: str) -> str:
        """How often two meet, in words."""
        return meets_text(value)

    def parts_of(self, person: Person) -> Sequence[Collection[Any]]:
        """What the person has predicted, by partner."""
        return person.predicted, person.meets, person.rating


class State(Needs):
    """What I need from them, and how well they serve me."""

    name = "state"
    template = "link/state.html"
    text = "need"
    chosen: ClassVar[Mapping[str, Sequence[str]]] = {"served": RATINGS}

    def parts_of(self, person: Person) -> Sequence[Collection[Any]]:
        """What the person has stated, by partner."""
        return person.needs, person.served
