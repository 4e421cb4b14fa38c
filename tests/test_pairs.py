"""Pairs of people who sorted a card differently: who talks with whom, and what phones and projector say of it."""

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onstage import Said, phone, projector, responses_of, room_at
from readable import text_of
from test_sort import RINGS, make_deck

from kit.activities.activity import Room, Seat
from kit.activities.pair import Pairs
from kit.activities.pair.matching import differs, pairs
from kit.activities.signs import SHAPES, signs
from kit.kinds.sort import Sort
from kit.pages.rendering import call

SORT = Sort(make_deck())
PAIRS = SORT.script.stage("discuss").shows[0]  # type: ignore[union-attr]
assert isinstance(PAIRS, Pairs)

EXPERIENCE, SERVICE, SUCCESS = RINGS


def placed(**people: dict[str, str]) -> list[Said]:
    """Where people placed cards in the first round."""
    return [(who, 1, card, ring) for who, cards in people.items() for card, ring in cards.items()]


FIVE = placed(
    P1={"c0": EXPERIENCE, "c1": SERVICE},
    P2={"c0": SERVICE, "c1": SERVICE},
    P3={"c0": EXPERIENCE, "c1": SERVICE},
    P4={"c0": EXPERIENCE, "c1": SUCCESS},
    P5={"c0": EXPERIENCE, "c1": SERVICE},
)
"""c0 is split 4 : 1, and so is c1. P2 differs from the others on c0 alone, P4 on c1 alone; P1, P3 and P5 agree."""


def discussing(rows: list[Said], people: dict[str, str] | None = None, **more: object) -> Room:
    """The room when the cards are talked over; ``people`` are all who are here, with their names."""
    room = replace(room_at(SORT, "discuss", responses_of(rows)), people=people or {}, _results={})
    return replace(room, **more, _results={})


def says(room: Room, person: str) -> list[str]:
    """What somebody's phone says of the pair, line by line."""
    lines = text_of(phone(SORT, "discuss", room, person=person)).split("\n")
    return lines[: lines.index("[folded] In a call, or nobody has it?")]


def find_your_shape(room: Room) -> str:
    """What the projector says of the pairs."""
    return text_of(projector(SORT, "discuss", replace(room, beat="pairs", _results={})))


def test_five_people_make_two_pairs_that_differ_and_the_fifth_joins_the_first() -> None:
    room = discussing(FIVE)
    assert room.opened[PAIRS.name] == ["c0 P1 P2", "c1 P3 P4"]
    assert [pair.people for pair in room.of(PAIRS)] == [("P1", "P2", "P5"), ("P3", "P4")]
    drop, star = ("Find the 2 others: green drop.", "Find the other yellow star.")
    together, other = (
        "You didn’t all choose the same. Each says why.",
        "The other one chose something else. Each says why.",
    )
    assert says(room, "P1") == ["Card number 0", drop, "You chose Experience", together]
    assert says(room, "P2") == ["Card number 0", drop, "You chose Service", together]
    assert says(room, "P5") == ["Card number 0", drop, "You chose Experience", together]
    assert says(room, "P3") == ["Card number 1", star, "You chose Service", other]
    assert says(room, "P4") == ["Card number 1", star, "You chose Success", other]
    assert "You didn’t choose alike." in find_your_shape(room)


def test_whoever_comes_late_or_placed_nothing_joins_a_pair_and_hears_the_others_first() -> None:
    here = {f"P{number}": "" for number in (1, 2, 3, 4, 5, 9, 10)}
    room = discussing(FIVE, here)
    assert [pair.people for pair in room.of(PAIRS)] == [("P1", "P2", "P5", "P10"), ("P3", "P4", "P9")]
    assert says(room, "P9") == [
        "Card number 1",
        "Find the 2 others: yellow star.",
        "The others didn’t choose the same. Hear why, then say what you think.",
    ]
    assert "Where we could, we matched people who didn’t choose alike." in find_your_shape(room)


def test_who_agrees_on_everything_is_told_no_more_than_that_they_may() -> None:
    """Everybody puts c0 where we don't: it is talked about, and nobody differs."""
    room = discussing(placed(**{f"P{n}": {"c0": SUCCESS} for n in range(1, 5)}))
    assert says(room, "P1")[2:] == ["You chose Success", "Perhaps you agree on this one. Each says why."]
    assert "alike" not in find_your_shape(room) and "Find your shape." in find_your_shape(room)


def test_one_person_alone_or_a_room_of_one_mind_is_paired_with_nobody() -> None:
    alone = discussing(placed(P1={"c0": SUCCESS}), {"P1": ""})
    assert alone.of(PAIRS) == [] and "Take one of these cards." in phone(SORT, "discuss", alone, person="P1")
    assert "Find somebody who sorted one of these differently." in find_your_shape(alone)
    one_mind = {f"P{n}": {"c0": EXPERIENCE} for n in range(3)}
    agreed = discussing(placed(**one_mind))
    assert (
        agreed.of(PAIRS) == [] and find_your_shape(agreed) == "No card divides us. Why do you think that is?"
    )
    two = discussing(placed(P0=one_mind["P0"], P1=one_mind["P1"]))
    assert find_your_shape(two).endswith("2 people have sorted so far.")


def test_late_answers_reshuffle_nobody_and_what_is_said_stays_true() -> None:
    late = [*FIVE, *placed(P6={"c0": SERVICE})]
    changed = [(*one[:3], SERVICE) if one[0] in ("P1", "P5") else one for one in late]
    room = replace(discussing(FIVE), responses=responses_of(changed), _results={})
    assert [pair.people for pair in room.of(PAIRS)] == [("P1", "P2", "P5"), ("P3", "P4", "P6")]
    assert says(room, "P1")[2:] == ["You chose Service", "Perhaps you agree on this one. Each says why."]
    assert says(room, "P6")[2:] == ["The others didn’t choose the same. Hear why, then say what you think."]


