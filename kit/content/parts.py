"""Parts of an exercise's plain data for rules to look at, and their names in a sentence.

What has a wrong type is passed over: the models report it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.content.fault import Location, quote
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


def owner_of(exercise: Any, location: Location) -> str:
    """What a sentence calls the part around a value, or the part that stands there itself.

    For example ``card 'unboxing'``, ``step 'own' of recipe 'delay'``, ``source 2``, ``the exercise``.
    """
    owner = ""
    # Names of fields and places in them take turns: ("recipes", 0, "steps", 2, "hint").
    for length in range(2, len(location) + 1, 2):
        key, place = location[length - 2 : length]
        part = value_at(exercise, location[:length])
        if isinstance(part, Mapping):
            called = part["id"] if isinstance(part.get("id"), str) else place
            name = f"{noun(str(key), exercise)} {quote(called) if isinstance(called, str) else called + 1}"
            owner = _("{part} of {owner}").format(part=name, owner=owner) if owner else name
    return owner or _("the exercise")


def value_at(data: Any, location: Location) -> Any:
    """The value there, or None."""
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def noun(key: str, exercise: Mapping[str, Any]) -> str:
    """What one entry of the list under the key is called in that exercise, or what the key's text names."""
    nouns = {
        "categories": _("ring") if exercise.get("nested") is True else _("category"),
        "cards": _("card"),
        "misconceptions": _("misconception"),
        "sources": _("source"),
        "guide": _("cue"),
        "recipes": _("recipe"),
        "steps": _("step"),
        "rule": _("rule"),
        "traps": _("trap"),
        "own_traps": _("trap"),
        "situations": _("situation"),
        "cases": _("case"),
        "sides": _("side"),
        "options": _("option"),
        "roles": _("role"),
        "prompts": _("prompt"),
        "examples": _("example"),
        "scale": _("label"),
        "statements": _("statement"),
        "subjects": _("subject"),
    }
    return nouns.get(key, _("entry of '{key}'").format(key=key))
