"""The map of internal customers: items, roles and merges, links, needs, ratings, agreements, what stages show."""

import random
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from partners_rooms import MAP, four_roles, moment_of, person, responses_of, the_exercise

from kit.content.loading import check
from kit.errors import ResponseError
from kit.kinds import Partners, kind_of
from kit.kinds.partners_agreements import Agreement, agreements, ics_bytes
from kit.kinds.partners_group import Group, depended_on, key_of, reciprocity, unserved
from kit.kinds.partners_items import agreement_item, confirm_item
from kit.kinds.partners_views import hints
from kit.kinds.roles import RoleBook, alike
from kit.settings import PROJECT
from kit.views import pages
from kit.views.map import role_map

LISTED = ("IT", "HR", "Sales", "Payroll", "Customer service")
STAGES = ("brief", "roles", "needs", "my-needs", "map", "gaps", "agreements", "debrief")
HOSTILE = "\"><script>alert(1)</script>'&{{77*1001}}"


@pytest.fixture(scope="module")
def kind() -> Partners:
    found = kind_of(the_exercise())
    assert isinstance(found, Partners)
    return found


def group_of(responses: pd.DataFrame, decisions: dict[str, str] | None = None) -> Group:
    decisions = decisions or {}
    return Group(RoleBook(LISTED, decisions), responses, decisions)


def link_set(group: Group) -> set[tuple[str, str]]:
    return {(row.needs_role, row.gives_role) for row in group.links().itertuples()}


def answers_of(responses: pd.DataFrame, participant: str) -> dict[tuple[int, str], str]:
    own = responses[responses["participant"] == participant]
    return {(row.round, row.item): row.value for row in own.itertuples()}


# what can be answered


def test_the_stages_last_as_long_as_the_exercise(kind: Partners) -> None:
    assert tuple(stage.id for stage in kind.stages) == STAGES
    assert sum(stage.minutes for stage in kind.stages) == kind.exercise.minutes
    assert {stage.id for stage in kind.stages if stage.live} == {"map", "gaps", "agreements"}


@pytest.mark.parametrize(
    ("round", "item", "value", "kept"),
    [
        (1, "role", " it ", "IT"),
        (1, "role/other", "Night\x00 shift\u202e", "Night shift"),
        (1, "partner/8", "Ops~Desk", "Ops-Desk"),
        (1, "partner/1", "", ""),
        (1, "case/scrubs/2", "take-one", "take-one"),
        (1, "need-from-me/HR/Payroll/3", "a\nlist", "a list"),
        (1, "need/IT/1", "n" * 160, "n" * 160),
        (1, "meets/IT", "weekly", "weekly"),
        (1, "rating/IT", "5", "5"),
        (1, "draft/IT/review", "2031-05-20", "2031-05-20"),
        (2, "agreement/HR~IT/gives-2", "a laptop", "a laptop"),
        (2, "confirm/HR~IT", "no", "no"),
        (0, "commitment", "Ask Payroll", "Ask Payroll"),
    ],
)
def test_answers_are_kept_clean(kind: Partners, round: int, item: str, value: str, kept: str) -> None:
    assert kind.check(round, item, value) == kept


