"""The map of internal customers: items, roles and merges, links, needs, ratings, agreements, what stages show."""

import base64
import random
import re
from cmath import phase
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from gettext import NullTranslations
from itertools import combinations
from math import pi, radians
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markupsafe import escape
from onstage import alone
from partners_rooms import (
    MAP,
    digest_of,
    four_roles,
    key_of,
    person,
    phone,
    projected,
    responses_of,
    room_of,
    stage_of,
    the_kind,
)
from readable import text_of, tree, words

from kit.activities.activity import Room, Seat
from kit.activities.dates import day_in_words, time_in_words
from kit.activities.link import Link
from kit.activities.link.drawing import role_map
from kit.activities.link.group import Line
from kit.activities.link.map import Map, Role, RoleMap
from kit.activities.link.roles import RoleBook, alike
from kit.errors import ResponseError
from kit.kinds.partners import Partners
from kit.kinds.partners.content import Case
from kit.library import check
from kit.pages import stages
from kit.settings import PROJECT
from kit.text import use_catalogue

LISTED = ("IT", "HR", "Sales", "Payroll", "Customer service")
STAGES = ("brief", "roles", "needs", "my-needs", "map", "gaps", "agreements", "debrief")
HOSTILE = "\"><script>alert(1)</script>'&{{77*1001}}"

LINK = Link(LISTED)
MAPPED = Map(LINK)


@pytest.fixture(scope="module")
def kind() -> Partners:
    return the_kind()


def map_of(
    responses: pd.DataFrame, decisions: dict[str, str] | None = None, kept: list[str] | None = None
) -> RoleMap:
    return room_of(responses, decisions, {"map": kept} if kept else {}).of(MAPPED)


def link_set(drawn: RoleMap) -> set[tuple[str, str]]:
    return set(drawn.links[["needs_role", "gives_role"]].itertuples(index=False, name=None))


def same_map(one: RoleMap, other: RoleMap) -> bool:
    return (one.roles, one.too_few) == (other.roles, other.too_few) and one.links.equals(other.links)


def places(drawn: RoleMap) -> dict[str, int]:
    return {one.role: one.place for one in drawn.roles}


def table(
    kind: Partners, name: str, rows: pd.DataFrame, decisions: dict[str, str] | None = None
) -> pd.DataFrame:
    return kind.frames(room_of(rows, decisions))[name]


# what can be answered


def test_the_stages_last_as_long_as_the_exercise(kind: Partners) -> None:
    assert tuple(stage.id for stage in kind.script) == tuple(kind.minutes) == STAGES
    assert sum(kind.minutes.values()) == kind.exercise.minutes
    assert {stage.id for stage in kind.script if stage.live} == {"roles", "map", "gaps", "agreements"}


@pytest.mark.parametrize(
    ("round", "item", "value", "kept"),
    [
        (1, "role", " it ", "IT"),
        (1, "role", "H. R.", "HR"),
        (1, "role", "Night\x00 shift\u202e", "Night shift"),
        (1, "partner/HR", "HR", "HR"),
        (1, "partner/HR", "", ""),
        (1, "partner/3", "Ops~Desk", "Ops-Desk"),
        (1, "partner/1", "", ""),
        (1, "case/scrubs/2", "take-one", "take-one"),
        (1, "need-from-me/HR/Payroll/3", "a\nlist", "a list"),
        (1, "need/IT/1", "n" * 160, "n" * 160),
        (1, "need/IT/1", " ", ""),
        (1, "meets/IT", "weekly", "weekly"),
        (1, "rating/IT", "5", "5"),
        (2, "agreement/HR~IT/gives-2", "a laptop", "a laptop"),
        (2, "agreement/HR~IT/review", "", ""),
        (2, "confirm/HR~IT", "no", "no"),
        (0, "commitment", "Ask Payroll", "Ask Payroll"),
        (0, "commitment", " ", ""),
    ],
)
def test_answers_are_kept_clean(kind: Partners, round: int, item: str, value: str, kept: str) -> None:
    assert kind.script.accept(round, item, value) == kept


