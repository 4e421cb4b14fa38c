"""Parts of an exercise's plain data for rules to look at, and their names in a sentence.

What has a wrong type is passed over: the models report it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from kit.content.fault import Flaw, Location, quote
from kit.content.marks import model_of
from kit.text import gettext as _

Part = tuple[int, Mapping[str, Any]]
"""An entry of a list of mappings, such as a card, with its place in the list."""


def parts(owner: Mapping[str, Any], key: str) -> list[Part]:
    """The mappings in the list under the key."""
    return [(place, value) for place, value in _entries(owner, key) if isinstance(value, Mapping)]


def texts(owner: Mapping[str, Any], key: str) -> list[tuple[int, str]]:
    """The texts in the list under the key, each with its place."""
    return [(place, value) for place, value in _entries(owner, key) if isinstance(value, str)]


def _entries(owner: Mapping[str, Any], key: str) -> list[tuple[int, Any]]:
    values = owner.get(key)
    return list(enumerate(values)) if isinstance(values, Sequence) and not isinstance(values, str) else []


def ids(owner: Mapping[str, Any], key: str, name: str = "id") -> list[str]:
    """The ids of the mappings in the list under the key, or what else has that name in them."""
    return [part[name] for _place, part in parts(owner, key) if isinstance(part.get(name), str)]


def value_at(data: Any, location: Location) -> Any:
    """The value there, or None."""
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def noun(model: type[BaseModel]) -> str:
    """What a part of that model is called."""
    return _(model.model_config.get("title", "entry"))


def owner_of(model: type[BaseModel], exercise: Any, location: Location) -> str:
    """What a sentence calls the part around a value, or the part that stands there itself.

    For example ``card 'unboxing'``, ``step 'own' of recipe 'delay'``, ``source 2``, ``the exercise``.
    """
    owner, inner = "", model_of(model, str(next(iter(location), "")))
    # Names of fields and places in them take turns: ("recipes", 0, "steps", 2, "hint").
    for length in range(2, len(location) + 1, 2):
        part = value_at(exercise, location[:length])
        if inner and isinstance(part, Mapping):
            called = part["id"] if isinstance(part.get("id"), str) else location[length - 1]
            name = f"{noun(inner)} {quote(called) if isinstance(called, str) else called + 1}"
            owner = _("{part} of {owner}").format(part=name, owner=owner) if owner else name
            inner = model_of(inner, str(next(iter(location[length:]), "")))
    return owner or _("the exercise")


def told(model: type[BaseModel], exercise: Any, flaw: Flaw) -> str:
    """The flaw as a sentence. ``model`` is the exercise's."""
    # A fault in the key of a mapping is the mapping's.
    place = flaw.location[:-2] if flaw.location[-1] == "[key]" else flaw.location
    key = quote(str(place[(len(place) - 1) // 2 * 2]))[1:-1]
    words = {"key": key, "owner": owner_of(model, exercise, place)}
    words["it"] = _("'{key}' of {owner}").format_map(words)
    words["shown"] = quote(str(value_at(exercise, flaw.location)))
    return flaw.text.format_map(words | flaw.words)
