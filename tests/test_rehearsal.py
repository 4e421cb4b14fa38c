"""Rehearsed people: they go through every exercise with a real server, are marked, and no results have them."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from conftest import Server, deck, workshop_environment
from pandas import DataFrame
from rooms import EXERCISES as SHIPPED
from rooms import in_a_thread

from kit.errors import SessionError
from kit.kinds import kind_of
from kit.lead import Lead
from kit.pages import lead
from kit.rehearsal.controls import Controls
from kit.rehearsal.crowd import gather
from kit.rehearsal.person import Person, words
from kit.report.files import export, in_words
from kit.report.tables import Results
from kit.room import Attendance, Position, open_stage
from kit.session import Names, Session
from kit.store import archive
from kit.store.feed import watch
from kit.store.store import Store

PATIENCE_SECONDS = 60
EXERCISES = [path.stem for path in sorted(SHIPPED.glob("*.yaml"))]


class Guest(Person):
    """A person whose owner is a test: thinks when told to."""

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(address, cookie)
        self.heard = asyncio.Event()

    def viewed(self, html: str) -> None:
        """Tell the test."""
        super().viewed(html)
        self.heard.set()

    def saved(self, change: dict[str, object]) -> None:
        """Tell the test."""
        self.heard.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that comes through the line."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self.heard.clear()
                await self.heard.wait()

    async def answer_all(self) -> None:
        """Answer what is asked now, and wait until it is kept."""
        while self.asked:
            self.say()
        await self.until(lambda: not self.outbox)


async def play(server: Server, session: Session, exercise: str, people: int) -> list[Guest]:
    """Rehearse an exercise from its first stage to its last."""
    store, address = server.store, f"{server.url}/join/{session.code}"
    guests = await gather(address, people, Guest, lambda secret: store.mark_rehearsed(session.id, secret))
    lines = [asyncio.create_task(guest.stay_connected()) for guest in guests]
    for stage in kind_of(deck(exercise)).script:
        open_stage(store, session, deck(exercise), stage.id)
        view = Position.read(store, session).view_id
        for guest in guests:
            await guest.until(lambda guest=guest, view=view: guest.view == view)
        await asyncio.gather(*(guest.answer_all() for guest in guests))
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    for guest in guests:
        guest.close()
    return guests


def answers(server: Server, session: Session, exercise: str) -> DataFrame:
    """What is stored."""
    return server.store.responses(session.id, exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_people_answer_every_activity_of_every_stage(server: Server, exercise: str) -> None:
    session = server.session()
    guests = in_a_thread(lambda: asyncio.run(play(server, session, exercise, 6)))
    assert [guest.refused for guest in guests] == [[]] * 6
    stored = answers(server, session, exercise)
    for activity in kind_of(deck(exercise)).activities:
        if activity.round is not None:
            assert len(stored[stored["round"] == activity.round]), f"nobody answered {activity.name}"
    assert stored["participant"].nunique() == 6
    assert not stored["late"].any()


def test_they_are_marked_and_no_results_have_them_unless_asked(server: Server) -> None:
    session, store = server.session(), server.store
    in_a_thread(lambda: asyncio.run(play(server, session, "cx-vs-service", 3)))
    seat, _secret = store.join(session.id, "Ada")
    assert [one.rehearsed for one in store.participants(session.id)] == [True, True, True, False]
    assert all(one.name in words()["names"] for one in store.participants(session.id)[:3])
    scene = Lead(store, session).scene(Attendance.read(store, Position.read(store, session)))
    assert scene
    people = lead.islands(scene, "")["people"]
    assert "3 of them are rehearsed and not in the results." in people

    results = Results.of(store, session)
    assert (results.people, results.left_out, len(results["placements"])) == (1, 3, 0)
    assert "1 person, 1 exercise; 3 rehearsed people left out" in repr(results)
    everybody = Results.of(store, session, rehearsed=True)
    assert (everybody.people, everybody.left_out) == (4, 0)
    assert everybody["placements"]["participant"].nunique() == 3
    assert "left out" not in repr(everybody)

    assert export(store, session, ".csv").content.count(b"\r\n") == 1
    assert export(store, session, ".csv", rehearsed=True).content.count(b"\r\n") > 54
    assert in_words(store, session, rehearsed=False) == "1 person, 0 answers; 3 rehearsed people left out"
    assert seat.pseudonym == "P4"


def test_the_mark_moves_with_the_session(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    session = server.session()
    _seat, secret = server.store.join(session.id, "Ada")
    server.store.mark_rehearsed(session.id, secret)
    kept = archive.dump(server.store, session.id)
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('other')}/w.sqlite") as other:
        brought = archive.load(other, kept)
        assert [one.rehearsed for one in other.participants(brought.id)] == [True]
        del kept["participants"][0]["rehearsed"]  # as an older kit wrote it
        kept["session"]["code"] = "CDFGHJ"
        older = archive.load(other, kept)
        assert [one.rehearsed for one in other.participants(older.id)] == [False]
    with pytest.raises(SessionError, match="no such seat"):
        server.store.mark_rehearsed(session.id, "unknown")


def test_the_command_fills_a_session_until_it_ends(server: Server) -> None:
    session, told = server.session(names=Names.OFF), threading.Event()
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-W", "error", "-m", "kit.cli", "rehearse", str(session.code)]
    process = subprocess.Popen(
        [*command, "--people", "3", "--pace", "0"],
        env=workshop_environment(server.data, port=port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    said = process.stdout.readline()
    assert said == (
        f"3 people are here and answer whatever you open in session {session.code}. "
        "Results leave them out. Ctrl+C sends them home.\n"
    )
    stop = watch(server.store, told.set)
    server.open_stage(session, "sort")
    while len(answers(server, session, "cx-vs-service")) < 3 * 18:
        assert told.wait(PATIENCE_SECONDS)
        told.clear()
    stop()
    server.store.close_session(session.id)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, errors) == (0, "")
    assert (
        output
        == "The rehearsal is over: 3 people, 54 answers. Start a new session for the people who come.\n"
    )


def test_who_cannot_join_is_told_why(server: Server) -> None:
    session = server.session()
    server.store.close_session(session.id)
    with pytest.raises(SessionError, match=f"{session.code} lets nobody in: The session “.*” is over"):
        in_a_thread(lambda: asyncio.run(gather(f"{server.url}/join/{session.code}", 1, Person)))
    asking = server.session(names=Names.REQUIRED)
    with pytest.raises(SessionError, match=f"{asking.code} lets nobody in: Please type a name"):
        in_a_thread(lambda: asyncio.run(Person.join(f"{server.url}/join/{asking.code}", "")))
    with pytest.raises(SessionError, match="Nobody answers at http://127.0.0.1:9/join/CDFGHJ"):
        in_a_thread(lambda: asyncio.run(gather("http://127.0.0.1:9/join/CDFGHJ", 1, Person)))


PAGE = """
<form data-exercise="any" data-round="2"><div data-most="1">
  <input type="checkbox" data-item="a" value="yes"><input type="checkbox" data-item="b" value="yes"></div>
  <details><textarea data-item="note" maxlength="9">old &lt;b></textarea></details>
  <div data-island="more"><input data-item="x" value="1" type="radio"><br><svg><rect/></svg></div>
