"""Names that were merged into others, such as roles or phrases: which one stands for which."""

from collections.abc import Callable, Mapping
from typing import Any


def stand_in(name: str, into: Mapping[str, str], order: Callable[[str], Any] | None = None) -> str:
    """What stands for a name in the end: what it was merged into, what that was merged into, and so on.

    Args:
        into: Name -> what it was merged into; nothing for none.
        order: Of names that were merged in a circle the first in this order stands for all; else the first by alphabet.
    """
    passed = [name]
    while following := into.get(passed[-1]):
        if following in passed:
            return min(passed[passed.index(following) :], key=order)
        passed.append(following)
    return passed[-1]
