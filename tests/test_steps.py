"""The way through an exercise, one press a step: a whole one there and back, and where there is no way."""

from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from rooms import RINGS, a_session, exercise
from sqlalchemy import Connection, event, update
from test_room import CARDS, put, seats

from kit.errors import SessionError
from kit.kinds import kind_of
from kit.lead import Lead
from kit.room import Attendance, Position, open_stage, show_beat
from kit.session import Names, Session
from kit.steps import go, here
from kit.store.schema import stage_changes
from kit.store.store import Store


@pytest.fixture
def session(store: Store) -> Session:
    """A session that was started from the sort's run sheet."""
    session = store.create_session("Tuesday", Names.OPTIONAL)
    store.plan(session.id, exercise(RINGS))
    return session


def where(store: Store, session: Session) -> tuple[str, str]:
    """The stage and the beat that are on, as stored."""
    change = Position.read(store, session).change
    return (change.stage, change.beat) if change else ("", "")


def test_a_whole_exercise_there_and_back(store: Store, session: Session) -> None:
    people, way = seats(store, session, 3), []
    with pytest.raises(SessionError, match="nothing comes before it"):
        go(store, session, "back")
    while where(store, session) not in way:
        way.append(where(store, session))
        if way[-1][0] == "sort":
            for seat in people:
                put(store, session, seat, 1)
        try:
            go(store, session, "next")
        except SessionError as refused:
            assert "last step" in str(refused)
            break
    stages = list(dict.fromkeys(stage for stage, _beat in way if stage))
    assert stages == [stage.id for stage in kind_of(exercise(RINGS)).script]
    assert [beat for stage, beat in way if stage == "reveal"] == ["hold", f"card-{CARDS[0]}", "overview"]
    back = [where(store, session)]
    while where(store, session) != way[1]:
        go(store, session, "back")
        back.append(where(store, session))
    assert back == way[:0:-1]


def test_after_all_at_once_comes_the_next_stage_and_back_leads_to_the_last_step(
    store: Store, session: Session
) -> None:
    open_stage(store, session, exercise(RINGS), "sort")
    for seat in seats(store, session, 3):
        put(store, session, seat, 1)
    open_stage(store, session, exercise(RINGS), "reveal")
    show_beat(store, session, "")
    go(store, session, "back")
    assert where(store, session) == ("reveal", "overview")
    show_beat(store, session, "")
    go(store, session, "next")
    assert where(store, session)[0] == "discuss"


def test_the_sheet_of_another_exercise_begins_its_own(store: Store, session: Session) -> None:
    open_stage(store, session, exercise(RINGS), "sort")
    go(store, session, "next", exercise("where-did-it-break"))
    position = Position.read(store, session)
    assert (position.exercise, where(store, session)) == ("where-did-it-break", ("brief", ""))


def test_where_there_is_no_way_it_is_said(store: Store, session: Session) -> None:
    with pytest.raises(
        SessionError,
        match="“sideways” is no way to go. Use “next”, “back” or a stage: brief, sort, reveal,",
    ):
        go(store, session, "sideways")
    bare = store.create_session("Tuesday", Names.OPTIONAL)
    with pytest.raises(SessionError, match=f"Session {bare.code} has no exercise yet."):
        go(store, bare, "next")
    store.close_session(session.id)
    with pytest.raises(SessionError, match="has ended"):
        go(store, session, "next")


def minutes_left(store: Store, session: Session) -> int:
    return Position.read(store, session).seconds_left() or 0


