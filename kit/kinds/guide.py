"""The words of a kind's run sheet, for exercises that bring none of their own; in ``guide.yaml`` of its folder."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from kit.content.exercise import Cue


@cache
def guide_of(kind: str) -> Mapping[str, Cue]:
    """Stage id -> what the facilitator says, asks and watches for; without a kind, in stages that all kinds have."""
    path = Path(__file__).parent / kind / "guide.yaml"
    text = path.read_text(encoding="utf-8") if path.exists() else "{}"
    return TypeAdapter(dict[str, Cue]).validate_python(yaml.safe_load(text))
