"""What every exercise says: title, objective, minutes, sources. No I/O, no kind's rules."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kit.content.fault import HIDDEN, Flaw
from kit.content.marks import Unique
from kit.content.parts import told
from kit.content.references import reference_flaws
from kit.text import N_
from kit.text import gettext as _


def unfit(text: str, **words: str) -> PydanticCustomError:
    """The error of a validator whose value doesn't fit, for a rule that a type has to itself. See ``Flaw``."""
    return PydanticCustomError("unfit", "{text}", {"text": text, **words})


def _without_hidden(text: str) -> str:
    """The text, if every character in it can be seen."""
    if HIDDEN.search(text):
        raise unfit(_("{it} holds an invisible character: {shown}. Type the text anew; don't copy it."))
    return text


def _on_one_line(text: str) -> str:
    """The text, if it is one line."""
    if "\n" in text:
        raise unfit(_("{it} has more than one line: {shown}. Write it on one line."))
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60), Unique()]
"""A name for the computer: lower-case letters, digits and single hyphens, such as ``cx-vs-service``."""

VISIBLE = AfterValidator(_without_hidden)

MaybeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), VISIBLE]
"""Paragraphs that a person reads, or nothing."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), VISIBLE]
"""A paragraph that a person reads."""

Line = Annotated[Text, StringConstraints(max_length=200), AfterValidator(_on_one_line)]
"""A short text that a person reads, on one line."""

WARM_UP_LENGTH, END_LENGTH = 80, 20
"""So many characters the back row can still read beside the door: of a question, and of an end of its scale."""

End = Annotated[Line, StringConstraints(max_length=END_LENGTH)]
"""What an end of a scale means."""


class Content(BaseModel):
    """Base of every content model: unknown keys are faults, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Content):
    """A part that others can name."""

    id: Id = Field(description="Short name, which no other entry of the list has.")


class Source(Content, title=N_("source")):
    """Where a fact or a definition comes from."""

    author: Line = Field(description="Who wrote or said it.")
    title: Line = Field(description="The name of the article, book or page.")
    # Strict, here and below: otherwise YAML's `yes` would count as the number 1.
    year: int | None = Field(
        default=None, strict=True, ge=1000, le=2100, description="When it came out, if known."
    )


class Cue(Content, title=N_("cue")):
    """What helps the facilitator through one stage. A blank line begins a new paragraph."""

    about: MaybeText = Field(default="", description="What the stage is for, and how to lead it.")
    say: MaybeText = Field(default="", description="What to say aloud.")
    ask: MaybeText = Field(default="", description="What to ask the room.")
    watch: MaybeText = Field(default="", description="What to watch for, and what to do about it.")

    @model_validator(mode="after")
    def _help(self) -> Self:
        if not any(self.model_dump().values()):
            raise unfit(_("{owner} says nothing. Give it 'about', 'say', 'ask' or 'watch', or remove it."))
        return self


class Exercise(Content):
    """The part of an exercise file that every kind shares. ``id`` is the file's name without ``.yaml``.

    Whoever holds an Exercise knows that it keeps the rules of its kind: it can't be made otherwise.
    """

    kind: str = Field(description="Which rules the exercise follows.")
    id: Id = Field(description="The file's name without `.yaml`.")
    title: Line = Field(description="The name of the exercise, as participants see it.")
    objective: Text = Field(description="What participants can do afterwards.")
    minutes: int = Field(strict=True, ge=1, le=480, description="Planned length of the exercise, in minutes.")
    sources: tuple[Source, ...] = Field(min_length=1, description="Where facts and definitions come from.")
    guide: Mapping[Id, Cue] = Field(
        default={}, description="What the facilitator says and asks, by stage id."
    )
    warm_up: Annotated[Line, StringConstraints(max_length=WARM_UP_LENGTH)] | None = Field(
        default=None, description="What is asked while people come in; they answer in one word."
    )
    warm_up_ends: Annotated[tuple[End, ...], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="With it, the warm-up is answered from 1 to 5: what 1 and what 5 mean."
    )

    def decided(self, decisions: Mapping[str, str]) -> Self:
        """The exercise with what the facilitator has added to it in a session: item -> value; most take nothing."""
        return self

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """The rules across several values that the data breaks; a kind with rules of its own adds them.

        The data may be incomplete and may hold values of wrong types, which are not reported here: so whoever
        wrote a file sees broken rules and wrong types in one run.
        """
        yield from reference_flaws(cls, data)
        if data.get("warm_up_ends") and not data.get("warm_up"):
            yield Flaw(("warm_up_ends",), _("{owner} has 'warm_up_ends' and no 'warm_up'. Add the question."))

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        data = self.model_dump()
        if broken := [told(type(self), data, flaw) for flaw in self.flaws(data)]:
            raise PydanticCustomError("broken_rules", "{rules}", {"rules": " ".join(broken)})
        return self
