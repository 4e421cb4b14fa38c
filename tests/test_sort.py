"""The card sort: what it takes, what it tells alone, what each stage shows to whom, tables."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onstage import (
    Said,
    alone,
    asked,
    chosen,
    phone,
    progress,
    projector,
    responses_of,
    room_at,
    tables_on,
    told,
)
from readable import squash, text_of
from rooms import EXERCISES, SMALL_DECK

from kit.activities.activity import Room, Seat
from kit.activities.commit import LENGTH
from kit.activities.place.agreement import MOVES
from kit.activities.typed import clean_line
from kit.activities.vote.moderated import phrase_key
from kit.errors import ResponseError
from kit.kinds import kind_of
from kit.kinds.sort import Sort
from kit.kinds.sort.content import Deck
from kit.library import load
from kit.pages import stages
from kit.pages.rendering import sharing

RINGS = ("experience", "service", "success")
HIDDEN_STAGES = ("brief", "sort", "reveal", "discuss", "sort-again")
PAIRS = "together-pairs"
FEW = "Shares are shown from three people on"


def make_deck(nested: bool = True, answers: tuple[str, ...] = (*RINGS, "service"), mark: str = "KEY") -> Deck:
    cards = [
        {"id": f"c{n}", "text": f"Card number {n}", "answer": answer, "reason": f"{mark} reason {n}"}
        for n, answer in enumerate(answers)
    ]
    mistaken = {
        "id": "all-is-service",
        "name": f"{mark} all is service",
        "placed": "service",
        "cards": ["c0"],
        "explanation": f"{mark} explanation",
    }
    return Deck.model_validate(
        {
            **SMALL_DECK,
            "nested": nested,
            "categories": [
                {"id": ring, "name": ring.title(), "definition": f"What {ring} is"} for ring in RINGS
            ],
            "cards": cards,
            "misconceptions": [] if answers[0] == "service" else [mistaken],
        }
    )


@pytest.fixture
def sort() -> Sort:
    return Sort(make_deck())


@pytest.fixture
def four_people() -> pd.DataFrame:
    """c0 is split 2:2, c1 is split 3:1, all agree rightly on c2; c3 was placed by one. Then c0 again."""
    rows = [(f"P{n}", 1, "c0", "service" if n < 2 else "experience") for n in range(4)]
    rows += [(f"P{n}", 1, "c1", "experience" if n < 1 else "service") for n in range(4)]
    rows += [(f"P{n}", 1, "c2", "success") for n in range(4)] + [("P0", 1, "c3", "success")]
    rows += [(f"P{n}", 2, "c0", "experience") for n in range(3)]
    rows += [("P0", 0, "commitment", "Greet everybody at the door"), ("P2", 1, "gone", "service")]
    rows += [("P3", 1, "c3", "no-such-ring"), ("P3", 0, "else", "?"), ("P3", 0, "commitment", "")]
    return responses_of(rows)


def finished(kind: Sort, stage: str, room: Room) -> int:
    """How many people of the room have answered everything of a stage."""
    people = room.responses["participant"].unique()
    done = [progress(kind, stage, room, room.seat(person).answers) for person in people]
    return sum(0 < total == answered for answered, total in done)


def opening(sort: Sort, stage: str, responses: pd.DataFrame) -> dict[str, list[str]]:
    """What is fixed when a stage opens as the first one."""
    found = sort.script.stage(stage)
    assert found
    return dict(found.opening(Room(responses)))


def test_the_stages_last_as_long_as_the_exercise(sort: Sort) -> None:
    assert [stage.id for stage in sort.script] == [*HIDDEN_STAGES, "answers", "own", "ours", "debrief"]
    assert sum(sort.minutes.values()) == 30
    assert [sorted(stage.rounds) for stage in sort.script] == [[], [1], [], [], [2], [], [3, 4], [], [0]]


def test_a_deck_finds_its_kind() -> None:
    assert isinstance(kind_of(make_deck()), Sort)


# what is taken


@pytest.mark.parametrize(
    ("round", "item", "value", "text"),
    [
        (1, "c9", "service", "Round 1 takes no “c9” now. Please reload the page."),
        (2, "c0", "sales", "“sales” can't be chosen here. Use one of: experience, service, success."),
        (3, "c0", "service", "Round 3 takes no “c0” now."),
        (0, "c0", "service", "Round 0 takes no “c0” now."),
        (1, "commitment", "text", "Round 1 takes no “commitment” now."),
        (0, "commitment", "a" * 281, "has 281 characters. Please keep it to 280."),
    ],
)
def test_what_cant_be_taken_says_why(sort: Sort, round: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        sort.script.accept(round, item, value)
    assert text in str(caught.value)


def test_placements_and_commitments_are_taken(sort: Sort) -> None:
    accept = sort.script.accept
    assert accept(1, "c0", "service") == "service"
    assert accept(2, "c0", "success") == "success"
    assert accept(0, "commitment", " I\x00 greet\r\neverybody\t ") == "I greet everybody"
    assert accept(0, "commitment", "=1+1 👩\u200d💻") == "=1+1 👩\u200d💻"
    assert accept(0, "commitment", "a" * 280) == "a" * 280
    assert accept(0, "commitment", " \u200b\x00 ") == ""


@given(st.text(alphabet=st.characters(), max_size=400))
def test_a_kept_commitment_is_short_clean_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = clean_line(typed, LENGTH)
    except ResponseError:
        return
    assert 1 <= len(kept) <= 280 and clean_line(kept, LENGTH) == kept
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in kept)
    kept.encode("utf-8")


# alone


def test_a_learner_hears_exact_wider_and_other(sort: Sort) -> None:
    said = {placed: told(sort, {(1, "c1"): placed}, "c1")["echo-key-c1"] for placed in RINGS}
    assert said == {
        "service": "Exactly this ring.\nKEY reason 1",
        "experience": "True, but wider. Best fit: Service.\nKEY reason 1",
        "success": "Not this one. Best fit: Service.\nKEY reason 1",
    }


def test_a_learner_hears_which_thought_may_be_behind_a_placement(sort: Sort) -> None:
    mistaken = told(sort, {(1, "c0"): "service"}, "c0")["echo-key-c0"]
    thought = "A thought behind it may be: “KEY all is service”. KEY explanation"
    assert mistaken == f"Not this one. Best fit: Experience.\nKEY reason 0\n{thought}"
    assert "KEY all" not in told(sort, {(1, "c0"): "experience"}, "c0")["echo-key-c0"]
    assert "KEY all" not in told(sort, {(1, "c0"): "success"}, "c0")["echo-key-c0"]


def test_a_flat_deck_knows_no_wider_category() -> None:
    flat = Sort(make_deck(nested=False))
    said = {placed: told(flat, {(1, "c2"): placed}, "c2")["echo-key-c2"] for placed in RINGS}
    assert {placed: text.split(".")[0] for placed, text in said.items()} == {
        "experience": "Not this one",
        "service": "Not this one",
        "success": "This one fits",
    }
    answered = phone(flat, "answers", Room.empty(), {(1, "c2"): "success"})
    assert "1 of 4 where they fit best" in text_of(answered)


def test_other_accepted_categories_are_exact() -> None:
    data = make_deck().model_dump()
    data["cards"][1]["also_accepted"] = ["success"]
    kind = Sort(Deck.model_validate(data))
    said = [told(kind, {(1, "c1"): placed}, "c1")["echo-key-c1"].split(".")[0] for placed in RINGS]
    assert said == ["True, but wider", "Exactly this ring", "Exactly this ring"]


def test_a_learner_who_has_placed_all_cards_is_told_the_score(sort: Sort) -> None:
    answers = {(2, f"c{n}"): "service" for n in range(3)}
    first_attempt = {(1, f"c{n}"): "service" for n in range(4)}
    assert told(sort, answers | first_attempt, "c2", attempt=2)["all_told-key"] == ""
    all_placed = told(sort, {**answers, (2, "c3"): "service"}, "c3", attempt=2)
    assert all_placed["all_told-key"].startswith(
        "Worth a second look: Card number 0\nYou said Service; the best fit is Exp"
    )
    assert "[folded] How many cards?\n2 of 4 on the innermost ring" in all_placed["all_told-key"]
    assert chosen(alone(sort, answers, attempt=2)) == {"c0": "service", "c1": "service", "c2": "service"}
    assert chosen(alone(sort, answers, attempt=3)) == {}


# a phone


def test_a_card_sorted_again_counts_as_it_was_placed_last(sort: Sort) -> None:
    answers = {(1, "c0"): "service", (1, "c1"): "service", (2, "c0"): "experience", (1, "old"): "service"}
    assert "innermost ring" not in phone(sort, "debrief", Room.empty(), answers)
    assert "2 of 4 on the innermost ring before: 1" in text_of(phone(sort, "answers", Room.empty(), answers))
    first_only = {key: value for key, value in answers.items() if key[0] == 1}
    assert "1 of 4 on the innermost ring" in text_of(phone(sort, "answers", Room.empty(), first_only))
    assert "before:" not in phone(sort, "answers", Room.empty(), first_only)


def test_who_placed_nothing_has_no_score_and_no_verdict(sort: Sort) -> None:
    shown = phone(sort, "answers", Room.empty(), {})
    assert " of 4 on the innermost ring" not in shown and "verdict" not in shown and "Worth" not in shown
    assert phone(sort, "answers", Room.empty(), {}).count("KEY reason") == 4


def test_who_placed_some_cards_rightly_is_told_of_no_more_than_these(sort: Sort) -> None:
    answers = {(1, f"c{n}"): ring for n, ring in enumerate((*RINGS, "service"))}
    heard = [
        text_of(phone(sort, "answers", Room.empty(), dict(list(answers.items())[:cards]))).split("\n")[0]
        for cards in (1, 3, 4)
    ]
    assert heard == [
        f"{placed} Can you tell somebody else why?"
        for placed in (
            "The card that you placed is where it fits best.",
            "The 3 cards that you placed are where they fit best.",
            "All your cards are where they fit best.",
        )
    ]


def test_progress_counts_what_the_stage_asks_for(sort: Sort) -> None:
    answers = {(1, "c0"): "service", (1, "c1"): "gone", (2, "c0"): "service", (0, "commitment"): "Smile"}
    room = Room.empty({"again": ["c0", "c1", "gone"]})
    done = {stage.id: progress(sort, stage.id, room, answers) for stage in sort.script}
    assert done.pop("sort") == (1, 4)
    assert done.pop("sort-again") == (1, 2) and done.pop("debrief") == (1, 1)
    assert done.pop("own") == (0, 1)
    assert set(done.values()) == {(0, 0)}
    assert progress(sort, "debrief", room, {}) == (0, 1)


def test_a_phone_that_sorts_sees_its_own_cards_in_order(sort: Sort) -> None:
    answers = {(1, "c1"): "service", (1, "c2"): "gone", (2, "c1"): "success"}
    first = phone(sort, "sort", Room.empty(), answers)
    assert (asked(first), chosen(first)) == (["c0", "c1", "c2", "c3"], {"c1": "service"})
    again = phone(sort, "sort-again", Room.empty({"again": ["c1", "gone"]}), answers)
    assert (asked(again), chosen(again)) == (["c1"], {"c1": "success"})
    assert "The first time you said: Service" in again and 'data-round="2"' in again


def test_nothing_to_sort_again_is_said_without_a_claim_about_the_room(sort: Sort) -> None:
    for said in ([("P1", 1, "c0", "service")], []):
        room = room_at(sort, "sort-again", responses_of(said), {"contested": [], "again": []})
        for shown in (phone(sort, "sort-again", room, {}), projector(sort, "sort-again", room)):
            assert "There is no card to sort again." in shown and "agreed" not in shown
        assert progress(sort, "sort-again", room, {}) == (0, 0) and finished(sort, "sort-again", room) == 0


def test_a_room_in_which_nobody_answered_is_told_so_and_no_more(sort: Sort) -> None:
    for stage in ("reveal", "discuss"):
        room = room_at(sort, stage, responses_of([]))
        for shown in (phone(sort, stage, room), projector(sort, stage, room), *beats_of(sort, stage, room)):
            assert "Nobody has sorted yet." in shown and "0 people" not in shown
            assert "agreed" not in shown and "divides" not in shown


def test_a_room_of_one_mind_is_told_that_no_card_divides_it(sort: Sort) -> None:
    """Three people, all where the cards fit best: nothing is split, and nothing is off."""
    said = [(f"P{n}", 1, f"c{c}", ring) for n in range(3) for c, ring in enumerate((*RINGS, "service"))]
    room = room_at(sort, "discuss", responses_of(said))
    for shown in (
        phone(sort, "discuss", room),
        projector(sort, "discuss", room),
        *beats_of(sort, "discuss", room),
    ):
        assert "No card divides us." in shown and "Cards worth talking about" not in shown


def test_the_answers_explain_each_card(sort: Sort) -> None:
    answers = {(1, "c0"): "experience", (2, "c0"): "service", (1, "c1"): "experience"}
    shown = text_of(phone(sort, "answers", Room.empty(), answers))
    top, score, first, second, third, _fourth = re.split(r"(?=\[(?:open|folded)\])", shown)
    assert top.strip() == "Worth talking about: Card number 0\nYou said Service; the best fit is Experience."
    assert score.split("\n")[:2] == ["[folded] How many cards?", "0 of 4 on the innermost ring before: 1"]
    assert "[open] Card number 0 Not this one" in first and "Best fit: Experience" in first
    assert "You said: Service (first: Experience)" in first
    assert "“KEY all is service”. KEY explanation" in first
    assert "[open] Card number 1 True, but wider" in second and "first:" not in second
    assert third.split("\n") == ["[open] Card number 2", "Best fit: Success", "KEY reason 2", ""]


def test_a_place_that_is_as_right_as_the_answer_is_shown_and_counted_like_it() -> None:
    """Of c1, service and success are equally right: one person says service, four say success; nobody is wrong."""
    data = make_deck(nested=False).model_dump()
    data["cards"][1]["also_accepted"] = ["success"]
    kind = Sort(Deck.model_validate(data))
    responses = responses_of([(f"P{n}", 1, "c1", "success" if n else "service") for n in range(5)])
    room = room_at(kind, "answers", responses)
    step = projector(kind, "answers", replace(room, beat="answer-c1", _results={}))
    assert "✓ Best fit: Service or Success" in text_of(step)
    assert "Of the 5 who sorted it, 5 said so." in text_of(step)
    assert re.findall(r'class="ring-name( lit)?"[^>]*>([^<]*)<', step) == [
        ("", "Experience"),
        (" lit", "✓ Service"),
        (" lit", "✓ Success"),
    ]
    assert step.count('lit" x="4"') == 2
    glance, cards, *_moves = tables_on(projector(kind, "answers", room))
    assert glance[0][2] == "✓ Service or Success"
    assert cards[2] == ["Card number 1 5 people", "0 %", "✓Best fit, 20 %", "✓Best fit, 80 %"]
    for person in ("P0", "P1"):
        seen = text_of(phone(kind, "answers", room, person=person))
        assert "Card number 1 This one fits\nBest fit: Service or Success" in seen
    wrong = told(kind, {(1, "c1"): "experience"}, "c1")["echo-key-c1"]
    assert wrong.startswith("Not this one. Best fit: Service or Success.")
    split = kind.frames(Room(responses))["split"].set_index("item")
    assert split.loc["c1", ["answer", "answer_name"]].tolist() == ["service, success", "Service or Success"]
    assert split.loc["c0", ["answer", "answer_name"]].tolist() == ["experience", "Experience"]


# the stages fix which cards are contested


def test_the_most_split_cards_are_sorted_again(sort: Sort, four_people: pd.DataFrame) -> None:
    assert opening(sort, "sort-again", four_people) == {"again": ["c0", "c1"]}
    assert opening(sort, "discuss", four_people)["contested"] == ["c0", "c1"]
    assert set(opening(sort, "answers", four_people)) == {"key"}, "the order in which answers are shown"


def test_what_was_talked_over_is_sorted_again_though_answers_come_late(
    sort: Sort, four_people: pd.DataFrame
) -> None:
    talked = opening(sort, "discuss", four_people[four_people["item"] == "c1"])
    again = sort.script.stage("sort-again")
    assert again
    assert again.opening(Room(four_people, talked)) == talked | {"contested": ["c1"], "again": ["c1"]}


def test_where_all_agree_the_cards_off_the_answer_are_sorted_again(sort: Sort) -> None:
    agreed = responses_of([(f"P{n}", 1, f"c{c}", "service") for n in range(3) for c in range(4)])
    assert opening(sort, "sort-again", agreed) == {"again": ["c0", "c2"]}
    right = responses_of([("P1", 1, "c0", "experience")])
    assert opening(sort, "sort-again", right) == {"again": []}
    assert opening(sort, "sort-again", right[:0]) == {"again": []}


def test_at_most_five_cards_are_sorted_again() -> None:
    sort = Sort(make_deck(answers=("service",) * 9))
    split = responses_of([(f"P{n}", 1, f"c{c}", RINGS[n % 2]) for n in range(4) for c in range(9)])
    assert opening(sort, "sort-again", split) == {"again": ["c0", "c1", "c2", "c3", "c4"]}


# the projector


def test_the_reveal_shows_shares_and_hides_the_key(sort: Sort, four_people: pd.DataFrame) -> None:
    shown = projector(sort, "reveal", room_at(sort, "reveal", four_people))
    assert "4 people sorted" in shown and "✓" not in shown and "Who moved" not in shown
    _glance, (head, *rows) = tables_on(shown)
    assert head == ["Card", "Experience", "Service", "Success"]
    assert rows == [
        ["Card number 0 4 people", "50 %", "50 %", "0 %"],
        ["Card number 1 4 people", "25 %", "75 %", "0 %"],
        ["Card number 2 4 people", "0 %", "0 %", "100 %"],
        ["Card number 3", "Fewer than three people placed it"],
    ]
    assert re.search(r'class="share most" data-name="Service"><svg.*?75 %', shown)


def test_a_phone_sees_its_own_placement_beside_the_rooms(sort: Sort, four_people: pd.DataFrame) -> None:
    shown = phone(sort, "reveal", room_at(sort, "reveal", four_people), person="P3")
    assert re.findall(r'data-name="(\w+) \(you\)"', shown) == ["Experience", "Service", "Success"]


def test_who_finished_is_who_placed_every_card_that_was_asked(sort: Sort, four_people: pd.DataFrame) -> None:
    assert finished(sort, "sort", room_at(sort, "sort", four_people)) == 1
    again = room_at(sort, "sort-again", four_people, {"again": ["c0"]})
    assert finished(sort, "sort-again", again) == 3
    assert finished(sort, "debrief", room_at(sort, "debrief", four_people)) == 1


def test_after_the_second_round_the_room_sees_who_moved(sort: Sort, four_people: pd.DataFrame) -> None:
    shown = projector(sort, "answers", room_at(sort, "answers", four_people))
    glance, cards, moves = tables_on(shown)  # the card that split the room most in round 1 comes first
    assert glance[:2] == [
        ["Card number 0", "Experience: 3, Service: 0, Success: 0 ○ 3", "✓ Experience"],
        ["Card number 1", "Experience: 1, Service: 3, Success: 0 ○ 1 ◎ 3", "✓ Service"],
    ]
    assert moves == [
        ["Card", "Stayed on the best fit", "Stayed elsewhere", "Moved to the best fit", "Moved elsewhere"],
        ["Card number 0 3 people, both times", "1", "0", "2", "0"],
    ], "P3 sorted it once only"
    assert glance[3] == ["Card number 3", "Fewer than three people placed it", "✓ Service"]
    assert cards[1] == ["Card number 0 3 people, sorted again", "✓Best fit, 100 %", "0 %", "0 %"]
    assert cards[2] == ["Card number 1 4 people", "25 %", "✓Best fit, 75 %", "0 %"]


def test_a_room_of_two_has_the_answers_too(sort: Sort) -> None:
    """Nobody's own answer shows, and no breath is taken before what can't come."""
    two = responses_of([(f"P{n}", 1, f"c{c}", "service") for n in range(2) for c in range(4)])
    shown = projector(sort, "answers", room_at(sort, "answers", two))
    assert text_of(shown).startswith("Where these cards fit best\n")
    assert [row[1] for row in tables_on(shown)[0]] == ["✓ Experience", "✓ Service", "✓ Success", "✓ Service"]
    stage = sort.script.stage("reveal")
    assert stage and [beat.title for _a, beat in stage.beats(room_at(sort, "reveal", two))] == [
        "Too few so far"
    ]


@pytest.mark.parametrize(
    ("cards", "finding"),
    [
        (4, "On every card, most of us agree."),
        (2, "On each of the 2 cards that enough of us sorted, most of us agree."),
        (1, "On the 1 card that enough of us sorted, most of us agree."),
    ],
)
def test_the_overview_speaks_of_the_cards_that_were_counted(sort: Sort, cards: int, finding: str) -> None:
    """Three people agree on the first of four cards; two have gone on to the end."""
    rows = [(f"P{n}", 1, f"c{c}", "service") for n in range(3) for c in range(cards if n == 2 else 4)]
    for stage in ("reveal", "answers"):
        room = room_at(sort, stage, responses_of(rows))
        assert text_of(projector(sort, stage, room)).startswith(f"{finding}\n")
    *_cards, overview = beats_of(sort, "reveal", room_at(sort, "reveal", responses_of(rows)))
    assert text_of(overview).startswith(f"{finding}\n")


def test_a_phone_reads_an_answer_only_when_the_room_has_seen_it(
    sort: Sort, four_people: pd.DataFrame
) -> None:
    room = room_at(sort, "answers", four_people)
    beats = [beat.id for _activity, beat in sort.script.stage("answers").beats(room)]  # type: ignore[union-attr]
    first, last = beats.index("answer-c0"), beats[-1]
    asked_only = phone(sort, "answers", replace(room, beat=beats[first - 1], _results={}))
    seen = phone(sort, "answers", replace(room, beat="answer-c0", _results={}))
    assert "KEY reason" not in asked_only and "innermost ring" not in asked_only
    assert "KEY reason 0" in seen and "KEY reason 1" not in seen and "innermost ring" not in seen
    everything = phone(sort, "answers", room)
    assert phone(sort, "answers", replace(room, beat=last, _results={})) == everything
    assert "KEY reason" not in phone(sort, "answers", replace(room, beat="answer-gone", _results={}))
    assert all(f"KEY reason {n}" in everything for n in range(4))


def test_a_phone_has_the_card_that_is_up_front_and_then_its_answer_on_top(
    sort: Sort, four_people: pd.DataFrame
) -> None:
    room = room_at(sort, "answers", four_people)
    up_front = {
        beat: text_of(phone(sort, "answers", replace(room, beat=beat, _results={})))
        for beat in ("card-c0", "answer-c0", "card-c1", "answer-c1")
    }
    look_up = "Look up: the answers come card by card, and stay here."
    assert up_front["card-c0"] == f"Card number 0\nYou said: Experience (first: Service)\n{look_up}"
    assert (
        "[open] Card number 0 Exactly this ring" in up_front["answer-c0"] and look_up in up_front["answer-c0"]
    )
    assert re.findall(r"Card number \d", up_front["card-c1"]) == ["Card number 1", "Card number 0"]
    assert re.findall(r"Card number \d", up_front["answer-c1"]) == ["Card number 1", "Card number 0"]
    assert "[folded] Card number 0 Exactly this ring" in up_front["answer-c1"]
    nobody = text_of(phone(sort, "answers", replace(room, beat="card-c0", _results={}), person="late"))
    assert nobody == f"Card number 0\n{look_up}"
    assert look_up not in phone(sort, "answers", room)


def test_a_card_says_most_split_first_only_where_its_shares_are_those_of_the_order(
    sort: Sort, four_people: pd.DataFrame
) -> None:
    def count(stage: str, beat: str) -> str:
        shown = projector(sort, stage, replace(room_at(sort, stage, four_people), beat=beat))
        return text_of(shown).split("\n")[0]

    assert count("reveal", "card-c0") == "Card 1 of 3 · most split first"
    assert count("discuss", "card-c0") == "Card 1 of 2 · most split first"
    assert count("answers", "card-c0") == "Card 1 of 4 · sorted again"
    assert count("answers", "card-c1") == "Card 2 of 4"


def test_a_phone_has_of_the_result_what_was_up_front_the_newest_on_top(
    sort: Sort, four_people: pd.DataFrame
) -> None:
    room = room_at(sort, "reveal", four_people)
    beats = [beat.id for beat in sort.place().beats(room)]
    cards = [beat.removeprefix("card-c") for beat in beats if beat.startswith("card-")]
    seen = {
        beat: text_of(phone(sort, "reveal", replace(room, beat=beat, _results={})))
        for beat in ("", *beats, "no-such")
    }
    look_up = "Look up: the cards come one by one, and stay here."
    assert seen["hold"] == seen["no-such"] == look_up, "nobody reads ahead"
    for number, card in enumerate(cards[:-1], 1):
        shown = seen[f"card-c{card}"]
        assert re.findall(r"Card number (\d)", shown) == cards[:number][::-1] and look_up in shown
    for beat in (f"card-c{cards[-1]}", "overview", ""):
        assert (
            re.findall(r"Card number (\d)", seen[beat]) == ["0", "1", "2", "3"] and look_up not in seen[beat]
        )


@pytest.mark.parametrize("stage", ["reveal", "discuss", "answers"])
def test_groups_under_three_see_no_shares(sort: Sort, stage: str) -> None:
    rows = [(f"P{n}", round, "c0", RINGS[n]) for n in range(2) for round in (1, 2)]
    room = room_at(sort, stage, responses_of(rows), {"contested": ["c0"]})
    for shown in (projector(sort, stage, room), phone(sort, stage, room), *beats_of(sort, stage, room)):
        assert " %" not in text_of(shown) and "Who moved" not in shown
    text = text_of(projector(sort, stage, room))
    assert f"{FEW}, so that nobody's own answer shows. 2 people have sorted so far." in text


def beats_of(sort: Sort, stage: str, room: Room) -> list[str]:
    """What the projector shows in every step of a stage's results."""
    found = sort.script.stage(stage)
    assert found
    steps = [beat.id for _activity, beat in found.beats(room)]
    return [projector(sort, stage, replace(room, beat=step)) for step in steps]