@pytest.mark.parametrize(
    ("round", "item", "value", "text"),
    [
        (1, "partner/4", "IT", "Round 1 takes no “partner/4” now."),
        (1, "partner/H.R.", "H.R.", "takes no “partner/H.R.”"),
        (1, "partner/HR", "IT", "takes no “partner/HR”"),
        (1, "role/other", "IT", "takes no “role/other”"),
        (1, "need/IT/4", "x", "takes no “need/IT/4”"),
        (1, "need/it/1", "x", "takes no “need/it/1”"),
        (1, "need/" + "r" * 41 + "/1", "x", "takes no “need/rrr"),
        (1, "draft/IT/review", "2031-05-20", "takes no “draft/IT/review”"),
        (1, "agreement/HR~IT/gives-1", "x", "Round 1 takes no"),
        (2, "agreement/HR~it/gives-1", "x", "Round 2 takes no"),
        (2, "role", "IT", "Round 2 takes no"),
        (7, "role", "IT", "Round 7 takes no"),
        (1, "role", "r" * 41, "has 41 characters. Please keep it to 40."),
        (1, "need/IT/1", "n" * 161, "has 161 characters. Please keep it to 160."),
        (1, "rating/IT", "6", "“6” can't be chosen here. Use one of: 1, 2, 3, 4, 5."),
        (1, "meets/IT", "often", "Use one of: daily, weekly, monthly, rarely."),
        (1, "case/none/1", "x", "Round 1 takes no “case/none/1” now."),
        (1, "case/scrubs/1", "x", "Use one of: trust, more-scrubs, warning."),
        (
            2,
            "agreement/HR~IT/review",
            "soon",
            "“soon” is no date. Write it as year-month-day, such as 2031-05-20.",
        ),
        (2, "agreement/HR~IT/review", "9999-12-31", "“9999-12-31” is no date."),
        (2, "confirm/HR~IT", "yes", "“yes” confirms no agreement. Please tap again."),
    ],
)
def test_what_cant_be_taken_says_why(kind: Partners, round: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        kind.script.accept(round, item, value)
    assert text in str(caught.value)


def test_a_stage_takes_nothing_before_it_was_opened(kind: Partners) -> None:
    taken = kind.script.taken([("brief", {}), ("roles", {})])
    assert kind.script.accept(1, "partner/HR", "HR", taken) == "HR"
    with pytest.raises(ResponseError, match="takes no “need/HR/1” now"):
        kind.script.accept(1, "need/HR/1", "a list", taken)


@given(st.text(max_size=60), st.text(max_size=80))
def test_whatever_is_typed_is_refused_or_kept_as_it_stays(item: str, value: str) -> None:
    script = the_kind().script
    for number, name in (
        (1, item),
        (1, f"need/{item}/1"),
        (1, "role"),
        (1, f"partner/{item}"),
        (2, f"agreement/{item}~IT/by-1"),
    ):
        try:
            kept = script.accept(number, name, value)
        except ResponseError:
            continue
        assert len(kept) <= 160 and len(name) <= 200
        assert script.accept(number, name, kept) == kept


@pytest.mark.parametrize(
    ("need", "parts"),
    [
        ("", ()),
        ("a computer", ("item", "quality", "time")),
        ("a really good computer", ("quality", "time")),
        ("a laptop with all accounts, on the first morning", ("quality",)),
        ("an answer by 5", ("quality",)),
        ("a list by noon", ("quality",)),
        ("a list of everybody who is new", ("quality", "time")),
        ("more respect from you and your colleagues", ("quality", "time")),
        ("please be nicer to us when we call you about something that went wrong", ("quality", "time")),
    ],
)
def test_vague_needs_are_asked_for_what_is_missing(kind: Partners, need: str, parts: tuple[str, ...]) -> None:
    stage, seat = stage_of(kind, "needs"), Seat({(1, "need-from-me/IT/1"): need})
    told = stages.after_answer(kind.exercise, stage, Room.empty(), seat, "need-from-me/IT/1")
    asked = told["echo-sharpen-need-from-me/IT/1"]
    every = ("item", "quality", "time")
    prompts = {prompt.part: prompt.ask for prompt in kind.exercise.prompts}
    assert [part for part in every if prompts[part] in asked] == list(parts)
    assert ("by when" in asked) == bool(need and "time" not in parts), "no other sign is ticked"


# roles


def test_names_that_look_alike_are_suggested_and_never_merged_by_themselves() -> None:
    typed = ["I.T.", "IT dept", "Human resources", "Customer success", "Ops", "ops desk"]
    found = set(alike(tuple(typed), tuple(LISTED)))
    assert found == {("I.T.", "IT"), ("IT dept", "IT"), ("Human resources", "HR"), ("ops desk", "Ops")}
    assert alike(tuple(typed), tuple(LISTED)) is alike(tuple(typed), tuple(LISTED)), (
        "no draw compares them again"
    )
    drawn = map_of(responses_of(person("I.T.", ["HR"]), person("IT", ["HR"])))
    assert list(places(drawn)) == ["I.T.", "HR", "IT"]


def test_a_merge_moves_every_link_and_can_be_undone() -> None:
    responses = responses_of(person("I.T.", ["HR"]), person("HR", ["IT"]), person("Sales", ["IT", "I.T."]))
    merged = map_of(responses, {"merge/I.T.": "IT"})
    assert link_set(merged) == {("HR", "IT"), ("IT", "HR"), ("IT", "Sales")}
    assert {one.role: one.holders for one in merged.roles} == {"IT": 1, "HR": 1, "Sales": 1}
    assert room_of(responses, {"merge/I.T.": "IT"}).of(LINK).book.merged() == [("I.T.", "IT")]
    assert link_set(map_of(responses, {"merge/I.T.": ""})) == link_set(map_of(responses))


names = st.sampled_from(["IT", "HR", "I.T.", "IT dept", "Ops", "Payroll", "pay"])
rooms = st.lists(st.tuples(names, st.lists(names, max_size=4)), min_size=1, max_size=7)
merges = st.dictionaries(names.map(lambda name: f"merge/{name}"), names, max_size=5)


@settings(max_examples=30)
@given(rooms, merges, st.randoms(use_true_random=False))
def test_merging_in_any_order_gives_the_same_map(
    room: list[tuple[str, list[str]]], decisions: dict[str, str], dice: random.Random
) -> None:
    responses = responses_of(*(person(role, partners) for role, partners in room))
    shuffled = list(decisions.items())
    dice.shuffle(shuffled)
    assert same_map(map_of(responses, decisions), map_of(responses, dict(shuffled)))
    book = RoleBook(LISTED, decisions)
    assert all(book.name(book.name(role)) == book.name(role) for role in set(responses["value"]))


def test_a_chain_of_merges_ends_where_it_began_in_any_order() -> None:
    one = RoleBook(LISTED, {"merge/a": "b", "merge/b": "IT"})
    other = RoleBook(LISTED, {"merge/b": "IT", "merge/a": "IT"})
    circle = RoleBook(LISTED, {"merge/a": "b", "merge/b": "a"})
    assert [one.name("a"), other.name("a"), circle.name("a"), circle.name("b")] == ["IT", "IT", "a", "a"]


# links and the map


@settings(max_examples=30)
@given(rooms, st.tuples(names, st.lists(names, max_size=4)), st.randoms(use_true_random=False))
def test_another_participant_never_removes_a_link(
    room: list[tuple[str, list[str]]], more: tuple[str, list[str]], dice: random.Random
) -> None:
    before = map_of(responses_of(*(person(role, partners) for role, partners in room)))
    rows = responses_of(*(person(role, partners) for role, partners in [*room, more]))
    after = map_of(rows)
    assert link_set(before) <= link_set(after)
    assert places(before).items() <= places(after).items()
    assert same_map(map_of(rows.sample(frac=1, random_state=dice.randrange(1000))), after)
    assert after.reciprocity is None or 0 <= after.reciprocity <= 1


@settings(max_examples=40)
@given(st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), min_size=1, max_size=12))
def test_a_symmetric_map_runs_both_ways_throughout(pairs: set[tuple[str, str]]) -> None:
    both = {pair for one, other in pairs if one != other for pair in ((one, other), (other, one))}
    roles = sorted({role for pair in both for role in pair})
    people = [person(role, [b for a, b in sorted(both) if a == role][:8]) for role in roles]
    drawn = map_of(responses_of(*people))
    assert link_set(drawn) == both
    assert drawn.reciprocity == (1.0 if len(people) >= 3 else None)


