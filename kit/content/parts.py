"""Parts of an exercise's plain data for rules to look at: what has a wrong type is passed over."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kit.content.fault import Flaw, Location, quote
from kit.text import gettext as _

Part = tuple[int, Mapping[str, Any]]
"""An entry of a list of mappings, such as a card, with its place in the list."""


def parts(owner: Mapping[str, Any], key: str) -> list[Part]:
    """The mappings in the list under the key."""
    values = owner.get(key)
    if not isinstance(values, Sequence):
        return []
    return [(place, value) for place, value in enumerate(values) if isinstance(value, Mapping)]


def texts(part: Mapping[str, Any], key: str) -> list[tuple[int, str]]:
    """The texts in the list under the key, each with its place."""
    values = part.get(key)
    if isinstance(values, str) or not isinstance(values, Sequence):
        return []
    return [(place, value) for place, value in enumerate(values) if isinstance(value, str)]


def called(noun: str, location: Location, part: Mapping[str, Any]) -> str:
    """The part's name in a sentence: ``card 'unboxing'``, or ``card 3`` when it has no id."""
    part_id = part.get("id")
    return f"{noun} {quote(part_id) if isinstance(part_id, str) else int(location[-1]) + 1}"


def repeated_ids(location: Location, noun: str, entries: list[Part]) -> Iterator[Flaw]:
    """A flaw for every id that an earlier entry of the same list has. ``location`` is the list's."""
    seen: Counter[str] = Counter()
    for place, part in entries:
        part_id = part.get("id")
        if not isinstance(part_id, str):
            continue
        seen[part_id] += 1
        if seen[part_id] > 1:
            what = _("the id {id} belongs to an earlier {noun} already.").format(id=quote(part_id), noun=noun)
            yield Flaw(
                (*location, place, "id"), what, _("Give this {noun} an id of its own.").format(noun=noun)
            )