def test_movers_of_a_hand_made_room_are_counted_in_four_ways(sort: Sort) -> None:
    """Of c1, service is ours. One stays on it, one stays off, two come to it, one leaves it, one moves past it.

    P6 sorts it the second time only, and P7 the first.
    """
    moves = ["service service", "success success", "experience service", "success service"]
    moves += ["service experience", "experience success"]
    said = [
        (f"P{person}", round, "c1", ring)
        for person, move in enumerate(moves)
        for round, ring in enumerate(move.split(), 1)
    ]
    room = room_at(
        sort, "answers", responses_of([*said, ("P6", 2, "c1", "service"), ("P7", 1, "c1", "service")])
    )
    _cards, moved = tables_on(projector(sort, "answers", room))[-2:]
    (beat,) = beats_of(sort, "answers", room)[-1:]
    assert (
        "Stayed on the best fit: 1, Moved to the best fit: 2, Stayed elsewhere: 1, Moved elsewhere: 2" in beat
    )
    assert moved[1:] == [["Card number 1 6 people, both times", "1", "1", "2", "2"]]
    table = sort.frames(room)["shift"].set_index(["item", "before"])[["n", *MOVES]]
    assert table.loc[("c1", "experience")].tolist() == [2, 0, 0, 1, 1]
    assert table.loc[("c1", "service")].tolist() == [2, 1, 0, 0, 1]
    assert table.loc[("c1", "success")].tolist() == [2, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("second", "finding"),
    [
        ("service service service", "All stayed."),
        ("success experience success", "All moved."),
        ("service service success", "Most stayed: 2 of 3 placements."),
        ("success experience service", "Most moved: 2 of 3 placements."),
        ("service service success success", "As many moved as stayed: 2 placements each."),
    ],
)
def test_who_moved_is_said_in_a_sentence(sort: Sort, second: str, finding: str) -> None:
    rings = second.split()
    rows = [(f"P{n}", 1, "c1", "service") for n in range(len(rings))]
    room = room_at(
        sort, "answers", responses_of([*rows, *((f"P{n}", 2, "c1", r) for n, r in enumerate(rings))])
    )
    assert f"\n{finding}\n" in text_of(projector(sort, "answers", room))
    (beat,) = beats_of(sort, "answers", room)[-1:]
    assert text_of(beat).startswith(finding)