@pytest.mark.parametrize(
    ("round", "item", "value", "text"),
    [
        (1, "partner/9", "IT", f"Round 1 of “{MAP}” takes no “partner/9”."),
        (1, "need/IT/4", "x", "takes no “need/IT/4”"),
        (1, "need/it/1", "x", "takes no “need/it/1”"),
        (1, "need/" + "r" * 41 + "/1", "x", "takes no “need/rrr"),
        (1, "agreement/HR~IT/gives-1", "x", "Round 1 of"),
        (2, "role", "IT", "Round 2 of"),
        (7, "role", "IT", "Round 7 of"),
        (1, "role", "r" * 41, "has 41 characters. Please keep it to 40."),
        (1, "need/IT/1", "n" * 161, "has 161 characters. Please keep it to 160."),
        (1, "rating/IT", "6", "“6” can't be chosen here. Use one of: 1, 2, 3, 4, 5."),
        (1, "meets/IT", "often", "Use one of: daily, weekly, monthly, rarely."),
        (
            1,
            "case/none/1",
            "x",
            "“case/none/1” is no case of “internal-customers”. Use one of: new-computer, scrubs.",
        ),
        (1, "case/scrubs/1", "x", "Use one of: trust, more-cupboards, own-stock."),
        (
            2,
            "agreement/HR~IT/review",
            "soon",
            "“soon” is no date. Write it as year-month-day, such as 2031-05-20.",
        ),
        (2, "agreement/HR~IT/review", "9999-12-31", "“9999-12-31” is no date."),
        (2, "confirm/HR~IT", "yes", "“yes” confirms no agreement. Please tap again."),
        (0, "commitment", " ", "There is nothing to read in"),
    ],
)
def test_what_cant_be_taken_says_why(kind: Partners, round: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        kind.check(round, item, value)
    assert text in str(caught.value)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=80))
def test_whatever_is_typed_is_refused_or_kept_as_it_stays(item: str, value: str) -> None:
    kind = Partners(the_exercise())
    for number, name in (
        (1, item),
        (1, f"need/{item}/1"),
        (1, "role/other"),
        (2, f"agreement/{item}~IT/by-1"),
    ):
        try:
            kept = kind.check(number, name, value)
        except ResponseError:
            continue
        assert len(kept) <= 160 and len(name) <= 200
        assert kind.check(number, name, kept) == kept


@pytest.mark.parametrize(
    ("need", "parts"),
    [
        ("", ()),
        ("a computer", ("item", "quality", "time")),
        ("a really good computer", ("quality", "time")),
        ("a laptop with all accounts, on the first morning", ()),
        ("an answer by 5", ("quality",)),
        ("a list of everybody who is new", ("time",)),
    ],
)
def test_vague_needs_are_asked_for_what_is_missing(need: str, parts: tuple[str, ...]) -> None:
    exercise = the_exercise()
    assert hints(exercise, need) == [exercise.ask(part) for part in parts]


# roles


def test_names_that_look_alike_are_suggested_and_never_merged_by_themselves() -> None:
    typed = ["I.T.", "IT dept", "Human resources", "Customer success", "Ops", "ops desk"]
    found = {(likeness.role, likeness.into) for likeness in alike(typed, LISTED)}
    assert found == {("I.T.", "IT"), ("IT dept", "IT"), ("Human resources", "HR"), ("ops desk", "Ops")}
    group = group_of(responses_of(person("I.T.", ["HR"]), person("IT", ["HR"])))
    assert group.roles() == ["I.T.", "HR", "IT"]


def test_a_merge_moves_every_link_and_can_be_undone() -> None:
    responses = responses_of(person("I.T.", ["HR"]), person("HR", ["IT"]), person("Sales", ["IT", "I.T."]))
    merged = group_of(responses, {"merge/I.T.": "IT"})
    assert link_set(merged) == {("HR", "IT"), ("IT", "HR"), ("IT", "Sales")}
    assert merged.holders["IT"] == {"P1"}
    assert merged.book.merged() == [("I.T.", "IT")]
    assert link_set(group_of(responses, {"merge/I.T.": ""})) == link_set(group_of(responses))


names = st.sampled_from(["IT", "HR", "I.T.", "IT dept", "Ops", "Payroll", "pay"])
rooms = st.lists(st.tuples(names, st.lists(names, max_size=4)), min_size=1, max_size=7)
merges = st.dictionaries(names.map(lambda name: f"merge/{name}"), names, max_size=5)


