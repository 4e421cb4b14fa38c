"""One question to the room, whatever its form: what all of them ask, and the tables that all of them yield."""

from collections.abc import Sequence
from typing import Any, TypeVar

import pandas as pd

from kit.activities.activity import Activity, Room, Seat, Summary, Table
from kit.text import gettext as _

Result = TypeVar("Result")

ANSWERED = Table(
    "answered",
    _("who answered a question how"),
    "participant question answer at late?",
    _("Nobody has answered the question yet."),
    answers="question answer",
)
"""One row an answer, by participant; ``at`` in UTC."""

ANSWERS = Table(
    "answers",
    _("how many gave which answer to a question"),
    "question answer n share shown",
    note=_(
        "`share` is missing under three people. Equal words are one, whatever their capitals, article or plural. "
        "`shown` says whether the room could see it."
    ),
)
"""One row an answer: how many people gave it, and their share of all who answered (0 to 1, NaN under three)."""


class Asked(Activity[Result], kw_only=True):
    """One question; each person gives one answer.

    Attributes:
        question: What people read.
        item: Under which name the answer is kept.
    """

    name: str
    round: int
    question: str
    item: str = "answer"
    tables = (ANSWERED, ANSWERS)

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """The one that there is."""
        return (self.item,)

    def words(self, value: str) -> str:
        """An answer as people read it."""
        return value

    def given(self, room: Room) -> pd.DataFrame:
        """The answers that there are, by participant."""
        return room.given(self, [self.item])

    def rows(self, room: Room) -> list[tuple[Any, ...]]:
        """Of each answer its words, how many people, their share, and whether the room sees it."""
        raise NotImplementedError(self.name)

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """Both tables."""
        given = room.once(self.given)
        answered = given.assign(question=self.question, answer=given["value"].map(self.words))
        rows = [(self.question, *row) for row in self.rows(room)] if len(given) else []
        return {"answered": ANSWERED.frame(answered), "answers": ANSWERS.frame(rows)}

    def summary(self, room: Room) -> Summary:
        """How many answered."""
        return [(_("Answers: {question}").format(question=self.question), len(room.once(self.given)))]
