"""The store on real databases: sessions, seats, stages, and that nothing acknowledged is lost."""

import sqlite3
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import databases
import pandas as pd
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import KINDS, WAIT_SECONDS, a_deck, fresh_url, run_python
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select, text

from kit.errors import ResponseError, SessionError, StoreError
from kit.kinds.sort.content import Deck
from kit.session import CODE_LETTERS, Change, Names, Participant, Session
from kit.store.archive import dump
from kit.store.database import hide_password
from kit.store.migrate import HEAD, MIGRATIONS
from kit.store.schema import UtcTime, history, metadata, participants, responses
from kit.store.store import Store

DECK = a_deck()


url = pytest.fixture(databases.url, params=KINDS)
store = pytest.fixture(databases.store)


@pytest.fixture
def session(store: Store) -> Session:
    return store.create_session("A Tuesday", Names.OPTIONAL)


@pytest.fixture
def seat(store: Store, session: Session) -> Participant:
    return store.join(session.id, "Ada")[0]


def a_change(seat: Participant, seq: int, value: str = "service", item: str = "greeted", **more) -> Change:
    return Change(seat.session_id, seat.id, DECK.id, more.pop("round", 1), item, value, seq, **more)


def outcome(future: "Future[None]") -> BaseException | None:
    return future.exception(timeout=WAIT_SECONDS)


def rows_of_history(store: Store, seat: Participant) -> list[tuple[int, str, int, str]]:
    columns = (history.c.round, history.c.item, history.c.seq, history.c.value)
    with store.database.reading() as connection:
        rows = connection.execute(
            select(*columns).where(history.c.participant_id == seat.id).order_by(history.c.id)
        )
        return [tuple(row) for row in rows]


# sessions


def test_a_session_gets_a_code_and_is_found_by_it_as_typed(store):
    session = store.create_session("  A \n Tuesday ", Names.REQUIRED)
    assert len(session.code) == 6 and set(session.code) <= set(CODE_LETTERS)
    assert (session.title, session.names, session.closed_at) == ("A Tuesday", Names.REQUIRED, None)
    assert store.create_session("\x1b]0;owned\x07 nul\0 \ud800", Names.OFF).title == "]0;owned nul"
    assert abs(datetime.now(UTC) - session.created_at) < timedelta(minutes=1)
    assert session.created_at.tzinfo is UTC
    assert store.session(f" {session.code[:3].lower()}-{session.code[3:]}") == session
    assert store.session_by_id(session.id) == session


@pytest.mark.parametrize("title", ["", " \n", "x" * 201, "\0", "\ud800", "\u200b"])
def test_a_title_that_is_no_title_is_refused(store, title):
    with pytest.raises(SessionError, match=r"can't be a title. Use 1 to 200 characters"):
        store.create_session(title, Names.OFF)
    assert store.sessions() == []


def test_an_unknown_code_or_session_is_named(store):
    with pytest.raises(SessionError, match="no session with the code “CCCCCC”"):
        store.session("cccccc")
    with pytest.raises(SessionError, match="no session number 77"):
        store.session_by_id(77)
    with pytest.raises(SessionError, match="no session number 77"):
        store.revision(77)


def test_sessions_come_newest_first_without_practice_and_closed_ones_on_request(store):
    first, second = (store.create_session(title, Names.OFF) for title in ("first", "second"))
    store.practice("a learner's key")
    assert store.sessions() == [second, first]
    store.close_session(second.id)
    assert store.sessions(open_only=True) == [first]
    assert [session.title for session in store.sessions()] == ["second", "first"]


def test_closing_a_session_again_keeps_the_first_time(store, session):
    store.close_session(session.id)
    closed = store.session(session.code)
    store.close_session(session.id)
    assert closed.closed_at is not None
    assert store.session(session.code) == closed


def test_a_code_that_is_taken_is_drawn_again(store, session, monkeypatch):
    draws = iter([session.code, session.code, "CDFGHJ"])
    monkeypatch.setattr("kit.store.sessions.new_code", lambda: next(draws))
    assert store.create_session("another", Names.OFF).code == "CDFGHJ"