def test_our_means_the_room_and_never_the_key(sort: Sort, four_people: pd.DataFrame) -> None:
    room = room_at(sort, "answers", four_people)
    for shown in (
        projector(sort, "answers", room),
        phone(sort, "answers", room),
        *beats_of(sort, "answers", room),
    ):
        assert not re.search(
            r"\b(our|ours|we)\b", re.sub("How many of us", "", text_of(shown)), re.IGNORECASE
        )
    titles = [beat.title for _activity, beat in sort.script.stage("answers").beats(room)]  # type: ignore[union-attr]
    assert titles[:2] == ["Card number 0", "Best fit: Card number 0"]


cards = st.sampled_from(["c0", "c1", "c2", "c3", "gone"])
placed = st.sampled_from([*RINGS, "no-such-ring"])
group_rows = st.dictionaries(
    st.tuples(st.integers(0, 5), st.sampled_from([1, 2]), cards), placed, max_size=40
)
keys = st.tuples(*[st.sampled_from(RINGS)] * 4)


def rows_of(group: dict[tuple[int, int, str], str]) -> list[Said]:
    return [(f"P{person}", round, item, value) for (person, round, item), value in group.items()]


@given(group_rows, st.booleans())
def test_the_four_numbers_of_movers_are_the_people_who_sorted_both_times(group, nested: bool) -> None:
    kind = Sort(make_deck(nested))
    table = kind.frames(Room(responses_of(rows_of(group))))["shift"]
    assert (table[list(MOVES)].sum(axis=1) == table["n"]).all()
    known = {(who, n, card) for (who, n, card), ring in group.items() if ring in RINGS and card != "gone"}
    for card in ("c0", "c1", "c2", "c3"):
        both = {who for who, n, found in known if found == card and {(who, 1, card), (who, 2, card)} <= known}
        assert table[table["item"] == card]["n"].sum() == len(both)


