"""What every exercise says, whatever its kind: title, objective, minutes, sources. No I/O, no rules of a kind."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""A name for the computer: lower-case letters, digits and single hyphens, such as ``cx-vs-service``."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A short text that a person reads."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""A paragraph that a person reads."""


class Content(BaseModel):
    """Base of every content model: unknown keys are faults, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Content):
    """Where a fact or a definition comes from."""

    author: Line
    title: Line
    year: int | None = Field(default=None, ge=1000, le=2100)


class Exercise(Content):
    """The part of an exercise file that every kind shares. ``id`` is the file's name without ``.yaml``."""

    kind: str
    id: Id
    title: Line
    objective: Text
    minutes: int = Field(ge=1, le=480, description="Planned length of the whole exercise, in minutes.")
    sources: tuple[Source, ...] = Field(min_length=1)
