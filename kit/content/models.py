"""Which model holds the content of which kind of exercise. A new kind adds its line here."""

from collections.abc import Mapping

from kit.content.deck import Deck
from kit.content.exercise import Exercise

MODELS: Mapping[str, type[Exercise]] = {"sort": Deck}
"""The model of an exercise file by the value of its key ``kind``."""
