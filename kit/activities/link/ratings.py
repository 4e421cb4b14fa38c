"""How well roles think they serve, and what those say whom they serve."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from kit.activities.activity import FEWEST, Table
from kit.activities.link.group import Pair
from kit.activities.link.person import Person
from kit.text import gettext as _

RATINGS = Table(
    "ratings",
    _("how well roles think they serve, and what the others say"),
    "role partner self self_people received received_people difference",
    _("Nobody has rated how well they serve or are served."),
    note=_(
        "Means from 1 to 5. A row without a partner is the role over all its partners, the last row all roles "
        "together. A mean of fewer than three people is left out. A `difference` above 0 says that the role "
        "thinks better of its service than those who get it."
    ),
)
"""One row a role and partner, one a role over all partners (``partner`` empty), one of all (both empty).

``self`` is the mean of how well the people of the role think they serve the partner, ``received`` of how well
the people of the partner say it serves them; of fewer than three people NaN; ``difference`` is self - received.
"""


@dataclass(frozen=True)
class Served:
    """How well a role thinks it serves its partners, and what they say; where it is empty, the whole room."""

    role: str
    ours: float
    theirs: float


def ratings(people: Iterable[Person]) -> pd.DataFrame:
    """See ``RATINGS``."""
    ours: defaultdict[Pair, dict[str, list[int]]] = defaultdict(dict)
    theirs: defaultdict[Pair, dict[str, list[int]]] = defaultdict(dict)
    for person in people:
        for other, value in person.rating.items():
            for place in ((person.role, other), (person.role, ""), ("", "")):
                ours[place].setdefault(person.participant, []).append(value)
        for other, value in person.served.items():
            for place in ((other, person.role), (other, ""), ("", "")):
                theirs[place].setdefault(person.participant, []).append(value)
    rows = []
    for place in sorted({*ours, *theirs}, key=lambda p: (not p[0], p[0], not p[1], p[1])):
        mine, received = _mean(ours[place]), _mean(theirs[place])
        rows.append((*place, mine, len(ours[place]), received, len(theirs[place]), mine - received))
    return RATINGS.frame(rows)


def shown(table: pd.DataFrame) -> list[Served]:
    """The roles over all partners and the room, where both means are there."""
    rows = table[(table["partner"] == "") & table["self"].notna() & table["received"].notna()]
    return [Served(*row) for row in rows[["role", "self", "received"]].itertuples(index=False)]


def _mean(given: dict[str, list[int]]) -> float:
    """Every person counts once, with the mean of what they gave; NaN of so few that it would tell who."""
    if len(given) < FEWEST:
        return math.nan
    return sum(sum(values) / len(values) for values in given.values()) / len(given)
