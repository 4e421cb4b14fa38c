"""Exercise files: every fault that a trainer can cause, in its exact words, and the decks of the kit."""

import json
import os
import re
import time
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from kit.content import marked
from kit.content.exercise import Exercise
from kit.content.fault import Fault
from kit.errors import ContentError
from kit.kinds import KINDS, exercise_from
from kit.kinds.rating.content import RatingExercise
from kit.kinds.sort.content import Deck
from kit.library import MAX_FAULTS, MAX_FILE_BYTES, check, find, load, load_folder
from kit.library.schema import FILE_NAME, json_schema, schema_text

ROOT = Path(__file__).parent.parent
EXERCISES = ROOT / "exercises"
EXPLODED = 30
"""Seconds that nothing takes unless its work grows with more than the length of the file."""

AUTHORING = ROOT / "docs" / "authoring.md"

DECK = """\
kind: sort
id: tablet
title: A new tablet
objective: Tell service from experience.
minutes: 15
question: Which ring fits?
nested: true
categories:
  - id: experience
    name: Experience
    definition: All of it.
  - id: service
    name: Service
    definition: Help and advice.
cards:
  - id: parking
    text: Looks for parking
    answer: experience
    reason: Nobody helps here.
  - id: greeted
    text: Is greeted
    answer: service
    also_accepted: []
    reason: Somebody offers help.
misconceptions:
  - id: all-is-service
    name: All of it is service
    placed: service
    cards: [parking]
    explanation: Service begins with help.
sources:
  - author: Jane Doe
    title: On tablets
    year: 2014
"""

FLAT = DECK.replace("nested: true", "nested: false")


