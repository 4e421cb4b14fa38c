"""The answers with their reasons, as the room and each person sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kit.activities.activity import FEWEST, WHOLE, Activity, Beat, Room, Seat
from kit.activities.place import ROWS, Bar, Overview, Place
from kit.activities.place.judge import Judge, Told
from kit.text import gettext as _


@dataclass(frozen=True)
class Answer:
    """One card with its answer, after the room has seen itself.

    Attributes:
        bar: Where the group put it in the end.
        right: The ids of the categories that are as right as any, that of the answer first.
    """

    bar: Bar
    right: Sequence[str]
    told: Told

    @property
    def fitting(self) -> int:
        """How many put it where it is right."""
        return sum(self.bar[f"count_{category}"] for category in self.right)


@dataclass(frozen=True)
class Overall:
    """What a person learns of all cards together: first what to talk about, and the number for whoever asks.

    Attributes:
        talk: Of the cards that the person put elsewhere than we do the one that split the room most, if any.
        placed: How many cards the person placed.
        is_whole: Whether these are all.
        score: How many cards are where they fit best, in words.
        before: How many were so in round 1, if any was placed again.
    """

    talk: Told | None
    placed: int
    is_whole: bool
    score: str
    before: int | None = None


class Key(Activity[Mapping[str, Answer]]):
    """The answers; its result is every card by id, in the deck's order."""

    place: Place
    judge: Judge
    again: Place | None = None
    name = "key"
    template = "place/key.html"

    def opening(self, room: Room) -> Sequence[str]:
        """The cards in the order in which answers are shown: late ones must not reorder what was seen."""
        return [bar["item"] for bar in room.of(self.place).ranked]

    def result(self, room: Room) -> Mapping[str, Answer]:
        """Each with the bar of those who sorted it again, where they are enough."""
        last = room.of(self.again).bars if self.again else {}
        return {
            item: Answer(
                last[item] if item in last and last[item]["n"] >= FEWEST else bar,
                self.judge.right(item),
                self.judge.told(item),
            )
            for item, bar in room.of(self.place).bars.items()
        }

    def latest(self, seat: Seat, item: str) -> tuple[str, str]:
        """Where the person had the card in the end, and where before if they placed it again."""
        first, again = self.place.said(seat, item), self.again.said(seat, item) if self.again else ""
        return (again, first) if again else (first, "")

    def overall(self, room: Room, seat: Seat) -> Overall | None:
        """What the person learns of all together; None for somebody who placed nothing."""
        placed = {item: self.latest(seat, item) for item in self.place.cards}
        last = {item: said for item, (said, _before) in placed.items() if said}
        if not last:
            return None
        off = [item for item, said in last.items() if not self.judge.exact(item, said)]
        split = [bar["item"] for bar in room.of(self.place).ranked if bar["item"] in off]
        talk = self.judge.told(split[0], *placed[split[0]]) if split else None
        first = [(item, self.place.said(seat, item)) for item in self.place.cards]
        before = sum(self.judge.exact(*pair) for pair in first if pair[1])
        moved = any(said and said != last[item] for item, said in first)
        score = self.judge.score(len(last) - len(off))
        return Overall(talk, len(last), len(last) == len(placed), score, before if moved else None)

    def touched(self, item: str) -> Sequence[str]:
        """The card's own, and that of all together."""
        return item, WHOLE

    def told(self, room: Room, seat: Seat, item: str) -> Any:
        """What a card's answer says of the person's last placement; of all together, once all are placed."""
        if item == WHOLE:
            placed = all(self.place.said(seat, card) for card in self.place.cards)
            return self.overall(room, seat) if placed else None
        placed, before = self.latest(seat, item)
        return self.judge.told(item, placed, before) if placed else None

    def front(self, room: Room, seat: Seat) -> Told | None:
        """The card that is in front of the room, still without its answer, until that is."""
        if not room.beat.startswith("card-"):
            return None
        item = room.beat.removeprefix("card-")
        placed, before = (self.place.names.get(said, "") for said in self.latest(seat, item))
        cards = self.place.cards
        return Told(item, cards[item], placed=placed, before=before) if item in cards else None

    def explained(self, room: Room, seat: Seat) -> list[Told]:
        """The cards with their answers and what those say of the person's last placement.

        Where answers are shown one step at a time: those that the room has seen, the last of them first.
        """
        shown = list(self.place.cards)
        if room.beat.startswith(("card-", "answer-")):  # any other step comes after all of these
            ids = [beat.id for beat in room.passed(self)]
            shown = [id.removeprefix("answer-") for id in reversed(ids) if id.startswith("answer-")]
        return [self.judge.told(item, *self.latest(seat, item)) for item in shown]

    def bars(self, room: Room) -> Sequence[Bar]:
        """The cards as they are gone through, as far as the deck still has them."""
        answers = room.of(self)
        fixed = room.opened.get(self.name) or self.opening(room)
        return [answers[item].bar for item in fixed if item in answers]

    def glance(self, room: Room) -> Overview:
        """As many of the cards as the projector can show at once with their answers, in that order."""
        bars = self.bars(room)
        enough = [bar for bar in bars if bar["n"] >= FEWEST]
        return Overview(enough, bars[:ROWS], len(enough) == len(bars))

    def beats(self, room: Room) -> Sequence[Beat]:
        """Of every card what the room said, then the answer; the most split first."""
        answers, beats, bars = room.of(self), list[Beat](), self.bars(room)
        for number, bar in enumerate(bars, 1):
            item, bar = bar["item"], {**bar, "number": number, "of": len(bars)}
            if bar["n"] >= FEWEST:
                beats.append(Beat(f"card-{item}", bar["card"], "card", bar))
            title = _("Best fit: {card}").format(card=bar["card"])
            beats.append(Beat(f"answer-{item}", title, "answer", replace(answers[item], bar=bar)))
        return beats
