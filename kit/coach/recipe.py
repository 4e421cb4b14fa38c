"""Recipes: the steps of a good phrase for one kind of situation, and the traps that apply.

Each step and each trap names a built-in rule or lists cues of its own, in the language of `cues.py`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from kit.coach.cues import compiled, words_found
from kit.coach.text import Text, split
from kit.errors import CoachError
from kit.text import gettext as _

STEP_RULES = (
    "own",
    "apology",
    "explanation",
    "solution",
    "no-blame",
    "ease",
    "bearable",
    "acknowledge",
    "protects",
    "options",
)
TRAP_RULES = (
    "deflect",
    "blame-customer",
    "policy-shield",
    "helpless",
    "non-apology",
    "but-apology",
    "excuse-first",
    "interrogate",
)


@dataclass(frozen=True)
class Point:
    """A step or a trap of a recipe.

    Attributes:
        id: short name, unique among the steps or the traps of its recipe.
        rule: name of a built-in rule, or "" where `cues` decide.
        cues: cues that show it, each in the language of `cues.py`.
        label: what a learner reads; built-in rules bring their own.
        question: how a trap is put to a learner, with `{quote}` for their words.
    """

    id: str
    rule: str = ""
    cues: tuple[str, ...] = ()
    label: str = ""
    question: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Its cues, ready to be found."""
        return compiled(self.id, map(plain_cue, self.cues))

    def words_in(self, text: Text) -> tuple[int, int] | None:
        """The first words that match its cues, the last one exclusive; what is denied doesn't count."""
        return words_found(self.pattern, text)


@dataclass(frozen=True)
class Recipe:
    """Steps in order and the traps that apply.

    Raises:
        CoachError: it has no steps, or a step or a trap is doubled or can't be used; the message quotes it.
    """

    id: str
    steps: tuple[Point, ...]
    traps: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise CoachError(f"recipe {self.id!r} has no steps. Name at least one under steps.")
        for kind, points, rules in (("step", self.steps, STEP_RULES), ("trap", self.traps, TRAP_RULES)):
            for number, point in enumerate(points):
                where = f"recipe {self.id!r}: {kind} {point.id!r}"
                if point.rule and point.rule not in rules:
                    known = ", ".join(rules)
                    raise CoachError(f"{where} names the unknown rule {point.rule!r}. Use one of: {known}.")
                if bool(point.rule) == bool(point.cues):
                    raise CoachError(
                        f"{where} needs either a rule or a list of cues, not both and not neither."
                    )
                if point.id in {other.id for other in points[:number]}:
                    raise CoachError(f"{where} is there twice. Rename one of them.")
                # Now, so that a cue that can't be read is found before somebody types.
                _pattern = point.pattern

    @cached_property
    def kind(self) -> str:
        """The id of the built-in recipe whose steps it shares most: what the situation is like."""
        mine = {step.rule for step in self.steps}
        shared = {
            name: sum(step.rule in mine for step in each.steps) for name, each in built_in_recipes().items()
        }
        return max(shared, key=lambda name: (shared[name], name == self.id))


def plain_cue(cue: str) -> str:
    """A cue in plain words, as texts are read: "we're" becomes "we are"; the cue language stays.

    A sign between words may be left out, so that "follow-up" is also "follow up"; three dots are a gap like two.
    """
    plain = []
    for element in re.sub(r"^[^\w.|~]+|[^\w.|~?]+$", "", cue).split():
        if element in ("...", "…"):
            plain.append("..")
        elif element[-1] in "~?" or element == ".." or "|" in element:
            plain.append(element)
        else:
            plain += [word if word[0].isalnum() else f"{word}?" for word in split(element).words]
    return " ".join(plain)


@cache
def built_in_recipes() -> dict[str, Recipe]:
    """The recipes that ship with the coach by id."""
    source = resources.files(__package__).joinpath("recipes.toml").read_text("utf-8")
    return {
        name: Recipe(name, *(tuple(Point(rule, rule) for rule in data[part]) for part in ("steps", "traps")))
        for name, data in tomllib.loads(source).items()
    }


def get_recipe(recipe: str | Recipe) -> Recipe:
    """The recipe itself or the built-in one of that id.

    Raises:
        CoachError: no built-in recipe has that id.
    """
    if isinstance(recipe, Recipe):
        return recipe
    found = built_in_recipes().get(recipe)
    if found is None:
        known = ", ".join(built_in_recipes())
        text = _("There is no recipe “{recipe}”. Use one of: {known}.")
        raise CoachError(text.format(recipe=recipe[:60], known=known))
    return found
