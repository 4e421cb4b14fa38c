"""The card that everybody takes away: when this happens, instead of that, I say this."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Room, Seat, Summary, Table, by_participant
from kit.activities.held import YES
from kit.activities.typed import line_or_nothing, one_of
from kit.activities.vote.moderated import name_of
from kit.activities.write import Prompt, Remark, Write
from kit.text import gettext as _

CARD = "card"
"""In place of an item: the card as it stands."""

FROM, KEEP = "card/from", "card/keep"

LENGTHS = {"when": 280, "instead": 280, "say": 600}
"""The parts of the card with the characters that each may have."""

CARDS = Table(
    "cards",
    _("the cards that people take away"),
    "participant moment instead say late? at",
    _("Nobody has made a card yet."),
    answers="moment instead say",
    note=_(
        "What each person takes away: when this happens, instead of that, I say this. Ask in two weeks who has used "
        "theirs."
    ),
)
"""One row a person who touched a card, as it stands; ``at`` (UTC) of the last change, ``late`` after its stage."""


class Face(NamedTuple):
    """A card as it stands."""

    when: str
    instead: str
    say: str


class Card(Activity[pd.DataFrame]):
    """A phrase of one's own to take along, or other words; its result is ``CARDS``.

    Attributes:
        wrong: Where the wrong thing was said.
        first: Where the right thing was said.
        revised: Where it was said better.
        pick: Says from which situations one may start.
        doubts: What the coach asks about words for a situation before they are kept.
        needed: 1 if a person isn't done without a card, else 0.
    """

    wrong: Write
    first: Write
    revised: Write
    pick: Callable[[Room], Sequence[str]]
    doubts: Callable[[str, str], Sequence[Remark]]
    needed: int = 1
    name = "card"
    template = "phrasing/card.html"
    round = 0
    lengths = LENGTHS
    tables = (CARDS,)
    thinks = True

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Where it comes from, and its parts."""
        return [FROM, *(f"card/{part}" for part in LENGTHS)]

    def check(self, item: str, value: str) -> str | None:
        """The id of a situation to start from, a part's text on one line, or "yes" to keep it; empty takes it back."""
        if item == FROM:
            return one_of(value, [name_of(known) for known in self.first.prompts]) if value else ""
        if item == KEEP:
            return one_of(value, (YES, ""))
        group, _slash, part = item.partition("/")
        return line_or_nothing(value, LENGTHS[part]) if group == "card" and part in LENGTHS else None

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whether there is a card, where one is needed, and nothing is asked about it any more."""
        face = self.face(seat)
        return min(int(all(face) and not self.asked(seat, face)), self.needed), self.needed

    def asked(self, seat: Seat, face: Face) -> Sequence[Remark]:
        """What the coach asks about a card that is there: until the person keeps it, and never again."""
        if not all(face) or self.said(seat, KEEP):
            return ()
        return self.doubts(f"situation/{self.said(seat, FROM)}", face.say)

    def think(self, room: Room, seat: Seat) -> None:
        """What the coach asks."""
        self.asked(seat, self.face(seat))

    def latest(self, seat: Seat, item: str) -> str:
        """The last version of a phrase."""
        return self.revised.said(seat, item) or self.first.said(seat, item)

    def origins(self, room: Room, seat: Seat) -> list[tuple[str, Prompt, str]]:
        """The phrases to start from: id of the situation, its prompt, own words."""
        said = ((item, self.latest(seat, item)) for item in self.pick(room))
        return [(name_of(item), self.first.prompts[item], text) for item, text in said if text]

    def face(self, seat: Seat) -> Face:
        """What was written on the card, else the chosen situation's words."""
        item = f"situation/{self.said(seat, FROM)}"
        prompt = self.first.prompts.get(item)
        offered = (prompt.text if prompt else "", self.wrong.said(seat, item), self.latest(seat, item))
        own = (self.said(seat, f"card/{part}") for part in LENGTHS)
        return Face(*(text or words for text, words in zip(own, offered, strict=True)))

    def touched(self, item: str) -> Sequence[str]:
        """The card as a whole: it may hold any phrase."""
        return (CARD,)

    def told(self, room: Room, seat: Seat, item: str) -> tuple[Face, Sequence[Remark]] | None:
        """The card as it stands, and what the coach asks before it is kept."""
        face = self.face(seat)
        return (face, self.asked(seat, face)) if item == CARD else None

    def result(self, room: Room) -> pd.DataFrame:
        """Every card that somebody touched."""
        said = room.responses.sort_values("at", kind="stable")
        mine = said[(said["round"] == self.round) & (said["value"] != "")]
        last = by_participant(mine).drop_duplicates("participant", keep="last")
        answers = said.set_index(["round", "item"])["value"].groupby(said["participant"].to_numpy())
        faces = [self.face(Seat(answers.get_group(one).to_dict())) for one in last["participant"]]
        return CARDS.frame(last.join(pd.DataFrame(faces, last.index, ["moment", "instead", "say"])))

    def summary(self, room: Room) -> Summary:
        """How many cards there are."""
        return [(_("Cards"), len(room.of(self)))]
