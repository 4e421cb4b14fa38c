"""The JSON Schema of exercise files, by which an editor suggests keys and underlines faults.

``python -m kit.library.schema`` prints it, for ``exercises/exercise.schema.json``. It can't express the
rules across several values; ``kit.library.check`` knows all.
"""

import json
from typing import Annotated, Any, Union

from pydantic import Field, TypeAdapter

from kit.kinds import KINDS

FILE_NAME = "exercise.schema.json"


def json_schema() -> dict[str, Any]:
    """One schema for files of every kind, told apart by ``kind``."""
    every = Union[tuple(kind.content for kind in KINDS.values())]  # noqa: UP007 (of a tuple that is known now)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Exercise",
        "description": "The file of one exercise. docs/authoring.md explains it.",
        "type": "object",
        "required": ["kind"],
        **TypeAdapter(Annotated[every, Field(discriminator="kind")]).json_schema(),
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