def test_links_count_people_of_both_sides(kind: Partners) -> None:
    links = table(kind, "links", four_roles()).set_index(["needs_role", "gives_role"])
    assert links.loc[("HR", "IT"), ["people", "from_needs", "from_gives", "needs"]].tolist() == [3, 1, 2, 3]
    assert links["runs"].to_dict() == {
        ("HR", "IT"): "both_ways",
        ("IT", "HR"): "both_ways",
        ("HR", "Sales"): "one_way",
        ("Payroll", "HR"): "nobody_here",
        ("Sales", "IT"): "one_way",
    }
    drawn = map_of(four_roles())
    most = [[one.role, one.depended_on] for one in drawn.depended_on]
    # Both of IT wrote what they need from HR, and one of HR what from IT.
    assert most == [["HR", 2], ["IT", 1]]
    assert [one.role for one in drawn.roles if one.unserved] == ["pay roll"]
    assert [one.role for one in drawn.roles if not one.holders] == ["Payroll"]
    assert drawn.reciprocity == pytest.approx(1 / 3)
    roles = table(kind, "roles", four_roles(), {"merge/pay roll": "Payroll"}).set_index("role")
    assert roles.loc["IT", ["holders", "depended_on", "depends_on"]].tolist() == [2, 1, 3]
    assert roles.loc["Payroll", "merged"] == "pay roll"


def test_two_meet_as_often_as_most_say(kind: Partners) -> None:
    often = [person("IT", ["HR"]) | {"meets/HR": word} for word in ("monthly", "weekly", "weekly")]
    links = table(kind, "links", responses_of(*often, person("HR", ["IT"]) | {"meets/IT": "monthly"}))
    assert links["meets"].tolist() == ["weekly", "weekly"]


def test_who_takes_a_partner_off_takes_the_needs_off(kind: Partners) -> None:
    said = responses_of(person("IT", ["HR"], HR_needs="a list", from_HR="notice") | {"partner/1": ""})
    assert table(kind, "links", said).empty and table(kind, "needs", said).empty


# needs and ratings

PAIR = f"pair/{key_of('list of new laptop')}/{key_of('laptop on day one')}"


def outcomes(kind: Partners, decisions: dict[str, str]) -> dict[tuple[str, str], str]:
    needs = table(kind, "needs", four_roles(), decisions)
    return {(row.side, row.text): row.outcome for row in needs.itertuples()}


def test_nothing_is_a_gap_before_the_facilitator_has_compared_it(kind: Partners) -> None:
    assert outcomes(kind, {})[("stated", "a laptop on day one")] == "not_compared"
    assert outcomes(kind, {})[("predicted", "a list of new laptops")] == "not_compared"
    same = outcomes(kind, {PAIR: kind.decide(PAIR, "same", room_of(four_roles()))})
    assert same[("stated", "a laptop on day one")] == "matched"
    assert same[("predicted", "a list of new laptops")] == "matched"
    assert same[("predicted", "quick help")] == "not_compared"
    different = {PAIR: "different", f"pair/{key_of('quick help')}/{key_of('laptop on day one')}": "different"}
    assert outcomes(kind, different)[("stated", "a laptop on day one")] == "missed"
    assert outcomes(kind, different)[("predicted", "quick help")] == "extra"
    assert outcomes(kind, {PAIR: ""}) == outcomes(kind, {PAIR: "skipped"}) == outcomes(kind, {})


def test_a_need_that_is_written_anew_is_to_be_compared_anew(kind: Partners) -> None:
    rows = four_roles()
    rows.loc[rows["value"] == "a laptop on day one", "value"] = "a phone on day one"
    needs = table(kind, "needs", rows, {PAIR: "same"})
    assert set(needs.loc[needs["gives_role"] == "IT", "outcome"]) == {"not_compared"}


def test_a_need_to_which_the_other_side_said_nothing_is_unheard(kind: Partners) -> None:
    responses = responses_of(person("IT", ["HR"], HR_needs="a list"), person("HR", ["Sales"]))
    assert table(kind, "needs", responses)["outcome"].tolist() == ["unheard"]


def test_gaps_count_each_need_once(kind: Partners) -> None:
    gaps = table(kind, "gaps", four_roles(), {PAIR: "same"}).set_index(["needs_role", "gives_role"])
    counted = gaps.loc[("HR", "IT"), ["matched", "missed", "extra", "not_compared"]].tolist()
    assert counted == [1, 0, 0, 1]
    shown = text_of(projected(kind, "gaps", room_of(four_roles(), {PAIR: "same"})))
    assert "1 need was known on both sides." in shown


def test_ratings_of_fewer_than_three_people_stay_hidden(kind: Partners) -> None:
    ratings = table(kind, "ratings", four_roles()).set_index(["role", "partner"])
    assert ratings.loc[("IT", "HR"), "self_people"] == 2 and pd.isna(ratings.loc[("IT", "HR"), "self"])
    assert pd.isna(ratings.loc[("HR", ""), "received"]), "only IT rated as HR did, with two people"
    # Both sides rated IT's service to HR (4 and 5; 2) and HR's to IT (4; 3 and 4); Sales rated alone.
    assert ratings.loc[("", ""), ["links", "self", "received"]].tolist() == [2, (4.5 + 4) / 2, (2 + 3.5) / 2]
    assert "The whole room" in projected(kind, "gaps", room_of(four_roles()))
    two = responses_of(person("IT", ["HR"], "4", "3"), person("HR", ["IT"], "4", "3"))
    assert table(kind, "ratings", two)[["self", "received"]].isna().all(axis=None)
    assert "Shares are shown from three people on." in projected(kind, "map", room_of(two))
    assert "We think" not in projected(kind, "gaps", room_of(two))
    summary = dict(table(kind, "summary", two).to_numpy())
    assert summary["Links that run both ways, share of those where both roles are here"] is None


