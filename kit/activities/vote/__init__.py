"""Votes for what others wrote, without their names; and what the room liked most."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat, Summary, Table, people
from kit.activities.vote.moderated import YES, Phrase, Phrases, is_key, name_of, phrase_key
from kit.activities.write import Prompt
from kit.errors import ResponseError
from kit.text import gettext as _

MOST = 3
"""So many votes everybody has."""

READ_AT_MOST = 24
"""So many phrases one phone shows for voting. In a large room every phrase is read by some, not by all."""

TOP = 3
"""So many phrases for each prompt are shown as the most liked."""


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


@dataclass(frozen=True)
class Votes:
    """How many votes count for what, by its key; and how many people voted at all."""

    count: Mapping[str, int]
    people: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Vote(Activity[Votes]):
    """Some votes for each person; the ballot is made of others' phrases, in an order of each phone's own."""

    phrases: Phrases
    round: int
    question: str
    invitation: str
    name = "vote"
    template = "vote/vote.html"
    from_room = True
    form = {"most": MOST}  # noqa: RUF012 - nobody changes it

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """The votes that the person may give."""
        return [f"vote/{phrase.key}" for _prompt, phrases in self.ballot(room, seat) for phrase in phrases]

    def ballot(self, room: Room, seat: Seat) -> list[tuple[Prompt, list[Phrase]]]:
        """Others' phrases for each prompt that the room works on; those that are voted for are always among them."""
        write, moderated = self.phrases.write, room.of(self.phrases)
        own = {moderated.final(key) for key in self.own(seat)}
        voted, items = self.voted(room, seat), write.items(room, seat)
        most = max(1, READ_AT_MOST // max(1, len(items)))
        ballot = []
        for item in items:
            others = [phrase for phrase in moderated.shown(item) if phrase.key not in own]
            others.sort(key=lambda phrase: _shuffled(seat, phrase))
            read = [p for place, p in enumerate(others) if place < most or p.key in voted]
            ballot.append((write.prompts[item], read))
        return ballot

    def own(self, seat: Seat) -> set[str]:
        """The keys of the person's own phrases."""
        said = ((item, self.phrases.write.said(seat, item)) for item in self.phrases.write.prompts)
        return {phrase_key(name_of(item), text) for item, text in said if text}

    def voted(self, room: Room, seat: Seat) -> dict[str, str]:
        """The keys of the phrases that the person has voted for, or of those that stand for them -> the vote's item."""
        return {room.of(self.phrases).final(name_of(item)): item for item in self.given(seat)}

    def given(self, seat: Seat) -> list[str]:
        """The items of the person's votes."""
        return [
            item for (number, item), value in seat.answers.items() if number == self.round and value == YES
        ]

    def check(self, item: str, value: str) -> str | None:
        """A vote, or an empty text that takes it back."""
        group, _slash, key = item.partition("/")
        if group != "vote" or not is_key(key):
            return None
        if value not in (YES, ""):
            raise ResponseError(_("A vote is “yes” or empty, not “{value}”.").format(value=value[:20]))
        return value

    def refuse(self, seat: Seat, item: str, value: str) -> None:
        """Whoever wrote a phrase can't vote for it."""
        if value == YES and name_of(item) in self.own(seat):
            raise ResponseError(_("That phrase is your own. Give the vote to somebody else's."))

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whether the person has voted."""
        return int(bool(self.given(seat))), 1

    def touched(self, item: str) -> Sequence[str]:
        """How many votes are given."""
        return (WHOLE,)

    def told(self, room: Room, seat: Seat, item: str) -> int | None:
        """How many votes the person has given."""
        return len(self.given(seat)) if item == WHOLE else None

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """The phrases that the facilitator took away or gave back: nothing else is moved under anybody's fingers."""
        decided = {name_of(item) for item in room.decisions}
        phrases = room.of(self.phrases).phrases
        return [key for key, phrase in phrases.items() if not phrase.is_shown or key in decided]

    def text(self, room: Room, key: str) -> str:
        """The words of a phrase as far as the room may read them."""
        phrase = room.of(self.phrases).phrases[key]
        return phrase.text if phrase.is_shown else ""

    def result(self, room: Room) -> Votes:
        """Votes that count: not for one's own, each phrase once, and of too many votes the first."""
        moderated, said = room.of(self.phrases), room.said(self)
        votes = said[said["value"] == YES].sort_values(["at", "item"], kind="stable")
        votes = votes.assign(phrase=[moderated.final(name_of(item)) for item in votes["item"]])
        given = zip(votes["phrase"], votes["participant"], strict=True)
        others = [
            key in moderated.phrases and who not in moderated.phrases[key].authors for key, who in given
        ]
        counting = votes.loc[others].drop_duplicates(["participant", "phrase"])
        counting = counting.groupby("participant").head(MOST)
        return Votes(counting["phrase"].value_counts().to_dict(), people(votes))


def _shuffled(seat: Seat, phrase: Phrase) -> bytes:
    return hashlib.sha256(f"{seat.pseudonym}/{phrase.key}".encode()).digest()


@dataclass(frozen=True, eq=False)
class MostLiked(Activity[pd.DataFrame]):
    """What the room liked most of what it wrote; its result is ``VOTES``."""

    vote: Vote
    name = "liked"
    template = "vote/liked.html"
    tables = (VOTES,)

    def result(self, room: Room) -> pd.DataFrame:
        """The phrases that the room may read, by prompt; of equally liked ones by key."""
        count, moderated = room.of(self.vote).count, room.of(self.vote.phrases)
        rows = [
            (name_of(item), one.key, one.text, len(one.authors), count.get(one.key, 0))
            for item in self.vote.phrases.write.prompts
            for one in sorted(moderated.shown(item), key=lambda phrase: -count.get(phrase.key, 0))
        ]
        return VOTES.frame(rows)

    def votes_shown(self, room: Room) -> bool:
        """Whether enough people voted for votes to be shown."""
        return room.of(self.vote).people >= FEWEST

    def top(self, room: Room) -> Mapping[str, pd.DataFrame]:
        """For each prompt that the room works on the most liked; without votes some, in an order that tells nothing."""
        table, items = room.of(self), self.vote.phrases.write.items(room, Seat())
        if not self.votes_shown(room):
            table = table.assign(votes=None).sort_values("phrase", kind="stable")
        return {item: table[table["situation"] == name_of(item)].head(TOP) for item in items}

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """Prompt by prompt what is liked."""
        return list(room.once(self.top))

    def beats(self, room: Room) -> Sequence[Beat]:
        """Prompt by prompt."""
        found = [(self.vote.phrases.write.prompts[item], top) for item, top in room.once(self.top).items()]
        return [Beat(f"liked-{n}", one[0].place, "best", one) for n, one in enumerate(found, 1)]

    def summary(self, room: Room) -> Summary:
        """How many votes count."""
        return [(_("Votes"), int(room.of(self)["votes"].sum()))]
