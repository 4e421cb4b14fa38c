"""The content of the two-way map: how to recognise an internal customer, cases, roles, prompts for vague needs."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from kit.activities.link.roles import MARK, ROLE_LENGTH
from kit.content.exercise import Content, Entry, Exercise, Line, Text, unfit
from kit.content.marks import Ref, Unique
from kit.text import N_
from kit.text import gettext as _


def _without_mark(role: str) -> str:
    """The role, if it can be joined to another."""
    if MARK in role:
        raise unfit(_("{it} holds a “~”: {shown}. Write it without."))
    return role


Role = Annotated[
    Line, StringConstraints(max_length=ROLE_LENGTH), AfterValidator(_without_mark), Unique(N_("role"))
]
"""The name of a role, such as ``Payroll``: short, because it stands on the map."""


class Option(Entry, title=N_("option")):
    """One need to choose from in a case."""

    text: Annotated[Line, Unique()] = Field(description="The need, in a few words.")
    why_not: Text | None = Field(
        default=None, description="Of any but the answer: why it wasn't the core; told to whoever picks it."
    )


class Side(Content, title=N_("side")):
    """One of the two roles of a case, and what it needed from the other."""

    role: Role = Field(description="Whose need it is.")
    options: tuple[Option, ...] = Field(min_length=2, max_length=5, description="What it may have needed.")
    answer: Annotated[str, Ref("options")] = Field(description="The id of the option that was the core need.")
    reason: Text = Field(description="Why, in a sentence or two; shown with the answer.")


class Case(Entry, title=N_("case")):
    """A short story with two sides that depended on each other."""

    title: Line = Field(description="The name of the case.")
    story: Text = Field(description="What went wrong, without telling who was right.")
    sides: tuple[Side, ...] = Field(
        min_length=2, max_length=2, description="The two roles; each needs something from the other."
    )
    ending: Text = Field(description="What both changed; shown when both sides are answered.")


class Prompt(Content, title=N_("prompt")):
    """What to ask somebody whose need is still vague."""

    # What makes a need sharp. Source: Toister, "Why Should You Care About Internal Customer Service?", core needs.
    part: Annotated[Literal["item", "quality", "time"], Unique()] = Field(
        description="What the question brings out: `item`, `quality` or `time`."
    )
    ask: Line = Field(description="The question.")


class Example(Content, title=N_("example")):
    """A vague need, and the same need with item, quality and time."""

    vague: Line = Field(description="The need as people say it first.")
    sharp: Line = Field(description="The same need with item, quality and time.")


class PartnersExercise(Exercise):
    """Internal customers: who serves whom, and what each needs from the other."""

    kind: Literal["partners"] = Field(description="Always `partners` for a map of internal customers.")
    recognise: tuple[Line, ...] = Field(
        min_length=1, max_length=8, description="How one recognises an internal customer, one hint a line."
    )
    cases: tuple[Case, ...] = Field(
        default=(), max_length=5, description="Stories to warm up with, with two sides."
    )
    roles: tuple[Role, ...] = Field(
        min_length=2,
        max_length=60,
        description="The roles to start from; put in those of the people who come. At most 40 characters each.",
    )
    prompts: tuple[Prompt, ...] = Field(
        min_length=3, max_length=3, description="What to ask about a vague need: item, quality, time."
    )
    examples: tuple[Example, ...] = Field(
        min_length=1, max_length=8, description="Vague needs made sharp, for people to look at."
    )
    time_words: tuple[Line, ...] = Field(
        min_length=1,
        max_length=80,
        description="Words by which a need tells a time; one with none of them and no digit gets the question.",
    )