@settings(deadline=None, max_examples=60)
@given(rooms, merges, st.randoms(use_true_random=False))
def test_merging_in_any_order_gives_the_same_map(
    room: list[tuple[str, list[str]]], decisions: dict[str, str], dice: random.Random
) -> None:
    responses = responses_of(*(person(role, partners) for role, partners in room))
    shuffled = list(decisions.items())
    dice.shuffle(shuffled)
    one, other = group_of(responses, decisions), group_of(responses, dict(shuffled))
    assert one.links().equals(other.links())
    assert one.places() == other.places()
    assert all(one.book.name(one.book.name(role)) == one.book.name(role) for role in one.typed)


def test_a_chain_of_merges_ends_where_it_began_in_any_order() -> None:
    one = RoleBook(LISTED, {"merge/a": "b", "merge/b": "IT"})
    other = RoleBook(LISTED, {"merge/b": "IT", "merge/a": "IT"})
    circle = RoleBook(LISTED, {"merge/a": "b", "merge/b": "a"})
    assert [one.name("a"), other.name("a"), circle.name("a"), circle.name("b")] == ["IT", "IT", "a", "a"]


# links and the graph


@settings(deadline=None, max_examples=60)
@given(rooms, st.tuples(names, st.lists(names, max_size=4)), st.randoms(use_true_random=False))
def test_another_participant_never_removes_a_link(
    room: list[tuple[str, list[str]]], more: tuple[str, list[str]], dice: random.Random
) -> None:
    before = responses_of(*(person(role, partners) for role, partners in room))
    after = responses_of(*(person(role, partners) for role, partners in [*room, more]))
    assert link_set(group_of(before)) <= link_set(group_of(after))
    places = group_of(after).places()
    assert {role: places[role] for role in group_of(before).places()} == group_of(before).places()
    mixed = after.sample(frac=1, random_state=dice.randrange(1000))
    assert group_of(mixed).links().equals(group_of(after).links())
    share = reciprocity(group_of(after).links())
    assert share is None or 0 <= share <= 1


@settings(deadline=None, max_examples=40)
@given(st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), min_size=1, max_size=12))
def test_a_symmetric_map_runs_both_ways_throughout(pairs: set[tuple[str, str]]) -> None:
    both = {pair for one, other in pairs if one != other for pair in ((one, other), (other, one))}
    roles = sorted({role for pair in both for role in pair})
    responses = responses_of(*(person(role, [b for a, b in sorted(both) if a == role][:8]) for role in roles))
    links = group_of(responses).links()
    assert set(zip(links["needs_role"], links["gives_role"], strict=True)) == both
    assert reciprocity(links) == (1.0 if both else None)


def test_links_count_people_of_both_sides() -> None:
    group = group_of(four_roles())
    links = group.links().set_index(["needs_role", "gives_role"])
    assert links.loc[("HR", "IT"), ["people", "from_needs", "from_gives", "needs"]].tolist() == [3, 1, 2, 3]
    assert links["both_ways"].to_dict() == {
        ("HR", "IT"): True,
        ("IT", "HR"): True,
        ("HR", "Sales"): False,
        ("Payroll", "HR"): False,
        ("Sales", "IT"): False,
    }
    graph = group.graph()
    assert depended_on(graph) == [("HR", 4), ("IT", 4), ("Sales", 1)]
    assert unserved(graph) == ["pay roll"]
    assert graph.nodes["IT"]["holders"] == 2
    assert reciprocity(group.links()) == pytest.approx(0.4)


def test_who_takes_a_partner_off_takes_the_needs_off() -> None:
    said = person("IT", ["HR"], HR_needs="a list", from_HR="notice") | {"partner/1": ""}
    group = group_of(responses_of(said))
    assert group.links().empty and group.needs().empty


# needs and ratings


def outcomes(kind: Partners, decisions: dict[str, str]) -> dict[tuple[str, str], str]:
    table = kind.tables(four_roles(), decisions)["needs"]
    return {(row.side, row.text): row.outcome for row in table.itertuples()}