def test_opened_again_who_has_found_each_other_stays_together() -> None:
    more = [*FIVE, *placed(P6={"c0": SERVICE}, P7={"c0": SUCCESS})]
    again = SORT.script.stage("discuss").opening(  # type: ignore[union-attr]
        Room(responses_of(more), discussing(FIVE).opened)
    )
    assert again[PAIRS.name] == ["c0 P1 P2", "c1 P3 P4", "c0 P5 P6"]


def test_whose_partner_was_removed_joins_another_pair() -> None:
    room = discussing(FIVE, {"P1": "", "P3": "", "P4": "", "P5": ""})
    assert [(pair.sign.name, pair.people) for pair in room.of(PAIRS)] == [
        ("yellow star", ("P3", "P4", "P1", "P5"))
    ]


def test_a_name_is_for_ones_own_pair_and_nothing_in_it_is_markup() -> None:
    room = discussing(FIVE, {"P1": "Ada", "P2": "<b>Bo", "P3": "Cleo", "P4": "", "P5": ""})
    own = phone(SORT, "discuss", room, person="P1")
    assert "Look for: &lt;b&gt;Bo" in own and "Cleo" not in own and "Ada" not in own
    assert "Look for" not in phone(SORT, "discuss", room, person="P3")
    assert not {"Ada", "Cleo", "Bo"} & set(find_your_shape(room).split())


def test_a_pair_is_parted_where_four_can_talk_instead_of_two() -> None:
    """P1 and P2 differ on the card that comes first; but P3 differs from P1 alone, and P4 from P2."""
    said = {
        "P1": {"a": "x", "b": "x"},
        "P2": {"a": "y", "c": "x"},
        "P3": {"b": "y"},
        "P4": {"c": "y"},
    }
    assert pairs(said, ["a", "b", "c"], said) == [("P1", "P3"), ("P2", "P4")]


def test_every_sign_has_a_name_of_its_own() -> None:
    assert [sign.name for sign in signs(12)][:3] == ["green drop", "yellow star", "orange flower"]
    assert [sign.name for sign in signs(13)][11:] == ["circle 1", "drop 2"]
    for count in (0, 1, 12, 13, 150):
        assert len({sign.name for sign in signs(count)}) == count
    assert len({shape.path for shape in SHAPES}) == 12


people_rows = st.dictionaries(
    st.tuples(st.integers(1, 9), st.sampled_from(["c0", "c1", "c2"])), st.sampled_from(RINGS), max_size=27
)


@settings(max_examples=60)
@given(people_rows, people_rows, st.integers(0, 4))
def test_everybody_has_one_pair_and_what_a_phone_says_of_it_is_true(first, late, more: int) -> None:
    """In any room, with late answers and people who come late."""
    rows = [(f"P{who}", 1, card, ring) for (who, card), ring in first.items()]
    later = [(f"P{who}", 1, card, ring) for (who, card), ring in (first | late).items()]
    here = {f"P{number}": "" for number in range(1, 10 + more)}
    room = replace(discussing(rows, here), responses=responses_of(later), _results={})
    made = room.of(PAIRS)
    opened = [entry.split() for entry in room.opened[PAIRS.name]]
    assert sorted(chain(*(pair.people for pair in made))) == (sorted(here) if opened else [])
    asked = {who for who, _round, card, _ring in rows if card in room.opened["contested"]}
    assert len(opened) == len(asked) // 2
    now = {(f"P{who}", card): ring for (who, card), ring in (first | late).items()}
    for pair in made:
        chosen = [now.get((person, pair.card)) for person in pair.people]
        for person in pair.people:
            mine = PAIRS.mine(
                room, Seat({(1, card): ring for (who, card), ring in now.items() if who == person}, person)
            )
            assert mine and mine.others == len(pair.people) - 1 and mine.sign == pair.sign
            others = [now.get((other, pair.card)) for other in pair.people if other != person]
            told = call(PAIRS.template, "says", mine)
            if "The other one chose something else" in told:
                assert len(others) == 1 and others[0] and mine.chosen and others[0] != mine.chosen
            if "didn’t all choose" in told:
                assert len({*filter(None, chosen)}) > 1 and mine.chosen
            if "The others didn’t" in told:
                assert len({*filter(None, others)}) > 1 and not mine.chosen
            assert mine.chosen == (now.get((person, pair.card)) or "")


@settings(max_examples=60)
@given(people_rows)
def test_nobody_is_left_who_could_have_talked_with_another_who_was_left(first) -> None:
    said: dict[str, dict[str, str]] = {}
    for (who, card), ring in first.items():
        said.setdefault(f"P{who}", {})[card] = ring
    cards, found = ["c0", "c1", "c2"], pairs(said, ["c0", "c1", "c2"], said)
    agreeing = [two for two in found if not differs(said, *two, cards)]
    left = [*chain(*agreeing), *(person for person in said if person not in chain(*found))]
    assert not [two for two in combinations(left, 2) if differs(said, *two, cards)]
    assert len(found) == len(said) // 2


@pytest.mark.parametrize("people", [300])
def test_a_large_room_is_paired_at_once(people: int) -> None:
    rows = placed(
        **{f"P{n}": {f"c{c}": RINGS[(n * c + n // 7) % 3] for c in range(4)} for n in range(1, people + 1)}
    )
    room = discussing(rows)
    assert {len(pair.people) for pair in room.of(PAIRS)} == {2} and all(p.differ for p in room.of(PAIRS))
    assert "the same number and card" in find_your_shape(room)
    assert "Find the other drop 1." in says(room, "P1")
