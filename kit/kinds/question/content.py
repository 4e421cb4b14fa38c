"""The content of a question that a facilitator asks at any moment. No file holds one: it is made when it is asked."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from kit.activities.group.teams import Team
from kit.content.exercise import End, Exercise, Line, Source
from kit.content.fault import Flaw
from kit.content.marks import Unique
from kit.text import N_
from kit.text import gettext as _

FEWEST_OPTIONS, MOST_OPTIONS = 2, 6

ASKED_LENGTH, OPTION_LENGTH = 120, 30
"""So many characters the back row can still read: of a question, and of one answer to it."""


class Form(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    CHOICE = "choice"
    WORD = "word"
    TEXT = "text"
    GROUPS = "groups"


class AskedExercise(Exercise):
    """One question; ``title`` is what people read."""

    kind: Literal["question"] = "question"
    title: Annotated[Line, StringConstraints(max_length=ASKED_LENGTH)] = Field(description="What is asked.")
    objective: str = ""
    minutes: int = 1
    sources: tuple[Source, ...] = ()
    form: Form = Field(description="How people answer.")
    ends: tuple[End, End] | None = Field(default=None, description="Of a rating: what 1 and 5 mean.")
    options: tuple[
        Annotated[Line, StringConstraints(max_length=OPTION_LENGTH), Unique(N_("option"))], ...
    ] = Field(default=(), max_length=MOST_OPTIONS, description="Of a choice: what there is to choose from.")

    teams: tuple[Team, ...] = Field(default=(), description="Of groups: who was put together.")

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """Also what its form needs."""
        yield from super().flaws(data)
        if data.get("form") == Form.RATING and not data.get("ends"):
            yield Flaw(("ends",), _("A rating needs a word for 1 and one for 5. Type both."))
        if data.get("form") == Form.CHOICE and len(data.get("options") or ()) < FEWEST_OPTIONS:
            text = _("A choice needs {least} answers or more. Type each on a line of its own.")
            yield Flaw(("options",), text, {"least": FEWEST_OPTIONS})
