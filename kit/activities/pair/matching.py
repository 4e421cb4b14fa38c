"""Who talks with whom: as many people as possible with somebody who chose otherwise, on the most split card. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Said = Mapping[str, Mapping[str, str]]
"""Person -> card -> what that person chose."""

Two = tuple[str, str]


def differs(said: Said, one: str, other: str, cards: Sequence[str]) -> str:
    """The first of the cards on which these two chose differently; empty if there is none."""
    first, second = said[one], said[other]
    return next((c for c in cards if c in first and c in second and first[c] != second[c]), "")


def pairs(said: Said, cards: Sequence[str], people: Iterable[str]) -> list[Two]:
    """These people in twos, in their order; of an odd number one is left. The same answers give the same pairs.

    Args:
        cards: Those to talk about, the most split first.
    """
    free, twos = list(people), list[Two]()
    for card in cards:
        found = _across(said, card, free)
        twos += found
        free = _without(free, found)
    # Who is left agrees with all others who are: two of them may still part a pair, and each talks with one of it.
    for at, (one, other) in enumerate(twos):
        near, far = ([p for p in free if differs(said, p, q, cards)] for q in (one, other))
        if both := next(((a, b) for a in near for b in far if a != b), None):
            twos[at] = (one, both[0])
            twos.append((other, both[1]))
            free = _without(free, [both])
    return twos + list(zip(free[::2], free[1::2], strict=False))


def _across(said: Said, card: str, people: Sequence[str]) -> list[Two]:
    """As many twos as chose differently on one card: always from the two largest sides."""
    sides: dict[str, list[str]] = defaultdict(list)
    for person in people:
        if card in said[person]:
            sides[said[person][card]].append(person)
    found = []
    while len(most := sorted((side for side in sides.values() if side), key=len, reverse=True)[:2]) == 2:
        found.append((most[0].pop(0), most[1].pop(0)))
    return found


def _without(people: Sequence[str], twos: Iterable[Two]) -> list[str]:
    taken = {person for two in twos for person in two}
    return [person for person in people if person not in taken]
