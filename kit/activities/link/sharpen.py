"""What to ask about a need that is still vague: the thing, its quality, its time."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from kit.activities.activity import Activity, Room, Seat
from kit.activities.link.person import PREDICTED, STATED

FEW_WORDS = 3
"""Under so many words a need is asked for the thing itself."""


class Sharpen(Activity[None]):
    """Asks about a need as soon as it is written.

    Attributes:
        prompts: ``item``, ``quality`` or ``time`` -> the question.
        time_words: By these a need tells a time.
        examples: Needs as people say them first, each ``vague`` and ``sharp``.
    """

    prompts: Mapping[str, str]
    time_words: Collection[str]
    examples: Sequence[Any]
    round: int = 1
    name = "sharpen"
    template = "link/sharpen.html"

    @cached_property
    def _times(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.time_words)

    def signs(self, need: str) -> dict[str, str]:
        """``item``, ``quality`` and ``time`` -> what to ask, or nothing; none of no need.

        Words tell whether there is a time. How good a thing must be they can't tell, so that is always asked.
        """
        words = re.findall(r"\w+", need.casefold())
        if not words:
            return {}
        timed = any(letter.isdigit() for letter in need) or not self._times.isdisjoint(words)
        asked = {"item": len(words) < FEW_WORDS, "quality": True, "time": not timed}
        return {part: self.prompts[part] if is_asked else "" for part, is_asked in asked.items()}

    def touched(self, item: str) -> Sequence[str]:
        """The need itself."""
        return (item,) if item.partition("/")[0] in (PREDICTED, STATED) else ()

    def told(self, room: Room, seat: Seat, item: str) -> dict[str, str] | None:
        """What to ask about a need."""
        return self.signs(self.said(seat, item)) or None
