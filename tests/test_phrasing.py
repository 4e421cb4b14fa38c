"""The phrasing kind: what is taken, who may read what, the coach, the facilitator's choices, tables."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onstage import alone, responses_of, told
from readable import squash, text_of

from kit.activities.activity import Decisions, Opened, Room, Seat
from kit.activities.held import MOST_KEPT
from kit.activities.vote import Vote
from kit.activities.vote.moderated import phrase_key
from kit.errors import ResponseError
from kit.kinds.phrasing import Phrasing
from kit.kinds.phrasing.content import PhrasingExercise
from kit.kinds.script import Stage
from kit.library import load
from kit.pages import stages
from kit.store.limits import VALUE_LENGTH

EXERCISES = Path(__file__).parents[1] / "exercises"
WRITING = ("brief", "tempting", "not-that", "say-this")
GOOD = "We're sorry that we kept you waiting. The oven broke down; your cake is ready at four."
BAD = "They never tell us anything in the kitchen, so there's nothing I can do."
SORRY = "We apologise for the wait!"
SPANISH = "Lo siento mucho, pero la cocina está muy ocupada y no podemos hacer nada por usted hoy."
CAKE, SOFA, SHOES = "situation/cake", "situation/sofa", "situation/shoes"

Rows = list[tuple[str, int, str, str]]
"""Responses: participant, round, item, value."""


def make_exercise() -> PhrasingExercise:
    recipe = {
        "title": "A delay",
        "steps": [
            {"id": "sorry", "title": "Say sorry", "hint": "At once.", "rule": "apology"},
            {"id": "next", "title": "Turn to the solution", "hint": "With a time.", "rule": "solution"},
        ],
        "traps": ["deflect", "helpless"],
        "bad": "MODEL: it's late.",
        "why_bad": "MODEL: no help.",
        "good": "MODEL: We're sorry. It's ready at four.",
        "why_good": "MODEL: a time.",
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


class Played:
    """A room of the small exercise in one of its stages, as it is seen from outside."""

    def __init__(
        self, stage: str, rows: Rows, decisions: Decisions | None = None, opened: Opened | None = None
    ) -> None:
        self.kind = Phrasing(make_exercise().decided(decisions or {}))
        self.stage: Stage = next(one for one in self.kind.script if one.id == stage)
        self.rows = rows
        room = Room(responses_of(rows), {}, decisions or {})
        fixed = self.stage.opening(room) if opened is None else opened
        self.room = Room(room.responses, fixed, room.decisions)

    def seat(self, person: str) -> Seat:
        return Seat({(n, item): value for who, n, item, value in self.rows if who == person}, person)

    def phone(self, person: str) -> str:
        return text_of(str(stages.participant(self.kind.exercise, self.stage, self.room, self.seat(person))))

    @property
    def screen(self) -> str:
        return text_of(str(stages.projector(self.stage, self.room)))

    def at(self, beat: str) -> str:
        """What the projector shows at one of the beats."""
        return text_of(str(stages.projector(self.stage, replace(self.room, beat=beat, _results={}))))

    @property
    def console(self) -> str:
        return text_of(str(stages.moderation(self.stage, self.room)))

    def told(self, person: str, item: str) -> dict[str, str]:
        """What a phone is told after an answer: the names of islands with their text."""
        islands = stages.after_answer(self.kind.exercise, self.stage, self.room, self.seat(person), item)
        return {name: text_of(str(html)) for name, html in islands.items()}

    def ballot(self, person: str) -> list[str]:
        """The keys on a phone's ballot, in its order."""
        return re.findall(r"\[checkbox vote/(\w+)\]", self.phone(person))


def frames_of(rows: Rows, decisions: Decisions | None = None) -> dict[str, pd.DataFrame]:
    return Phrasing(make_exercise()).frames(Room(responses_of(rows), {}, decisions or {}))


@pytest.fixture
def rows() -> Rows:
    """Four people wrote about the cake, two of them the same; three voted; one revised; one has a card."""
    good, sorry = phrase_key("cake", GOOD), phrase_key("cake", SORRY)
    return [
        ("P1", 1, "tempting/1", "When the oven breaks"),
        ("P1", 2, CAKE, BAD),
        ("P1", 3, CAKE, BAD),
        ("P2", 3, CAKE, GOOD),
        ("P3", 3, CAKE, GOOD.upper()),
        ("P4", 3, CAKE, SORRY),
        ("P5", 3, CAKE, ""),
        ("P1", 5, CAKE, GOOD + " Thank you for telling me."),
        ("P1", 4, f"vote/{good}", "yes"),
        ("P4", 4, f"vote/{good}", "yes"),
        ("P2", 4, f"vote/{good}", "yes"),
        ("P2", 4, f"vote/{sorry}", "yes"),
        ("P3", 4, f"vote/{sorry}", ""),
        ("P1", 4, "vote/000000000000", "yes"),
        ("P1", 0, "card/from", "cake"),
        ("P1", 0, "card/when", "Late again"),
    ]


# What is taken


def test_the_stages_last_as_long_as_the_exercise() -> None:
    kind = Phrasing(make_exercise())
    assert list(kind.minutes) == [*WRITING, "vote", "showcase", "card", "debrief"]
    assert sum(kind.minutes.values()) == 50
    assert [sorted(stage.rounds) for stage in kind.script] == [[], [1], [2], [3], [4], [5], [0], []]


@pytest.mark.parametrize(
    ("number", "item", "value", "text"),
    [
        (3, "situation/gone", "x", "Round 3 takes no “situation/gone” now. Please reload the page."),
        (4, "situation/cake", "x", "Round 4 takes no “situation/cake” now."),
        (1, "tempting/4", "x", "Round 1 takes no “tempting/4” now."),
        (9, "card/say", "x", "Round 9 takes no “card/say” now."),
        (0, "card/else", "x", "Round 0 takes no “card/else” now."),
        (4, "vote/P7", "yes", "Round 4 takes no “vote/P7” now."),
        (4, "vote/0123456789ab", "no", "A vote is “yes” or empty, not “no”."),
        (3, "situation/cake", "a" * 601, "has 601 characters. Please keep it to 600."),
        (3, "situation/cake", "a" * 5001, "has 5001 characters. Please keep it to 600."),
        (1, "tempting/1", "a" * 281, "has 281 characters. Please keep it to 280."),
        (0, "card/when", "a" * 281, "has 281 characters. Please keep it to 280."),
        (0, "card/from", "gone", "“gone” can't be chosen here. Use one of: cake, sofa, shoes."),
    ],
)
def test_what_cant_be_taken_says_why(number: int, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        Phrasing(make_exercise()).script.accept(number, item, value)
    assert text in str(caught.value)


def test_phrases_are_cleaned_and_can_be_withdrawn() -> None:
    script = Phrasing(make_exercise()).script
    assert script.accept(3, CAKE, " We\x00 owe\r\nyou\t\u202eone ") == "We owe you one"
    assert script.accept(5, CAKE, " \u200b\n ") == ""
    assert script.accept(2, CAKE, "a" * 600) == "a" * 600
    assert script.accept(1, "tempting/3", "<b>late</b>") == "<b>late</b>"
    assert script.accept(0, "card/from", "cake") == "cake"
    assert script.accept(0, "card/from", "") == script.accept(0, "card/say", " ") == ""
    assert script.accept(4, "vote/0123456789ab", "yes") == "yes"


@given(st.text(max_size=700))
def test_a_kept_phrase_is_short_clean_and_stays_as_it_is(typed: str) -> None:
    script = Phrasing(make_exercise()).script
    try:
        kept = script.accept(3, CAKE, typed)
    except ResponseError:
        return
    assert len(kept) <= 600 and script.accept(3, CAKE, kept) == kept
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in kept)
    kept.encode("utf-8")


def test_every_situation_is_taken_whatever_the_room_works_on() -> None:
    kind = Phrasing(make_exercise())
    taken = kind.script.taken([("say-this", {"situations": ["cake"]})])
    assert kind.script.accept(3, SOFA, "A phone was offline", taken) == "A phone was offline"
    with pytest.raises(ResponseError):
        kind.script.accept(2, CAKE, "That stage was never opened", taken)


