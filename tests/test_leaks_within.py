"""What the templates of participants are handed, and when: nothing of others and no answer before its stage.

``test_leaks`` looks at what was sent. This looks at what could be sent by a slip of a template: everything that can be
reached from the activities of a stage, the room and the person's step, in a room full of answers. A function is
opaque: an activity may ask it (which cards are contested?), and a template can't read it.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import pandas as pd
import pytest
from onstage import everybody_answers
from rooms import EXERCISES

from kit.activities.activity import Room
from kit.content.exercise import Exercise
from kit.kinds import KINDS, kind_of
from kit.kinds.question.own import question
from kit.kinds.script import Kind, Stage
from kit.library import load
from kit.pages.stages import Step

PEOPLE = 4
OPAQUE = (FunctionType, MethodType, BuiltinFunctionType, ModuleType, type, functools.partial)
SHIPPED = [load(path) for path in sorted(EXERCISES.glob("*.yaml"))]
ASKED = [
    question(
        f"question-{form}",
        {"text": "And now?", "form": form, "low": "no", "high": "yes", "options": "a\nb"}
        | {"by": "chance", "size": "2"},
        dict.fromkeys(("P1", "P2", "P3", "P4"), ""),
    )
    for form in ("rating", "choice", "word", "text", "groups")
]


def inside(*roots: Any) -> Iterator[Any]:
    """Every object that can be reached by attributes, keys, entries and cells, each once."""
    seen: set[int] = set()
    waiting = list(roots)
    kept = []  # so that no id is used twice
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, OPAQUE):
            continue
        seen.add(id(one))
        kept.append(one)
        yield one
        waiting += parts_of(one)


def parts_of(one: Any) -> Iterable[Any]:
    """What an object holds."""
    if isinstance(one, pd.DataFrame):
        return [*one.columns, *(cell for column in one for cell in one[column].tolist())]
    if isinstance(one, pd.Series | pd.Index):
        return one.tolist()
    if isinstance(one, Mapping):
        return [*one.keys(), *one.values()]
    if isinstance(one, list | tuple | set | frozenset):
        return [*one, *vars(one).values()] if hasattr(one, "__dict__") else one
    return list(vars(one).values()) if hasattr(one, "__dict__") else ()


def handed(kind: Kind, stage: Stage, room: Room, person: str) -> list[Any]:
    """What the templates of one person's phone get in a stage; echoes are handed what they tell, not themselves."""
    seen, seat = stage.within(room), room.seat(person)
    step = Step(kind.exercise.id, stage, seen, seat)
    return [*stage.asks, *stage.shows, seen, seat, step.exercise, step.room, step.seat]


def texts_in(found: Iterable[Any]) -> set[str]:
    """The texts among some objects, on one line each."""
    return {" ".join(one.split()) for one in found if isinstance(one, str)}


def secrets_of(exercise: Exercise) -> set[str]:
    """The sentences of an exercise that tell an answer, or why; not the ids beside them."""
    telling = (
        "reason",
        "explanation",
        "misconceptions",
        "ending",
        "note",
        "good",
        "why_good",
        "bad",
        "why_bad",
        "why_not",
    )
    told = texts_in(inside(*_under(exercise.model_dump(), telling)))
    return {text for text in told if " " in text}


def _under(data: Any, keys: tuple[str, ...]) -> Iterator[Any]:
    """The values of these keys, anywhere in nested data."""
    if isinstance(data, Mapping):
        yield from (value for key, value in data.items() if key in keys)
        for value in data.values():
            yield from _under(value, keys)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _under(value, keys)


MARK = "Quokka {n} of {person}."


class Full:
    """An exercise in which four people have answered everything, and what one of them is handed in each stage."""

    def __init__(self, exercise: Exercise) -> None:
        self.kind = kind_of(exercise)
        stages = list(self.kind.script)
        everything = everybody_answers(self.kind, stages[-1].id, PEOPLE, MARK)
        said = everything.responses
        named = said["item"].eq("role") | said["item"].str.startswith("partner/")
        self.roles = set(said[named]["value"])
        self.handed = {}
        for stage in stages:
            opened = everybody_answers(self.kind, stage.id, PEOPLE, MARK).opened
            names = {f"P{n}": MARK.format(n="name", person=f"P{n}") for n in range(1, PEOPLE + 1)}
            room = Room(everything.responses, opened, people=names)
            self.handed[stage.id] = list(inside(*handed(self.kind, stage, room, "P1")))


