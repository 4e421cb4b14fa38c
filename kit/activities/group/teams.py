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
    largest, there = max(len(team.people) for team in made), sorted(map(_place, found))
    sizes = [(len(team.people), number) for number, team in enumerate(made, 1)]
    free = [
        number for _n, number in sorted((n, number) for size, number in sizes for n in range(size, largest))
    ]
    every = range(1, len(made) + 1)
    for person in people:
        if person not in found:
            place = _place(person)
            if place > there[-1]:
                found[person] = _in_turn(place - there[-1] - 1, free, every)
            else:
                # Out when the teams were made, and brought back: that moves no newcomer, so these begin where
                # newcomers end.
                found[person] = _in_turn(place - 1 - bisect(there, place), free[::-1], every[::-1])
    return found


def _in_turn(turn: int, free: Sequence[int], every: Sequence[int]) -> int:
    """The team of who comes at that turn, from 0: first those with free places, then all of them, again and again."""
    return free[turn] if turn < len(free) else every[(turn - len(free)) % len(every)]


def _place(person: str) -> int:
    """As which one of all somebody joined: 7 for ``P7``."""
    return int(person[1:])


def _parts(people: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """The people in parts, the sizes of which differ by one at most."""
    number = max(1, round(len(people) / size)) if people else 0
    return [tuple(people[first::number]) for first in range(number)]