def test_progress_counts_what_the_stage_asks_for(rows: Rows) -> None:
    played = [Played(stage.id, rows) for stage in Phrasing(make_exercise()).script]
    assert {one.stage.id: one.stage.progress(one.room, one.seat("P1")) for one in played} == {
        "brief": (0, 0),
        "tempting": (1, 1),
        "not-that": (1, 2),
        "say-this": (1, 2),
        "vote": (1, 1),
        "showcase": (1, 1),
        "card": (1, 1),
        "debrief": (0, 0),
    }
    sofa = Played("say-this", rows, opened={"situations": ["sofa"]})
    assert sofa.stage.progress(sofa.room, sofa.seat("P1")) == (0, 1)
    card = Played("card", rows)
    assert card.stage.progress(card.room, card.seat("P9")) == (0, 1)
    lone = Played("vote", [("P1", 3, CAKE, GOOD)])
    asked = [lone.stage.progress(lone.room, lone.seat(person)) for person in ("P1", "P9")]
    assert asked == [(0, 0), (0, 1)], "nothing is asked of who has no phrase of others to read"


def test_the_projector_has_the_steps_of_each_recipe_and_phones_say_how() -> None:
    brief = Played("brief", [])
    assert squash(brief.screen).endswith("A delay Say sorry Turn to the solution A refund Give thanks")
    for hint in ("At once.", "With a time.", "For something."):
        assert hint in brief.phone("P1") and hint not in brief.screen


# The coach


def test_the_coach_quotes_ones_own_words_and_asks() -> None:
    played = Played("say-this", [("P1", 3, CAKE, GOOD), ("P2", 3, CAKE, BAD)])
    good, bad = played.told("P1", CAKE), played.told("P2", CAKE)
    assert list(good) == ["progress", f"echo-say-{CAKE}", f"heard-say-{CAKE}"]
    assert good[f"heard-say-{CAKE}"] == "2 of 2 steps are there."
    lines = good[f"echo-say-{CAKE}"].splitlines()
    assert [lines[0], lines[2]] == ["Say sorry There", "Turn to the solution There"]
    assert all(words in GOOD for words in re.findall("“(.+)”", "\n".join(lines)))
    assert bad[f"heard-say-{CAKE}"] == "0 of 2 steps are there. 2 questions."
    assert len(re.findall(r"A question\n.*\?$", bad[f"echo-say-{CAKE}"], re.MULTILINE)) == 2
    assert "2 of 2 steps are there." in played.phone("P1")


def test_the_coach_reads_a_trainers_own_cues() -> None:
    typed = {(3, SHOES): "Thank you. Now fill in this form."}
    said = told(Phrasing(make_exercise()), typed, SHOES)[f"echo-say-{SHOES}"]
    assert said.startswith("Give thanks There\n") and "\nWho needs “fill in this form”?" in said


def test_another_language_is_not_judged() -> None:
    rows = [(f"P{n}", 3, CAKE, SPANISH) for n in range(4)]
    told = Played("say-this", rows).told("P1", CAKE)
    assert told[f"echo-say-{CAKE}"] == told[f"heard-say-{CAKE}"] != ""
    frames = frames_of(rows)
    assert frames["phrases"]["steps"].tolist() == [""] * 4 and frames["coverage"].empty


def test_where_the_wrong_thing_is_said_the_coach_is_silent() -> None:
    rows = [("P1", 2, CAKE, BAD)]
    assert list(Played("not-that", rows).told("P1", CAKE)) == ["progress"]
    assert Played("vote", rows).told("P1", "vote/0") == {
        "progress": "",
        "all_told-vote": "0 of 3 votes given.",
    }
    assert f"Not that: “{BAD}”" in Played("say-this", rows).phone("P1")


def test_a_revision_begins_with_the_first_version_until_it_is_withdrawn() -> None:
    first = [("P1", 3, CAKE, GOOD)]
    assert f"Your phrase now: {GOOD}" in Played("showcase", first).phone("P1")
    assert Played("showcase", first).told("P1", CAKE)[f"heard-revised-{CAKE}"] == "2 of 2 steps are there."
    withdrawn = Played("showcase", [*first, ("P1", 5, CAKE, "")])
    assert withdrawn.told("P1", CAKE)[f"heard-revised-{CAKE}"] == ""


# Who may read what


def test_others_words_are_seen_from_the_vote_on(rows: Rows) -> None:
    marked = [
        (who, number, item, f"{value} MARK-{who}" if number in (1, 2, 3, 5) and value else value)
        for who, number, item, value in rows
    ]
    for stage in WRITING:
        played = Played(stage, marked)
        assert set(re.findall("MARK-(P.)", played.phone("P1"))) <= {"P1"}
        assert "MARK" not in played.screen
    assert sorted(re.findall("MARK-(P.)", Played("vote", marked).phone("P1"))) == ["P2", "P3", "P4"]
    assert "MARK" not in Played("vote", marked).screen


def test_models_are_seen_in_the_showcase_only(rows: Rows) -> None:
    shown = {}
    for stage in Phrasing(make_exercise()).script:
        played = Played(stage.id, rows)
        shown[stage.id] = re.findall("MODEL: .*", played.phone("P1") + played.screen)
    showcase = shown.pop("showcase")
    assert not any(shown.values()) and showcase and not [text for text in showcase if "late" in text]


def test_equal_words_are_one_phrase_and_authors_stay_unknown(rows: Rows) -> None:
    vote = Played("vote", rows)
    assert len(vote.ballot("P9")) == 3 and GOOD.upper() in vote.phone("P9")
    assert not re.search(r"\bP\d", vote.phone("P9"))
    for person in ("P2", "P3"):
        assert phrase_key("cake", GOOD) not in vote.ballot(person), "one's own is not to be voted for"


def test_the_order_differs_from_phone_to_phone_and_stays() -> None:
    rows = [(f"P{n}", 3, CAKE, f"We are sorry, number {n}") for n in range(9)]
    ballots = [Played("vote", rows).ballot(f"Q{n}") for n in range(12)]
    assert ballots[0] == Played("vote", rows).ballot("Q0")
    assert len({tuple(ballot) for ballot in ballots}) > 9
    assert all(sorted(ballot) == sorted(ballots[0]) for ballot in ballots)


def vote_of(played: Played) -> Vote:
    return next(activity for activity in played.stage.asks if isinstance(activity, Vote))


def test_in_a_large_room_each_phone_shows_some_and_all_are_read() -> None:
    rows = [(f"P{n}", 3, CAKE, f"We are sorry, number {n}") for n in range(300)]
    played = Played("vote", rows, opened={"situations": ["cake"]})
    vote, read = vote_of(played), set[str]()
    for n in range(300):
        items = vote.items(played.room, Seat({(3, CAKE): rows[n][3]}, f"P{n}"))
        assert len(items) == 24
        read |= set(items)
    assert len(read) == 300
    last = next(item for item in sorted(read) if item not in items)
    voted = Seat({(4, last): "yes"}, "P299")
    assert last in vote.items(played.room, voted) and vote.voted(played.room, voted) == {last[5:]: last}


def test_votes_count_once_and_never_for_ones_own(rows: Rows) -> None:
    votes = frames_of(rows)["votes"].set_index("text")["votes"].to_dict()
    assert votes == {GOOD.upper(): 2, SORRY: 1, BAD: 0}
    rows += [("P9", 3, SOFA, "Sofa"), ("P8", 3, SOFA, "Soon")]
    phrases = [("cake", GOOD), ("cake", BAD), ("cake", SORRY), ("sofa", "Soon")]
    rows += [("P9", 4, f"vote/{phrase_key(*phrase)}", "yes") for phrase in phrases]
    assert frames_of(rows)["votes"]["votes"].sum() == 6, "three of P9's, whose fourth is one too many"


