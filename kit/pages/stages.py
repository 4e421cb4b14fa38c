"""A stage of an exercise as HTML, from the macros of its activities: for phone, learner, projector and console.

What each macro is given is said at ``kit.activities.activity.Activity``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from kit.activities.activity import WHOLE, Activity, Room, Seat
from kit.content.exercise import Exercise
from kit.kinds.script import Stage
from kit.pages.rendering import call, has

FORM = Markup("<form {}>\n{}\n</form>")
ISLAND = Markup('<div{} data-island="{}">{}</div>')
SEEN, SPOKEN, HEARD = Markup(""), Markup(' role="status"'), Markup(' role="status" class="unseen"')
"""Seen only; seen and said by screen readers; said only."""


@dataclass(frozen=True)
class Step:
    """What the forms of a stage show of one person besides what they ask: how far they are, what is told at once.

    Attributes:
        exercise: Its id. Templates get no more of it, for it has the answers.
        room: What may be seen in this stage.
    """

    exercise: str
    stage: Stage
    room: Room
    seat: Seat

    @cached_property
    def _progress(self) -> tuple[int, int]:
        return self.stage.progress(self.room, self.seat)

    @property
    def done(self) -> int:
        """How many items are answered."""
        return self._progress[0]

    @property
    def total(self) -> int:
        """Of how many."""
        return self._progress[1]

    def form(self, activity: Activity[Any]) -> Markup:
        """The attributes by which a form's changes are the activity's."""
        names = {"exercise": self.exercise, "round": activity.round, **activity.form}
        return Markup(" ").join(Markup('data-{}="{}"').format(*attribute) for attribute in names.items())

    def told(self, item: str, by: Activity[Any] | None = None) -> Markup:
        """The islands of what is told about an item, by all that tell something or by one of them."""
        if not self.stage.echoes:
            return Markup("")
        islands = self.islands([item], (by,) if by else self.stage.echoes).items()
        return Markup("").join(ISLAND.format(manner, name, html) for name, (html, manner) in islands)

    @property
    def all_told(self) -> Markup:
        """The islands of what is told about all items together."""
        return self.told(WHOLE)

    def islands(
        self, items: Iterable[str], telling: Sequence[Activity[Any]]
    ) -> dict[str, tuple[Markup, Markup]]:
        """What activities tell about items: name of the island -> its HTML, and how it comes to people."""
        found = {}
        for item in items:
            for activity in (a for a in telling if item in a.touched(item)):
                told, template = activity.told(self.room, self.seat, item), activity.template
                # Where there is a short line to hear, what is seen isn't said after every pause of typing.
                seen = SEEN if has(template, "heard") else SPOKEN
                macros = (
                    {"all_told": SPOKEN} if item == WHOLE else {"echo": seen, "heard": HEARD, "quiet": SEEN}
                )
                for macro, manner in macros.items():
                    if has(template, macro):
                        html = call(template, macro, activity, told) if told is not None else Markup("")
                        found["-".join(filter(None, (macro, activity.name, item)))] = html, manner
        return found


def participant(exercise: Exercise, stage: Stage, room: Room, seat: Seat) -> Markup:
    """What one person sees of a stage: what it shows, then what it asks."""
    room = stage.within(room)
    step = Step(exercise.id, stage, room, seat)
    parts = [ISLAND.format(SEEN, name, html) for name, html in _shown(stage, room, seat).items()]
    if stage.layout:
        return Markup("\n").join([*parts, call(stage.layout, "ask", stage, room, seat, step)])
    for activity in stage.asks:
        parts.append(call(activity.template, "lead", activity))
        html = call(activity.template, "ask", activity, room, seat, step)
        parts.append(html if activity.round is None or not html else FORM.format(step.form(activity), html))
    return Markup("\n").join(parts)


def kept(past: Iterable[tuple[Stage, Room]], seat: Seat) -> Markup:
    """What a person keeps of the stages that were: each activity once, as the last of them leaves it."""
    parts = {}
    for stage, room in past:
        for activity in (*stage.asks, *stage.shows):
            parts[activity.name] = call(activity.template, "kept", activity, stage.within(room), seat)
    return Markup("\n").join(filter(None, parts.values()))


def paper(stage: Stage) -> Markup:
    """What a stage has for whoever leads from paper, beside the words: such as the answers that it tells."""
    return Markup("").join(call(a.template, "paper", a) for a in stage.shows if has(a.template, "paper"))


def after_answer(exercise: Exercise, stage: Stage, room: Room, seat: Seat, item: str) -> dict[str, str]:
    """The islands that change when a person has answered one item."""
    step = Step(exercise.id, stage, stage.within(room), seat)
    touched = dict.fromkeys(key for activity in stage.echoes for key in activity.touched(item))
    told = {name: html for name, (html, _manner) in step.islands(touched, stage.echoes).items()}
    return {"progress": call("parts.html", "progress", step.done, step.total), **told}


def after_others(stage: Stage, room: Room, seat: Seat) -> dict[str, str]:
    """The islands that change with the room's answers, or with the step of the result that is on."""
    room = stage.within(room)
    islands = dict(_shown(stage, room, seat))
    for activity in (*stage.asks, *stage.shows):
        for key in activity.parts(room, seat):
            islands[f"{activity.name}-{key}"] = call(activity.template, "part", activity, room, seat, key)
    return islands


def projector(stage: Stage, room: Room) -> Markup:
    """What the room sees of a stage: what it asks, and what it shows: the beat that is on, or all at once."""
    wall = [call(activity.template, "wall", activity, room) for activity in stage.wall]
    if _is_filled(stage, room):
        return Markup("\n").join(wall)
    room = stage.within(room)
    asked = [call(activity.template, "asked", activity, room) for activity in stage.asks]
    beats = stage.beats(room) if room.beat else []
    if beats:
        # A step that is gone, such as one of a role that was merged: the first is shown, never more than was asked for.
        activity, beat = next((found for found in beats if found[1].id == room.beat), beats[0])
        shown = [call(activity.template, beat.macro, activity, beat.shows)]
    else:
        shown = [call(activity.template, "whole", activity, room) for activity in stage.shows]
    return Markup("\n").join([*asked, *wall, *shown])


def only_asks(stage: Stage, room: Room) -> bool:
    """Whether the projector has no more of a stage than what it asks: people work, and see their task and the time."""
    return not _is_filled(stage, room) and not any(
        has(activity.template, "whole") for activity in stage.shows
    )


def _is_filled(stage: Stage, room: Room) -> bool:
    """Whether something hangs on the wall for which the task makes room."""
    return any(activity.fills(room) for activity in stage.wall)


def moderation(stage: Stage, room: Room) -> Markup:
    """What the facilitator may decide in a stage."""
    found = [(activity, activity.choices(room)) for activity in stage.decides]
    return Markup("\n").join(
        call(activity.template, "decide", activity, choices) for activity, choices in found if choices
    )


def _shown(stage: Stage, room: Room, seat: Seat) -> dict[str, Markup]:
    """The islands of what a stage shows."""
    return {
        f"shown-{activity.name}": call(activity.template, "shown", activity, room, seat)
        for activity in stage.shows
        if has(activity.template, "shown")
    }
