"""Stages made of activities, in order: what every kind of exercise is. No I/O, no state."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, ClassVar

import pandas as pd

from kit.activities.activity import TOGETHER, Activity, Beat, Opened, Room, Seat, Summary, Table
from kit.activities.question import Asked
from kit.activities.question.poll import Poll, rating
from kit.activities.question.words import BESIDE_THE_DOOR, Words
from kit.content.exercise import Cue, Exercise
from kit.errors import ResponseError
from kit.kinds.guide import guide_of
from kit.text import gettext as _

Taken = Mapping[str, frozenset[str] | None]
"""Which activities take answers, and for which items; None is all."""

NO_ONE = Seat()
"""Who has said nothing yet."""

WARM_UP_ROUND = 9
"""Under which number answers to the warm-up are kept; no kind has so many rounds."""

SUMMARY = Table("summary", _("the session in a few figures"), "measure value")


def summary_of(lines: Summary) -> pd.DataFrame:
    """See ``SUMMARY``. Its values are objects, because a measure is a text, a number or a time."""
    return SUMMARY.frame(lines).astype({"value": "object"})


@dataclass(frozen=True)
class Stage:
    """A step of an exercise: asks some activities, shows the results of some, echoes at once what some say.

    Attributes:
        id: Name for the computer, such as ``sort-again``.
        title: Name for people.
        weight: Its part of the exercise's minutes.
        asks: What people are asked to do or to read.
        shows: What the room sees of its answers.
        wall: What the big screen alone shows of answers while they come in; phones are handed none of it.
        echoes: What tells a person something at once about an answer.
        decides: What the facilitator may decide about now.
        live: Whether phones follow every change of what is shown, or of what is public while they answer.
        ahead: The id of the stage whose result the facilitator may look at before the room does, or nothing.
        layout: The template that lays out what a phone asks, where it isn't one form after the other.
        mood: The colour of the projector: ``arrive`` while people come in, beside the door; ``talk`` together,
            ``not`` for what is said wrong, ``best`` for what is good; without one ``work`` where people are asked for
            something, and paper where results are looked at.
    """

    id: str
    title: str
    weight: int = 1
    asks: tuple[Activity[Any], ...] = ()
    shows: tuple[Activity[Any], ...] = ()
    wall: tuple[Activity[Any], ...] = ()
    echoes: tuple[Activity[Any], ...] = ()
    decides: tuple[Activity[Any], ...] = ()
    live: bool = False
    ahead: str = ""
    layout: str = ""
    mood: str = ""

    @property
    def activities(self) -> tuple[Activity[Any], ...]:
        """All that it is made of."""
        return (*self.shows, *self.asks, *self.wall, *self.echoes, *self.decides)

    @property
    def sees_room(self) -> bool:
        """Whether anything of others' answers is needed to show it."""
        return bool(self.shows) or any(activity.from_room for activity in self.asks)

    @property
    def rounds(self) -> frozenset[int]:
        """The rounds whose answers are on time in this stage; none where it asks for nothing."""
        return frozenset(activity.round for activity in self.asks if activity.round is not None)

    @property
    def thinkers(self) -> tuple[Activity[Any], ...]:
        """Those whose telling takes long."""
        return tuple(dict.fromkeys(a for a in (*self.asks, *self.echoes) if a.thinks))

    def think(self, room: Room, seats: Iterable[Seat]) -> None:
        """Work out what these people will be told of what they have said."""
        for seat in seats:
            for activity in self.thinkers:
                activity.think(room, seat)

    def within(self, room: Room) -> Room:
        """What may be seen in this stage; one that shows nothing of the room gets no answers, but what is public."""
        if self.sees_room:
            return room
        public = {activity.name: room.once(activity.public) for activity in self.asks}
        opened = {name: items for name, items in room.opened.items() if not name.startswith(TOGETHER)}
        return Room.empty(opened, room.decisions, public=public)

    def opening(self, room: Room) -> Opened:
        """What is fixed when the stage opens; what earlier ones fixed is carried on.

        What the facilitator decides about now is open again, unless this very stage fixes it.
        """
        fixed = {a.name: a.opening(room) for a in (*self.shows, *self.asks, *self.echoes)}
        decided = {activity.name for activity in self.decides}
        carried = {name: items for name, items in room.opened.items() if name not in decided}
        return carried | {name: list(items) for name, items in fixed.items() if items is not None}

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """How many items the person has answered, of how many."""
        parts = [activity.progress(room, seat) for activity in self.asks]
        return sum(done for done, _total in parts), sum(total for _done, total in parts)

    def beats(self, room: Room) -> list[tuple[Activity[Any], Beat]]:
        """The steps in which its results can be shown, each with whose it is."""
        return [(activity, beat) for activity in self.shows for beat in room.once(activity.beats)]


