"""A phrasing exercise in a session: kept choices, views of phone, projector and console, results."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.content.loading import load
from kit.content.phrasing import PhrasingExercise
from kit.kinds import kind_of
from kit.kinds.phrasing_plan import phrase_item, phrase_key
from kit.room import Course, Crowd, open_stage
from kit.session import Names, Participant, Session
from kit.store.store import Store
from kit.report.tables import Results
from kit.views import pages

EXERCISE = load(Path(__file__).parents[1] / "exercises" / "ownership-phrasing.yaml")
XSS = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
CAKE = phrase_item("wrong-cake")
WAIT_SECONDS = 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        yield store


@pytest.fixture
def session(store: Store) -> Session:
    return store.create_session("Tuesday", Names.OFF)


def say(store: Store, session: Session, person: Participant, number: int, item: str, value: str) -> None:
    """What the phone of a participant does: the change is checked, then kept."""
    course = Course.read(store, session)
    message = {
        "exercise": EXERCISE.id,
        "round": number,
        "item": item,
        "value": value,
        "seq": store.last_seq(person.id) + 1,
    }
    change = course.accept(person, message)
    store.save(change).result(WAIT_SECONDS)


def phone(store: Store, session: Session, person: Participant) -> str:
    crowd = Crowd.read(store, Course.read(store, session))
    return pages.participant(
        crowd.course, store.answers(person.id, EXERCISE.id), crowd.group, person.pseudonym
    )


def test_a_room_goes_through_all_stages_and_markup_stays_text(store: Store, session: Session) -> None:
    assert isinstance(EXERCISE, PhrasingExercise)
    people = [store.join(session.id, "")[0] for _n in range(4)]
    kind = kind_of(EXERCISE)
    for stage in kind.stages:
        open_stage(store, session, EXERCISE, stage.id)
        for number, person in enumerate(people):
            text = f"{XSS} {number}"
            if stage.id == "tempting":
                say(store, session, person, 1, "tempting/1", text)
            if stage.id in ("not-that", "say-this", "showcase"):
                say(store, session, person, int(stage.round or 0), CAKE, text)
            if stage.id == "card":
                say(store, session, person, 0, "card/from", "wrong-cake")
        crowd = Crowd.read(store, Course.read(store, session))
        shown = [phone(store, session, person) for person in people]
        shown += [pages.screen(crowd, "http://localhost/join/X"), pages.moderation(crowd)]
        for html in shown:
            assert "<img src=x" not in html and "<script>" not in html
    assert "&lt;img src=x" in shown[0] and "onerror" in shown[0], "the card has the words as text"
    results = Results.read(store, str(session.code))
    assert len(results["cards"]) == 4 and set(results["phrases"]["text"]) == {f"{XSS} {n}" for n in range(4)}


def decide(store: Store, session: Session, item: str, value: str) -> None:
    """What the facilitator's console does."""
    kept = kind_of(EXERCISE).decide(item, value, store.responses(session.id, EXERCISE.id))
    store.decide(session.id, EXERCISE.id, item, kept)


def test_a_decision_is_kept_while_phones_stay_as_they_are(store: Store, session: Session) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this", 5)
    say(store, session, ann, 3, CAKE, "Leave me alone.")
    before = Course.read(store, session).view_id
    hide = f"hide/{phrase_key('wrong-cake', 'Leave me alone.')}"
    decide(store, session, hide, "yes")
    assert Course.read(store, session).view_id == before
    open_stage(store, session, EXERCISE, "vote")
    assert "Leave me alone" not in phone(store, session, bob)
    assert Results.read(store, str(session.code))["phrases"]["hidden"].tolist() == [True]
    decide(store, session, hide, "no")
    assert "Leave me alone" in phone(store, session, bob)
    assert "Leave me alone" not in phone(store, session, ann), "one's own is not to be voted for"


def test_a_vote_for_ones_own_phrase_is_not_counted(store: Store, session: Session) -> None:
    ann, bob = (store.join(session.id, "")[0] for _n in range(2))
    open_stage(store, session, EXERCISE, "say-this")
    words = "We got the day wrong, and I'll bake it now."
    say(store, session, ann, 3, CAKE, words)
    open_stage(store, session, EXERCISE, "vote")
    item = f"vote/{phrase_key('wrong-cake', words)}"
    say(store, session, ann, 4, item, "yes")
    assert Results.read(store, str(session.code))["votes"]["votes"].tolist() == [0]
    say(store, session, bob, 4, item, "yes")
    assert Results.read(store, str(session.code))["votes"]["votes"].tolist() == [1]


def test_the_coach_comes_back_with_what_was_saved(store: Store, session: Session) -> None:
    ann = store.join(session.id, "")[0]
    open_stage(store, session, EXERCISE, "say-this")
    say(store, session, ann, 3, CAKE, "We got the day wrong. Your cake is ready at four.")
    course = Course.read(store, session)
    islands = pages.own_islands(course, store.answers(ann.id, EXERCISE.id), CAKE)
    assert set(islands) == {"progress", "coach-wrong-cake", "heard-coach-wrong-cake"}
    assert islands["heard-coach-wrong-cake"].strip() == "2 of 2 steps are there."
    assert (
        "We got the day wrong" in islands["coach-wrong-cake"] and "verdict" not in islands["coach-wrong-cake"]
    )
    alone = pages.practise_islands(kind_of(EXERCISE), {(3, CAKE): XSS}, CAKE)
    assert "<img" not in alone["compare-wrong-cake"] and alone["progress"] == "1 of 12 done"
    assert pages.practise(kind_of(EXERCISE), {(3, CAKE): XSS}, 1).count("<section") == 13