def test_a_practice_session_belongs_to_its_key(store):
    session, seat = store.practice("key of one")
    assert (session.code, seat.session_id, seat.pseudonym) == (None, session.id, "P1")
    assert store.practice("key of one") == (session, seat)
    assert store.practice("key of another")[0].id != session.id
    with pytest.raises(SessionError, match="learner's key is “”"):
        store.practice("")


def test_practice_from_many_threads_is_one_session(store):
    with ThreadPoolExecutor(8) as pool:
        assert len({seat.id for _session, seat in pool.map(store.practice, ["same key"] * 24)}) == 1


# seats


def test_joining_gives_a_pseudonym_and_a_secret_that_opens_only_this_seat(store, session):
    ada, secret = store.join(session.id, "  Ada\tL. ")
    bob, _secret = store.join(session.id, "")
    assert (ada.pseudonym, ada.name, bob.pseudonym, bob.name) == ("P1", "Ada L.", "P2", "")
    assert store.seat(session.id, secret) == ada
    assert store.seat(session.id, secret + "x") is None
    assert store.seat(session.id, "half \ud800") is None
    assert store.seat(store.create_session("other", Names.OFF).id, secret) is None
    assert store.participants(session.id) == [ada, bob]


def test_no_secret_is_in_the_database(url, store, session):
    seat, secret = store.join(session.id, "Ada")
    token = store.return_token(seat.id)
    store.practice("the learner's own key")
    with store.database.reading() as connection:
        kept = repr([connection.execute(table.select()).all() for table in metadata.sorted_tables])
    assert "Ada" in kept
    assert not any(word in kept for word in (secret, token, "the learner's own key"))


def test_a_session_applies_its_rule_for_names(store):
    quiet, strict = (store.create_session("s", names) for names in (Names.OFF, Names.REQUIRED))
    assert store.join(quiet.id, "Ada")[0].name == ""
    with pytest.raises(SessionError, match="type a name"):
        store.join(strict.id, " \u200b ")
    assert store.participants(strict.id) == []


def test_a_closed_full_or_unknown_session_takes_nobody(store, session):
    store.join(session.id, "Ada", limit=1)
    with pytest.raises(SessionError, match="all 1 seats are taken"):
        store.join(session.id, "Bob", limit=1)
    store.close_session(session.id)
    with pytest.raises(SessionError, match="“A Tuesday” is over"):
        store.join(session.id, "Cleo")
    with pytest.raises(SessionError, match="no session number 99"):
        store.join(99, "Dan")
    assert [person.name for person in store.participants(session.id)] == ["Ada"]


def test_who_join_at_once_get_numbers_without_gaps_up_to_the_limit(store, session):
    together = threading.Barrier(8)

    def join(number: int) -> str | None:
        if number < 8:
            together.wait(WAIT_SECONDS)
        try:
            return store.join(session.id, f"n{number}", limit=50)[0].pseudonym
        except SessionError:
            return None

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(join, range(60)))
    assert sorted(name for name in got if name) == sorted(f"P{number}" for number in range(1, 51))
    assert got.count(None) == 10


def test_a_return_token_moves_the_seat_once_and_locks_the_old_device_out(store, session):
    seat, old_secret = store.join(session.id, "Ada")
    void, token = store.return_token(seat.id), store.return_token(seat.id)
    assert store.move_seat(session.id, void) is None
    assert store.move_seat(session.id + 1, token) is None
    moved, new_secret = store.move_seat(session.id, token)
    assert moved == seat
    assert store.seat(session.id, new_secret) == seat
    assert store.seat(session.id, old_secret) is None
    assert store.move_seat(session.id, token) is None
    with pytest.raises(SessionError, match="no participant 99"):
        store.return_token(99)


def test_a_token_used_by_two_at_once_moves_the_seat_for_one(store, session, seat):
    token = store.return_token(seat.id)
    with ThreadPoolExecutor(4) as pool:
        moves = list(pool.map(lambda _number: store.move_seat(session.id, token), range(8)))
    assert sum(move is not None for move in moves) == 1


# the course


