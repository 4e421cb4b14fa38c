"""The change feed: what another thread, connection or process writes wakes whoever watches."""

import os
import threading
from collections.abc import Iterator

import databases
import pytest
from databases import KINDS, WAIT_SECONDS, a_deck, fresh_url, run_python
from sqlalchemy import text

from kit.session import Change, Names
from kit.store.feed import watch
from kit.store.store import Store


class Calls:
    """A callback that can be waited for."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.number += 1
            self._changed.notify_all()

    def wait_until(self, claim) -> bool:
        """Whether the claim, asked again after each call, comes true."""
        with self._changed:
            return self._changed.wait_for(claim, WAIT_SECONDS)


url = pytest.fixture(databases.url, params=KINDS)
store = pytest.fixture(databases.store)


@pytest.fixture
def calls(store: Store) -> Iterator[Calls]:
    calls = Calls()
    stop = watch(store, calls)
    yield calls
    stop()


def test_every_sort_of_change_wakes(store, calls):
    session = store.create_session("s", Names.OFF)
    seat = store.join(session.id, "")[0]
    change = Change(session.id, seat.id, "cx-vs-service", 1, "greeted", "service", 1)
    acts = [
        lambda: store.open_stage(session.id, a_deck(), "sort", {}, 5),
        lambda: store.show_beat(store.stage_now(session.id).id, "overview"),
        lambda: store.join(session.id, ""),
        lambda: store.save(change).result(WAIT_SECONDS),
        lambda: store.add_note(session.id, "cx-vs-service", "hm"),
        lambda: store.close_session(session.id),
    ]
    seen = [store.revision(session.id)]
    for act in acts:
        act()
        assert store.revision(session.id) != seen[-1]
        seen.append(store.revision(session.id))
        before = calls.number
        # A call that was on its way may come first; a further write brings a further call.
        store.create_session("another", Names.OFF)
        assert calls.wait_until(lambda before=before: calls.number > before)


def test_what_another_process_writes_wakes(store, url, calls):
    program = """
import sys
from kit.session import Names
from kit.store.store import Store
with Store.open(sys.argv[1]) as store:
    print(store.create_session("from afar", Names.OFF).code)
"""
    with run_python(program, url) as process:
        assert calls.wait_until(lambda: [session.title for session in store.sessions()] == ["from afar"])
        assert process.communicate(timeout=WAIT_SECONDS)[0].strip() == store.sessions()[0].code


def test_a_burst_of_changes_ends_with_a_call_that_sees_the_last(store):
    session = store.create_session("s", Names.OFF)
    seat = store.join(session.id, "")[0]
    seen_last = threading.Event()
    running = threading.Lock()

    def look() -> None:
        assert running.acquire(blocking=False), "two calls at a time"
        if store.last_seq(seat.id) == 200:
            seen_last.set()
        running.release()

    stop = watch(store, look)
    for seq in range(1, 201):
        store.save(Change(session.id, seat.id, "cx-vs-service", 1, f"i{seq}", "service", seq))
    assert seen_last.wait(WAIT_SECONDS)
    stop()


def test_nothing_is_called_after_stopping(store):
    calls, still = Calls(), Calls()
    before = set(threading.enumerate())
    stop = watch(store, calls)
    stop()
    stop_other = watch(store, still)
    store.create_session("s", Names.OFF)
    assert still.wait_until(lambda: still.number > 0)
    assert calls.number == 0
    stop_other()
    stop()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "store-feed"]


def test_a_watcher_may_stop_itself(store):
    done = threading.Event()

    def once() -> None:
        stop()
        done.set()

    stop = watch(store, once)
    store.create_session("s", Names.OFF)
    assert done.wait(WAIT_SECONDS)
    stop()


def test_a_watcher_that_fails_is_called_again(store, caplog):
    calls = Calls()

    def fail() -> None:
        calls()
        raise RuntimeError("no such island")

    stop = watch(store, fail)
    for number in (1, 2):
        store.create_session("s", Names.OFF)
        assert calls.wait_until(lambda number=number: calls.number >= number)
    stop()
    assert "no such island" in caplog.text


@pytest.mark.skipif(
    "WORKSHOP_TEST_POSTGRES" not in os.environ, reason="needs a server that drops connections"
)
def test_a_dropped_connection_is_made_again(tmp_path, caplog):
    calls = Calls()
    with fresh_url("postgresql", tmp_path) as url, Store.open(url) as store:
        stop = watch(store, calls)
        with store.database.reading() as connection:
            killed = connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
            )
            assert killed.scalars().all()
        assert calls.wait_until(
            lambda: calls.number == 1
        )  # after the new connection: something may be missed
        store.create_session("s", Names.OFF)
        assert calls.wait_until(lambda: calls.number >= 2)
        stop()
    assert "the change feed broke" in caplog.text
