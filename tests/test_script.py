"""The contract of stages made of activities: what is taken, carried on, hidden, shown step by step, and how long."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onstage import Said, controls_on, everybody_answers, phone, projector, responses_of, room_at
from readable import text_of
from rooms import EXERCISES, RINGS, exercise

from kit.activities.activity import Activity, Beat, Room, Seat, Table
from kit.activities.commit import Commit
from kit.content.exercise import Exercise
from kit.errors import ResponseError
from kit.kinds import KINDS, kind_of
from kit.kinds.script import Kind, Script, Stage
from kit.kinds.sort.content import Deck
from kit.library import load
from kit.pages.rendering import call

EVERY = [load(path) for path in sorted(EXERCISES.glob("*.yaml"))]
OF_KINDS = [one for one in EVERY if one.kind in KINDS]
LISTED = Table("listed", "what was said", "participant value")


class Ask(Activity[int]):
    """Asks one word for each of its items; ``fixed`` are those that its stage opens with, if only some."""

    name: str = "ask"
    round: int = 1
    known: Sequence[str] = ("a", "b", "c")
    fixed: Sequence[str] | None = None
    from_room: bool = False  # type: ignore[misc]
    template = "commit/commit.html"
    tables = (LISTED,)

    def opening(self, room: Room) -> Sequence[str] | None:
        """The fixed items; of those that were fixed before, the same."""
        return room.opened.get(self.name, self.fixed)

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """Those that are open."""
        return room.opened.get(self.name, self.known)

    def check(self, item: str, value: str) -> str | None:
        """Any word."""
        return value if item in self.known else None

    def result(self, room: Room) -> int:
        """How many words there are."""
        return len(room.said(self))

    def beats(self, room: Room) -> Sequence[Beat]:
        """One."""
        return [Beat(self.name, "All", "asked", room.of(self))]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """The words."""
        return {"listed": LISTED.frame(room.said(self))}


def script_of(*asks: Activity[Any]) -> Script:
    """A stage for each activity: s1, s2 …"""
    return Script(Stage(f"s{number}", "Stage", asks=(one,)) for number, one in enumerate(asks, 1))


def refusal(script: Script, *answer: Any, opened: Sequence[tuple[str, Mapping[str, Sequence[str]]]]) -> str:
    """What is said to an answer that isn't taken."""
    with pytest.raises(ResponseError) as refused:
        script.accept(*answer, script.taken(opened))
    return str(refused.value)


# names


def test_two_activities_of_one_name_are_a_fault_of_the_script() -> None:
    with pytest.raises(ValueError, match=r"Two activities of one script have the same name: \['ask'\]"):
        _ = script_of(Ask(), Ask()).activities


def test_one_activity_may_be_asked_and_shown_in_many_stages() -> None:
    ask = Ask()
    script = Script([Stage("one", "One", asks=(ask,)), Stage("two", "Two", shows=(ask,), echoes=(ask,))])
    assert script.activities == {"ask": ask}


def test_a_stage_is_found_by_its_id() -> None:
    script = script_of(Ask(), Commit())
    assert script.stage("s2") is script[1] and script.stage("s3") is None


# what is taken


def test_an_activity_that_was_not_opened_takes_nothing() -> None:
    script = script_of(Ask(), Ask("later", 2))
    assert script.accept(1, "a", "x", script.taken([("s1", {})])) == "x"
    said = "Round 2 takes no “a” now. Please reload the page."
    assert refusal(script, 2, "a", "x", opened=[("s1", {})]) == said
    assert refusal(script, 1, "a", "x", opened=[]).startswith("Round 1 takes no “a” now.")


def test_only_what_was_fixed_at_the_opening_is_taken() -> None:
    script = script_of(Ask())
    opened = [("s1", {"ask": ["b"]})]
    assert script.accept(1, "b", "x", script.taken(opened)) == "x"
    assert refusal(script, 1, "a", "x", opened=opened).startswith("Round 1 takes no “a” now.")
    assert refusal(script, 1, "a", "x", opened=[("s1", {"ask": []})]).startswith("Round 1 takes no “a” now.")


