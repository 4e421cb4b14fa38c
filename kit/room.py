"""Where a session stands and who is in it, put together from the store and the kind. No web, no widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pandas as pd

from kit.content.exercise import Exercise
from kit.content.models import exercise_from
from kit.errors import ResponseError, SessionError
from kit.kinds import kind_of
from kit.kinds.kind import Answers, Decisions, Kind, Moment
from kit.session import Change, Participant, Session, StageChange, clean_seq
from kit.store.store import Store
from kit.text import gettext as _


@dataclass(frozen=True)
class Course:
    """Which exercises a session has used, which rounds were opened, and the stage it is in.

    Attributes:
        kinds: The rules of every exercise that was opened, bound to the content as it was then.
        opened: Every (exercise, round) that has taken responses so far, with the items that it takes; None is all.
        change: The latest step of the facilitator, or None before the first.
        decisions: What the facilitator has decided about the responses to the exercise that is on.
    """

    session: Session
    kinds: Mapping[str, Kind]
    opened: Mapping[tuple[str, int], frozenset[str] | None]
    change: StageChange | None
    decisions: Decisions

    @classmethod
    def read(cls, store: Store, session: Session) -> "Course":
        """Read the course of a session as it is now."""
        exercises = map(exercise_from, store.exercises_used(session.id))
        kinds = {exercise.id: kind_of(exercise) for exercise in exercises}
        changes = store.stage_changes(session.id)
        opened: dict[tuple[str, int], frozenset[str] | None] = {}
        for change in changes:
            stage = kinds[change.exercise].stage(change.stage)
            if stage and stage.round is not None:
                items = change.params.get("items")
                before = opened.get((change.exercise, stage.round), frozenset())
                # Opened twice with other cards: what a phone kept from the first time must still be taken.
                both = None if items is None or before is None else before | set(items)
                opened[change.exercise, stage.round] = both
        now = changes[-1] if changes else None
        decisions = store.decisions(session.id, now.exercise) if now else {}
        return cls(session, kinds, opened, now, decisions)

    @property
    def kind(self) -> Kind | None:
        """The rules of the exercise that is on now."""
        return self.kinds[self.change.exercise] if self.change else None

    @property
    def moment(self) -> Moment | None:
        """The stage that is on now, with what it was opened with."""
        stage = self.kind.stage(self.change.stage) if self.change and self.kind else None
        return Moment(stage, self.change.params, self.decisions) if self.change and stage else None

    @property
    def shows_group(self) -> bool:
        """Whether participants see the group's result now."""
        return self.moment is not None and self.moment.stage.shows_group and not self.session.closed_at

    @property
    def is_live(self) -> bool:
        """Whether what participants see follows the group's every change now."""
        return self.shows_group and self.moment is not None and self.moment.stage.live

    @property
    def view_id(self) -> str:
        """Changes exactly when participants must see something else."""
        return f"{self.change.id if self.change else 0}{'-closed' if self.session.closed_at else ''}"

    def seconds_left(self) -> int | None:
        """Seconds until the announced end of the stage; None where no time was announced."""
        ends = self.change.ends_at if self.change else None
        return max(0, round((ends - datetime.now(UTC)).total_seconds())) if ends else None

    def accept(self, participant: Participant, message: Mapping[str, Any]) -> Change:
        """The change that a participant's message asks for, checked by the rules of its exercise.

        A round that was opened and is over still takes what a phone kept while it was offline; it is marked late.

        Raises:
            ResponseError: The message is malformed, or its exercise, round, item or value can't be taken.
        """
        exercise, round_number = message.get("exercise"), message.get("round")
        item, value = message.get("item"), message.get("value")
        if not isinstance(exercise, str) or not isinstance(item, str) or not isinstance(value, str):
            raise ResponseError(
                _("A change needs the texts “exercise”, “item” and “value”; got {keys}.").format(
                    keys=sorted(map(str, message))[:8]
                )
            )
        if type(round_number) is not int or (exercise, round_number) not in self.opened:
            raise ResponseError(
                _("“{exercise}” takes no answers for round {round} here.").format(
                    exercise=exercise[:60], round=repr(round_number)[:20]
                )
            )
        items = self.opened[exercise, round_number]
        if items is not None and item not in items:
            raise ResponseError(
                _("“{item}” is not among the items of round {round}. They are: {items}.").format(
                    item=item[:60], round=round_number, items=", ".join(sorted(items))
                )
            )
        kept = self.kinds[exercise].check(round_number, item, value)
        now = self.moment is not None and self.change is not None and not self.session.closed_at
        on = now and (self.change.exercise, self.moment.stage.round) == (exercise, round_number)
        return Change(
            session_id=self.session.id,
            participant_id=participant.id,
            exercise=exercise,
            round=round_number,
            item=item,
            value=kept,
            seq=clean_seq(message.get("seq")),
            late=not on,
        )


@dataclass(frozen=True)
class Crowd:
    """Who is in the session and what they have answered in the exercise that is on.

    Attributes:
        people: Everybody who joined, in order.
        answers: Participant id -> that person's current answers.
        responses: All of them as one frame; see ``kit.kinds.kind.Kind``.
    """

    course: Course
    people: tuple[Participant, ...]
    answers: Mapping[int, Answers]
    responses: pd.DataFrame

    @classmethod
    def read(cls, store: Store, course: Course) -> "Crowd":
        """Read the people and their answers as they are now."""
        exercise = course.change.exercise if course.change else ""
        session_id = course.session.id
        return cls(
            course,
            tuple(store.participants(session_id)),
            store.all_answers(session_id, exercise),
            store.responses(session_id, exercise),
        )

    @cached_property
    def group(self) -> dict[str, Any]:
        """What the kind shows of the group now; worked out once for everybody."""
        if self.course.kind is None or self.course.moment is None:
            return {}
        return self.course.kind.room_view(self.course.moment, self.responses)

    @cached_property
    def finished(self) -> int | None:
        """How many have answered everything of this stage; None in a stage that asks for nothing."""
        kind, moment = self.course.kind, self.course.moment
        if kind is None or moment is None or moment.stage.round is None:
            return None
        progress = (kind.progress(moment, self.answers.get(person.id, {})) for person in self.people)
        return sum(total > 0 and done >= total for done, total in progress)


def open_stage(
    store: Store, session: Session, exercise: Exercise, stage_id: str, minutes: int | None = None
) -> StageChange:
    """Move the room to a stage.

    Args:
        minutes: Announced length; the stage's own suggestion when None, no limit when 0.

    Raises:
        SessionError: The session has ended, or the exercise has no such stage.
    """
    if store.session_by_id(session.id).closed_at:
        raise SessionError(
            _("Session {code} has ended. Start a new one at the top of the page.").format(code=session.code)
        )
    course = Course.read(store, session)
    kind = course.kinds.get(exercise.id) or kind_of(exercise)
    stage = kind.stage(stage_id)
    if stage is None:
        known = ", ".join(s.id for s in kind.stages)
        raise SessionError(
            _("“{exercise}” has no stage “{stage}”. Use one of: {known}.").format(
                exercise=exercise.id, stage=stage_id, known=known
            )
        )
    responses, decisions = store.responses(session.id, exercise.id), store.decisions(session.id, exercise.id)
    params = kind.opening(stage, responses, decisions)
    return store.open_stage(
        session.id, kind.exercise, stage.id, params, stage.minutes if minutes is None else minutes
    )