# agreements


def agreed(*more: tuple[int, str, str]) -> pd.DataFrame:
    parts = [
        (1, "agreement/HR~IT/gives-2", "a laptop"),
        (3, "agreement/HR~IT/gives-1", "notice"),
        (3, "agreement/HR~IT/by-1", "a month ahead"),
        (1, "agreement/HR~IT/review", "2031-06-30"),
    ]
    people = (person("IT", ["HR"]), person("IT", ["HR"]), person("HR", ["IT"]), person("Sales", ["HR"]))
    return responses_of(*people, agree=[*parts, *more])


DIGEST = digest_of(("notice", "a laptop"), "2031-06-30", ("a month ahead", ""))
YES = "confirm/HR~IT"


def test_the_newest_agreement_is_the_one_that_was_confirmed_last(kind: Partners) -> None:
    parts = {"gives-1": "tickets", "gives-2": "a call", "review": "2031-07-31"}
    begun = [(1, f"agreement/IT~Sales/{part}", text) for part, text in parts.items()]
    both = digest_of(("tickets", "a call"), "2031-07-31")
    sales = [(1, "confirm/IT~Sales", both), (4, "confirm/IT~Sales", both)]
    hr = [(1, YES, DIGEST), (3, YES, DIGEST)]
    again = [(2, YES, DIGEST)]  # somebody else of IT, later: nothing new
    for order, newest in (([*hr, *sales, *again], "IT ⇄ Sales"), ([*sales, *hr], "HR ⇄ IT"), (hr[:1], None)):
        shown = tree(projected(kind, "agreements", room_of(agreed(*begun, *order))))
        assert [words(h2) for h2 in shown.iter("h2")] == ([f"✓ {newest}"] if newest else [])


def test_roles_that_are_here_come_first_to_agree_with(kind: Partners) -> None:
    """Facilities was named and nobody here has it; whoever is in the room comes before it."""
    rows = responses_of(person("Sales", ["Facilities", "IT"]), person("IT", ["Sales"]))
    shown = phone(kind, "agreements", room_of(rows), "P1")
    assert [words(h2) for h2 in tree(shown).iter("h2")] == ["With IT", "With Facilities"]


def test_the_debrief_says_how_many_agreements_stand_as_people_would(kind: Partners) -> None:
    both = [(1, YES, DIGEST), (3, YES, DIGEST)]
    for said, sentence in (
        (both[:1], "No agreement has been confirmed by both sides yet."),
        (both, "1 agreement is confirmed by both sides."),
    ):
        assert sentence in words(tree(projected(kind, "debrief", room_of(agreed(*said)))))


def card_of(
    kind: Partners, responses: pd.DataFrame, decisions: dict[str, str] | None = None
) -> dict[str, Any]:
    (card,) = table(kind, "agreements", responses, decisions).to_dict("records")
    return {str(name): value for name, value in card.items()}


def confirmed(kind: Partners, *more: tuple[int, str, str]) -> tuple[bool, bool, bool]:
    card = card_of(kind, agreed(*more))
    return card["first_confirmed"], card["second_confirmed"], card["confirmed"]


def test_an_agreement_needs_a_yes_of_both_roles_to_these_very_words(kind: Partners) -> None:
    card = card_of(kind, agreed())
    assert [card["first_role"], card["first_gives"], card["first_by"]] == ["HR", "notice", "a month ahead"]
    assert [card["second_role"], card["second_gives"], card["second_by"]] == ["IT", "a laptop", ""]
    assert DIGEST in phone(kind, "agreements", room_of(agreed()))
    one_side = [(1, YES, DIGEST), (2, YES, DIGEST)]
    assert confirmed(kind, *one_side) == (False, True, False)
    assert confirmed(kind, *one_side, (3, YES, DIGEST)) == (True, True, True)
    changed = (2, "agreement/HR~IT/gives-2", "A laptop")
    assert confirmed(kind, *one_side, (3, YES, DIGEST), changed) == (False, False, False)
    assert confirmed(kind, *one_side, (3, YES, DIGEST), (3, YES, "no")) == (False, True, False)


def test_nobody_else_writes_or_confirms_an_agreement(kind: Partners) -> None:
    stranger = [(4, "agreement/HR~IT/gives-1", "nothing"), (4, YES, DIGEST)]
    assert card_of(kind, agreed(*stranger)) == card_of(kind, agreed())


def test_whoever_has_nothing_to_press_hasnt_failed_to_begin(kind: Partners) -> None:
    """One phone of a role confirms for all of it; who has no link or no role has no card."""

    def far(*more: tuple[int, str, str]) -> list[tuple[int, int]]:
        rows = agreed(*more)
        room = room_of(rows)
        return [
            stage_of(kind, "agreements").progress(room, room.seat(who)) for who in ("P1", "P2", "P3", "P4")
        ]

    assert far() == [(0, 1)] * 4
    assert far((1, YES, DIGEST)) == [(1, 1), (1, 1), (0, 1), (0, 1)]
    assert far((1, YES, DIGEST), (3, YES, DIGEST)) == [(1, 1)] * 3 + [(0, 1)]
    alone = responses_of(person("IT", ["HR"]), person("HR", []), person("Sales", []), person("", []))
    room = room_of(alone)
    asked = [
        stage_of(kind, "agreements").progress(room, room.seat(who))[1] for who in ("P1", "P2", "P3", "P4")
    ]
    assert asked == [1, 1, 0, 0], "HR was named, Sales wasn't, the last has no role"