def test_needs_match_only_by_the_facilitators_word(kind: Partners) -> None:
    pair = f"pair/{key_of('a list of new laptops')}/{key_of('a laptop on day one')}"
    assert outcomes(kind, {})[("stated", "a laptop on day one")] == "missed"
    assert outcomes(kind, {})[("predicted", "a list of new laptops")] == "extra"
    decided = outcomes(kind, {pair: kind.decide(pair, "same", four_roles())})
    assert decided[("stated", "a laptop on day one")] == "matched"
    assert decided[("predicted", "a list of new laptops")] == "matched"
    assert decided[("predicted", "quick help")] == "extra"
    assert outcomes(kind, {pair: ""}) == outcomes(kind, {})


def test_a_need_that_is_written_anew_is_not_paired_any_more(kind: Partners) -> None:
    pair = f"pair/{key_of('a list of new laptops')}/{key_of('a laptop on day one')}"
    rows = four_roles()
    rows.loc[rows["value"] == "a laptop on day one", "value"] = "a phone on day one"
    needs = kind.tables(rows, {pair: "same"})["needs"]
    assert set(needs.loc[needs["gives_role"] == "IT", "outcome"]) == {"missed", "extra"}


def test_a_need_to_which_the_other_side_said_nothing_is_unheard(kind: Partners) -> None:
    responses = responses_of(person("IT", ["HR"], HR_needs="a list"), person("HR", ["Sales"]))
    needs = kind.tables(responses)["needs"]
    assert needs["outcome"].tolist() == ["unheard"]


def test_gaps_count_each_need_once(kind: Partners) -> None:
    pair = f"pair/{key_of('a list of new laptops')}/{key_of('a laptop on day one')}"
    gaps = kind.tables(four_roles(), {pair: "same"})["gaps"].set_index(["needs_role", "gives_role"])
    counted = gaps.loc[("HR", "IT"), ["matched", "missed", "extra", "unheard"]].tolist()
    assert counted == [1, 0, 1, 0]


def test_ratings_of_fewer_than_three_people_stay_hidden(kind: Partners) -> None:
    ratings = kind.tables(four_roles())["ratings"].set_index(["role", "partner"])
    assert ratings.loc[("IT", "HR"), "self_people"] == 2 and pd.isna(ratings.loc[("IT", "HR"), "self"])
    assert ratings.loc[("HR", ""), "received"] == pytest.approx((3 + 4 + 2) / 3)
    assert ratings.loc[("", ""), "self"] == pytest.approx((4 + 5 + 4 + 3) / 4)
    two = responses_of(person("IT", ["HR"], "4", "3"), person("HR", ["IT"], "4", "3"))
    assert kind.tables(two)["ratings"][["self", "received"]].isna().all(axis=None)
    for stage in ("map", "gaps"):
        room = kind.room_view(moment_of(kind, stage), two)
        assert room["too_few"] and room.get("reciprocity") is None and not room.get("ratings")


# agreements


def agreed(*more: tuple[int, str, str]) -> pd.DataFrame:
    pair = ("HR", "IT")
    parts = [
        (1, agreement_item(pair, "gives-2"), "a laptop"),
        (3, agreement_item(pair, "gives-1"), "notice"),
        (3, agreement_item(pair, "by-1"), "a month ahead"),
        (1, agreement_item(pair, "review"), "2031-06-30"),
    ]
    people = (person("IT", ["HR"]), person("IT", ["HR"]), person("HR", ["IT"]), person("Sales", ["HR"]))
    return responses_of(*people, agree=[*parts, *more])


def card_of(responses: pd.DataFrame, decisions: dict[str, str] | None = None) -> Agreement:
    group = group_of(responses, decisions)
    (card,) = agreements(group.book, responses, group.holders).values()
    return card