def faults_of(folder: Path, content: str | bytes, name: str = "tablet.yaml") -> list[str]:
    """What `check` says of a file with this content, without the path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [
        str(fault).removeprefix(str(path)).removeprefix(", ").removeprefix(": ") for fault in check([path])
    ]


def changed(old: str, new: str, deck: str = DECK) -> str:
    """The deck with one passage changed."""
    assert deck.count(old) == 1, f"{old!r} must be in the deck once"
    return deck.replace(old, new)


def test_the_deck_of_these_tests_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, DECK) == []
    assert faults_of(tmp_path, FLAT) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # Rules of a deck
        (
            "answer: service",
            "answer: servce",
            "line 22: card 'greeted' names category 'servce'. Did you mean 'service'?",
        ),
        (
            "also_accepted: []",
            "also_accepted: [experence]",
            "line 23: card 'greeted' names category 'experence'. Did you mean 'experience'?",
        ),
        (
            "placed: service",
            "placed: help",
            "line 28: misconception 'all-is-service' names category 'help'. Use one of: experience, service.",
        ),
        (
            "    answer: service\n",
            "",
            "line 20: card 'greeted' has no 'answer'. Add 'answer:' to it.",
        ),
        (
            "answer: service",
            "answer:",
            "line 22: 'answer' of card 'greeted' is empty. Write something after 'answer:'.",
        ),
        (
            "also_accepted: []",
            "also_accepted: [service]",
            "line 23: card 'greeted' also accepts 'service', which counts anyway. "
            "Remove it from 'also_accepted'.",
        ),
        (
            "also_accepted: []",
            "also_accepted: [experience]",
            "line 23: card 'greeted' also accepts 'experience', which counts anyway. "
            "Remove it from 'also_accepted'.",
        ),
        (
            "- id: greeted",
            "- id: parking",
            "line 20: the id 'parking' belongs to an earlier card. Give this card a different id.",
        ),
        (
            "cards: [parking]",
            "cards: [parkin]",
            "line 29: misconception 'all-is-service' names card 'parkin'. Did you mean 'parking'?",
        ),
        (
            "cards: [parking]",
            "cards: [xyz]",
            "line 29: misconception 'all-is-service' names card 'xyz'. Use one of: parking, greeted.",
        ),
        (
            "cards: [parking]",
            "cards: [parking, parking]",
            "line 29: misconception 'all-is-service' names card 'parking' twice. Remove one of the two.",
        ),
        (
            "cards: [parking]",
            "cards: [parking, greeted]",
            "line 29: misconception 'all-is-service' puts card 'greeted' in 'service', which is right for "
            "that card. Remove the card from the misconception, or change 'placed'.",
        ),
        # Keys
        (
            "    answer: service",
            "    anwser: service",
            "line 22: card 'greeted' has an unknown key 'anwser'. Did you mean 'answer'?",
        ),
        (
            "minutes: 15",
            "minutes: 15\ncolour: red",
            "line 6: the exercise has an unknown key 'colour'. Remove it, or use one of: kind, id, title, "
            "objective, minutes, sources, guide, warm_up, warm_up_ends, question, nested, categories, cards, "
            "misconceptions, own.",
        ),
        (
            "title: A new tablet",
            "title: A new tablet\ntitle: Another",
            "line 4: the key 'title' stands here again; it was on line 3 already. Remove one of the two.",
        ),
        ("title: A new tablet\n", "", "line 1: the exercise has no 'title'. Add 'title:' to it."),
        (
            "    reason: Nobody helps here.\n",
            "",
            "line 16: card 'parking' has no 'reason'. Add 'reason:' to it.",
        ),
        (
            "kind: sort\n",
            "",
            "line 1: the exercise has no 'kind'. Add 'kind:'. Use one of: sort, phrasing, partners, rating.",
        ),
        ("kind: sort", "kind: srot", "line 1: kind 'srot' is unknown. Did you mean 'sort'?"),
        ("kind: sort", "kind: [sort]", "line 1: kind '['sort']' is unknown. Did you mean 'sort'?"),
        (
            "kind: sort",
            "kind: 7",
            "line 1: kind '7' is unknown. Use one of: sort, phrasing, partners, rating.",
        ),
        # Ids
        (
            "id: tablet",
            "id: phone",
            "line 2: the id 'phone' is not the file's name, 'tablet'. "
            "Rename the file to phone.yaml, or change the id.",
        ),
        (
            "- id: greeted",
            "- id: Is Greeted!",
            "line 20: 'id' of card 'Is Greeted!' can't be 'Is Greeted!'. "
            "Use lower-case letters, digits and single hyphens: 'is-greeted'.",
        ),
        # Texts
        (
            "title: A new tablet",
            "title: yes",
            "line 3: 'title' of the exercise is 'yes', which YAML takes for true or false. "
            "Put it in quotes if it is a text.",
        ),
        (
            "text: Is greeted",
            "text: 42",
            "line 21: 'text' of card 'greeted' is '42', which YAML takes for a number. "
            "Put it in quotes if it is a text.",
        ),
        (
            "text: Is greeted",
            "text:",
            "line 21: 'text' of card 'greeted' is empty. Write something after 'text:'.",
        ),
        (
            "text: Is greeted",
            "text: '  '",
            "line 21: 'text' of card 'greeted' is empty. Write something after 'text:'.",
        ),
        (
            "text: Is greeted",
            "text: [Is greeted]",
            "line 21: 'text' of card 'greeted' is a list, where a text is due. "
            "Put it in quotes if it is a text.",
        ),
        (
            "text: Is greeted",
            "text: {name}",
            "line 21: 'text' of card 'greeted' is a block with keys of its own, where a text is due. "
            "Put it in quotes if it is a text.",
        ),
        (
            "text: Is greeted",
            "text: Is greeted" + " again" * 30,
            "line 21: 'text' of card 'greeted' has 190 characters: "
            "'Is greeted again again again again again again again again…'. Shorten it to 120 or fewer.",
        ),
        (
            "text: Is greeted",
            "text: looks for parking",
            "line 21: the text 'looks for parking' belongs to an earlier card. Give this card a different text.",
        ),
        (
            "text: Is greeted",
            "text: |\n      Is\n      greeted",
            "line 21: 'text' of card 'greeted' has more than one line: 'Is greeted'. Write it on one line.",
        ),
        (
            "text: Is greeted",
            'text: "Is \\u202Egreeted"',
            "line 21: 'text' of card 'greeted' holds an invisible character: 'Is U+202Egreeted'. "
            "Type the text anew; don't copy it.",
        ),
        (
            "text: Is greeted",
            "text: Is \u202egreeted",
            "line 21: character 14 of the line is invisible (U+202E). Delete it, or type the line anew.",
        ),
        (
            "text: Is greeted",
            "text: Is \x07greeted",
            "line 21: character 14 of the line is invisible (U+0007). Delete it, or type the line anew.",
        ),
        # Numbers, true and false, lists
        (
            "minutes: 15",
            "minutes: a while",
            "line 5: 'minutes' of the exercise is 'a while', where a whole number is due. "
            "Write digits only, without quotes.",
        ),
        (
            "minutes: 15",
            "minutes: yes",
            "line 5: 'minutes' of the exercise is 'yes', where a whole number is due. "
            "Write digits only, without quotes.",
        ),
        (
            "minutes: 15",
            "minutes: 7.5",
            "line 5: 'minutes' of the exercise is '7.5', where a whole number is due. "
            "Write digits only, without quotes.",
        ),
        ("minutes: 15", "minutes: 0", "line 5: 'minutes' of the exercise is '0'. Use 1 or more."),
        ("minutes: 15", "minutes: 900", "line 5: 'minutes' of the exercise is '900'. Use 480 or less."),
        ("year: 2014", "year: 20144", "line 34: 'year' of source 1 is '20144'. Use 2100 or less."),
        (
            "nested: true",
            "nested: rings",
            "line 7: 'nested' of the exercise is 'rings', where true or false is due. "
            "Write one of them, without quotes.",
        ),
        (
            "also_accepted: []",
            "also_accepted: service",
            "line 23: 'also_accepted' of card 'greeted' is 'service', where a list is due. "
            "Begin each entry on a new line, with a dash.",
        ),
        (
            "cards: [parking]",
            "cards: []",
            "line 29: 'cards' of misconception 'all-is-service' has too few entries: 0. Write at least 1.",
        ),
        (
            "cards: [parking]",
            "cards: [parking, ~]",
            "line 29: 'cards' has an empty entry. Write something after the dash, or remove it.",
        ),
        (
            "sources:\n",
            "sources:\n  - Jane Doe\n",
            "line 32: 'sources' of the exercise holds 'Jane Doe', where a block with keys is due. "
            "Give it the keys: author, title, year.",
        ),
        (
            "sources:\n",
            "sources:\n  -\n",
            "line 32: 'sources' has an empty entry. Write something after the dash, or remove it.",
        ),
        # What YAML can and we can't
        (
            "text: Is greeted",
            "text: &hello Is greeted",
            "line 21: '&hello' has a meaning of its own in YAML. "
            "Write it out in full; put a text that begins with '*', "
            "'&' or '!' in quotes.",
        ),
        (
            "text: Is greeted",
            "text: *hello",
            "line 21: '*hello' has a meaning of its own in YAML. "
            "Write it out in full; put a text that begins with '*', "
            "'&' or '!' in quotes.",
        ),
        (
            "text: Is greeted",
            "text: !!python/name:os.system Is greeted",
            "line 21: '!!python/name:os.system' has a meaning of its own in YAML. "
            "Write it out in full; put a text that begins "
            "with '*', '&' or '!' in quotes.",
        ),
        (
            "text: Is greeted",
            "text: {{ name }}",
            "line 21: a key must be a word. Put a text that begins with '[', '{' or '*' in quotes.",
        ),
        (
            "text: Is greeted",
            "text: " + "[" * 30 + "]" * 30,
            "line 21: lists are nested more than 20 deep. Put a text that begins with '[' in quotes.",
        ),
        (
            "sources:",
            "---\nsources:",
            "line 31: a second document begins with '---'. Put each exercise into its own file.",
        ),
    ],
)
def test_each_fault_says_where_what_and_how_to_fix(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert faults_of(tmp_path, changed(old, new)) == [fault]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "text: Is greeted",
            "text: Note: is greeted",
            "line 21: a colon stands where none can be. "
            "Put a text with a colon in quotes; line a key up with the key above it.",
        ),
        (
            "    text: Is greeted",
            "\ttext: Is greeted",
            "line 21: the line is indented with a tab. Use spaces instead.",
        ),
        # What word processors make of it, and what YAML leaves out
        (
            "  - id: greeted",
            "  – id: greeted",
            "line 20: the line begins with '–'. Begin an entry of a list with a plain hyphen, '-'.",
        ),
        (
            "  - id: parking",
            "  -id: parking",
            "line 16: an entry of a list begins here without a space. Put one after the hyphen.",
        ),
        (
            "text: Is greeted",
            "text: “Note: is greeted”",
            "line 21: “ doesn't put a text in quotes. Type straight marks, \" or ', around the text.",
        ),
        (
            "  - id: parking",
            "  • id: parking",
            "line 16: the line begins with '•'. Begin an entry of a list with a plain hyphen, '-'.",
        ),
        (
            "text: Is greeted",
            "text: Room #3 is cold",
            "line 21: '#3 is cold' isn't read, because '#' begins a comment. "
            "Put the whole text in quotes; if it is a comment, put a space after '#'.",
        ),
        (
            "year: 2014",
            "year: 2014\nwarm_up: How is it?\nwarm_up_ends: [bad]",
            "line 36: 'warm_up_ends' of the exercise has too few entries: 1. Write at least 2.",
        ),
        ("text: Is greeted", "text: @home", "line 21: a text can't begin with '@'. Put the text in quotes."),
        (
            "text: Is greeted",
            "text: 'Is greeted",
            "line 21: a quotation mark opens here. Close it at the end of the text.",
        ),
        (
            "text: Is greeted",
            'text: "Is \\qreeted"',
            "line 21: a backslash has a meaning of its own in double quotes. "
            "Remove it, or use single quotes.",
        ),
        (
            "cards: [parking]",
            "cards: [parking",
            "line 29: a bracket opens here and isn't closed. Close it, or put the text in quotes.",
        ),
        (
            "title: A new tablet",
            "title: A new tablet\nwith a pen",
            "line 4: this line is neither a key nor the rest of the text above. "
            "Put a colon and a space after a key; begin the rest of a text with more spaces.",
        ),
        (
            "    text: Is greeted",
            "   text: Is greeted",
            "line 21: this line doesn't fit the lines above it. "
            "Line it up with the lines it belongs to, and put the whole of a text in quotes or none of it.",
        ),
        (
            "text: Is greeted",
            'text: "Hello" she says',
            "line 21: a quotation mark closes the text before “she”. "
            "Put a backslash before each mark inside the text, or put the text in single quotes.",
        ),
        (
            "text: Is greeted",
            "text: 'It's late'",
            "line 21: an apostrophe closes the text before “s”. "
            "Write it twice, as in 'it''s here', or put the text in double quotes.",
        ),
        (
            "text: Is greeted",
            "text: ['The dogs' home']",
            "line 21: an apostrophe closes the text before “home']”. "
            "Write it twice, as in 'it''s here', or put the text in double quotes.",
        ),
        (
            "text: Is greeted",
            "text: *Is* greeted",
            "line 21: a text can't begin with '*', '&' or '!'. Put the text in quotes.",
        ),
    ],
)
@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
def test_both_parsers_lead_to_the_same_words_for_broken_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: str, old: str, new: str, fault: str
) -> None:
    if not hasattr(yaml, parser):
        pytest.skip(f"PyYAML was built without {parser}")
    monkeypatch.setattr(marked, "LOADER", getattr(yaml, parser))
    assert faults_of(tmp_path, changed(old, new)) == [fault]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "answer: service",
            "answer: servce",
            "line 22: card 'greeted' names category 'servce'. Did you mean 'service'?",
        ),
        (
            "also_accepted: []",
            "also_accepted: [experience, experience]",
            "line 23: card 'greeted' names category 'experience' twice. Remove one of the two.",
        ),
        (
            "    name: Service\n",
            "",
            "line 12: category 'service' has no 'name'. Add 'name:' to it.",
        ),
    ],
)
def test_a_flat_deck_speaks_of_categories(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert faults_of(tmp_path, changed(old, new, FLAT)) == [fault]


def test_a_flat_deck_may_accept_several_categories_but_no_misconception_may_name_them(tmp_path: Path) -> None:
    accepted = changed("also_accepted: []", "also_accepted: [experience]", FLAT)
    assert faults_of(tmp_path, accepted) == []
    assert faults_of(
        tmp_path,
        accepted.replace("placed: service", "placed: experience").replace("[parking]", "[greeted]"),
    ) == [
        "line 29: misconception 'all-is-service' puts card 'greeted' in 'experience', which is right for "
        "that card. Remove the card from the misconception, or change 'placed'."
    ]


def test_spaces_that_do_not_break_are_spaces_where_a_line_begins(tmp_path: Path) -> None:
    path = tmp_path / "tablet.yaml"
    copied = DECK.replace("    ", "\xa0 \xa0 ").replace("- id", "-\xa0id").replace(": I", "\xa0:\xa0I")
    path.write_text(copied.replace("Is greeted", "Is greeted in 5\xa0minutes"), encoding="utf-8")
    assert [card.text for card in cast(Deck, load(path)).cards] == [
        "Looks for parking",
        "Is greeted in 5\xa0minutes",
    ]


@pytest.mark.parametrize("part", ["category", "misconception"])
def test_ids_of_categories_and_misconceptions_are_told_apart_too(tmp_path: Path, part: str) -> None:
    block = {
        "category": "  - id: service\n    name: Service\n    definition: Help and advice.\n",
        "misconception": DECK[DECK.index("  - id: all-is-service") : DECK.index("sources:")],
    }[part]
    again = block.replace("name: Service", "name: Help")
    (fault,) = faults_of(tmp_path, changed(block, block + again))
    assert f"belongs to an earlier {part}. Give this {part} a different id." in fault


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "the file is empty. Copy an exercise that works, and change it."),
        ("# nothing yet\n", "the file is empty. Copy an exercise that works, and change it."),
        (
            "- a\n- b\n",
            "line 1: the file doesn't begin with a key. "
            "Begin with 'kind: sort' and put other keys beneath it.",
        ),
        (
            "\nHello there",
            "line 2: the file doesn't begin with a key. "
            "Begin with 'kind: sort' and put other keys beneath it.",
        ),
        (
            b"kind: sort\ntitle: Caf\xe9\n",
            "line 2: this line is not UTF-8 text. Save the file with the encoding UTF-8.",
        ),
        (
            DECK.encode("utf-16"),
            "line 1: this line is not UTF-8 text. Save the file with the encoding UTF-8.",
        ),
        (
            "kind: sort\nlist: [" + "a, " * 25_000 + "]",
            "line 2: the file holds more than 20,000 values. Split it into several exercises.",
        ),
    ],
)
def test_a_file_that_is_no_exercise_at_all(tmp_path: Path, content: str | bytes, fault: str) -> None:
    assert faults_of(tmp_path, content) == [fault]


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "\ufeff" + DECK.replace("\n", "\r\n")) == []
    (fault,) = faults_of(tmp_path, changed("answer: service", "answer: x").replace("\n", "\r\n"))
    assert fault.startswith("line 22:")


def test_dates_octals_and_times_are_plain_text(tmp_path: Path) -> None:
    for text in ("2024-02-30", "1:30", "0x1F", "1_000", "=", "<<", "9" * 5000):
        expected = ["Shorten"] if len(text) > 200 else []
        faults = faults_of(tmp_path, changed("text: Is greeted", f"text: {text}"))
        assert [fault for fault in faults if "Shorten" not in fault] == []
        assert len(faults) == len(expected)
    assert load(write(tmp_path, changed("minutes: 15", "minutes: 015"))).minutes == 15


def write(folder: Path, content: str, name: str = "tablet.yaml") -> Path:
    """The path of a new file with that content."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_an_empty_deck_and_too_few_rings(tmp_path: Path) -> None:
    start, cards, misconceptions = DECK.index("  - id: service"), DECK.index("cards:"), DECK.index("misconc")
    empty = DECK[:start] + "cards: []\nmisconceptions: []\n" + DECK[DECK.index("sources:") :]
    assert faults_of(tmp_path, empty) == [
        "line 8: 'categories' of the exercise has too few entries: 1. Write at least 2.",
        "line 12: 'cards' of the exercise has too few entries: 0. Write at least 1.",
    ]
    without = DECK[:cards] + "cards:\n" + DECK[misconceptions:]
    assert faults_of(tmp_path, without) == [
        "line 15: 'cards' of the exercise is empty. Write something after 'cards:'."
    ]


