"""What ties the parts of an exercise together, declared in its models and checked by one walker.

That a name leads to a part that is there, and that no two parts of one list have the same name. The data may be
incomplete and faulty: what has a wrong type is passed over, since the models report it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from kit.content.fault import Flaw, Location, cure
from kit.content.marks import Ref, Unique, mark_of, model_of
from kit.content.parts import Part, ids, noun, parts, texts, value_at
from kit.text import gettext as _

Named = tuple[str, list[str]]
"""What the entries of a list are called, and their ids."""


def reference_flaws(
    model: type[BaseModel],
    exercise: Mapping[str, Any],
    at: Location = (),
    around: Mapping[str, Named] = MappingProxyType({}),
) -> Iterator[Flaw]:
    """Names of what isn't there, and what stands twice where it may stand once, in the part there and all in it.

    ``model`` is the part's, and ``around`` has the lists that the part is in.
    """
    part = value_at(exercise, at)
    lists = {name: inner for name in model.model_fields if (inner := model_of(model, name))}
    around = {**around, **{name: (noun(inner), ids(part, name)) for name, inner in lists.items()}}
    for name in model.model_fields:
        if inner := lists.get(name):
            yield from _shared(inner, parts(part, name), (*at, name))
            for place, _entry in parts(part, name):
                yield from reference_flaws(inner, exercise, (*at, name, place), around)
        elif ref := mark_of(model, name, Ref):
            listed = around[ref.to] if isinstance(ref.to, str) else (_(ref.noun), ref.to)
            yield from _named(part, name, at, *listed)
        elif unique := mark_of(model, name, Unique):
            yield from _named(part, name, at, _(unique.noun or "entry"), ())


def _shared(model: type[BaseModel], entries: Iterable[Part], at: Location) -> Iterator[Flaw]:
    """Entries of the list there that share with an earlier one what each should have for itself."""
    for key in (name for name in model.model_fields if mark_of(model, name, Unique)):
        values = [((*at, place, key), part[key]) for place, part in entries if isinstance(part.get(key), str)]
        for here, _value in _again(values):
            text = _("the {key} {shown} belongs to an earlier {noun}. Give this {noun} a different {key}.")
            yield Flaw(here, text, {"noun": noun(model)})


def _named(
    part: Mapping[str, Any], name: str, at: Location, called: str, known: Collection[str]
) -> Iterator[Flaw]:
    """What the part's text, or list of texts, names twice or in vain. Where nothing is known, nothing is."""
    values = [((*at, name), part[name])] if isinstance(part.get(name), str) else []
    values += [((*at, name, place), text) for place, text in texts(part, name)]
    unknown = [(here, named) for here, named in values if known and named not in known]
    for here, named in unknown:
        words = {"noun": called, "cure": cure(named, known)}
        yield Flaw(here, _("{owner} names {noun} {shown}. {cure}"), words)
    for here, _text in _again(value for value in values if value not in unknown):
        yield Flaw(here, _("{owner} names {noun} {shown} twice. Remove one of the two."), {"noun": called})


def _again(values: Iterable[tuple[Location, str]]) -> Iterator[tuple[Location, str]]:
    """The values that stood before, however they are spaced and capitalised."""
    seen: set[str] = set()
    for here, value in values:
        plain = " ".join(value.split()).casefold()
        if plain in seen:
            yield here, value
        seen.add(plain)
