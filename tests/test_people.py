"""People: removed with all that they said and brought back with it, renamed, freed, locked out, nudged, and seen."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import openpyxl
import panels
import pytest
from conftest import end_time
from panels import Told, console, plain
from readable import text_of
from rooms import (
    PARTNERS,
    PHRASES,
    RATING,
    RINGS,
    WAIT_SECONDS,
    a_partners_session,
    a_phrasing_session,
    a_rating_session,
    a_session,
    exercise,
)
from sqlalchemy import func, select

from kit.errors import ExportError, SessionError
from kit.kinds import kind_of
from kit.lead import Doing, Lead, by_doing
from kit.pages import lead, pages, stages
from kit.report.files import export
from kit.report.tables import Results
from kit.room import Attendance, Position, open_stage
from kit.session import UNSEEN, Change, Names, Participant, Session
from kit.store.schema import history
from kit.store.store import Store
from kit.widgets.host import Host

store = pytest.fixture(panels.store)
at = pytest.fixture(panels.at)

QUAGGA = "Quaggas are never late."


def of_quaggas(store: Store, session: Session) -> Session:
    """That session, in which the first person says what the others need: a quagga."""
    said = Change(
        session.id, store.participants(session.id)[0].id, PARTNERS, 1, "need-from-me/HR/1", QUAGGA, 50
    )
    store.save(said).result(WAIT_SECONDS)
    return session


SESSIONS: dict[str, Callable[[Store], Session]] = {
    RINGS: lambda store: a_session(store, 4, texts=(QUAGGA, "I listen.", "I ask.", "I wait.")),
    PHRASES: lambda store: a_phrasing_session(store, texts=(QUAGGA, "We got it wrong.", "They did.", "No.")),
    PARTNERS: lambda store: of_quaggas(store, a_partners_session(store)),
    RATING: lambda store: a_rating_session(store, texts=(QUAGGA, "I listen.", "I ask.", "I wait.")),
}
"""Of each kind a session in which nobody but the first person, P1, speaks of quaggas."""


def attendance(store: Store, session: Session) -> Attendance:
    return Attendance.read(store, Position.read(store, store.session_by_id(session.id)))


def everything_shown(store: Store, session: Session) -> str:
    """What the projector shows in each step, and everybody's phone, in the stage that is on."""
    now = attendance(store, session)
    stage = now.position.stage
    assert stage
    beats = ["", *(beat.id for _activity, beat in stage.beats(stage.within(now.room)))]
    seen = [stages.projector(stage, replace(now.room, beat=beat)) for beat in beats]
    seen += [pages.participant(now.position, now.room, now.seat(person)) for person in now.people]
    return "\n".join([*seen, stages.moderation(stage, now.room)])


def files(store: Store, session: Session) -> dict[str, str]:
    """Every file to take home, as text."""
    found = {}
    for suffix in (".csv", ".json", ".xlsx", ".ics"):
        try:
            content = export(store, session, suffix).content
        except ExportError:  # a calendar without a day
            continue
        if suffix == ".xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            found[suffix] = "\n".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
        else:
            found[suffix] = re.sub(r"DTSTAMP:\S+", "", content.decode())
    return found


@pytest.mark.parametrize("name", SESSIONS)
def test_who_is_removed_leaves_every_page_and_file_and_comes_back_with_all(store: Store, name: str) -> None:
    session, kind = SESSIONS[name](store), kind_of(exercise(name))
    first, *others = store.participants(session.id)
    before, rows = files(store, session), store.responses(session.id, name)
    with store.database.reading() as connection:
        said = connection.scalar(select(func.count()).select_from(history))
    assert all("Quaggas" in before[suffix] for suffix in (".csv", ".json", ".xlsx"))
    for stage in kind.script:
        open_stage(store, session, kind.exercise, stage.id)
        store.remove(first)
        assert "Quaggas" not in everything_shown(store, session), stage.id
        store.remove(first, removed=False)

    store.remove(first)
    assert store.participants(session.id) == others
    assert store.participants(session.id, removed=True) == [first]
    after = files(store, session)
    assert not [suffix for suffix, text in after.items() if "Quaggas" in text]
    assert "P1" not in {row["pseudonym"] for row in json.loads(after[".json"])["participants"]}
    assert not re.search(r"\bP1\b", after[".csv"])
    assert ".ics" not in after, "what only one side has confirmed is no agreement"
    left = Results.of(store, session)
    assert (left.people, left.left_out) == (len(others), 0)
    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(history)) == said

    store.remove(first, removed=False)
    assert store.responses(session.id, name).equals(rows)
    changes = json.loads(before[".json"])["stage_changes"]
    again = files(store, session)
    assert json.loads(again.pop(".json")) | {"stage_changes": changes} == json.loads(before.pop(".json"))
    assert again == before


