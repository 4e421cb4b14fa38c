"""The way through an exercise, one press a step: a whole one there and back, and where there is no way."""

import pytest
from rooms import RINGS, exercise
from test_room import CARDS, put, seats

from kit.errors import SessionError
from kit.kinds import kind_of
from kit.room import Position, open_stage
from kit.session import Names, Session
from kit.steps import go
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
    with pytest.raises(SessionError, match="nothing that way"):
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


def test_the_sheet_of_another_exercise_begins_its_own(store: Store, session: Session) -> None:
    open_stage(store, session, exercise(RINGS), "sort")
    go(store, session, "next", exercise("where-did-it-break"))
    position = Position.read(store, session)
    assert (position.exercise, where(store, session)) == ("where-did-it-break", ("brief", ""))


def test_where_there_is_no_way_it_is_said(store: Store, session: Session) -> None:
    with pytest.raises(
        SessionError, match="“sideways” is no way to go. Use “next”, “back” or a stage: brief, sort, reveal,"
    ):
        go(store, session, "sideways")
    bare = store.create_session("Tuesday", Names.OPTIONAL)
    with pytest.raises(SessionError, match=f"Session {bare.code} has no exercise yet."):
        go(store, bare, "next")
    store.close_session(session.id)
    with pytest.raises(SessionError, match="has ended"):
        go(store, session, "next")
