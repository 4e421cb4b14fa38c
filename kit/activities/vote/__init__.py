"""Votes for what others wrote, without their names; and what the room liked most."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat, Summary, Table, people
from kit.activities.fitting import PAGE, STEPS, largest
from kit.activities.held import YES
from kit.activities.typed import one_of
from kit.activities.vote.bubbles import Bubble, packed
from kit.activities.vote.moderated import Phrase, Phrases, is_key, name_of, no_phrase, phrase_key
from kit.activities.write import Marked, Prompt
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
    "situation phrase text authors votes steps traps best",
    _("No phrase has been written that the room could vote for."),
    note=_(
        "Of each situation the most liked first; of equally liked ones the one with most `steps` of the recipe. Equal "
        "words are one phrase, so `authors` may be more than one. `best` is what the room was shown as such: liked "
        "enough, with a step and without a trap. `steps` is empty where the phrase isn't English."
    ),
)
"""One row a phrase that the room could read: how many ``authors``, ``votes`` and ``steps``; ``traps`` are ids.

``steps`` are missing where the coach doesn't know the language.
"""

SHARES = ("0", "10", "20", "30", "50")
"""The least part of a prompt's votes, in percent, that a phrase needs to be called best; the facilitator chooses."""

USUAL_SHARE = "10"

FEWEST_VOTES = 2
"""What one person alone liked isn't the room's best."""


class Votes(NamedTuple):
    """How many votes count for what, by its key; and how many people voted at all."""

    count: Counter[str]
    people: int