@settings(max_examples=40)
@given(group_rows, keys, keys, st.sampled_from(HIDDEN_STAGES), st.booleans())
def test_before_the_answers_no_view_depends_on_the_key(group, one, other, stage: str, nested: bool) -> None:
    """Decks that differ in nothing but the key show the same: the key can't be read from what they show."""
    fixed = {"contested": ["c1", "c0"], "again": ["c1", "c0"]}
    shown = []
    for key, mark in ((one, "KEY-ONE"), (other, "KEY-TWO")):
        kind = Sort(make_deck(nested, key, mark))
        room = room_at(kind, stage, responses_of(rows_of(group)), fixed)
        views = [projector(kind, stage, room), *beats_of(kind, stage, room)]
        shown.append("".join([*views, phone(kind, stage, room), phone(kind, stage, room, person="nobody")]))
    assert shown[0] == shown[1]
    assert "KEY" not in shown[0] and "verdict" not in shown[0] and "Best fit" not in shown[0]


@settings(max_examples=25)
@given(group_rows, st.randoms(use_true_random=False), st.permutations(range(6)))
def test_who_sits_where_changes_nothing(group, random, seats) -> None:
    kind = Sort(make_deck())
    rows = rows_of(group)
    moved = [(f"P{seats[int(person[1:])]}", *rest) for person, *rest in rows]
    random.shuffle(moved)
    for stage in kind.script:
        rooms = [room_at(kind, stage.id, responses_of(said)) for said in (rows, moved)]
        assert len({len(room.opened.get(PAIRS, ())) for room in rooms}) == 1
        # Who is left over may be somebody else, and with them whether each pair chose differently.
        one, other = (room.at({**room.opened, PAIRS: []}) for room in rooms)
        assert one.opened == other.opened
        assert projector(kind, stage.id, one) == projector(kind, stage.id, other)
        assert beats_of(kind, stage.id, one) == beats_of(kind, stage.id, other)