def test_stages_open_extend_and_keep_their_params(store, session):
    assert store.stage_now(session.id) is None
    params = {"items": ["greeted", "übergeben"], "n": 1}
    brief = store.open_stage(session.id, DECK, "brief", {}, 5)
    again = store.open_stage(session.id, DECK, "sort-again", params, 0)
    assert store.stage_now(session.id) == again
    assert (again.exercise, again.stage, again.params, again.minutes) == (DECK.id, "sort-again", params, 0)
    longer = store.extend_stage(brief.id, 3)
    assert longer.minutes == 8 and longer.ends_at == brief.opened_at + timedelta(minutes=8)
    assert store.extend_stage(brief.id, -8).ends_at is None
    assert [change.stage for change in store.stage_changes(session.id)] == ["brief", "sort-again"]


def test_the_beat_of_a_stage_is_opened_with_and_moves_on(url, store, session):
    before = store.open_stage(session.id, DECK, "brief", {}, 5)
    reveal = store.open_stage(session.id, DECK, "reveal", {"n": 1}, 0, beat="overview")
    assert (before.beat, reveal.beat, store.stage_now(session.id)) == ("", "overview", reveal)
    shown = store.show_beat(reveal.id, "card/greeted")
    assert shown == replace(reveal, beat="card/greeted")
    with Store.open(url) as elsewhere:
        assert elsewhere.stage_changes(session.id) == [before, shown]
    assert store.extend_stage(reveal.id, 2).beat == "card/greeted"
    assert store.show_beat(reveal.id, "").beat == ""


def test_a_blank_screen_is_known_everywhere_until_the_room_moves_on(url, store, session):
    store.blank(session.id, True)
    with Store.open(url) as elsewhere:
        assert elsewhere.session(session.code).blank
    stage = store.open_stage(session.id, DECK, "reveal", {}, 5)
    assert not store.session_by_id(session.id).blank
    for move in (lambda: store.show_beat(stage.id, "overview"), lambda: store.blank(session.id, False)):
        store.blank(session.id, True)
        store.extend_stage(stage.id, 2)
        assert store.session_by_id(session.id).blank
        move()
        assert not store.session_by_id(session.id).blank
    store.blank(session.id, True)
    store.close_session(session.id)
    assert not store.session_by_id(session.id).blank, "else nobody would see the last words"


def test_a_beat_that_can_t_be_shown_changes_nothing(store, session):
    stage = store.open_stage(session.id, DECK, "reveal", {}, 5, beat="overview")
    before = store.revision(session.id)
    with pytest.raises(SessionError, match="no stage change 99"):
        store.show_beat(99, "overview")
    for bad in ("x" * 201, "nul\0", "half \ud800"):
        with pytest.raises(
            SessionError, match=r"can't be shown. Use the id of a beat, at most 200 characters"
        ):
            store.show_beat(stage.id, bad)
        with pytest.raises(SessionError, match="can't be shown"):
            store.open_stage(session.id, DECK, "reveal", {}, 5, beat=bad)
    assert store.stage_changes(session.id) == [stage]
    assert store.revision(session.id) == before


def test_minutes_out_of_bounds_change_nothing(store, session):
    stage = store.open_stage(session.id, DECK, "brief", {}, 5)
    with pytest.raises(SessionError, match=r"-1 minutes can't be announced. Use 0 \(no limit\) to 1440"):
        store.open_stage(session.id, DECK, "sort", {}, -1)
    with pytest.raises(SessionError, match="-1 minutes"):
        store.extend_stage(stage.id, -6)
    with pytest.raises(SessionError, match="no stage change 99"):
        store.extend_stage(99, 1)
    assert store.stage_changes(session.id) == [stage]


def test_a_moved_seat_voids_the_secret_before(store, session):
    (seat, old), (_other, theirs) = store.join(session.id, ""), store.join(session.id, "")
    assert set(store.seats(session.id, [old, theirs, "guessed"])) == {old, theirs}
    _moved, new = store.move_seat(session.id, store.return_token(seat.id))
    assert set(store.seats(session.id, [old, theirs, new])) == {theirs, new}
    assert store.seats(session.id + 1, [new]) == {}


def test_a_closed_session_opens_no_stage(store, session):
    store.close_session(session.id)
    with pytest.raises(SessionError, match="is over"):
        store.open_stage(session.id, DECK, "brief", {}, 5)
    assert store.exercises_used(session.id) == []


