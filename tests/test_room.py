"""Where a session stands and what it takes, without the web: position, attendance, opening a stage, beats."""

from pathlib import Path
from typing import Any

import pytest
from rooms import FLAT, RINGS, WAIT_SECONDS, a_session, a_store, exercise

from kit.errors import ResponseError, SessionError
from kit.room import Attendance, Position, open_stage, show_beat
from kit.session import Names, Participant, Session
from kit.store.store import Store

CARDS = [card.id for card in exercise(RINGS).cards]


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
    position = Position.read(store, session)
    assert (position.kind, position.stage, position.view_id, position.seconds_left()) == (
        None,
        None,
        "0",
        None,
    )
    with pytest.raises(ResponseError, match=f"“{RINGS}” takes no answers here."):
        put(store, session, *seats(store, session, 1))
    attendance = Attendance.read(store, position)
    assert (attendance.people[0].pseudonym, attendance.room.responses.empty) == ("P1", True)
    assert attendance.finished is None


def test_every_step_is_a_view_of_its_own_and_more_minutes_are_not(store: Store, session: Session) -> None:
    views = [Position.read(store, session).view_id]
    for stage in ("brief", "sort", "brief", "sort"):
        change = open_stage(store, session, exercise(RINGS), stage, 5)
        views.append(Position.read(store, session).view_id)
    assert len(set(views)) == 5
    store.extend_stage(change.id, 2)
    position = Position.read(store, session)
    assert position.view_id == views[-1]
    assert 6 * 60 < (position.seconds_left() or 0) <= 7 * 60
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
    assert str(refused.value) == f"Round 2 takes no “{CARDS[1]}” now. Please reload the page."
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
        ({}, "A change needs the texts “exercise”, “item” and “value”, and a whole number “round”; got []."),
        ({"exercise": ["x"]}, "A change needs the texts “exercise”"),
        ({"exercise": FLAT, "item": "x", "value": "y", "round": 1}, f"“{FLAT}” takes no answers here."),
        ({"exercise": RINGS, "item": "x"}, "A change needs the texts “exercise”, “item” and"),
        ({"exercise": RINGS, "item": "x"}, "got ['exercise', 'item']"),
        ({"exercise": RINGS, "item": "x", "value": "y"}, "A change needs the texts"),
        ({"exercise": RINGS, "item": CARDS[0], "value": "service", "round": 1.0}, "A change needs"),
        ({"exercise": RINGS, "item": CARDS[0], "value": "service", "round": True}, "A change needs"),
        ({"exercise": RINGS, "item": "x", "value": "y", "round": 1}, "Round 1 takes no “x” now."),
        ({"exercise": RINGS, "item": CARDS[0], "value": "service", "round": 2}, "Round 2 takes no"),
        (
            {"exercise": RINGS, "item": CARDS[0], "value": "y", "round": 1},
            "“y” can't be chosen here. Use one of",
        ),
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


def test_people_are_counted_and_finished_when_every_card_is_placed(store: Store, session: Session) -> None:
    people = seats(store, session, 3)
    open_stage(store, session, exercise(RINGS), "sort")
    for seq, card in enumerate(CARDS, 1):
        put(store, session, people[0], seq, item=card)
    for seq, card in enumerate(CARDS[1:], 1):
        put(store, session, people[1], seq, item=card)
    attendance = Attendance.read(store, Position.read(store, session))
    assert (len(attendance.people), attendance.finished) == (3, 1)
    assert people[1].pseudonym == "P2"
    assert [len(attendance.seat(person).answers) for person in people] == [len(CARDS), len(CARDS) - 1, 0]
    assert sorted(attendance.room.responses["participant"].unique()) == ["P1", "P2"]
    open_stage(store, session, exercise(RINGS), "brief")
    assert Attendance.read(store, Position.read(store, session)).finished is None


def test_a_stage_that_is_not_there_is_answered_with_those_that_are(store: Store, session: Session) -> None:
    with pytest.raises(SessionError) as fault:
        open_stage(store, session, exercise(RINGS), "srot")
    assert str(fault.value) == (
        "“cx-vs-service” has no stage “srot”. "
        "Use one of: brief, sort, reveal, discuss, sort-again, answers, own, ours, debrief."
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


# beats


@pytest.fixture
def revealed(store: Store, session: Session) -> tuple[Session, list[Participant]]:
    """Three people have placed two cards, and the room looks at it."""
    people = seats(store, session, 3)
    open_stage(store, session, exercise(RINGS), "sort")
    for number, seat in enumerate(people):
        put(store, session, seat, 1, item=CARDS[0], value="success" if number else "service")
        put(store, session, seat, 2, item=CARDS[1], value="service")
    open_stage(store, session, exercise(RINGS), "reveal")
    return session, people


def test_a_beat_is_kept_and_leaves_the_view_in_which_people_write(
    store: Store, revealed: tuple[Session, list[Participant]], tmp_path: Path
) -> None:
    session, _people = revealed
    whole = Position.read(store, session)
    assert Attendance.read(store, whole).room.beat == ""
    show_beat(store, session, f"card-{CARDS[1]}")
    beat = Position.read(store, session)
    assert beat.view_id == whole.view_id
    assert Attendance.read(store, beat).room.beat == f"card-{CARDS[1]}"
    (row,) = [change for change in store.stage_changes(session.id) if change.beat]
    assert (row.stage, row.beat) == ("reveal", f"card-{CARDS[1]}")
    with a_store(tmp_path) as another:  # a second process, or this one after a restart
        assert Position.read(another, session).beat == f"card-{CARDS[1]}"
    show_beat(store, session, "")
    assert Position.read(store, session).beat == ""


def test_a_beat_is_refused_with_those_that_are_known(
    store: Store, revealed: tuple[Session, list[Participant]]
) -> None:
    session, _people = revealed
    with pytest.raises(SessionError) as refused:
        show_beat(store, session, "no-such")
    known = f"hold, card-{CARDS[0]}, card-{CARDS[1]}, overview"
    assert str(refused.value) == f"“no-such” is no step of what is shown now. There is: {known}."
    assert Position.read(store, session).change.beat == ""  # type: ignore[union-attr]


def test_a_stage_that_shows_nothing_has_no_beats(store: Store, session: Session) -> None:
    for begin in (lambda: None, lambda: open_stage(store, session, exercise(RINGS), "sort")):
        begin()
        with pytest.raises(SessionError, match="is no step of what is shown now"):
            show_beat(store, session, "overview")


def test_the_next_stage_begins_with_everything(
    store: Store, revealed: tuple[Session, list[Participant]]
) -> None:
    session, _people = revealed
    show_beat(store, session, f"card-{CARDS[0]}")
    open_stage(store, session, exercise(RINGS), "discuss")
    assert Attendance.read(store, Position.read(store, session)).room.beat == ""
