"""Phrasing exercises as files: every fault that a trainer can cause, in its exact words."""

from pathlib import Path

import pytest

from kit.kinds.phrasing.content import PhrasingExercise
from kit.library import check, load

EXERCISE = """\
kind: phrasing
id: sorry
title: Say sorry
objective: Find words for a delay.
minutes: 30
recipes:
  - id: delay
    title: Something is late
    steps:
      - id: apology
        title: Say sorry
        hint: Before anything else.
        rule: apology
      - id: thanks
        title: Thank them
        hint: For waiting.
        cues: [thank you, "thanks .. for", "glad|happy that you"]
    traps: [deflect, helpless]
    own_traps:
      - id: forms
        title: Sends them to a form
        cues: ["fill in .. form"]
        question: What would save them “{quote}”?
    bad: The others are slow.
    why_bad: It names somebody else.
    good: We're sorry, and thank you for waiting. It comes at four.
    why_good: It names a time.
situations:
  - id: cake
    recipe: delay
    trade: Bakery
    text: The cake isn't ready.
sources:
  - author: Jane Doe
    title: On cakes
"""


def faults_of(folder: Path, content: str) -> list[str]:
    """What `check` says of a file with this content, without the path."""
    path = folder / "sorry.yaml"
    path.write_text(content, encoding="utf-8")
    return [str(fault).removeprefix(f"{path}, ") for fault in check([path])]


@pytest.mark.parametrize("braces", ["{quotes}", "{Quote}", "{ quote }", "{}", "{quote"])
def test_a_question_has_no_braces_but_those_of_the_own_words(tmp_path: Path, braces: str) -> None:
    assert faults_of(tmp_path, changed("{quote}", braces)) == [
        f"line 23: 'question' of trap 'forms' of recipe 'delay' has '{braces}'. "
        "Write '{quote}' where the person's own words stand, and no other braces."
    ]
    assert faults_of(tmp_path, EXERCISE) == faults_of(tmp_path, changed("“{quote}”", "this")) == []


def changed(old: str, new: str) -> str:
    """The exercise with one passage changed."""
    assert EXERCISE.count(old) == 1, f"{old!r} must be in the exercise once"
    return EXERCISE.replace(old, new)


