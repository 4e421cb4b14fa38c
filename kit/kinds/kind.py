"""What every kind of exercise offers to the session, the views and the results. No I/O."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import pandas as pd

from kit.content.exercise import Exercise
from kit.errors import ResponseError
from kit.text import gettext as _


@dataclass(frozen=True)
class Stage:
    """A step of an exercise.

    Attributes:
        id: Name for the computer, such as ``sort-again``.
        title: Name for people.
        minutes: Suggested length; 0 when the facilitator decides.
        round: Number of the round whose responses are taken in this stage, or None when it takes none.
        shows_group: Whether participants see the group's result in this stage.
        live: Whether what they see of the group follows every change while the stage is on.
    """

    id: str
    title: str
    minutes: int = 0
    round: int | None = None
    shows_group: bool = False
    live: bool = False


def spread(minutes: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole minutes for each stage in proportion to its weight; together they are all the minutes."""
    total = sum(weights.values())
    ends = [round(minutes * weight / total) for weight in accumulate(weights.values(), initial=0)]
    return {stage: end - start for stage, (start, end) in zip(weights, pairwise(ends), strict=True)}


Answers = Mapping[tuple[int, str], str]
"""One participant's current responses: (round, item) -> value."""

Decisions = Mapping[str, str]
"""What the facilitator has decided about the room's responses, such as two phrases merged: item -> value."""

Islands = Mapping[str, tuple[str, Mapping[str, Any]]]
"""Parts of a view to render anew: name -> (template, what it shows)."""


@dataclass(frozen=True)
class Moment:
    """Where an exercise stands: its stage and what the stage was opened with.

    Attributes:
        stage: The stage.
        params: What was fixed when the stage was opened, e.g. ``{"items": ["greeted", …]}`` for the contested
            cards.
        decisions: What the facilitator has decided about the room's responses: item -> value.
    """

    stage: Stage
    params: Mapping[str, Any] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=dict)


NONE: Decisions = {}


class Kind(ABC):
    """The rules of one kind, bound to the content of one exercise. Subclasses own no I/O and keep no state.

    Group data is always a DataFrame of responses with the columns ``participant`` (pseudonym), ``round``
    (int), ``item`` (str), ``value`` (str) and ``at`` (UTC datetime), one row per current response.
    """

    exercise: Exercise
    stages: tuple[Stage, ...]
    looks_ahead: Mapping[str, str] = {}
    """Stage id -> the stage whose result the facilitator may look at while this one is on, before the room does."""

    files: tuple[str, ...] = ()
    """Suffixes of the files that a facilitator may take home beside those that every exercise has."""

    starts_again: bool = True
    """Whether a learner alone starts from the beginning again, each time in a round of their own."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise

    def stage(self, stage_id: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    @abstractmethod
    def opening(self, stage: Stage, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, Any]:
        """What must be fixed when a stage opens (JSON-ready), such as contested cards. Else empty."""

    @abstractmethod
    def check(self, round: int, item: str, value: str) -> str:
        """The value as it will be stored.

        Raises:
            ResponseError: The item or value is unknown, or out of bounds, or the round takes no such item.
        """

    @abstractmethod
    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """How many items of this stage a participant has answered, and how many there are: (done, total)."""

    @abstractmethod
    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, participant: str = ""
    ) -> dict[str, Any]:
        """What the participant's template shows.

        ``group`` is what ``room_view`` returned for the same moment, computed once for everybody; None in
        stages that do not show the group, and for a learner alone. The result never holds an answer key
        before the stage that shows it, and never another participant's responses. ``participant`` is the
        pseudonym of who sees it.
        """

    @abstractmethod
    def practice_view(self, answers: Answers) -> dict[str, Any]:
        """What a learner alone sees of the first round: the items, each with feedback once it is answered."""

    @abstractmethod
    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the templates of the projector and of the facilitator show of the group.

        Holds an answer key only from the stage that shows it on, and no one's name.
        """

    @abstractmethod
    def tables(self, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, pd.DataFrame]:
        """The group's results, one DataFrame a table, by name (which is also the sheet's name)."""

    def decide(self, item: str, value: str, responses: pd.DataFrame) -> str:
        """A decision of the facilitator as it will be stored. A kind without decisions refuses all.

        Raises:
            ResponseError: There is nothing of that name to decide, or not in that way.
        """
        raise ResponseError(
            _("“{item}” can't be decided in “{exercise}”.").format(item=item[:60], exercise=self.exercise.id)
        )

    def console_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
        """What the facilitator decides in this stage, for the kind's template ``console.html``; None for nothing."""
        return None

    def own_islands(self, moment: Moment, answers: Answers, item: str) -> Islands:
        """What a participant sees anew after answering one item, besides how far they are."""
        return {}

    def group_islands(
        self, moment: Moment, answers: Answers, group: dict[str, Any], participant: str
    ) -> Islands:
        """What a participant sees anew when the group's responses or the decisions have changed."""
        return {}

    def practice_islands(self, answers: Answers, item: str) -> Islands:
        """What a learner alone sees anew after answering one item, besides how far they are."""
        return {}