def test_too_many_cards(tmp_path: Path) -> None:
    more = "".join(f"  - {{id: c{n}, text: t{n}, answer: service, reason: r}}\n" for n in range(60))
    assert faults_of(tmp_path, changed("cards:\n", "cards:\n" + more)) == [
        "line 15: 'cards' of the exercise has too many entries: 62. Use at most 60."
    ]


def test_a_file_of_50_mb_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "tablet.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    began = time.perf_counter()
    (fault,) = check([path])
    assert time.perf_counter() - began < EXPLODED
    assert fault.text == ("the file has 50.0 MB; 1 MB is the most. Keep pictures in files of their own.")


def test_aliases_that_would_explode_are_refused_at_once(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30))
    began = time.perf_counter()
    faults = faults_of(tmp_path, bomb)
    assert time.perf_counter() - began < EXPLODED
    assert "line 1: '&a0' has a meaning of its own in YAML." in faults[0]
    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == f"there are more faults than these {MAX_FAULTS}. Fix these first, then check again."


def test_a_large_file_of_nonsense_is_checked_in_reasonable_time(tmp_path: Path) -> None:
    cards = "".join(f"  - {{id: a{n}, answer: zzz{n}, bogus{n}: 1}}\n" for n in range(2_000))
    misconceptions = "".join(f"  - {{id: m{n}, cards: [a{n}x]}}\n" for n in range(2_000))
    began = time.perf_counter()
    faults = faults_of(tmp_path, f"kind: sort\nid: tablet\ncards:\n{cards}misconceptions:\n{misconceptions}")
    assert time.perf_counter() - began < EXPLODED
    assert len(faults) == MAX_FAULTS + 1