def test_an_agreement_needs_a_yes_of_both_roles_to_these_very_words() -> None:
    card, yes = card_of(agreed()), confirm_item(("HR", "IT"))
    assert (card.roles, card.gives, card.by) == (("HR", "IT"), ("notice", "a laptop"), ("a month ahead", ""))
    assert card.is_complete and card.confirmed == (False, False)
    one_side = [(1, yes, card.digest), (2, yes, card.digest)]
    assert card_of(agreed(*one_side)).confirmed == (False, True)
    both = [*one_side, (3, yes, card.digest)]
    assert card_of(agreed(*both)).is_confirmed
    changed = [*both, (2, agreement_item(("HR", "IT"), "gives-2"), "A laptop")]
    assert card_of(agreed(*changed)).confirmed == (False, False)
    taken_back = [*both, (3, yes, "no")]
    assert card_of(agreed(*taken_back)).confirmed == (False, True)


def test_nobody_else_writes_or_confirms_an_agreement() -> None:
    card = card_of(agreed())
    stranger = [
        (4, agreement_item(("HR", "IT"), "gives-1"), "nothing"),
        (4, confirm_item(("HR", "IT")), card.digest),
    ]
    assert card_of(agreed(*stranger)) == card


def test_an_agreement_follows_a_merge_whichever_way_round_it_was_written() -> None:
    rows = responses_of(
        person("zz IT", ["HR"]),
        person("HR", ["zz IT"]),
        person("Sales", ["HR"]),
        agree=[
            (1, agreement_item(("HR", "zz IT"), "gives-1"), "notice"),
            (1, "agreement/HR~zz IT/gives-2", "a laptop"),
        ],
    )
    assert card_of(rows).gives == ("notice", "a laptop")
    turned = card_of(rows, {"merge/zz IT": "AAA"})
    assert (turned.roles, turned.gives) == (("AAA", "HR"), ("a laptop", "notice"))


@pytest.mark.parametrize("gift", ["a laptop; with, accounts", HOSTILE, "ü👩‍💻" * 30])
def test_a_calendar_library_reads_the_review_back(gift: str) -> None:
    card = Agreement(("HR", "IT"), ("notice", gift), ("", "Friday"), "2031-06-30")
    (event,) = Calendar.from_ical(ics_bytes(card)).walk("VEVENT")
    assert event.decoded("dtstart") == date(2031, 6, 30)
    assert str(event["summary"]) == "Look at our agreement: HR and IT"
    assert str(event["description"]) == card.text()
    assert f"IT gives: {gift} (Friday)" in card.text()


# what is shown


def test_the_facilitator_decides_only_about_what_was_said(kind: Partners) -> None:
    rows = four_roles()
    assert kind.decide("merge/pay roll", "Payroll", rows) == "Payroll"
    assert kind.decide("merge/pay roll", "", rows) == ""
    for item, value, text in (
        ("merge/nobody", "IT", "Nobody named the role “nobody”. Use one of:"),
        ("merge/IT", "IT", "“IT” can't be merged into itself."),
        ("merge/IT", "nobody", "Nobody named the role “nobody”."),
        ("pair/a/b", "same", "“pair/a/b” names no two needs that were written."),
        ("hide/IT", "yes", "“hide/IT” can't be decided in “internal-customers”."),
    ):
        with pytest.raises(ResponseError) as caught:
            kind.decide(item, value, rows)
        assert text in str(caught.value)


def test_the_key_of_a_case_comes_with_the_answer_and_the_ending_with_both(kind: Partners) -> None:
    moment = moment_of(kind, "brief")
    case = kind.participant_view(moment, {})["cases"][1]
    assert case["ending"] is None and {side["answer_text"] for side in case["sides"]} == {None}
    one = {(1, "case/scrubs/1"): "own-stock"}
    sides = kind.participant_view(moment, one)["cases"][1]["sides"]
    assert (sides[0]["is_right"], sides[1]["reason"]) == (False, None)
    both = one | {(1, "case/scrubs/2"): "take-one"}
    assert kind.participant_view(moment, both)["cases"][1]["ending"]
    assert set(kind.own_islands(moment, both, "case/scrubs/2")) == {"case-scrubs-2", "case-scrubs-ending"}


