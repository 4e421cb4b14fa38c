"""The models' verdicts on a file's data as plain sentences that quote the value and say how to fix it."""

import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kit.content.exercise import Content
from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.marked import Marked
from kit.text import gettext as _
from kit.text import ngettext


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
    merged.extend(_Verdict(model, marked, detail).flaw() for detail in details if detail["loc"] not in told)
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
    """What a sentence calls the thing around a value: ``card 'unboxing'``, ``source 2``, ``the exercise``."""
    if len(location) < 2 or not isinstance(location[1], int):
        return _("the exercise")
    noun = _noun(str(location[0]), marked)
    part = value_at(marked.data, location[:2])
    part_id = part.get("id") if isinstance(part, dict) else None
    return f"{noun} {quote(part_id) if isinstance(part_id, str) else location[1] + 1}"


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


class _Verdict:
    """One verdict of pydantic's on its way to a sentence."""

    def __init__(self, model: type[Content], marked: Marked, detail: ErrorDetails) -> None:
        self.model = model
        self.location: Location = detail["loc"]
        self.type = detail["type"]
        self.value = detail["input"]
        self.limits: dict[str, Any] = detail.get("ctx", {})
        self.owner = owner_of(marked, self.location)
        self.noun = _noun(str(self.location[-2]), marked) if self._is_entry() else ""
        self.typed = marked.typed.get(self.location, self.value)

    def _is_entry(self) -> bool:
        return len(self.location) > 1 and isinstance(self.location[-1], int)

    @property
    def key(self) -> str:
        """The key under which the value stands, also when it is one of a list there."""
        return next((step for step in reversed(self.location) if isinstance(step, str)), "")

    @property
    def shown(self) -> str:
        """The value as the author typed it, or what it is made of."""
        if isinstance(self.value, dict):
            return _("a block with keys of its own")
        if isinstance(self.value, list):
            return _("a list")
        return quote(str(self.typed))

    def flaw(self) -> Flaw:
        """The verdict as what and fix."""
        if self.type == "missing" or (self.value is None and not self._is_entry()):
            what, fix = self._missing()
        elif self.type == "string_type":
            what, fix = self._not_text()
        elif self.type.startswith(("string", "hidden", "several")):
            what, fix = self._bad_text()
        elif self.type in ("too_short", "too_long"):
            what, fix = self._bad_count()
        elif self.type in ("greater_than_equal", "less_than_equal"):
            what, fix = self._out_of_bounds()
        else:
            what, fix = self._wrong_type()
        words = {"owner": self.owner, "key": self.key, "shown": self.shown, "noun": self.noun, **self.limits}
        return Flaw(self.location, what.format_map(words), fix.format_map(words))

    def _missing(self) -> tuple[str, str]:
        if self.type == "missing":
            return _("{owner} has no '{key}'."), _("Add '{key}:' to it.")
        return _("'{key}' of {owner} is empty."), _("Write something after '{key}:'.")

    def _not_text(self) -> tuple[str, str]:
        if isinstance(self.value, bool):
            what = _("'{key}' of {owner} is {shown}, which YAML takes for true or false.")
        elif isinstance(self.value, int | float):
            what = _("'{key}' of {owner} is {shown}, which YAML takes for a number.")
        elif self.value is None:
            what = _("'{key}' of {owner} has an empty entry.")
            return what, _("Write something after the dash, or remove it.")
        else:
            what = _("'{key}' of {owner} is {shown}, where a text is due.")
            return what, _("Write one text; put it in quotes if it begins with a bracket or a dash.")
        return what, _("Put it in quotes, if it is meant as a text.")

    def _bad_text(self) -> tuple[str, str]:
        if self.type == "string_too_short":
            return _("'{key}' of {owner} is empty."), _("Write something after '{key}:'.")
        if self.type == "string_too_long":
            self.limits["length"] = len(self.value)
            what = _("'{key}' of {owner} has {length} characters: {shown}.")
            return what, _("Shorten it to {max_length} or fewer.")
        if self.type == "string_pattern_mismatch":
            slug = re.sub("[^a-z0-9]+", "-", self.value.lower()).strip("-")[:60].strip("-")
            example = slug or "my-first-one"
            self.limits["example"] = example
            what = _("'{key}' of {owner} can't be {shown}.")
            return what, _("Use lower-case letters, digits and single hyphens: '{example}'.")
        if self.type == "several_lines":
            return _("'{key}' of {owner} has more than one line: {shown}."), _("Write it on one line.")
        what = _("'{key}' of {owner} holds an invisible character: {shown}.")
        return what, _("Delete it, or type the text again without copying.")

    def _bad_count(self) -> tuple[str, str]:
        actual = self.limits["actual_length"] = len(self.value)
        if self.type == "too_short":
            fix = _("Write at least {min_length}.")
        else:
            fix = _("Use at most {max_length}.")
        if actual == 0:
            return _("'{key}' of {owner} is an empty list."), fix
        what = ngettext(
            "'{key}' of {owner} has {actual_length} entry.",
            "'{key}' of {owner} has {actual_length} entries.",
            actual,
        )
        return what, fix

    def _out_of_bounds(self) -> tuple[str, str]:
        what = _("'{key}' of {owner} is {shown}.")
        if self.type == "greater_than_equal":
            return what, _("Use {ge} or more.")
        return what, _("Use {le} or less.")

    def _wrong_type(self) -> tuple[str, str]:
        what = _("'{key}' of {owner} is {shown}, where {due} is due.")
        if self.type == "int_type":
            due, fix = _("a whole number"), _("Write digits only, without quotes.")
        elif self.type == "bool_type":
            due, fix = _("true or false"), _("Write true or false, without quotes.")
        elif self.type == "tuple_type":
            due, fix = _("a list"), _("Begin each entry on a line of its own, with a dash.")
        elif self.type in ("model_type", "model_attributes_type"):
            what = _("{owner} is {shown}, where a block with keys of its own is due.")
            due, fix = "", _("Give it the keys: {keys}.")
            self.limits["keys"] = ", ".join(_keys(self.model, self.location))
        else:
            what, due, fix = (
                _("'{key}' of {owner} can't be {shown}."),
                "",
                _("Compare it with an exercise that works."),
            )
        self.limits["due"] = due
        return what, fix