def test_an_agreement_follows_a_merge_whichever_way_round_it_was_written(kind: Partners) -> None:
    rows = responses_of(
        person("zz IT", ["HR"]),
        person("HR", ["zz IT"]),
        person("Sales", ["HR"]),
        agree=[
            (1, "agreement/HR~zz IT/gives-1", "notice"),
            (1, "agreement/HR~zz IT/gives-2", "a laptop"),
        ],
    )
    card = card_of(kind, rows)
    assert (card["first_gives"], card["second_gives"]) == ("notice", "a laptop")
    turned = card_of(kind, rows, {"merge/zz IT": "AAA"})
    assert (turned["first_role"], turned["first_gives"]) == ("AAA", "a laptop")
    assert (turned["second_role"], turned["second_gives"]) == ("HR", "notice")


def test_every_phone_sees_the_shared_words_of_its_own_role_as_they_change(kind: Partners) -> None:
    stage, room = stage_of(kind, "agreements"), room_of(agreed((3, YES, DIGEST)))
    islands = stages.after_others(stage, room, room.seat("P1"))
    assert "a month ahead" in islands["agree-HR"] and "✓ confirmed" in islands["agree-HR"]
    assert "a month ahead" not in "".join(stages.after_others(stage, room, room.seat("P4")).values())
    assert not stages.after_others(stage, room, Seat({}, "P99"))
    assert set(islands) == set(re.findall(r'data-island="(agree-[^"]+)"', phone(kind, "agreements", room)))


@pytest.mark.parametrize("gift", ["a laptop; with, accounts", HOSTILE, "ü👩‍💻" * 30])
def test_a_calendar_library_reads_the_review_back(kind: Partners, gift: str) -> None:
    rows = agreed((1, "agreement/HR~IT/gives-2", gift), (1, "agreement/HR~IT/by-2", "Friday"))
    digest = digest_of(("notice", gift), "2031-06-30", ("a month ahead", "Friday"))
    votes = pd.DataFrame(
        [(name, 2, YES, digest, rows["at"].max()) for name in ("P1", "P3")], columns=rows.columns
    )
    room = room_of(pd.concat([rows, votes], ignore_index=True))
    links = [
        re.findall(r'href="data:text/calendar;charset=utf-8;base64,([^"]+)"', phone(kind, stage, room))
        for stage in ("agreements", "debrief")
    ]
    assert links[0] == links[1] and len(links[0]) == 1
    (event,) = Calendar.from_ical(base64.b64decode(links[0][0])).walk("VEVENT")
    assert event.decoded("dtstart") == date(2031, 6, 30)
    assert str(event["summary"]) == "Look at our agreement: HR and IT"
    assert f"IT gives: {gift} (Friday)" in str(event["description"])
    (dated,) = [dated for activity in kind.script.activities.values() for dated in activity.dates(room)]
    assert str(event["description"]) == dated.text and str(event["uid"]).startswith(dated.uid)


def test_what_both_have_confirmed_asks_for_nothing_more_and_names_the_day_as_people_do(
    kind: Partners,
) -> None:
    votes = [(1, YES, DIGEST), (3, YES, DIGEST)]
    for said, asked in ((votes[:1], 2), (votes, 0)):
        room = room_of(agreed(*said))
        html = phone(kind, "agreements", room)
        assert html.count(f'data-item="{YES}"') == asked
        # The big screen shows it when both have said so, and not before.
        shown = projected(kind, "agreements", room)
        assert ("1 agreement stands." in shown) == (asked == 0)
        for page in (html, phone(kind, "debrief", room), *([] if asked else [shown])):
            assert "<strong>Monday, 30 June 2031</strong>" in page
            assert "2031-06-30" not in page.replace('value="2031-06-30"', "")
        assert card_of(kind, room.responses)["review"] == "2031-06-30"


class German(NullTranslations):
    """A catalogue that says which language it is of."""

    def info(self) -> dict[str, str]:
        """Its language."""
        return {"language": "de"}


def test_days_and_times_follow_the_readers_language() -> None:
    nine = datetime(2031, 6, 30, 9, 5, tzinfo=UTC)
    assert (day_in_words(""), day_in_words("2031-06-30")) == ("", "Monday, 30 June 2031")
    assert time_in_words(nine) == "30 Jun 2031, 09:05"
    use_catalogue(German())
    try:
        assert (day_in_words("2031-06-30"), time_in_words(nine)) == (
            "Montag, 30. Juni 2031",
            "30.06.2031, 09:05",
        )
    finally:
        use_catalogue(NullTranslations())


@pytest.mark.parametrize("case", the_kind().exercise.cases, ids=lambda case: case.id)
def test_every_wrong_option_of_a_case_has_its_own_reason(kind: Partners, case: Case) -> None:
    stage, reasons = stage_of(kind, "brief"), []
    for number, side in enumerate(case.sides, 1):
        item = f"case/{case.id}/{number}"
        for option in side.options:
            told = stages.after_answer(kind.exercise, stage, Room.empty(), Seat({(1, item): option.id}), item)
            why_not = [
                one.why_not
                for one in side.options
                if one.why_not and str(escape(one.why_not)) in told[f"echo-key-{item}"]
            ]
            assert why_not == ([] if option.id == side.answer else [option.why_not])
            reasons += why_not
    assert len(set(reasons)) == len(reasons) == sum(len(side.options) - 1 for side in case.sides)


# what is shown


def test_the_facilitator_decides_only_about_what_was_said(kind: Partners) -> None:
    room = room_of(four_roles())
    assert kind.decide("merge/pay roll", "Payroll", room) == "Payroll"
    assert kind.decide("merge/pay roll", "", room) == ""
    for item, value, text in (
        ("merge/nobody", "IT", "Nobody named the role “nobody”. Use one of:"),
        ("merge/IT", "IT", "“IT” can't be merged into itself."),
        ("merge/IT", "nobody", "Nobody named the role “nobody”."),
        ("pair/a/b", "same", "“pair/a/b” names no two needs that were written."),
        (
            PAIR,
            "alike",
            "“alike” can't be decided about two needs. Use one of: same, different, skipped; or nothing.",
        ),
        ("hide/IT", "yes", "“hide/IT” can't be decided in “internal-customers”."),
    ):
        with pytest.raises(ResponseError) as caught:
            kind.decide(item, value, room)
        assert text in str(caught.value)