def test_a_session_keeps_the_exercise_as_it_was_when_it_began(store, session):
    store.open_stage(session.id, DECK, "brief", {}, 5)
    store.open_stage(session.id, a_deck(title="Edited meanwhile"), "sort", {}, 5)
    store.open_stage(session.id, a_deck("another", "Another"), "brief", {}, 5)
    assert Deck.model_validate(store.exercises_used(session.id)[0]) == DECK
    assert [content["title"] for content in store.exercises_used(session.id)] == ["CX vs service", "Another"]


def test_notes_are_kept_in_order(store, session):
    first = store.add_note(session.id, DECK.id, "P3 said: “zażółć”\n=1+1")
    second = store.add_note(session.id, DECK.id, "second")
    assert store.notes(session.id) == [first, second]
    assert first.text == "P3 said: “zażółć”\n=1+1"
    for bad in ("", " ", "x" * 10_001, "\0"):
        with pytest.raises(SessionError, match="can't be kept"):
            store.add_note(session.id, DECK.id, bad)


def test_a_revision_tells_what_sort_of_thing_changed(store, session, seat):
    other = store.create_session("other", Names.OFF)
    calm = store.revision(other.id)
    stage = store.open_stage(session.id, DECK, "sort", {}, 5)
    steps = [
        ("stage", lambda: store.open_stage(session.id, DECK, "sort", {}, 5)),
        ("stage", lambda: store.extend_stage(stage.id, 5)),
        ("stage", lambda: store.show_beat(stage.id, "overview")),
        ("stage", lambda: store.blank(session.id, True)),
        ("people", lambda: store.join(session.id, "Bob")),
        ("people", lambda: store.move_seat(session.id, store.return_token(seat.id))),
        ("responses", lambda: store.save(a_change(seat, 1)).result(WAIT_SECONDS)),
        ("notes", lambda: store.add_note(session.id, DECK.id, "hm")),
        ("stage", lambda: store.close_session(session.id)),
    ]
    for field, act in steps:
        before = store.revision(session.id)
        act()
        after = store.revision(session.id)
        assert {name for name in before._fields if getattr(before, name) != getattr(after, name)} == {field}
    assert store.revision(other.id) == calm


# responses


def test_a_saved_change_is_everywhere_where_answers_are_read(store, session, seat):
    bob = store.join(session.id, "Bob")[0]
    at = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    changes = [
        a_change(bob, 4, "service", "billed", round=2, late=True),
        a_change(seat, 1, "service", at=at),
        a_change(seat, 2, "experience"),
        a_change(bob, 3, "=1+1;“ö”", "asked"),
    ]
    for change in changes:
        assert outcome(store.save(change)) is None
    assert store.answers(seat.id, DECK.id) == {(1, "greeted"): "experience"}
    bobs = {(1, "asked"): "=1+1;“ö”", (2, "billed"): "service"}
    assert store.all_answers(session.id, DECK.id) == {seat.id: {(1, "greeted"): "experience"}, bob.id: bobs}
    assert (store.last_seq(seat.id), store.last_seq(bob.id), store.last_seq(999)) == (2, 4, 0)
    with store.database.reading() as connection:
        assert connection.scalar(select(history.c.at).where(history.c.seq == 1)) == at


def test_items_stand_in_one_order_whatever_language_the_database_speaks(store, session, seat):
    items = ["B", "a b", "a-c", "a:b", "ab", "b", "ä"]
    for number, item in enumerate(reversed(items), start=1):
        store.save(a_change(seat, number, item=item)).result()
    assert list(store.responses(session.id, DECK.id)["item"]) == items
    assert [each["item"] for each in dump(store, session.id)["responses"]] == items


