"""Roles by name: what people typed, what the facilitator merged, and what looks like the same role."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from kit.activities.merging import stand_in
from kit.activities.typed import line_or_nothing
from kit.errors import ResponseError

ROLE_LENGTH = 40
"""Characters of a role's name; a longer one would not be read on the map."""

MARK = "~"
"""Joins two roles in the name of their agreement, so no role may hold it."""

MERGE = "merge/"
"""How the decision about a role begins; its value is the role into which it goes, or empty for none."""

ALIKE = 85
"""From this score on (of 100) two names are suggested to the facilitator as one role."""

_FILLERS = frozenset(
    ("department", "dept", "team", "desk", "office", "group", "unit", "staff", "the", "our", "of")
)
"""Words that tell no role from another."""


class RoleBook:
    """Which name stands for which role: the starting list, and the facilitator's merges.

    Only decisions join names of different letters; the order in which they were made changes nothing.
    """

    def __init__(self, listed: Iterable[str], decisions: Mapping[str, str]) -> None:
        self.listed = tuple(listed)
        self._listed = {_letters(name): name for name in self.listed}
        self._into = {
            item.removeprefix(MERGE): value
            for item, value in decisions.items()
            if item.startswith(MERGE) and value
        }

    def clean(self, typed: str) -> str:
        """A role as it is kept: of the list if only capitals, signs and spaces differ, else as typed; or nothing.

        Raises:
            ResponseError: It is too long.
        """
        text = line_or_nothing(typed, ROLE_LENGTH).replace(MARK, "-")
        return text if text in self.listed else self._listed.get(_letters(text), text)

    def place(self, role: str) -> int:
        """Where it stands in the list; before all others if it isn't there."""
        return self.listed.index(role) if role in self.listed else -1

    def is_kept(self, role: str) -> bool:
        """Whether a role, such as one in an item's name, is written as it would be kept."""
        try:
            return bool(role) and self.clean(role) == role
        except ResponseError:
            return False

    def name(self, role: str) -> str:
        """The role that this name stands for now."""
        return stand_in(role, self._into, lambda name: (name not in self.listed, name.casefold(), name))

    def merged(self) -> list[tuple[str, str]]:
        """Every name that was merged, and the one that stands for it now; by name."""
        pairs = ((role, self.name(role)) for role in self._into)
        return sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: pair[0].casefold())

    def pair(self, one: str, other: str) -> tuple[str, str]:
        """The two roles in the one order in which an agreement names them."""
        first, second = sorted((self.name(one), self.name(other)), key=lambda name: (name.casefold(), name))
        return first, second


# The console asks at each draw, and for 380 names it takes half a second.
@lru_cache(maxsize=16)
def alike(roles: tuple[str, ...], listed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names that may mean one role, the most alike first, each with the one that would stay.

    Listed roles stay, of others the earlier one.
    """
    bare = {role: _bare(role) for role in dict.fromkeys((*roles, *listed))}
    found = []
    for place, role in enumerate(roles):
        if role in listed:
            continue
        others = [*listed, *(other for other in roles[:place] if other not in listed)]
        scores = [(_likeness(bare[role], bare[other]), other) for other in others]
        # Of equally alike names the first: a listed one before one that somebody typed.
        score, into = max(scores, key=lambda scored: scored[0], default=(0, ""))
        if score >= ALIKE:
            found.append((-score, role.casefold(), role, into))
    return tuple((role, into) for _score, _folded, role, into in sorted(found))


def _letters(role: str) -> str:
    """The letters and digits alone, so that "H.R." is HR; ``spell`` in ``kit.js`` does so with what others typed."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", role).casefold()))


def _bare(role: str) -> str:
    """The name without signs, capitals and words that tell nothing."""
    kept = "".join(c if c.isalnum() else " " if c not in ".'’" else "" for c in role.casefold())
    words = unicodedata.normalize("NFKC", kept).split()
    return " ".join(word for word in words if word not in _FILLERS) or " ".join(words) or role


def _likeness(one: str, other: str) -> int:
    """How alike two bare names are, up to 100; high where one is made of the other's initials, as HR."""
    from rapidfuzz import fuzz  # deferred: only the facilitator's page needs it

    short, long = sorted((one, other), key=len)
    initials = "".join(word[0] for word in long.split())
    return 95 if len(short) > 1 and short == initials else round(fuzz.token_set_ratio(one, other))