@pytest.fixture(scope="module", params=[*SHIPPED, *ASKED], ids=lambda exercise: exercise.id)
def full(request: pytest.FixtureRequest) -> Full:
    """Each exercise of the kit, and a question of each form."""
    return Full(request.param)


OTHERS = {
    "sort": {"reveal", "discuss", "answers", "ours"},
    "rating": {"result"},
    "phrasing": {"vote", "showcase", "debrief"},
    "partners": {"map", "gaps", "agreements", "debrief"},
    "question": {"answers", "groups", "shared"},
}
"""The stages of each kind that may hold what others have said: those that show something of the room."""

ANSWERS = {
    "sort": {"answers"},
    "rating": {"result"},
    "phrasing": {"showcase"},
    "partners": set[str](),
    "question": set[str](),
}
"""The stages that may hold an answer or a reason: for everybody alike. What a person is told at once about an own
answer, such as how a case ended, is an echo, and holds nothing before that."""

AT_ONCE = {"partners": {"brief"}}
"""The stages whose echoes know answers: they tell them about what a person has answered, one by one."""


PUBLIC = {"partners": {"roles", "needs", "my-needs"}}
"""The stages that may hold names of roles that others typed, although they show nobody's answers; see below."""


def test_every_kind_says_which_stage_may_hold_what() -> None:
    assert OTHERS.keys() == ANSWERS.keys() == {*KINDS, "question"}


def test_only_stages_that_show_the_room_hold_what_others_said(full: Full) -> None:
    others = {f"P{number}" for number in range(2, PEOPLE + 1)}
    holding = set()
    for stage, found in full.handed.items():
        public = full.roles if stage in PUBLIC.get(full.kind.exercise.kind, ()) else set()
        texts = texts_in(found) - public
        if texts & others or any("Quokka" in text and "of P1." not in text for text in texts):
            holding.add(stage)
    assert holding == OTHERS[full.kind.exercise.kind] & full.handed.keys()
    assert holding == {stage.id for stage in full.kind.script if stage.sees_room}


def test_only_stages_that_show_answers_hold_them(full: Full) -> None:
    secrets = secrets_of(full.kind.exercise)
    may = ANSWERS[full.kind.exercise.kind]
    for stage, found in full.handed.items():
        known = secrets & texts_in(found)
        assert stage in may or not known, f"{stage} knows {known}"
        whole = [one for one in found if isinstance(one, Exercise)]
        assert stage in may or not whole, f"{stage} holds the whole exercise"
    holding = {stage for stage, found in full.handed.items() if secrets & texts_in(found)}
    assert holding == may, "else this looks for the wrong texts"


def test_only_echoes_that_tell_at_once_know_answers(full: Full) -> None:
    secrets, kind = secrets_of(full.kind.exercise), full.kind.exercise.kind
    knowing = {
        stage.id for stage in full.kind.script if secrets & texts_in(inside(*stage.echoes)) and stage.echoes
    }
    assert knowing - ANSWERS[kind] == AT_ONCE.get(kind, set())


def test_what_is_echoed_is_told_of_own_answers_only(full: Full) -> None:
    """Before a person has answered, an echo tells them nothing; and never what somebody else said."""
    everything = everybody_answers(full.kind, list(full.kind.script)[-1].id, PEOPLE, MARK)
    for stage in full.kind.script:
        room = stage.within(everything)
        for activity in stage.echoes:
            for item in {item for asked in stage.asks for item in asked.items(room, room.seat("P9"))}:
                told = [activity.told(room, room.seat("P9"), one) for one in activity.touched(item)]
                texts = texts_in(inside(*told))
                assert not [text for text in texts if "Quokka" in text], f"{stage.id}: {item}"
                assert not secrets_of(full.kind.exercise) & texts, f"{stage.id}: {item}"