@pytest.mark.parametrize("nested", [True, False])
def test_rings_are_drawn_in_the_brief_and_beside_the_task(nested: bool) -> None:
    sort, rings = Sort(make_deck(nested)), list(RINGS) if nested else []
    views = [projector(sort, stage, Room.empty()) for stage in ("brief", "sort", "own")]
    for shown in (*views, phone(sort, "brief", Room.empty(), {})):
        assert [name.lower() for name in re.findall(r'class="ring-name"[^>]*>(\w+)<', shown)] == rings
    assert "ring-name" not in projector(sort, "sort-again", room_at(sort, "sort-again", responses_of([])))


# moments of one's own work

TEXTS = {
    "P0": [("moment/1", "He <waits> for a call", "experience"), ("moment/2", "We ring back", "service")],
    "P1": [("moment/1", "Our form asks twice", "experience")],
    "P2": [("moment/1", "Not placed", "")],
}


def own_moments(decisions: dict[str, str], sort: Sort, stage: str = "ours") -> Room:
    """Three people who wrote four moments; the last isn't placed."""
    rows: list[Said] = [(who, 3, item, text) for who, said in TEXTS.items() for item, text, _ring in said]
    rows += [(who, 4, item, ring) for who, said in TEXTS.items() for item, _text, ring in said if ring]
    return room_at(sort, stage, responses_of(rows), decisions=decisions)