def test_all_faults_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    one = changed("answer: service", "answer: servce").replace("minutes: 15", "minutes: x")
    one = one.replace("    reason: Nobody helps here.\n", "").replace("title: A new", "titel: A new")
    write(tmp_path, one)
    write(tmp_path, "kind: sort\nid: other\n", "other.yml")
    faults = check([tmp_path])
    assert [(fault.path.name, fault.line) for fault in faults] == [
        ("other.yml", 1),
        ("other.yml", 1),
        ("other.yml", 1),
        ("other.yml", 1),
        ("other.yml", 1),
        ("other.yml", 1),
        ("other.yml", 1),
        ("tablet.yaml", 3),
        ("tablet.yaml", 5),
        ("tablet.yaml", 16),
        ("tablet.yaml", 21),
    ]


def test_a_misspelt_kind_hides_no_other_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, changed("kind: sort", "kind: srot").replace("minutes: 15", "minutes: 0")) == [
        "line 1: kind 'srot' is unknown. Did you mean 'sort'?",
        "line 5: 'minutes' of the exercise is '0'. Use 1 or more.",
    ]


@pytest.mark.parametrize(
    "signs", ["[", "{", "- ", "? ", "a: ", "[a: ", "!", "&a ", "'", "\n", "a\n", "{a: [", "%", ","]
)
def test_a_full_megabyte_of_one_sign_is_refused_soon(tmp_path: Path, signs: str) -> None:
    began = time.perf_counter()
    assert faults_of(tmp_path, signs * (MAX_FILE_BYTES // len(signs)))
    assert time.perf_counter() - began < EXPLODED


def test_a_fault_names_the_file_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("exercises").mkdir()
    write(Path("exercises"), changed("answer: service", "answer: servce"))
    expected = (
        "exercises/tablet.yaml, line 22: card 'greeted' names category 'servce'. Did you mean 'service'?"
    )
    assert [str(fault) for fault in check(["exercises"])] == [expected]
    assert [str(fault) for fault in check([Path("exercises/tablet.yaml"), "exercises"])] == [expected] * 2


def test_load_raises_one_error_with_all_faults(tmp_path: Path) -> None:
    path = write(tmp_path, changed("answer: service", "answer: servce").replace("minutes: 15", "minutes: 0"))
    with pytest.raises(ContentError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [
        f"{path}, line 5: 'minutes' of the exercise is '0'. Use 1 or more.",
        f"{path}, line 22: card 'greeted' names category 'servce'. Did you mean 'service'?",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_path_that_leads_to_no_exercise(tmp_path: Path) -> None:
    readme = write(tmp_path, "# Read me", "README.md")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    missing, gone, pipe = tmp_path / "missing.yaml", tmp_path / "gone", tmp_path / "pipe.yaml"
    long = tmp_path / f"{'x' * 5000}.yaml"
    assert [fault.text for fault in check([long])] == [
        "it can't be read (File name too long). Check that it is yours to read."
    ]
    assert [str(fault) for fault in check([readme, missing, gone, pipe, tmp_path / "folder.yaml"])] == [
        f"{readme}: the name doesn't end in .yaml. Check another file, or rename this one.",
        f"{missing}: there is nothing of this name. Check the spelling and the folder.",
        f"{gone}: there is nothing of this name. Check the spelling and the folder.",
        f"{pipe}: this is not a file. Check another one.",
        f"{tmp_path / 'folder.yaml'}: the folder holds no exercise. "
        "Put a file into it whose name ends in .yaml.",
    ]


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write(tmp_path, DECK)
    path.chmod(0)
    assert [str(fault) for fault in check([path])] == [
        f"{path}: it can't be read (Permission denied). Check that it is yours to read."
    ]


def test_a_faulty_file_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path, DECK)
    write(tmp_path, DECK.replace("id: tablet", "id: phone"), "phone.yml")
    write(tmp_path, "kind: [", "broken.yaml")
    write(tmp_path, "not: looked at", ".hidden.yaml")
    write(tmp_path, "{}", "exercise.schema.json")
    library = load_folder(tmp_path)
    assert list(library.exercises) == ["phone", "tablet"]
    assert {fault.path.name for fault in library.faults} == {"broken.yaml"}


@pytest.mark.parametrize("name", ["tablet.yaml", "tablet.yml", "tablet.YAML"])
def test_what_a_folder_lists_is_found_by_its_id(tmp_path: Path, name: str) -> None:
    write(tmp_path, DECK, name)
    (listed,) = load_folder(tmp_path).exercises
    assert find(tmp_path, listed) == load_folder(tmp_path).exercises[listed]


@pytest.mark.parametrize(
    ("folder", "named", "cure"),
    [
        ("", "phone", "Use one of: tablet."),
        ("", "tablet.yaml", "Did you mean 'tablet'?"),
        ("", "", "Use one of: tablet."),
        ("nowhere", "tablet", "Put its file there."),
    ],
)
def test_an_exercise_that_is_not_there(tmp_path: Path, folder: str, named: str, cure: str) -> None:
    write(tmp_path, DECK)
    with pytest.raises(ContentError) as fault:
        find(tmp_path / folder, named)
    assert str(fault.value) == f"{tmp_path / folder}: there is no exercise '{named}'. {cure}"


def test_two_files_with_one_id(tmp_path: Path) -> None:
    write(tmp_path, DECK)
    second = write(tmp_path, DECK, "tablet.yml")
    library = load_folder(tmp_path)
    assert list(library.exercises) == ["tablet"]
    assert [str(fault) for fault in library.faults] == [
        f"{second}: another file here has the id 'tablet' too. Rename one of them, and change its id."
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    library = load_folder(tmp_path / "gone")
    assert not library.exercises
    assert [fault.text for fault in library.faults] == [
        "there is nothing of this name. Check the spelling and the folder."
    ]


def test_a_deck_cannot_be_made_against_its_rules(tmp_path: Path) -> None:
    data = load(write(tmp_path, DECK)).model_dump()
    data["cards"][0]["answer"] = "elsewhere"
    with pytest.raises(ValidationError, match="card 'parking' names category 'elsewhere'"):
        Deck.model_validate(data)


GUIDE = """\
guide:
  brief:
    about: Begin with a story.
    say: |
      Take a card.

      Where does it belong?
  debrief:
    watch: Who is silent?
"""


def test_what_the_facilitator_says_is_content_and_stays_what_it_is(tmp_path: Path) -> None:
    deck = load(write(tmp_path, DECK + GUIDE))
    assert deck.guide["brief"].say == "Take a card.\n\nWhere does it belong?"
    assert deck.guide["brief"].ask == "" and list(deck.guide) == ["brief", "debrief"]
    for dumped in (deck.model_dump(), deck.model_dump(mode="json"), json.loads(deck.model_dump_json())):
        assert exercise_from(dumped) == deck
    with pytest.raises(ValidationError, match="frozen"):
        deck.guide["brief"].say = "Nothing"
    assert load(write(tmp_path, DECK)).guide == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "watch: Who is silent?",
            "wtach: Who is silent?",
            "line 43: cue 'debrief' has an unknown key 'wtach'. Did you mean 'watch'?",
        ),
        (
            "watch: Who is silent?",
            "watch:",
            "line 43: 'watch' of cue 'debrief' is empty. Write something after 'watch:'.",
        ),
        (
            "watch: Who is silent?",
            "watch: ''",
            "line 42: cue 'debrief' says nothing. Give it 'about', 'say', 'ask' or 'watch', or remove it.",
        ),
        (
            "watch: Who is silent?",
            "watch: [Who is silent?]",
            "line 43: 'watch' of cue 'debrief' is a list, where a text is due. "
            "Put it in quotes if it is a text.",
        ),
        (
            "  debrief:\n",
            "  The end:\n",
            "line 42: 'guide' of the exercise can't be 'The end'. "
            "Use lower-case letters, digits and single hyphens: 'the-end'.",
        ),
        (
            "  debrief:\n    watch: Who is silent?",
            "  debrief: Who is silent?",
            "line 42: 'guide' of the exercise holds 'Who is silent?', where a block with keys is due. "
            "Give it the keys: about, say, ask, watch.",
        ),
        (
            GUIDE,
            "guide: [Hello]",
            "line 35: 'guide' of the exercise is a list, where keys are due. "
            "Begin each on a line, with a colon after it.",
        ),
        (
            "  debrief:\n",
            "  srot:\n",
            "line 42: 'guide' of the exercise names the stage 'srot'. Did you mean 'sort'?",
        ),
    ],
)
def test_each_fault_of_a_guide_says_where_what_and_how_to_fix(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert faults_of(tmp_path, changed(old, new, DECK + GUIDE)) == [fault]


RATING = """\
kind: rating
id: tablet
title: How good is our service?
objective: Compare what we believe.
minutes: 20
question: How often?
scale: [Never, Sometimes, Always]
statements:
  - id: prompt
    text: We answer at once.
  - id: known
    text: We know their names.
    note: Most think so.
subjects:
  - id: me
    name: Me
  - id: team
    name: My team
sources:
  - author: Jane Doe
    title: On ratings
"""


def test_a_rating_is_of_oneself_unless_it_names_others(tmp_path: Path) -> None:
    rating = load(write(tmp_path, RATING))
    assert isinstance(rating, RatingExercise)
    assert rating.scale == ("Never", "Sometimes", "Always")
    assert [statement.note for statement in rating.statements] == [None, "Most think so."]
    assert [subject.name for subject in rating.subjects] == ["Me", "My team"]
    assert exercise_from(rating.model_dump(mode="json")) == rating
    alone = load(write(tmp_path, RATING[: RATING.index("subjects:")] + RATING[RATING.index("sources:") :]))
    assert [(subject.id, subject.name) for subject in alone.subjects] == [("me", "Me")]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "- id: known",
            "- id: prompt",
            "line 11: the id 'prompt' belongs to an earlier statement. Give this statement a different id.",
        ),
        (
            "- id: team",
            "- id: me",
            "line 17: the id 'me' belongs to an earlier subject. Give this subject a different id.",
        ),
        (
            "name: My team",
            "name: me",
            "line 18: the name 'me' belongs to an earlier subject. Give this subject a different name.",
        ),
        (
            "[Never, Sometimes, Always]",
            "[Never, Always, never]",
            "line 7: the exercise names label 'never' twice. Remove one of the two.",
        ),
        (
            "[Never, Sometimes, Always]",
            "[Always]",
            "line 7: 'scale' of the exercise has too few entries: 1. Write at least 2.",
        ),
        (
            "[Never, Sometimes, Always]",
            "[1, Sometimes, Always]",
            "line 7: 'scale' of the exercise is '1', which YAML takes for a number. "
            "Put it in quotes if it is a text.",
        ),
        (
            "[Never, Sometimes, Always]",
            "[a, b, c, d, e, f, g, h]",
            "line 7: 'scale' of the exercise has too many entries: 8. Use at most 7.",
        ),
        (
            "    text: We know their names.\n",
            "",
            "line 11: statement 'known' has no 'text'. Add 'text:' to it.",
        ),
        (
            "    note: Most think so.",
            "    note: ''",
            "line 13: 'note' of statement 'known' is empty. Write something after 'note:'.",
        ),
        (
            "  - id: team\n",
            "  - id: you\n    name: You\n  - id: team\n",
            "line 14: 'subjects' of the exercise has too many entries: 3. Use at most 2.",
        ),
    ],
)
def test_each_fault_of_a_rating_says_where_what_and_how_to_fix(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert faults_of(tmp_path, changed(old, new, RATING)) == [fault]


# Anything at all: faults, never an exception

JARGON = re.compile(
    r"pydantic|Input should|value_error|_type\b|NoneType|\bdict\b|\btuple\b|\{(owner|key|shown|due)\}"
)


def assert_only_faults(folder: Path, content: bytes) -> None:
    """Checking the content gives sentences that can be printed, and loading agrees."""
    path = folder / "tablet.yaml"
    path.write_bytes(content)
    faults = check([path])
    for fault in faults:
        assert isinstance(fault, Fault)
        assert not JARGON.search(fault.text), fault.text
        assert "\n" not in fault.text
        str(fault).encode()
        assert fault.line is None or 1 <= fault.line <= content.count(b"\n") + content.count(b"\r") + 1
    if faults:
        with pytest.raises(ContentError):
            load(path)
    else:
        assert isinstance(load(path), Exercise)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "text", "answer", "cards", "say", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
relaxed = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(content=st.binary(max_size=300))
def test_random_bytes_are_faults(tmp_path: Path, content: bytes) -> None:
    assert_only_faults(tmp_path, content)


@relaxed
@given(content=st.text(alphabet="abc:-[]{}&*!?|>'\"%@`#, \n\t\\\0\u202e", max_size=80))
def test_random_yaml_signs_are_faults(tmp_path: Path, content: str) -> None:
    assert_only_faults(tmp_path, content.encode())
    assert_only_faults(tmp_path, DECK.replace("Is greeted", content).encode())


WHOLE = [
    DECK + GUIDE,
    RATING,
    *(path.read_text(encoding="utf-8") for path in sorted(EXERCISES.glob("*.yaml"))),
]


as_data = cache(yaml.safe_load)


@settings(relaxed, max_examples=60)  # each writes and reads a whole exercise
@given(data=st.data())
def test_an_exercise_with_anything_anywhere_is_faults(tmp_path: Path, data: st.DataObject) -> None:
    deck: Any = deepcopy(as_data(data.draw(st.sampled_from(WHOLE))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = deck
        while True:
            step = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[step], dict | list) or not place[step] or data.draw(st.booleans()):
                break
            place = place[step]
        place[step] = data.draw(anything)
    assert_only_faults(tmp_path, yaml.safe_dump(deck, allow_unicode=True).encode("utf-8", "surrogatepass"))


# The decks that the kit brings


@pytest.fixture(scope="module")
def decks() -> dict[str, Exercise]:
    library = load_folder(EXERCISES)
    assert [str(fault) for fault in library.faults] == []
    return dict(library.exercises)


def test_every_deck_of_the_kit_tells_editors_its_schema() -> None:
    for path in EXERCISES.glob("*.y*ml"):
        assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={FILE_NAME}\n")


def test_every_card_reads_well_on_a_phone(decks: dict[str, Exercise]) -> None:
    for deck in decks.values():
        if isinstance(deck, Deck):
            too_long = [card.text for card in deck.cards if len(card.text) > 60]
            assert too_long == [], f"{deck.id} has cards of more than 60 characters"
            assert all(len(card.reason) <= 200 for card in deck.cards)
            assert len({card.text for card in deck.cards}) == len(deck.cards)


LURES = ("friend-chooses", "shop-screen", "staff-chat", "dims-at-night")
"""Cards of the journey that the source doesn't have: they mislead whoever looks for words only."""


def test_the_journey_has_fourteen_steps_on_three_rings_and_lures(decks: dict[str, Exercise]) -> None:
    deck = decks["cx-vs-service"]
    assert isinstance(deck, Deck) and deck.nested
    assert [category.id for category in deck.categories] == ["experience", "service", "success"]
    assert all(category.source for category in deck.categories)
    # Source: Toister, "Customer Experience vs. Customer Service: What's the Difference?", the tablet.
    initials = {"e": "experience", "v": "service", "u": "success"}
    steps = [card.answer for card in deck.cards if card.id not in LURES]
    assert steps == [initials[letter] for letter in "eeevevuevveuue"]
    assert len(steps) == len(deck.cards) - len(LURES)


def test_the_second_deck_proves_that_the_kind_is_general(decks: dict[str, Exercise]) -> None:
    deck = decks["where-did-it-break"]
    assert isinstance(deck, Deck) and not deck.nested
    assert len(deck.cards) >= 12
    assert [category.id for category in deck.categories] == [
        "product",
        "documentation",
        "marketing",
        "sales",
        "billing",
    ]
    assert {card.answer for card in deck.cards} == {category.id for category in deck.categories}
    assert any(card.also_accepted for card in deck.cards)


def test_no_placement_shows_two_misconceptions(decks: dict[str, Exercise]) -> None:
    for deck in decks.values():
        if isinstance(deck, Deck):
            shown = [(belief.placed, card) for belief in deck.misconceptions for card in belief.cards]
            assert len(set(shown)) == len(shown)


# The schema and the guide are kept true


def test_the_stored_schema_is_current() -> None:
    stored = (EXERCISES / FILE_NAME).read_text(encoding="utf-8")
    assert stored == schema_text(), f"run: python -m kit.library.schema > exercises/{FILE_NAME}"


def test_the_schema_covers_every_kind_and_every_key_of_the_decks() -> None:
    schema = json_schema()
    definitions = [schema["$defs"][entry["$ref"].rpartition("/")[2]] for entry in schema["oneOf"]]
    kinds = [definition["properties"]["kind"]["const"] for definition in definitions]
    assert kinds == list(KINDS)
    for path in EXERCISES.glob("*.y*ml"):
        deck = yaml.safe_load(path.read_text(encoding="utf-8"))
        properties = definitions[kinds.index(deck["kind"])]["properties"]
        assert set(deck) <= set(properties)
    assert json.loads(schema_text()) == schema


def keys_of(model: type[BaseModel], prefix: str = "") -> dict[str, tuple[bool, str]]:
    """Every key of a model's file: whether it is needed, and its description."""
    keys: dict[str, tuple[bool, str]] = {}
    for name, field in model.model_fields.items():
        keys[prefix + name] = (field.is_required(), field.description or "")
        for part in getattr(field.annotation, "__args__", ()):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys |= keys_of(part, f"{prefix}{name}[].")
    return keys


def guide_of(kind: str) -> str:
    """The part of the guide about one kind of exercise."""
    chapters = re.split("^# Make your own .+\n", AUTHORING.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(KINDS, chapters[1:], strict=True))[kind]


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_guide_lists_every_key_as_the_models_have_it(kind: str) -> None:
    rows = re.findall(r"^\| `(.+?)` \| (yes|no) \| (.+) \|$", guide_of(kind), re.MULTILINE)
    listed = {key: (needed == "yes", text) for key, needed, text in rows}
    assert len(rows) == len(listed)
    assert listed == keys_of(KINDS[kind].content)


def test_every_key_is_described() -> None:
    for model in (kind.content for kind in KINDS.values()):
        assert [key for key, (_needed, text) in keys_of(model).items() if not text.endswith(".")] == []


def test_the_examples_of_the_guide_work(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.+?)```", guide_of("sort"), re.DOTALL)
    deck = load(write(tmp_path, example, "my-deck.yaml"))
    assert isinstance(deck, Deck) and len(deck.cards) == 3
    for kind in ("phrasing", "partners", "rating"):
        (example,) = re.findall(r"```yaml\n(.+?)```", guide_of(kind), re.DOTALL)
        (name,) = re.findall("^id: (.+)$", example, re.MULTILINE)
        assert load(write(tmp_path, example, f"{name}.yaml")).kind == kind


def test_the_fault_that_the_guide_shows_is_one_that_the_check_gives(tmp_path: Path) -> None:
    guide = guide_of("sort")
    (example,) = re.findall(r"```yaml\n(.+?)```", guide, re.DOTALL)
    (shown,) = re.findall(r"exercises/(my-deck\.yaml, line .+)", guide)
    late = 'is my train on time?"\n    answer: '
    path = write(tmp_path, changed(f"{late}us", f"{late}compani", example), "my-deck.yaml")
    assert [f"{fault}".replace(f"{tmp_path}{os.sep}", "") for fault in check([path])] == [shown]
