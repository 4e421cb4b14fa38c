"""What a model says of its fields beyond pydantic's types: which part a text names, and what stands once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

M = TypeVar("M")


@dataclass(frozen=True)
class Ref:
    """Says of a text what it names.

    Attributes:
        to: The list of the exercise, or of a part around the text, that has an entry of this id; or the names
            themselves.
        noun: What one of the names is called, where there is no model to say it.
    """

    to: str | tuple[str, ...]
    noun: str = ""


@dataclass(frozen=True)
class Unique:
    """Says of a text that it stands once in a list, and of a part's text that no other part of the list has it.

    Attributes:
        noun: What the text is called where it is itself an entry of a list.
    """

    noun: str = ""


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