def test_a_moment_is_written_and_placed_and_counts_when_it_is_both(sort: Sort) -> None:
    accept = sort.script.accept
    assert accept(3, "moment/1", " We\nring back ") == "We ring back" and accept(3, "moment/1", "") == ""
    assert accept(4, "moment/3", "service") == "service"
    for wrong in (
        (3, "moment/4", "x"),
        (3, "moment/1", "x" * 141),
        (4, "moment/1", "gone"),
        (4, "c0", "service"),
    ):
        with pytest.raises(ResponseError):
            accept(*wrong)
    room = Room.empty()
    assert progress(sort, "own", room, {}) == (0, 1)
    assert progress(sort, "own", room, {(4, "moment/2"): "service"}) == (0, 1), (
        "a ring without words is no moment"
    )
    written = {(3, "moment/1"): "We ring back", (3, "moment/2"): "A form"}
    assert progress(sort, "own", room, written) == (0, 2)
    assert progress(sort, "own", room, {**written, (4, "moment/1"): "service"}) == (1, 2)


def test_no_moment_is_shown_before_it_is_let_through(sort: Sort) -> None:
    texts = ("waits", "We ring back", "Our form", "Not placed")
    for stage in ("own", "ours"):
        room = own_moments({}, sort, stage)
        views = [
            projector(sort, stage, room),
            *beats_of(sort, stage, room),
            phone(sort, stage, room, person="P9"),
        ]
        assert not any(text in view for text in texts for view in views)
    own = phone(sort, "own", own_moments({}, sort, "own"), person="P1")
    assert "Our form asks twice" in own and "We ring back" not in own