</form><input data-item="outside">
"""


def test_controls_are_read_as_a_browser_does() -> None:
    page = Controls()
    page.show(PAGE)
    assert [(one.item, one.type, one.value) for one in page] == [
        ("a", "checkbox", "yes"),
        ("b", "checkbox", "yes"),
        ("note", "textarea", "old <b>"),
        ("x", "radio", "1"),
    ]
    note = list(page)[2]
    assert (note.exercise, note.round, note.longest, "folded" in note.around) == ("any", 2, 9, True)
    page.fill("more", '<input type="date" data-item="day">')
    page.fill("nowhere", '<input data-item="lost">')
    assert [(one.item, one.round) for one in page][3:] == [("day", 2)]


ROLES = "ABCDEFGHIJKLMN"
TWO_WAYS = f"""<form data-exercise="any" data-round="1">
  {"".join(f'<input type="radio" data-item="role" value="{role}">' for role in ROLES)}
  <div data-most="5" data-except="role">
  {"".join(f'<input type="checkbox" data-item="p/{role}" value="{role}">' for role in ROLES)}</div></form>"""


def test_people_name_roles_that_others_have_and_are_named_by_them() -> None:
    """24 people, who choose one of 14 roles for themselves and tick others: a quarter of the pairs name each other."""
    named = set()
    for number in range(24):
        person = Person("http://nowhere", f"seat={number}")
        person.viewed(TWO_WAYS)
        while person.asked:
            person.say()
        own = person.said["any", 1, "role"]
        named |= {(own, said) for (*_place, item), said in person.said.items() if item != "role"}
    assert all(own != other for own, other in named)
    pairs, both = (
        {frozenset(pair) for pair in found} for found in (named, {p for p in named if p[::-1] in named})
    )
    assert len(both) >= len(pairs) / 4 > 5


def test_nobody_ticks_more_than_may_be() -> None:
    for number in range(50):
        person = Person("http://nowhere", f"seat={number}")
        person.viewed(PAGE)
        while person.asked:
            person.say()
        assert sum(item in ("a", "b") for _exercise, _round, item in person.said) <= 1
        note = person.said.get(("any", 2, "note"), "")
        assert len(note) <= 9
