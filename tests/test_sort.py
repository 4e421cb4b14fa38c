"""The card sort: check, feedback, scores, what each stage shows to whom, tables."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.content.deck import Deck
from kit.errors import ResponseError
from kit.kinds import Moment, Sort, agreement, kind_of, sort_tables
from kit.kinds.placing import COMMITMENT_LENGTH, Verdict
from kit.kinds.typed import clean_line

RINGS = ("experience", "service", "success")
HIDDEN_STAGES = ("brief", "sort", "reveal", "discuss", "sort-again")
EXERCISES = Path(__file__).parents[1] / "exercises"


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
            "kind": "sort",
            "id": "small",
            "title": "A small deck",
            "objective": "Tell the rings apart.",
            "minutes": 30,
            "sources": [{"author": "A. Author", "title": "A title"}],
            "question": "Which ring fits best?",
            "nested": nested,
            "categories": [
                {"id": ring, "name": ring.title(), "definition": f"What {ring} is"} for ring in RINGS
            ],
            "cards": cards,
            "misconceptions": [] if answers[0] == "service" else [mistaken],
        }
    )


def responses_of(rows: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["participant", "round", "item", "value"])
    return frame.assign(at=pd.Timestamp("2025-01-01T10:00:00Z"))


def moment_of(kind: Sort, stage: str, items: list[str] | None = None) -> Moment:
    return Moment(kind.stage(stage), {} if items is None else {"items": items})


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
    rows += [("P3", 1, "c3", "no-such-ring"), ("P3", 0, "else", "?")]
    return responses_of(rows)


def test_the_stages_last_as_long_as_the_exercise(sort: Sort) -> None:
    assert [stage.id for stage in sort.stages] == [*HIDDEN_STAGES, "answers", "debrief"]
    assert sum(stage.minutes for stage in sort.stages) == 30
    assert [stage.round for stage in sort.stages] == [None, 1, None, None, 2, None, 0]


def test_a_deck_finds_its_kind() -> None:
    assert isinstance(kind_of(make_deck()), Sort)


@pytest.mark.parametrize(
    ("round", "item", "value", "text"),
    [
        (1, "c9", "service", "“c9” is no card of “small”. Use one of: c0, c1, c2, c3."),
        (2, "c0", "sales", "“sales” is no category of “small”. Use one of: experience, service, success."),
        (3, "c0", "service", "Round 3 takes no “c0”. Use 1 or 2 for cards, 0 for “commitment”."),
        (0, "c0", "service", "Round 0 takes no “c0”."),
        (1, "commitment", "text", "“commitment” is no card"),
        (0, "commitment", " \u200b\x00 ", "There is nothing to read in"),
        (0, "commitment", "a" * 281, "has 281 characters. Please keep it to 280."),
    ],
)
def test_what_cant_be_taken_says_why(sort: Sort, round: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        sort.check(round, item, value)
    assert text in str(caught.value)


def test_placements_and_commitments_are_taken(sort: Sort) -> None:
    assert sort.check(1, "c0", "service") == "service"
    assert sort.check(2, "c0", "success") == "success"
    assert sort.check(0, "commitment", " I\x00 greet\r\neverybody\t ") == "I greet everybody"
    assert sort.check(0, "commitment", "=1+1 👩\u200d💻") == "=1+1 👩\u200d💻"
    assert sort.check(0, "commitment", "a" * 280) == "a" * 280


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=400))
def test_a_kept_commitment_is_short_clean_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = clean_line(typed, COMMITMENT_LENGTH)
    except ResponseError:
        return
    assert 1 <= len(kept) <= 280 and clean_line(kept, COMMITMENT_LENGTH) == kept
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in kept)
    kept.encode("utf-8")


def test_feedback_knows_exact_wider_and_other(sort: Sort) -> None:
    verdicts = {placed: sort.feedback("c1", placed).verdict for placed in RINGS}
    assert verdicts == {"service": Verdict.EXACT, "experience": Verdict.WIDER, "success": Verdict.OTHER}
    mistaken = sort.feedback("c0", "service")
    assert mistaken.verdict is Verdict.OTHER and mistaken.misconception.id == "all-is-service"
    assert (mistaken.answer.id, mistaken.reason) == ("experience", "KEY reason 0")
    assert sort.feedback("c0", "experience").misconception is None
    with pytest.raises(ResponseError, match="“c9” is no card"):
        sort.feedback("c9", "service")


def test_a_flat_deck_knows_no_wider_category() -> None:
    flat = Sort(make_deck(nested=False))
    assert {placed: flat.feedback("c2", placed).verdict.value for placed in RINGS} == {
        "experience": "other",
        "service": "other",
        "success": "exact",
    }
    view = flat.participant_view(moment_of(flat, "answers"), {(1, "c2"): "success"})
    assert view["score"]["text"] == "1 of 4 as we'd place them"


def test_other_accepted_categories_are_exact() -> None:
    data = make_deck().model_dump()
    data["cards"][1]["also_accepted"] = ["success"]
    kind = Sort(Deck.model_validate(data))
    verdicts = [kind.feedback("c1", placed).verdict for placed in RINGS]
    assert verdicts == [Verdict.WIDER, Verdict.EXACT, Verdict.EXACT]


def test_a_card_sorted_again_counts_as_it_was_placed_last(sort: Sort) -> None:
    answers = {(1, "c0"): "service", (1, "c1"): "service", (2, "c0"): "experience", (1, "old"): "service"}
    assert sort.score(answers, 1) == (1, 4)
    assert sort.score(answers, 2) == (2, 4)
    view = sort.participant_view(moment_of(sort, "debrief"), answers)
    assert view["score"] == {"exact": 2, "total": 4, "text": "2 of 4 on the innermost ring"}
    assert view["score_before"]["exact"] == 1


def test_who_placed_nothing_has_no_score(sort: Sort) -> None:
    view = sort.participant_view(moment_of(sort, "answers"), {})
    assert view["score"] is None and view["score_before"] is None
    assert {card["verdict"] for card in view["cards"]} == {None}


def test_progress_counts_what_the_stage_asks_for(sort: Sort) -> None:
    answers = {(1, "c0"): "service", (1, "c1"): "gone", (2, "c0"): "service", (0, "commitment"): "Smile"}
    progress = {
        stage.id: sort.progress(moment_of(sort, stage.id, ["c0", "c1", "gone"]), answers)
        for stage in sort.stages
        if stage.id != "sort"
    }
    assert sort.progress(moment_of(sort, "sort"), answers) == (1, 4)
    assert progress.pop("sort-again") == (1, 2) and progress.pop("debrief") == (1, 1)
    assert set(progress.values()) == {(0, 0)}
    assert sort.progress(moment_of(sort, "debrief"), {}) == (0, 1)


def test_the_most_split_cards_are_sorted_again(sort: Sort, four_people: pd.DataFrame) -> None:
    assert sort.opening(sort.stage("sort-again"), four_people) == {"items": ["c0", "c1"]}
    assert sort.opening(sort.stage("discuss"), four_people) == {"items": ["c0", "c1"]}
    assert sort.opening(sort.stage("answers"), four_people) == {}


def test_where_all_agree_the_cards_off_the_answer_are_sorted_again(sort: Sort) -> None:
    agreed = responses_of([(f"P{n}", 1, f"c{c}", "service") for n in range(3) for c in range(4)])
    assert sort.opening(sort.stage("sort-again"), agreed) == {"items": ["c0", "c2"]}
    right = responses_of([("P1", 1, "c0", "experience")])
    assert sort.opening(sort.stage("sort-again"), right) == {"items": []}
    assert sort.opening(sort.stage("sort-again"), right[:0]) == {"items": []}


def test_at_most_five_cards_are_sorted_again() -> None:
    sort = Sort(make_deck(answers=("service",) * 9))
    split = responses_of([(f"P{n}", 1, f"c{c}", RINGS[n % 2]) for n in range(4) for c in range(9)])
    assert sort.opening(sort.stage("sort-again"), split)["items"] == ["c0", "c1", "c2", "c3", "c4"]


def test_a_phone_that_sorts_sees_its_own_cards_in_order(sort: Sort) -> None:
    answers = {(1, "c1"): "service", (1, "c2"): "gone", (2, "c1"): "success"}
    view = sort.participant_view(moment_of(sort, "sort"), answers)
    assert [card["card"] for card in view["cards"]] == ["c0", "c1", "c2", "c3"]
    assert [card["placed"] for card in view["cards"]] == [None, "service", None, None]
    again = sort.participant_view(moment_of(sort, "sort-again", ["c1", "gone"]), answers)
    assert again["cards"] == [
        {
            "card": "c1",
            "text": "Card number 1",
            "placed": "success",
            "placed_name": "Success",
            "before": "service",
            "before_name": "Service",
        }
    ]


def test_nothing_contested_is_an_empty_list(sort: Sort) -> None:
    moment = moment_of(sort, "sort-again", [])
    assert sort.participant_view(moment, {})["cards"] == [] and sort.progress(moment, {}) == (0, 0)
    room = sort.room_view(moment, responses_of([("P1", 1, "c0", "service")]))
    assert (room["cards"], room["bars"], room["done"]) == ([], [], 0)


def test_the_answers_explain_each_card(sort: Sort) -> None:
    answers = {(1, "c0"): "experience", (2, "c0"): "service", (1, "c1"): "experience"}
    first, second, third, _fourth = sort.participant_view(moment_of(sort, "answers"), answers)["cards"]
    assert (first["before"], first["placed"], first["verdict"]) == ("experience", "service", "other")
    assert first["misconception"] == {"name": "KEY all is service", "explanation": "KEY explanation"}
    assert (second["verdict"], second["verdict_text"]) == ("wider", "True, but wider")
    assert (third["placed"], third["verdict"], third["answer_name"]) == (None, None, "Success")


def test_the_reveal_shows_shares_and_hides_the_key(sort: Sort, four_people: pd.DataFrame) -> None:
    room = sort.room_view(moment_of(sort, "reveal"), four_people)
    assert (room["people"], room["too_few"], room["shift"]) == (4, False, None)
    assert [bar["card"] for bar in room["bars"]] == ["c0", "c1", "c2", "c3"]
    assert room["bars"][1]["shares"][1] == {
        "category": "service",
        "name": "Service",
        "count": 3,
        "share": 0.75,
        "verdict": None,
    }
    assert room["bars"][1]["modal"] == "service"
    assert room["bars"][3]["n"] == 1 and room["bars"][3]["shares"] == []


def test_the_projector_counts_who_finished(sort: Sort, four_people: pd.DataFrame) -> None:
    assert sort.room_view(moment_of(sort, "sort"), four_people)["done"] == 1
    again = sort.room_view(moment_of(sort, "sort-again", ["c0"]), four_people)
    assert (again["people"], again["done"]) == (3, 3)
    assert sort.room_view(moment_of(sort, "debrief"), four_people)["done"] == 1


def test_after_the_second_round_the_room_sees_who_moved(sort: Sort, four_people: pd.DataFrame) -> None:
    room = sort.room_view(moment_of(sort, "answers"), four_people)
    assert room["shift"]["totals"] == {"towards": 2, "away": 0, "sideways": 0, "stayed": 1}
    assert [(row["category"], row["n"]) for row in room["shift"]["rows"]] == [
        ("experience", 1),
        ("service", 2),
        ("success", 0),
    ]
    assert room["shift"]["cards"][0]["towards"] == 2
    assert room["bars"][0]["again"]["modal"] == "experience" and room["bars"][1]["again"] is None
    assert (room["bars"][0]["answer_name"], room["bars"][0]["shares"][1]["verdict"]) == (
        "Experience",
        "other",
    )


@pytest.mark.parametrize("stage", ["reveal", "discuss", "answers", "debrief"])
def test_groups_under_three_see_no_shares(sort: Sort, stage: str) -> None:
    rows = [(f"P{n}", round, "c0", RINGS[n]) for n in range(2) for round in (1, 2)]
    room = sort.room_view(moment_of(sort, stage, ["c0"]), responses_of(rows))
    assert room["too_few"] and room["people"] == 2
    assert [(bar["shares"], bar["modal"]) for bar in room["bars"]] == [([], None)]
    assert room["shift"] is None or (room["shift"]["too_few"] and not room["shift"]["rows"])


def test_a_nearer_ring_is_a_move_towards_the_answer(sort: Sort) -> None:
    direction = sort._judge.direction
    assert direction("c0", "success", "service") == "towards"
    assert direction("c1", "experience", "success") == "away"
    assert direction("c2", "service", "experience") == "away"
    assert direction("c2", "service", "service") == "stayed"
    flat = Sort(make_deck(nested=False))._judge.direction
    assert (flat("c0", "success", "service"), flat("c0", "success", "experience")) == ("sideways", "towards")


cards = st.sampled_from(["c0", "c1", "c2", "c3", "gone"])
placed = st.sampled_from([*RINGS, "no-such-ring"])
group_rows = st.dictionaries(
    st.tuples(st.integers(0, 5), st.sampled_from([1, 2]), cards), placed, max_size=40
)
keys = st.tuples(*[st.sampled_from(RINGS)] * 4)


def rows_of(group: dict[tuple[int, int, str], str]) -> list[tuple[str, int, str, str]]:
    return [(f"P{person}", round, item, value) for (person, round, item), value in group.items()]


@settings(max_examples=40, deadline=None)
@given(group_rows, keys, keys, st.sampled_from(HIDDEN_STAGES), st.booleans())
def test_before_the_answers_no_view_depends_on_the_key(group, one, other, stage: str, nested: bool) -> None:
    """Decks that differ in nothing but the key show the same: the key can't be read from what they show."""
    responses = responses_of(rows_of(group))
    answers = {(round, item): value for (person, round, item), value in group.items() if person == 0}
    shown = []
    for key, mark in ((one, "KEY-ONE"), (other, "KEY-TWO")):
        kind = Sort(make_deck(nested, key, mark))
        moment = moment_of(kind, stage, ["c1", "c0"] if stage in ("discuss", "sort-again") else None)
        later = kind.room_view(moment_of(kind, "answers"), responses)
        room = kind.room_view(moment, responses)
        views = [room, *(kind.participant_view(moment, answers, seen) for seen in (room, later, None))]
        shown.append(json.dumps(views, sort_keys=True))
    assert shown[0] == shown[1]
    assert "KEY" not in shown[0] and "reason" not in shown[0] and '"answer' not in shown[0]


