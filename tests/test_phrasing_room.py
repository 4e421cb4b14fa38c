"""A phrasing exercise in a session: kept choices, views of phone, projector and console, results."""

from pathlib import Path

import pandas as pd
import pytest
from readable import text_of
from rooms import exercise

from kit.activities.activity import Room
from kit.activities.vote.moderated import phrase_key
from kit.errors import ResponseError
from kit.kinds import kind_of
from kit.kinds.script import WARM_UP_ROUND
from kit.lead import Lead
from kit.pages import pages, stages
from kit.pages.lead import islands
from kit.report.tables import Results
from kit.room import Attendance, Position, open_stage
from kit.session import Names, Participant, Session
from kit.store.store import Store

EXERCISE = exercise("ownership-phrasing")
XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
CAKE = "situation/wrong-cake"
JOIN = "http://10.0.0.7:8866/join/KX4R7W"
WAIT_SECONDS = 30


@pytest.fixture
def session(store: Store) -> Session:
    return store.create_session("Tuesday", Names.OFF)


def now(store: Store, session: Session) -> Attendance:
    return Attendance.read(store, Position.read(store, session))


def say(store: Store, session: Session, person: Participant, number: int, item: str, value: str) -> bool:
    """What the phone of a participant does: the change is checked, then kept. Whether it came late."""
    seq = store.last_seq(person.id) + 1
    message = {"exercise": EXERCISE.id, "round": number, "item": item, "value": value, "seq": seq}
    change = now(store, session).position.accept(person, message, now(store, session).seat(person))
    store.save(change).result(WAIT_SECONDS)
    return change.late


def phone(store: Store, session: Session, person: Participant) -> str:
    here = now(store, session)
    return str(pages.participant(here.position, here.room, here.seat(person)))


def frames(store: Store, session: Session) -> dict[str, pd.DataFrame]:
    responses, decisions = (read(session.id, EXERCISE.id) for read in (store.responses, store.decisions))
    return kind_of(EXERCISE).frames(Room(responses, {}, decisions))


def test_a_room_goes_through_all_stages_and_markup_stays_text(store: Store, session: Session) -> None:
    people = [store.join(session.id, "")[0] for _n in range(4)]
    for stage in kind_of(EXERCISE).script:
        open_stage(store, session, EXERCISE, stage.id)
        for number, person in enumerate(people):
            offered = {1: ("tempting/1", f"{XSS} {number}"), 0: ("card/from", "wrong-cake")}
            for asked in stage.rounds - {4, WARM_UP_ROUND}:
                say(store, session, person, asked, *offered.get(asked, (CAKE, f"{XSS} {number}")))
        room = now(store, session).room
        shown = [phone(store, session, person) for person in people]
        shown += [str(stages.projector(stage, room)), str(stages.moderation(stage, room))]
        for html in shown:
            assert "<img src=x" not in html and "<script>" not in html
    assert "&lt;img src=x" in shown[0] and "onerror" in shown[0], "the card has the words as text"
    tables = frames(store, session)
    assert len(tables["cards"]) == 4 and set(tables["phrases"]["text"]) == {f"{XSS} {n}" for n in range(4)}


def decide(store: Store, session: Session, item: str, value: str) -> None:
    """What the facilitator's console does."""
    kept = kind_of(EXERCISE).decide(item, value, now(store, session).room)
    store.decide(session.id, EXERCISE.id, item, kept)


def test_a_decision_is_kept_while_phones_stay_as_they_are(store: Store, session: Session) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this", 5)
    say(store, session, ann, 3, CAKE, "Leave me alone.")
    before = Position.read(store, session).view_id
    show = f"phrases/{phrase_key('wrong-cake', 'Leave me alone.')}"
    decide(store, session, show, "no")
    assert Position.read(store, session).view_id == before
    open_stage(store, session, EXERCISE, "vote")
    assert "Leave me alone" not in phone(store, session, bob)
    assert frames(store, session)["phrases"]["hidden"].tolist() == [True]
    decide(store, session, show, "yes")
    assert "Leave me alone" in phone(store, session, bob)
    assert "Leave me alone" not in phone(store, session, ann), "one's own is not to be voted for"


def test_a_vote_for_ones_own_phrase_is_refused_and_not_kept(store: Store, session: Session) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this")
    words = "We got the day wrong, and I'll bake it now."
    say(store, session, ann, 3, CAKE, words)
    open_stage(store, session, EXERCISE, "vote")
    item = f"vote/{phrase_key('wrong-cake', words)}"
    with pytest.raises(ResponseError, match="That phrase is your own"):
        say(store, session, ann, 4, item, "yes")
    assert frames(store, session)["votes"]["votes"].tolist() == [0]
    say(store, session, bob, 4, item, "yes")
    assert frames(store, session)["votes"]["votes"].tolist() == [1]


