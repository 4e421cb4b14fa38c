"""What was right to choose, told to each person as they choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.activities.activity import Activity, Room, Seat
from kit.activities.choose import Choose


@dataclass(frozen=True)
class Answer:
    """The id of the best option, and why it is."""

    option: str
    reason: str


@dataclass(frozen=True)
class Told:
    """What a person learns about a question.

    Attributes:
        answer: The text of the best option.
        ending: How the story ended; only at its last question, and once all of it are answered.
    """

    is_right: bool
    answer: str
    reason: str
    ending: str = ""


@dataclass(frozen=True, eq=False)
class Key(Activity[None]):
    """Tells at once which option is the best.

    Attributes:
        answers: Item of a question -> its answer.
        endings: One a story.
    """

    choose: Choose
    answers: Mapping[str, Answer]
    endings: Sequence[str]
    name = "key"
    template = "choose/key.html"

    def touched(self, item: str) -> Sequence[str]:
        """The question's own, and the last one of its story, which tells the ending."""
        stories = ([question.item for question in story.questions] for story in self.choose.stories)
        return next(((item, items[-1]) for items in stories if item in items), ())

    def told(self, room: Room, seat: Seat, item: str) -> Told | None:
        """The answer and its reason, once the person has chosen; and perhaps the ending."""
        chosen = self.choose.said(seat, item)
        if not chosen:
            return None
        answer, options = self.answers[item], self.choose.questions[item].options
        return Told(chosen == answer.option, options[answer.option], answer.reason, self._ending(seat, item))

    def _ending(self, seat: Seat, item: str) -> str:
        for story, ending in zip(self.choose.stories, self.endings, strict=True):
            items = [question.item for question in story.questions]
            if item == items[-1] and all(self.choose.said(seat, one) for one in items):
                return ending
        return ""
