"""The rules of a phrasing exercise that no single value can break alone. Works on plain, maybe faulty data.

A value of a wrong type is passed over here: the models report it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.coach.cues import Cues
from kit.coach.recipe import STEP_RULES, TRAP_RULES
from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.parts import called, parts, repeated_ids, texts
from kit.errors import CoachError
from kit.text import gettext as _

MAX_CUE_CHARACTERS = 80
MAX_WORDINGS = 500
"""For how many wordings one cue may stand. The coach writes them all out, and they multiply."""

_FORMS = 6
"""How many forms a word with ``~`` has at most."""


def phrasing_flaws(exercise: Mapping[str, Any]) -> Iterator[Flaw]:
    """What in the data of a phrasing exercise breaks its rules."""
    recipes, situations = parts(exercise, "recipes"), parts(exercise, "situations")
    yield from repeated_ids(("recipes",), _("recipe"), recipes)
    yield from repeated_ids(("situations",), _("situation"), situations)
    known = [recipe["id"] for _place, recipe in recipes if _is_text(recipe, "id")]
    used = [situation["recipe"] for _place, situation in situations if _is_text(situation, "recipe")]
    # A situation with a misspelt recipe is its own fault, and perhaps the one that is missed here.
    all_known = bool(used) and set(used) <= set(known)
    for place, recipe in recipes:
        yield from _recipe_flaws(("recipes", place), recipe)
        recipe_id = recipe.get("id")
        if isinstance(recipe_id, str) and all_known and recipe_id not in used:
            what = _("recipe {recipe} has no situation.").format(recipe=quote(recipe_id))
            fix = _("Add one with 'recipe: {recipe}', or remove the recipe.").format(recipe=recipe_id[:60])
            yield Flaw(("recipes", place), what, fix)
    for place, situation in situations:
        named = situation.get("recipe")
        if known and isinstance(named, str) and named not in known:
            owner = called(_("situation"), ("situations", place), situation)
            what = _("{owner} names recipe {named}.").format(owner=owner, named=quote(named))
            yield Flaw(("situations", place, "recipe"), what, _use_one_of(named, known))


def _is_text(part: Mapping[str, Any], key: str) -> bool:
    return isinstance(part.get(key), str)


def _use_one_of(named: str, known: list[str] | tuple[str, ...]) -> str:
    """How to fix an unknown name: the one that was probably meant, or all of them."""
    if meant := nearest(named, known):
        return _("Did you mean {meant}?").format(meant=quote(meant))
    return _("Use one of: {known}.").format(known=", ".join(quote(name)[1:-1] for name in known[:20]))


def _recipe_flaws(location: Location, recipe: Mapping[str, Any]) -> Iterator[Flaw]:
    owner = called(_("recipe"), location, recipe)
    steps, own_traps = parts(recipe, "steps"), parts(recipe, "own_traps")
    yield from repeated_ids((*location, "steps"), _("step"), steps)
    yield from repeated_ids((*location, "own_traps"), _("trap"), own_traps)
    for place, step in steps:
        yield from _step_flaws((*location, "steps", place), step, owner)
    yield from _trap_flaws(location, recipe, owner)
    for place, trap in own_traps:
        here = (*location, "own_traps", place)
        called_so = _("{trap} of {owner}").format(trap=called(_("trap"), here, trap), owner=owner)
        if trap.get("id") in TRAP_RULES:
            what = _("{owner} has the name of one of the coach's own.").format(owner=called_so)
            yield Flaw((*here, "id"), what, _("Use another id, or list it under 'traps'."))
        yield from _cue_flaws(here, trap, called_so)


def _trap_flaws(location: Location, recipe: Mapping[str, Any], owner: str) -> Iterator[Flaw]:
    """What is wrong with the list of the coach's own traps."""
    seen: set[str] = set()
    for place, named in texts(recipe, "traps"):
        here = (*location, "traps", place)
        if named in seen:
            what = _("{owner} names trap {named} twice.").format(owner=owner, named=quote(named))
            yield Flaw(here, what, _("Remove one of the two."))
        elif named not in TRAP_RULES:
            what = _("{owner} names trap {named}.").format(owner=owner, named=quote(named))
            yield Flaw(here, what, _use_one_of(named, TRAP_RULES))
        seen.add(named)


def _step_flaws(location: Location, step: Mapping[str, Any], recipe: str) -> Iterator[Flaw]:
    owner = _("{step} of {recipe}").format(step=called(_("step"), location, step), recipe=recipe)
    rule, cues = step.get("rule"), step.get("cues")
    if rule and cues:
        what = _("{owner} has a rule and cues.").format(owner=owner)
        yield Flaw((*location, "cues"), what, _("Keep one of the two."))
    elif not rule and not cues:
        what = _("{owner} has neither a rule nor cues.").format(owner=owner)
        fix = _("Add 'cues:' with words that show it, or 'rule:' with one of: {rules}.")
        yield Flaw(location, what, fix.format(rules=", ".join(STEP_RULES)))
    elif isinstance(rule, str) and rule not in STEP_RULES:
        what = _("{owner} names rule {rule}.").format(owner=owner, rule=quote(rule))
        yield Flaw((*location, "rule"), what, _use_one_of(rule, STEP_RULES))
    yield from _cue_flaws(location, step, owner)


def _cue_flaws(location: Location, part: Mapping[str, Any], owner: str) -> Iterator[Flaw]:
    """Cues that the coach can't read. Cues that are too long are the models' business, and aren't tried."""
    for place, cue in texts(part, "cues"):
        what = None
        if len(cue) > MAX_CUE_CHARACTERS or not cue.strip():
            continue
        if _wordings(cue) > MAX_WORDINGS:
            what = _("{owner} has the cue {cue}, which stands for too many wordings.")
            fix = _("Write several cues with fewer '|', '?' and '~' instead.")
        elif not _is_readable(cue):
            what = _("{owner} has the cue {cue}, which can't be read.")
            fix = _("Begin and end it with a word, as in 'our mistake' or 'sorry .. if', without < and >.")
        if what:
            yield Flaw((*location, "cues", place), what.format(owner=owner, cue=quote(cue)), fix)


def _wordings(cue: str) -> int:
    """For how many wordings the cue stands, at most."""
    product = 1
    for element in cue.split():
        forms = sum(_FORMS if option.endswith("~") else 1 for option in element.rstrip("?").split("|"))
        product *= forms + element.endswith("?")
    return product


def _is_readable(cue: str) -> bool:
    try:
        Cues({"cue": [cue]})
    except (CoachError, IndexError):
        # IndexError: a bare "~" has no letter to make forms of.
        return False
    return True