def test_the_frame_of_responses_is_sorted_and_typed_even_when_empty(store, session):
    seats = [store.join(session.id, "")[0] for _number in range(11)]
    types = ["round int64", "at datetime64[us, UTC]", "late bool"]
    empty = store.responses(session.id, DECK.id)
    futures = [
        store.save(a_change(seat, number, item=item, round=round, late=round == 2))
        for seat in reversed(seats)
        for number, (round, item) in enumerate([(2, "a"), (1, "b"), (1, "a")], start=1)
    ]
    assert [outcome(future) for future in futures] == [None] * 33
    frame = store.responses(session.id, DECK.id)
    for each in (empty, frame):
        assert list(each.columns) == ["participant", "round", "item", "value", "at", "late"]
        assert [f"{name} {each[name].dtype}" for name in ("round", "at", "late")] == types
        assert pd.api.types.is_string_dtype(each["item"])
    assert len(empty) == 0 and list(frame.index) == list(range(33))
    assert list(frame["participant"].unique()) == [f"P{number}" for number in range(1, 12)]
    assert list(frame[["round", "item"]].itertuples(index=False, name=None))[:3] == [
        (1, "a"),
        (1, "b"),
        (2, "a"),
    ]
    assert frame.loc[frame["late"], "round"].eq(2).all() and frame["late"].sum() == 11


def test_replayed_and_overtaken_changes_are_acknowledged_and_change_nothing(store, seat):
    for seq, value in [(5, "service"), (3, "experience"), (5, "service"), (3, "experience")]:
        assert outcome(store.save(a_change(seat, seq, value))) is None
    assert store.answers(seat.id, DECK.id) == {(1, "greeted"): "service"}
    assert rows_of_history(store, seat) == [(1, "greeted", 5, "service"), (1, "greeted", 3, "experience")]


def test_a_number_used_for_another_value_is_not_acknowledged(store, seat):
    assert outcome(store.save(a_change(seat, 5, "service"))) is None
    refused = outcome(store.save(a_change(seat, 5, "experience")))
    assert isinstance(refused, ResponseError)
    assert "Number 5 was used for another value of item “greeted”" in str(refused)
    assert store.answers(seat.id, DECK.id) == {(1, "greeted"): "service"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"item": ""}, "“item” is “”. Use 1 to 200 characters"),
        ({"item": "i" * 201}, "“item” is “i{40}”. Use 1 to 200 characters"),
        ({"value": "v" * 10_001}, "“value” is “v{40}”. Use 0 to 10000"),
        ({"value": "a\0b"}, r"“value” is “a\\x00b”"),
        ({"value": "\ud800"}, r"“value” is “\\ud800”"),
        ({"round": -1}, "number 1 in round -1, which is out of bounds"),
        ({"seq": 2**53}, "number 9007199254740992 in round 1"),
    ],
)
def test_what_no_database_should_be_given_is_refused(store, seat, given, words):
    future = store.save(a_change(seat, **{"seq": 1, **given}))
    with pytest.raises(ResponseError, match=words):
        future.result(WAIT_SECONDS)


def test_a_stranger_s_change_fails_alone_among_many(url, store, session, seat):
    elsewhere = store.create_session("elsewhere", Names.OFF)
    stranger = Change(elsewhere.id, seat.id, DECK.id, 1, "greeted", "service", 1)
    nobody = Change(session.id, 999, DECK.id, 1, "greeted", "service", 1)
    with store.database.transaction():  # on SQLite, what is saved now waits and shares a batch
        first = store.save(a_change(seat, 1))
        good = [store.save(a_change(seat, seq, item=f"i{seq}")) for seq in range(2, 40)]
        bad = [store.save(change) for change in (stranger, nobody)]
        more = [store.save(a_change(seat, seq, item=f"i{seq}")) for seq in range(40, 60)]
    assert [outcome(future) for future in (first, *good, *more)] == [None] * 59
    assert isinstance(outcome(bad[0]), ResponseError)  # the number is used: by the same person, elsewhere
    assert isinstance(outcome(bad[1]), StoreError)
    assert "item “greeted” of participant 999 isn't saved" in str(outcome(bad[1]))
    assert len(store.answers(seat.id, DECK.id)) == 59
    assert store.all_answers(elsewhere.id, DECK.id) == {}


def test_many_changes_share_one_commit(store, session, seat):
    before = store.revision(session.id).responses
    futures = [store.save(a_change(seat, seq, item=f"i{seq}")) for seq in range(1, 301)]
    assert [outcome(future) for future in futures] == [None] * 300
    assert store.revision(session.id).responses - before < 60


def test_a_future_can_t_be_cancelled(store, seat):
    future = store.save(a_change(seat, 1))
    assert not future.cancel()
    assert outcome(future) is None