def test_the_exercise_of_these_tests_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, EXERCISE) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "recipe: delay",
            "recipe: delays",
            "line 30: situation 'cake' names recipe 'delays'. Did you mean 'delay'?",
        ),
        (
            "recipe: delay",
            "recipe: refund",
            "line 30: situation 'cake' names recipe 'refund'. Use one of: delay.",
        ),
        (
            "  - id: cake\n",
            "  - id: cake\n    recipe: delay\n    trade: Bakery\n    text: Late.\n  - id: cake\n",
            "line 33: the id 'cake' belongs to an earlier situation. Give this situation a different id.",
        ),
        (
            "- id: thanks",
            "- id: apology",
            "line 14: the id 'apology' belongs to an earlier step. Give this step a different id.",
        ),
        (
            "rule: apology",
            "rule: apologie",
            "line 13: step 'apology' of recipe 'delay' names rule 'apologie'. Did you mean 'apology'?",
        ),
        (
            "rule: apology",
            "rule: smile",
            "line 13: step 'apology' of recipe 'delay' names rule 'smile'. "
            "Use one of: own, apology, explanation, solution, no-blame, ease, bearable, "
            "acknowledge, protects, options.",
        ),
        (
            "        rule: apology\n",
            "",
            "line 10: step 'apology' of recipe 'delay' has neither a rule nor cues. Add 'cues:' with words "
            "that "
            "show it, or 'rule:' with one of: own, apology, explanation, solution, no-blame, ease, bearable, "
            "acknowledge, protects, options.",
        ),
        (
            "rule: apology",
            "rule: apology\n        cues: [sorry]",
            "line 14: step 'apology' of recipe 'delay' has a rule and cues. Keep one of the two.",
        ),
        (
            "[thank you,",
            '[".. you",',
            "line 17: 'cues' of step 'thanks' of recipe 'delay' holds '.. you', which can't be read. Begin and "
            "end it "
            "with a word, as in 'our mistake' or 'sorry .. if', without < and >.",
        ),
        (
            "[thank you,",
            '["thank <customer>",',
            "line 17: 'cues' of step 'thanks' of recipe 'delay' holds 'thank <customer>', which can't be read. "
            "Begin "
            "and end it with a word, as in 'our mistake' or 'sorry .. if', without < and >.",
        ),
        (
            "[thank you,",
            '["~",',
            "line 17: 'cues' of step 'thanks' of recipe 'delay' holds '~', which can't be read. Begin "
            "and end it with a word, as in 'our mistake' or 'sorry .. if', without < and >.",
        ),
        (
            "[thank you,",
            '["🙂",',
            "line 17: 'cues' of step 'thanks' of recipe 'delay' holds '🙂', which can't be read. Begin "
            "and end it with a word, as in 'our mistake' or 'sorry .. if', without < and >.",
        ),
        (
            "[thank you,",
            "[\"we can't|won't\",",
            "line 17: 'cues' of step 'thanks' of recipe 'delay' holds 'we can't|won't', where '|', '~' or '?' "
            "stands beside a word with a sign in it. "
            "Write each wording as a cue of its own, without '|', '~' and '?'.",
        ),
        (
            '["fill in .. form"]',
            '["' + "-".join("abcdefghijklm") + '"]',
            "line 22: 'cues' of trap 'forms' of recipe 'delay' holds 'a-b-c-d-e-f-g-h-i-j-k-l-m', "
            "which has too many wordings. Use fewer '|', '?' and '~' in one cue.",
        ),
        (
            '["fill in .. form"]',
            '["a? b? c? d? e? f? g? h? i? j? k"]',
            "line 22: 'cues' of trap 'forms' of recipe 'delay' holds 'a? b? c? d? e? f? g? h? i? j? k', "
            "which has too many wordings. Use fewer '|', '?' and '~' in one cue.",
        ),
        (
            "[deflect, helpless]",
            "[deflect, helples]",
            "line 18: recipe 'delay' names trap 'helples'. Did you mean 'helpless'?",
        ),
        (
            "[deflect, helpless]",
            "[deflect, deflect]",
            "line 18: recipe 'delay' names trap 'deflect' twice. Remove one of the two.",
        ),
        (
            "- id: forms",
            "- id: deflect",
            "line 20: trap 'deflect' of recipe 'delay' has the name of one of the coach's own. "
            "Use another id, or list it under 'traps'.",
        ),
        (
            "hint: For waiting.",
            "hint:",
            "line 16: 'hint' of step 'thanks' of recipe 'delay' is empty. Write something after 'hint:'.",
        ),
        (
            "        hint: For waiting.\n",
            "        hnt: For waiting.\n",
            "line 16: step 'thanks' of recipe 'delay' has an unknown key 'hnt'. Did you mean 'hint'?",
        ),
        (
            'cues: ["fill in .. form"]',
            'cues: ["' + "fill in the form " * 8 + '"]',
            "line 22: 'cues' of trap 'forms' of recipe 'delay' has 136 characters: "
            "'fill in the form fill in the form fill in the form fill in…'. Shorten it to 80 or fewer.",
        ),
        (
            '["fill in .. form"]',
            "[]",
            "line 22: 'cues' of trap 'forms' of recipe 'delay' has too few entries: 0. Write at least 1.",
        ),
        (
            "thank you, ",
            "7, ",
            "line 17: 'cues' of step 'thanks' of recipe 'delay' is '7', which YAML takes for a number. "
            "Put it in quotes if it is a text.",
        ),
        (
            "    why_good: It names a time.\n",
            "",
            "line 7: recipe 'delay' has no 'why_good'. Add 'why_good:' to it.",
        ),
        (
            "    trade: Bakery\n",
            "",
            "line 29: situation 'cake' has no 'trade'. Add 'trade:' to it.",
        ),
        (
            "kind: phrasing",
            "kind: phrasng",
            "line 1: kind 'phrasng' is unknown. Did you mean 'phrasing'?",
        ),
    ],
)
def test_each_fault_says_where_what_and_how_to_fix(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert faults_of(tmp_path, changed(old, new)) == [fault]


def test_a_recipe_without_a_situation_is_a_fault(tmp_path: Path) -> None:
    (recipe,) = [EXERCISE[EXERCISE.index("  - id: delay") : EXERCISE.index("situations:")]]
    second = recipe.replace("id: delay", "id: refund")
    assert faults_of(tmp_path, EXERCISE.replace("situations:", f"{second}situations:")) == [
        "line 28: recipe 'refund' has no situation. Add one with this recipe, or remove the recipe."
    ]


def test_a_trainers_recipe_becomes_the_coachs(tmp_path: Path) -> None:
    path = tmp_path / "sorry.yaml"
    path.write_text(EXERCISE, encoding="utf-8")
    exercise = load(path)
    assert isinstance(exercise, PhrasingExercise)
    recipe = exercise.recipes[0].for_coach()
    assert [(step.id, step.rule, step.label) for step in recipe.steps] == [
        ("apology", "apology", "Say sorry"),
        ("thanks", "", "Thank them"),
    ]
    assert [trap.id for trap in recipe.traps] == ["deflect", "helpless", "forms"]
    assert PhrasingExercise.model_validate(exercise.model_dump(mode="json")) == exercise