def test_what_is_let_through_stands_on_its_ring_and_what_is_hidden_leaves(sort: Sort) -> None:
    form, ring_back = phrase_key("1", "Our form asks twice"), phrase_key("2", "We ring back")
    room = own_moments({f"phrases/{form}": "yes"}, sort)
    for shown in (projector(sort, "ours", room), phone(sort, "ours", room, person="P9")):
        assert "Our form asks twice" in shown and "We ring back" not in shown and "waits" not in shown
    everything = own_moments({"phrases/new": "yes", f"phrases/{ring_back}": "no"}, sort)
    shown = projector(sort, "ours", everything)
    assert "He &lt;waits&gt; for a call" in shown and "Our form" in shown and "We ring back" not in shown
    assert "Not placed" not in shown, "it lies on no ring"
    seen = sort.script.stage("ours").shows[0].seen(everything)  # type: ignore[union-attr]
    assert seen["experience"] == ["He <waits> for a call", "Our form asks twice"] and not seen["service"]
    table = sort.frames(everything)["moments"]
    assert table[["participant", "moment", "placed", "shown"]].fillna("").to_numpy().tolist() == [
        ["P0", "He <waits> for a call", "experience", True],
        ["P0", "We ring back", "service", False],
        ["P1", "Our form asks twice", "experience", True],
        ["P2", "Not placed", "", False],
    ]


def test_the_facilitator_lets_moments_through_one_by_one_or_all(sort: Sort) -> None:
    stage, room = sort.script.stage("own"), own_moments({}, sort, "own")
    assert stage
    form = f"phrases/{phrase_key('1', 'Our form asks twice')}"
    asked = str(stages.moderation(stage, room))
    assert "4 are held back." in text_of(asked) and form in asked and "Let all through" in asked
    assert sort.decide(form, "yes", room) == "yes" == sort.decide("phrases/new", "yes", room)
    for wrong in (("phrases/new", "perhaps"), ("phrases/zzz", "yes"), ("phrases/moment/1", "no")):
        with pytest.raises(ResponseError):
            sort.decide(*wrong, room)
    after = text_of(stages.moderation(stage, own_moments({"phrases/new": "yes"}, sort, "own")))
    assert "held back" not in after and "Hold back what is new" in after


def test_many_moments_come_five_at_a_time(sort: Sort) -> None:
    rows: list[Said] = [(f"P{n}", 3, "moment/1", f"Moment of {n}") for n in range(8)]
    rows += [(f"P{n}", 4, "moment/1", "service") for n in range(8)]
    room = room_at(sort, "ours", responses_of(rows), decisions={"phrases/new": "yes"})
    overview, first, second = beats_of(sort, "ours", room)
    assert "and 3 more" in overview and first.count("<li>") == 5 and second.count("<li>") == 3
    assert "size-4" in first and "size-5" in second, "the fewer they are, the larger they stand there"


def test_long_moments_stand_side_by_side_as_far_as_a_column_holds_them(sort: Sort) -> None:
    rows: list[Said] = [(f"P{n}", 3, "moment/1", f"{n} " + "a customer waits " * 8) for n in range(8)]
    rows += [(f"P{n}", 4, "moment/1", "service") for n in range(8)]
    room = room_at(sort, "ours", responses_of(rows), decisions={"phrases/new": "yes"})
    overview, first, *_rest = beats_of(sort, "ours", room)
    assert "and 6 more" in overview and first.count("<li>") == 5 and "size-3" in first


def test_the_commitment_starts_from_ones_own_moments(sort: Sort) -> None:
    room = own_moments({}, sort, "debrief")
    shown = phone(sort, "debrief", room)
    assert (
        "Start from one of your own moments:" in shown and "We ring back" in shown and "Our form" not in shown
    )
    assert "Start from" not in phone(sort, "debrief", room, person="P9")


# tables


def test_the_tables_have_the_columns_they_promise(sort: Sort, four_people: pd.DataFrame) -> None:
    full = sort.frames(Room(four_people.assign(late=False)))
    empty = sort.frames(Room(four_people[:0].assign(late=False)))
    names = ["summary", "shift", "placements", "matrix", "agreement", "split", "moments", "commitments"]
    assert sorted(full) == sorted(names) == sorted(table.name for table in sort.tables)
    for table in sort.tables:
        promised = table.columns.replace("?", "").split()
        wide = [c.replace("*", ring) for c in promised for ring in (RINGS if "*" in c else [""])]
        assert list(full[table.name].columns) == list(empty[table.name].columns) == wide
        assert table.about


def test_the_tables_tell_the_facilitator_all(sort: Sort, four_people: pd.DataFrame) -> None:
    tables = sort.frames(Room(four_people))
    placements = tables["placements"]
    assert len(placements) == 16 and list(placements["round"]) == sorted(placements["round"])
    first = placements.iloc[0]
    assert (first["participant"], first["card"], first["placed_name"]) == ("P0", "Card number 0", "Service")
    assert first["correct"] == "other" and "late" not in placements
    matrix = tables["matrix"].set_index(["round", "item"])
    assert matrix.loc[(1, "c1"), "share_service"] == 0.75 and matrix.loc[(2, "c0"), "n"] == 3
    assert pd.isna(matrix.loc[(1, "c3"), "share_success"]) and matrix.loc[(1, "c3"), "count_success"] == 1
    assert list(tables["split"]["item"]) == ["c0", "c1", "c2", "c3", "c0"]
    scopes = tables["agreement"][["round", "scope", "cards", "participants"]].to_numpy().tolist()
    assert scopes == [[1, "all cards", 4, 4], [1, "sorted again", 1, 4], [2, "sorted again", 1, 3]]
    assert tables["commitments"]["commitment"].tolist() == ["Greet everybody at the door"]
    assert tables["shift"].iloc[-3:]["card"].tolist() == ["All cards"] * 3
    summary = dict(tables["summary"].itertuples(index=False))
    assert summary["Participants"] == 4 and summary["Commitments"] == 1


