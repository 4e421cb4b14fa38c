"""A stage without a server: a room as it was opened, and what phone, projector and learner see of it, as HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
from readable import text_of, tree, words

from kit.activities.activity import Answers, Opened, Room, Seat
from kit.kinds.script import Kind
from kit.pages import stages

Said = tuple[str, int, str, str]
"""A response: participant, round, item, value."""


def responses_of(rows: Iterable[Said]) -> pd.DataFrame:
    """Responses as the store gives them, all of one moment."""
    frame = pd.DataFrame(list(rows), columns=["participant", "round", "item", "value"])
    return frame.assign(at=pd.Timestamp("2025-01-01T10:00:00Z"))


def room_at(
    kind: Kind, stage: str, responses: pd.DataFrame, opened: Opened | None = None, **more: Any
) -> Room:
    """Everybody's answers after a stage was opened; ``opened`` is what was fixed then, else it is fixed now."""
    found = kind.script.stage(stage)
    assert found
    fixed = found.opening(Room(responses, {}, more.get("decisions", {}))) if opened is None else opened
    return Room(responses, fixed, **more)


def phone(kind: Kind, stage: str, room: Room, answers: Answers | None = None, person: str = "P0") -> str:
    """The HTML of a phone: of somebody in the room, or of who has said this."""
    found = kind.script.stage(stage)
    assert found
    seat = room.seat(person) if answers is None else Seat(answers, person)
    return str(stages.participant(kind.exercise, found, room, seat))


def projector(kind: Kind, stage: str, room: Room) -> str:
    """The HTML that the projector shows of a stage."""
    found = kind.script.stage(stage)
    assert found
    return str(stages.projector(found, room))


def alone(kind: Kind, answers: Answers, attempt: int = 1) -> str:
    """The HTML of a learner."""
    stage = kind.practice(attempt)[0]
    return str(stages.participant(kind.exercise, stage, Room.empty(), Seat(answers)))


def told(kind: Kind, answers: Answers, item: str, attempt: int = 1) -> dict[str, str]:
    """What a learner is told when they have answered this item: name of the island -> its text."""
    stage = kind.practice(attempt)[0]
    islands = stages.after_answer(kind.exercise, stage, Room.empty(), Seat(answers), item)
    return {name: text_of(html) for name, html in islands.items()}


def asked(html: str) -> list[str]:
    """The items that a page asks for, in order."""
    return list(dict.fromkeys(e.attrib["data-item"] for e in tree(html).iter() if "data-item" in e.attrib))


def chosen(html: str) -> dict[str, str]:
    """What is chosen on a page: item -> value."""
    checked = (e for e in tree(html).iter("input") if "checked" in e.attrib)
    return {e.attrib["data-item"]: e.attrib["value"] for e in checked}


def tables_on(html: str) -> list[list[list[str]]]:
    """Every table of a page: its rows, the heads first, as texts."""
    every = tree(html).iter("table")
    return [[[words(cell) for cell in row] for row in table.iter("tr")] for table in every]


REVIEW_DAY = "2031-06-30"


class Control(NamedTuple):
    """What a page asks for: in which round, what can be chosen (nothing where people write), and its type."""

    round: int
    item: str
    values: tuple[str, ...]
    type: str

    def answer(self, turn: int, text: str) -> str:
        """One of the values, for each turn another; else a day, or the text, as the control asks for."""
        if self.values:
            return self.values[turn % len(self.values)]
        return REVIEW_DAY if self.type == "date" else text


def controls_on(html: str) -> list[Control]:
    """The controls of a page, in order, each item of a form once."""
    found: dict[tuple[int, str], Control] = {}
    for form in (e for e in tree(html).iter("form") if "data-round" in e.attrib):
        for one in (e for e in form.iter() if "data-item" in e.attrib):
            key = int(form.attrib["data-round"]), one.attrib["data-item"]
            kind = one.get("type", one.tag)
            options = [option.get("value", words(option)) for option in one.iter("option")]
            chosen_by = [one.attrib["value"]] if kind in ("radio", "checkbox") else options
            before = found[key].values if key in found else ()
            found[key] = Control(*key, (*before, *(value for value in chosen_by if value)), kind)
    return list(found.values())


def everybody_answers(kind: Kind, until: str, people: int = 4, text: str = "Words {n} of {person}.") -> Room:
    """The room at a stage, after so many people have answered all that their phones asked for up to then.

    Each does so in a way of their own; ``text`` is what they write, with a number that no other text has. The stage's
    own answers are there too.
    """
    return replace(_everybodys(kind, people, text)[until], _results={})


@cache
def _everybodys(kind: Kind, people: int, text: str) -> Mapping[str, Room]:
    said: dict[tuple[str, int, str], str] = {}
    opened: Opened = {}
    rooms = {}
    for stage in kind.script:
        opened = stage.opening(_room(said, opened))
        taken = kind.script.taken([(stage.id, opened)])
        people_twice = [
            f"P{number}" for number in range(1, people + 1)
        ] * 2  # some controls follow from others
        for person in people_twice if stage.asks else ():
            html = phone(kind, stage.id, _room(said, opened), person=person)
            for number, control in enumerate(controls_on(html)):
                if (key := (person, control.round, control.item)) not in said:
                    turn = int(person[1:]) * (1 + number % 3)
                    value = control.answer(turn, text.format(n=len(said), person=person))
                    said[key] = kind.script.accept(control.round, control.item, value, taken)
        rooms[stage.id] = _room(said, opened)
    return rooms


def _room(said: Mapping[tuple[str, int, str], str], opened: Opened) -> Room:
    return Room(responses_of((*key, value) for key, value in said.items()), opened)


def progress(kind: Kind, stage: str, room: Room, answers: Answers) -> tuple[int, int]:
    """How many items somebody who said this has answered in a stage, of how many."""
    found = kind.script.stage(stage)
    assert found
    return found.progress(room, Seat(answers))
