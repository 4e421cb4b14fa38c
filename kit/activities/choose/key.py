"""What was right to choose, told to each person as they choose."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kit.activities.activity import Activity, Room, Seat
from kit.activities.choose import Choose


class Told(NamedTuple):
    """What a person learns about a question.

    Attributes:
        answer: The text of the best option.
        why_not: Why what they chose wasn't the best.
        ending: How the story ended; only at its last question, and once all of it are answered.
    """

    is_right: bool
    answer: str
    reason: str
    why_not: str = ""
    ending: str = ""


class Key(Activity[None]):
    """Tells at once which option is the best.

    Attributes:
        answers: Item of a question -> what was right, with ``answer`` (the id of the best option), ``reason``,
            and ``options``, which may say ``why_not``.
        endings: One a story.
    """

    choose: Choose
    answers: Mapping[str, Any]
    endings: Sequence[str]
    name = "key"
    template = "choose/key.html"

    def touched(self, item: str) -> Sequence[str]:
        """The question's own, and the last one of its story, which tells the ending."""
        return (item, self._story(item)[0][-1]) if item in self.choose.questions else ()

    def told(self, room: Room, seat: Seat, item: str) -> Told | None:
        """The answer and its reason, once the person has chosen; and perhaps the ending."""
        chosen = self.choose.said(seat, item)
        if not chosen:
            return None
        best, options = self.answers[item], self.choose.questions[item].options
        why_not = next(option.why_not for option in best.options if option.id == chosen)
        items, ending = self._story(item)
        ended = item == items[-1] and all(self.choose.said(seat, one) for one in items)
        told = chosen == best.answer, options[best.answer], best.reason, why_not or ""
        return Told(*told, ending if ended else "")

    def _story(self, item: str) -> tuple[list[str], str]:
        """The items of a question's story, and its ending."""
        stories = ([question.item for question in story.questions] for story in self.choose.stories)
        return next(story for story in zip(stories, self.endings, strict=True) if item in story[0])
