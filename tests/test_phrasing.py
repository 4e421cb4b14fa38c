"""The phrasing kind: what is taken, who may read what, the coach, the facilitator's choices, tables."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.content.loading import load
from kit.content.phrasing import PhrasingExercise
from kit.errors import ResponseError
from kit.kinds import Moment, Phrasing, kind_of, phrasing_tables
from kit.kinds.phrasing_plan import Round, phrase_item, phrase_key

EXERCISES = Path(__file__).parents[1] / "exercises"
WRITING = ("brief", "tempting", "not-that", "say-this")
GOOD = "We're sorry that we kept you waiting. The oven broke down; your cake is ready at four."
BAD = "They never tell us anything in the kitchen, so there's nothing I can do."
SPANISH = "Lo siento mucho, pero la cocina está muy ocupada y no podemos hacer nada por usted hoy."


def make_exercise() -> PhrasingExercise:
    recipe = {
        "title": "A delay",
        "steps": [
            {"id": "sorry", "title": "Say sorry", "hint": "At once.", "rule": "apology"},
            {"id": "next", "title": "Turn to the solution", "hint": "With a time.", "rule": "solution"},
        ],
        "traps": ["deflect", "helpless"],
        "bad": "It's late.",
        "why_bad": "No help.",
        "good": "We're sorry. It's ready at four.",
        "why_good": "A time.",
    }
    own = recipe | {
        "id": "refund",
        "title": "A refund",
        "steps": [{"id": "thanks", "title": "Give thanks", "hint": "For something.", "cues": ["thank you"]}],
        "own_traps": [
            {"id": "form", "title": "Forms", "cues": ["fill in .. form"], "question": "Who needs “{quote}”?"}
        ],
    }
    situations = [("cake", "delay"), ("sofa", "delay"), ("shoes", "refund")]
    return PhrasingExercise.model_validate(
        {
            "kind": "phrasing",
            "id": "small",
            "title": "A small exercise",
            "objective": "Find words.",
            "minutes": 50,
            "sources": [{"author": "A. Author", "title": "A title"}],
            "recipes": [recipe | {"id": "delay"}, own],
            "situations": [
                {"id": name, "recipe": used, "trade": f"Trade of {name}", "text": f"What about the {name}?"}
                for name, used in situations
            ],
        }
    )


def responses_of(rows: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["participant", "round", "item", "value"])
    return frame.assign(at=pd.Timestamp("2025-01-01T10:00:00Z"))


def answers_of(rows: list[tuple[str, int, str, str]], participant: str) -> dict[tuple[int, str], str]:
    return {(number, item): value for who, number, item, value in rows if who == participant}


def moment_of(kind: Phrasing, stage: str, decisions: dict[str, str] | None = None, **params: Any) -> Moment:
    return Moment(kind.stage(stage), params, decisions or {})


def views_of(kind: Phrasing, moment: Moment, rows: list[tuple[str, int, str, str]], seat: str) -> str:
    """All that a participant and the room see, as text."""
    group = kind.room_view(moment, responses_of(rows))
    own = answers_of(rows, seat)
    shown = group if moment.stage.shows_group else None
    return json.dumps([group, kind.participant_view(moment, own, shown, seat)], ensure_ascii=False)


@pytest.fixture
def phrasing() -> Phrasing:
    return Phrasing(make_exercise())


@pytest.fixture
def room() -> list[tuple[str, int, str, str]]:
    """Four people wrote about the cake, two of them the same; three voted; one revised; one has a card."""
    cake = phrase_item("cake")
    rows = [
        ("P1", Round.TEMPTING, "tempting/1", "When the oven breaks"),
        ("P1", Round.NOT_THAT, cake, BAD),
        ("P1", Round.SAY_THIS, cake, BAD),
        ("P2", Round.SAY_THIS, cake, GOOD),
        ("P3", Round.SAY_THIS, cake, GOOD.upper()),
        ("P4", Round.SAY_THIS, cake, "We apologise for the wait!"),
        ("P5", Round.SAY_THIS, cake, ""),
        ("P1", Round.REVISED, cake, GOOD + " Thank you for telling me."),
    ]
    good, sorry = phrase_key("cake", GOOD), phrase_key("cake", "We apologise for the wait!")
    rows += [("P1", Round.VOTE, f"vote/{good}", "yes"), ("P4", Round.VOTE, f"vote/{good}", "yes")]
    rows += [("P2", Round.VOTE, f"vote/{good}", "yes"), ("P2", Round.VOTE, f"vote/{sorry}", "yes")]
    rows += [("P3", Round.VOTE, f"vote/{sorry}", ""), ("P1", Round.VOTE, "vote/000000000000", "yes")]
    rows += [("P1", Round.CARD, "card/from", "cake"), ("P1", Round.CARD, "card/when", "Late again")]
    return rows


# What is taken


def test_the_stages_last_as_long_as_the_exercise(phrasing: Phrasing) -> None:
    assert isinstance(kind_of(phrasing.exercise), Phrasing)
    assert [stage.id for stage in phrasing.stages] == [*WRITING, "vote", "showcase", "card", "debrief"]
    assert sum(stage.minutes for stage in phrasing.stages) == 50
    assert [stage.round for stage in phrasing.stages] == [None, 1, 2, 3, 4, 5, 0, None]


@pytest.mark.parametrize(
    ("number", "item", "value", "text"),
    [
        (3, "situation/gone", "x", "Round 3 of “small” takes no “situation/gone”. Please reload the page."),
        (4, "situation/cake", "x", "Round 4 of “small” takes no “situation/cake”."),
        (1, "tempting/4", "x", "Round 1 of “small” takes no “tempting/4”."),
        (9, "card/say", "x", "Round 9 of “small” takes no “card/say”."),
        (0, "card/else", "x", "Round 0 of “small” takes no “card/else”."),
        (4, "vote/P7", "yes", "Round 4 of “small” takes no “vote/P7”."),
        (4, "vote/0123456789ab", "no", "A vote is “yes” or empty, not “no”."),
        (3, "situation/cake", "a" * 601, "has 601 characters. Please keep it to 600."),
        (3, "situation/cake", "a" * 5001, "has 5001 characters. Please keep it to 600."),
        (0, "card/from", "gone", "“gone” is no situation of “small”. Use one of: cake, sofa, shoes."),
    ],
)
def test_what_cant_be_taken_says_why(
    phrasing: Phrasing, number: int, item: str, value: str, text: str
) -> None:
    with pytest.raises(ResponseError) as caught:
        phrasing.check(number, item, value)
    assert text in str(caught.value)


def test_phrases_are_cleaned_and_can_be_withdrawn(phrasing: Phrasing) -> None:
    assert phrasing.check(3, "situation/cake", " We\x00 owe\r\nyou\t\u202eone ") == "We owe you one"
    assert phrasing.check(5, "situation/cake", " \u200b\n ") == ""
    assert phrasing.check(2, "situation/cake", "a" * 600) == "a" * 600
    assert phrasing.check(1, "tempting/3", "<b>late</b>") == "<b>late</b>"
    assert phrasing.check(0, "card/from", "cake") == "cake"


@settings(deadline=None)
@given(st.text(max_size=700))
def test_a_kept_phrase_is_short_clean_and_stays_as_it_is(typed: str) -> None:
    kind = Phrasing(make_exercise())
    try:
        kept = kind.check(3, "situation/cake", typed)
    except ResponseError:
        return
    assert len(kept) <= 600 and kind.check(3, "situation/cake", kept) == kept
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in kept)
    kept.encode("utf-8")


def test_progress_counts_what_the_stage_asks_for(phrasing: Phrasing, room: list[Any]) -> None:
    own = answers_of(room, "P1")
    progress = {stage.id: phrasing.progress(moment_of(phrasing, stage.id), own) for stage in phrasing.stages}
    assert progress == {
        "brief": (0, 0),
        "tempting": (1, 1),
        "not-that": (1, 2),
        "say-this": (1, 2),
        "vote": (1, 1),
        "showcase": (1, 1),
        "card": (1, 1),
        "debrief": (0, 0),
    }
    assert phrasing.progress(moment_of(phrasing, "say-this", situations=["sofa"]), own) == (0, 1)
    assert phrasing.progress(moment_of(phrasing, "card"), {}) == (0, 1)


# The coach


def test_the_coach_quotes_ones_own_words_and_asks(phrasing: Phrasing) -> None:
    view = phrasing.participant_view(moment_of(phrasing, "say-this"), {(3, "situation/cake"): GOOD})
    coach = view["situations"][0]["coach"]
    assert [(step["title"], step["verdict_text"]) for step in coach["steps"]] == [
        ("Say sorry", "There"),
        ("Turn to the solution", "There"),
    ]
    assert coach["summary"] == "2 of 2 steps are there." and not coach["questions"]
    quoted = [re.search("“(.+)”", step["sentence"])[1] for step in coach["steps"]]
    assert all(words in GOOD for words in quoted)
    islands = phrasing.own_islands(
        moment_of(phrasing, "say-this"), {(3, "situation/cake"): BAD}, "situation/cake"
    )
    assert list(islands) == ["coach-cake", "heard-coach-cake"]
    said = islands["coach-cake"][1]["coach"]
    assert said["summary"] == "0 of 2 steps are there. 2 questions."
    assert all(question.endswith("?") for question in said["questions"])
    assert {step["verdict_text"] for step in said["steps"]} <= {"Not there yet", "Not sure"}


def test_the_coach_reads_a_trainers_own_cues(phrasing: Phrasing) -> None:
    typed = "Thank you. Now fill in this form."
    (_name, context) = phrasing.practice_islands({(3, "situation/shoes"): typed}, "situation/shoes")[
        "coach-shoes"
    ]
    assert context["coach"]["steps"][0]["verdict"] == "found"
    assert context["coach"]["questions"] == ["Who needs “fill in this form”?"]


def test_another_language_is_not_judged(phrasing: Phrasing) -> None:
    own = {(3, "situation/cake"): SPANISH}
    islands = phrasing.own_islands(moment_of(phrasing, "say-this"), own, "situation/cake")
    _template, context = islands["coach-cake"]
    coach = context["coach"]
    assert coach["written"] and not coach["judged"] and coach["note"] and coach["steps"] == []
    rows = [(f"P{n}", Round.SAY_THIS, "situation/cake", SPANISH) for n in range(4)]
    tables = phrasing.tables(responses_of(rows))
    assert tables["phrases"]["steps"].tolist() == [""] * 4 and tables["coverage"].empty


def test_where_the_wrong_thing_is_said_the_coach_is_silent(phrasing: Phrasing) -> None:
    own = {(2, "situation/cake"): BAD}
    moment = moment_of(phrasing, "not-that")
    assert phrasing.participant_view(moment, own)["situations"][0]["coach"] is None
    assert phrasing.own_islands(moment, own, "situation/cake") == {}
    assert list(phrasing.own_islands(moment_of(phrasing, "vote"), own, "vote/0")) == ["votes"]


# Who may read what


def test_others_words_are_seen_from_the_vote_on(phrasing: Phrasing, room: list[Any]) -> None:
    marked = [
        (who, number, item, f"{value} MARK-{who}" if number in (1, 2, 3, 5) and value else value)
        for who, number, item, value in room
    ]
    for stage in WRITING:
        shown = views_of(phrasing, moment_of(phrasing, stage), marked, "P1")
        assert set(re.findall("MARK-(P.)", shown)) <= {"P1"}
        assert not re.findall(
            "MARK", json.dumps(phrasing.room_view(moment_of(phrasing, stage), responses_of(marked)))
        )
    vote = phrasing.participant_view(
        moment_of(phrasing, "vote"),
        answers_of(marked, "P1"),
        phrasing.room_view(moment_of(phrasing, "vote"), responses_of(marked)),
        "P1",
    )
    texts = [phrase["text"] for situation in vote["situations"] for phrase in situation["phrases"]]
    assert sorted(re.findall("MARK-(P.)", " ".join(texts))) == ["P2", "P3", "P4"]


def test_equal_words_are_one_phrase_and_authors_stay_unknown(phrasing: Phrasing, room: list[Any]) -> None:
    view = phrasing.room_view(moment_of(phrasing, "vote"), responses_of(room))
    assert [phrase["text"] for phrase in view["phrases"]].count(GOOD.upper()) == 1
    assert len(view["phrases"]) == 3 and not re.search(r'"P\d', json.dumps(view))
    for seat in ("P2", "P3"):
        own = phrasing.participant_view(moment_of(phrasing, "vote"), answers_of(room, seat), view, seat)
        assert GOOD.casefold() not in [p["text"].casefold() for p in own["situations"][0]["phrases"]]


def test_the_order_differs_from_phone_to_phone_and_stays(phrasing: Phrasing) -> None:
    rows = [(f"P{n}", Round.SAY_THIS, "situation/cake", f"We are sorry, number {n}") for n in range(9)]
    moment = moment_of(phrasing, "vote")
    group = phrasing.room_view(moment, responses_of(rows))

    def order(seat: str) -> list[str]:
        view = phrasing.participant_view(moment, {}, group, seat)
        return [phrase["key"] for phrase in view["situations"][0]["phrases"]]

    assert order("P1") == order("P1") and len({tuple(order(f"P{n}")) for n in range(20)}) > 15
    assert all(sorted(order(f"P{n}")) == sorted(order("P1")) for n in range(20))


def test_in_a_large_room_each_phone_shows_some_and_all_are_read(phrasing: Phrasing) -> None:
    rows = [(f"P{n}", Round.SAY_THIS, "situation/cake", f"We are sorry, number {n}") for n in range(300)]
    moment = moment_of(phrasing, "vote", situations=["cake"])
    group = phrasing.room_view(moment, responses_of(rows))
    read: set[str] = set()
    for n in range(300):
        view = phrasing.participant_view(moment, answers_of(rows[n : n + 1], f"P{n}"), group, f"P{n}")
        keys = [phrase["key"] for phrase in view["situations"][0]["phrases"]]
        assert len(keys) == 24
        read |= set(keys)
    assert len(read) == 300
    last = next(key for key in sorted(read) if key not in keys)
    voted = phrasing.participant_view(moment, {(4, f"vote/{last}"): "yes"}, group, "P299")
    assert [p["key"] for p in voted["situations"][0]["phrases"] if p["voted"]] == [last]


def test_votes_count_once_and_never_for_ones_own(phrasing: Phrasing, room: list[Any]) -> None:
    votes = phrasing.tables(responses_of(room))["votes"].set_index("text")["votes"].to_dict()
    assert votes == {GOOD.upper(): 2, "We apologise for the wait!": 1, BAD: 0}
    room += [("P9", Round.VOTE, f"vote/{phrase_key('cake', text)}", "yes") for text in (GOOD, BAD)]
    room += [
        ("P9", Round.SAY_THIS, "situation/sofa", "Sofa"),
        ("P8", Round.SAY_THIS, "situation/sofa", "Soon"),
    ]
    room += [
        ("P9", Round.VOTE, f"vote/{phrase_key('cake', 'We apologise for the wait!')}", "yes"),
        ("P9", Round.VOTE, f"vote/{phrase_key('sofa', 'Soon')}", "yes"),
    ]
    assert phrasing.tables(responses_of(room))["votes"]["votes"].sum() == 6


def test_the_showcase_shows_the_most_liked(phrasing: Phrasing, room: list[Any]) -> None:
    view = phrasing.room_view(moment_of(phrasing, "showcase"), responses_of(room))
    assert (view["voters"], view["votes_shown"]) == (3, True)
    assert [(top["text"], top["votes"]) for top in view["situations"][0]["top"]] == [
        (GOOD.upper(), 2),
        ("We apologise for the wait!", 1),
        (BAD, 0),
    ]
    few = [row for row in room if row[1] != Round.VOTE or row[0] == "P1"]
    quiet = phrasing.room_view(moment_of(phrasing, "showcase"), responses_of(few))
    assert not quiet["votes_shown"]
    assert {top["votes"] for top in quiet["situations"][0]["top"]} == {None}


# The facilitator's decisions


def test_hidden_and_merged_phrases_are_not_shown_to_others(phrasing: Phrasing, room: list[Any]) -> None:
    bad, good = phrase_key("cake", BAD), phrase_key("cake", GOOD)
    sorry = phrase_key("cake", "We apologise for the wait!")
    said = {f"hide/{bad}": "yes", f"merge/{sorry}": good}
    params = phrasing.opening(phrasing.stage("vote"), responses_of(room), said)
    for stage in ("vote", "showcase"):
        shown = views_of(phrasing, moment_of(phrasing, stage, said, **params), room, "P6")
        assert BAD not in shown and "apologise" not in shown and GOOD.upper() in shown
    vote = moment_of(phrasing, "vote", said, **params)
    group = phrasing.room_view(vote, responses_of(room))
    ballot = phrasing.participant_view(vote, answers_of(room, "P4"), group, "P4")
    assert ballot["situations"][0]["phrases"] == [], "a phrase that stands for one's own is one's own"
    phrases = phrasing.tables(responses_of(room), said)["phrases"].set_index("text")
    assert phrases.loc[[BAD], "hidden"].tolist() == [False, True]
    assert phrases.loc["We apologise for the wait!", "merged_into"] == good
    assert phrases.loc[GOOD, "votes"] == 1, "P1's; the others wrote it, or something merged into it"
    back = moment_of(phrasing, "vote", {f"hide/{bad}": "no", f"merge/{sorry}": ""}, **params)
    assert len(phrasing.room_view(back, responses_of(room))["phrases"]) == 3


def test_phones_in_the_vote_lose_the_words_of_a_hidden_phrase(phrasing: Phrasing, room: list[Any]) -> None:
    bad = phrase_key("cake", BAD)
    for value, text in (("yes", ""), ("no", BAD)):
        moment = moment_of(phrasing, "vote", {f"hide/{bad}": value})
        group = phrasing.room_view(moment, responses_of(room))
        islands = phrasing.group_islands(moment, {}, group, "P6")
        assert islands == {f"phrase-{bad}": ("phrasing/phrase.html", {"text": text})}


def test_what_arrives_after_the_vote_has_begun_is_not_shown_until_allowed(
    phrasing: Phrasing, room: list[Any]
) -> None:
    params = phrasing.opening(phrasing.stage("vote"), responses_of(room))
    words = "Nobody has looked at this"
    late = [*room, ("P7", Round.SAY_THIS, "situation/cake", words)]
    assert words not in views_of(phrasing, moment_of(phrasing, "vote", **params), late, "P6")
    allowed = moment_of(phrasing, "vote", {f"hide/{phrase_key('cake', words)}": "no"}, **params)
    assert words in views_of(phrasing, allowed, late, "P6")


def test_of_a_circle_of_merges_one_phrase_is_shown(phrasing: Phrasing, room: list[Any]) -> None:
    keys = [phrase_key("cake", text) for text in (BAD, GOOD, "We apologise for the wait!")]
    circle = {f"merge/{one}": other for one, other in zip(keys, keys[1:] + keys[:1], strict=True)}
    view = phrasing.room_view(moment_of(phrasing, "vote", circle), responses_of(room))
    assert [phrase["key"] for phrase in view["phrases"]] == [min(keys)]


@pytest.mark.parametrize(
    ("item", "value", "text"),
    [
        ("smile", "yes", "“smile” can't be decided. Use situation, hide or merge."),
        ("hide/P1", "yes", "“P1” is no phrase. Choose one from the list."),
        ("hide/0123456789ab", "perhaps", "A decision is “yes” or “no”, not “perhaps”."),
        ("situation/x", "yes", "“x” is no situation of “small”. Use one of: cake, sofa, shoes."),
        ("merge/0123456789ab", "", "“0123456789ab” is no phrase. Choose one from the list."),
        (
            f"merge/{phrase_key('cake', BAD)}",
            phrase_key("cake", BAD),
            "“They never tell us anything in the kitch” and “They never tell us anything in the kitch” can't be "
            "shown as one. Choose two phrases for one situation.",
        ),
    ],
)
def test_what_cant_be_decided_says_why(
    phrasing: Phrasing, room: list[Any], item: str, value: str, text: str
) -> None:
    with pytest.raises(ResponseError) as caught:
        phrasing.decide(item, value, responses_of(room))
    assert str(caught.value) == text


def test_the_facilitator_picks_the_situations(phrasing: Phrasing, room: list[Any]) -> None:
    def opened(**decisions: str) -> list[str]:
        said = {f"situation/{name}": value for name, value in decisions.items()}
        assert all(phrasing.decide(*one, responses_of(room)) == one[1] for one in said.items())
        return phrasing.opening(phrasing.stage("say-this"), responses_of([]), said)["situations"]

    assert opened() == ["cake", "shoes"]
    assert opened(sofa="yes", cake="no") == ["sofa", "shoes"]
    assert opened(shoes="no", cake="no") == ["cake", "shoes"], (
        "with nothing picked the room has the first ones"
    )
    view = phrasing.participant_view(
        moment_of(phrasing, "say-this", {"situation/sofa": "yes"}, situations=["cake"]), {}
    )
    assert [task["situation"] for task in view["situations"]] == ["cake"], "what is open stays as it is"


def test_phrases_that_look_alike_are_offered_for_merging(phrasing: Phrasing) -> None:
    texts = (
        "We're sorry about the wait, your cake is next.",
        "Were sorry about the wait. Your cake is next!",
        BAD,
    )
    rows = [(f"P{n}", Round.SAY_THIS, "situation/cake", text) for n, text in enumerate(texts)]
    rows += [
        ("P5", Round.SAY_THIS, "situation/shoes", texts[0]),
        ("P5", Round.TEMPTING, "tempting/1", "Oven"),
    ]
    view = phrasing.console_view(moment_of(phrasing, "say-this"), responses_of(rows))
    assert view is not None and view["tempting"] == ["Oven"] and len(view["phrases"]) == 4
    (pair,) = view["suggestions"]
    assert {pair["text"], pair["into_text"]} == set(texts[:2]) and pair["likeness"] >= 85
    item = f"merge/{pair['phrase']}"
    merged = {item: phrasing.decide(item, pair["into"], responses_of(rows))}
    after = phrasing.console_view(moment_of(phrasing, "say-this", merged), responses_of(rows))
    assert after is not None and after["suggestions"] == []
    assert phrasing.console_view(moment_of(phrasing, "debrief"), responses_of(rows)) is None


# Group results


@pytest.mark.parametrize("people", [2, 3])
def test_groups_under_three_see_no_shares(phrasing: Phrasing, people: int) -> None:
    rows = [(f"P{n}", r, "situation/cake", (GOOD, BAD)[r == 2]) for n in range(people) for r in (2, 3, 5)]
    debrief = phrasing.room_view(moment_of(phrasing, "debrief"), responses_of(rows))
    tables = phrasing.tables(responses_of(rows))
    assert bool(debrief["coverage"]) == bool(debrief["traps"]) == (people == 3)
    shares = [tables["coverage"]["share"], tables["traps"]["share"], tables["revision"]["share_after"]]
    assert all(share.notna().all() == (people == 3) and len(share) for share in shares)


def test_the_debrief_compares_before_and_after(phrasing: Phrasing) -> None:
    rows = [(f"P{n}", Round.SAY_THIS, "situation/cake", BAD) for n in range(4)]
    rows += [(f"P{n}", Round.REVISED, "situation/cake", GOOD) for n in range(2)]
    debrief = phrasing.room_view(moment_of(phrasing, "debrief"), responses_of(rows))
    sorry = debrief["coverage"][0]["steps"][0]
    assert (sorry["before"]["share"], sorry["after"]) == (0, {"n": 4, "found": 2, "share": 0.5})
    revision = phrasing.tables(responses_of(rows))["revision"].set_index("step")
    columns = ["people", "n", "before", "after", "gained", "lost"]
    assert revision.loc["sorry", columns].tolist() == [2, 2, 0, 2, 2, 0]
    traps = {row["trap"]: row["stages"][0]["count"] for row in debrief["traps"]}
    assert traps == {"deflect": 4, "helpless": 4}


def test_the_card_takes_ones_own_words(phrasing: Phrasing, room: list[Any]) -> None:
    view = phrasing.participant_view(moment_of(phrasing, "card"), answers_of(room, "P1"))
    assert view["card"] == {"when": "Late again", "instead": BAD, "say": room[7][3], "complete": True}
    assert [(origin["situation"], origin["chosen"]) for origin in view["origins"]] == [("cake", True)]
    assert view["parts"]["when"]["offered"] == "What about the cake?"
    cards = phrasing.tables(responses_of(room))["cards"]
    assert cards[["participant", "when", "say"]].to_numpy().tolist() == [["P1", "Late again", room[7][3]]]


def test_alone_one_compares_after_writing(phrasing: Phrasing) -> None:
    own = {(3, "situation/sofa"): BAD, (5, "situation/sofa"): GOOD}
    view = phrasing.practice_view(own)
    assert (view["done"], view["total"]) == (1, 3)
    sofa = view["situations"][1]
    assert (sofa["first"], sofa["revised"]) == (BAD, GOOD)
    assert sofa["coach"]["questions"] and not sofa["coach_revised"]["questions"]
    islands = phrasing.practice_islands(own, "situation/sofa")
    names = ["coach-sofa", "heard-coach-sofa", "revised-sofa", "heard-revised-sofa", "compare-sofa"]
    assert list(islands) == ["card", *names]
    assert list(phrasing.practice_islands(own, "card/say")) == ["card"]


def test_the_tables_have_the_columns_they_promise(phrasing: Phrasing, room: list[Any]) -> None:
    frame = responses_of(room).assign(late=False)
    full = {name: list(table.columns) for name, table in phrasing.tables(frame).items()}
    empty = {name: list(table.columns) for name, table in phrasing.tables(frame[:0]).items()}
    assert list(full) == ["summary", "phrases", "coverage", "traps", "revision", "votes", "cards"]
    assert full == empty
    for column in {column for columns in full.values() for column in columns}:
        assert f"``{column}``" in phrasing_tables.tables.__doc__, f"nobody documents the column {column!r}"


def test_the_tables_tell_the_facilitator_all(phrasing: Phrasing, room: list[Any]) -> None:
    tables = phrasing.tables(responses_of(room))
    phrases = tables["phrases"]
    assert phrases["participant"].tolist() == ["P1"] * 4 + ["P2", "P3", "P4"]
    assert phrases["stage"].tolist()[:4] == ["tempting", "not-that", "say-this", "showcase"]
    revised = phrases.iloc[3]
    assert (revised["situation"], revised["recipe"]) == ("cake", "delay")
    assert (revised["steps"], revised["traps"]) == ("sorry: found, next: found", "")
    assert pd.isna(revised["votes"]) and phrases.iloc[2]["traps"] == "deflect, helpless"
    summary = dict(tables["summary"].itertuples(index=False))
    assert (summary["Participants who wrote"], summary["Phrases, first version"], summary["Votes"]) == (
        4,
        4,
        3,
    )


texts = st.sampled_from(["", GOOD, BAD, "We apologise!", SPANISH, "<script>alert(1)</script>"])
items = st.sampled_from([phrase_item(name) for name in ("cake", "sofa", "shoes", "gone")])
written = st.dictionaries(st.tuples(st.integers(0, 5), st.sampled_from([2, 3, 5]), items), texts, max_size=30)
keys = st.sampled_from([phrase_key("cake", text) for text in (GOOD, BAD, "We apologise!", "gone")])
ballots = st.dictionaries(st.tuples(st.integers(0, 5), keys), st.sampled_from(["yes", ""]), max_size=12)
relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows_of(group: dict[Any, str], votes: dict[Any, str]) -> list[tuple[str, int, str, str]]:
    rows = [(f"P{person}", number, item, text) for (person, number, item), text in group.items()]
    return rows + [(f"P{person}", Round.VOTE, f"vote/{key}", value) for (person, key), value in votes.items()]


@settings(relaxed, max_examples=12)
@given(written, ballots, st.randoms(use_true_random=False), st.permutations(range(6)))
def test_who_sits_where_changes_nothing(group, votes, random, seats) -> None:
    kind = Phrasing(make_exercise())
    rows = rows_of(group, votes)
    moved = [(f"P{seats[int(person[1:])]}", *rest) for person, *rest in rows]
    random.shuffle(moved)
    one, other = responses_of(rows), responses_of(moved)
    for stage in kind.stages:
        assert kind.opening(stage, one) == kind.opening(stage, other)
        moment = Moment(stage, kind.opening(stage, one))
        assert kind.room_view(moment, one) == kind.room_view(moment, other)
        json.dumps(kind.room_view(moment, one), allow_nan=False)
    for name in ("coverage", "traps", "revision", "votes", "summary"):
        pd.testing.assert_frame_equal(kind.tables(one)[name], kind.tables(other)[name])


@relaxed
@given(written, ballots, st.sets(keys), st.dictionaries(keys, keys, max_size=3))
def test_what_is_hidden_or_ones_own_is_on_nobodys_ballot(group, votes, hidden, merged) -> None:
    kind, rows = Phrasing(make_exercise()), rows_of(group, votes)
    said = {f"hide/{key}": "yes" for key in hidden} | {f"merge/{key}": into for key, into in merged.items()}
    params = kind.opening(kind.stage("vote"), responses_of(rows), said)
    moment = moment_of(kind, "vote", said, **params)
    view = kind.room_view(moment, responses_of(rows))
    assert not {phrase["key"] for phrase in view["phrases"]} & hidden
    for person in range(6):
        own = answers_of(rows, f"P{person}")
        ballot = kind.participant_view(moment, own, view, f"P{person}")
        shown = {phrase["key"] for part in ballot["situations"] for phrase in part["phrases"]}
        assert not shown & kind.plan.own_keys(own)
        assert shown <= {phrase["key"] for phrase in view["phrases"]}
    showcase = kind.room_view(moment_of(kind, "showcase", said, **params), responses_of(rows))
    assert not {top["key"] for part in showcase["situations"] for top in part["top"]} & hidden


def test_a_stage_change_is_quick_for_three_hundred_phones() -> None:
    kind = Phrasing(make_exercise())
    names = ("cake", "shoes")
    rows = [
        (f"P{n}", r, phrase_item(name), f"{GOOD} It is number {n}.")
        for n in range(300)
        for name in names
        for r in (2, 3)
    ]
    own = [answers_of(rows[4 * n : 4 * n + 4], f"P{n}") for n in range(300)]
    moment = moment_of(kind, "vote")
    start = time.process_time()
    group = kind.room_view(moment, responses_of(rows))
    assert time.process_time() - start < 0.5
    start = time.process_time()
    for n, answers in enumerate(own):
        kind.participant_view(moment, answers, group, f"P{n}")
    assert (time.process_time() - start) / 300 < 0.005


def test_the_exercise_of_the_kit_has_twelve_situations_and_good_models() -> None:
    exercise = load(EXERCISES / "ownership-phrasing.yaml")
    assert isinstance(exercise, PhrasingExercise)
    assert [recipe.id for recipe in exercise.recipes] == ["coworker-error", "delay", "customer-error"]
    used = [situation.recipe for situation in exercise.situations]
    assert len(used) >= 12 and all(used.count(recipe.id) >= 4 for recipe in exercise.recipes)
    assert len({situation.trade for situation in exercise.situations}) == len(used)
    kind = Phrasing(exercise)
    for recipe in exercise.recipes:
        name = next(situation.id for situation in exercise.situations if situation.recipe == recipe.id)
        said = {}
        for words in (recipe.good, recipe.bad):
            item = phrase_item(name)
            said[words] = kind.practice_islands({(3, item): words}, item)[f"coach-{name}"][1]["coach"]
        assert {step["verdict"] for step in said[recipe.good]["steps"]} == {"found"}
        assert said[recipe.good]["questions"] == [] and said[recipe.bad]["questions"]