def test_a_pair_can_be_undone_after_a_merge_took_its_link_away(kind: Partners) -> None:
    room = room_of(four_roles(), {PAIR: "same", "merge/HR": "IT"})
    assert kind.decide(PAIR, "", room) == ""


def test_the_console_offers_roles_to_merge_and_needs_to_pair_where_it_helps(kind: Partners) -> None:
    room = room_of(four_roles(), {"merge/pay roll": "Payroll"})
    offered = {stage.id: str(stages.moderation(stage, room)) for stage in kind.script}
    assert {stage for stage, html in offered.items() if "“pay roll” counts as “Payroll”" in html} == set(
        STAGES[1:6]
    )
    assert {stage for stage, html in offered.items() if "None of them" in html} == {"map", "gaps"}


def test_the_key_of_a_case_comes_with_the_answer_and_the_ending_with_both(kind: Partners) -> None:
    stage, case = stage_of(kind, "brief"), kind.exercise.cases[1]
    told = [side.reason for side in case.sides] + [case.ending]

    def learnt(answers: dict[tuple[int, str], str], item: str) -> list[bool]:
        islands = stages.after_answer(kind.exercise, stage, Room.empty(), Seat(answers), item)
        assert set(islands) == {"progress", *(f"echo-key-{name}" for name in {item, "case/scrubs/2"})}
        page = str(stages.participant(kind.exercise, stage, Room.empty(), Seat(answers)))
        return [words in page for words in told]

    one = {(1, "case/scrubs/1"): "warning"}
    both = one | {(1, "case/scrubs/2"): "take-one"}
    assert learnt({}, "case/scrubs/1") == [False, False, False]
    assert learnt(one, "case/scrubs/1") == [True, False, False]
    assert learnt(both, "case/scrubs/2") == [True, True, True]
    page = str(stages.participant(kind.exercise, stage, Room.empty(), Seat(both)))
    assert page.count("Yes, that was it.") == page.count("At the core:") == 1


def test_a_prediction_is_asked_before_anything_that_others_said_is_shown(kind: Partners) -> None:
    room = room_of(four_roles())
    said = ("a laptop on day one", "notice of who starts")
    for stage in STAGES[:5]:
        shown = phone(kind, stage, room) + projected(kind, stage, room)
        assert not [text for text in said if text in shown], stage
    assert said[0] in phone(kind, "gaps", room)
    drawn = room.of(MAPPED)
    assert not [text for text in said if text in f"{drawn.roles}" + drawn.links.to_csv()]


def test_no_view_of_the_group_holds_a_participant(kind: Partners) -> None:
    rows = agreed()
    renamed = rows.assign(participant=rows["participant"].str.replace("P", "Pseudonym"))
    for stage in STAGES:
        assert "Pseudonym" not in projected(kind, stage, room_of(renamed))


def test_progress_counts_what_the_stage_asks_for(kind: Partners) -> None:
    answers = {**room_of(four_roles()).seat("P1").answers, (1, "case/scrubs/1"): "trust", (2, YES): "no"}
    counted = {stage.id: stage.progress(Room.empty(), Seat(answers)) for stage in kind.script}
    assert counted == {
        "brief": (1, 4),
        "roles": (2, 2),
        "needs": (3, 6),
        "my-needs": (3, 4),
        "map": (0, 0),
        "gaps": (0, 0),
        "agreements": (0, 1),
        "debrief": (0, 1),
    }


def rendered(kind: Partners, rows: pd.DataFrame, decisions: dict[str, str]) -> dict[str, str]:
    """Everything that anybody sees in any stage, by stage and who; each beat of the projector too."""
    found, opened = {}, {}
    for stage in kind.script:
        opened = dict(stage.opening(room_of(rows, decisions, opened)))
        room = room_of(rows, decisions, opened)
        found[f"{stage.id} room"] = projected(kind, stage.id, room)
        found[f"{stage.id} console"] = str(stages.moderation(stage, room))
        for _activity, beat in stage.beats(room):
            found[f"{stage.id} {beat.id}"] = str(
                stages.projector(stage, Room(rows, opened, decisions, beat.id))
            )
        for name in (*sorted(set(rows["participant"])), "P99"):
            live = stages.after_others(stage, room, room_of(rows).seat(name)) if stage.live else {}
            found[f"{stage.id} {name}"] = phone(kind, stage.id, room, name) + "".join(live.values())
    return found


def test_hostile_texts_are_escaped_everywhere(kind: Partners) -> None:
    role = HOSTILE[:40].replace("~", "-")
    people = [
        person(role, ["IT"], IT_needs=HOSTILE, from_IT=HOSTILE),
        person("IT", [role], **{f"{role.replace(' ', '_')}_needs": HOSTILE}),
        person("IT", [role, "HR"], "4", "4"),
    ]
    begin = "agreement/" + "~".join(RoleBook(LISTED, {}).pair("IT", role))
    agree = [(1, f"{begin}/{part}", HOSTILE) for part in ("gives-1", "gives-2", "by-1")]
    rows = responses_of(*people, agree=[*agree, (1, f"{begin}/review", "2031-06-30")])
    shown = rendered(kind, rows, {}) | {"alone": alone(kind, dict(room_of(rows).seat("P1").answers))}
    assert any("&lt;script&gt;" in html for html in shown.values())
    for name, html in shown.items():
        assert "<script" not in html and "77077" not in html, name


def test_the_real_exercise_goes_through_all_stages(kind: Partners) -> None:
    shown = rendered(kind, agreed((1, YES, DIGEST), (3, YES, DIGEST)), {"merge/pay roll": "Payroll"})
    assert "Which model it is hardly matters" not in shown["brief P1"]
    assert 'role="img"' in shown["map room"] and "<th" in shown["map room"]
    assert "a month ahead" in shown["agreements P3"] and "a month ahead" not in shown["agreements P99"]
    assert "a month ahead" in shown["debrief agreement-HR~IT"]
    assert not [name for name, html in shown.items() if " style=" in html]


