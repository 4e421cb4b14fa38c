"""The content of a phrasing exercise: recipes with steps and traps, and situations to find words for."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from kit import coach
from kit.content.exercise import Content, Exercise, Id, Line, Reference, Text
from kit.content.fault import Flaw
from kit.content.phrasing_rules import MAX_CUE_CHARACTERS, phrasing_flaws

Cue = Annotated[Line, StringConstraints(max_length=MAX_CUE_CHARACTERS)]
"""Words that show something, in the coach's language of cues: ``our|my mistake``, ``sorry .. if``."""


class Step(Content):
    """One step of a recipe. The coach finds it by a rule of its own or by cues, never by both."""

    id: Id = Field(description="Short name of the step, which no other step of the recipe has.")
    title: Line = Field(description="What participants read: the step in a few words.")
    hint: Text = Field(description="How one does it, in a sentence.")
    rule: Reference | None = Field(
        default=None, description="The coach's own rule that finds the step, where there is one."
    )
    cues: tuple[Cue, ...] = Field(
        default=(), max_length=60, description="Words that show the step, where the coach has no rule for it."
    )


class Trap(Content):
    """A trap that the coach doesn't know by itself."""

    id: Id = Field(description="Short name of the trap, which no other trap of the recipe has.")
    title: Line = Field(description="What the trap is, in a few words; shown in the group's results.")
    cues: tuple[Cue, ...] = Field(min_length=1, max_length=60, description="Words that show the trap.")
    question: Line = Field(
        description="What the coach asks whoever steps into it; `{quote}` stands for their own words."
    )


class PhraseRecipe(Content):
    """What makes a good phrase in one kind of situation: steps in order, traps, a bad and a good model."""

    id: Id = Field(description="Short name by which situations refer to it.")
    title: Line = Field(description="The kind of situation, as participants see it.")
    steps: tuple[Step, ...] = Field(
        min_length=1, max_length=6, description="What a good phrase does, in order."
    )
    traps: tuple[Reference, ...] = Field(
        default=(), description="Ids of the coach's own traps that it should look for."
    )
    own_traps: tuple[Trap, ...] = Field(
        default=(), max_length=12, description="More traps, with cues of your own."
    )
    bad: Text = Field(description="A phrase that makes it worse.")
    why_bad: Text = Field(description="What the customer hears in it, in a sentence or two.")
    good: Text = Field(description="A phrase that follows the recipe.")
    why_good: Text = Field(description="What makes it work, in a sentence or two.")

    def for_coach(self) -> coach.Recipe:
        """The recipe as the coach reads it."""
        steps = (coach.Point(step.id, step.rule or "", step.cues, step.title) for step in self.steps)
        traps = (coach.Point(trap, trap) for trap in self.traps)
        own = (coach.Point(trap.id, "", trap.cues, trap.title, trap.question) for trap in self.own_traps)
        return coach.Recipe(self.id, tuple(steps), (*traps, *own))


class Situation(Content):
    """A moment in which somebody has to own what they didn't cause."""

    id: Id = Field(description="Short name of the situation, which no other has.")
    recipe: Reference = Field(description="The id of the recipe for it.")
    trade: Line = Field(description="Where it happens: the kind of business or department.")
    text: Text = Field(description="What has happened and what the customer says, in a sentence or two.")


class PhrasingExercise(Exercise):
    """Say this, not that: find words that take ownership, step by step."""

    kind: Literal["phrasing"] = Field(description="Always `phrasing` for a phrasing exercise.")
    recipes: tuple[PhraseRecipe, ...] = Field(
        min_length=1, max_length=8, description="What makes a good phrase, for each kind of situation."
    )
    situations: tuple[Situation, ...] = Field(
        min_length=1, max_length=60, description="Moments to find words for."
    )

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """What in the data breaks the rules: ids twice, unknown names, cues that can't be read."""
        return phrasing_flaws(data)