def test_a_phrase_that_comes_while_others_vote_is_late_and_waits_for_the_facilitator(
    store: Store, session: Session
) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this")
    assert not say(store, session, ann, 3, CAKE, "This one is in time.")
    open_stage(store, session, EXERCISE, "vote")
    assert say(store, session, ann, 3, CAKE, "This one is late.")
    assert frames(store, session)["phrases"]["late"].tolist() == [True]
    assert "This one is late." not in phone(store, session, bob)
    item = f"vote/{phrase_key('wrong-cake', 'This one is late.')}"
    decide(store, session, item.replace("vote", "phrases"), "yes")
    assert "This one is late." in phone(store, session, bob)
    assert not say(store, session, bob, 4, item, "yes"), "what the facilitator shows can be voted for"


def test_a_decision_about_situations_counts_from_the_next_stage_on(store: Store, session: Session) -> None:
    ann = store.join(session.id, "")[0]
    open_stage(store, session, EXERCISE, "not-that")
    decide(store, session, "situation/late-pay", "yes")
    assert "situation/late-pay" not in phone(store, session, ann)
    open_stage(store, session, EXERCISE, "say-this")
    assert "situation/late-pay" in phone(store, session, ann)
    decide(store, session, "situation/late-pay", "no")
    for stage in ("vote", "showcase"):
        open_stage(store, session, EXERCISE, stage)
        assert "rent is due" in phone(store, session, ann), "the room reads what it wrote for"
    opened = Position.read(store, session).change
    assert opened and opened.params["situations"].count("late-pay") == 1


def test_a_picked_moment_and_what_is_shown_alone_survive_a_restart(
    store: Store, session: Session, tmp_path: Path
) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "tempting")
    say(store, session, ann, 1, "tempting/1", "The printer eats Tom's forms")
    key = phrase_key("tempting", "The printer eats Tom's forms")
    decide(store, session, f"moment/{key}", "coworker-error\nThe printer eats the forms")
    open_stage(store, session, EXERCISE, "not-that")
    assert "The printer eats the forms" in phone(store, session, bob) and "Tom" not in phone(
        store, session, bob
    )
    open_stage(store, session, EXERCISE, "say-this")
    own, words = f"situation/own-{key}", "We jammed it, and I'll print it again now."
    say(store, session, ann, 3, own, words)
    open_stage(store, session, EXERCISE, "vote")
    open_stage(store, session, EXERCISE, "showcase")
    shown = Position.read(store, session).kind
    assert shown
    store.decide(
        session.id,
        EXERCISE.id,
        "front",
        shown.decide("front", phrase_key(f"own-{key}", words), now(store, session).room),
    )
    with Store.open(f"sqlite:///{tmp_path / 'w.sqlite'}") as again:
        html = phone(again, session, bob)
        assert "The printer eats the forms" in html and 'class="marked p-6"' in html
        assert again.decisions(session.id, EXERCISE.id)[f"moment/{key}"].startswith("coworker-error\n")
        results = Results.of(again, session)
        assert results["phrases"].set_index("stage").loc["say-this", "situation"] == f"own-{key}"
        assert results["moments"]["words"].tolist() == ["The printer eats the forms"]


GOOD = ["We got the day wrong. I'll bake it now.", "That's our mistake. I'll have it at your door by four."]


def at_the_best(store: Store, session: Session) -> tuple[Lead, list[str]]:
    """Two people wrote about the cake, nobody voted: the ids of the showcase's beats, whose first one is on."""
    for text in GOOD:
        person = store.join(session.id, "")[0]
        open_stage(store, session, EXERCISE, "say-this")
        say(store, session, person, 3, CAKE, text)
    lead = Lead(store, session)
    lead.act({"action": "open", "stage": "showcase"})
    here = now(store, session)
    assert here.position.stage
    return lead, [beat.id for _activity, beat in here.position.stage.beats(here.room)]


def screen(store: Store, session: Session) -> str:
    """What the projector shows, on one line."""
    return " ".join(text_of(pages.screen(now(store, session), JOIN)).split())


def beside(lead: Lead, store: Store, session: Session) -> list[str]:
    """Where Back and Next lead."""
    scene = lead.scene(now(store, session))
    assert scene
    return [step.title if step else "" for step in (scene.steps.back, scene.steps.next)]


