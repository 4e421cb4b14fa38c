"""What ties the parts of an exercise together, declared in its models and checked by one walker.

That a name leads to a part that is there, and that no two parts of one list have the same name. The data may be
incomplete and faulty: what has a wrong type is passed over, since the models report it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from kit.content.fault import Flaw, Location, cure, quote
from kit.content.parts import ids, noun, owner_of, parts, texts, value_at
from kit.text import gettext as _

M = TypeVar("M")


@dataclass(frozen=True)
class Ref:
    """Says of a text what it names.

    Attributes:
        to: The list of the exercise, or of a part around the text, that has an entry of this id; or the names
            themselves.
    """

    to: str | tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """Says of a text that it stands once in a list, and of a part's text that no other part of the list has it."""


def mark_of(model: type[BaseModel], field: str, mark: type[M]) -> M | None:
    """The mark of that class that the field, or what it is a list of, was declared with."""
    return next((found for found in _declared(model)[field] if isinstance(found, mark)), None)


def model_of(model: type[BaseModel], field: str) -> type[BaseModel] | None:
    """The model of what the field holds, or is a list or mapping of; None for texts, numbers and no such field."""
    classes = (found for found in _declared(model).get(field, ()) if isinstance(found, type))
    return next((found for found in classes if issubclass(found, BaseModel)), None)


@cache
def _declared(model: type[BaseModel]) -> Mapping[str, list[Any]]:
    """All the types and marks that the annotation of each field is made of."""
    fields = model.model_fields.items()
    return {name: [*field.metadata, *_types_in(field.annotation)] for name, field in fields}


def _types_in(annotation: Any) -> Iterator[Any]:
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _types_in(part)


def reference_flaws(
    model: type[BaseModel],
    exercise: Mapping[str, Any],
    at: Location = (),
    around: Mapping[str, list[str]] = MappingProxyType({}),
) -> Iterator[Flaw]:
    """Names of what isn't there, and what stands twice where it may stand once, in the part there and all in it.

    ``model`` is the part's, and ``around`` has the ids of the lists that the part is in.
    """
    part = value_at(exercise, at)
    lists = {name: inner for name in model.model_fields if (inner := model_of(model, name))}
    around = {**around, **{name: ids(part, name) for name in lists}}
    for name in model.model_fields:
        here = (*at, name)
        if inner := lists.get(name):
            yield from _shared(inner, exercise, here)
            for place, _entry in parts(part, name):
                yield from reference_flaws(inner, exercise, (*here, place), around)
        elif ref := mark_of(model, name, Ref):
            key, known = (ref.to, around.get(ref.to, ())) if isinstance(ref.to, str) else (name, ref.to)
            yield from _named(exercise, here, key, known)
        elif mark_of(model, name, Unique):
            yield from _named(exercise, here, name, ())


def _shared(model: type[BaseModel], exercise: Mapping[str, Any], at: Location) -> Iterator[Flaw]:
    """Entries of the list there that share with an earlier one what each should have for itself."""
    entries = parts(value_at(exercise, at[:-1]), str(at[-1]))
    for key in (name for name in model.model_fields if mark_of(model, name, Unique)):
        values = [((*at, place, key), part[key]) for place, part in entries if isinstance(part.get(key), str)]
        for here, value in _again(values):
            words = {"key": key, "value": quote(value), "noun": noun(str(at[-1]), exercise)}
            text = _(
                "the {key} {value} belongs to an earlier {noun} already. Give this {noun} a different {key}."
            )
            yield Flaw(here, text.format(**words))


def _named(exercise: Mapping[str, Any], at: Location, key: str, known: Collection[str]) -> Iterator[Flaw]:
    """What the text there, or the list of texts, names twice or in vain. Where nothing is known, nothing is."""
    owner, name = value_at(exercise, at[:-1]), str(at[-1])
    values = [(at, owner[name])] if isinstance(owner.get(name), str) else []
    values += [((*at, place), text) for place, text in texts(owner, name)]
    unknown = [(here, named) for here, named in values if known and named not in known]
    for here, named in unknown:
        text = _naming(_("{owner} names {noun} {named}."), exercise, here, key, named)
        yield Flaw(here, f"{text} {cure(named, known)}")
    for here, named in _again(value for value in values if value not in unknown):
        text = _("{owner} names {noun} {named} twice. Remove one of the two.")
        yield Flaw(here, _naming(text, exercise, here, key, named))


def _naming(sentence: str, exercise: Mapping[str, Any], at: Location, key: str, named: str) -> str:
    """The sentence about a name of an entry of the list under the key."""
    return sentence.format(owner=owner_of(exercise, at), noun=noun(key, exercise), named=quote(named))


def _again(values: Iterable[tuple[Location, str]]) -> Iterator[tuple[Location, str]]:
    """The values that stood before, however they are spaced and capitalised."""
    seen: set[str] = set()
    for here, value in values:
        plain = " ".join(value.split()).casefold()
        if plain in seen:
            yield here, value
        seen.add(plain)