def test_opened_twice_with_other_items_both_are_taken() -> None:
    script = script_of(Ask())
    taken = script.taken([("s1", {"ask": ["b"]}), ("s1", {"ask": ["c"]})])
    assert taken == {"ask": {"b", "c"}}
    assert [script.accept(1, item, "x", taken) for item in "bc"] == ["x", "x"]


@pytest.mark.parametrize("order", [1, -1])
def test_opened_once_without_a_limit_everything_is_taken(order: int) -> None:
    script = script_of(Ask())
    opened: list[tuple[str, dict[str, list[str]]]] = [("s1", {"ask": ["b"]}), ("s1", {})][::order]
    assert script.taken(opened) == {"ask": None}


def test_a_stage_that_the_exercise_has_lost_takes_nothing() -> None:
    assert script_of(Ask()).taken([("gone", {"ask": ["a"]})]) == {}


@pytest.mark.parametrize(("round", "item"), [(1, "z"), (2, "a"), (0, "a"), (-1, "a")])
def test_what_no_activity_asks_for_is_refused(round: int, item: str) -> None:
    said = f"Round {round} takes no “{item}” now. Please reload the page."
    assert refusal(script_of(Ask()), round, item, "x", opened=[("s1", {})]) == said


def test_an_item_of_that_name_in_another_round_is_another_item() -> None:
    script = script_of(Ask(known=["commitment"]), Commit())
    taken = script.taken([("s1", {})])
    assert script.accept(1, "commitment", "x", taken) == "x"
    with pytest.raises(ResponseError, match="Round 0 takes no “commitment” now"):
        script.accept(0, "commitment", "x", taken)


def test_two_activities_of_one_round_take_each_its_own() -> None:
    script = script_of(Ask("one", known=["a"]), Ask("two", known=["a", "b"]))
    assert script.accept(1, "a", "x", script.taken([("s2", {})])) == "x"
    assert refusal(script, 1, "b", "x", opened=[("s1", {})]).startswith("Round 1 takes no “b” now.")


def test_a_long_item_is_quoted_in_part() -> None:
    assert len(refusal(script_of(Ask()), 1, "z" * 5000, "x", opened=[])) < 120


# what a stage opens with, and what it may see


def test_an_opening_carries_on_what_earlier_stages_fixed() -> None:
    first, second = Ask(fixed=["b"]), Ask("other", 2)
    script = script_of(first, second)
    opened = script[0].opening(Room.empty())
    assert opened == {"ask": ["b"]}
    assert script[1].opening(Room.empty(opened)) == {"ask": ["b"]}, "and fixes nothing of its own"
    again = Stage("again", "Again", asks=(replace(first, fixed=["c"]),))
    assert again.opening(Room.empty(opened)) == {"ask": ["b"]}, "not differently a second time"


def test_a_stage_that_shows_nothing_of_the_room_gets_nobodys_answers() -> None:
    ask = Ask()
    full = Room(responses_of([("P1", 1, "a", "x")]), {"ask": ["a"]}, {"hide": "yes"})
    hidden = Stage("one", "One", asks=(ask,), echoes=(ask,), decides=(ask,)).within(full)
    assert hidden.responses.empty and list(hidden.responses) == list(full.responses)
    assert (hidden.opened, hidden.decisions) == (full.opened, full.decisions)
    assert hidden.of(ask) == 0
    for stage in (Stage("two", "Two", shows=(ask,)), Stage("three", "Three", asks=(Ask(from_room=True),))):
        assert stage.within(full) is full


def test_a_result_is_counted_once_in_a_room() -> None:
    counted = []

    class Counting(Ask):
        def result(self, room: Room) -> int:
            counted.append(room)
            return 7

    ask, room = Counting(), Room.empty()
    assert (room.of(ask), room.of(ask), len(counted)) == (7, 7, 1)


def test_progress_adds_up_what_a_stage_asks() -> None:
    stage = Stage("s", "S", asks=(Ask(), Commit()))
    seat = Seat({(1, "a"): "x", (0, "commitment"): "y", (2, "b"): "z"})
    assert stage.progress(Room.empty(), seat) == (2, 4)
    assert stage.progress(Room.empty({"ask": ["a"]}), seat) == (2, 2)
    assert stage.rounds == {0, 1}