def test_a_prediction_is_asked_before_anything_that_others_said_is_shown(kind: Partners) -> None:
    rows, answers = four_roles(), answers_of(four_roles(), "P1")
    said = ("a laptop on day one", "notice of who starts")
    for stage in ("brief", "roles", "needs", "my-needs", "map"):
        moment = moment_of(kind, stage)
        room = kind.room_view(moment, rows)
        shown = repr((kind.participant_view(moment, answers, room, "P1"), room))
        assert not [text for text in said if text in shown], stage
    gaps = moment_of(kind, "gaps")
    assert said[0] in repr(kind.participant_view(gaps, answers, kind.room_view(gaps, rows), "P1"))


def test_no_view_of_the_group_holds_a_participant(kind: Partners) -> None:
    rows = agreed()
    for stage in STAGES:
        room = kind.room_view(moment_of(kind, stage), rows)
        assert not [n for n in range(1, 6) if f"'P{n}'" in repr(room)]


def test_progress_counts_what_the_stage_asks_for(kind: Partners) -> None:
    answers = answers_of(four_roles(), "P1") | {(1, "case/scrubs/1"): "trust", (2, "confirm/HR~IT"): "no"}
    counted = {stage: kind.progress(moment_of(kind, stage), answers) for stage in STAGES}
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
    """Everything that anybody sees in any stage, by stage and who."""
    found = {}
    for stage in STAGES:
        step = kind.stage(stage)
        assert step
        moment = moment_of(kind, stage, decisions, **kind.opening(step, rows, decisions))
        room = kind.room_view(moment, rows)
        common: dict[str, Any] = {"exercise": kind.exercise, "moment": moment}
        found[f"{stage} room"] = pages.render("partners/room.html", group=room, **common)
        console = kind.console_view(moment, rows)
        if console:
            found[f"{stage} console"] = pages.render("partners/console.html", moment=moment, **console)
        for seat in (*sorted(set(rows["participant"])), "P99"):
            answers = answers_of(rows, seat)
            view = kind.participant_view(moment, answers, room, seat)
            html = pages.render(
                f"partners/{stage}.html", clock="", progress="", course=None, **common, **view
            )
            for template, shown in kind.group_islands(moment, answers, room, seat).values():
                html += pages.render(template, **shown)
            found[f"{stage} {seat}"] = html
    return found


def test_hostile_texts_are_escaped_everywhere(kind: Partners) -> None:
    role = HOSTILE[:40].replace("~", "-")
    people = [
        person(role, ["IT"], IT_needs=HOSTILE, from_IT=HOSTILE),
        person("IT", [role], **{f"{role.replace(' ', '_')}_needs": HOSTILE}),
        person("IT", [role, "HR"], "4", "4"),
    ]
    pair = RoleBook(the_exercise().roles, {}).pair("IT", role)
    agree = [(1, agreement_item(pair, part), HOSTILE) for part in ("gives-1", "gives-2", "by-1")]
    rows = responses_of(*people, agree=[*agree, (1, agreement_item(pair, "review"), "2031-06-30")])
    pages_shown = rendered(kind, rows, {})
    pages_shown["alone"] = pages.practise(kind, answers_of(rows, "P1"), 1)
    assert any("&lt;script&gt;" in html for html in pages_shown.values())
    for name, html in pages_shown.items():
        assert "<script" not in html and "77077" not in html, name


def test_the_real_exercise_goes_through_all_stages(kind: Partners) -> None:
    rows = agreed()
    shown = rendered(kind, rows, {"merge/pay roll": "Payroll"})
    assert "Which model it is hardly matters" not in shown["brief P1"]
    assert 'role="img"' in shown["map room"] and "<th" in shown["map room"]
    assert "a month ahead" in shown["agreements P3"] and "a month ahead" not in shown["agreements P99"]
    assert not [name for name, html in shown.items() if " style=" in html]


