"""The JSON Schema of exercise files, by which an editor suggests keys and underlines faults.

``python -m kit.library.schema`` prints it, for ``exercises/exercise.schema.json``. It can't express the
rules across several values; ``kit.library.check`` knows all.
"""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from kit.kinds import KINDS

FILE_NAME = "exercise.schema.json"


def json_schema() -> dict[str, Any]:
    """One schema for files of every kind, told apart by ``kind``."""
    models = [kind.content for kind in KINDS.values()]
    references, schema = models_json_schema([(model, "validation") for model in models])
    schema.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Exercise",
        "description": "The file of one exercise. docs/authoring.md explains it.",
        "type": "object",
        "required": ["kind"],
        "oneOf": [references[(model, "validation")] for model in models],
        **schema,
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
