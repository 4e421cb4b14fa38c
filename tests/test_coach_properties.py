"""Whatever is typed, the coach answers: at once, the same each time, with spans inside the text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.coach import Point, Recipe, built_in_recipes, get_recipe, render, review
from kit.coach.cues import inflect
from kit.coach.text import split

VERDICTS = {"found", "missing", "unclear"}
PIECES = st.sampled_from(
    [
        *"sorry|sorry,|but|however|we|we're|they|you|didn't|should have|the supplier|our policy".split("|"),
        *"can't|nothing I can do|who told you|because|broke down|at 4|tomorrow|I'll|refund|it happens".split(
            "|"
        ),
        *"don't worry|are you sure|any inconvenience|if|next time|not|nobody|for|waiting|thank you".split(
            "|"
        ),
        *("?", "!", ".", ",", "“", "”", '"', "'", "’", "…", "\n", "\u200b", "e\u0301", "\ud800", "😀"),
    ]
)
PHRASES = st.lists(PIECES, max_size=40).map(" ".join)
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)
RECIPES = st.sampled_from(sorted(built_in_recipes()))
EXPLODED = 30
"""Seconds that nothing takes unless its work grows with more than the length of the text."""


@settings(max_examples=100)
@given(ANY_TEXT | PHRASES, RECIPES)
def test_any_text_is_answered_with_spans_inside_it(text: str, recipe: str) -> None:
    answer = review(text, recipe)
    plan = built_in_recipes()[recipe]
    assert list(answer.steps) == [step.id for step in plan.steps]
    assert set(answer.steps.values()) <= VERDICTS
    found = {step for step, verdict in answer.steps.items() if verdict == "found"}
    assert set(answer.evidence) == found
    for start, end in [*answer.evidence.values(), *answer.traps.values()]:
        assert 0 <= start < end <= len(text)
    assert set(answer.traps) <= {trap.id for trap in plan.traps}
    assert answer == review(text, recipe)
    assert render(answer, text, recipe)


@settings(max_examples=100)
@given(PHRASES, RECIPES)
def test_verdicts_and_traps_agree(text: str, recipe: str) -> None:
    answer = review(text, recipe)
    kinds = set(answer.traps)
    assert "excuse-first" not in kinds or answer.steps["explanation"] == "missing"
    if answer.judged and "no-blame" in answer.steps and "blame-customer" in kinds:
        assert answer.steps["no-blame"] == "missing"
    if answer.steps.get("no-blame") == "found":
        assert not {"blame-customer", "interrogate"} & kinds


@settings(max_examples=100)
@given(ANY_TEXT)
def test_words_keep_their_place(text: str) -> None:
    words = split(text)
    assert len(words.words) == len(words.starts) == len(words.ends)
    assert all(word for word in words.words)
    assert words.starts == sorted(words.starts)
    assert all(start < end for start, end in zip(words.starts, words.ends, strict=True))


@settings(max_examples=60)
@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=60))
def test_any_cues_of_ones_own_either_work_or_are_told(cues: list[str], text: str) -> None:
    try:
        recipe = Recipe("own", (Point("a", cues=tuple(cues)),))
    except Exception as error:
        assert type(error).__name__ == "CoachError", error
        return
    assert set(review(text, recipe).steps) == {"a"}


@settings(max_examples=30)
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9))
def test_a_verb_is_one_of_its_forms(verb: str) -> None:
    assert verb in inflect(verb)


@settings(max_examples=25)
@given(st.lists(PIECES, min_size=1, max_size=6).map(" ".join), RECIPES)
def test_five_thousand_characters_never_take_long(piece: str, recipe: str) -> None:
    text = (piece + " ") * (5000 // (len(piece) + 1))
    start = time.process_time()
    review(text, recipe)
    assert time.process_time() - start < EXPLODED


@pytest.mark.parametrize(
    "piece", ["a", "'", "a'", "1.", "\u0301", "\ud800", "\n", '"', "-", "a-", "sorry but ", "not "]
)
def test_repetition_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        review(text, "delay")
        return time.process_time() - start

    seconds(100)
    assert seconds(20_000) < EXPLODED


def test_space_around_a_phrase_changes_nothing_but_the_offsets() -> None:
    text = "We're sorry it's late. The van broke down. It's with you at four."
    plain, padded = review(text, "delay"), review(f"\n  {text}  ", "delay")
    assert plain.steps == padded.steps
    assert {step: (start + 3, end + 3) for step, (start, end) in plain.evidence.items()} == padded.evidence
    assert get_recipe("delay").id == plain.recipe