def test_closing_writes_what_is_queued_and_refuses_the_rest(url):
    with Store.open(url) as store:
        seat = store.join(store.create_session("s", Names.OFF).id, "")[0]
        futures = [store.save(a_change(seat, seq, item=f"i{seq}")) for seq in range(1, 101)]
    assert all(future.done() and future.exception() is None for future in futures)
    assert isinstance(outcome(store.save(a_change(seat, 200))), StoreError)
    store.close()
    with Store.open(url) as store:
        assert len(store.answers(seat.id, DECK.id)) == 100


ROUNDS = st.integers(1, 2)
CHANGES = st.tuples(ROUNDS, st.sampled_from("abc"), st.integers(1, 5), st.sampled_from(["x", "y"]))


@pytest.mark.parametrize("kind", KINDS)
def test_any_order_and_repetition_ends_in_the_highest_number(kind, tmp_path):
    with fresh_url(kind, tmp_path) as url, Store.open(url) as store:
        session = store.create_session("s", Names.OFF)

        @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
        @given(st.lists(st.lists(CHANGES, max_size=8), max_size=6))
        def check(batches: list[list[tuple[int, str, int, str]]]) -> None:
            seat = store.join(session.id, "", limit=10_000)[0]
            first: dict[tuple[int, str, int], str] = {}
            for batch in batches:
                futures = [
                    store.save(a_change(seat, seq, value, item, round=round))
                    for round, item, seq, value in batch
                ]
                for (*key, value), future in zip(batch, futures, strict=True):
                    accepted = first.setdefault(tuple(key), value) == value
                    assert (outcome(future) is None) == accepted
            current = {
                (round, item): value
                for (round, item, _seq), value in sorted(first.items(), key=lambda kv: kv[0])
            }
            assert store.answers(seat.id, DECK.id) == current
            assert store.last_seq(seat.id) == max((seq for _round, _item, seq in first), default=0)
            assert sorted(rows_of_history(store, seat)) == sorted(
                (*key, value) for key, value in first.items()
            )

        check()