# beats

BEATEN = [(one.id, stage.id) for one in OF_KINDS for stage in kind_of(one).script if stage.shows]


def beat_ids(kind: Kind, stage: str, room: Room) -> list[str]:
    """The ids of the steps of a stage, in order."""
    found = kind.script.stage(stage)
    assert found
    return [beat.id for _activity, beat in found.beats(room)]


def answers_to(kind: Kind, people: int, dice: st.DrawFn) -> list[Said]:
    """Some answers of so many people, each that the script takes."""
    empty, seat = Room.empty(), Seat()
    rows = []
    for activity in kind.script.activities.values():
        for item in activity.items(empty, seat) if activity.round is not None else ():
            for person in range(people):
                value = dice(st.sampled_from([*values_of(activity), ""]))
                rows += [(f"P{person}", activity.round, item, value)] if value else []
    return rows


def values_of(activity: Activity[Any]) -> list[str]:
    """What can be chosen, or a text where people write."""
    known = getattr(activity, "categories", None) or getattr(activity, "scale", None)
    return list(known) if known else ["a text"]


@st.composite
def growing_rooms(draw: st.DrawFn, kind: Kind) -> tuple[list[Said], list[Said]]:
    """What people have said, and the same after some have changed their minds and more have come."""
    before = answers_to(kind, draw(st.integers(0, 3)), draw)
    later = {(person, round, item): value for person, round, item, value in answers_to(kind, 5, draw)}
    for person, round, item, value in before:
        later.setdefault((person, round, item), value)
    return before, [(*key, value) for key, value in later.items()]


small = {
    "sort": Deck.model_validate(
        {
            "kind": "sort",
            "id": "small",
            "title": "Small",
            "objective": "Sort.",
            "minutes": 20,
            "sources": [{"author": "A", "title": "T"}],
            "question": "Which?",
            "nested": False,
            "categories": [{"id": c, "name": c.upper(), "definition": f"What {c} is"} for c in ("in", "out")],
            "cards": [
                {"id": f"c{n}", "text": f"Card {n}", "answer": "in", "reason": "So it is."} for n in range(3)
            ],
        }
    ),
    "rating": exercise("how-good-is-our-service"),
}


@pytest.mark.parametrize("name", small)
@settings(max_examples=15)
@given(data=st.data())
def test_beats_keep_their_ids_while_results_change(name: str, data: st.DataObject) -> None:
    kind = kind_of(small[name])
    before, later = data.draw(growing_rooms(kind))
    for stage in kind.script:
        opened = room_at(kind, stage.id, responses_of(before))
        early = beat_ids(kind, stage.id, opened)
        late = beat_ids(kind, stage.id, replace(opened, responses=responses_of(later), _results={}))
        assert len(set(late)) == len(late), "each step has an id of its own"
        assert set(early) <= set(late), "what was shown can be shown again"


@pytest.mark.parametrize(("name", "stage"), BEATEN)
def test_a_beat_is_all_that_the_projector_draws_of_the_results(name: str, stage: str) -> None:
    kind = kind_of(exercise(name))
    room = everybody_answers(kind, stage)
    found = kind.script.stage(stage)
    assert found
    asks = [call(activity.template, "asked", activity, room) for activity in found.asks]
    for activity, beat in found.beats(room):
        drawn = call(activity.template, beat.macro, activity, beat.shows)
        assert text_of(drawn), f"{activity.template} draws nothing for {beat.id}"
        assert projector(kind, stage, replace(room, beat=beat.id)) == "\n".join([*asks, drawn])


def test_a_beat_of_one_card_shows_no_other_card() -> None:
    kind = kind_of(exercise(RINGS))
    cards = {card.id: card for card in kind.exercise.cards}  # type: ignore[attr-defined]
    for stage in ("reveal", "answers"):
        room = everybody_answers(kind, stage)
        for beat in beat_ids(kind, stage, room):
            shown = text_of(projector(kind, stage, replace(room, beat=beat)))
            what, _dash, card = beat.partition("-")
            if card in cards:
                found = {other for other in cards if cards[other].text in shown}
                assert found == {card}
                assert (cards[card].reason.split("\n")[0][:30] in shown) == (what == "answer")
                assert ("Best fit:" in shown) == (what == "answer")