def test_the_showcase_shows_the_most_liked(rows: Rows) -> None:
    showcase = Played("showcase", rows)
    assert f"★ Best of the room\n“{GOOD.upper()}” 2 votes\n" in showcase.phone("P9")
    assert SORRY not in showcase.phone("P9"), "what one person alone likes isn't the room's best"
    assert squash(showcase.screen) == f"★ Best of the room {GOOD.upper()} 1 of 1 phrase"
    quiet = Played("showcase", [row for row in rows if row[1] != 4 or row[0] == "P1"])
    unranked = f"“{GOOD.upper()}”\n“{SORRY}”"  # by steps: 2 and 1; the third has a trap
    assert squash(quiet.screen) == f"From the room {GOOD.upper()} {SORRY} 2 of 2 phrases"
    assert quiet.at("liked-hold") == (
        "Ready to read some?\n2 phrases, one at a time. Votes are shown from three voters on."
    )
    assert f"From the room\n{unranked}" in quiet.phone("P9")


# The facilitator's decisions


def best_of(rows: Rows, decisions: Decisions | None = None) -> list[str]:
    table = frames_of(rows, decisions)["votes"]
    return table.loc[table["best"], "text"].tolist()


def test_the_order_is_votes_then_steps_and_whats_best_has_no_trap_and_votes_enough() -> None:
    """Eleven voters: seven for one with a trap, two each for two without, one of which has both steps."""
    rows: Rows = [("A", 3, CAKE, BAD), ("B", 3, CAKE, SORRY), ("C", 3, CAKE, GOOD)]
    for n, text in enumerate([BAD] * 7 + [SORRY] * 2 + [GOOD] * 2):
        rows.append((f"P{n}", 4, f"vote/{phrase_key('cake', text)}", "yes"))
    table = frames_of(rows)["votes"]
    columns = ["text", "votes", "steps", "traps", "best"]
    assert table[columns].to_numpy().tolist() == [
        [BAD, 7, 0, "deflect, helpless", False],
        [GOOD, 2, 2, "", True],
        [SORRY, 2, 1, "", True],
    ]
    assert best_of(rows, {"best/share": "20"}) == [], "two of eleven are 18 percent"
    played = Played("showcase", rows, {"best/share": "20"})
    assert f"From the room\n“{GOOD}” 2 votes\n“{SORRY}” 2 votes" in played.phone("P9")
    assert squash(played.screen) == f"From the room {GOOD} {SORRY} 2 of 2 phrases"
    asked = "the coach asks about: “Pushes it to somebody else”, “Shrugs”"
    assert f"7 votes · 0 steps · {asked}" in played.console


def test_the_best_has_a_step_and_what_is_announced_is_what_comes() -> None:
    """Six voted, for the cake alone: four for words with no step, two for words with both; one wrote of the shoes.

    So one phrase is best, and two come: the best of the cake, and that of the shoes, for which nobody voted.
    """
    kind = "Thank you for telling us."
    rows: Rows = [("A", 3, CAKE, kind), ("B", 3, CAKE, GOOD), ("C", 3, SHOES, kind)]
    rows += [(f"P{n}", 4, f"vote/{phrase_key('cake', kind if n < 4 else GOOD)}", "yes") for n in range(6)]
    assert best_of(rows) == [GOOD]
    played = Played("showcase", rows)
    assert squash(played.screen) == f"★ Best of the room {GOOD} 1 of 1 phrase"
    assert "2 phrases, one at a time. 6 of us voted." in played.at("liked-hold")
    cake, shoes = (f"liked-{phrase_key(*one)}" for one in (("cake", GOOD), ("shoes", kind)))
    assert [beat.id for _a, beat in played.stage.beats(played.room)] == [
        "liked-hold",
        *(cake, f"{cake}-marked"),
        *(shoes, f"{shoes}-marked"),
        "liked-turn",
    ]
    assert played.at(cake).startswith("1 of 2 ·") and played.at(shoes).startswith("2 of 2 ·")
    assert "2 of 6 votes for this situation" in played.at(f"{cake}-marked")
    assert "vote" not in played.at(f"{shoes}-marked"), "nobody voted for it"
    assert "“Thank you for telling us.”\n" in played.phone("P9") and "0 votes" not in played.phone("P9")


def test_a_language_that_the_coach_cant_read_can_be_best() -> None:
    rows: Rows = [("A", 3, CAKE, SPANISH)]
    rows += [(f"P{n}", 4, f"vote/{phrase_key('cake', SPANISH)}", "yes") for n in range(3)]
    assert best_of(rows) == [SPANISH]
    assert frames_of(rows)["votes"]["steps"].isna().all(), "nobody has counted them"
    assert "★ best · 3 votes · the coach can’t read it" in Played("showcase", rows).console


def test_each_situation_is_the_first_on_as_many_phones() -> None:
    """Of nine phones and three situations each is the first of three, then come the others in their order."""
    rows: Rows = [("A", 3, item, GOOD) for item in (CAKE, SOFA, SHOES)]
    played = Played("vote", rows, opened={"situations": ["cake", "sofa", "shoes"]})
    orders = []
    for n in range(1, 10):
        phone = played.phone(f"P{n}")
        orders.append(
            sorted(("cake", "sofa", "shoes"), key=lambda name: phone.index(f"What about the {name}?"))
        )
        assert phone == played.phone(f"P{n}"), "the order stays"
    turns = [["cake", "sofa", "shoes"], ["sofa", "shoes", "cake"], ["shoes", "cake", "sofa"]]
    assert sorted(orders) == sorted(turns * 3)


def test_one_phrase_is_shown_alone_with_what_works_in_it(rows: Rows) -> None:
    key = phrase_key("cake", GOOD)
    played = Played("showcase", rows, {"front": key})
    html = str(stages.projector(played.stage, played.room))
    said = GOOD.upper()
    marked = re.findall(r'<mark class="(\w+)"><span class="unseen">([^<]+): </span>([^<]+)</mark>', html)
    assert [found[:2] for found in marked] == [("owns", "Say sorry"), ("turns", "Turn to the solution")]
    assert all(words.replace("&#39;", "'") in said for _manner, _title, words in marked)
    assert "2 of 3 votes for this situation" in played.screen and SORRY not in played.screen
    assert "In front of the room now:" in played.console and "Take it down" in played.console
    assert "2 of 3 votes" in played.phone("P9") and "Best of the room" in played.phone("P9")
    assert "Ready" in played.at("liked-hold"), "in place of the step alone for which it was chosen"
    for gone in ({"front": key, f"phrases/{key}": "no"}, {"front": ""}, {"front": "0123456789ab"}):
        assert "votes for this situation" not in Played("showcase", rows, gone).screen


@given(st.lists(st.sampled_from([GOOD, BAD, SORRY, SPANISH, GOOD + BAD, "ſ’<b>&"]), min_size=1, max_size=4))
@settings(max_examples=25)
def test_marks_change_no_letter_of_a_phrase(parts: list[str]) -> None:
    reader, text = Phrasing(make_exercise()).reader, " ".join(parts)
    for item in (CAKE, SHOES):
        assert "".join(piece.words for piece in reader.marks(item, text).pieces) == text


def test_what_is_absent_marks_no_words_and_the_key_has_signs_of_marked_words_only() -> None:
    """Blame is absent from the whole phrase; words that show two steps are marked for the first."""
    reader = Phrasing(load(EXERCISES / "ownership-phrasing.yaml")).reader
    text = "We got that wrong, and that's on us. Would today at five suit you?"
    pieces, key = reader.marks("situation/wrong-date", text)
    assert [piece[:2] for piece in pieces if piece.manner] == [
        ("We got that wrong", "eases"),
        ("Would today at five suit you", "turns"),
    ]
    assert [one[1:] for one in key] == [
        ("", "Avoid blame: in the whole phrase"),
        ("eases", "Ease the embarrassment"),
        ("turns", "Turn to the solution"),
    ]
    exercise = make_exercise()
    twice = exercise.recipes[1].steps[0].model_copy(update={"id": "again", "title": "Again"})
    steps = (*exercise.recipes[1].steps, twice)
    recipes = (exercise.recipes[0], exercise.recipes[1].model_copy(update={"steps": steps}))
    pieces, key = Phrasing(exercise.model_copy(update={"recipes": recipes})).reader.marks(
        SHOES, "Oh, thank you!"
    )
    assert [one[1:] for one in key] == [("other", "Give thanks"), ("", "Again: in the same words")]
    assert [piece[1:] for piece in pieces if piece.manner] == [("other", "Give thanks")]
    rows: Rows = [(f"P{n}", 3, SHOES, "Oh, thank you!") for n in range(3)]
    assert "Give thanks" in Played("showcase", rows).at(f"liked-{phrase_key('shoes', rows[0][3])}-marked")


