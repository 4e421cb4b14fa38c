"""The one console of a run sheet: strip, words, steps, paper, and one press to go on."""

import re
from pathlib import Path

import panels
import pytest
from panels import console, marked, next_of, on_now, plain, press, started
from readable import tree
from rooms import EXERCISES, FLAT, RINGS, a_session, exercise

from kit.kinds import kind_of
from kit.kinds.guide import guide_of
from kit.kinds.sort.content import Deck
from kit.room import open_stage
from kit.settings import Settings
from kit.widgets.host import Host

CARDS = exercise(RINGS).cards
STAGES = ("warm-up", "brief", "sort", "reveal", "discuss", "sort-again", "answers", "own", "ours", "debrief")

store = pytest.fixture(panels.store)
at = pytest.fixture(panels.at)


def test_the_strip_marks_the_stage_that_is_on(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, session = started(at, monkeypatch)
    assert marked(told, "value") == list(STAGES)
    assert marked(told, "aria-current") == ["warm-up"]
    for stage in STAGES:
        assert told.act("open", stage=stage, minutes="3") == ""
        change = at.store.stage_now(session.id)
        assert change
        assert (change.stage, change.minutes) == (stage, 3)
        assert marked(told, "aria-current") == marked(told, "aria-pressed") == [stage]
        assert 'data-seconds="' in told.islands()["time"]
    assert told.act("extend") == ""
    assert at.store.stage_now(session.id).minutes == 5  # type: ignore[union-attr]


def test_one_press_goes_on_with_the_next_step(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, session = started(at, monkeypatch)
    kind = kind_of(exercise(RINGS))
    for stage in kind.script:
        assert next_of(told) == stage.title
        assert f"Next brings: {stage.title}" in told.islands()["screen-next"]
        assert press(told, "next") == ""
        change = at.store.stage_now(session.id)
        assert change and (change.stage, change.minutes) == (stage.id, kind.minutes[stage.id])
        while next_of(told) not in ("", *(other.title for other in kind.script)):
            assert press(told, "next") == "", "an empty room's results have their steps, too"
    assert next_of(told) == "" and "That was the last step." in told.islands()["keys"]
    assert press(told, "back") == ""
    assert on_now(at, session) == kind.script[-2].id


def test_a_press_from_where_the_room_is_no_more_moves_nothing(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, session = started(at, monkeypatch)
    before = told.islands()["keys"]
    press(told, "next")
    seen_late = re.search(r'id="go-on"[^>]*value="([^"]*)"', before)
    assert seen_late
    said = told.act("next", value=seen_late[1])
    assert "The room has moved on already: “What this is about” is on." in said
    assert on_now(at, session) == "brief"


def test_the_big_screen_goes_blank_and_comes_back(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, session = started(at, monkeypatch)
    assert press(told, "blank") == ""
    assert at.store.session_by_id(session.id).blank
    assert "The big screen is blank." in told.islands()["where"]
    assert press(told, "blank") == ""
    assert not at.store.session_by_id(session.id).blank
    press(told, "blank")
    press(told, "next")
    assert not at.store.session_by_id(session.id).blank, "whoever goes on wants it seen"


def test_a_stage_opens_with_all_of_its_result_where_that_is_pressed(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(at.store, people=4)
    told = console(at, monkeypatch, session=session)["console"]
    told.act("read", value="reveal")
    (form,) = tree(told.islands()["words"]).iter("form")
    whole = next(b for b in form.iter("button") if b.get("name"))
    fields = {e.attrib["name"]: e.attrib["value"] for e in (*form.iter("input"), whole)}
    assert told.act("open", **fields) == ""
    assert at.store.stage_now(session.id).beat == ""  # type: ignore[union-attr]


def test_a_press_leaps_over_the_steps_that_are_left(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(at.store, people=4)
    told = console(at, monkeypatch, session=session)["console"]
    told.act("open", stage="reveal")
    assert next_of(told) not in (stage.title for stage in kind_of(exercise(RINGS)).script)
    fields = {e.attrib["name"]: e.attrib["value"] for e in tree(told.islands()["beats"]).iter("input")}
    assert told.act("open", **fields) == ""
    assert on_now(at, session) == "discuss"


def test_reading_ahead_does_not_move_the_room(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, session = started(at, monkeypatch)
    told.act("open", stage="sort", minutes="5")
    assert told.act("read", value="answers") == ""
    assert (on_now(at, session), marked(told, "aria-current")) == ("sort", ["sort"])
    assert marked(told, "aria-pressed") == ["answers"]
    answers = exercise(RINGS).guide["answers"]
    assert str(answers.say).split("\n")[0][:40] in plain(told.islands()["words"])
    assert next_of(told) == "How we sorted", "what comes next follows the room, not what is read"
    assert "Take the room here" in told.islands()["words"]
    press(told, "next")
    assert marked(told, "aria-pressed") == ["reveal"], "and with the next press the words follow the room"
    assert "Take the room here" not in told.islands()["words"]


def test_another_run_sheet_of_the_session_follows(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, session = started(at, monkeypatch)
    told.act("read", value="answers")
    open_stage(at.store, session, exercise(RINGS), "reveal")
    told.act("extend")
    assert marked(told, "aria-current") == ["reveal"]
    assert marked(told, "aria-pressed") == ["answers"], "what somebody reads stays open"


@pytest.mark.parametrize("minutes", ["five", "-3", "2.5", "1e9", "٣ and more", "9" * 4301])
def test_minutes_that_are_no_number_are_quoted(
    at: Host, monkeypatch: pytest.MonkeyPatch, minutes: str
) -> None:
    told, session = started(at, monkeypatch)
    said = told.act("open", stage="sort", minutes=minutes)
    assert f"“{minutes[:20]}”" in said
    assert on_now(at, session) == "warm-up"
    assert "can't be announced" in told.act("open", stage="sort", minutes="9999")


def test_a_stage_that_is_not_there_is_named(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, _session = started(at, monkeypatch)
    assert f"“{RINGS}” has no stage “srot”. Use one of: warm-up, brief, sort," in told.act(
        "open", stage="srot"
    )
    assert told.act("read", value="srot") == ""
    assert marked(told, "aria-pressed") == ["warm-up"]


def test_the_results_are_shown_step_by_step(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(at.store, people=4)
    told = console(at, monkeypatch, session=session)["console"]
    assert told.act("open", stage="reveal") == ""
    assert at.store.stage_now(session.id).beat == "hold", "it begins with the first"  # type: ignore[union-attr]
    shown = [b for b in tree(told.islands()["beats"]).iter("button") if b.get("data-action") == "beat"]
    buttons = {b.attrib["value"]: b for b in shown}
    assert list(buttons)[:2] == ["", "hold"]
    assert set(buttons) == {"", "hold", "overview", "overview~2", *(f"card-{card.id}" for card in CARDS)}
    overviews = [" ".join("".join(buttons[name].itertext()).split()) for name in ("overview", "overview~2")]
    assert overviews == ["All cards at a glance, 1 of 2", "All cards at a glance, 2 of 2"]
    assert told.act("beat", value="card-greeted") == ""
    words = told.islands()["result"].partition('class="in-words"')[2]
    assert words.count("<tr>") == len(CARDS) + 1, "who leads sees all of it"
    pressed = [b for b in tree(told.islands()["beats"]).iter("button") if "aria-pressed" in b.attrib]
    assert [button.attrib["value"] for button in pressed] == ["card-greeted"]
    assert at.store.stage_now(session.id).beat == "card-greeted"  # type: ignore[union-attr]
    assert "“no-such” is no step of what is shown now" in told.act("beat", value="no-such")
    assert told.act("beat", value="") == ""
    assert at.store.stage_now(session.id).beat == ""  # type: ignore[union-attr]


def test_a_stage_without_results_has_no_steps(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, _session = started(at, monkeypatch)
    told.act("open", stage="sort")
    assert told.islands()["beats"] == ""
    assert "is no step of what is shown now" in told.act("beat", value="overview")


def test_what_nobody_can_decide_is_named(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    told, _session = started(at, monkeypatch)
    told.act("open", stage="sort")
    assert told.act("decide", item="x", value="y") == f"“x” can't be decided in “{RINGS}”."


# the words


def edited(folder: Path, name: str = RINGS, **changes: tuple[str, str]) -> Path:
    """A folder with an exercise in which these texts stand in place of others."""
    folder.mkdir(exist_ok=True)
    text = (EXERCISES / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def without_guide(folder: Path, name: str) -> Path:
    """A folder with an exercise that says nothing of what a facilitator says."""
    folder.mkdir(exist_ok=True)
    text = (EXERCISES / f"{name}.yaml").read_text(encoding="utf-8").partition("\nguide:")[0]
    (folder / f"{name}.yaml").write_text(text + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [RINGS, "how-good-is-our-service"])
def test_the_words_come_from_the_exercises_guide(
    at: Host, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    told, _session = started(at, monkeypatch, name)
    used = exercise(name)
    assert used.guide
    for stage, cue in used.guide.items():
        told.act("read", value=stage)
        words = plain(told.islands()["words"])
        for text in (cue.about, cue.say, cue.ask, cue.watch):
            assert all(" ".join(line.split()) in words for line in (text or "").split("\n"))
        assert ("Ask" in told.islands()["words"]) == bool(cue.ask)


@pytest.mark.parametrize("name", [RINGS, "how-good-is-our-service"])
def test_without_a_guide_the_words_are_those_of_the_kind(
    at: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    plain_at = Host(Settings(exercises=without_guide(tmp_path / "own", name)), at.store, at.links)
    told, _session = started(plain_at, monkeypatch, name)
    kind = kind_of(exercise(name))
    guide = guide_of(kind.exercise.kind)
    for stage in kind.script:
        told.act("read", value=stage.id)
        cue = guide[stage.id]
        first = next(text for text in (cue.about, cue.say, cue.ask, cue.watch) if text)
        assert " ".join(first.split("\n")[0].split()) in plain(told.islands()["words"])


@pytest.mark.parametrize("name", [RINGS, "how-good-is-our-service"])
def test_the_paper_holds_the_whole_run_sheet(at: Host, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    told = console(at, monkeypatch, name)["console"]
    html = told.panel.html
    assert "data-print" in html and '<div class="paper">' in html
    paper, kind = plain(html.partition('<div class="paper">')[2]), kind_of(exercise(name))
    assert str(at.exercise(name).warm_up) in paper, "whoever leads from paper reads the question out"
    assert kind.exercise.title in paper and " ".join(kind.exercise.objective.split()) in paper
    for number, stage in enumerate(kind.script, 2):  # the first is the warm-up
        minutes = kind.minutes[stage.id]
        assert f"{number} · {stage.title} {minutes} minute" in paper
        cue = kind.cue(stage.id)
        assert cue
        for text in (cue.about, cue.say, cue.ask, cue.watch):
            assert all(" ".join(line.split()) in paper for line in (text or "").split("\n"))
    if isinstance(kind.exercise, Deck):
        names = {ring.id: ring.name for ring in kind.exercise.categories}
        for card in kind.exercise.cards:
            assert " ".join(f"{card.text} | {names[card.answer]} | {card.reason}".split()) in paper


def test_an_exercise_that_was_edited_since_goes_on_as_it_began(
    at: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = a_session(at.store, people=4)
    open_stage(at.store, session, exercise(RINGS), "reveal")
    first, title = CARDS[0].text, exercise(RINGS).title
    folder = edited(tmp_path / "own", card=(first, "A card of today"), title=(title, "Another title"))
    edited_at = Host(Settings(exercises=folder), at.store, at.links)
    told = console(edited_at, monkeypatch, session=session)["console"]
    assert marked(told, "aria-current") == ["reveal"]
    assert first in plain(told.islands()["result"]), "the room is shown what it sorted"
    assert "A card of today" not in told.islands()["result"]
    assert "Another title" in plain(told.panel.html), "the run sheet is that of the file"
    assert press(told, "next") == ""
    assert on_now(at, session) == "discuss"


def test_behind_the_last_step_the_bar_ends_the_session(at: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(at.store, people=3)
    open_stage(at.store, session, exercise(RINGS), "debrief")
    told = console(at, monkeypatch, session=session)["console"]
    assert "End the session" in plain(told.islands()["keys"])
    assert told.act("end") == ""
    assert at.store.session_by_id(session.id).closed_at
    assert plain(told.islands()["counts"]) == "3 people were here"
    assert told.act("read", value="answers") == ""
    assert plain(told.islands()["words"]).startswith("The answers are kept."), (
        "there is nothing to say any more"
    )
    people = plain(told.islands()["people"])
    assert people.startswith("You can still take somebody’s answers out") and "ffline" not in people


def test_while_another_exercise_is_on_the_strip_marks_nothing(
    at: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session(at.store, people=3)
    open_stage(at.store, session, exercise(FLAT), "sort")
    told = console(at, monkeypatch, session=session)["console"]
    assert marked(told, "aria-current") == []
    assert told.islands()["result"] == ""
    other = exercise(FLAT)
    where = plain(told.islands()["where"])
    assert session.title in where and str(session.code) in where
    assert f"The room is in “Sort on your own” of “{other.title}”." in where
    assert next_of(told) == "What this is about"