class Script(tuple[Stage, ...]):
    """Stages in order: a room's, or those of a learner alone."""

    def stage(self, stage_id: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((stage for stage in self if stage.id == stage_id), None)

    @cached_property
    def activities(self) -> dict[str, Activity[Any]]:
        """All activities by name, as they come.

        Raises:
            ValueError: Two of them have one name.
        """
        every = [activity for stage in self for activity in stage.activities]
        named = {activity.name: activity for activity in every}
        if strangers := {activity.name for activity in every if named[activity.name] is not activity}:
            raise ValueError(f"Two activities of one script have the same name: {sorted(strangers)}.")
        return named

    def taken(self, opened: Iterable[tuple[str, Opened]]) -> Taken:
        """What takes answers after those stages were opened with what they fixed.

        Opened twice with other items: what a phone kept from the first time must still be taken.
        """
        taken: dict[str, frozenset[str] | None] = {}
        for stage_id, fixed in opened:
            stage = self.stage(stage_id)
            for activity in stage.asks if stage else ():
                before = taken.get(activity.name, frozenset())
                limited = activity.name in fixed and before is not None
                taken[activity.name] = before | set(fixed[activity.name]) if limited else None
        return taken

    def accept(
        self, round: int, item: str, value: str, taken: Taken | None = None, seat: Seat = NO_ONE
    ) -> str:
        """The value as it is kept, of a phone's answer and a learner's alike.

        Args:
            taken: What takes answers; None is all.
            seat: What the person has said so far.

        Raises:
            ResponseError: No activity that was opened asks for it, or not with this value, or not of this person.
        """
        for activity in self.activities.values():
            if activity.round != round or (kept := activity.check(item, value)) is None:
                continue
            if taken is None or activity.name in taken:
                items = taken[activity.name] if taken else None
                if items is None or item in items:
                    activity.refuse(seat, item, kept)
                    return kept
        raise ResponseError(
            _("Round {round} takes no “{item}” now. Please reload the page.").format(
                round=round, item=item[:60]
            )
        )


class Kind(ABC):
    """A script made from an exercise's content; everything else follows from its activities.

    Attributes:
        content: The model of its exercises.
        is_aside: Whether the room comes back from it to where it was.
    """

    content: ClassVar[type[Exercise]]
    is_aside: ClassVar[bool] = False

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.script = Script([*self.arrival(), *self.stages()])

    @abstractmethod
    def stages(self) -> Sequence[Stage]:
        """The room's script."""

    def arrival(self) -> Sequence[Stage]:
        """What is asked while people come in, if the exercise says so; it has no end but the first stage of all."""
        question, ends = self.exercise.warm_up, self.exercise.warm_up_ends
        if not question:
            return ()
        names = {"name": "warm-up", "round": WARM_UP_ROUND, "question": question}
        asked: Asked[Any] = (
            Poll(options=rating(ends), ends=ends, **names)
            if ends
            else Words(item="word", place=BESIDE_THE_DOOR, **names)
        )
        decides = () if ends else (asked,)
        return (
            Stage("warm-up", _("Warm-up"), 0, asks=(asked,), wall=(asked,), decides=decides, mood="arrive"),
        )

    @abstractmethod
    def practice(self, attempt: int) -> Script:
        """The script of a learner alone; where every attempt is a round of its own, of that attempt."""

    def roles(self, room: Room) -> Mapping[str, str]:
        """The roles that people told: pseudonym -> role; most kinds ask for none."""
        return {}

    def prepare(self) -> None:  # noqa: B027 - most kinds have nothing to read
        """Read into memory what the first answer would otherwise wait for."""

    @cached_property
    def minutes(self) -> Mapping[str, int]:
        """Stage id -> suggested whole minutes, in proportion to the weights; together they are the exercise's."""
        total = sum(stage.weight for stage in self.script)
        weights = accumulate((stage.weight for stage in self.script), initial=0)
        ends = [round(self.exercise.minutes * weight / total) for weight in weights]
        return {s.id: end - start for s, (start, end) in zip(self.script, pairwise(ends), strict=True)}

    def cue(self, stage_id: str) -> Cue | None:
        """What the facilitator says, asks and watches for in a stage: the exercise's words, else those of the kind."""
        of_all = guide_of(self.exercise.kind).get(stage_id) or guide_of("").get(stage_id)
        return self.exercise.guide.get(stage_id) or of_all

    @property
    def activities(self) -> Sequence[Activity[Any]]:
        """All activities of the room's script as they come, but the warm-up last: it isn't what people came for."""
        return tuple(sorted(self.script.activities.values(), key=lambda one: one.round == WARM_UP_ROUND))

    @property
    def tables(self) -> list[Table]:
        """What it yields, in the exercise's order; each once, though several activities may yield it."""
        every = [SUMMARY, *(table for activity in self.activities for table in activity.tables)]
        return list(dict.fromkeys(every))

    @property
    def is_dated(self) -> bool:
        """Whether it can put days into a calendar."""
        return any(activity.is_dated for activity in self.activities)

    def decide(self, item: str, value: str, room: Room) -> str:
        """A decision of the facilitator as it is kept.

        Raises:
            ResponseError: There is nothing of that name to decide, or not in that way.
        """
        for activity in self.activities:
            if (kept := activity.decide(item, value, room)) is not None:
                return kept
        raise ResponseError(
            _("“{item}” can't be decided in “{exercise}”.").format(item=item[:60], exercise=self.exercise.id)
        )

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The group's results by the name of the table; what several activities yield of one stands together."""
        room = room.at({})  # no stage's; what was counted for pictures is counted
        lines = [line for activity in self.activities for line in activity.summary(room)]
        frames = {SUMMARY.name: summary_of([(_("Exercise"), self.exercise.title), *lines])}
        for activity in self.activities:
            for name, frame in activity.frames(room).items():
                frames[name] = pd.concat([frames[name], frame]) if name in frames else frame
        return frames