def test_what_is_shown_alone_stands_in_place_of_one_step(store: Store, session: Session) -> None:
    """A look at another phrase neither skips the rest nor comes back later."""
    lead, (_hold, first, marked, *_rest) = at_the_best(store, session)
    lead.act({"action": "beat", "value": first})
    other = next(text for text in GOOD if phrase_key("wrong-cake", text) not in first)
    here = now(store, session)
    assert here.position.stage
    form = str(stages.moderation(here.position.stage, here.room))
    pressed = f"{phrase_key('wrong-cake', other)} {first}"
    assert f'value="{pressed}"' in form, "the button says in place of what"
    before = beside(lead, store, session)
    lead.act({"action": "decide", "item": "front", "value": pressed})
    assert other[-20:] in screen(store, session) and "1 of 2" not in screen(store, session)
    assert beside(lead, store, session) == before == ["Ready to read some?", "The words that work"]
    lead.act({"action": "next"})
    assert now(store, session).position.beat == marked and "1 of 2" in screen(store, session)
    lead.act({"action": "back"})
    lead.act({"action": "decide", "item": "front", "value": ""})
    assert "1 of 2" in screen(store, session)


def test_a_phrase_that_is_taken_out_while_it_is_shown_leaves_the_room_where_it_was(
    store: Store, session: Session
) -> None:
    lead, (_hold, _first, passed, second, *_rest) = at_the_best(store, session)
    lead.act({"action": "beat", "value": second})
    lead.act({"action": "blank", "value": "yes"})
    lead.act({"action": "decide", "item": f"phrases/{second.removeprefix('liked-')}", "value": "no"})
    assert now(store, session).position.beat == passed, "what was up before it"
    assert store.session_by_id(session.id).blank, "nothing comes on by itself"
    assert beside(lead, store, session)[1] == "Now everybody writes", "the rest follows, not all once more"


def test_the_room_has_its_task_up_front_while_it_makes_phrases_better(store: Store, session: Session) -> None:
    lead, beats = at_the_best(store, session)
    lead.act({"action": "beat", "value": beats[-1]})
    said = screen(store, session)
    assert "Now make your own phrase better." in said and all(text in said for text in GOOD)


def test_whoever_has_nothing_to_vote_for_is_not_waited_for(store: Store, session: Session) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this")
    say(store, session, ann, 3, CAKE, GOOD[0])
    open_stage(store, session, EXERCISE, "vote")
    say(store, session, bob, 4, f"vote/{phrase_key('wrong-cake', GOOD[0])}", "yes")
    assert "1 of 1 ready" in screen(store, session)
    here = now(store, session)
    scene = Lead(store, session).scene(here)
    assert scene and (len(here.people), here.finished, here.asked) == (2, 1, 1)
    counted = text_of(islands(scene, JOIN)["counts"])
    assert " ".join(counted.split()) == "1 of 1 person asked has finished"


def test_the_coach_comes_back_with_what_was_saved(store: Store, session: Session) -> None:
    ann = store.join(session.id, "")[0]
    open_stage(store, session, EXERCISE, "say-this")
    say(store, session, ann, 3, CAKE, "We got the day wrong. Your cake is ready at four.")
    here = now(store, session)
    stage = here.position.stage
    assert stage
    islands = stages.after_answer(EXERCISE, stage, here.room, here.seat(ann), CAKE)
    assert set(islands) == {"progress", f"echo-say-{CAKE}", f"heard-say-{CAKE}"}
    assert islands[f"heard-say-{CAKE}"] == "2 of 2 steps are there."
    assert "We got the day wrong" in islands[f"echo-say-{CAKE}"]
    for name in islands:
        assert f'data-island="{name}"' in phone(store, session, ann)


def test_a_learner_alone_has_every_situation(store: Store, session: Session) -> None:
    kind, ann = kind_of(EXERCISE), store.join(session.id, "")[0]
    open_stage(store, session, EXERCISE, "say-this")
    say(store, session, ann, 3, CAKE, XSS)
    seat, script = now(store, session).seat(ann), kind.practice(1)
    alone = stages.after_answer(EXERCISE, script[0], Room.empty(), seat, CAKE)
    assert "<img" not in alone[f"quiet-compare-{CAKE}"] and alone["progress"] == "1 of 20 done"
    page = str(pages.practise(kind, script, seat))
    assert page.count("<section") == 21
    for name in alone:
        assert f'data-island="{name}"' in page
