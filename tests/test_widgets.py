"""The panels of notebooks without a browser: what they show, what they answer, and that texts stay texts."""

import os
import re
from pathlib import Path
from typing import Any

import panels
import pytest
from panels import Told, console, plain
from rooms import RINGS, a_session, exercise

from kit.errors import ContentError, KitError
from kit.room import begin, open_stage
from kit.session import Names
from kit.settings import Settings
from kit.store.store import Store
from kit.widgets import choose
from kit.widgets.console import RunSheet
from kit.widgets.host import Host
from kit.widgets.practise import Practice

CARDS = exercise(RINGS).cards
EVIL = "<img src=x onerror=alert(1)>"

store = pytest.fixture(panels.store)
at = pytest.fixture(panels.at)


# the session


def test_before_a_session_every_panel_says_what_to_do_first(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = console(at, monkeypatch)
    assert "Start a session" in told["welcome"].islands()["session"]
    assert "Start a session at the top first." in told["console"].islands()["where"]
    assert "Start a session at the top first." in told["home"].islands()["home"]
    empty = ("time", "counts", "keys", "result", "ahead", "moderation", "beats", "screen-now", "screen-next")
    assert {told["console"].islands()[name] for name in empty} == {""}
    first = "There is no session yet. Start one at the top of the page."
    assert told["console"].act("open", stage="sort", minutes="5") == first
    assert told["console"].act("extend") == first
    assert told["console"].act("beat", value="overview") == first
    assert told["console"].act("decide", item="x", value="y") == first
    assert told["home"].act("note", text="A note") == first
    assert told["home"].act("download", value=".csv") == first
    assert told["welcome"].act("end") == first
    assert at.store.sessions() == []


def test_starting_a_session_shows_how_to_join(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = console(at, monkeypatch)
    assert told["welcome"].act("start", title="Tuesday", names="required") == ""
    (session,) = at.store.sessions()
    assert (session.title, session.names) == ("Tuesday", Names.REQUIRED)
    shown = told["welcome"].islands()["session"]
    assert f'class="joincode">{session.code}<' in shown
    assert f"http://10.0.0.7:8866/join/{session.code}" in shown
    key = re.search(r"/screen/\w+\?key=([^\"]+)", shown)
    assert key
    assert at.links.opens("screen", key[1], session)
    assert "Warm-up" in told["console"].islands()["where"]
    assert plain(told["console"].islands()["counts"]) == "0 people here"
    assert {"type": "address", "session": session.code} in told["welcome"].messages
    lead = re.search(r'href="http://10.0.0.7:8866/lead/\w+\?key=([^"]+)"', shown)
    assert lead and at.links.opens("lead", lead[1], session)


def test_people_and_answers_show_as_they_come(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(at.store, people=6)
    told = console(at, monkeypatch, session=session)
    assert "6 finished" in plain(told["console"].islands()["people"])
    assert plain(told["console"].islands()["counts"]) == "6 of 6 people here have finished"
    told["console"].act("open", stage="sort")
    ahead = told["console"].islands()["ahead"]
    assert "<table" in ahead
    assert "✓" not in ahead, "the key shows with the answers, not before"
    at.store.join(session.id, "Late")
    told["console"].act("extend")
    assert plain(told["console"].islands()["counts"]) == "6 of 7 people here have finished"
    assert "Late" in told["console"].islands()["people"]
    told["console"].act("open", stage="answers")
    assert "✓" in told["console"].islands()["result"]


def test_after_the_end_nothing_opens_and_another_session_can_be_taken_up(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = at.store.create_session("Monday", Names.OFF)
    told = console(at, monkeypatch)
    told["welcome"].act("start", title="Tuesday", names="off")
    ended = at.store.sessions()[0]
    assert told["welcome"].act("end") == ""
    assert "has ended" in told["welcome"].islands()["session"]
    assert "The session has ended." in told["console"].islands()["where"]
    keys, panel = told["console"].islands()["keys"], told["home"].panel.html
    assert 'href="#take-home"' in keys and "<button" not in keys and 'id="take-home"' in panel
    assert "“Take it home”" in told["console"].islands()["words"]
    assert told["console"].islands()["strip"] == "", "there is nothing to read ahead"
    assert f"Session {ended.code} has ended" in told["console"].act("open", stage="sort")
    assert told["welcome"].act("resume", code=other.code) == ""
    assert f'class="joincode">{other.code}<' in told["welcome"].islands()["session"]
    assert "There is no session with the code" in told["welcome"].act("resume", code="CDFGHJ")


def test_without_a_session_in_the_address_the_sheet_asks_which(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (at.store.create_session(title, Names.OFF) for title in ("One", "Two"))
    at.store.join(first.id, "Ada")
    assert RunSheet(RINGS, at).session is None
    told = console(at, monkeypatch)
    asked = plain(told["welcome"].islands()["session"])
    time = first.created_at.astimezone().strftime("%H:%M")
    assert "Go on with one of these sessions, or start a new one?" in asked
    assert f"One {first.code} · from today, {time} · 1 person [button] Go on with {first.code}" in asked
    assert asked.index("Two") < asked.index("One"), "the newest first"
    assert told["welcome"].act("resume", code=first.code) == ""
    assert {"type": "address", "session": first.code} in told["welcome"].messages
    assert told["console"].act("open", stage="sort") == ""
    assert at.store.stage_now(first.id) and not at.store.stage_now(second.id)
    monkeypatch.setitem(os.environ, "QUERY_STRING", f"session={first.code}")
    assert RunSheet(RINGS, at).session == first
    monkeypatch.setitem(os.environ, "QUERY_STRING", "session=nonsense")
    assert RunSheet(RINGS, at).session is None


def test_notes_and_downloads_leave_the_page(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(at.store, people=3)
    told = console(at, monkeypatch, session=session)
    assert told["home"].act("note", text="They laughed at card 7") == "Your note is kept."
    assert "They laughed at card 7" in told["home"].islands()["notes"]
    assert [note.text for note in at.store.notes(session.id)] == ["They laughed at card 7"]
    assert "can't be kept" in told["home"].act("note", text="  ")
    for suffix, start in ((".csv", b"\xef\xbb\xbf"), (".xlsx", b"PK"), (".json", b"{")):
        told["home"].act("download", value=suffix)
        sent = [message for message in told["home"].messages if message["type"] == "download"][-1]
        assert sent["name"].endswith(suffix)
        assert (
            bytes(told["home"].buffers[-1]).lstrip(b"\xef\xbb\xbf").startswith(start.lstrip(b"\xef\xbb\xbf"))
        )
    assert ".exe" in told["home"].act("download", value=".exe")


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_taken_home_leads_to_this_session_and_to_practice_on_the_network(
    at: Host, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    session = a_session(at.store, people=3)
    at.store.create_session("Later", Names.OFF)
    here = Host(Settings(practise_open=is_open), at.store, at.links)
    home = console(here, monkeypatch, session=session)["home"]
    assert f'href="../results.ipynb?session={session.code}"' in home.islands()["home"]
    address = "http://10.0.0.7:8866/voila/render/practise/cx-vs-service.ipynb"
    assert (address in plain(home.panel.html)) == is_open


def test_what_people_typed_is_only_text(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = at.store.create_session(f"T {EVIL}", Names.OPTIONAL)
    at.store.join(session.id, f"N {EVIL}")
    at.store.add_note(session.id, RINGS, f"X {EVIL}")
    open_stage(at.store, session, exercise(RINGS), "debrief")
    at.store.create_session(f"O {EVIL}", Names.OFF)
    monkeypatch.setitem(os.environ, "QUERY_STRING", f"session={session.code}")
    told = console(at, monkeypatch)
    shown = "".join("".join(one.islands().values()) + one.panel.html for one in told.values())
    shown += choose._start_html(at)
    assert "<img" not in shown
    assert shown.count("&lt;img src=x") >= 4


@pytest.mark.parametrize("exercise_id", ["no-such", "../../etc/passwd", ""])
def test_an_exercise_that_is_not_there_is_named(at: Host, exercise_id: str) -> None:
    for make in (RunSheet, Practice):
        with pytest.raises(ContentError, match="there is no exercise|or write its id between the brackets"):
            make(exercise_id, at)


def test_what_nobody_expected_says_so_and_is_not_hidden(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = console(at, monkeypatch)
    told["welcome"].act("start", names="off")
    assert "“no-such” can't be done here. Reload the page." in told["welcome"].act("no-such")
    with pytest.raises(ValueError, match="bogus"):
        told["welcome"].panel._heard(None, {"type": "action", "action": "start", "names": "bogus"}, [])
    assert "Please reload the page" in str(told["welcome"].messages[-1]["text"])


# practice


def learner(at: Host, monkeypatch: pytest.MonkeyPatch, key: str = "k" * 32) -> Told:
    """A learner's panel, greeted."""
    told = Told(Practice(RINGS, at).panel, monkeypatch)
    told.say(type="hello", key=key)
    return told


def change(seq: int, item: str = CARDS[0].id, value: str = "experience", round: int = 1) -> dict[str, Any]:
    return {"type": "change", "exercise": RINGS, "round": round, "item": item, "value": value, "seq": seq}


def view(told: Told) -> str:
    return str([message["html"] for message in told.messages if message["type"] == "view"][-1])


def stored(at: Host, key: str = "k" * 32) -> dict[tuple[int, str], str]:
    return at.store.answers(at.store.practice(key)[1].id, RINGS)


def test_a_learner_gets_feedback_for_what_they_placed_only(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = learner(at, monkeypatch)
    assert not [card.id for card in CARDS if card.reason[:30] in view(told).replace("&#39;", "'")]
    told.say(**change(1))
    saved = told.messages[-1]
    assert (saved["type"], saved["seq"]) == ("saved", 1)
    assert stored(at) == {(1, CARDS[0].id): "experience"}
    reason = saved["islands"][f"echo-key-{CARDS[0].id}"].replace("&#39;", "'")
    assert CARDS[0].reason[:30] in reason
    assert CARDS[1].reason[:30] not in str(saved)


def test_a_learner_comes_back_to_what_was_answered(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = learner(at, monkeypatch)
    for seq, card in enumerate(CARDS, 1):
        told.say(**change(seq, card.id, card.answer))
    assert f"{len(CARDS)} of {len(CARDS)}" in told.messages[-1]["islands"]["all_told-key"]
    told.say(type="action", action="again")
    assert "checked" not in view(told)
    told.say(**change(len(CARDS) + 1, round=2))
    again = learner(at, monkeypatch)
    assert again.messages[-1] == {"type": "hello", "seq": len(CARDS) + 1}
    assert view(again).count(" checked") == 1
    assert view(learner(at, monkeypatch, "another browser")).count(" checked") == 0


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (change(1, round=2), f"Round 2 takes no “{CARDS[0].id}” now."),
        (change(1, round=0), f"Round 0 takes no “{CARDS[0].id}” now."),
        (change(1, round=True), "A change needs the texts “exercise”"),
        (change(1, item="no-such"), "Round 1 takes no “no-such” now."),
        (
            change(1, value="no-such"),
            "“no-such” can't be chosen here. Use one of: experience, service, success.",
        ),
        (change(0), "“seq” is 0"),
    ],
)
def test_practice_refuses_in_plain_words(
    at: Host, monkeypatch: pytest.MonkeyPatch, message: dict[str, Any], said: str
) -> None:
    told = learner(at, monkeypatch)
    told.say(**message)
    assert (told.messages[-1]["type"], told.messages[-1]["seq"]) == ("refused", message["seq"])
    assert said in told.messages[-1]["text"]
    assert stored(at) == {}


def test_practice_says_which_number_to_go_above(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = learner(at, monkeypatch), learner(at, monkeypatch)
    one.say(**change(1))
    one.say(**change(2, CARDS[1].id))
    two.say(**change(1, value="success"))
    assert two.messages[-1] == {"type": "refused", "seq": 1, "above": 2}
    two.say(**change(3, value="success"))
    assert stored(at)[1, CARDS[0].id] == "success"


def test_a_page_that_has_not_said_who_it_is_stores_nothing(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(Practice(RINGS, at).panel, monkeypatch)
    told.say(**change(1))
    assert "Please reload it" in told.messages[-1]["text"]
    told.say(type="hello", key="")
    assert "key" in told.messages[-1]["text"]


# the start page and the choice


def test_the_start_page_offers_exercises_and_sessions(at: Host, store: Store) -> None:
    empty = choose._start_html(at)
    assert 'href="facilitate/cx-vs-service.ipynb"' in empty
    assert 'href="practise/cx-vs-service.ipynb"' in empty
    assert "Sessions so far" not in empty
    waiting = store.create_session("Not begun", Names.OFF)
    session = a_session(store, people=1)
    shown = choose._start_html(at)
    assert f'href="results.ipynb?session={session.code}"' in shown
    assert f'href="facilitate/cx-vs-service.ipynb?session={session.code}"' in shown
    assert f'session={waiting.code}"' in shown and "not begun: open" in shown


def test_the_start_page_resumes_what_is_open_where_it_is(at: Host, store: Store) -> None:
    session = a_session(store, people=1, exercises=[exercise("where-did-it-break")])
    resume = f'href="facilitate/any.ipynb?exercise=where-did-it-break&amp;session={session.code}"'
    assert resume in choose._start_html(at)
    store.close_session(session.id)
    ended = choose._start_html(at)
    assert resume not in ended
    assert "· ended" in ended


def test_the_start_page_resumes_what_has_people_and_no_stage_yet(at: Host, store: Store) -> None:
    session = store.create_session("Tuesday", Names.OFF)
    begin(store, session, exercise(RINGS).model_copy(update={"warm_up": ""}))
    assert store.stage_changes(session.id) == []
    shown = choose._start_html(at)
    assert f'href="facilitate/cx-vs-service.ipynb?session={session.code}"' in shown
    assert "not begun" not in shown


def test_the_start_page_names_faulty_files(at: Host, tmp_path: Path) -> None:
    folder = tmp_path / "exercises"
    folder.mkdir()
    (folder / "broken.yaml").write_text("kind: sort\n", encoding="utf-8")
    shown = choose._start_html(Host(Settings(exercises=folder), at.store, at.links))
    assert "can’t be used yet" in shown
    assert "broken.yaml" in shown


def test_the_choice_and_the_results_follow_the_address(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "host", lambda: at)
    assert "There is no session yet" in choose.choose_session().html
    first = a_session(at.store, people=3)
    second = at.store.create_session("Later", Names.OFF)
    assert choose.results().session == second
    at.store.close_session(second.id)
    assert choose.results().session == at.store.session(second.code), (
        "the newest, though an older one is open"
    )
    assert f"{first.created_at.astimezone():%H:%M} · {first.code}</a>" in choose.choose_session().html
    monkeypatch.setitem(os.environ, "QUERY_STRING", f"session={first.code}")
    assert choose.results().session == first
    assert f'{first.code}" aria-current="page"' in choose.choose_session().html
    assert choose.results(second.code).session == at.store.session(second.code)
    with pytest.raises(KitError, match="There is no session with the code"):
        choose.results("CDFGHJ")