SAID = st.lists(st.lists(st.tuples(st.sampled_from("xy"), st.booleans()), max_size=4), max_size=5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_value_again_changes_neither_time_nor_mark(kind, tmp_path):
    with fresh_url(kind, tmp_path) as url, Store.open(url) as store:
        session = store.create_session("s", Names.OFF)

        @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
        @given(SAID)
        def check(batches: list[list[tuple[str, bool]]]) -> None:
            seat = store.join(session.id, "", limit=10_000)[0]
            said = [saying for batch in batches for saying in batch]
            times = iter([datetime(2031, 6, 30, 9, 0, second, tzinfo=UTC) for second in range(len(said))])
            seqs, expected = iter(range(1, 100)), None
            for batch in batches:
                changes = [
                    a_change(seat, next(seqs), value, late=late, at=next(times)) for value, late in batch
                ]
                for future in [store.save(change) for change in changes]:
                    assert outcome(future) is None
                for change in changes:
                    if expected is None or expected[0] != change.value:
                        expected = change.value, change.late, change.at
            rows = store.responses(session.id, DECK.id)
            mine = rows[rows["participant"] == seat.pseudonym]
            held = list(mine[["value", "late", "at"]].itertuples(index=False, name=None))
            assert held == ([expected] if expected else [])
            assert store.last_seq(seat.id) == len(said)

        check()


# processes, crashes, busy databases

SAVE_FOR_EVER = """
import sys, threading
from kit.session import Change
from kit.store.store import Store

url, session_id, participant_id = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = Store.open(url)
free = threading.Semaphore(25)
seq = store.last_seq(participant_id)
while True:
    free.acquire()
    seq += 1
    def acknowledge(future, seq=seq):
        future.result()
        print(seq, flush=True)
        free.release()
    change = Change(session_id, participant_id, "cx-vs-service", 1, f"i{seq % 14}", str(seq), seq)
    store.save(change).add_done_callback(acknowledge)
"""


@pytest.mark.parametrize("acknowledged_first", [1, 60, 333])
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(url, acknowledged_first):
    with Store.open(url) as store:
        session = store.create_session("s", Names.OFF)
        seat = store.join(session.id, "")[0]
    with run_python(SAVE_FOR_EVER, url, session.id, seat.id) as process:
        acknowledged = [int(process.stdout.readline()) for _number in range(acknowledged_first)]
        process.kill()
        # The last line may have been cut off by the kill; it was then not acknowledged to anybody.
        rest = process.stdout.read().split("\n")[:-1]
    acknowledged += [int(line) for line in rest]
    with Store.open(url) as store:
        kept = {seq for _round, _item, seq, _value in rows_of_history(store, seat)}
        assert set(acknowledged) <= kept
        newest = {f"i{seq % 14}": seq for seq in sorted(kept)}
        assert store.answers(seat.id, DECK.id) == {(1, item): str(seq) for item, seq in newest.items()}


SAVE_SOME = """
import sys
from kit.session import Change
from kit.store.store import Store

url, session_id, participant_id, start = sys.argv[1], *map(int, sys.argv[2:])
with Store.open(url) as store:
    print("ready", flush=True)
    seats = [store.join(session_id, "")[0].pseudonym for number in range(15)]
    futures = [
        store.save(Change(session_id, participant_id, "cx-vs-service", 1, f"i{seq % 30}", str(seq), seq))
        for seq in range(start, 400, 2)
    ]
    for future in futures:
        future.result(30)
    print(*seats, flush=True)
"""


def test_two_processes_write_the_same_rows_at_once(store, url, session, seat):
    with (
        run_python(SAVE_SOME, url, session.id, seat.id, 1) as odd,
        run_python(SAVE_SOME, url, session.id, seat.id, 2) as even,
    ):
        said = [process.communicate(timeout=WAIT_SECONDS)[0].split() for process in (odd, even)]
    assert (odd.returncode, even.returncode) == (0, 0)
    assert sorted(said[0][1:] + said[1][1:]) == sorted(f"P{number}" for number in range(2, 32))
    assert store.answers(seat.id, DECK.id) == {(1, f"i{seq % 30}"): str(seq) for seq in range(370, 400)}
    assert len(rows_of_history(store, seat)) == 399


def test_several_processes_open_a_new_database_at_once(url):
    program = "import sys; from kit.store.store import Store; Store.open(sys.argv[1]).close()"
    processes = [run_python(program, url) for _number in range(3)]
    for process in processes:
        with process:
            process.communicate(timeout=WAIT_SECONDS)
        assert process.returncode == 0


def test_a_busy_database_is_waited_for_and_then_reported(tmp_path):
    file = tmp_path / "busy.db"
    with Store.open(f"sqlite:///{file}", patience_seconds=0.2) as store:
        seat = store.join(store.create_session("s", Names.OFF).id, "")[0]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            futures = [store.save(a_change(seat, seq)) for seq in (1, 2)]
            for future in futures:
                with pytest.raises(StoreError, match=r"busy\.db: item “greeted” .* database is locked"):
                    future.result(WAIT_SECONDS)
            with pytest.raises(StoreError, match=r"busy\.db: can't be written: database is locked"):
                store.join(seat.session_id, "")
            other.execute("ROLLBACK")
        assert outcome(store.save(a_change(seat, 1))) is None


def test_a_database_that_is_busy_for_a_while_delays_the_acknowledgement(tmp_path):
    file = tmp_path / "busy.db"
    with Store.open(f"sqlite:///{file}") as store:
        seat = store.join(store.create_session("s", Names.OFF).id, "")[0]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            future = store.save(a_change(seat, 1))
            with pytest.raises(TimeoutError):
                future.result(0.1)
            other.execute("ROLLBACK")
        assert outcome(future) is None


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s.db") as store, store.database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]


# opening, migrating, refusing


def test_the_migrations_make_the_schema(store):
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_go_down_and_up_again(store, session):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.database.transaction() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
        assert {*metadata.tables, "alembic_version"} == set(inspect(connection).get_table_names())
    assert store.sessions() == []


def test_opening_again_keeps_everything(url):
    with Store.open(url) as store:
        session = store.create_session("s", Names.OFF)
    for _time in range(2):
        with Store.open(url) as store:
            assert store.sessions() == [session]


def test_a_newer_schema_is_refused(url):
    with Store.open(url) as store, store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(
        StoreError, match=r"newer version of the kit .its schema is “0999”, ours “0001”.*Update"
    ):
        Store.open(url)


def test_another_program_s_tables_are_refused_and_left_alone(tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE notes (n)")
    with pytest.raises(StoreError, match="table “notes” of another program"):
        Store.open(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "letter.db").write_text("Dear reader, " * 100)
    with pytest.raises(StoreError, match=r"letter\.db: can't be opened: file is not a database. Check"):
        Store.open(f"sqlite:///{tmp_path / 'letter.db'}", patience_seconds=0.1)
    with pytest.raises(StoreError, match="can't be opened: unable to open database file"):
        Store.open(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match=r"can't be opened: .*(Not a directory|File exists)"):
        Store.open(f"sqlite:///{tmp_path / 'letter.db' / 'x.db'}")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("workshop.db", "“workshop.db” isn't a database address. Use sqlite:///folder/file.db"),
        ("", "“” isn't a database address"),
        (
            "postgresql://me:secret@host:port/x",
            r"“postgresql://me:\*\*\*@host:port/x” isn't a database address",
        ),
        ("mysql://me:secret@host/x", r"“mysql://me:\*\*\*@host/x” isn't a database address. Use sqlite"),
        ("sqlite://", "“sqlite://” names no file"),
        ("sqlite:///:memory:", r"names no file"),
    ],
)
def test_an_address_that_can_t_be_one_is_quoted(url, words):
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:se/c@r:et@host/x", "postgresql://me:***@host/x"),
        ("postgresql://host/x?user=me&Password=secret&a=b", "postgresql://host/x?user=me&Password=***&a=b"),
        ("sqlite:///a@b.db", "sqlite:///a@b.db"),
    ],
)
def test_passwords_are_never_shown(url, shown):
    assert hide_password(url) == shown


