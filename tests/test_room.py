"""Where a session stands and what it takes, without the web: course, crowd, opening a stage."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rooms import FLAT, RINGS, WAIT_SECONDS, a_session, a_store, exercise

from kit.errors import ResponseError, SessionError
from kit.room import Position, Attendance, open_stage
from kit.session import Names, Participant, Session
from kit.store.store import Store

CARDS = [card.id for card in exercise(RINGS).cards]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database of this test's own."""
    with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def session(store: Store) -> Session:
    """A session in which nothing has happened."""
    return store.create_session("Tuesday", Names.OPTIONAL)


def seats(store: Store, session: Session, people: int) -> list[Participant]:
    return [store.join(session.id, "")[0] for _seat in range(people)]


def put(store: Store, session: Session, seat: Participant, seq: int = 1, **other: Any) -> None:
    """Hand in a change as a phone does."""
    message = {"exercise": RINGS, "round": 1, "item": CARDS[0], "value": "service", "seq": seq} | other
    store.save(Position.read(store, session).accept(seat, message)).result(WAIT_SECONDS)


def test_before_the_first_stage_there_is_nothing_to_answer(store: Store, session: Session) -> None:
    course = Position.read(store, session)
    assert (course.kind, course.stage, course.view_id, course.seconds_left()) == (None, None, "0", None)
    with pytest.raises(ResponseError, match="takes no answers here"):
        put(store, session, *seats(store, session, 1))
    crowd = Attendance.read(store, course)
    assert (crowd.people[0].pseudonym, crowd.finished) == ("P1", None)


def test_every_step_is_a_view_of_its_own_and_more_minutes_are_not(store: Store, session: Session) -> None:
    views = [Position.read(store, session).view_id]
    for stage in ("brief", "sort", "brief", "sort"):
        change = open_stage(store, session, exercise(RINGS), stage, 5)
        views.append(Position.read(store, session).view_id)
    assert len(set(views)) == 5
    store.extend_stage(change.id, 2)
    course = Position.read(store, session)
    assert course.view_id == views[-1]
    assert 6 * 60 < (course.seconds_left() or 0) <= 7 * 60
    store.close_session(session.id)
    ended = Position.read(store, store.session_by_id(session.id))
    assert ended.view_id == f"{views[-1]}-closed"


def test_a_stage_has_its_own_minutes_unless_others_are_said(store: Store, session: Session) -> None:
    suggested = open_stage(store, session, exercise(RINGS), "sort")
    assert suggested.minutes > 0
    unlimited = open_stage(store, session, exercise(RINGS), "sort", 0)
    assert (unlimited.minutes, Position.read(store, session).seconds_left()) == (0, None)


def test_a_round_counts_late_once_the_room_has_moved_on(store: Store, session: Session) -> None:
    (seat,) = seats(store, session, 1)
    open_stage(store, session, exercise(RINGS), "sort")
    put(store, session, seat, 1)
    open_stage(store, session, exercise(RINGS), "reveal")
    put(store, session, seat, 2, item=CARDS[1])
    open_stage(store, session, exercise(RINGS), "sort")
    put(store, session, seat, 3, item=CARDS[2])
    late = store.responses(session.id, RINGS).set_index("item")["late"]
    assert late[CARDS[:3]].tolist() == [False, True, False]


def test_answers_to_another_exercise_are_late_and_kept_apart(store: Store, session: Session) -> None:
    (seat,) = seats(store, session, 1)
    open_stage(store, session, exercise(RINGS), "sort")
    open_stage(store, session, exercise(FLAT), "sort")
    put(store, session, seat)
    assert store.responses(session.id, RINGS)["late"].tolist() == [True]
    assert store.responses(session.id, FLAT).empty


