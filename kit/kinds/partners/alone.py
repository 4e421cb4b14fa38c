"""What only a learner alone has: drafts of agreements, and a sheet of questions to take to each partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from kit.activities.activity import Activity, Room, Seat
from kit.activities.dates import clean_day
from kit.activities.link import Link, Partner
from kit.activities.link.needs import LENGTH, Predict, State
from kit.activities.typed import clean_line, is_blank

PARTS = ("i-give", "give-by", "i-get", "get-by", "review")
"""Of a draft; the last one is a day."""


@dataclass(frozen=True, eq=False)
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
        if is_blank(value):
            return ""
        return clean_day(value) if part == "review" else clean_line(value, LENGTH)

    def drafted(self, seat: Seat, typed: str) -> dict[str, str]:
        """The parts of the draft with a partner."""
        return {part: self.said(seat, f"draft/{typed}/{part}") for part in PARTS}


@dataclass(frozen=True)
class NamedPartners:
    """Whom the learner named, and what they said of them."""

    seat: Seat
    partners: Sequence[Partner]


@dataclass(frozen=True, eq=False)
class Named(Activity[None]):
    """All that is asked about each partner; drawn anew when a role changes, not while somebody writes."""

    predict: Predict
    state: State
    draft: Draft
    name = "partners"
    template = "partners/partners.html"

    @property
    def link(self) -> Link:
        """Where the partners are named."""
        return self.predict.link

    def touched(self, item: str) -> Sequence[str]:
        """All of them at once, of the own role and each partner."""
        return (self.name,) if item in (self.name, *self.link.slots) else ()

    def told(self, room: Room, seat: Seat, item: str) -> NamedPartners:
        """Everybody who was named."""
        return NamedPartners(seat, self.link.partners(room, seat))


@dataclass(frozen=True)
class Question:
    """A need on the sheet, and what to ask about it."""

    text: str
    asked: Sequence[str]


@dataclass(frozen=True)
class Entry:
    """What the sheet says about one partner.

    Attributes:
        own_role: The learner's role, or empty.
        rating: How well the learner thinks to serve them, if they said.
        draft: Part of the agreement -> text.
    """

    role: str
    own_role: str
    predicted: Sequence[Question]
    needs: Sequence[Question]
    rating: int | None
    draft: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Sheet(Activity[None]):
    """What a learner prints and takes to each partner; drawn anew after every answer.

    Attributes:
        prompts: What to ask about each need.
    """

    named: Named
    prompts: Sequence[str]
    name = "sheet"
    template = "partners/sheet.html"

    def touched(self, item: str) -> Sequence[str]:
        """The whole sheet."""
        return (self.name,)

    def told(self, room: Room, seat: Seat, item: str) -> list[Entry]:
        """One entry a partner."""
        person = self.named.link.person(room, seat)
        return [
            Entry(
                role,
                person.role,
                self._questions(person.predicted.get(role, ())),
                self._questions(person.needs.get(role, ())),
                person.rating.get(role),
                self.named.draft.drafted(seat, typed),
            )
            for typed, role in person.partners.items()
        ]

    def _questions(self, needs: Sequence[str]) -> list[Question]:
        return [Question(need, self.named.predict.sharpen.questions(need)) for need in needs]
