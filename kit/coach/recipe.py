"""Recipes: the steps of a good phrase for one kind of situation, and the traps that apply.

A trainer writes a recipe as data: each step and each trap names a built-in rule or lists cues of
its own, in the language of `cues.py`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from kit.coach.cues import Cues
from kit.coach.reading import read
from kit.errors import CoachError

STEP_RULES = ("own", "apology", "explanation", "solution", "no-blame", "ease")
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


@dataclass(frozen=True)
class Recipe:
    """Steps in order and the traps that apply."""

    id: str
    steps: tuple[Point, ...]
    traps: tuple[Point, ...]

    @cached_property
    def own_cues(self) -> Cues | None:
        """The recipe's own cues, compiled; None where built-in rules do it all."""
        points = {
            **{f"step:{point.id}": [_plain(cue) for cue in point.cues] for point in self.steps if point.cues},
            **{f"trap:{point.id}": [_plain(cue) for cue in point.cues] for point in self.traps if point.cues},
        }
        return Cues(points) if points else None


def _plain(cue: str) -> str:
    """A cue in plain words, as texts are read: "we're" becomes "we are"; the cue language stays."""
    plain = []
    for element in cue.split():
        if element[-1] in "~?" or element == ".." or "|" in element:
            plain.append(element)
        else:
            plain += [word for word in read(element).text.words if word[0].isalnum()]
    return " ".join(plain)


def recipe_from(data: Mapping[str, Any]) -> Recipe:
    """A recipe from plain data, as a trainer writes it.

    Args:
        data: `id`, `steps` and `traps`; a step or trap is the name of a built-in rule, or a mapping
            with `id` and either `rule` or `cues` (and `label`, `question`).

    Raises:
        CoachError: something is missing, unknown or doubled; the message quotes it.
    """
    recipe_id = str(data.get("id", "")).strip()
    if not recipe_id:
        raise CoachError(f"recipe {dict(data)!r} has no id. Give it a short name, such as id: refund.")
    recipe = Recipe(
        recipe_id,
        _points(recipe_id, "step", data.get("steps") or (), STEP_RULES),
        _points(recipe_id, "trap", data.get("traps") or (), TRAP_RULES),
    )
    if not recipe.steps:
        raise CoachError(f"recipe {recipe_id!r} has no steps. Name at least one under steps.")
    _ = recipe.own_cues  # so that a cue that can't be read is found now, not while someone types
    return recipe


def _points(recipe_id: str, kind: str, entries: Iterable[Any], rules: tuple[str, ...]) -> tuple[Point, ...]:
    points: list[Point] = []
    for entry in entries:
        point = _point(f"recipe {recipe_id!r}: {kind}", entry, rules)
        if any(point.id == other.id for other in points):
            raise CoachError(f"recipe {recipe_id!r} names {kind} {point.id!r} twice. Rename one of them.")
        points.append(point)
    return tuple(points)


def _point(where: str, entry: Any, rules: tuple[str, ...]) -> Point:
    fields = {"id": entry, "rule": entry} if isinstance(entry, str) else dict(entry)
    unknown = set(fields) - {"id", "rule", "cues", "label", "question"}
    if unknown:
        raise CoachError(
            f"{where} has the unknown key {sorted(unknown)[0]!r}. Use id, rule, cues, label, question."
        )
    rule, cues = str(fields.get("rule", "")), fields.get("cues") or ()
    name = str(fields.get("id") or rule)
    if rule and rule not in rules:
        raise CoachError(f"{where} {name!r} names the unknown rule {rule!r}. Use one of: {', '.join(rules)}.")
    if bool(rule) == bool(cues):
        raise CoachError(f"{where} {name!r} needs either a rule or a list of cues, not both and not neither.")
    if isinstance(cues, str) or not all(isinstance(cue, str) and cue.strip() for cue in cues):
        raise CoachError(
            f"{where} {name!r} has cues {cues!r}. Write a list of phrases, such as ['thank you']."
        )
    return Point(name, rule, tuple(cues), str(fields.get("label", "")), str(fields.get("question", "")))


@cache
def built_in_recipes() -> dict[str, Recipe]:
    """The recipes that ship with the coach by id."""
    source = resources.files(__package__).joinpath("recipes.toml").read_text("utf-8")
    return {name: recipe_from({"id": name, **data}) for name, data in tomllib.loads(source).items()}


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
        raise CoachError(f"there is no recipe {recipe!r}. Use one of: {known}, or pass a Recipe.")
    return found
