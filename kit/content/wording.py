"""The models' verdicts on a file's data as plain sentences that quote the value and say how to fix it."""

import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kit.content.exercise import Content
from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.marked import Marked
from kit.text import gettext as _

INNER_PARTS = ("steps", "own_traps", "sides", "options")
"""Keys of a part that hold parts in turn; other lists inside a part hold texts, which have no names."""


def merge(
    rules: list[Flaw], model: type[Content], marked: Marked, error: ValidationError, limit: int
) -> list[Flaw]:
    """The broken rules and what the model found wrong, each value once: a rule knows best what would fit.

    A misspelt key counts as unknown, and not a second time as the key that is missing for it.
    """
    details = [detail for detail in error.errors() if _is_telling(detail)][:limit]
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {location: _meant_key(model, marked, location) for location in unknown}
    misspelt = {(*location[:-1], key) for location, key in meant.items()}
    merged = [_unknown_key(model, marked, location, key) for location, key in meant.items()]
    merged.extend(flaw for flaw in rules if flaw.location not in misspelt)
    told = {flaw.location for flaw in merged} | misspelt
    merged.extend(_verdict(model, marked, detail) for detail in details if detail["loc"] not in told)
    return merged


def _is_telling(detail: ErrorDetails) -> bool:
    """Whether the verdict says something that no other one says.

    Broken rules come from the rules themselves. And pydantic calls a list too short when enough of its
    entries are faulty, since it counts the good ones only; but those entries have verdicts of their own.
    """
    if detail["type"] == "too_short":
        return len(detail["input"]) < detail["ctx"]["min_length"]
    return detail["type"] != "broken_rules"


def owner_of(marked: Marked, location: Location) -> str:
    """What a sentence calls the thing around a value.

    For example ``card 'unboxing'``, ``step 'own' of recipe 'delay'``, ``source 2``, ``the exercise``.
    """
    owner = ""
    for length in range(2, len(location) + 1):
        key, place = location[length - 2 : length]
        if not isinstance(place, int) or (owner and key not in INNER_PARTS):
            continue
        part = value_at(marked.data, location[:length])
        part_id = part.get("id") if isinstance(part, dict) else None
        name = f"{_noun(str(key), marked)} {quote(part_id) if isinstance(part_id, str) else place + 1}"
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


def _noun(key: str, marked: Marked) -> str:
    """The singular for one entry of the list under the key."""
    is_nested = marked.data is not None and marked.data.get("nested") is True
    nouns = {
        "categories": _("ring") if is_nested else _("category"),
        "cards": _("card"),
        "misconceptions": _("misconception"),
        "sources": _("source"),
        "recipes": _("recipe"),
        "steps": _("step"),
        "own_traps": _("trap"),
        "situations": _("situation"),
        "cases": _("case"),
        "sides": _("side"),
        "options": _("option"),
        "prompts": _("prompt"),
        "examples": _("example"),
    }
    return nouns.get(key, _("entry of '{key}'").format(key=key))


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """The model of the mapping there; list indexes don't count."""
    for step in (step for step in location if isinstance(step, str)):
        field = model.model_fields.get(step)
        candidates = (field.annotation, *get_args(field.annotation)) if field else ()
        models = [part for part in candidates if isinstance(part, type) and issubclass(part, BaseModel)]
        if not models:
            return None
        model = models[0]
    return model


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    return list(found.model_fields) if (found := _model_at(model, location)) else []


def _meant_key(model: type[Content], marked: Marked, location: Location) -> str | None:
    """The key that was probably meant by the unknown one, unless it is there as well."""
    present = value_at(marked.data, location[:-1]) or {}
    missing = (key for key in _keys(model, location[:-1]) if key not in present)
    return nearest(str(location[-1]), missing)


def _unknown_key(model: type[Content], marked: Marked, location: Location, meant: str | None) -> Flaw:
    what = _("{owner} has an unknown key {key}.")
    if meant:
        fix = _("Did you mean '{meant}'?").format(meant=meant)
    else:
        fix = _("Remove it, or use one of: {keys}.").format(keys=", ".join(_keys(model, location[:-1])))
    return Flaw(location, what.format(owner=owner_of(marked, location), key=quote(str(location[-1]))), fix)


