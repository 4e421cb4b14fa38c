"""Which model holds the content of which kind of exercise. A new kind adds its line here."""

from collections.abc import Mapping
from typing import Any

from kit.content.deck import Deck
from kit.content.exercise import Exercise
from kit.content.partners import PartnersExercise
from kit.content.phrasing import PhrasingExercise
from kit.content.rating import RatingExercise

MODELS: Mapping[str, type[Exercise]] = {
    "sort": Deck,
    "phrasing": PhrasingExercise,
    "partners": PartnersExercise,
    "rating": RatingExercise,
}
"""The model of an exercise file by the value of its key ``kind``."""


def exercise_from(content: Mapping[str, Any]) -> Exercise:
    """The exercise that ``model_dump`` made this content of, as a session's snapshot keeps it."""
    return MODELS[content["kind"]].model_validate(content)