def test_a_beat_that_is_gone_shows_the_first_step_and_no_more() -> None:
    kind = kind_of(exercise(RINGS))
    room = everybody_answers(kind, "answers")
    stage = kind.script.stage("answers")
    assert stage
    first = stage.beats(room)[0][1].id
    gone = projector(kind, "answers", replace(room, beat="card-gone"))
    assert gone == projector(kind, "answers", replace(room, beat=first)) != projector(kind, "answers", room)


def test_what_is_asked_stays_on_the_projector_beside_a_beat() -> None:
    ask, commit = Ask(), Commit()
    kind = OneOff(exercise(RINGS), [Stage("both", "Both", shows=(ask,), asks=(commit,))])
    shown = projector(kind, "both", Room(responses_of([]), beat="ask"))
    assert shown.count("One thing I will do on Monday") == 2


# minutes, tables, decisions


class OneOff(Kind):
    """A kind of the test's own."""

    content = Exercise

    def __init__(self, exercise: Exercise, made: Sequence[Stage]) -> None:
        self._made = made
        super().__init__(exercise)

    def stages(self) -> Sequence[Stage]:
        """Those of the test."""
        return self._made

    def arrival(self) -> Sequence[Stage]:
        """None."""
        return ()

    def practice(self, attempt: int) -> Script:
        """The same."""
        return Script(self._made)


@given(st.integers(1, 480), st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_minutes_add_up_to_those_of_the_exercise(minutes: int, weights: list[int]) -> None:
    assume(sum(weights))
    made = [Stage(f"s{number}", "S", weight) for number, weight in enumerate(weights)]
    kind = OneOff(exercise(RINGS).model_copy(update={"minutes": minutes}), made)
    assert sum(kind.minutes.values()) == minutes
    assert all(length >= 0 for length in kind.minutes.values())
    assert list(kind.minutes) == [stage.id for stage in made]
    for weight, length in zip(weights, kind.minutes.values(), strict=True):
        assert abs(length - minutes * weight / sum(weights)) <= 1


@pytest.mark.parametrize("one", OF_KINDS, ids=lambda one: one.id)
def test_every_stage_of_a_shipped_exercise_has_minutes_and_a_cue(one: Exercise) -> None:
    kind = kind_of(one)
    assert sum(kind.minutes.values()) == one.minutes and all(
        kind.minutes[stage.id] >= 1 for stage in kind.script[1:]
    )
    assert [stage.id for stage in kind.script if not kind.cue(stage.id)] == []


def test_a_table_that_two_activities_yield_is_one_table() -> None:
    kind = OneOff(exercise(RINGS), list(script_of(Ask("one"), Ask("two", 2))))
    assert [table.name for table in kind.tables] == ["summary", "listed"]
    rows = [("P1", 1, "a", "x"), ("P2", 2, "a", "y")]
    listed = kind.frames(Room(responses_of(rows)))["listed"]
    assert listed.to_numpy().tolist() == [["P1", "x"], ["P2", "y"]]


@pytest.mark.parametrize("one", OF_KINDS, ids=lambda one: one.id)
def test_every_kind_refuses_a_decision_that_nobody_can_make(one: Exercise) -> None:
    with pytest.raises(ResponseError) as refused:
        kind_of(one).decide("no-such", "yes", Room.empty())
    assert str(refused.value) == f"“no-such” can't be decided in “{one.id}”."


@pytest.mark.parametrize("one", OF_KINDS, ids=lambda one: one.id)
def test_whatever_a_phone_is_asked_is_taken(one: Exercise) -> None:
    """Every control that a phone gets is one that the script accepts after that stage was opened."""
    kind = kind_of(one)
    for stage in kind.script:
        room = everybody_answers(kind, stage.id)
        taken = kind.script.taken([(stage.id, room.opened)])
        shown = controls_on(phone(kind, stage.id, room, person="P1"))
        assert bool(shown) == bool(stage.rounds)
        for control in shown:
            value = control.answer(-1, "A few words")
            assert kind.script.accept(control.round, control.item, value, taken) == value
