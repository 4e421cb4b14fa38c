"""A session as JSON and back: lossless, without secrets, and hostile files change nothing."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from databases import KINDS, WAIT_SECONDS, a_deck, fresh_url
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import ExportError, SessionError
from kit.session import Change, Names
from kit.store.archive import dump, load
from kit.store.store import Store

DECK = a_deck()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with fresh_url(request.param, tmp_path) as url, Store.open(url) as store:
        yield store


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with fresh_url(request.param, tmp_path_factory.mktemp("other")) as url, Store.open(url) as store:
        # So that the ids of what is brought in differ.
        session = store.create_session("was here before", Names.OFF)
        store.join(session.id, "")
        store.open_stage(session.id, DECK, "brief", {}, 1)
        yield store


def played(store: Store) -> int:
    """A session with something in every table; its id."""
    session = store.create_session("Ein Dienstag: “wtorek”", Names.OPTIONAL)
    seats = [store.join(session.id, name)[0] for name in ("Ada", "", "=HYPERLINK()")]
    store.return_token(seats[0].id)
    store.open_stage(session.id, DECK, "sort", {}, 5)
    saves = [
        (seats[0], 1, "greeted", "service", 1),
        (seats[0], 1, "greeted", "experience", 3),
        (seats[0], 1, "greeted", "service", 2),
        (seats[1], 1, "greeted", "experience", 1),
        (seats[2], 2, "why", "Zażółć\n\u2028 🙂 'quoted'", 2**53 - 1),
    ]
    for seat, round, item, value, seq in saves:
        change = Change(session.id, seat.id, DECK.id, round, item, value, seq, late=round == 2)
        store.save(change).result(WAIT_SECONDS)
    store.open_stage(session.id, DECK, "sort-again", {"items": ["greeted"], "deep": [{"x": [1.5, None]}]}, 0)
    store.show_beat(store.stage_now(session.id).id, "overview")
    store.add_note(session.id, DECK.id, "a\nnote")
    store.decide(session.id, DECK.id, "hide/P1", "yes")
    store.close_session(session.id)
    return session.id


@pytest.fixture
def dumped(tmp_path: Path) -> dict[str, Any]:
    with fresh_url("sqlite", tmp_path / "source") as url, Store.open(url) as store:
        return dump(store, played(store))


def test_a_session_comes_back_the_same(store, other):
    session_id = played(store)
    data = dump(store, session_id)
    brought = load(other, json.loads(json.dumps(data)))
    assert dump(other, brought.id) == data
    assert (brought.code, brought.title) == (data["session"]["code"], "Ein Dienstag: “wtorek”")
    pd.testing.assert_frame_equal(other.responses(brought.id, DECK.id), store.responses(session_id, DECK.id))
    assert other.exercises_used(brought.id) == [DECK.model_dump(mode="json")]
    assert other.stage_now(brought.id).params == {"items": ["greeted"], "deep": [{"x": [1.5, None]}]}


def test_the_beat_is_kept_and_a_file_from_before_there_were_any_is_taken(dumped, other):
    assert [change["beat"] for change in dumped["stage_changes"]] == ["", "overview"]
    del dumped["stage_changes"][1]["beat"]
    brought = load(other, dumped)
    assert [change.beat for change in other.stage_changes(brought.id)] == ["", ""]


def test_an_export_holds_no_secrets_and_no_ids(dumped, tmp_path):
    with fresh_url("sqlite", tmp_path) as url, Store.open(url) as store:
        session = store.create_session("s", Names.OFF)
        seat, secret = store.join(session.id, "")
        token = store.return_token(seat.id)
        written = json.dumps(dump(store, session.id))
        assert secret not in written and token not in written and "hash" not in written
    assert set(dumped["participants"][0]) == {"pseudonym", "name", "joined_at", "rehearsed"}
    assert [entry["seq"] for entry in dumped["history"]] == [1, 3, 2, 1, 2**53 - 1]
    assert "id" not in dumped["session"]


def test_an_empty_session_comes_back(store, other):
    data = dump(store, store.create_session("nobody came", Names.REQUIRED).id)
    assert dump(other, load(other, data).id) == data


def test_people_can_join_a_session_that_was_brought_in_and_old_cookies_do_not_fit(store, other):
    session = store.create_session("s", Names.OFF)
    _ada, secret = store.join(session.id, "")
    brought = load(other, dump(store, session.id))
    assert other.seat(brought.id, secret) is None
    assert other.join(brought.id, "")[0].pseudonym == "P2"


def test_a_code_that_is_here_already_is_refused(store):
    data = dump(store, played(store))
    with pytest.raises(ExportError, match=f"there is a session “{data['session']['code']}” here already"):
        load(store, data)
    assert len(store.sessions()) == 1


def test_an_unknown_session_has_no_dump(store):
    with pytest.raises(SessionError, match="no session number 9"):
        dump(store, 9)


def test_a_practice_session_can_be_dumped_but_not_brought_in(store, other):
    session, _seat = store.practice("a learner's key")
    data = dump(store, session.id)
    assert data["session"]["code"] is None
    with pytest.raises(ExportError, match=r"session\.code"):
        load(other, data)


def put(*path_and_value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the value at that path."""
    *path, last, value = path_and_value

    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path:
            place = place[step]
        place[last] = value

    return change


