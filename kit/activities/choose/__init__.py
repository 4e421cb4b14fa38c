"""One of some options for each question. Knows no answers: what does is in ``key``."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from kit.activities.activity import Activity, Room, Seat
from kit.activities.typed import one_of


class Question(NamedTuple):
    """What is asked, and what there is to choose from: id -> text."""

    item: str
    text: str
    options: Mapping[str, str]


class Story(NamedTuple):
    """A short story and the questions about it."""

    title: str
    text: str
    questions: Sequence[Question]


class Choose(Activity[None]):
    """Each question gets one of its options.

    Attributes:
        counted: Whether a person's progress counts them.
    """

    stories: Sequence[Story]
    round: int = 1
    counted: bool = True
    name = "choose"
    template = "choose/choose.html"

    @cached_property
    def questions(self) -> dict[str, Question]:
        """All of them by item."""
        return {question.item: question for story in self.stories for question in story.questions}

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Every question."""
        return list(self.questions)

    def check(self, item: str, value: str) -> str | None:
        """An option of the question."""
        return one_of(value, self.questions[item].options) if item in self.questions else None

    def said(self, seat: Seat, item: str) -> str:
        """The option that the person has chosen, if there still is such a one."""
        value = super().said(seat, item)
        return value if item in self.questions and value in self.questions[item].options else ""

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """How many questions the person has answered, of how many."""
        return super().progress(room, seat) if self.counted else (0, 0)
