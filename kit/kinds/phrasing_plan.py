"""What a phrasing exercise asks for: its rounds, their items and bounds, and the key of a phrase."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from kit import coach
from kit.content.phrasing import PhraseRecipe, PhrasingExercise, Situation
from kit.errors import ResponseError
from kit.kinds.kind import NONE, Answers, Decisions
from kit.kinds.typed import bounded, is_readable, on_one_line
from kit.text import gettext as _


class Round(IntEnum):
    """The rounds in the order of the exercise; the card that everybody takes away has none of its own."""

    CARD = 0
    TEMPTING = 1
    NOT_THAT = 2
    SAY_THIS = 3
    VOTE = 4
    REVISED = 5


STAGE_OF_ROUND = {
    Round.TEMPTING: "tempting",
    Round.NOT_THAT: "not-that",
    Round.SAY_THIS: "say-this",
    Round.REVISED: "showcase",
}
"""The stage in which the phrases of a round are written: the first version, then the revised one."""

PHRASE_LENGTH = 600
TEMPTING_LENGTH = 280
TEMPTING_ENTRIES = 3
MOST_VOTES = 3
MOST_SITUATIONS = 6
"""More situations than this nobody finishes in the time of a stage."""

YES, NO = "yes", "no"
"""The values of a vote and of a decision; a vote taken back is empty."""

CARD_LENGTHS = {"when": 280, "instead": 280, "say": PHRASE_LENGTH}
"""The parts of the card with the characters that each may have."""

_KEY = re.compile("[0-9a-f]{12}")


def phrase_key(situation_id: str, text: str) -> str:
    """The name of a phrase for votes and moderation.

    It follows from the words alone, so it says nothing about who wrote them, and equal phrases are one.
    """
    words = " ".join(text.casefold().split())
    return hashlib.sha256(f"{situation_id}\n{words}".encode()).hexdigest()[:12]


def is_key(text: str) -> bool:
    """Whether it has the form of a phrase's key."""
    return _KEY.fullmatch(text) is not None


def phrase_item(situation_id: str) -> str:
    """The item of one's phrase for a situation."""
    return f"situation/{situation_id}"


class Plan:
    """One exercise's recipes and situations, and what may be answered."""

    def __init__(self, exercise: PhrasingExercise) -> None:
        self.exercise = exercise
        self.recipes: dict[str, PhraseRecipe] = {recipe.id: recipe for recipe in exercise.recipes}
        self.situations: dict[str, Situation] = {situation.id: situation for situation in exercise.situations}
        self._for_coach = {recipe.id: recipe.for_coach() for recipe in exercise.recipes}

    def recipe_of(self, situation_id: str) -> PhraseRecipe:
        """The recipe for a situation of this exercise."""
        return self.recipes[self.situations[situation_id].recipe]

    def for_coach(self, situation_id: str) -> coach.Recipe:
        """The same recipe, as the coach reads it."""
        return self._for_coach[self.situations[situation_id].recipe]

    def picked(self, params: Mapping[str, Any], decisions: Decisions = NONE) -> list[str]:
        """The situations that the room works on, in the exercise's order.

        Those that the stage was opened with, else those that the facilitator chose; at first one of each recipe.
        """
        if "situations" in params:
            return [name for name in params["situations"] if name in self.situations]
        firsts: dict[str, str] = {}
        for situation in self.exercise.situations:
            firsts.setdefault(situation.recipe, situation.id)
        default = list(firsts.values())
        chosen = [
            name
            for name in self.situations
            if decisions.get(phrase_item(name), YES if name in default else NO) == YES
        ]
        return (chosen or default)[:MOST_SITUATIONS]

    def check(self, round: int, item: str, value: str) -> str:
        """The value as it is kept; an empty one withdraws what was there.

        Raises:
            ResponseError: Unknown round or item, too long, or no vote.
        """
        group, _slash, name = item.partition("/")
        if round == Round.VOTE and group == "vote" and is_key(name):
            if value not in (YES, ""):
                raise ResponseError(_("A vote is “yes” or empty, not “{value}”.").format(value=value[:20]))
            return value
        if round == Round.CARD and (group, name) == ("card", "from"):
            return self._checked_origin(value)
        limit = self._limit(round, group, name)
        if limit is None:
            text = _("Round {round} of “{exercise}” takes no “{item}”. Please reload the page.")
            raise ResponseError(text.format(round=round, exercise=self.exercise.id, item=item[:60]))
        kept = on_one_line(value)
        return bounded(kept, limit) if is_readable(kept) else ""

    def _limit(self, round: int, group: str, name: str) -> int | None:
        """The most characters of a text, or None where the round takes no such text."""
        if round == Round.TEMPTING and group == "tempting":
            return TEMPTING_LENGTH if name in map(str, range(1, TEMPTING_ENTRIES + 1)) else None
        if round in (Round.NOT_THAT, Round.SAY_THIS, Round.REVISED) and group == "situation":
            return PHRASE_LENGTH if name in self.situations else None
        return CARD_LENGTHS.get(name) if round == Round.CARD and group == "card" else None

    def _checked_origin(self, value: str) -> str:
        if value and value not in self.situations:
            text = _("“{value}” is no situation of “{exercise}”. Use one of: {known}.")
            known = ", ".join(self.situations)
            raise ResponseError(text.format(value=value[:60], exercise=self.exercise.id, known=known))
        return value

    def own_keys(self, answers: Answers) -> set[str]:
        """The keys of the participant's own phrases."""
        own = ((name, answers.get((Round.SAY_THIS, phrase_item(name)))) for name in self.situations)
        return {phrase_key(name, text) for name, text in own if text}

    def latest(self, answers: Answers, situation_id: str) -> str:
        """The revised phrase for a situation, else the first one, else nothing."""
        item = phrase_item(situation_id)
        return answers.get((Round.REVISED, item)) or answers.get((Round.SAY_THIS, item)) or ""

    def written(self, answers: Answers, situations: Sequence[str]) -> list[str]:
        """Those of the situations for which the participant has a phrase."""
        return [name for name in situations if self.latest(answers, name)]

    def card(self, answers: Answers) -> dict[str, str]:
        """The card ``{when, instead, say}``: what was written on it, else the chosen situation's words."""
        origin = answers.get((Round.CARD, "card/from"), "")
        offered = dict.fromkeys(CARD_LENGTHS, "")
        if origin in self.situations:
            item = phrase_item(origin)
            offered["when"] = self.situations[origin].text
            offered["instead"] = answers.get((Round.NOT_THAT, item), "")
            offered["say"] = self.latest(answers, origin)
        return {part: answers.get((Round.CARD, f"card/{part}")) or offered[part] for part in CARD_LENGTHS}


def own_votes(answers: Answers) -> set[str]:
    """The items of the participant's votes."""
    return {item for (round, item), value in answers.items() if round == Round.VOTE and value == YES}