def test_the_second_round_takes_what_any_of_its_openings_contested(store: Store) -> None:
    session = a_session(store, people=0, exercises=[])
    people = seats(store, session, 4)
    open_stage(store, session, exercise(RINGS), "sort")

    def split(card: str, seq: int) -> None:
        for number, seat in enumerate(people):
            put(store, session, seat, seq, item=card, value="success" if number % 2 else "experience")

    split(CARDS[0], 1)
    open_stage(store, session, exercise(RINGS), "sort-again")
    with pytest.raises(ResponseError) as refused:
        put(store, session, people[0], 9, round=2, item=CARDS[1])
    assert str(refused.value) == (f"Round 2 takes no “{CARDS[1]}” now. Please reload the page.")
    split(CARDS[1], 2)
    for card in (CARDS[1],):
        for seat in people:
            put(store, session, seat, 10, item=CARDS[0], value="service")
        open_stage(store, session, exercise(RINGS), "sort-again")
        put(store, session, people[0], 11, round=2, item=card)
    put(store, session, people[0], 12, round=2, item=CARDS[0])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({}, "takes no answers here"),
        ({"exercise": RINGS, "item": "x"}, "got ['exercise', 'item']"),
        ({"exercise": RINGS, "item": "x", "value": "y"}, "A change needs a whole"),
        ({"exercise": RINGS, "item": "x", "value": "y", "round": 1.0}, "A change needs a whole"),
        ({"exercise": RINGS, "item": "x", "value": "y", "round": True}, "A change needs a whole"),
        ({"exercise": FLAT, "item": "x", "value": "y", "round": 1}, f"“{FLAT}” takes no answers"),
        ({"exercise": RINGS, "item": "x", "value": "y", "round": 1}, "Round 1 takes no “x” now"),
        ({"exercise": RINGS, "item": CARDS[0], "value": "y", "round": 1}, "“y” can't be chosen here"),
        ({"exercise": RINGS, "item": CARDS[0], "value": "service", "round": 1}, "“seq” is None"),
    ],
)
def test_what_cannot_be_taken_is_named(
    store: Store, session: Session, message: dict[str, Any], said: str
) -> None:
    (seat,) = seats(store, session, 1)
    open_stage(store, session, exercise(RINGS), "sort")
    with pytest.raises(ResponseError) as refused:
        Position.read(store, session).accept(seat, message)
    assert said in str(refused.value)


def test_the_crowd_is_counted_and_finished_when_every_card_is_placed(store: Store, session: Session) -> None:
    people = seats(store, session, 3)
    open_stage(store, session, exercise(RINGS), "sort")
    for seq, card in enumerate(CARDS, 1):
        put(store, session, people[0], seq, item=card)
    for seq, card in enumerate(CARDS[1:], 1):
        put(store, session, people[1], seq, item=card)
    crowd = Attendance.read(store, Position.read(store, session))
    assert (len(crowd.people), crowd.finished) == (3, 1)
    assert {len(answers) for answers in crowd.answers.values()} == {len(CARDS), len(CARDS) - 1}
    open_stage(store, session, exercise(RINGS), "brief")
    assert Attendance.read(store, Position.read(store, session)).finished is None


def test_a_stage_that_is_not_there_is_answered_with_those_that_are(store: Store, session: Session) -> None:
    with pytest.raises(SessionError) as fault:
        open_stage(store, session, exercise(RINGS), "srot")
    assert str(fault.value) == (
        "“cx-vs-service” has no stage “srot”. "
        "Use one of: brief, sort, reveal, discuss, sort-again, answers, debrief."
    )
    assert store.stage_changes(session.id) == []


def test_an_ended_session_opens_nothing(store: Store, session: Session) -> None:
    store.close_session(session.id)
    with pytest.raises(SessionError, match=f"Session {session.code} has ended"):
        open_stage(store, session, exercise(RINGS), "brief")


def test_a_session_keeps_the_content_with_which_it_began(store: Store, session: Session) -> None:
    open_stage(store, session, exercise(RINGS), "brief")
    edited = exercise(RINGS).model_copy(update={"title": "Edited meanwhile"})
    open_stage(store, session, edited, "sort")
    kind = Position.read(store, session).kind
    assert kind
    assert kind.exercise.title == exercise(RINGS).title
