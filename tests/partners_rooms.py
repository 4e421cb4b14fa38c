"""Rooms for the tests of internal customers: who said what, as responses, and what each of them then sees."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from rooms import exercise

from kit.activities.activity import Room
from kit.activities.link.roles import RoleBook
from kit.kinds import kind_of
from kit.kinds.partners import Partners
from kit.kinds.partners.content import PartnersExercise
from kit.kinds.script import Stage
from kit.pages import stages

MAP = "internal-customers"
START = pd.Timestamp("2031-05-06T09:00:00Z")

Said = Mapping[str, str] | Iterable[tuple[str, str]]


def the_exercise() -> PartnersExercise:
    """The exercise that the kit brings."""
    found = exercise(MAP)
    assert isinstance(found, PartnersExercise)
    return found


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
    seat = room.seat(participant)
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


def said_on_both_sides() -> pd.DataFrame:
    """Room 1: two of IT, one of HR, one of Sales.

    The right answer: IT and HR named each other, so their link runs both ways. Sales named IT, and IT, which is here,
    never named Sales: one way. So 1 of 2 links. HR's laptop was thought of by both of IT, in other spelling: one need,
    known on both sides by its words. IT's names are what HR thought of and a word more: taken as the same. Nobody of
    IT wrote to Sales: its need is named by one side only. One of HR wrote what they need
    from IT, one of IT what from HR: one person of another role depends on each, and nobody on Sales.
    """
    return responses_of(
        person(
            "IT", ["HR"], HR_needs="a laptop on the first morning", from_HR="the names of who starts, early"
        ),
        person("IT", ["HR"], HR_needs="The laptops, on the first morning!"),
        person("HR", ["IT"], IT_needs="names of who starts", from_IT="Laptop on the first morning"),
        person("Sales", ["IT"], IT_needs="big orders a week ahead"),
    )


def said_on_one_side() -> pd.DataFrame:
    """Room 2: one of Sales, two of IT.

    The right answer: the one of Sales names IT and writes what they need from IT; IT is here and names only HR. That
    is one person's word, so the link runs one way. Nobody of HR is here to say anything about IT. So 0 of 1 link, for
    the other one can't be asked about. All needs are named by one side only, so there is nothing to compare. Sales
    wrote what they need from IT, one of IT what from HR: one person of another role depends on each.
    """
    return responses_of(
        person("Sales", ["IT"], IT_needs="orders a week ahead", from_IT="a laptop that works"),
        person("IT", ["HR"], from_HR="the names of who starts"),
        person("IT", ["HR"]),
    )


def said_in_other_words() -> pd.DataFrame:
    """Room 3: two of HR, who both need the same laptop, and one of IT.

    The right answer: no words are near, so nothing is told until the facilitator has answered. First comes the laptop
    (two people). It is IT's computer (yes), and not the ticket number (no more). Nobody of IT thought of a call back:
    neither the computer nor the ticket number is one (none of them). Then one need is known, one was not thought of,
    and one was thought of and not asked for.
    """
    return responses_of(
        person("HR", ["IT"], from_IT="a laptop"),
        person("HR", ["IT"], from_IT="laptops") | {"need/IT/2": "somebody who calls back"},
        person("IT", ["HR"], HR_needs="one computer") | {"need-from-me/HR/2": "ticket numbers"},
    )


def rated_from_both_sides() -> pd.DataFrame:
    """Room 5: three of IT, four of HR, three of Sales.

    The right answer: IT and HR rated each other, and nobody else did: IT rated Legal, of which nobody is here, and
    Sales rated IT, which never named Sales. IT serves HR: it thinks 4, HR says 3. HR serves IT: it thinks 5, IT says
    2. So on 2 links together 4.5 and 2.5, though HR is one person more.
    """
    it = person("IT", ["HR", "Legal"], "4", "2") | {"rating/Legal": "5", "served/Legal": "5"}
    return responses_of(
        *[it] * 3, *[person("HR", ["IT"], "5", "3")] * 4, *[person("Sales", ["IT"], "1", "1")] * 3
    )


def a_role_that_names_itself_needed() -> pd.DataFrame:
    """Room 6: four of Facilities, two of Sales, one of HR.

    The right answer: all of Facilities say that they serve Sales and HR, and neither wrote a need to Facilities: nobody
    of another role depends on it. Both of Sales need HR, one of Facilities does, and HR needs Sales. So HR first, by
    three people of other roles; Sales by one.
    """
    return responses_of(
        person("Facilities", ["Sales", "HR"], from_HR="names"),
        *[person("Facilities", ["Sales", "HR"])] * 3,
        *[person("Sales", ["HR"], from_HR="forms")] * 2,
        person("HR", ["Sales"], from_Sales="plans"),
    )


COMPANY = (
    "HR", "IT desk", "Recruiting", "Payroll", "Customer service", "Sales", "Finance", "Warehouse", "Training",
    "Legal", "Facilities", "Management", "Quality", "IT network", "Accounts", "Purchasing", "Data protection",
    "Works council", "Safety", "Reception", "Press", "Marketing", "Web shop", "Key accounts", "Repairs", "Returns",
    "Fleet", "Security", "Canteen", "Cleaning",
)  # fmt: skip
LONGEST = (
    "Bartholomäus-Maximilian-Instandhaltung 7", "W" * 40, "The people who answer every second call", "品質管理" * 10
)  # fmt: skip
WORDS = "a list of all who start, with the day, the desk, the laptop and whom to call, by the tenth of every month "


NEEDS = (
    "a list of all who start",
    "an answer within a day",
    "figures that hold",
    "word of what changes, a week ahead",
    "one person to ask",
    "a laptop on the first morning",
    "what customers complain about",
    "the reason, when it is no",
    "forms that are filled in",
)
"""What people of a company need from each other."""


def a_company(people: int, roles: int, longest: bool = False) -> pd.DataFrame:
    """So many people of so many roles, who have said everything and agreed; perhaps in the longest texts."""
    names = [*(LONGEST if longest else ()), *COMPANY][:roles]
    texts = [f"{n} {3 * WORDS}"[:160] if longest else need for n, need in enumerate(NEEDS)]
    every = []
    for number in range(people):
        mine = number % len(names)
        steps = ((1, 2), (1, 3, 7), (1, -1, 7, 4))[number % 3]  # the last looks back, so links have two sides
        partners = list(
            dict.fromkeys(names[(mine + step) % len(names)] for step in steps if step % len(names))
        )
        said = {"role": names[mine]} | {f"partner/{name}": name for name in partners}
        for place, name in enumerate(partners[:2]):
            said |= {f"need-from-me/{name}/{n}": texts[(number + n) % 9] for n in (1, 2, 3)}
            said |= {f"need/{name}/{n}": texts[(number + place + n) % 9] for n in (1, 2, 3)}
            said |= {f"rating/{name}": str(3 + number % 3), f"served/{name}": str(1 + number % 4)}
        every.append(said)
    agree = []
    for n, one in enumerate(names[: people - 1 if people <= roles else roles - 1]):
        pair = RoleBook(names, {}).pair(one, names[n + 1])
        holders, text = {name: names.index(name) + 1 for name in pair}, texts[n % 9]
        parts = {"gives-1": text, "gives-2": text, "by-1": text, "by-2": text, "review": "2031-06-30"}
        agree += [
            (holders[one], f"agreement/{'~'.join(pair)}/{part}", value) for part, value in parts.items()
        ]
        digest = digest_of((text, text), "2031-06-30", (text, text))
        agree += [(holder, f"confirm/{'~'.join(pair)}", digest) for holder in holders.values()]
    return responses_of(*every, agree=agree)
