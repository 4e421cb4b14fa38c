"""Votes for what others wrote, without their names; and what the room liked most."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat, people
from kit.activities.vote.moderated import YES, Moderated, Phrase, Phrases, is_key, name_of, phrase_key
from kit.activities.write import Prompt
from kit.errors import ResponseError
from kit.text import gettext as _

MOST = 3
"""So many votes everybody has."""

READ_AT_MOST = 24
"""So many phrases one phone shows for voting. In a large room every phrase is read by some, not by all."""

TOP = 3
"""So many phrases for each prompt are shown as the most liked."""


@dataclass(frozen=True)
class Votes:
    """Who voted for what, and how many people voted at all."""

    voters: Mapping[str, frozenset[str]]
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
    most = MOST

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """The votes that the person may give."""
        return [f"vote/{phrase.key}" for _prompt, phrases in self.ballot(room, seat) for phrase in phrases]

    def ballot(self, room: Room, seat: Seat) -> list[tuple[Prompt, list[Phrase]]]:
        """Others' phrases for each prompt that the room works on; those that are voted for are always among them."""
        write, moderated = self.phrases.write, room.of(self.phrases)
        said = [(item, write.said(seat, item)) for item in write.prompts]
        own = {moderated.final(phrase_key(name_of(item), text)) for item, text in said if text}
        voted, items = self.voted(room, seat), write.items(room, seat)
        most = max(1, READ_AT_MOST // max(1, len(items)))
        ballot = []
        for item in items:
            others = [phrase for phrase in moderated.shown(item) if phrase.key not in own]
            others.sort(key=lambda phrase: _shuffled(seat, phrase))
            read = [p for place, p in enumerate(others) if place < most or p.key in voted]
            ballot.append((write.prompts[item], read))
        return ballot

    def voted(self, room: Room, seat: Seat) -> set[str]:
        """The keys of the phrases that the person has voted for, or of those that stand for them."""
        return {room.of(self.phrases).final(name_of(item)) for item in self.given(seat)}

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
        chosen: defaultdict[str, list[str]] = defaultdict(list)
        for participant, item in zip(votes["participant"], votes["item"], strict=True):
            phrase = moderated.phrases.get(moderated.final(name_of(item)))
            if phrase and participant not in phrase.authors and phrase.key not in chosen[participant]:
                chosen[participant].append(phrase.key)
        voters: defaultdict[str, set[str]] = defaultdict(set)
        for participant, keys in chosen.items():
            for key in keys[:MOST]:
                voters[key].add(participant)
        return Votes({key: frozenset(who) for key, who in voters.items()}, people(votes))


def _shuffled(seat: Seat, phrase: Phrase) -> bytes:
    return hashlib.sha256(f"{seat.pseudonym}/{phrase.key}".encode()).digest()


@dataclass(frozen=True)
class Liked:
    """A phrase with how many voted for it; None where so few did that it would tell who."""

    phrase: Phrase
    votes: int | None


@dataclass(frozen=True)
class Ranking:
    """The phrases that the room may read, by item of their prompt, the most liked first.

    Attributes:
        votes_shown: Whether enough people voted for votes to be shown.
    """

    liked: Mapping[str, Sequence[Liked]]
    votes_shown: bool

    def top(self, item: str) -> Sequence[Liked]:
        """The most liked; without votes some of them, in an order that tells nothing."""
        liked = self.liked[item]
        if self.votes_shown:
            return liked[:TOP]
        some = sorted((one.phrase for one in liked), key=lambda phrase: phrase.key)
        return [Liked(phrase, None) for phrase in some[:TOP]]


@dataclass(frozen=True, eq=False)
class MostLiked(Activity[Ranking]):
    """What the room liked most of what it wrote."""

    vote: Vote
    name = "liked"
    template = "vote/liked.html"

    def result(self, room: Room) -> Ranking:
        """For every prompt."""
        votes, moderated = room.of(self.vote), room.of(self.vote.phrases)
        ranked = {item: self._ranked(moderated, votes, item) for item in self.vote.phrases.write.prompts}
        return Ranking(ranked, votes.people >= FEWEST)

    def _ranked(self, moderated: Moderated, votes: Votes, item: str) -> list[Liked]:
        liked = [Liked(p, len(votes.voters.get(p.key, ()))) for p in moderated.shown(item)]
        return sorted(liked, key=lambda one: (-(one.votes or 0), one.phrase.key))

    def shown(self, room: Room) -> list[tuple[Prompt, Sequence[Liked]]]:
        """The most liked for each prompt that the room works on."""
        write, ranking = self.vote.phrases.write, room.of(self)
        return [(write.prompts[item], ranking.top(item)) for item in write.items(room, Seat())]

    def beats(self, room: Room) -> Sequence[Beat]:
        """Prompt by prompt."""
        return [
            Beat(f"liked-{number}", prompt.place, "best", (prompt, top))
            for number, (prompt, top) in enumerate(self.shown(room), 1)
        ]
