"""The models' verdicts on a file's data as plain sentences that quote the value and say how to fix it."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kit.content.exercise import Content
from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.marked import Marked
from kit.content.marks import model_of
from kit.content.parts import value_at
from kit.text import gettext as _


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
    flaws = [flaw for flaw in rules if flaw.location not in misspelt]
    told = misspelt | {flaw.location for flaw in flaws}
    untold = (detail for detail in details if detail["loc"] not in told)
    return flaws + [_verdict(model, marked, detail, meant.get(detail["loc"])) for detail in untold]


def _is_telling(detail: ErrorDetails) -> bool:
    """Whether the verdict says something that no other one says.

    Broken rules come from the rules themselves. And pydantic calls a list too short when enough of its
    entries are faulty, since it counts the good ones only; but those entries have verdicts of their own.
    """
    if detail["type"] == "too_short":
        return len(detail["input"]) < detail["ctx"]["min_length"]
    return detail["type"] != "broken_rules"


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """The keys of the part there, if it is one."""
    inner: type[BaseModel] | None = model
    for name in location[::2]:
        inner = model_of(inner, str(name)) if inner else None
    return list(inner.model_fields) if inner else []


def _meant_key(model: type[Content], marked: Marked, location: Location) -> str | None:
    """The key that was probably meant by the unknown one, unless it is there as well."""
    present = value_at(marked.data, location[:-1])
    return nearest(str(location[-1]), [key for key in _keys(model, location[:-1]) if key not in present])


def _verdict(model: type[Content], marked: Marked, detail: ErrorDetails, meant: str | None) -> Flaw:
    """One verdict of pydantic's as a flaw; ``meant`` is the key that is misspelt there."""
    location, value = detail["loc"], detail["input"]
    words = {
        "shown": _shown(value, marked.typed.get(location)),
        "size": len(value) if isinstance(value, str | list) else 0,
        "keys": ", ".join(_keys(model, location) or _keys(model, location[:-1])),
        "slug": re.sub("[^a-z0-9]+", "-", str(value).lower()).strip("-")[:60].strip("-") or "my-first-one",
        "meant": meant,
        **detail.get("ctx", {}),
    }
    return Flaw(location, _sentence(detail, meant), words)


def _shown(value: Any, typed: str | None) -> str:
    """The value as the author typed it, or what it is made of."""
    if isinstance(value, dict):
        return _("a block with keys of its own")
    return _("a list") if isinstance(value, list) else quote(str(value) if typed is None else typed)


def _sentence(detail: ErrorDetails, meant: str | None) -> str:
    """What is wrong and how to fix it, by pydantic's type of verdict or a finer one."""
    case, value = detail["type"], detail["input"]
    if case == "unfit":
        return detail["ctx"]["text"]
    if case == "extra_forbidden" and meant:
        case = "misspelt"
    elif value is None and case != "missing":
        case = "empty_entry" if isinstance(detail["loc"][-1], int) else "string_too_short"
    elif case == "too_long" and isinstance(value, str):
        case = "string_too_long"
    elif case == "string_type" and isinstance(value, bool | int | float):
        case = "truth" if isinstance(value, bool) else "number"
    return _sentences().get(case, _("{it} can't be {shown}. Compare it with an exercise that works."))


def _sentences() -> dict[str, str]:
    """What is wrong and how to fix it, in the reader's language."""
    return {
        "misspelt": _("{owner} has an unknown key '{key}'. Did you mean '{meant}'?"),
        "extra_forbidden": _("{owner} has an unknown key '{key}'. Remove it, or use one of: {keys}."),
        "missing": _("{owner} has no '{key}'. Add '{key}:' to it."),
        "empty_entry": _("'{key}' has an empty entry. Write something after the dash, or remove it."),
        "truth": _("{it} is {shown}, which YAML takes for true or false. Put it in quotes if it is a text."),
        "number": _("{it} is {shown}, which YAML takes for a number. Put it in quotes if it is a text."),
        "string_type": _("{it} is {shown}, where a text is due. Put it in quotes if it is a text."),
        "string_too_short": _("{it} is empty. Write something after '{key}:'."),
        "string_too_long": _("{it} has {size} characters: {shown}. Shorten it to {max_length} or fewer."),
        "string_pattern_mismatch": _(
            "{it} can't be {shown}. Use lower-case letters, digits and single hyphens: '{slug}'."
        ),
        "string_unicode": _("{it} holds an invisible character: {shown}. Type the text anew; don't copy it."),
        "literal_error": _("{it} can't be {shown}. Use {expected}."),
        "int_type": _("{it} is {shown}, where a whole number is due. Write digits only, without quotes."),
        "bool_type": _("{it} is {shown}, where true or false is due. Write one of them, without quotes."),
        "greater_than_equal": _("{it} is {shown}. Use {ge} or more."),
        "less_than_equal": _("{it} is {shown}. Use {le} or less."),
        "tuple_type": _("{it} is {shown}, where a list is due. Begin each entry on a new line, with a dash."),
        "too_short": _("{it} has too few entries: {size}. Write at least {min_length}."),
        "too_long": _("{it} has too many entries: {size}. Use at most {max_length}."),
        "dict_type": _("{it} is {shown}, where keys are due. Begin each on a line, with a colon after it."),
        "model_type": _("{it} holds {shown}, where a block with keys is due. Give it the keys: {keys}."),
    }
