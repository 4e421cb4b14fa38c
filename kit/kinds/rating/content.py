"""The content of a rating: statements, the scale on which people rate them, and of whom or what."""

from typing import Annotated, Literal

from pydantic import Field

from kit.content.exercise import Entry, Exercise, Line, Text
from kit.content.marks import Unique
from kit.text import N_


class Statement(Entry, title=N_("statement")):
    """One thing to rate."""

    text: Annotated[Line, Unique()] = Field(description="What participants read and rate.")
    note: Text | None = Field(default=None, description="What the evidence says; shown with the result.")


class Subject(Entry, title=N_("subject")):
    """Whom or what the statements are rated for."""

    name: Annotated[Line, Unique()] = Field(description="What participants read, such as `Me` or `My team`.")


class RatingExercise(Exercise):
    """Statements rated on a labelled scale, by each person alone, for one subject or for two."""

    kind: Literal["rating"] = Field(description="Always `rating` for a rating.")
    question: Line = Field(description="What participants ask themselves about each statement.")
    scale: tuple[Annotated[Line, Unique(N_("label"))], ...] = Field(
        min_length=2,
        max_length=7,
        description="The labels from the lowest to the highest; what is stored is 1, 2 and so on.",
    )
    statements: tuple[Statement, ...] = Field(min_length=1, max_length=30, description="What to rate.")
    subjects: tuple[Subject, ...] = Field(
        default=(Subject(id="me", name="Me"),),
        min_length=1,
        max_length=2,
        description="For whom each statement is rated; with two, the gap between them shows. Left out: `Me`.",
    )