def test_a_server_that_isn_t_there_is_reported_without_the_password():
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://me:hunter2@127.0.0.1:1/x", patience_seconds=0.1)
    assert "postgresql://me:***@127.0.0.1:1/x: can't be opened" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_time_without_a_zone_is_refused(store, seat):
    dialect = store.database.engine.dialect
    with pytest.raises(ValueError, match=r"2026-01-01 00:00:00 has no time zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), dialect)
    failed = outcome(store.save(a_change(seat, 1, at=datetime(2026, 1, 1))))
    assert isinstance(failed, StoreError)


def test_rows_of_a_session_are_found_by_an_index(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s.db") as store, store.database.reading() as connection:
        for query in (
            select(responses).where(responses.c.session_id == 1, responses.c.exercise == "x"),
            select(func.max(responses.c.seq)).where(responses.c.participant_id == 1),
            select(history).where(history.c.session_id == 1),
            select(participants).where(participants.c.secret_hash == "x", participants.c.session_id == 1),
        ):
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query.compile(compile_kwargs={'literal_binds': True})}"
            )
            assert "USING" in str(plan.all()), str(query)


def test_the_latest_decision_of_an_item_counts(store, session):
    store.open_stage(session.id, DECK, "brief", {}, 0)
    before = store.revision(session.id)
    store.decide(session.id, DECK.id, "hide/P1", "yes")
    store.decide(session.id, DECK.id, "hide/P2", "yes")
    store.decide(session.id, DECK.id, "hide/P1", "no")
    assert store.decisions(session.id, DECK.id) == {"hide/P1": "no", "hide/P2": "yes"}
    assert store.revision(session.id).stage != before.stage


def test_a_decision_needs_an_exercise_that_has_begun_and_text_that_fits(store, session):
    with pytest.raises(SessionError, match="hasn't begun"):
        store.decide(session.id, "never-opened", "hide/P1", "yes")
    store.open_stage(session.id, DECK, "brief", {}, 0)
    for item, value in [("", "yes"), ("x" * 201, "yes"), ("hide", "x" * 10_001), ("hide", "\0")]:
        with pytest.raises(SessionError, match="can't be kept"):
            store.decide(session.id, DECK.id, item, value)
    assert store.decisions(session.id, DECK.id) == {}
