"""A stage without a server: a room as it was opened, and what phone, projector and learner see of it, as HTML."""

from collections.abc import Iterable, Sequence
from typing import Any

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


def seat_of(room: Room, person: str) -> Seat:
    """What somebody in the room has said."""
    own = room.responses[room.responses["participant"] == person]
    said = zip(own["round"], own["item"], own["value"], strict=True)
    return Seat({(int(round), item): value for round, item, value in said}, person)


def phone(kind: Kind, stage: str, room: Room, answers: Answers | None = None, person: str = "P0") -> str:
    """The HTML of a phone: of somebody in the room, or of who has said this."""
    found = kind.script.stage(stage)
    assert found
    seat = seat_of(room, person) if answers is None else Seat(answers, person)
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


def progress(kind: Kind, stage: str, room: Room, answers: Answers) -> tuple[int, int]:
    """How many items somebody who said this has answered in a stage, of how many."""
    found = kind.script.stage(stage)
    assert found
    return found.progress(room, Seat(answers))


def rows_where(table: pd.DataFrame, columns: Sequence[str], **values: Any) -> list[list[Any]]:
    """Some columns of the rows that have these values."""
    for name, value in values.items():
        table = table[table[name] == value]
    return table[list(columns)].to_numpy().tolist()
