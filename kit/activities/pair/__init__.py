"""People who sorted a card differently find each other by a sign on their phones, and talk about it in twos."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from kit.activities.activity import TOGETHER, Activity, Beat, Room, Seat
from kit.activities.pair.matching import Said, differs, pairs
from kit.activities.place import Place
from kit.activities.place.contested import Contested
from kit.activities.signs import Sign, signs
from kit.text import gettext as _


class Pair(NamedTuple):
    """People with one sign: two, or more where somebody joined them.

    Attributes:
        card: The id of the card that they talk about.
        differ: Whether those of them who placed it didn't all choose the same.
        placed: Whether all of them placed it.
    """

    sign: Sign
    card: str
    people: tuple[str, ...]
    differ: bool
    placed: bool


class Mine(NamedTuple):
    """What one person is told of their pair: nothing of what the others chose but whether it is the same.

    Attributes:
        card: Its text.
        chosen: The id of the category that the person chose; empty for none.
        others: How many others have the sign.
        names: Those of them who gave a name.
    """

    sign: Sign
    card: str
    chosen: str
    others: int
    names: Sequence[str]
    differ: bool


class Talk(NamedTuple):
    """What the projector says of the pairs: nobody's answer.

    Attributes:
        signs: Those that phones show.
        cards: The texts of all cards that are talked about, the most split first.
        apart: Whether each pair chose differently, and whether any did.
        people: How many have sorted.
    """

    signs: Sequence[Sign]
    cards: Sequence[str]
    apart: tuple[bool, bool]
    people: int


class Pairs(Activity[Sequence[Pair]]):
    """Twos of people who placed a contested card differently, fixed when the stage opens; who comes later joins one."""

    place: Place
    contested: Contested
    name = f"{TOGETHER}pairs"
    template = "pair/pair.html"

    def opening(self, room: Room) -> Sequence[str]:
        """For each pair its card and its two people. Those who had found each other before stay together."""
        cards = self.contested.opening(room)
        said = room.once(self.chosen)
        before = [entry.split() for entry in room.opened.get(self.name, ())]
        stay = [one for one in before if one[0] in cards and {*one[1:]} <= said.keys()]
        free = [person for person in said if person not in chain(*stay) and {*cards} & said[person].keys()]
        made = [(self._card(said, two, cards), *two) for two in pairs(said, cards, free)]
        return [" ".join(one) for one in (*stay, *made)]

    def _card(self, said: Said, two: tuple[str, str], cards: Sequence[str]) -> str:
        both = [card for card in cards if card in said[two[0]] and card in said[two[1]]]
        return differs(said, *two, cards) or (both or cards)[0]

    def chosen(self, room: Room) -> Said:
        """What everybody chose, by person and card."""
        said: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for row in room.of(self.place).placements.itertuples():
            said[row.participant][row.item] = row.value
        return dict(said)

    def result(self, room: Room) -> Sequence[Pair]:
        """The pairs, each with those who joined it: whoever has none goes to the first of the smallest."""
        here = room.here
        fixed = [one for one in map(str.split, room.opened.get(self.name, ())) if one[0] in self.place.cards]
        found = {number: [p for p in people if p in here] for number, (_card, *people) in enumerate(fixed)}
        found = {number: people for number, people in found.items() if len(people) > 1}
        paired = {*chain(*found.values())}
        for person in [person for person in here if person not in paired] if found else ():
            min(found.values(), key=len).append(person)
        sign, said, made = signs(len(fixed)), room.once(self.chosen), []
        for number, people in found.items():
            card = fixed[number][0]
            values = [said[person][card] for person in people if card in said.get(person, ())]
            placed = len(values) == len(people)
            made.append(Pair(sign[number], card, tuple(people), len({*values}) > 1, placed))
        return made

    def mine(self, room: Room, seat: Seat) -> Mine | None:
        """What a person is told; None where nobody is paired."""
        pair = next((pair for pair in room.of(self) if seat.pseudonym in pair.people), None)
        if pair is None:
            return None
        others = [person for person in pair.people if person != seat.pseudonym]
        names = [room.people[person] for person in others if room.people.get(person)]
        chosen = self.place.said(seat, pair.card)
        return Mine(pair.sign, self.place.cards[pair.card], chosen, len(others), names, pair.differ)

    def beats(self, room: Room) -> Sequence[Beat]:
        """Whom to find, and what about."""
        found = room.of(self)
        apart = [pair.differ and pair.placed for pair in found]
        cards = [bar["card"] for bar in room.of(self.contested)]
        divided = bool(apart) and all(apart), any(pair.differ for pair in found)
        talk = Talk([pair.sign for pair in found], cards, divided, room.of(self.place).people)
        return (Beat("pairs", _("Talk it over"), "talk", talk),)