def test_the_table_beside_the_map_says_what_the_map_says(kind: Partners) -> None:
    room = kind.room_view(moment_of(kind, "map"), four_roles())
    html = pages.render(
        "partners/room.html", exercise=kind.exercise, moment=moment_of(kind, "map"), group=room
    )
    svg = role_map(room["map"])
    assert html.count('<tr class="k ') == len(room["map"]["links"]) == 5
    assert (
        svg.count('class="l ') == 4 and svg.count('class="t ') == 3
    )  # one line a pair; a ring where it is one way
    assert "Map of 5 roles and 5 links" in svg


def test_roles_keep_their_place_when_others_come_and_when_they_are_merged(kind: Partners) -> None:
    first = responses_of(person("IT", ["HR"]), person("HR", ["pay roll"]))
    stage = kind.stage("map")
    assert stage
    kept = kind.opening(stage, first)
    later = responses_of(person("IT", ["HR"]), person("HR", ["pay roll"]), person("Sales", ["Payroll", "IT"]))
    places = [
        kind.room_view(moment_of(kind, "map", decisions, **kept), rows)["map"]["places"]
        for rows, decisions in ((first, {}), (later, {}), (later, {"merge/pay roll": "Payroll"}))
    ]
    assert places[0] == {"IT": 0, "HR": 1, "pay roll": 2}
    assert places[1] == places[0] | {"Sales": 3, "Payroll": 4}
    assert places[2] == {"IT": 0, "HR": 1, "Sales": 3, "Payroll": 2}


def test_no_label_overlaps_another_at_any_size() -> None:
    for roles in (1, 2, 3, 5, 15, 30, 60):
        names = [f"A rather long name of role {n} here"[:40] for n in range(roles)]
        data = {
            "roles": [{"name": n, "place": p, "weight": p, "held": True} for p, n in enumerate(names)],
            "links": [],
        }
        svg = str(role_map(data))
        font = int(svg.partition('font-size="')[2].partition('"')[0])
        spans = [part.partition('"')[0] for part in svg.split('<tspan x="')[1:]]
        lines = [
            (x, part.partition('y="')[2].partition('"')[0])
            for x, part in zip(spans, svg.split("<tspan ")[1:], strict=True)
        ]
        for left in (True, False):
            ys = sorted(float(y) for x, y in lines if (float(x) < 500) == left)
            assert all(below - above >= font - 1 for above, below in pairwise(ys)), roles


# alone


def test_a_learner_gets_questions_for_each_partner_and_a_draft(kind: Partners) -> None:
    answers = {(1, item): value for item, value in person("IT", ["HR"], "4", HR_needs="a list").items()}
    answers[1, "draft/HR/i-give"] = "an account on the first day"
    html = pages.practise(kind, answers, 1)
    assert "To ask: HR" in html and "an account on the first day" in html
    assert kind.exercise.ask("time") in html
    islands = kind.practice_islands(answers, "partner/1")
    assert set(islands) == {"partners", "sheet"}
    assert set(kind.practice_islands(answers, "need-from-me/HR/1")) == {"hint-need-from-me-0-1", "sheet"}
    view = kind.practice_view(answers)
    assert (view["done"], view["total"]) == (2 + 2 + 0, 2 + 3 + 2)


# faults of a file


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (
        lambda data: data["cases"][0]["sides"][1].update(answer="notise"),
        "side 2 of case 'new-computer' names option 'notise'. Did you mean 'notice'?",
    ),
    (
        lambda data: data["cases"][1].update(id="new-computer"),
        "the id 'new-computer' belongs to an earlier case already. Give this case a different id.",
    ),
    (
        lambda data: data["cases"][0]["sides"][1].update(role="the manager"),
        "the role 'the manager' belongs to an earlier side already. Give this side a different role.",
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
        "the part 'item' belongs to an earlier prompt already. Give this prompt a different part.",
    ),
    (
        lambda data: data["cases"][0]["sides"].pop(),
        "'sides' of case 'new-computer' has too few entries: 1. Write at least 2.",
    ),
    (
        lambda data: data["cases"][0]["sides"][0]["options"][0].pop("text"),
        "option 'newest-model' of side 1 of case 'new-computer' has no 'text'. Add 'text:' to it.",
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