@pytest.mark.parametrize(
    ("one", "other", "are_twins"),
    [
        ("I am so sorry", "I'm so sorry.", True),
        ("I’m sorry, and I'll fix it", "i am very sorry i will fix it!", True),
        ("We'll be there by four.", "We'll be there by five.", False),
        ("We can help you today.", "We can't help you today.", False),
        ("🙂", "🙁", False),
    ],
)
def test_twins_are_one_phrase_unless_the_facilitator_undoes_it(one: str, other: str, are_twins: bool) -> None:
    rows: Rows = [("P1", 3, CAKE, one), ("P2", 3, CAKE, other), ("P3", 3, SOFA, one)]
    assert len(Played("vote", rows, opened={"situations": ["cake"]}).ballot("P9")) == (1 if are_twins else 2)
    apart = {f"merge/{phrase_key('cake', text)}": "" for text in (one, other)}
    assert len(Played("vote", rows, apart, {"situations": ["cake"]}).ballot("P9")) == 2
    if are_twins:
        assert "Show on its own" in Played("say-this", rows).console
        own = Played("vote", rows, opened={"situations": ["cake"]})
        assert own.ballot("P1") == own.ballot("P2") == [], "a twin of one's own is one's own"


def test_a_late_twin_doesnt_hide_the_phrase_that_the_room_reads() -> None:
    rows: Rows = [("P1", 3, CAKE, "I'm so sorry")]
    opened = dict(Played("vote", rows).room.opened)
    late = Played("vote", [*rows, ("P2", 3, CAKE, "Oh, I am really so very sorry")], opened=opened)
    assert "“I'm so sorry”" in late.phone("P9") and "really" not in late.phone("P9")


def test_hidden_and_merged_phrases_are_not_shown_to_others(rows: Rows) -> None:
    bad, good, sorry = (phrase_key("cake", text) for text in (BAD, GOOD, SORRY))
    said = {f"phrases/{bad}": "no", f"merge/{sorry}": good}
    for stage in ("vote", "showcase"):
        played = Played(stage, rows, said)
        shown = played.phone("P6") + played.screen
        assert BAD not in shown and "apologise" not in shown and GOOD.upper() in shown
    assert Played("vote", rows, said).ballot("P4") == [], "a phrase that stands for one's own is one's own"
    phrases = frames_of(rows, said)["phrases"].set_index("text")
    assert phrases.loc[[BAD], "hidden"].tolist() == [False, True]
    assert phrases.loc[SORRY, "merged_into"] == good
    assert phrases.loc[GOOD, "votes"] == 1, "P1's; the others wrote it, or something merged into it"
    back = {f"phrases/{bad}": "yes", f"merge/{sorry}": ""}
    assert len(Played("vote", rows, back).ballot("P6")) == 3


def test_phones_in_the_vote_lose_the_words_of_a_hidden_phrase(rows: Rows) -> None:
    bad = phrase_key("cake", BAD)
    for value, text in (("no", "This one isn’t shown any more."), ("yes", f"“{BAD}”")):
        played = Played("vote", rows, {f"phrases/{bad}": value})
        assert played.stage.live
        islands = stages.after_others(played.stage, played.room, played.seat("P6"))
        assert {name: text_of(str(html)) for name, html in islands.items()} == {f"vote-{bad}": text}


def test_phones_in_the_showcase_lose_a_hidden_phrase_at_once(rows: Rows) -> None:
    bad = phrase_key("cake", BAD)
    for value, is_there in (("no", False), ("yes", True)):
        played = Played("showcase", rows, {f"phrases/{bad}": value, "front": bad})
        assert played.stage.live
        islands = stages.after_others(played.stage, played.room, played.seat("P6"))
        assert list(islands) == [f"liked-{item}" for item in (CAKE, SHOES)]
        shown = " ".join(text_of(str(islands[f"liked-{CAKE}"])).split())
        assert ("They never tell us anything" in shown) == ("The coach asks" in shown) == is_there


def test_a_vote_for_a_merged_phrase_can_be_taken_back(rows: Rows) -> None:
    good, sorry = phrase_key("cake", GOOD), phrase_key("cake", SORRY)
    played = Played("vote", [*rows, ("P6", 4, f"vote/{sorry}", "yes")], {f"merge/{sorry}": good})
    assert f"[checkbox vote/{sorry}]" in played.phone("P6") and f"vote/{good}" not in played.phone("P6")
    assert (
        frames_of(played.rows, played.room.decisions)["votes"].set_index("text").loc[GOOD.upper(), "votes"]
        == 2
    )
    back = Played("vote", [*rows, ("P6", 4, f"vote/{sorry}", "")], {f"merge/{sorry}": good})
    assert f"[checkbox vote/{good}]" in back.phone("P6") and "0 of 3 votes" in back.phone("P6")
    assert (
        frames_of(back.rows, back.room.decisions)["votes"].set_index("text").loc[GOOD.upper(), "votes"] == 1
    )


def test_a_vote_for_a_phrase_that_was_hidden_since_can_be_taken_back(rows: Rows) -> None:
    bad = phrase_key("cake", BAD)
    played = Played("vote", [*rows, ("P6", 4, f"vote/{bad}", "yes")], {f"phrases/{bad}": "no"})
    shown = played.phone("P6")
    assert f"vote/{bad}" in shown
    assert "This one isn’t shown any more." in shown and BAD not in shown
    assert f"vote/{bad}" not in Played("vote", rows, {f"phrases/{bad}": "no"}).phone("P6")


def test_a_vote_for_ones_own_phrase_is_refused() -> None:
    script, seat = Phrasing(make_exercise()).script, Seat({(3, CAKE): GOOD}, "P1")
    item = f"vote/{phrase_key('cake', GOOD)}"
    with pytest.raises(ResponseError, match=r"That phrase is your own\. Give the vote to somebody else's\."):
        script.accept(4, item, "yes", seat=seat)
    assert script.accept(4, item, "", seat=seat) == "", "one that was given before can be taken back"
    assert script.accept(4, item, "yes") == "yes"


def test_what_arrives_after_the_vote_has_begun_is_not_shown_until_allowed(rows: Rows) -> None:
    opened, words = dict(Played("vote", rows).room.opened), "Nobody has looked at this"
    late: Rows = [*rows, ("P7", 3, CAKE, words)]
    for stage in ("vote", "showcase"):
        assert words not in Played(stage, late, opened=opened).phone("P6")
    assert words in Played("vote", late, opened=opened).console
    allowed = {f"phrases/{phrase_key('cake', words)}": "yes"}
    assert words in Played("vote", late, allowed, opened).phone("P6")
    stage = Played("showcase", late).stage
    fixed = stage.opening(Room(responses_of(late), opened))
    assert words not in Played("showcase", late, opened=fixed).phone("P6"), (
        "nor does the next stage bring it out"
    )
    assert words not in Played("showcase", late, opened=fixed).phone("P6")
    assert f"Show this one: {words}" in Played("showcase", late, allowed, fixed).console
    again = Played("say-this", late).stage.opening(Room(responses_of(late), fixed))
    assert "phrases" not in again, "back where people write, the facilitator looks at all of them anew"


def test_nothing_is_late_while_people_write(rows: Rows) -> None:
    played = Played("say-this", [])
    assert "phrases" not in played.room.opened
    written = Played("say-this", rows, opened=played.room.opened)
    assert "hidden" not in written.console and "Look through 3 phrases" in written.console


def test_of_a_circle_of_merges_one_phrase_is_shown(rows: Rows) -> None:
    keys = [phrase_key("cake", text) for text in (BAD, GOOD, SORRY)]
    circle = {f"merge/{one}": other for one, other in zip(keys, keys[1:] + keys[:1], strict=True)}
    assert Played("vote", rows, circle).ballot("P6") == [min(keys)]


