"""What every kind of exercise offers to the session, the views and the results. No I/O."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from kit.content.exercise import Exercise
from kit.errors import SessionError
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
    """

    id: str
    title: str
    minutes: int = 0
    round: int | None = None
    shows_group: bool = False


@dataclass(frozen=True)
class Moment:
    """Where an exercise stands: its stage and what the stage was opened with.

    Attributes:
        stage: The stage.
        params: What was fixed when the stage was opened, e.g. ``{"items": ["greeted", …]}`` for the contested
            cards.
    """

    stage: Stage
    params: Mapping[str, Any] = field(default_factory=dict)


Answers = Mapping[tuple[int, str], str]
"""One participant's current responses: (round, item) -> value."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""No answers, no params."""


class Kind(ABC):
    """The rules of one kind, bound to the content of one exercise. Subclasses own no I/O and keep no state.

    Group data is always a DataFrame of responses with the columns ``participant`` (pseudonym), ``round``
    (int), ``item`` (str), ``value`` (str) and ``at`` (UTC datetime), one row per current response.
    """

    exercise: Exercise
    stages: tuple[Stage, ...]
    looks_ahead: Mapping[str, str] = {}
    """Stage id -> the stage whose result the facilitator may look at while this one is on, before the room does."""

    starts_again: bool = True
    """Whether a learner alone starts from the beginning again, each time in a round of their own."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise

    def stage(self, stage_id: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    @abstractmethod
    def opening(
        self, stage: Stage, responses: pd.DataFrame, carried: Mapping[str, Any] = NOTHING
    ) -> dict[str, Any]:
        """What must be fixed when a stage opens (JSON-ready), such as contested cards. Else empty.

        ``carried`` are the params of the exercise's stage before, as the facilitator left them.
        """

    def steer(self, params: Mapping[str, Any], choice: Mapping[str, str]) -> dict[str, Any]:
        """The params of the stage that is on after a choice of the facilitator, such as to hide a phrase.

        Raises:
            SessionError: There is no such choice.
        """
        raise SessionError(_("There is nothing to choose in “{exercise}”.").format(exercise=self.exercise.id))

    def view_key(self, moment: Moment) -> str:
        """Changes when a choice of the facilitator changes what participants see of the stage that is on."""
        return ""

    @abstractmethod
    def check(self, round: int, item: str, value: str, answers: Answers = NOTHING) -> str:
        """The value as it will be stored.

        ``answers`` are the participant's own so far, for rules across several items.

        Raises:
            ResponseError: The item or value is unknown, or out of bounds, or the round takes no such item.
        """

    @abstractmethod
    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """How many items of this stage a participant has answered, and how many there are: (done, total)."""

    @abstractmethod
    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, seat: str = ""
    ) -> dict[str, Any]:
        """What the participant's template shows.

        ``group`` is what ``room_view`` returned for the same moment, computed once for everybody; None in
        stages that do not show the group, and for a learner alone. ``seat`` is the participant's pseudonym,
        for orders that differ from phone to phone. The result never holds an answer key before the stage that
        shows it, and of other participants' responses only what ``group`` holds.
        """

    @abstractmethod
    def practice_view(self, answers: Answers) -> dict[str, Any]:
        """What a learner alone sees of the first round: the items, each with feedback once it is answered."""

    def islands_after(
        self, moment: Moment | None, answers: Answers, round: int, item: str
    ) -> dict[str, tuple[str, dict[str, Any]]]:
        """What else changes on the page of who answered an item: island -> (the kind's template, context).

        ``answers`` hold the new one. ``moment`` is None for a learner alone.
        """
        return {}

    @abstractmethod
    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the templates of the projector and of the facilitator show of the group.

        Holds an answer key only from the stage that shows it on, and no one's name.
        """

    def console_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
        """What the facilitator's template ``console.html`` shows besides, for ``steer``; None if nothing."""
        return None

    @abstractmethod
    def tables(self, responses: pd.DataFrame, params: Mapping[str, Any] = NOTHING) -> dict[str, pd.DataFrame]:
        """The group's results, one DataFrame a table, by name (which is also the sheet's name).

        ``params`` are those of the exercise's latest stage.
        """
