"""What both sides of a link need: a person predicts what partners need from them, and states what they need.

Items of a prediction are ``need-from-me/<role>/<n>``, ``meets/<role>``, ``rating/<role>``; of a statement
``need/<role>/<n>``, ``served/<role>``; the role as it was typed.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from kit.activities.activity import Activity, Room, Seat
from kit.activities.link import Link
from kit.activities.link.person import ASKED, MEETS, PREDICTED, RATINGS, STATED, Person, items_about
from kit.activities.link.sharpen import Sharpen
from kit.activities.typed import line_or_nothing, one_of
from kit.text import N_

LENGTH = 160


class Writer(NamedTuple):
    """Somebody who writes about their partners, and what they said."""

    seat: Seat
    person: Person


class Needs(Activity[None]):
    """Base of both directions: some texts about each partner, and what is chosen.

    Attributes:
        sharpen: What asks about a vague need.
        before: The other direction, which was asked before; what was written then is in view.
        asks: What of ``ASKED``: the texts first, a rating last.
        asked: What the projector says; like the next ones a message of the catalogue.
        lead: What the phone says first.
        question: What the texts are to say of ``role``.
        label: The same beside the field.
        rated: What the rating is to say.
    """

    link: Link
    sharpen: Sharpen
    before: "Needs | None" = None
    template = "link/needs.html"
    asks: ClassVar[Sequence[str]]
    asked: ClassVar[str]
    lead: ClassVar[str]
    question: ClassVar[str]
    label: ClassVar[str]
    rated: ClassVar[str]
    length: ClassVar[int] = LENGTH
    meets: ClassVar[Mapping[str, str]] = MEETS
    ratings: ClassVar[Sequence[str]] = RATINGS

    @property
    def round(self) -> int:  # type: ignore[override]
        """That of the roles."""
        return self.link.round

    def texts(self, typed: str) -> list[str]:
        """The items of the texts about a partner."""
        return items_about(self.asks[0], typed)

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
    asks = (PREDICTED, "meets", "rating")
    asked = N_("What do you think they need from you? Write it before they say it.")
    lead = N_("Write what you think. They will say it themselves later; then you compare.")
    question = N_("What does %(role)s need from me?")
    label = N_("They need")
    rated = N_("How well do I serve them, I think?")


class State(Needs):
    """What I need from them, and how well they serve me."""

    name = "state"
    asks = (STATED, "served")
    asked = N_("Service runs both ways: what do you need from them?")
    lead = N_("What do you need from them to do your job well?")
    question = N_("What do I need from %(role)s?")
    label = N_("I need from them")
    rated = N_("How well do they serve me?")


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
