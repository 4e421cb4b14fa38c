"""The content of a phrasing exercise: recipes with steps and traps, and situations to find words for."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints

from kit import coach
from kit.coach.cues import compiled
from kit.coach.recipe import STEP_RULES, TRAP_RULES, plain_cue
from kit.coach.text import split
from kit.content.exercise import Content, Entry, Exercise, Id, Line, Text, unfit
from kit.content.fault import Flaw, Location
from kit.content.marks import Ref
from kit.content.parts import ids, parts
from kit.errors import CoachError
from kit.text import N_
from kit.text import gettext as _

MAX_WORDINGS = 500
"""For how many wordings one cue may stand. The coach may have to try them all, and they multiply."""

FORMS = 6
"""How many forms a word with ``~`` has at most."""


def _readable(cue: str) -> str:
    """The cue, if the coach can read it."""
    wordings, words = 1, list[str]()
    for element in plain_cue(cue).split():
        options = element.rstrip("?").split("|")
        wordings *= sum(FORMS if option.endswith("~") else 1 for option in options) + element.endswith("?")
        words += [option.rstrip("~").lower() for option in options]
    if wordings > MAX_WORDINGS:
        raise unfit(
            _("{it} holds {shown}, which has too many wordings. Use fewer '|', '?' and '~' in one cue.")
        )
    try:
        compiled("cue", [cue, plain_cue(cue)])
    except (CoachError, IndexError):  # the latter for a bare "~", which has no letter to make forms of
        text = _(
            "{it} holds {shown}, which can't be read. "
            "Begin and end it with a word, as in 'our mistake' or 'sorry .. if', without < and >."
        )
        raise unfit(text) from None
    if any(split(word).words != [word] for word in words if word != ".."):
        text = _(
            "{it} holds {shown}, where '|', '~' or '?' stands beside a word with a sign in it. "
            "Write each wording as a cue of its own, without '|', '~' and '?'."
        )
        raise unfit(text)
    return cue


def _with_one_place(question: str) -> str:
    """The question, if the only braces in it are those of the participant's own words."""
    if strange := re.search(r"[{}]\s*\w*\s*[{}]?", question.replace("{quote}", "")):
        text = _(
            "{it} has '{found}'. Write '{quote}' where the person's own words stand, and no other braces."
        )
        raise unfit(text, found=strange[0][:60], quote="{quote}")
    return question


def _not_the_coachs(trap_id: str) -> str:
    """The id, if none of the coach's own traps has it."""
    if trap_id in TRAP_RULES:
        text = _("{owner} has the name of one of the coach's own. Use another id, or list it under 'traps'.")
        raise unfit(text)
    return trap_id


CoachCue = Annotated[Line, StringConstraints(max_length=80), AfterValidator(_readable)]
"""Words that show something, in the coach's language of cues: ``our|my mistake``, ``sorry .. if``."""


class Step(Entry, title=N_("step")):
    """One step of a recipe. The coach finds it by a rule of its own or by cues, never by both."""

    title: Line = Field(description="What participants read: the step in a few words.")
    hint: Text = Field(description="How one does it, in a sentence.")
    rule: Annotated[str, Ref(STEP_RULES, N_("rule"))] | None = Field(
        default=None, description="The coach's own rule that finds the step, if any."
    )
    cues: tuple[CoachCue, ...] = Field(
        default=(), max_length=60, description="Words that show the step, where the coach has no rule for it."
    )


class Trap(Content, title=N_("trap")):
    """A trap that the coach doesn't know by itself."""

    id: Annotated[Id, AfterValidator(_not_the_coachs)] = Field(
        description="Short name of the trap, which no other trap of the recipe has."
    )
    title: Line = Field(description="What the trap is, in a few words; shown in the group's results.")
    cues: tuple[CoachCue, ...] = Field(min_length=1, max_length=60, description="Words that show the trap.")
    question: Annotated[Line, AfterValidator(_with_one_place)] = Field(
        description="What the coach asks whoever steps into it; `{quote}` stands for their own words."
    )


class PhraseRecipe(Entry, title=N_("recipe")):
    """What makes a good phrase in one kind of situation: steps in order, traps, a bad and a good model."""

    title: Line = Field(description="The kind of situation, as participants see it.")
    steps: tuple[Step, ...] = Field(min_length=1, max_length=6, description="What to do, in order.")
    traps: tuple[Annotated[str, Ref(TRAP_RULES, N_("trap"))], ...] = Field(
        default=(), description="Ids of the coach's own traps to look for."
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


class Situation(Entry, title=N_("situation")):
    """A moment in which somebody has to own what they didn't cause."""

    recipe: Annotated[str, Ref("recipes")] = Field(description="The id of the recipe for it.")
    trade: Line = Field(description="Where it happens: the kind of business or department.")
    text: Text = Field(description="What has happened and what the customer says, in a sentence or two.")


class PhrasingExercise(Exercise):
    """Say this, not that: find words that take ownership, step by step."""

    kind: Literal["phrasing"] = Field(description="Always `phrasing` for a phrasing exercise.")
    recipes: tuple[PhraseRecipe, ...] = Field(
        min_length=1, max_length=8, description="What makes a good phrase, for each kind of situation."
    )
    situations: tuple[Situation, ...] = Field(min_length=1, max_length=60, description="Moments to answer.")

    def decided(self, decisions: Mapping[str, str]) -> Self:
        """With the moments of the room that the facilitator made situations of; they come first.

        ``moment/<key>``: the recipe's id, and on the next line the words.
        """
        own = list[Situation]()
        for name, value in decisions.items():
            if name.startswith("moment/"):
                recipe, words = value.split("\n", 1)
                trade = _("Our own moment {n}").format(n=len(own) + 1)
                id = f"own-{name.removeprefix('moment/')}"
                own.append(Situation(id=id, recipe=recipe, trade=trade, text=words))
        return self.model_copy(update={"situations": (*own, *self.situations)})

    @classmethod
    def flaws(cls, data: Mapping[str, Any]) -> Iterator[Flaw]:
        """What breaks the rules: also a recipe that is never needed, and a step that is found in no or two ways."""
        yield from super().flaws(data)
        yield from _unused(data)
        for place, recipe in parts(data, "recipes"):
            for at, step in parts(recipe, "steps"):
                yield from _ways_to_find(("recipes", place, "steps", at), step)


def _unused(exercise: Mapping[str, Any]) -> Iterator[Flaw]:
    """Recipes without a situation."""
    known, used = ids(exercise, "recipes"), ids(exercise, "situations", "recipe")
    # A situation with a misspelt recipe is its own fault, and perhaps the one that is missed here.
    unused = set(known) - set(used) if used and set(used) <= set(known) else ()
    for place, recipe in parts(exercise, "recipes"):
        if isinstance(recipe.get("id"), str) and recipe["id"] in unused:
            text = _("{owner} has no situation. Add one with this recipe, or remove the recipe.")
            yield Flaw(("recipes", place), text)


def _ways_to_find(at: Location, step: Mapping[str, Any]) -> Iterator[Flaw]:
    """A flaw if the coach couldn't know how to find the step."""
    rule, cues = step.get("rule"), step.get("cues")
    if rule and cues:
        yield Flaw((*at, "cues"), _("{owner} has a rule and cues. Keep one of the two."))
    elif not rule and not cues:
        text = _(
            "{owner} has neither a rule nor cues. Add 'cues:' with words that show it, or 'rule:' with one of: {rules}."
        )
        yield Flaw(at, text, {"rules": ", ".join(STEP_RULES)})