def test_tables_are_the_same_whatever_stage_is_on(sort: Sort, four_people: pd.DataFrame) -> None:
    plain = sort.frames(Room(four_people))
    for stage in sort.script:
        on = replace(room_at(sort, stage.id, four_people), beat="overview")
        for name, table in sort.frames(on).items():
            pd.testing.assert_frame_equal(table, plain[name])


def test_participants_are_listed_in_the_order_of_their_numbers(sort: Sort) -> None:
    rows = [(f"P{n}", 1, "c0", "service") for n in (10, 2, 1)]
    assert sort.frames(Room(responses_of(rows)))["placements"]["participant"].tolist() == ["P1", "P2", "P10"]


def test_the_most_split_card_comes_first_and_ties_keep_the_decks_order(sort: Sort) -> None:
    counts = {"c0": (4, 0, 0), "c1": (0, 1, 3), "c2": (3, 1, 0), "c3": (2, 2, 0)}
    rows = [
        (f"P{person}", 1, card, ring)
        for card, row in counts.items()
        for person, ring in enumerate(ring for ring, n in zip(RINGS, row, strict=True) for _one in range(n))
    ]
    split = sort.frames(Room(responses_of(rows)))["split"]
    assert list(split["item"]) == ["c3", "c1", "c2", "c0"]
    assert list(split["modal"]) == ["experience", "success", "experience", "experience"]
    assert list(split["entropy"].iloc[[0, 3]]) == [1, 0]
    partly = sort.frames(Room(responses_of([row for row in rows if row[2] == "c2"])))["split"]
    assert list(partly["item"]) == ["c2", "c0", "c1", "c3"], "what nobody placed comes last"
    assert partly["modal"].isna().sum() == partly["entropy"].isna().sum() == 3


def test_what_splits_the_room_in_halves_comes_before_what_most_agree_on(sort: Sort) -> None:
    counts = {"c0": (6, 1, 1), "c1": (4, 4, 0), "c2": (4, 2, 2), "c3": (1, 1, 0)}
    rows = [
        (f"P{person}", 1, card, ring)
        for card, row in counts.items()
        for person, ring in enumerate(ring for ring, n in zip(RINGS, row, strict=True) for _one in range(n))
    ]
    room = Room(responses_of(rows))
    assert list(sort.frames(room)["split"]["item"]) == ["c2", "c1", "c0", "c3"]
    opened = sort.script.stage("discuss").opening(room)["contested"]
    assert opened == ["c2", "c1", "c0", "c3"], "what only two people sorted is talked about last"


@settings(deadline=None)
@given(group_rows)
def test_shares_of_a_card_sum_to_one_and_the_most_split_comes_first(group) -> None:
    tables = Sort(make_deck()).frames(Room(responses_of(rows_of(group))))
    matrix, split = tables["matrix"], tables["split"]
    counts = matrix[[f"count_{ring}" for ring in RINGS]].sum(axis=1)
    shares = matrix[[f"share_{ring}" for ring in RINGS]]
    assert (counts == matrix["n"]).all() and matrix["n"].sum() == len(tables["placements"])
    assert ((shares[matrix["n"] >= 3].sum(axis=1) - 1).abs() < 1e-9).all()
    assert shares[matrix["n"] < 3].isna().all(axis=None)
    for _round, cards in split.groupby("round"):
        known = cards["entropy"].dropna()
        assert (
            cards["modal_share"].dropna().is_monotonic_increasing
            and cards["entropy"].isna()[len(known) :].all()
        )
        assert list(cards["n"] > 0) == [True] * len(known) + [False] * (len(cards) - len(known))


# three hundred phones, and the decks of the kit


def test_three_hundred_phones_share_what_they_see_alike() -> None:
    kind = Sort(make_deck(answers=RINGS * 4 + RINGS[:2]))
    choices: list[dict[tuple[int, str], str]] = [
        {(round, f"c{c}"): RINGS[(n * c) % 3] for c in range(14) for round in (1, 2)} for n in range(300)
    ]
    responses = responses_of(
        [(f"P{n}", round, c, value) for n, own in enumerate(choices) for (round, c), value in own.items()]
    )
    room, stage = room_at(kind, "answers", responses), kind.script.stage("answers")
    assert stage
    projector(kind, "answers", room)
    with sharing():
        views = [stages.participant(kind.exercise, stage, room, Seat(own)) for own in choices]
    assert len(set(views)) == 3, "who placed the cards alike sees the same"


@pytest.mark.parametrize("path", sorted(EXERCISES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_decks_of_the_kit_run_through_all_stages(path: Path) -> None:
    deck = load(path)
    if not isinstance(deck, Deck):
        pytest.skip("another kind")
    kind = Sort(deck)
    places = [category.id for category in deck.categories]
    rows = [
        (f"P{n}", 1, card.id, places[(n + index) % len(places)])
        for n in range(5)
        for index, card in enumerate(deck.cards)
    ]
    responses = responses_of(rows)
    for stage in kind.script:
        room = room_at(kind, stage.id, responses)
        assert phone(kind, stage.id, room) and projector(kind, stage.id, room)
        assert all(beats_of(kind, stage.id, room))
    assert len(kind.frames(Room(responses))["placements"]) == len(rows)
    right = {(1, card.id): card.answer for card in deck.cards}
    for card in deck.cards:
        assert squash(card.reason) in told(kind, right, card.id)["echo-key-" + card.id]
    assert f"{len(deck.cards)} of {len(deck.cards)}" in phone(kind, "answers", Room.empty(), right)