class Vote(Activity[Votes], kw_only=True):
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
        """Others' phrases for each prompt that the room works on.

        Those that are voted for are always among them, so that a vote for one that was hidden can be taken back. Each
        phone begins with another prompt, so that all are read while there are votes left.
        """
        write, moderated = self.phrases.write, room.of(self.phrases)
        own = {moderated.final(key) for key in self.own(seat)}
        voted, items = self.voted(room, seat), write.items(room, seat)
        most = max(1, READ_AT_MOST // max(1, len(items)))
        begin = sum(seat.pseudonym.encode()) % max(1, len(items))
        ballot = []
        for item in [*items[begin:], *items[:begin]]:
            others = [p for p in moderated.of(item) if p.key not in own and not p.merged_into]
            others = [p for p in others if p.is_shown or p.key in voted]
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
        return [item for item, value in seat.of(self).items() if value == YES]

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
        """Whether the person has voted; nothing is asked of who has no phrase of others to read."""
        given = bool(self.given(seat))
        return int(given), int(given or self._can_vote(room, seat))

    def _can_vote(self, room: Room, seat: Seat) -> bool:
        moderated = room.of(self.phrases)
        return not room.once(self._readable) <= {moderated.final(key) for key in self.own(seat)}

    def _readable(self, room: Room) -> Set[str]:
        """The keys of what may be voted for."""
        items = self.phrases.write.items(room, Seat())
        return {phrase.key for item in items for phrase in room.of(self.phrases).shown(item)}

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
        votes, given = said[said["value"] == YES], defaultdict[str, dict[str, None]](dict)
        for row in votes.sort_values(["at", "item"], kind="stable").itertuples():
            phrase = moderated.phrases.get(moderated.final(name_of(row.item)))
            if phrase and row.participant not in phrase.authors:
                given[row.participant][phrase.key] = None
        return Votes(Counter(key for keys in given.values() for key in list(keys)[:MOST]), people(votes))


def _shuffled(seat: Seat, phrase: Phrase) -> bytes:
    return hashlib.sha256(f"{seat.pseudonym}/{phrase.key}".encode()).digest()


class Liked(NamedTuple):
    """A phrase, a row of ``VOTES``.

    Its votes are None where they aren't shown, or nobody voted for its prompt; its steps where it can't be read.
    """

    situation: str
    phrase: str
    text: str
    authors: int
    votes: int | None
    steps: int | None
    traps: str
    best: bool


class Front(NamedTuple):
    """A phrase alone in front of the room; its votes of those ``given`` to its prompt.

    Attributes:
        number: Which it is of those ``of`` that are shown one after the other; 0 for one that the facilitator chose.
    """

    prompt: Prompt
    item: str
    phrase: Liked
    given: int
    number: int = 0
    of: int = 0

    @property
    def step(self) -> int:
        """The size in which it stands there, one of ``STEPS``; marks take some room, too."""
        return largest(self.phrase.text, (0.92 * PAGE, 58), 1.3) or min(STEPS)

    @property
    def happened(self) -> int:
        """The size of what has happened; 0 where that is too long to stand above the phrase."""
        return largest(self.prompt.text, (PAGE, 12), 1.2, 3)


class Overview(NamedTuple):
    """The best phrases, or some without a trap, as bubbles: so many of ``of`` as a page holds.

    Attributes:
        queued: So many phrases come one at a time, also for prompts that have no best one.
        voters: How many people voted.
    """

    is_best: bool
    rows: list[list[Bubble]]
    of: int
    queued: int
    voters: int

    @property
    def asked(self) -> str:
        """What the room is asked before they come."""
        return _("Ready for the best?") if self.is_best else _("Ready to read some?")


class MostLiked(Activity[Sequence[Liked]]):
    """What the room liked most of what it wrote; its result are the rows of ``VOTES``.

    Decisions are ``best/share``: one of ``SHARES``, and ``front``: the key of a phrase to show alone, and behind a
    space the beat in place of which it is shown; or empty.

    Attributes:
        read: Says of a phrase for an item which steps are "found", and which traps are there.
        marks: Says in which words.
        titles: What people call a trap, by its id.
    """

    vote: Vote
    read: Callable[[str, str], tuple[Mapping[str, str], Sequence[str]]]
    marks: Callable[[str, str], Marked]
    titles: Mapping[str, str]
    name = "liked"
    template = "vote/liked.html"
    tables = (VOTES,)

    def result(self, room: Room) -> Sequence[Liked]:
        """The phrases that the room may read, by prompt; the most liked first, of equal ones by key."""
        count, least, found = room.of(self.vote).count, int(self.least(room)), list[Liked]()
        for item in self.vote.phrases.write.prompts:
            phrases, liked = room.of(self.vote.phrases).shown(item), []
            given = sum(count[one.key] for one in phrases)
            for one in phrases:
                verdicts, traps = self.read(item, one.text)
                # Where the coach can't read the language, it has no verdicts.
                votes, steps = count[one.key], list(verdicts.values()).count("found") if verdicts else None
                liked_enough = (
                    votes >= FEWEST_VOTES and 100 * votes >= least * given and self.votes_shown(room)
                )
                best = liked_enough and not traps and steps != 0
                named = name_of(item), one.key, one.text, len(one.authors)
                liked.append(Liked(*named, votes, steps, ", ".join(traps), best))
            found += sorted(liked, key=lambda one: (-one.votes, -(one.steps or 0)))
        return found

    def least(self, room: Room) -> str:
        """The part of the votes, in percent, under which nothing is called best."""
        return room.decisions.get("best/share", USUAL_SHARE)

    def votes_shown(self, room: Room) -> bool:
        """Whether enough people voted for votes to be shown."""
        return room.of(self.vote).people >= FEWEST

    def phrases(self, room: Room) -> Mapping[str, Sequence[Liked]]:
        """For each prompt that the room works on; without votes that can't be shown, in an order that hides them."""
        every = room.of(self)
        voted = {one.situation for one in every if one.votes and self.votes_shown(room)}
        bare = (one._replace(votes=None) for one in every if one.situation not in voted)
        every = [one for one in every if one.situation in voted]
        every += sorted(bare, key=lambda one: (-(one.steps or 0), one.phrase))
        items = self.vote.phrases.write.items(room, Seat())
        return {item: [one for one in every if one.situation == name_of(item)] for item in items}

    def top(self, room: Room) -> Mapping[str, Sequence[Liked]]:
        """For each prompt that the room works on the best; where there is none, some without a trap."""
        found = {}
        for item, phrases in room.once(self.phrases).items():
            best = [one for one in phrases if one.best] or [one for one in phrases if not one.traps]
            found[item] = best[:TOP]
        return found

    def chosen(self, room: Room) -> tuple[Front | None, str]:
        """What is shown alone, if the room may read it and works on its prompt; and in place of which beat."""
        key, _space, beat = room.decisions.get("front", "").partition(" ")
        key = room.of(self.vote.phrases).final(key)
        every = [(item, one) for item, phrases in room.once(self.phrases).items() for one in phrases]
        return next((self.alone(room, item, one) for item, one in every if one.phrase == key), None), beat

    def front(self, room: Room) -> Front | None:
        """What is shown alone now; not to be kept by ``room.once``, which knows no beats."""
        front, beat = room.once(self.chosen)
        return front if beat == room.beat else None

    def alone(self, room: Room, item: str, phrase: Liked) -> Front:
        """A phrase for a prompt alone in front of the room."""
        given = sum(one.votes or 0 for one in room.of(self) if one.situation == phrase.situation)
        return Front(self.vote.phrases.write.prompts[item], item, phrase, given)

    def queue(self, room: Room) -> list[Front]:
        """All of ``top``, prompt by prompt."""
        tops = room.once(self.top).items()
        found = [self.alone(room, item, one) for item, top in tops for one in top]
        return [one._replace(number=number, of=len(found)) for number, one in enumerate(found, 1)]

    def overview(self, room: Room) -> Overview:
        """All of ``top`` at once, those that come first surely."""
        queue = room.once(self.queue)
        best = [one for one in queue if one.phrase.best]
        every = [(one.phrase.phrase, one.phrase.text) for one in best or queue]
        return Overview(bool(best), packed(every[::-1]), len(every), len(queue), room.of(self.vote).people)

    def parts(self, room: Room, seat: Seat) -> Sequence[str]:
        """Prompt by prompt what is liked."""
        return list(room.once(self.top))

    def beats(self, room: Room) -> Sequence[Beat]:
        """A breath; phrase by phrase its words, and which of them work; last all of them, while people write.

        What is shown alone stands in place of one of these, so that the next one follows as ever.
        """
        overview, (front, place) = room.once(self.overview), room.once(self.chosen)
        beats = [Beat("liked-hold", overview.asked, "hold", overview)]
        for one in room.once(self.queue):
            title = _("{number} of {of}: {place}").format(
                number=one.number, of=one.of, place=one.prompt.place
            )
            beats += [
                Beat(f"liked-{one.phrase.phrase}", title, "plain", one),
                Beat(f"liked-{one.phrase.phrase}-marked", _("The words that work"), "alone", one),
            ]
        beats.append(Beat("liked-turn", _("Now everybody writes"), "turn", overview))
        if front is None:
            return beats
        alone = Beat(place, front.prompt.place, "alone", front)
        return [alone if beat.id == place else beat for beat in beats]

    def choices(self, room: Room) -> dict[str, Any]:
        """The phrases for each prompt that may be shown alone, and what is called best."""
        prompts, front = self.vote.phrases.write.prompts, self.front(room)
        phrases = [(prompts[item], every) for item, every in room.once(self.phrases).items()]
        shares = {"least": self.least(room), "shares": SHARES}
        return {"phrases": phrases, "front": front, "beat": room.beat, **shares}

    def asked(self, phrase: Liked) -> str:
        """About which traps the coach asks, in people's words."""
        return ", ".join(f"“{self.titles[trap]}”" for trap in phrase.traps.split(", ") if trap)

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """A phrase to show alone, or what a best one needs."""
        if item == "best/share":
            return one_of(value, SHARES)
        if item != "front":
            return None
        key, _space, _beat = value.partition(" ")
        if key and key not in {one.phrase for one in room.of(self)}:
            raise no_phrase(key)
        return value

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the table."""
        return {"votes": VOTES.frame(room.of(self)).astype({"steps": "Int64"})}

    def summary(self, room: Room) -> Summary:
        """How many votes count of those for phrases that the room could read."""
        return [(_("Votes for phrases that the room read"), sum(one.votes or 0 for one in room.of(self)))]