@pytest.mark.parametrize(
    ("item", "value", "text"),
    [
        ("smile", "yes", "“smile” can't be decided in “small”."),
        ("front", "0123456789ab", "“0123456789ab” is no phrase. Choose one from the list."),
        ("best/share", "90", "“90” can't be chosen here. Use one of: 0, 10, 20, 30, 50."),
        ("phrases/P1", "no", "“P1” is no phrase. Choose one from the list."),
        ("phrases/0123456789ab", "perhaps", "“perhaps” can't be chosen here. Use one of: yes, no."),
        ("situation/x", "yes", "“x” can't be chosen here. Use one of: cake, sofa, shoes."),
        ("merge/0123456789ab", "", "“0123456789ab” is no phrase. Choose one from the list."),
        (
            f"merge/{phrase_key('cake', BAD)}",
            phrase_key("cake", BAD),
            "“They never tell us anything in the kitch” and “They never tell us anything in the kitch” can't be "
            "shown as one. Choose two phrases for one situation.",
        ),
    ],
)
def test_what_cant_be_decided_says_why(rows: Rows, item: str, value: str, text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        Phrasing(make_exercise()).decide(item, value, Room(responses_of(rows)))
    assert str(caught.value) == text


def test_the_facilitator_picks_the_situations() -> None:
    kind = Phrasing(make_exercise())

    def opened(stage: str = "say-this", **decisions: str) -> Any:
        said = {f"situation/{name}": value for name, value in decisions.items()}
        assert all(kind.decide(*one, Room.empty()) == one[1] for one in said.items())
        return Played(stage, [], said).room.opened["situations"]

    assert opened() == ["cake", "shoes"]
    assert opened(sofa="yes", cake="no") == ["sofa", "shoes"]
    assert opened(shoes="no", cake="no") == ["cake", "shoes"], (
        "with nothing picked the room has the first ones"
    )
    for stage in WRITING:
        assert opened(stage, sofa="yes") == ["cake", "sofa", "shoes"], "each stage looks anew"
    on = Played("say-this", [], {"situation/sofa": "yes"}, {"situations": ["cake"]})
    assert "[text situation/cake]" in on.phone("P1") and "sofa" not in on.phone("P1"), "what is on stays"
    assert not on.console, "the vote works on what is written now, so nothing is chosen any more"
    tempted = Played("not-that", [], {"situation/sofa": "yes"}, {"situations": ["cake"]})
    assert "3 of 3" in tempted.console


def test_phrases_that_look_alike_are_offered_for_merging() -> None:
    texts = (
        "We're sorry about the wait. Your cakes are next!",
        "We're sorry about the wait, your cake is next.",
        BAD,
    )
    rows: Rows = [(f"P{n}", 3, CAKE, text) for n, text in enumerate(texts)]
    rows += [("P5", 3, SHOES, texts[0]), ("P5", 1, "tempting/1", "Oven")]
    console = Played("say-this", rows).console
    assert "What tempts the room: 1 moment\n" in Played("not-that", rows).console
    assert "Oven" in Played("not-that", rows).console
    assert "Look through 4 phrases" in console and "Oven" not in console
    assert f"1 pair looks alike\n“{texts[0]}”\n“{texts[1]}”\n[button] Show as one" in console
    item, into = f"merge/{phrase_key('cake', texts[1])}", phrase_key("cake", texts[0])
    merged = {item: Phrasing(make_exercise()).decide(item, into, Room(responses_of(rows)))}
    after = Played("say-this", rows, merged).console
    assert "alike" not in after and f"“{texts[1]}” shown as “{texts[0]}”" in after
    assert Played("debrief", rows).console == Played("card", rows).console == ""


def test_a_moment_of_the_room_becomes_a_situation_in_smoothed_words() -> None:
    rows: Rows = [("P1", 1, "tempting/1", "Late parcel"), ("P2", 1, "tempting/2", "Late  parcel")]
    rows.append(("P3", 1, "tempting/1", "<b>Ann</b> forgot it"))
    key, exercise = phrase_key("tempting", "Late parcel"), make_exercise()
    item, room = f"moment/{key}", Room(responses_of(rows))
    kept = Phrasing(exercise).decide(item, " delay\n The parcel is\nlate. ".strip(), room)
    assert kept == "delay\nThe parcel is late."
    for value, text in (
        ("gone\nLate", "“gone” can't be chosen here. Use one of: delay, refund."),
        ("delay\n ", "nothing to read"),
    ):
        with pytest.raises(ResponseError, match=re.escape(text)):
            Phrasing(exercise).decide(item, value, room)
    with pytest.raises(ResponseError, match="“0123” is no moment of this room"):
        Phrasing(exercise).decide("moment/0123", "delay\nLate", room)
    decided = {item: kept}
    kind = Phrasing(exercise.decided(decided))
    own, stage = f"situation/own-{key}", kind.script.stage("say-this")
    assert stage
    seen = Room(responses_of(rows), stage.opening(Room(responses_of(rows), {}, decided)), decided)
    assert seen.opened["situations"] == [f"own-{key}", "cake", "shoes"]
    phone = text_of(str(stages.participant(kind.exercise, stage, seen, Seat({}, "P9"))))
    assert "Our own moment 1 · A delay\nThe parcel is late." in phone and "Ann" not in phone
    told = stages.after_answer(kind.exercise, stage, seen, Seat({(3, own): GOOD}), own)
    assert told[f"heard-say-{own}"] == "2 of 2 steps are there."
    assert kind.script.accept(3, own, GOOD) == GOOD
    answered = [*rows, ("P1", 3, own, GOOD)]
    moments = kind.frames(Room(responses_of(answered), {}, decided))["moments"]
    assert moments.to_numpy().tolist() == [
        ["<b>Ann</b> forgot it", 1, False, "", "", ""],
        ["Late parcel", 2, True, f"own-{key}", "delay", "The parcel is late."],
    ], "what nobody picked comes home as well"


def test_a_picked_moment_is_taken_back_and_picked_again_and_nothing_written_for_it_is_lost() -> None:
    key = phrase_key("tempting", "Late parcel")
    own, late = f"situation/own-{key}", ("P1", 1, "tempting/1", "Late parcel")
    picked = {f"moment/{key}": "delay\nThe parcel is late."}
    back = {**picked, own: Phrasing(make_exercise().decided(picked)).decide(own, "no", Room.empty())}
    again = {name: back[name] for name in (own, *picked)}

    def opened(decided: Decisions) -> Any:
        return Played("say-this", [late], decided).room.opened["situations"]

    assert opened(picked) == opened(again) == [f"own-{key}", "cake", "shoes"]
    assert opened(back) == ["cake", "shoes"]
    assert opened({**back, "situation/cake": "no", "situation/shoes": "no"}) == ["cake", "shoes"], (
        "what was taken back doesn't come back because nothing else is left"
    )
    rows = [late, ("P1", 2, own, BAD), ("P1", 3, own, GOOD)]
    on = Played("not-that", rows, back, {"situations": [f"own-{key}", "cake"]})
    assert BAD in on.phone("P1"), "what is on stays"
    console = Played("not-that", rows, picked).console
    assert console.count("Take it back: The parcel is late.") == 1 and "picked" in console
    assert "Leave out: Our own moment 1" not in console, "there is one way to leave it out"
    console = Played("not-that", rows, back).console
    assert "Take it back" not in console and "1 person · taken back: The parcel is late.\n" in console
    tables = Phrasing(make_exercise().decided(back)).frames(Room(responses_of(rows), {}, back))
    assert tables["moments"].to_numpy().tolist() == [
        ["Late parcel", 1, False, f"own-{key}", "delay", "The parcel is late."]
    ]
    assert tables["phrases"]["text"].tolist() == ["Late parcel", BAD, GOOD]


def test_a_seventh_moment_is_called_picked_but_not_on() -> None:
    said = [(f"P{n}", 1, "tempting/1", f"Moment {n}") for n in range(1, 8)]
    made = {f"moment/{phrase_key('tempting', text)}": f"delay\n{text}." for _p, _r, _item, text in said}
    played = Played("tempting", said, made)
    waiting = "picked, but the room works on 6 at most: take another one back: Moment 7."
    assert played.console.count("1 person · picked") == 7 and played.console.count(waiting) == 1
    assert len(played.room.opened["situations"]) == 6


@pytest.mark.parametrize("now", ["Something else", ""])
def test_the_facilitator_reads_that_a_picked_moment_is_withdrawn_or_changed(now: str) -> None:
    key = phrase_key("tempting", "Late parcel")
    picked = {f"moment/{key}": "delay\nThe parcel is late."}
    rows: Rows = [("P1", 1, "tempting/1", now)] if now else []
    played = Played("not-that", rows, picked)
    said = f"What tempts the room: {len(rows)} moment{'' if rows else 's'}"
    assert f"{said} · 1 that is picked was withdrawn or changed\n" in played.console
    assert "Who wrote it has withdrawn or changed it since." in played.console
    assert played.room.opened["situations"][0] == f"own-{key}", "it stays until the facilitator takes it back"
    kept = played.kind.decide(f"moment/{key}", "delay\nA late parcel.", played.room)
    assert kept == "delay\nA late parcel."
    back = Played("not-that", rows, {**picked, f"situation/own-{key}": "no"})
    assert "withdrawn" not in back.console and "Work on this: Our own moment 1" in back.console
    moments = back.kind.frames(back.room)["moments"]
    assert moments.to_numpy().tolist()[0] == ["", 0, False, f"own-{key}", "delay", "The parcel is late."]


# Group results


def test_traps_are_compared_among_the_same_phrases_and_say_what_was_revised() -> None:
    """Five people, three situations, every phrase with a trap; five made one better, and one sent the same again."""
    situations = (CAKE, SOFA, SHOES)
    rows = [(f"P{n}", 3, item, BAD) for n in range(5) for item in situations]
    debrief = Played("debrief", rows)
    assert "Shrugs | 15 of 15\n" in f"{debrief.at('traps')}\n", "nothing was revised: no second figure"
    assert "in 15 of 15 phrases." in debrief.screen and "still" not in debrief.screen
    rows += [(f"P{n}", 5, CAKE, GOOD) for n in range(4)] + [("P4", 5, CAKE, BAD)]
    screen = Played("debrief", rows).at("traps")
    assert screen.startswith("“Pushes it to somebody else”: in 15 of 15 phrases at first, in 11 now.")
    assert "Shrugs | 15 of 15 | 11 of 15\n4 of 15 phrases were changed (situations: 1 of 3)." in screen
    traps = frames_of(rows)["traps"].set_index(["stage", "trap"])
    assert traps.loc[("showcase", "helpless"), ["n", "count"]].tolist() == [5, 1]
    assert "latest" not in traps.index.get_level_values("stage")


@pytest.mark.parametrize("people", [2, 3])
def test_groups_under_three_see_no_shares(people: int) -> None:
    rows = [(f"P{n}", r, CAKE, (GOOD, BAD)[r == 2]) for n in range(people) for r in (2, 3, 5)]
    shown, frames = Played("debrief", rows).screen, frames_of(rows)
    assert ("Shares are shown from three people on" in shown) == (people < 3)
    assert ("%" in shown) == ("no trap in the latest version of 3 phrases." in shown) == (people == 3)
    shares = [frames["coverage"]["share"], frames["traps"]["share"], frames["revision"]["share_after"]]
    assert all(share.notna().all() == (people == 3) and len(share) for share in shares)


def test_the_debrief_compares_before_and_after() -> None:
    rows = [(f"P{n}", 3, CAKE, BAD) for n in range(4)]
    rows += [(f"P{n}", 5, CAKE, GOOD) for n in range(2)]
    debrief = Played("debrief", rows)
    step = "Say sorry | First version: 0 % | Latest version: 50 %"
    assert debrief.at("gain") == (
        "Our first versions held 0 % of their steps, the latest 50 %.\n"
        "4 of us · 4 phrases · 2 changed: 2 with more steps now, 0 with fewer"
    )
    found = "“Say sorry” rose from 0 % to 50 %."
    assert found in debrief.screen and debrief.at("coverage-delay").startswith(found)
    assert step in debrief.at("coverage-delay") and step in debrief.phone("P1")
    traps = debrief.at("traps")
    assert "Trap | First version | Latest version" in traps
    assert "Pushes it to somebody else | 4 of 4 | 2 of 4\nShrugs | 4 of 4 | 2 of 4" in traps
    assert "2 of 4 phrases were changed (situations: 1 of 1). The others count as they were." in traps
    assert "Shrugs" not in debrief.phone("P1")
    revision = frames_of(rows)["revision"].set_index("step")
    columns = ["people", "n", "before", "after", "gained", "lost"]
    assert revision.loc["sorry", columns].tolist() == [4, 4, 0, 2, 2, 0]


HOPE = "They never tell us anything. Your cake is ready at four."


def test_before_and_after_are_the_same_phrases_and_what_fell_is_said_too() -> None:
    """Six people; four have a first version.

    ====  ============================  ========================  ==========================
    .     first                         latest                    before -> after
    ====  ============================  ========================  ==========================
    P0    says sorry                    a time, and pushes it     sorry lost, solution gained
    P1    says sorry                    pushes it, no step        sorry lost
    P2    pushes it, no step            both                      both gained, trap lost
    P3    both                          sent again as it was      both stay
    P4    .                             both                      not compared
    P5    .                             pushes it, no step        not compared
    ====  ============================  ========================  ==========================

    So of 4 phrases "sorry" is in 3, then in 2; "solution" in 1, then in 3; together 4 of 8 steps, then 5 of 8; of
    the 3 that changed 1 holds more (P2), 1 fewer (P1), and P0's as many. The trap is in 1 of 4, then in 2.
    """
    first = [SORRY, SORRY, BAD, GOOD]
    latest = [HOPE, BAD, GOOD, GOOD, GOOD, BAD]
    rows = [(f"P{n}", 3, CAKE, text) for n, text in enumerate(first)]
    rows += [(f"P{n}", 5, CAKE, text) for n, text in enumerate(latest)]
    debrief, frames = Played("debrief", rows), frames_of(rows)
    assert debrief.at("gain") == (
        "Our first versions held 50 % of their steps, the latest 62 %.\n"
        "4 of us · 4 phrases · 3 changed: 1 with more steps now, 1 with fewer"
    )
    said = "“Turn to the solution” rose from 25 % to 75 %. “Say sorry” fell from 75 % to 50 %."
    assert squash(debrief.at("coverage-delay")).startswith(said) and said in squash(debrief.screen)
    assert "first and latest versions of 4 phrases" in debrief.phone("P1")
    pushed = "“Pushes it to somebody else”: in 1 of 4 phrases at first, in 2 now."
    assert debrief.at("traps").startswith(pushed) and pushed in debrief.screen
    assert "Pushes it to somebody else | 1 of 4 | 2 of 4" in debrief.at("traps")
    assert "3 of 4 phrases were changed" in debrief.at("traps")
    columns = ["people", "n", "before", "after", "gained", "lost", "share_before", "share_after"]
    revision = frames["revision"].set_index("step")[columns]
    assert revision.loc["sorry"].tolist() == [4, 4, 3, 2, 1, 2, 0.75, 0.5]
    assert revision.loc["next"].tolist() == [4, 4, 1, 3, 2, 0, 0.25, 0.75]
    summary = dict(frames["summary"].itertuples(index=False))
    assert summary["Phrases compared with their first version"] == 4
    assert summary["Phrases changed since then"] == 3
    assert summary["Steps there, share in first versions"] == 4 / 8
    assert summary["Steps there, share in latest versions"] == 5 / 8
    assert summary["Phrases with a trap, share in first versions"] == 1 / 4
    assert summary["Phrases with a trap, share in latest versions"] == 2 / 4


def test_the_picture_shows_the_revision_of_three_people() -> None:
    rows = [(f"P{n}", r, CAKE, GOOD if r == 5 else BAD) for n in range(3) for r in (3, 5)]
    coverage = Phrasing(make_exercise()).script.activities["coverage"]
    (chart,) = coverage.charts(Room(responses_of(rows)))
    assert chart.rows == ["Say sorry\nA delay (3)", "Turn to the solution\nA delay (3)"]
    assert [list(series.values) for series in chart.series] == [[0.0, 0.0], [1.0, 1.0]]
    (few,) = coverage.charts(Room(responses_of(rows[:4])))
    assert not few.rows and not few.empty
    (none,) = coverage.charts(Room(responses_of([])))
    assert none.empty == "Nobody has written a phrase yet."


def test_results_are_shown_beat_by_beat(rows: Rows) -> None:
    rows += [(f"P{n}", 2, CAKE, BAD) for n in range(2, 5)]
    rows.append(("P1", 4, f"vote/{phrase_key('cake', SORRY)}", "yes"))
    alone = [title for n in (1, 2) for title in (f"{n} of 2: Trade of cake", "The words that work")]
    for stage, titles in (
        ("showcase", ["Ready for the best?", *alone, "Now everybody writes"]),
        ("debrief", ["What came of it", "A delay", "Traps, and in how many phrases they are"]),
    ):
        played = Played(stage, rows)
        beats = [beat for _activity, beat in played.stage.beats(played.room)]
        assert [beat.title for beat in beats] == titles
        assert all(played.at(beat.id) for beat in beats)
    showcase, first = Played("showcase", rows), f"liked-{phrase_key('cake', GOOD)}"
    said = f"1 of 2 · Trade of cake · ★ Best of the room\nWhat about the cake?\n“{GOOD.upper()}”"
    assert showcase.at("liked-hold") == "Ready for the best?\n2 phrases, one at a time. 3 of us voted."
    assert showcase.at(first) == said, "its words alone, before anything is marked in them"
    assert showcase.at(f"{first}-marked").endswith("2 of 4 votes for this situation")


def played_one_after_the_other(texts: list[tuple[str, str]], decisions: Decisions) -> Played:
    """The stage of the wrong phrases, of people who wrote one after the other."""
    played = Played("not-that", [(f"P{n}", 2, *text) for n, text in enumerate(texts, 1)], decisions)
    times = pd.date_range("2025-01-01T10:00:00Z", periods=len(texts), freq="min")
    played.room = Room(played.room.responses.assign(at=times), played.room.opened, decisions)
    return played


def wall_of(texts: list[tuple[str, str]], decisions: Decisions) -> tuple[str, str, str]:
    """What projector, console and a phone show of them."""
    played = played_one_after_the_other(texts, decisions)
    return squash(played.screen), squash(played.console), played.phone("P9")


def test_wrong_phrases_hang_on_the_wall_as_they_are_let_through() -> None:
    """Five wrote; two the same words for two situations, which hang there once."""
    texts = [(CAKE, "No."), (SHOES, "no."), (CAKE, "Calm down."), (CAKE, "Not me."), (SHOES, "<b>Why?</b>")]
    key = {text: phrase_key("wrong", text) for _item, text in texts}
    task = "What should you definitely not say?"

    def of(*hanging: str) -> str:
        return f"{task} {' '.join(hanging)} {len(hanging)} of 4 on the wall · nobody’s name is on them"

    screen, console, phone = wall_of(texts, {})
    assert screen == f"{task} What about the cake? What about the shoes?"
    assert "The room sees only what you let through. 4 are held back." in console
    one = {f"wall/{key['Not me.']}": "yes", f"wall/{key['No.']}": "yes"}
    assert wall_of(texts, one)[0] == of("No.", "Not me."), "the last that was let through comes first"
    screen, console, phone = wall_of(texts, one | {"wall/new": "yes", f"wall/{key['Calm down.']}": "no"})
    assert screen == of("<b>Why?</b>", "No.", "Not me."), "older than what came by itself"
    assert "What people write shows by itself. 1 is held back." in console
    assert not [text for _item, text in texts if text in phone], "no phone has anything of the wall"
    wall = Phrasing(make_exercise()).script.activities["wall"]
    held: dict[str, str] = {}
    for decisions in ({"wall/new": "yes"}, held):  # the second press takes nothing down
        room = played_one_after_the_other(texts[:3], decisions).room
        held["wall/new"] = str(wall.decide("wall/new", "no", room))
    assert wall_of(texts, held)[0] == of("Calm down.", "No."), "what had come through stays"
    assert wall.decide("wall/new", "no", Played("not-that", [("P1", 2, CAKE, "No.")]).room) == "no"


def test_of_more_than_one_decision_can_hold_the_newest_stay_on_the_wall() -> None:
    texts = [(CAKE, f"We can't do anything about that, number {n}.") for n in range(MOST_KEPT + 20)]
    wall = Phrasing(make_exercise()).script.activities["wall"]
    room = played_one_after_the_other(texts, {"wall/new": "yes"}).room
    held = str(wall.decide("wall/new", "no", room))
    assert held.startswith("no ") and len(held) <= VALUE_LENGTH
    assert f"number {MOST_KEPT + 19}." in wall_of(texts, {"wall/new": held})[0]


def test_a_full_wall_lets_the_oldest_rows_go_and_moves_nothing_else() -> None:
    texts = [(CAKE, f"We can't do anything about that, number {n}.") for n in range(40)]
    before, after = (wall_of(texts[:n], {"wall/new": "yes"})[0] for n in (39, 40))
    shown = [n for n in range(40) if f"number {n}." in after]
    assert shown == list(range(40 - len(shown), 40)) and len(shown) >= 6
    assert f"{len(shown)} of 40 on the wall" in after and "number 38." in before


def test_the_card_takes_ones_own_words(rows: Rows) -> None:
    card, revised = Played("card", rows), rows[7][3]
    face = f"When …\nLate again\ninstead of …\n“{BAD}”\nI say …\n“{revised}”\n[button] Print or save my card"
    assert card.told("P1", "card/when")["quiet-card-card"] == face
    assert face in card.phone("P1") and face in Played("debrief", rows).phone("P1")
    assert f"[radio card/from] Trade of cake: “{revised}” (checked)" in card.phone("P1")
    assert "Your card appears here" in card.phone("P9") and "[open] Put it in my own words" in card.phone(
        "P9"
    )
    cards = frames_of(rows)["cards"]
    assert cards[["participant", "moment", "say"]].to_numpy().tolist() == [["P1", "Late again", revised]]


DOUBTFUL = "Sorry, but they never tell us anything."


def test_the_coach_asks_once_before_a_card_with_a_trap_is_kept() -> None:
    rows: Rows = [("P1", 0, "card/from", "cake"), ("P1", 3, CAKE, GOOD)]
    rows += [("P1", 0, "card/instead", BAD), ("P1", 0, "card/say", DOUBTFUL)]
    card = Played("card", rows)
    asked = card.told("P1", "card/say")["quiet-card-card"]
    assert f"Before you keep it: “{DOUBTFUL}”" in asked and "Whose fault does the customer hear in" in asked
    assert "[radio card/keep] Keep it as it is" in asked and "Print" not in asked and "wrong" not in asked
    assert card.stage.progress(card.room, card.seat("P1")) == (0, 1)
    kept = Played("card", [*rows, ("P1", 0, "card/keep", "yes")])
    face = kept.told("P1", "card/keep")["quiet-card-card"]
    assert "Before you keep it" not in face and f"“{DOUBTFUL}”\n[button] Print or save my card" in face
    assert kept.stage.progress(kept.room, kept.seat("P1")) == (1, 1)
    assert "Keep it as it is" not in Played("debrief", rows).phone("P1"), "nothing is asked when all is over"
    good = Played("card", [*rows[:3], ("P1", 0, "card/say", GOOD)]).told("P1", "card/say")["quiet-card-card"]
    assert "Before you keep it" not in good and "Print or save" in good
    own = [("P1", 0, "card/when", "Late"), *rows[2:]]
    assert "Whose fault" in Played("card", own).told("P1", "card/say")["quiet-card-card"], (
        "without a situation, too"
    )


def test_a_card_says_what_is_missing_where_a_stage_was_skipped() -> None:
    rows: Rows = [("P1", 0, "card/from", "cake"), ("P1", 3, CAKE, GOOD)]
    card = Played("card", rows)
    face = card.told("P1", "card/from")["quiet-card-card"]
    assert face == (
        f"When …\nWhat about the cake?\nI say …\n“{GOOD}”\nStill missing: instead of …\n"
        "You can add it under “Put it in my own words”."
    )
    assert card.stage.progress(card.room, card.seat("P1")) == (0, 1)
    afterwards = Played("debrief", rows).phone("P1")
    assert "Still missing: instead of …" in afterwards and "Put it in my own words" not in afterwards
    assert "Print or save my card" in afterwards
    assert "Your card appears here" not in Played("debrief", [("P1", 3, CAKE, GOOD)]).phone("P1")


def test_alone_one_compares_after_writing() -> None:
    kind, own = Phrasing(make_exercise()), {(3, SOFA): BAD, (5, SOFA): GOOD}
    said = told(kind, own, SOFA)
    names = ["quiet-card-card", f"echo-say-{SOFA}", f"heard-say-{SOFA}", f"echo-revised-{SOFA}"]
    assert list(said) == ["progress", *names, f"heard-revised-{SOFA}", f"quiet-compare-{SOFA}"]
    assert said["progress"] == "1 of 3 done"
    assert "A question" in said[f"echo-say-{SOFA}"] and "A question" not in said[f"echo-revised-{SOFA}"]
    assert said[f"quiet-compare-{SOFA}"].startswith(f"You\n“{BAD}”\nOur model")
    assert list(told(kind, own, "card/say")) == ["progress", "quiet-card-card"]
    assert told(kind, {}, SOFA)[f"quiet-compare-{SOFA}"] == ""
    page = text_of(alone(Phrasing(make_exercise()), own))
    assert (
        page.count("[open] The recipe, with two models for another situation of this kind") == 2
        and f"Once more, better: {GOOD}" in page
    )
    assert {int(number) for number in re.findall(r"form of round (\d)", page)} == {3, 5, 0}


def test_the_tables_have_the_columns_they_promise(rows: Rows) -> None:
    kind, frame = Phrasing(make_exercise()), responses_of(rows).assign(late=False)
    full, empty = (kind.frames(Room(part)) for part in (frame, frame[:0]))
    assert list(full) == ["summary", "moments", "votes", "cards", "phrases", "coverage", "revision", "traps"]
    for table in kind.tables:
        columns = table.columns.replace("?", "").split()
        assert list(full[table.name]) == list(empty[table.name]) == columns
        assert set(table.answers.split()) <= set(columns) and (table.empty or len(full[table.name]))
        assert (table.about and table.note) or table.name == "summary"
    assert "late" not in kind.frames(Room(responses_of(rows)))["phrases"]


def test_the_tables_tell_the_facilitator_all(rows: Rows) -> None:
    frames = frames_of(rows)
    phrases = frames["phrases"]
    assert phrases["participant"].tolist() == ["P1"] * 4 + ["P2", "P3", "P4"]
    assert phrases["stage"].tolist()[:4] == ["tempting", "not-that", "say-this", "showcase"]
    revised = phrases.iloc[3]
    assert (revised["situation"], revised["recipe"]) == ("cake", "delay")
    assert (revised["steps"], revised["traps"]) == ("sorry: found, next: found", "")
    assert pd.isna(revised["votes"]) and phrases.iloc[2]["traps"] == "deflect, helpless"
    assert dict(frames["summary"].itertuples(index=False)) == {
        "Exercise": "A small exercise",
        "Participants who wrote": 4,
        "Phrases, first version": 4,
        "Phrases, revised": 1,
        "Phrases compared with their first version": 4,
        "Phrases changed since then": 1,
        "Steps there, share in first versions": 5 / 8,
        "Steps there, share in latest versions": 7 / 8,
        "Phrases with a trap, share in first versions": 1 / 4,
        "Phrases with a trap, share in latest versions": 0,
        "Votes for phrases that the room read": 3,
        "Cards": 1,
    }


texts = st.sampled_from(["", GOOD, BAD, "We apologise!", SPANISH, "<script>alert(1)</script>"])
items = st.sampled_from([CAKE, SOFA, SHOES, "situation/gone"])
written = st.dictionaries(st.tuples(st.integers(0, 5), st.sampled_from([2, 3, 5]), items), texts, max_size=30)
keys = st.sampled_from([phrase_key("cake", text) for text in (GOOD, BAD, "We apologise!", "gone")])
ballots = st.dictionaries(st.tuples(st.integers(0, 5), keys), st.sampled_from(["yes", ""]), max_size=12)
relaxed = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def rows_of(group: dict[Any, str], votes: dict[Any, str]) -> Rows:
    rows = [(f"P{person}", number, item, text) for (person, number, item), text in group.items()]
    return rows + [(f"P{person}", 4, f"vote/{key}", value) for (person, key), value in votes.items()]


@settings(relaxed, max_examples=12)
@given(written, ballots, st.randoms(use_true_random=False), st.permutations(range(6)))
def test_who_sits_where_and_what_comes_first_changes_nothing(group, votes, random, seats) -> None:
    rows = rows_of(group, votes)
    moved = [(f"P{seats[int(person[1:])]}", *rest) for person, *rest in rows]
    random.shuffle(moved)
    for stage in Phrasing(make_exercise()).script:
        one, other = Played(stage.id, rows), Played(stage.id, moved)
        assert one.room.opened == other.room.opened
        assert (one.screen, one.console) == (other.screen, other.console)
    frames, others = frames_of(rows), frames_of(moved)
    for name in ("coverage", "traps", "revision", "votes", "summary"):
        pd.testing.assert_frame_equal(frames[name], others[name])


@relaxed
@given(written, ballots, st.sets(keys), st.dictionaries(keys, keys, max_size=3))
def test_what_is_hidden_or_ones_own_is_on_nobodys_ballot(group, votes, hidden, merged) -> None:
    rows = rows_of(group, votes)
    said = {f"phrases/{key}": "no" for key in hidden} | {f"merge/{key}": into for key, into in merged.items()}
    played = Played("vote", rows, said)
    moderated = played.room.of(vote_of(played).phrases)
    shown = {phrase.key for phrase in moderated.phrases.values() if phrase.is_shown}
    assert not shown & hidden
    for person in range(6):
        own = {
            phrase_key("cake", text)
            for who, n, item, text in rows
            if (who, n, item) == (f"P{person}", 3, CAKE)
        }
        ballot = {
            one.key
            for _p, part in vote_of(played).ballot(played.room, played.seat(f"P{person}"))
            for one in part
        }
        voted = vote_of(played).voted(played.room, played.seat(f"P{person}"))
        assert not ballot & own and ballot <= shown | set(voted)
    texts = {phrase.text for phrase in moderated.phrases.values() if phrase.key in hidden}
    # The same words for another situation may well be shown.
    texts -= {phrase.text for phrase in moderated.phrases.values() if phrase.key in shown}
    assert not any(f"“{text}”" in Played("showcase", rows, said).screen for text in texts - {""})


def test_the_exercise_of_the_kit_has_twelve_situations_and_good_models() -> None:
    exercise = load(EXERCISES / "ownership-phrasing.yaml")
    assert isinstance(exercise, PhrasingExercise)
    recipes = ["coworker-error", "delay", "customer-error", "customer-harm", "rule-stands"]
    assert [recipe.id for recipe in exercise.recipes] == recipes
    assert [one.rule for one in exercise.recipes[3].steps] == ["no-blame", "bearable", "solution"]
    assert [one.rule for one in exercise.recipes[4].steps] == ["acknowledge", "protects", "options"]
    used = [situation.recipe for situation in exercise.situations]
    assert len(used) >= 12 and all(used.count(recipe.id) >= 4 for recipe in exercise.recipes)
    assert len({situation.trade for situation in exercise.situations}) == len(used)
    kind = Phrasing(exercise)
    for recipe in exercise.recipes:
        name = next(situation.id for situation in exercise.situations if situation.recipe == recipe.id)
        item, heard = f"situation/{name}", f"heard-say-situation/{name}"
        good, bad = (told(kind, {(3, item): words}, item)[heard] for words in (recipe.good, recipe.bad))
        assert good == f"{len(recipe.steps)} of {len(recipe.steps)} steps are there." and "question" in bad