def test_a_removed_seat_opens_no_more_until_it_is_brought_back(store: Store) -> None:
    session = store.create_session("s", Names.OPTIONAL)
    ada, secret = store.join(session.id, "Ada")
    store.remove(ada)
    assert store.seat(session.id, secret) is None
    assert store.seat(session.id, secret, removed=True) == ada
    assert store.seats(session.id, [secret]) == {}
    assert store.join(session.id, "Bob")[0].pseudonym == "P2", "a pseudonym is never given twice"
    store.remove(ada, removed=False)
    assert store.seats(session.id, [secret]) == {secret: ada}


def test_a_locked_room_takes_nobody_new_and_keeps_who_is_in(store: Store) -> None:
    session = store.create_session("s", Names.OPTIONAL)
    ada, secret = store.join(session.id, "Ada")
    store.lock(session.id, True)
    with pytest.raises(SessionError, match="Nobody new comes in right now"):
        store.join(session.id, "Bob")
    assert store.seat(session.id, secret) == ada
    assert store.move_seat(session.id, store.return_token(ada.id)) is not None
    store.lock(session.id, False)
    assert store.join(session.id, "Bob")[0].pseudonym == "P2"


def seated(store: Store, session: Session, answers: dict[str, str]) -> Participant:
    """Somebody who has joined, whose page is open, and who has answered so much."""
    person, _secret = store.join(session.id, "Ada")
    saved = [
        store.save(Change(session.id, person.id, RINGS, 1, item, value, seq))
        for seq, (item, value) in enumerate(answers.items(), 1)
    ]
    for waiting in saved:
        waiting.result(WAIT_SECONDS)
    store.seen(session.id, [person.id])
    return person


def test_the_facilitator_sees_who_does_what(store: Store) -> None:
    session, cards = store.create_session("s", Names.OPTIONAL), exercise(RINGS).cards
    everything = {card.id: card.answer for card in cards}
    finished, asleep = seated(store, session, everything), seated(store, session, everything)
    working, idle, gone, long_gone = (
        seated(store, session, said) for said in ({cards[0].id: "service"}, {}, {cards[0].id: "service"}, {})
    )
    store.seen(session.id, [], [asleep.id, gone.id])
    with store.database.writing() as connection:
        seen = datetime.now(UTC) - UNSEEN - timedelta(seconds=1)
        table = history.metadata.tables["participants"]
        connection.execute(table.update().where(table.c.id == long_gone.id).values(seen_at=seen))

    def by_number(doing: Doing) -> list[int]:
        return [person.id for person in by_doing(attendance(store, session))[doing]]

    assert by_number(Doing.HERE) == [finished.id, working.id, idle.id], "nothing is asked yet"
    open_stage(store, session, exercise(RINGS), "sort")
    assert by_number(Doing.FINISHED) == [finished.id, asleep.id], "a phone that is done may sleep"
    assert by_number(Doing.WORKING) == [working.id]
    assert by_number(Doing.NOT_BEGUN) == [idle.id]
    assert by_number(Doing.OFFLINE) == [gone.id, long_gone.id]
    assert by_number(Doing.HERE) == []


def in_console(told: Told, island: str = "people") -> str:
    """What a part of the console says of people."""
    return plain(told.islands()[island])


