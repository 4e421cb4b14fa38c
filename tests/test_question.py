"""A question to the room, in each of its forms: what people may answer, what the room sees, what is taken home."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onstage import controls_on, phone, projector, responses_of
from readable import text_of
from rooms import EXERCISES, WAIT_SECONDS

from kit.activities.activity import Room
from kit.activities.question.words import LEADING, SIZES, Word, fitting
from kit.errors import KitError, ResponseError
from kit.kinds import exercise_from, kind_of
from kit.kinds.question.own import question, ready
from kit.kinds.script import Kind
from kit.lead import Lead
from kit.library import load as load_file
from kit.pages import pages
from kit.pages.stages import moderation
from kit.report.tables import Results
from kit.room import Position, begin
from kit.session import Names, Participant
from kit.store.archive import dump, load
from kit.store.store import Store

WORD = {"text": "In one word?", "form": "word"}
TEXT = {"text": "What is unclear?", "form": "text"}
LUNCH = {"text": "How was lunch?", "form": "rating", "low": "cold", "high": "hot"}
PACE = {"text": "Is it slow?", "form": "choice", "options": "Yes\n\n No \nYes!"}


def asked(said: dict[str, str]) -> Kind:
    return kind_of(question("question-1", said, {}))


def a_room(kind: Kind, values: list[str], **more: Any) -> Room:
    (item,) = kind.script[0].asks[0].items(Room.empty(), None)
    return Room(responses_of((f"P{n}", 1, item, value) for n, value in enumerate(values, 1)), **more)


def test_a_rating_counts_each_number_and_their_mean() -> None:
    kind = asked(LUNCH)
    room = a_room(kind, ["1", "5", "5", "4"])
    assert [people for _answer, people, _share in room.of(kind.script[1].shows[0]).counts] == [1, 0, 0, 1, 2]
    seen = text_of(projector(kind, "answers", room))
    assert "How was lunch?\n4 answers · 3.8 on average\n1 cold | 1\n2 | 0\n3 | 0\n4 | 1\n5 hot | 2" in seen
    assert "average" not in projector(kind, "ask", room)
    own = text_of(phone(kind, "answers", room, person="P4"))
    assert "4 (you) | 1" in own
    many = a_room(kind, ["1", "2"] * 10)
    assert "1 cold | 50 %\n2 | 50 %" in text_of(projector(kind, "answers", many))
    few = projector(kind, "answers", a_room(kind, ["1", "5"]))
    assert "It shows from three answers on" in few and "average" not in few
    assert controls_on(phone(kind, "ask", room))[0].values == ("1", "2", "3", "4", "5")


def test_a_choice_counts_in_the_order_of_its_answers() -> None:
    kind = asked(PACE)
    seen = text_of(projector(kind, "answers", a_room(kind, ["2", "2", "1"])))
    assert "3 answers\nYes | 1\nNo | 2\nYes! | 0" in seen
    with pytest.raises(ResponseError, match="“4” can't be chosen here"):
        kind.script.accept(1, "answer", "4")


def words_of(kind: Kind, room: Room) -> list[tuple[str, int, bool]]:
    return [(word.text, word.people, word.is_shown) for word in room.of(kind.script[1].shows[0])]


def test_equal_words_are_one_and_stand_larger() -> None:
    kind = asked(WORD)
    room = a_room(kind, ["Trust", "the trust", "Smiles", "a smile!", "smile", "help", "not help", "smile"])
    found = [("smile", 4, True), ("Trust", 2, True), ("help", 1, True), ("not help", 1, True)]
    assert words_of(kind, room) == found
    on_the_wall = projector(kind, "ask", room)
    assert text_of(on_the_wall).splitlines()[1:] == ["smile×4", "Trust×2", "help", "not help"]
    assert '"cloud-4">smile<' in on_the_wall and '"cloud-0">help<' in on_the_wall
    assert "smile" not in phone(kind, "ask", room)
    assert "smile ×4" in text_of(phone(kind, "answers", room))
    with pytest.raises(ResponseError, match="Please keep it to 30"):
        kind.script.accept(1, "word", "w" * 31)
    assert kind.script.accept(1, "word", " \t ") == ""


def press(kind: Kind, room: Room, item: str, value: str) -> Room:
    kept = kind.decide(item, value, room)
    return Room(room.responses, {}, {**room.decisions, item: kept})


def key_of(kind: Kind, room: Room, text: str) -> str:
    return next(word.key for word in room.of(kind.script[1].shows[0]) if word.text == text)


def test_one_press_takes_a_word_off_and_new_ones_can_be_made_to_wait() -> None:
    kind = asked(WORD)
    room = a_room(kind, ["rude", "kind"])
    room = press(kind, room, f"question/{key_of(kind, room, 'rude')}", "no")
    assert words_of(kind, room) == [("kind", 1, True), ("rude", 1, False)]
    assert "rude" not in projector(kind, "ask", room) + phone(kind, "answers", room)
    room = press(kind, room, "question/new", "no")
    more = a_room(kind, ["rude", "kind", "late", "Kind"], decisions=room.decisions)
    assert words_of(kind, more) == [("Kind", 2, True), ("late", 1, False), ("rude", 1, False)]
    held, shown, through = kind.script[0].decides[0].choices(more)
    assert ([word.text for word in held], [word.text for word in shown], through) == (
        ["late", "rude"],
        ["Kind"],
        False,
    )
    late = press(kind, more, f"question/{key_of(kind, more, 'late')}", "yes")
    assert ("late", 1, True) in words_of(kind, late)
    everything = press(kind, more, "question/new", "yes")
    assert words_of(kind, everything) == [("Kind", 2, True), ("late", 1, True), ("rude", 1, False)]
    for item, value in (("question/nothing", "yes"), ("question/new", "maybe"), ("other/new", "yes")):
        with pytest.raises(ResponseError):
            kind.decide(item, value, room)


def test_texts_wait_for_the_facilitator_and_come_a_page_each() -> None:
    kind = asked(TEXT)
    texts = [f"{number} {'words and more ' * 12}".strip() for number in range(10, 30)]
    room = a_room(kind, texts)
    assert not [
        text for text in texts if text in projector(kind, "answers", room) + phone(kind, "answers", room)
    ]
    room = press(kind, room, "question/new", "yes")
    beats = kind.script[1].shows[0].beats(room)
    assert [beat.title for beat in beats[:2]] == [
        f"Answers, 1 of {len(beats)}",
        f"Answers, 2 of {len(beats)}",
    ]
    assert [word.text for beat in beats for word in beat.shows] == texts
    second = projector(kind, "answers", Room(room.responses, {}, room.decisions, "answers~2"))
    assert beats[1].shows[0].text in second and texts[0] not in second


def test_that_nobody_has_written_is_not_said_to_be_held_back() -> None:
    for said in (WORD, TEXT):
        kind = asked(said)
        for beat in ("", *(beat.id for _activity, beat in kind.script[1].beats(a_room(kind, [])))):
            nobody, rude = (a_room(kind, texts, beat=beat) for texts in ([], ["rude"]))
            rude = press(kind, rude, "question/new", "no")
            rude = press(kind, rude, f"question/{key_of(kind, rude, 'rude')}", "no")
            for words, room in (
                ("Nobody has written yet.", nobody),
                ("None shown yet", replace(rude, beat=beat)),
            ):
                screen, own = projector(kind, "answers", room), phone(kind, "answers", room)
                assert text_of(screen).splitlines()[-2:] == [said["text"], words]
                assert text_of(own).splitlines()[-1] == words


def test_nothing_is_said_to_be_held_back_before_anybody_has_written() -> None:
    kind = asked(TEXT)
    nobody, two = (text_of(moderation(kind.script[0], a_room(kind, said))) for said in ([], ["Soup", "Tea"]))
    assert "2 are held back." in two
    assert "Let all through, new ones too" in nobody and "held back" not in nobody


@given(
    st.lists(
        st.tuples(st.text(st.sampled_from("iMw日 aé"), min_size=1, max_size=30), st.integers(1, 300)),
        max_size=60,
    ),
    st.floats(20, 60),
)
def test_a_cloud_never_leaves_its_place_and_loses_no_word_uncounted(
    found: list[tuple[str, int]], height: float
) -> None:
    words = [
        Word(str(n), text, people, True)
        for n, (text, people) in enumerate(sorted(found, key=lambda one: -one[1]))
    ]
    shown, more = fitting(words, 94, height)
    assert [word for word, _size in shown] == words[: len(shown)]
    assert len(shown) + more == len(words)
    sizes = [size for _word, size in shown]
    assert sizes == sorted(sizes, reverse=True)
    assert max((SIZES[size] * LEADING for size in sizes), default=0) <= max(height, SIZES[0] * LEADING)


def test_what_a_facilitator_types_is_bounded_and_refused_with_a_cure() -> None:
    for said, cure in [
        (
            {**WORD, "text": " "},
            "In “Your question” there is nothing to read: “”. Type a word or a few there.",
        ),
        ({**WORD, "text": "w" * 121}, "Please keep it to 120"),
        ({**WORD, "form": "essay"}, "Choose how people answer"),
        ({**LUNCH, "low": ""}, "In “1 means” there is nothing to read: “”. Type a word or a few there."),
        ({**LUNCH, "high": "\u200b"}, "In “5 means” there is nothing to read: “\u200b”"),
        ({**PACE, "options": "Yes\n\u200b"}, "In “Answers” there is nothing to read: “\u200b”"),
        ({**PACE, "options": "Yes"}, "needs 2 answers or more"),
        (
            {**PACE, "options": "Yes\nNo\n yes "},
            "^Of the answers “yes” is there twice. Change one of the two, or remove it.$",
        ),
        ({**PACE, "options": "\n".join("abcdefg")}, "7 answers are too many"),
        ({**PACE, "options": "Yes\n" + "n" * 31}, "Please keep it to 30"),
    ]:
        with pytest.raises(KitError, match=cure):
            question("question-1", said, {})
    strange = question("question-1", {"text": "A \u202equestion\n<b>?</b>", "form": "word"}, {})
    assert strange.title == "A question <b>?</b>"
    assert "<b>?</b>" not in projector(kind_of(strange), "ask", Room.empty())
    for name in ready():
        assert [stage.id for stage in kind_of(question("question-1", {"value": name}, {})).script] == [
            "ask",
            "answers",
        ]


def test_a_rating_is_refused_without_what_its_ends_mean() -> None:
    kept = question("question-1", LUNCH, {}).model_dump(mode="json")
    assert exercise_from(kept).title == LUNCH["text"]
    with pytest.raises(ValueError, match="A rating needs a word for 1 and one for 5"):
        exercise_from({**kept, "ends": None})


def test_of_two_who_ask_at_one_moment_neither_is_lost(store: Store) -> None:
    session = store.create_session("Tuesday", Names.OPTIONAL)
    begin(store, session, load_file(EXERCISES / "cx-vs-service.yaml"))
    people = store.participants

    def meanwhile(*of: int, **which: bool) -> list[Participant]:
        if not which:
            store.participants = people  # type: ignore[method-assign] - another asks between reading and asking
            Lead(store, session).act({"action": "ask", **WORD})
        return people(*of, **which)

    store.participants = meanwhile  # type: ignore[method-assign]
    Lead(store, session).act({"action": "ask", **LUNCH})
    position = Position.read(store, session)
    asked = {name: kind.exercise.title for name, kind in position.kinds.items() if kind.is_aside}
    assert asked == {"question-1": "In one word?", "question-2": "How was lunch?"}
    assert position.exercise == "question-2"
    assert store.plan(session.id, position.kinds["question-1"].exercise) is False


def test_a_question_of_one_minute_does_not_begin_with_one_minute_left(store: Store) -> None:
    session = store.create_session("Tuesday", Names.OPTIONAL)
    begin(store, session, load_file(EXERCISES / "cx-vs-service.yaml"))
    lead, soon = Lead(store, session), "One minute left"

    def clock() -> str:
        return pages.clock(Position.read(store, session))

    lead.act({"action": "ask", **WORD})
    assert "Time left:" in clock() and soon not in clock()
    lead.act({"action": "extend"})
    assert soon in clock(), "of three minutes one will be left"
    lead.act({"action": "ask", **TEXT})
    assert soon in clock(), "two minutes"


def test_its_answers_are_results_like_any_other_and_come_through_json(store: Store) -> None:
    session = store.create_session("Tuesday", Names.OPTIONAL)
    begin(store, session, load_file(EXERCISES / "cx-vs-service.yaml"))
    lead, people = Lead(store, session), [store.join(session.id, "")[0] for _seat in range(3)]
    for said, item, values in [
        (LUNCH, "answer", ["1", "5", "5"]),
        (WORD, "word", ["Soup", "the soup", "bread"]),
    ]:
        lead.act({"action": "ask", **said})
        name = Position.read(store, session).exercise
        for seat, value in zip(people, values, strict=True):
            change = {"exercise": name, "round": 1, "item": item, "value": value, "seq": 1 + int(name[-1])}
            store.save(Position.read(store, session).accept(seat, change)).result(WAIT_SECONDS)
    warm = {"exercise": "cx-vs-service", "round": 9, "item": "word", "value": "trust", "seq": 9}
    store.save(Position.read(store, session).accept(people[0], warm)).result(WAIT_SECONDS)
    results = Results.of(store, session)
    assert {name: one.title for name, one in results.exercises.items()} == {
        "cx-vs-service": "Experience, service or success?",
        "question-1": "How was lunch?",
        "question-2": "In one word?",
    }
    answers = results["answers"]
    rows = answers[["exercise", "answer", "n"]].to_numpy().tolist()
    assert rows[:2] == [["cx-vs-service", "trust", 1], ["question-1", "1 cold", 1]]
    assert rows[-2:] == [["question-2", "Soup", 2], ["question-2", "bread", 1]]
    assert math.isclose(answers["share"].iloc[-2], 2 / 3)
    assert len(results["answered"]) == 7
    assert not results["answered"]["late"].any(), "the warm-up goes on beside a question"
    archive = dump(store, session.id)
    archive["session"]["code"] = "CDFGHJ"
    again = Results.of(store, load(store, archive))
    assert again["answers"].equals(answers) and len(again.pictures()) == len(results.pictures())