def repeat(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data[name].append(data[name][0])


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data[name].pop()


def deep(data: dict[str, Any]) -> None:
    for _level in range(100_000):
        data["exercises"][0]["content"] = {"x": data["exercises"][0]["content"]}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (put("format", "a letter"), r"“format” is “a letter”, not “service-workshop-kit session”"),
        (put("version", 2), r"“version” is “2”; this kit reads 1. Update the kit"),
        (put("secrets", []), r"secrets: Extra inputs are not permitted"),
        (lambda data: data.pop("notes"), r"notes: Field required"),
        (put("session", []), r"session: .*object"),
        (put("session", "code", "OOO111"), r"session\.code: .*pattern.* \(found “OOO111”\)"),
        (put("session", "code", "kx4r7w"), r"session\.code: .*pattern"),
        (put("session", "names", "maybe"), r"session\.names: .*“maybe”"),
        (put("session", "title", ""), r"session\.title"),
        (put("session", "title", "\x1b]0;x\x07"), r"session\.title: is no text on one line"),
        (put("session", "created_at", "2026-01-01T00:00:00"), r"session\.created_at: .*timezone"),
        (
            put("session", "created_at", "9999-12-31T23:59:59-12:00"),
            r"session\.created_at: is no plausible time",
        ),
        (
            put("participants", 0, "name", "a\nb"),
            r"participants\[0\]\.name: .*can't be seen \(found “a\\nb”\)",
        ),
        (put("participants", 0, "pseudonym", "Ada"), r"participants\[0\]\.pseudonym: .*“Ada”"),
        (put("participants", 1, "pseudonym", "P1"), r"participants\[1\]: “P1” appears twice"),
        (repeat("exercises"), r"exercises\[1\]: “cx-vs-service” appears twice"),
        (put("exercises", 0, "content", "id", "x"), r"exercises\[0\]\.content\.id: “x” isn't the exercise"),
        (
            put("exercises", 0, "content", "kind", "dance"),
            r"exercises\[0\]\.content: is no exercise that this kit",
        ),
        (
            put("exercises", 0, "content", "kind", []),
            r"exercises\[0\]\.content: is no exercise that this kit",
        ),
        (
            put("exercises", 0, "content", "cards", []),
            r"exercises\[0\]\.content: is no exercise that this kit",
        ),
        (drop("exercises"), r"stage_changes\[0\]\.exercise: “cx-vs-service” has no entry of its own"),
        (put("stage_changes", 0, "minutes", -1), r"stage_changes\[0\]\.minutes: .*“-1”"),
        (put("stage_changes", 0, "beat", "x" * 201), r"stage_changes\[0\]\.beat: .*“x{40}”"),
        (put("stage_changes", 0, "beat", None), r"stage_changes\[0\]\.beat: .*“None”"),
        (put("stage_changes", 0, "params", {"x": float("nan")}), r"isn't JSON: Out of range float"),
        (put("stage_changes", 0, "params", {"x": {1}}), r"isn't JSON: .*set"),
        (put("responses", 0, "seq", True), r"responses\[0\]\.seq: .*“True”"),
        (put("responses", 0, "seq", 2**53), r"responses\[0\]\.seq"),
        (put("responses", 0, "value", "x" * 10_001), r"responses\[0\]\.value: .*“x{40}”"),
        (put("responses", 0, "value", "a\0"), r"responses\[0\]\.value: has a character .*“a\\x00”"),
        (put("responses", 0, "value", "\ud800"), r"surrogate|JSON"),
        (
            put("responses", 0, "value", "forged"),
            r"responses\[0\]: “greeted” isn't the newest of its history",
        ),
        (drop("responses"), r"responses: “why” is missing, but is in the history"),
        (drop("participants"), r"history\[4\]\.participant: “P3” has no entry of its own"),
        (repeat("history"), r"history\[5\]: .* appears twice"),
        (deep, r"isn't JSON|recursion"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(dumped, tmp_path, spoil, words):
    data = copy.deepcopy(dumped)
    spoil(data)
    with fresh_url("sqlite", tmp_path) as url, Store.open(url) as store:
        before = store.sessions()
        with pytest.raises(ExportError, match=words):
            load(store, data)
        assert store.sessions() == before


@pytest.mark.parametrize("data", [None, 3, "text", [], [1], {}])
def test_what_is_no_export_at_all_is_refused(store, data):
    with pytest.raises(ExportError, match="isn't an exported session"):
        load(store, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_any_spoiled_field_is_refused_or_comes_back_the_same(dumped, tmp_path):
    with fresh_url("sqlite", tmp_path) as url, Store.open(url) as store:
        places = [
            *((name,) for name in dumped),
            *((name, 0, key) for name, part in dumped.items() if isinstance(part, list) for key in part[0]),
            *(("session", key) for key in dumped["session"] if key != "code"),
        ]
        codes = iter(f"{a}{b}{c}CCC" for a in "CDFGHJKLMN" for b in "CDFGHJKLMN" for c in "CDFGHJKLMN")

        @settings(max_examples=150)
        @given(st.sampled_from(places), JSON)
        def check(place: tuple[Any, ...], value: Any) -> None:
            data = copy.deepcopy(dumped)
            data["session"]["code"] = next(codes)
            put(*place, value)(data)
            try:
                session = load(store, data)
            except ExportError:
                return
            assert dump(store, session.id) == data

        check()
