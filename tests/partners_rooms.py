"""Rooms for the tests of internal customers: who said what, as responses of a kind or in a store."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from kit.content.loading import load
from kit.content.partners import PartnersExercise
from kit.kinds import Moment, Partners
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


def moment_of(
    kind: Partners, stage: str, decisions: Mapping[str, str] | None = None, **params: object
) -> Moment:
    """A stage that is on."""
    found = kind.stage(stage)
    assert found
    return Moment(found, params, decisions or {})


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