def beats_of(kind: Partners, stage: str, rows: pd.DataFrame, **more: Any) -> dict[str, str]:
    """What the projector shows in each beat of a stage, by its id."""
    room = room_of(rows, **more)
    ids = [beat.id for _activity, beat in stage_of(kind, stage).beats(room)]
    return {name: projected(kind, stage, replace(room, beat=name)) for name in ids}


def headline(html: str) -> str:
    """The finding of a beat."""
    return next(words(element) for element in tree(html).iter("h2"))


def test_the_map_shows_who_is_most_depended_on_then_one_way_then_each_role(kind: Partners) -> None:
    shown, drawn = beats_of(kind, "map", four_roles()), map_of(four_roles())
    assert {name: headline(html) for name, html in shown.items()} == {
        "map": "Most depended on: HR.",
        "map-one-way": "2 of our 4 links run one way.",
        "map~HR": "1 of HR’s 3 links runs one way.",
        "map~IT": "1 of IT’s 2 links runs one way.",
        "map~Sales": "Sales’s 2 links all run one way.",
        "map~Payroll": "Nobody is here to say how Payroll’s link runs.",
    }
    svg = role_map(drawn.roles, drawn.lines, "HR")
    assert svg in shown["map~HR"] and "Map of 5 roles and 4 links" in svg
    # The role in focus stands in the middle and its place is empty; the links of others are faint.
    assert svg.count('class="gone"') == svg.count('class="focus"') == 1
    assert [svg.count(f'class="line{way}"') for way in (" both", " one", " open", "")] == [1, 1, 1, 1]
    assert svg.count('class="sign') == 2, "nobody says how the dotted one runs"
    assert shown["map-one-way"].count('class="line one"') == 2 + 1, "and one to explain it"
    for html in shown.values():
        assert "<input" not in html and "<button" not in html and "<details" not in html


@pytest.mark.parametrize("narrow", [False, True])
def test_the_role_in_the_middle_stands_whole_on_big_screen_and_phone(kind: Partners, narrow: bool) -> None:
    for name in (*kind.exercise.roles, "Procurement"):
        svg = role_map([Role(name, True, 1, 1, 1, False, "", 1)], [], name, narrow=narrow)
        middle = svg.partition('class="focus"')[2]
        assert " ".join(re.findall(r"<tspan[^>]*>([^<]+)", middle)) == name


def test_an_arrow_leads_from_who_serves(kind: Partners) -> None:
    one_way = responses_of(person("Sales", ["IT"]), person("IT", ["HR"]), person("HR", ["IT"]))
    drawn = map_of(one_way)
    for focus, turned in (("IT", "180"), ("Sales", "180")):
        svg = role_map(drawn.roles, drawn.lines, focus)
        (turn,) = re.findall(r'class="sign one" transform="translate\([^)]*\) rotate\((-?\d+)', svg)
        start, end = (spots_on(svg)[role] for role in ("Sales", "IT"))
        assert abs((phase(end - start) - radians(int(turn)) + pi) % (2 * pi) - pi) < 0.1, turned


def test_a_link_of_others_leads_past_the_role_in_the_middle(kind: Partners) -> None:
    """HR and IT stand opposite each other, Sales in the middle between them."""
    roles = [
        Role(name, True, 1, n, 1, False, "", n) for n, name in enumerate(("Sales", "IT", "Finance", "HR"))
    ]
    lines = [Line("Sales", "Finance", 1, 1, "one_way"), Line("IT", "HR", 1, 1, "one_way")]
    svg = role_map(roles, lines, "Sales")
    (faint,) = re.findall(r'class="line" d="M(\S+) (\S+)Q(\S+) (\S+) (\S+) (\S+)"', svg)
    start, bow, end = (complex(*map(float, faint[n : n + 2])) for n in (0, 2, 4))
    for along in (0.3, 0.4, 0.5, 0.6, 0.7):
        at = (1 - along) ** 2 * start + 2 * along * (1 - along) * bow + along**2 * end
        assert abs(at - (660 + 540j)) > 1.1 * 110, along


def spots_on(svg: str) -> dict[str, complex]:
    """Where each name stands."""
    found = re.findall(r'<text[^>]*><tspan x="([^"]+)" y="([^"]+)">([^<]+)', svg)
    return {name: complex(float(x), float(y)) for x, y, name in found}


def test_roles_keep_their_place_when_others_come_and_when_they_are_merged(kind: Partners) -> None:
    first = responses_of(person("IT", ["HR"]), person("HR", ["pay roll"]))
    later = responses_of(person("IT", ["HR"]), person("HR", ["pay roll"]), person("Sales", ["Payroll", "IT"]))
    opened = stage_of(kind, "map").opening(room_of(first))
    kept = list(opened["map"])
    assert places(map_of(first, {}, kept)) == {"IT": 0, "HR": 1, "pay roll": 2}
    assert places(map_of(later, {}, kept)) == {"IT": 0, "HR": 1, "pay roll": 2, "Sales": 3, "Payroll": 4}
    merged = map_of(later, {"merge/pay roll": "Payroll"}, kept)
    assert places(merged) == {"IT": 0, "HR": 1, "Sales": 3, "Payroll": 2}
    reopened = stage_of(kind, "map").opening(room_of(later.iloc[::-1], {}, {"map": kept}))
    assert reopened["map"][: len(kept)] == kept
    assert stage_of(kind, "gaps").opening(room_of(later, {}, {"map": kept})) == {"map": kept}