def test_a_question_brings_the_room_back_to_stage_beat_and_time_left(store: Store, session: Session) -> None:
    lead = Lead(store, session)
    open_stage(store, session, exercise(RINGS), "sort")
    for seat in seats(store, session, 3):
        put(store, session, seat)
    open_stage(store, session, exercise(RINGS), "reveal", 3, beat=0)
    change = go(store, session, "next") and Position.read(store, session).change
    assert change and change.beat == f"card-{CARDS[0]}"
    asked_at = change.opened_at + timedelta(minutes=1)
    lead.act({"action": "ask", "value": "pace"})
    lead.act({"action": "ask", "value": "doubt"})  # in the middle of the first
    changes = store.stage_changes(session.id)
    with (
        store.database.writing() as connection
    ):  # as if both had been asked a minute after the stage was opened
        connection.execute(
            update(stage_changes).where(stage_changes.c.id == changes[-2].id).values(opened_at=asked_at)
        )
    position = Position.read(store, session)
    assert (position.exercise, position.stage and position.stage.id) == ("question-2", "ask")
    assert go(store, session, "next").title == "Answers"
    assert lead_steps(store, session) == ("back to “How we sorted”", "Question")
    go(store, session, "next")
    assert where(store, session) == ("reveal", change.beat)
    assert 119 <= minutes_left(store, session) <= 120
    lead.act({"action": "ask", "value": "arriving"})
    assert lead_steps(store, session) == ("Answers", "back to “How we sorted”")
    assert go(store, session, "back", exercise(RINGS)).left
    assert where(store, session) == ("reveal", change.beat)
    assert 118 <= minutes_left(store, session) <= 120
    assert lead_steps(store, session)[1] == "Everybody ready?"
    assert list(Position.read(store, session).kinds) == [RINGS, "question-1", "question-2", "question-3"]


def test_the_rest_of_the_answers_is_skipped_to_who_moved_and_no_further(store: Store) -> None:
    session, parts = a_session(store), list[str]()
    open_stage(store, session, exercise(RINGS), "answers", beat=0)
    while where(store, session)[0] == "answers":
        scene = Lead(store, session).scene(Attendance.read(store, Position.read(store, session)))
        assert scene
        parts.append(scene.part.id if scene.part else "")
        go(store, session, "next")
    assert set(parts[:-2]) == {"moves"} and parts[-2:] == ["", ""], "on the last answer Next brings it"
    open_stage(store, session, exercise(RINGS), "discuss", beat=0)
    scene = Lead(store, session).scene(Attendance.read(store, Position.read(store, session)))
    assert scene and scene.part is None, "what Next brings anyway"


def lead_steps(store: Store, session: Session) -> tuple[str, str]:
    """What the bar offers: on and back."""
    scene = Lead(store, session).scene(Attendance.read(store, Position.read(store, session)))
    assert scene
    steps = scene.steps
    return steps.next.title if steps.next else "", steps.back.title if steps.back else ""


def test_what_was_left_for_a_question_still_takes_answers_in_time(store: Store, session: Session) -> None:
    seat, *_others = seats(store, session, 1)
    open_stage(store, session, exercise(RINGS), "sort")
    Lead(store, session).act({"action": "ask", "value": "pace"})
    put(store, session, seat, 1)
    assert not store.responses(session.id, RINGS)["late"].any()
    open_stage(store, session, exercise(RINGS), "reveal")
    put(store, session, seat, 2, item=CARDS[1])
    assert store.responses(session.id, RINGS).set_index("item")["late"].to_dict() == {
        CARDS[0]: False,
        CARDS[1]: True,
    }


def test_a_question_while_the_room_waits_leads_to_the_first_stage(store: Store, session: Session) -> None:
    Lead(store, session).act({"action": "ask", "value": "arriving"})
    assert lead_steps(store, session) == ("Answers", "")
    go(store, session, "next")
    assert lead_steps(store, session) == ("What this is about", "Question")
    go(store, session, "next")
    assert where(store, session) == ("brief", "")


def test_whoever_presses_while_another_press_is_on_its_way_skips_nothing(
    store: Store, session: Session
) -> None:
    def press(seen: str) -> None:
        with suppress(SessionError):
            Lead(store, session).act({"action": "next", "value": seen})

    def press_too(connection: Connection, *_statement: object) -> None:
        writes = "begins" in connection.get_execution_options()
        if not writes and next(reads) == moment:
            press(seen)

    open_stage(store, session, exercise(RINGS), "sort")
    for seat in seats(store, session, 3):
        put(store, session, seat, 1)
    for stage, after in (("brief", ("sort", "")), ("reveal", ("reveal", f"card-{CARDS[0]}"))):
        for moment in count():
            open_stage(store, session, exercise(RINGS), stage, beat=0)
            seen, reads = here(Position.read(store, session)), count()
            event.listen(store.database.engine, "before_cursor_execute", press_too)
            press(seen)
            event.remove(store.database.engine, "before_cursor_execute", press_too)
            assert where(store, session) == after, moment
            if next(reads) <= moment:  # a press reads no more often
                break
        assert moment > 20
