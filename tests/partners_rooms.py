"""Rooms for the tests of internal customers: who said what, as responses, and what each of them then sees."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from kit.activities.activity import Room, Seat
from kit.kinds import kind_of
from kit.kinds.partners import Partners
from kit.kinds.partners.content import PartnersExercise
from kit.kinds.script import Stage
from kit.library import load
from kit.pages import stages
from kit.settings import PROJECT

MAP = "internal-customers"
START = pd.Timestamp("2031-05-06T09:00:00Z")

Said = Mapping[str, str] | Iterable[tuple[str, str]]


def the_exercise() -> PartnersExercise:
    """The exercise that the kit brings."""
    exercise = load(PROJECT / "exercises" / f"{MAP}.yaml")
    assert isinstance(exercise, PartnersExercise)
    return exercise


def person(
    role: str, partners: Sequence[str] = (), rating: str = "", served: str = "", **texts: str
) -> dict[str, str]:
    """What one person says: ``IT_needs="…"`` predicts a need of IT, ``from_IT="…"`` states one to IT."""
    said = {"role": role} | {f"partner/{n}": name for n, name in enumerate(partners, 1)}
    for name in partners:
        key = name.replace(" ", "_")
        said |= {f"need-from-me/{name}/1": texts[f"{key}_needs"]} if f"{key}_needs" in texts else {}
        said |= {f"need/{name}/1": texts[f"from_{key}"]} if f"from_{key}" in texts else {}
        said |= {f"rating/{name}": rating} if rating else {}
        said |= {f"served/{name}": served} if served else {}
    return said


def responses_of(*people: Said, agree: Sequence[tuple[int, str, str]] = ()) -> pd.DataFrame:
    """The responses of people P1, P2, …; ``agree`` are (person, item, value) of round 2, in order of time."""
    rows = [
        (f"P{n}", 1, item, value)
        for n, said in enumerate(people, 1)
        for item, value in (said.items() if isinstance(said, Mapping) else said)
    ]
    rows += [(f"P{n}", 2, item, value) for n, item, value in agree]
    frame = pd.DataFrame(rows, columns=["participant", "round", "item", "value"])
    times = [START + pd.Timedelta(seconds=number) for number in range(len(frame))]
    return frame.assign(at=pd.to_datetime(pd.Series(times, dtype="datetime64[us, UTC]")))


def room_of(
    responses: pd.DataFrame,
    decisions: Mapping[str, str] | None = None,
    opened: Mapping[str, list[str]] | None = None,
) -> Room:
    """What everybody has said, and what the facilitator has decided."""
    return Room(responses, opened or {}, decisions or {})


def seat_of(responses: pd.DataFrame, participant: str) -> Seat:
    """What one participant has said."""
    own = responses[responses["participant"] == participant]
    return Seat({(row.round, row.item): row.value for row in own.itertuples()}, participant)


def the_kind() -> Partners:
    """The script of the exercise that the kit brings."""
    kind = kind_of(the_exercise())
    assert isinstance(kind, Partners)
    return kind


def stage_of(kind: Partners, name: str) -> Stage:
    """A stage of the room's script."""
    stage = kind.script.stage(name)
    assert stage
    return stage


def phone(kind: Partners, stage: str, room: Room, participant: str = "P1") -> str:
    """What a participant sees in a stage."""
    seat = seat_of(room.responses, participant)
    return str(stages.participant(kind.exercise, stage_of(kind, stage), room, seat))


def projected(kind: Partners, stage: str, room: Room) -> str:
    """What the room sees in a stage."""
    return str(stages.projector(stage_of(kind, stage), room))


def key_of(text: str) -> str:
    """How a decision names a text."""
    return hashlib.sha256(text.casefold().encode()).hexdigest()[:16]


def digest_of(gives: tuple[str, str], review: str, by: tuple[str, str] = ("", "")) -> str:
    """How a confirmation names the words of an agreement."""
    return hashlib.sha256("\x1f".join((*gives, *by, review)).encode()).hexdigest()[:16]


def four_roles() -> pd.DataFrame:
    """Five people of four roles. IT and HR both ways, a typed role, and one link that runs one way only."""
    return responses_of(
        person(
            "IT", ["HR", "Sales"], "4", "3", HR_needs="a list of new laptops", from_HR="notice a month ahead"
        ),
        person("IT", ["HR"], "5", "4", HR_needs="quick help", from_HR="the name of who starts"),
        person(
            "HR", ["IT", "Payroll"], "4", "2", IT_needs="notice of who starts", from_IT="a laptop on day one"
        ),
        person("Sales", ["HR"], "3", "2"),
        person("pay roll", [], "", ""),
    )