@settings(max_examples=25, deadline=None)
@given(group_rows, st.randoms(use_true_random=False), st.permutations(range(6)))
def test_who_sits_where_changes_nothing(group, random, seats) -> None:
    kind = Sort(make_deck())
    rows = rows_of(group)
    moved = [(f"P{seats[int(person[1:])]}", *rest) for person, *rest in rows]
    random.shuffle(moved)
    one, other = responses_of(rows), responses_of(moved)
    for stage in kind.stages:
        assert kind.opening(stage, one) == kind.opening(stage, other)
        moment = Moment(stage, kind.opening(stage, one))
        assert kind.room_view(moment, one) == kind.room_view(moment, other)
        json.dumps(kind.room_view(moment, one), allow_nan=False)


def test_the_tables_have_the_columns_they_promise(sort: Sort, four_people: pd.DataFrame) -> None:
    tables = sort.tables(four_people.assign(late=False))
    full = {name: list(table.columns) for name, table in tables.items()}
    empty = {name: list(t.columns) for name, t in sort.tables(four_people[:0].assign(late=False)).items()}
    assert list(full) == ["summary", "placements", "matrix", "agreement", "split", "shift", "commitments"]
    assert full == empty
    for column in {column for columns in full.values() for column in columns}:
        family = re.sub(r"^(count|share|after)_.*", r"\1_<category>", column)
        assert f"``{family}``" in documented_columns(), f"nobody documents the column {column!r}"