def _verdict(model: type[Content], marked: Marked, detail: ErrorDetails) -> Flaw:
    """One verdict of pydantic's as a flaw."""
    location, value = detail["loc"], detail["input"]
    words = {
        "owner": owner_of(marked, location),
        "key": next((step for step in reversed(location) if isinstance(step, str)), ""),
        "shown": _shown(value, marked.typed.get(location)),
        "size": len(value) if isinstance(value, str | list) else 0,
        "keys": ", ".join(_keys(model, location)),
        "slug": re.sub("[^a-z0-9]+", "-", str(value).lower()).strip("-")[:60].strip("-") or "my-first-one",
        **detail.get("ctx", {}),
    }
    sentences = _sentences()
    what, fix = sentences.get(_case(detail), sentences["other"])
    return Flaw(location, what.format_map(words), fix.format_map(words))


def _shown(value: Any, typed: str | None) -> str:
    """The value as the author typed it, or what it is made of."""
    if isinstance(value, dict):
        return _("a block with keys of its own")
    return _("a list") if isinstance(value, list) else quote(str(value) if typed is None else typed)


def _case(detail: ErrorDetails) -> str:
    """Which sentences fit: pydantic's type of verdict, or a finer one."""
    case, value = detail["type"], detail["input"]
    if case == "missing":
        return case
    if value is None:
        return "empty_entry" if isinstance(detail["loc"][-1], int) else "string_too_short"
    if case == "too_long" and isinstance(value, str):
        return "string_too_long"
    if case == "string_type" and isinstance(value, bool | int | float):
        return "truth" if isinstance(value, bool) else "number"
    return case


def _sentences() -> dict[str, tuple[str, str]]:
    """What is wrong and how to fix it, in the reader's language, by case."""
    typo = _("Delete it, or type the text again without copying.")
    hidden = _("'{key}' of {owner} holds an invisible character: {shown}."), typo
    is_text = _("Put it in quotes, if it is meant as a text.")
    return {
        "missing": (_("{owner} has no '{key}'."), _("Add '{key}:' to it.")),
        "empty_entry": (
            _("'{key}' has an empty entry."),
            _("Write something after the dash, or remove it."),
        ),
        "truth": (_("'{key}' of {owner} is {shown}, which YAML takes for true or false."), is_text),
        "number": (_("'{key}' of {owner} is {shown}, which YAML takes for a number."), is_text),
        "string_type": (
            _("'{key}' of {owner} is {shown}, where a text is due."),
            _("Write one text; put it in quotes if it begins with a bracket or a dash."),
        ),
        "string_too_short": (_("'{key}' of {owner} is empty."), _("Write something after '{key}:'.")),
        "string_too_long": (
            _("'{key}' of {owner} has {size} characters: {shown}."),
            _("Shorten it to {max_length} or fewer."),
        ),
        "string_pattern_mismatch": (
            _("'{key}' of {owner} can't be {shown}."),
            _("Use lower-case letters, digits and single hyphens: '{slug}'."),
        ),
        "several_lines": (
            _("'{key}' of {owner} has more than one line: {shown}."),
            _("Write it on one line."),
        ),
        "hidden_character": hidden,
        "string_unicode": hidden,
        "too_short": (
            _("'{key}' of {owner} has too few entries: {size}."),
            _("Write at least {min_length}."),
        ),
        "too_long": (_("'{key}' of {owner} has too many entries: {size}."), _("Use at most {max_length}.")),
        "greater_than_equal": (_("'{key}' of {owner} is {shown}."), _("Use {ge} or more.")),
        "less_than_equal": (_("'{key}' of {owner} is {shown}."), _("Use {le} or less.")),
        "int_type": (
            _("'{key}' of {owner} is {shown}, where a whole number is due."),
            _("Write digits only, without quotes."),
        ),
        "bool_type": (
            _("'{key}' of {owner} is {shown}, where true or false is due."),
            _("Write true or false, without quotes."),
        ),
        "tuple_type": (
            _("'{key}' of {owner} is {shown}, where a list is due."),
            _("Begin each entry on a line of its own, with a dash."),
        ),
        "model_type": (
            _("{owner} is {shown}, where a block with keys of its own is due."),
            _("Give it the keys: {keys}."),
        ),
        "other": (_("'{key}' of {owner} can't be {shown}."), _("Compare it with an exercise that works.")),
    }
