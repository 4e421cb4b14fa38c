"""The participants' sockets, against the real server: what is stored, refused, pushed and kept apart."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from conftest import Server, deck
from phones import ANSWER_SECONDS, CARD, EXERCISE, browser, on_line, socket_address, take_seat
from playwright.sync_api import Browser, expect
from readable import text_of
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from kit.lead import Lead
from kit.server.guard import Pace
from kit.server.participants import MOST_ITEMS
from kit.session import MAX_SEQ, Change, Session
from kit.store.schema import history


def rows(server: Server, session: Session, table: Any = history) -> list[Any]:
    """Everything that was ever stored of a session."""
    with server.store.database.reading() as connection:
        return list(connection.execute(select(table).where(table.c.session_id == session.id)))


def stored(server: Server, session: Session) -> dict[tuple[str, int, str], tuple[str, bool]]:
    """(pseudonym, round, item) -> (value, late), as they are now."""
    frame = server.store.responses(session.id, EXERCISE)
    return {(row.participant, row.round, row.item): (row.value, row.late) for row in frame.itertuples()}


@pytest.fixture
def sorting(server: Server) -> Session:
    """A session that is sorting."""
    return server.sorting()


# who may connect


@pytest.mark.parametrize("which", ["none", "invented", "another session's"])
def test_a_socket_needs_a_seat_of_its_own_session(server: Server, sorting: Session, which: str) -> None:
    other = server.session()
    secret = take_seat(server, other).partition("=")[2]
    name = f"kit-seat-{sorting.code}"
    cookie = {"none": "", "invented": f"{name}={'x' * 43}", "another session's": f"{name}={secret}"}[which]
    with pytest.raises(InvalidStatus) as refusal, on_line(server, sorting, cookie):
        pass
    assert refusal.value.response.status_code == 403


def test_a_page_of_another_site_gets_no_socket(server: Server, sorting: Session) -> None:
    cookie = take_seat(server, sorting)
    address = socket_address(server, f"/join/{sorting.code}/live")
    for origin in ("http://evil.example", server.url + ".evil.example", "null"):
        headers = {"Cookie": cookie, "Origin": origin}
        with pytest.raises(InvalidStatus) as refusal, connect(address, additional_headers=headers):
            pass
        assert refusal.value.response.status_code == 403


# what is stored


def test_saved_is_said_after_the_row_is_there(server: Server, sorting: Session) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        for seq, value in enumerate(("service", "success", "experience", "service"), 1):
            line.change(seq, value=value)
            assert line.until("saved", "refused")["type"] == "saved"
            assert stored(server, sorting) == {("P1", 1, CARD): (value, False)}
    assert [(row.seq, row.value) for row in rows(server, sorting)][-1] == (4, "service")


def test_a_replay_is_acknowledged_and_enters_history_once(server: Server, sorting: Session) -> None:
    cookie = take_seat(server, sorting)
    for _connection in range(2):
        with on_line(server, sorting, cookie) as line:
            for _time in range(3):
                line.change(7)
                assert line.until("saved", "refused") == {
                    "type": "saved",
                    "seq": 7,
                    "islands": {"progress": "1 of 18 done"},
                }
    assert len(rows(server, sorting)) == 1


def test_what_takes_long_to_work_out_comes_to_all_tabs_after_saved(server: Server) -> None:
    session = server.session()
    server.open_stage(session, "say-this", "ownership-phrasing")
    cookie = take_seat(server, session)
    where = {"exercise": "ownership-phrasing", "round": 3, "item": "situation/wrong-cake"}
    with on_line(server, session, cookie) as line, on_line(server, session, cookie) as tab:
        for seq, value in enumerate(
            ("We are sorry.", "We are sorry, we took the wrong one. I will bring yours at five."), 1
        ):
            line.change(seq, value=value, **where)
        assert [line.until("saved") for _change in range(2)] == [{"type": "saved", "seq": n} for n in (1, 2)]
        for each in (line, tab):
            while "2 of 2 steps" not in str(each.heard[-1]):
                each.listen()
        assert tab.heard[-1]["islands"]["progress"] == line.heard[-1]["islands"]["progress"]


def test_who_takes_an_answer_back_stays_done_by_what_the_group_has_written(server: Server) -> None:
    session = server.session()
    seats = [take_seat(server, session) for _person in range(2)]
    Lead(server.store, session).act(
        {"action": "ask", "text": "And now?", "form": "groups", "by": "chance", "size": "2"}
    )
    with on_line(server, session, seats[0]) as writer, on_line(server, session, seats[1]) as other:
        writer.change(1, "text", "We listen", exercise="question-1")
        while "Done" not in other.until("islands")["islands"].get("progress", ""):
            pass
        other.change(1, "text", "", exercise="question-1")
        assert "Done" in other.until("saved")["islands"]["progress"]


def test_the_greeting_says_where_to_count_on(server: Server, sorting: Session) -> None:
    cookie = take_seat(server, sorting)
    with on_line(server, sorting, cookie) as line:
        assert line.heard[-1]["seq"] == 0
        line.change(41)
        line.until("saved")
    with on_line(server, sorting, cookie) as line:
        assert line.heard[-1]["seq"] == 41
        assert line.heard[-1]["islands"]["progress"] == "1 of 18 done"


def test_an_older_change_does_not_undo_a_newer_one(server: Server, sorting: Session) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.change(5, value="success")
        line.until("saved")
        line.change(3, value="experience")
        line.until("saved")
    assert stored(server, sorting) == {("P1", 1, CARD): ("success", False)}


def test_a_number_that_was_used_is_refused_with_the_number_to_go_above(
    server: Server, sorting: Session
) -> None:
    cookie = take_seat(server, sorting)
    with on_line(server, sorting, cookie) as one, on_line(server, sorting, cookie) as two:
        one.change(1, value="service")
        one.until("saved")
        one.change(2, item="unboxing", value="experience")
        one.until("saved")
        two.change(1, value="success")
        assert two.until("saved", "refused") == {"type": "refused", "seq": 1, "above": 2}
        two.change(3, value="success")
        two.until("saved")
    assert stored(server, sorting)["P1", 1, CARD] == ("success", False)


def test_a_page_sends_a_change_again_when_its_number_was_taken(
    server: Server, sorting: Session, chromium: Browser
) -> None:
    with browser(server) as client:
        client.post(f"/join/{sorting.code}", data={"name": ""})
        secret = client.cookies[f"kit-seat-{sorting.code}"]
    context = chromium.new_context()
    try:
        cookie = {"name": f"kit-seat-{sorting.code}", "value": secret, "url": server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        sent: list[dict[str, Any]] = []
        page.on(
            "websocket",
            lambda socket: socket.on("framesent", lambda text: sent.append(json.loads(str(text)))),
        )
        page.goto(f"{server.url}/join/{sorting.code}")
        expect(page.locator("[data-status=saved]")).to_be_visible()
        # Another device of the same seat counts on from the same number.
        seat = server.store.participants(sorting.id)[0]
        card = page.locator("fieldset:visible").get_attribute("data-step") or ""
        taken = Change(sorting.id, seat.id, EXERCISE, 1, card, "experience", 1)
        server.store.save(taken).result(ANSWER_SECONDS)
        page.get_by_role("radio", name="Success").check()
        page.wait_for_function("() => document.querySelector('[data-status]').dataset.status === 'saved'")
        expect(page.locator("[data-island=progress]:visible").first).to_have_text("1 of 18 done")
        assert stored(server, sorting) == {("P1", 1, card): ("success", False)}
        changes = [message["seq"] for message in sent if message["type"] == "change"]
        assert changes == [1, 2]
        expect(page.locator("[data-island=notice]")).to_be_empty()
    finally:
        context.close()


@pytest.mark.parametrize("seq", [0, -1, MAX_SEQ + 1, 1.5, "1", True, None, [], 10**300])
def test_a_number_out_of_bounds_is_refused(server: Server, sorting: Session, seq: Any) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.change(seq)
        answer = line.until("saved", "refused")
        assert answer["type"] == "refused"
        assert "Use a whole number from 1" in answer["text"]
        line.change(MAX_SEQ)
        assert line.until("saved", "refused")["type"] == "saved"
    assert [row.seq for row in rows(server, sorting)] == [MAX_SEQ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"exercise": "no-such"}, "“no-such” takes no answers here."),
        ({"exercise": 7}, "A change needs the texts “exercise”"),
        ({"round": 2}, f"Round 2 takes no “{CARD}” now. Please reload the page."),
        ({"round": "1"}, "A change needs the texts “exercise”"),
        ({"round": True}, "A change needs the texts “exercise”"),
        ({"round": None}, "A change needs the texts “exercise”"),
        ({"item": "no-such"}, "Round 1 takes no “no-such” now. Please reload the page."),
        ({"item": None}, "A change needs the texts “exercise”"),
        ({"value": "no-such"}, "“no-such” can't be chosen here. Use one of: experience, service, success."),
        ({"value": ["service"]}, "A change needs the texts “exercise”"),
        ({"value": {"a": 1}}, "A change needs the texts “exercise”"),
        ({"item": "\ud800"}, "Round 1 takes no"),
        ({"item": "'; DROP TABLE responses; --"}, "Round 1 takes no “'; DROP TABLE responses; --” now."),
    ],
)
def test_what_the_exercise_does_not_know_is_refused(
    server: Server, sorting: Session, change: dict[str, Any], said: str
) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.change(1, **change)
        answer = line.until("saved", "refused")
        assert (answer["type"], answer["seq"]) == ("refused", 1)
        assert said in answer["text"]
        line.change(2)
        assert line.until("saved", "refused")["type"] == "saved"
    assert len(rows(server, sorting)) == 1


# stages


def test_before_its_round_opens_nothing_is_taken(server: Server) -> None:
    session = server.session()
    with on_line(server, session, take_seat(server, session)) as line:
        line.change(1)
        assert "takes no answers" in line.until("refused", "saved")["text"]
        server.open_stage(session, "brief")
        line.until("view")
        line.change(1)
        assert f"Round 1 takes no “{CARD}” now" in line.until("refused", "saved")["text"]
    assert rows(server, session) == []


def test_what_comes_after_its_round_is_kept_and_marked_late(server: Server, sorting: Session) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.change(1)
        line.until("saved")
        server.open_stage(sorting, "reveal")
        line.until("view")
        line.change(2, item="unboxing", value="experience")
        line.until("saved")
    assert stored(server, sorting) == {
        ("P1", 1, CARD): ("service", False),
        ("P1", 1, "unboxing"): ("experience", True),
    }


def test_a_phone_that_was_offline_sees_what_came_of_its_late_answer(server: Server, sorting: Session) -> None:
    names, cookie = {ring.id: ring.name for ring in deck(EXERCISE).categories}, take_seat(server, sorting)
    with on_line(server, sorting, cookie) as line, on_line(server, sorting, cookie) as tab:
        server.open_stage(sorting, "answers")
        assert "You said:" not in line.until("view")["html"]
        tab.until("view")
        line.change(1, item="unboxing", value="experience")
        line.until("saved")
        for page in (line, tab):
            told = page.until("islands")["islands"]
            assert f"You said: {names['experience']}\n" in text_of(told["shown-key"])
        line.change(2, item="unboxing", value="service")
        assert f"You said: {names['service']}\n" in text_of(line.until("islands")["islands"]["shown-key"])


def test_the_second_round_takes_the_contested_cards_only(server: Server, sorting: Session) -> None:
    with ExitStack() as stack:
        lines = [
            stack.enter_context(on_line(server, sorting, take_seat(server, sorting))) for _phone in range(4)
        ]
        for number, line in enumerate(lines):
            for seq, card in enumerate(deck(EXERCISE).cards, 1):
                split = card.id in ("unboxing", "greeted") and number % 2
                line.change(seq, card.id, "success" if split else "experience")
            line.until("saved", seq=len(deck(EXERCISE).cards))
        server.open_stage(sorting, "sort-again")
        view = lines[0].until("view")["html"]
        assert view.count("<fieldset") == 2
        lines[0].change(15, "unboxing", "experience", round=2)
        assert lines[0].until("saved", "refused")["type"] == "saved"
        lines[0].change(16, "daily-use", "experience", round=2)
        refusal = lines[0].until("saved", "refused")
    assert refusal["type"] == "refused"
    assert refusal["text"] == "Round 2 takes no “daily-use” now. Please reload the page."
    assert {(item, value) for (_p, r, item), value in stored(server, sorting).items() if r == 2} == {
        ("unboxing", ("experience", False))
    }


def test_a_stage_that_another_process_opens_reaches_every_phone(server: Server) -> None:
    session = server.session()
    with ExitStack() as stack:
        lines = [
            stack.enter_context(on_line(server, session, take_seat(server, session))) for _phone in range(3)
        ]
        for stage, heading in (("brief", "What this is about"), ("sort", "Sort on your own")):
            server.open_stage(session, stage)
            for line in lines:
                assert heading in line.until("view")["html"]


def test_more_minutes_reach_the_clock_without_touching_the_view(server: Server) -> None:
    session = server.session()
    server.open_stage(session, "sort", minutes=1)
    with on_line(server, session, take_seat(server, session)) as line:
        assert seconds(line.heard[-1]) <= 60
        change = server.store.stage_now(session.id)
        assert change
        server.store.extend_stage(change.id, 5)
        told = line.until("islands")
        assert list(told["islands"]) == ["clock"]
        assert 300 < seconds(told) <= 360
        assert [message["type"] for message in line.heard].count("view") == 1


def seconds(message: dict[str, Any]) -> int:
    """What the clock of a message says."""
    return int(message["islands"]["clock"].partition('data-seconds="')[2].partition('"')[0])


def test_a_phone_that_has_the_view_is_not_sent_it_again(server: Server, sorting: Session) -> None:
    cookie = take_seat(server, sorting)
    with on_line(server, sorting, cookie) as line:
        view = line.heard[0]
        assert view["type"] == "view"
    with on_line(server, sorting, cookie, view=view["id"]) as line:
        assert [message["type"] for message in line.heard] == ["hello"]


def test_the_end_of_a_session_reaches_phones_and_late_answers_count(server: Server, sorting: Session) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        server.store.close_session(sorting.id)
        assert "This session has ended" in line.until("view", id=line.heard[0]["id"] + "-closed")["html"]
        line.change(1)
        line.until("saved")
    assert stored(server, sorting) == {("P1", 1, CARD): ("service", True)}


# what phones must not see


def test_no_answer_key_travels_before_the_reveal(server: Server) -> None:
    session = server.session()
    exercise = deck(EXERCISE)
    secrets = [card.reason[:40] for card in exercise.cards] + [
        m.explanation[:40] for m in exercise.misconceptions
    ]
    seats = [take_seat(server, session, name) for name in ("Ada", "Grace", "Edsger")]
    with on_line(server, session, seats[0]) as line:
        for stage in ("brief", "sort", "reveal", "discuss", "sort-again"):
            server.open_stage(session, stage)
            line.until("view")
            with browser(server) as client:
                page = client.get(f"/join/{session.code}", headers={"Cookie": seats[0]}).text
            told = page + json.dumps(line.heard)
            assert not [secret for secret in secrets if secret in told], stage
            assert "Grace" not in told
        server.open_stage(session, "answers")
        shown = line.until("view")["html"].replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
        assert all(card.reason[:40] in shown for card in exercise.cards)


# what a phone must not be able to do to others


NOISE = [
    "no json",
    "",
    "[]",
    "7",
    "null",
    '"text"',
    "NaN",
    "[" * 8000,
    '{"a":' * 2500,
    "{}",
    '{"type": 7}',
    '{"type": "change"}',
    '{"type": "action"}',
    '{"type": "action", "action": "open", "stage": "answers"}',
    '{"type": "no-such"}',
    '{"type": "change", "seq": ' + "9" * 5000 + "}",
    b"\x00\xff\xfe",
    b"",
]


@pytest.mark.parametrize("noise", NOISE, ids=range(len(NOISE)))
def test_noise_is_answered_and_does_no_harm(server: Server, sorting: Session, noise: str | bytes) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.socket.send(noise)
        try:
            assert line.listen()["type"] in ("refused", "pong")
            line.change(1)
            line.until("saved")
        except ConnectionClosed:
            assert isinstance(noise, bytes)
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.change(1)
        line.until("saved")
    assert server.store.stage_now(sorting.id).stage == "sort"  # type: ignore[union-attr]


def test_too_long_a_message_ends_its_own_line_only(server: Server, sorting: Session) -> None:
    cookie, other = take_seat(server, sorting), take_seat(server, sorting)
    with on_line(server, sorting, other) as neighbour:
        with on_line(server, sorting, cookie) as line:
            line.change(1, value="x" * 20_000)
            with pytest.raises(ConnectionClosed) as end:
                line.until("saved", "refused")
            assert end.value.rcvd is None or end.value.rcvd.code == 1009
        neighbour.change(1)
        neighbour.until("saved")
    assert len(rows(server, sorting)) == 1


def test_one_seat_does_not_fill_the_database(server: Server) -> None:
    session = server.session()
    server.open_stage(session, "my-needs", "internal-customers")
    cookie = take_seat(server, session)
    seat = server.store.participants(session.id)[0]
    waiting = [
        server.store.save(
            Change(session.id, seat.id, "internal-customers", 1, f"need/Role {n}/1", "x", n + 1)
        )
        for n in range(MOST_ITEMS)
    ]
    for saved in waiting:
        saved.result(30)
    with on_line(server, session, cookie) as line:
        where = {"exercise": "internal-customers", "round": 1}
        line.change(5000, "need/One more/1", "x", **where)
        assert "is one too many" in line.until("refused")["text"]
        line.change(5001, "need/Role 1/1", "changed", **where)
        assert line.until("saved")["seq"] == 5001
        server.open_stage(session, "sort")
        line.until("view")
        line.change(5002, "need/One more/1", "x", **where)
        assert "is one too many" in line.until("refused")["text"]
    assert len(server.store.responses(session.id, "internal-customers")) == MOST_ITEMS


def test_a_seat_that_sends_without_end_is_slowed_down_in_all_its_tabs(
    server: Server, sorting: Session
) -> None:
    cookie, more = take_seat(server, sorting), 10
    with on_line(server, sorting, cookie) as line, on_line(server, sorting, cookie) as tab:
        began = time.monotonic()
        for n in range(1, Pace.AT_ONCE + 1):
            line.change(n, value="service" if n % 2 else "success")
        line.until("saved", seq=Pace.AT_ONCE)
        for n in range(1, more + 1):
            tab.change(Pace.AT_ONCE + n, value="experience" if n % 2 else "service")
        tab.until("saved", seq=Pace.AT_ONCE + more)
        assert time.monotonic() - began >= more / Pace.PER_SECOND
    assert len(rows(server, sorting)) == Pace.AT_ONCE + more, "nothing that it sent is lost"


def test_a_ping_is_answered(server: Server, sorting: Session) -> None:
    with on_line(server, sorting, take_seat(server, sorting)) as line:
        line.send(type="ping")
        assert line.listen() == {"type": "pong"}


def test_twenty_phones_at_once(server: Server) -> None:
    session = server.session()

    def sort(number: int) -> int:
        with on_line(server, session, take_seat(server, session, f"Phone {number}")) as line:
            if not line.heard[0].get("html", "").count("<fieldset"):
                while "<fieldset" not in line.until("view")["html"]:
                    pass
            for seq, card in enumerate(deck(EXERCISE).cards, 1):
                line.change(seq, card.id, card.answer)
                line.until("saved", seq=seq)
            return seq

    with ThreadPoolExecutor(20) as phones:
        done = [phones.submit(sort, number) for number in range(20)]
        server.open_stage(session, "sort")
        assert [one.result(60) for one in done] == [len(deck(EXERCISE).cards)] * 20
    found = stored(server, session)
    assert len(found) == 20 * len(deck(EXERCISE).cards)
    assert {value for (_p, _r, item), value in found.items() if item == CARD} == {("service", False)}