def test_people_are_led_from_the_console(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    store, session = at.store, a_session(at.store, people=0)
    ada, bob = (seated(store, session, said) for said in ({"greeted": "service"}, {}))
    told = console(at, monkeypatch, session=session)["console"]
    told.act("open", stage="sort", minutes="5")
    assert "◐ 1 working ○ 1 not begun" in in_console(told)
    assert told.act("nudge") == "1 person who hasn’t begun got a gentle line."
    assert "nudged at" in in_console(told)

    told.act("person", value="P2")
    assert told.act("rename", value="P2", name=" <b>Bo</b>\n") == ""
    assert store.participants(session.id)[1].name == "<b>Bo</b>"
    assert "<b>Bo" not in told.islands()["person"] + told.islands()["everybody"] + told.islands()["people"]
    told.act("free", value="P2")
    (address,) = set(
        re.findall(rf"http://10.0.0.7:8866/join/{session.code}/return/[\w-]+", told.islands()["person"])
    )
    assert store.move_seat(session.id, address.rpartition("/")[2])
    told.act("read", value="sort")
    assert "/return/" not in told.islands()["person"], "a link that was used isn't shown any longer"

    assert told.act("remove", value="P1").startswith("Ada is out, and their answers don’t count.")
    assert store.responses(session.id, RINGS).empty
    assert "Bring back Ada" in in_console(told)
    assert told.act("remove", value="P1") == "There is no “P1” in this session."
    assert told.act("bring-back", value="P1") == "Ada is back, with all their answers."
    assert len(store.responses(session.id, RINGS)) == 1

    told.act("lock", value="yes")
    assert store.session_by_id(session.id).locked
    assert "The room is locked." in in_console(told, "where")
    told.act("lock", value="")
    assert not store.session_by_id(session.id).locked

    elsewhere = a_session(store, people=1)
    assert told.act("remove", value="P3") == "There is no “P3” in this session.", "theirs alone"
    assert len(store.participants(elsewhere.id)) == 1
    store.close_session(session.id)
    assert told.act("rename", value="P1", name="Eve").startswith(f"Session {session.code} has ended.")
    assert told.act("remove", value=bob.pseudonym) != "", "its results are yet to be taken home"
    assert [one.id for one in store.participants(session.id)] == [ada.id]


def test_with_300_people_the_console_lists_a_few_of_each_and_folds_up_the_rest(store: Store) -> None:
    session = store.create_session("s", Names.OPTIONAL)
    store.plan(session.id, exercise(RINGS))
    with store.database.writing() as connection:
        table = history.metadata.tables["participants"]
        rows = [
            {"session_id": session.id, "number": n, "name": f"Somebody {n}", "joined_at": datetime.now(UTC)}
            for n in range(1, 301)
        ]
        connection.execute(table.insert(), rows)
    open_stage(store, session, exercise(RINGS), "sort")
    scene = Lead(store, session).scene(attendance(store, session))
    assert scene
    islands = lead.islands(scene, "http://10.0.0.7/join")
    assert islands["people"].count("<button") == 13
    assert "and 288 more, below" in text_of(islands["people"])
    assert islands["everybody"].count("<button") == 300


def test_the_clock_opens_with_the_minutes_of_the_run_sheet_and_more_minutes_are_what_they_say(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, session = at.store, a_session(at.store, people=1)
    told = console(at, monkeypatch, session=session)["console"]

    def seconds() -> int:
        return int(re.search(r'data-seconds="(\d+)"', told.islands()["time"])[1])  # type: ignore[index]

    for stage in ("brief", "sort"):
        minutes = kind_of(exercise(RINGS)).minutes[stage]
        change = open_stage(store, session, exercise(RINGS), stage)
        told.act("read", value=stage)
        assert f"{minutes} min" in plain(told.islands()["words"])
        assert change.minutes == minutes and 60 * minutes - seconds() in (0, 1)
    told.act("extend")
    assert f"{minutes + 2} minutes" in plain(told.islands()["words"])
    assert 60 * (minutes + 2) - seconds() in (0, 1)

    told.act("open", stage="sort", minutes="0")
    assert "data-seconds" not in told.islands()["time"]
    assert "minute" not in plain(told.islands()["words"]).partition("Say")[0]
    told.act("extend")
    assert 120 - seconds() in (0, 1), "two minutes from now, however long it has been on"

    open_stage(store, session, exercise(RINGS), "sort", 1)
    end_time(store, session, minutes_ago=9)
    told.act("read", value="sort")
    assert seconds() == 0
    told.act("extend")
    assert 120 - seconds() in (0, 1), "not two minutes after the time that was up nine minutes ago"
