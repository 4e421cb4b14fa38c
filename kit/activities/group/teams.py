"""Who is with whom in breakout groups of about one size. Pure, but for chance."""

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from kit.errors import SessionError
from kit.text import gettext as _

SIZES = range(2, 9)
"""So many people talk well in one group."""


class By(StrEnum):
    """How people come into groups."""

    CHANCE = "chance"
    ROLE = "role"
    HAND = "hand"


class Team(NamedTuple):
    """People by pseudonym, and the role that they share; empty where they share none."""

    people: tuple[str, ...]
    role: str = ""


def teams(by: By, size: int, roles: Mapping[str, str]) -> list[Team]:
    """Groups of about that size; of few people one.

    Args:
        roles: Everybody here, in order: pseudonym -> role, empty where somebody told none.

    Raises:
        SessionError: There is nobody, or nobody has told a role.
    """
    people = list(roles)
    if not people:
        text = _("Nobody is here to make groups of {size}. Wait until people have joined.")
        raise SessionError(text.format(size=size))
    if by is By.HAND:
        return [Team(()) for _part in _parts(people, size)]
    if by is By.CHANCE:
        return [Team(part) for part in _parts(random.sample(people, len(people)), size)]
    if not any(roles.values()):
        text = _(
            "Nobody has told a role yet, of {n} here. The exercise “Who serves whom?” asks for it; or use chance."
        )
        raise SessionError(text.format(n=len(people)))
    of: dict[str, list[str]] = defaultdict(list)
    for person, role in roles.items():
        of[role].append(person)
    made, alone = list[Team](), list[str]()
    for role, people in of.items():
        if role and len(people) > 1:
            made += [Team(part, role) for part in _parts(people, size)]
        else:
            alone += people
    return made + [Team(part) for part in _parts(alone, size)]


def dealt(made: Sequence[Team], people: Iterable[str]) -> dict[str, int]:
    """In which team these people are, from 1: pseudonym -> number; nobody is where nobody was put together.

    Whoever joined later goes to the smallest, one after the other as they joined. Who was moved or removed since counts
    as if they had stayed: so nobody is ever in another team because of somebody else.
    """
    found = {person: number for number, team in enumerate(made, 1) for person in team.people}
    if not found:
        return {}
    largest, places = max(len(team.people) for team in made), sorted(map(_place, found))
    free = sorted(
        (size, number) for number, team in enumerate(made, 1) for size in range(len(team.people), largest)
    )
    for person in people:
        if person not in found:
            turn = _turn(_place(person), places)
            found[person] = free[turn][1] if turn < len(free) else 1 + (turn - len(free)) % len(made)
    return found


def _turn(place: int, taken: Sequence[int]) -> int:
    """As which of the newcomers somebody joined, from 0, if these were there when the teams were made.

    Whoever was out then, and was brought back, isn't one of those who came later: that changes nobody's turn.
    """
    if place > taken[-1]:
        return place - taken[-1] - 1
    return place - 1 - bisect(taken, place)


def _place(person: str) -> int:
    """As which one of all somebody joined: 7 for ``P7``."""
    return int(person[1:])


def _parts(people: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """The people in parts, the sizes of which differ by one at most."""
    number = max(1, round(len(people) / size)) if people else 0
    return [tuple(people[first::number]) for first in range(number)]