def documented_columns() -> str:
    texts = (sort_tables.tables, agreement.shift, agreement.Agreement)
    return " ".join(text.__doc__ for text in texts)


def test_the_tables_tell_the_facilitator_all(sort: Sort, four_people: pd.DataFrame) -> None:
    tables = sort.tables(four_people)
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


def test_participants_are_listed_in_the_order_of_their_numbers(sort: Sort) -> None:
    rows = [(f"P{n}", 1, "c0", "service") for n in (10, 2, 1)]
    assert sort.tables(responses_of(rows))["placements"]["participant"].tolist() == ["P1", "P2", "P10"]


def test_a_stage_change_is_quick_for_three_hundred_phones() -> None:
    kind = Sort(make_deck(answers=RINGS * 4 + RINGS[:2]))
    choices: list[dict[tuple[int, str], str]] = [
        {(round, f"c{c}"): RINGS[(n * c) % 3] for c in range(14) for round in (1, 2)} for n in range(300)
    ]
    responses = responses_of(
        [(f"P{n}", round, c, value) for n, own in enumerate(choices) for (round, c), value in own.items()]
    )
    moment = moment_of(kind, "answers")
    group = kind.room_view(moment, responses)
    start = time.process_time()
    views = [kind.participant_view(moment, own, group) for own in choices]
    assert (time.process_time() - start) / len(views) < 0.001
    assert all(view["group"] is group for view in views)


@pytest.mark.parametrize("path", sorted(EXERCISES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_decks_of_the_kit_run_through_all_stages(path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if data["kind"] != "sort":
        pytest.skip("another kind")
    kind = Sort(Deck.model_validate({"id": path.stem, **data}))
    places = [category.id for category in kind.exercise.categories]
    rows = [
        (f"P{n}", 1, card.id, places[(n + index) % len(places)])
        for n in range(5)
        for index, card in enumerate(kind.exercise.cards)
    ]
    responses = responses_of(rows)
    for stage in kind.stages:
        moment = Moment(stage, kind.opening(stage, responses))
        group = kind.room_view(moment, responses)
        json.dumps(kind.participant_view(moment, {(1, rows[0][2]): rows[0][3]}, group), allow_nan=False)
    assert len(kind.tables(responses)["placements"]) == len(rows)
    right = {(1, card.id): card.answer for card in kind.exercise.cards}
    assert kind.score(right, 1) == (len(kind.exercise.cards),) * 2