@pytest.mark.parametrize("name", ["IT", "A rather long name of a role in a house", "W" * 40, "品質管理" * 10])
@pytest.mark.parametrize("narrow", [False, True])
def test_no_label_overlaps_another_at_any_size(name: str, narrow: bool) -> None:
    for roles in (1, 2, 3, 5, 12, 14, 15, 30, 60):
        every = [Role(f"{n} {name}"[:40], True, 1, n, 1, False, "", n) for n in range(roles)]
        lines = [Line(every[0].role, other.role, 1, 1, "one_way") for other in every[1:]]
        svg = role_map(every, lines, every[0].role, narrow=narrow)
        wide, high = (360, 4000) if narrow else (1320, 1080)
        boxes = [
            [float(part) for part in box]
            for box in re.findall(r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"', svg)
        ]
        assert len(boxes) == min(roles, 30) - 1
        assert all(x >= 0 and y >= 0 and x + w <= wide and y + h <= high for x, y, w, h in boxes), roles
        for (x, y, w, h), (a, b, c, d) in combinations(boxes, 2):
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y, roles


# alone


def test_a_learner_gets_questions_for_each_partner_and_a_draft(kind: Partners) -> None:
    answers = {(1, item): value for item, value in person("IT", ["HR"], "4", HR_needs="a list").items()}
    answers[1, "draft/HR/i-give"] = "an account on the first day"
    html = alone(kind, answers)
    assert "To ask: HR" in html and html.count("an account on the first day") == 2
    assert all(prompt.ask in html for prompt in kind.exercise.prompts)
    stage, seat = kind.practice(1)[0], Seat(answers)

    def renewed(item: str) -> set[str]:
        return set(stages.after_answer(kind.exercise, stage, Room.empty(), seat, item)) - {"progress"}

    assert renewed("partner/1") == {"quiet-partners-partners", "quiet-sheet-sheet"}
    assert renewed("need-from-me/HR/1") == {"echo-sharpen-need-from-me/HR/1", "quiet-sheet-sheet"}
    assert renewed("draft/HR/i-give") == {"quiet-sheet-sheet"}
    assert stage.progress(Room.empty(), seat) == (2 + 2 + 0, 2 + 3 + 2)
    drawn = set(re.findall(r'data-island="([^"]+)"', html))
    assert renewed("partner/1") | renewed("need-from-me/HR/1") <= drawn


def test_every_attempt_of_a_learner_is_a_round_of_its_own(kind: Partners) -> None:
    script = kind.practice(3)
    assert script.accept(3, "draft/IT/review", "2031-05-20") == "2031-05-20"
    assert script.accept(3, "role", "it") == "IT"
    for round, item in ((1, "role"), (3, "draft/it/review"), (3, "draft/IT/else")):
        with pytest.raises(ResponseError):
            script.accept(round, item, "2031-05-20")
    assert "To ask: HR" not in alone(kind, {(3, "role"): "IT", (3, "partner/1"): "HR"})


# faults of a file


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (
        lambda data: data["cases"][0]["sides"][1].update(answer="notise"),
        "side 2 of case 'new-computer' names option 'notise'. Did you mean 'notice'?",
    ),
    (
        lambda data: data["cases"][1].update(id="new-computer"),
        "the id 'new-computer' belongs to an earlier case. Give this case a different id.",
    ),
    (
        lambda data: data["cases"][0]["sides"][1].update(role="the manager"),
        "the role 'the manager' belongs to an earlier side. Give this side a different role.",
    ),
    (
        lambda data: data["roles"].append("it"),
        "the exercise names role 'it' twice. Remove one of the two.",
    ),
    (
        lambda data: data["roles"].append("A~B"),
        "'roles' of the exercise holds a “~”: 'A~B'. Write it without.",
    ),
    (
        lambda data: data["roles"].append("r" * 41),
        f"'roles' of the exercise has 41 characters: '{'r' * 41}'. Shorten it to 40 or fewer.",
    ),
    (
        lambda data: data["prompts"][1].update(part="qualty"),
        "'part' of prompt 2 can't be 'qualty'. Use 'item', 'quality' or 'time'.",
    ),
    (
        lambda data: data["prompts"][1].update(part="item"),
        "the part 'item' belongs to an earlier prompt. Give this prompt a different part.",
    ),
    (
        lambda data: data["cases"][0]["sides"].pop(),
        "'sides' of case 'new-computer' has too few entries: 1. Write at least 2.",
    ),
    (
        lambda data: data["cases"][0]["sides"][0]["options"][0].pop("text"),
        "option 'express' of side 1 of case 'new-computer' has no 'text'. Add 'text:' to it.",
    ),
]


@pytest.mark.parametrize(("spoil", "fault"), FAULTS)
def test_a_fault_is_named_with_its_line_and_its_cure(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], object], fault: str
) -> None:
    source = (PROJECT / "exercises" / f"{MAP}.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(source)
    spoil(data)
    path = tmp_path / f"{MAP}.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    (found,) = check([path])
    assert found.line and found.text == fault


# what is suggested while people type a role


def test_while_roles_are_asked_a_phone_gets_names_of_roles_and_nothing_else_of_others(kind: Partners) -> None:
    rows = responses_of(
        person("Night shift", ["IT", "ops"], ops_needs="the keys"), person("IT", ["Night shift", "HR"])
    )
    stage = stage_of(kind, "roles")
    within = stage.within(room_of(rows, {"merge/ops": "Ops desk"}))
    assert within.responses.empty
    assert dict(within.public) == {"link": ["Night shift", "Ops desk"]}
    assert stage.within(room_of(rows.iloc[::-1], {"merge/ops": "Ops desk"})).public == within.public
    html = phone(kind, "roles", room_of(rows), "P9")
    assert re.findall(r'<option value="([^"]+)">', html) == [*kind.exercise.roles, "Night shift", "ops"]
    assert 'data-most="5"' in html and " checked" not in html
    assert stages.after_others(stage, room_of(rows), Seat())["link-named"] in html
    assert not any(stage_of(kind, "brief").within(room_of(rows)).public.values())
    for name, late in (("needs", "late-predict"), ("my-needs", "late-state")):
        public = stage_of(kind, name).within(room_of(rows, {"merge/ops": "Ops desk"})).public
        assert {who: names for who, names in public.items() if names} == {late: ["Night shift", "Ops desk"]}


def test_a_name_that_everybody_may_see_is_escaped_and_short(kind: Partners) -> None:
    html = phone(kind, "roles", room_of(responses_of(person(HOSTILE[:40]))), "P9")
    assert "<script" not in html and "&lt;script" in html
