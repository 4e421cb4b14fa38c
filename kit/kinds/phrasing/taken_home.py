"""What the room leaves with besides words of its own: the phrases that it liked, and the cards."""

from dataclasses import dataclass

import pandas as pd

from kit.activities.activity import Activity, Room, Summary, Table
from kit.activities.vote import MostLiked, Ranking
from kit.activities.vote.moderated import name_of
from kit.kinds.phrasing.card import CARDS, Card
from kit.text import gettext as _

VOTES = Table(
    "votes",
    _("the phrases that the room read, the most liked first"),
    "situation phrase text authors votes",
    _("No phrase has been written that the room could vote for."),
    note=_(
        "Of each situation the most liked first. Equal words are one phrase, so `authors` may be more than "
        "one. Look for what the winners share that the others lack: often it is a time."
    ),
)
"""One row a phrase that the room could read; ``authors`` and ``votes`` are people."""


@dataclass(frozen=True, eq=False)
class TakenHome(Activity[Ranking]):
    """The tables of votes and cards, which come after those of what was written."""

    liked: MostLiked
    card: Card
    name = "taken-home"
    tables = (VOTES, CARDS)

    def result(self, room: Room) -> Ranking:
        """What the room liked most; the cards are counted by their own activity."""
        return room.of(self.liked)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        rows = [
            (name_of(item), one.phrase.key, one.phrase.text, len(one.phrase.authors), one.votes)
            for item, phrases in room.of(self).liked.items()
            for one in phrases
        ]
        return {"votes": VOTES.frame(rows), "cards": room.of(self.card)}

    def summary(self, room: Room) -> Summary:
        """How many votes count, and how many cards there are."""
        votes = sum(one.votes or 0 for phrases in room.of(self).liked.values() for one in phrases)
        return [(_("Votes"), votes), (_("Cards"), len(room.of(self.card)))]
