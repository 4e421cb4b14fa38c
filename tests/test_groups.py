"""Breakout groups: who is with whom, the one answer that each shares, and what is seen and kept of it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onstage import phone, projector, responses_of
from readable import text_of, tree, words
from rooms import EXERCISES, WAIT_SECONDS

from kit.activities.activity import Room, Seat
from kit.activities.group.teams import SIZES, By, Team, dealt, teams
from kit.activities.held import NO, YES
from kit.errors import KitError, SessionError
from kit.kinds import kind_of
from kit.kinds.question.own import question
from kit.kinds.script import Kind
from kit.lead import Lead
from kit.library import load as load_file
from kit.pages.stages import moderation
from kit.report.tables import Results
from kit.room import Attendance, Position, begin
from kit.session import Names, Participant
from kit.store.archive import dump, load
from kit.store.store import Store

MONDAY = {"text": "What do we do on Monday?", "form": "groups", "by": "role", "size": "2"}

ROLES = {"P1": "HR", "P2": "IT", "P3": "HR", "P4": "IT", "P5": "", "P6": "Sales"}
"""Two of HR, two of IT, one of Sales alone and one who told nothing: by role and in twos that is three groups."""

NAMES = {"P1": "Ada", "P2": "Ben", "P3": "", "P4": "<b>Di", "P5": "", "P6": ""}


def asked(**more: str) -> Kind:
    return kind_of(question("question-1", MONDAY | more, ROLES))


def in_groups(
    kind: Kind,
    said: list[tuple[str, str]] | None = None,
    decisions: Mapping[str, str] | None = None,
    people: Mapping[str, str] = NAMES,
) -> Room:
    """The room once they have written, one text after the other."""
    rows = responses_of((who, 1, "text", text) for who, text in said or [])
    rows["at"] = range(len(rows))
    return Room(rows, {}, decisions or {}, people=people)


def together(kind: Kind, room: Room) -> list[str]:
    return [" ".join(group.people) for group in room.of(kind.script[0].shows[0])]


@given(st.integers(1, 300), st.sampled_from(list(SIZES)), st.sampled_from([By.CHANCE, By.ROLE]))
def test_everybody_is_in_one_group_and_sizes_differ_by_one(people: int, size: int, by: By) -> None:
    roles = {f"P{n}": "HR" for n in range(1, people + 1)}
    made = teams(by, size, roles)
    assert sorted(person for team in made for person in team.people) == sorted(roles)
    sizes = {len(team.people) for team in made}
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= size + size // 2 and (len(made) == 1 or min(sizes) >= size - size // 2)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5).filter(any), st.integers(1, 20))
def test_one_after_the_other_newcomers_go_to_the_smallest(sizes: list[int], late: int) -> None:
    names = iter(f"P{n}" for n in range(1, 100))
    made = [Team(tuple(next(names) for _person in range(size))) for size in sizes]
    for person in [next(names) for _person in range(late)]:
        smallest = sizes.index(min(sizes))
        assert dealt(made, [person])[person] == smallest + 1, "whoever else is asked for"
        sizes[smallest] += 1


def test_by_role_the_same_role_talks_and_who_is_alone_joins_others() -> None:
    assert [(team.role, *team.people) for team in teams(By.ROLE, 2, ROLES)] == [
        ("HR", "P1", "P3"),
        ("IT", "P2", "P4"),
        ("", "P5", "P6"),
    ]
    with pytest.raises(SessionError, match="Nobody has told a role yet"):
        teams(By.ROLE, 2, {"P1": "", "P2": ""})
    with pytest.raises(SessionError, match="Nobody is here"):
        teams(By.CHANCE, 2, {})


def test_what_cannot_be_made_is_refused_with_a_cure() -> None:
    for more in ({"size": "1"}, {"size": "many"}, {"by": "shoe size"}):
        with pytest.raises(KitError, match="can't be made. Choose 2 to 8, and one of: chance, role, hand"):
            asked(**more)


def test_a_phone_shows_its_group_and_the_text_that_was_written_last() -> None:
    kind = asked()
    room = in_groups(
        kind, [("P2", "We ring back"), ("P1", "We listen"), ("P4", "We ring back <i>today</i>"), ("P3", "")]
    )
    assert together(kind, room) == ["P1 P3", "P2 P4", "P5 P6"]
    ben, cleo = (text_of(phone(kind, "groups", room, person=who)) for who in ("P2", "P3"))
    assert ben.startswith(
        "Find the other yellow star.\nLook for: <b>Di\nYour group says:\nWe ring back <i>today</i>"
    )
    assert cleo.startswith("Find the other green drop.\nLook for: Ada\nYour group says:\nWe listen")
    sixth = phone(kind, "groups", room, person="P6")
    assert "Look for" not in sixth and "Your group says" not in sixth and "listen" not in sixth
    screen = text_of(projector(kind, "groups", room))
    assert "What do we do on Monday?" in screen and "2 of 3 groups have written." in screen
    assert not [text for text in ("listen", "ring", "Ada", "Di") if text in screen]
    share = kind.script[0].asks[0]
    done = [kind.script[0].progress(room, seat) for seat in map(seat_of, NAMES)]
    assert done == [(1, 1)] * 4 + [(0, 1)] * 2, share.name


def seat_of(person: str) -> Seat:
    return Seat({}, person)


def test_who_comes_late_joins_the_smallest_and_who_is_moved_or_removed_leaves() -> None:
    kind, late = asked(), NAMES | {"P7": "Gil", "P8": ""}
    assert together(kind, in_groups(kind, people=late)) == ["P1 P3 P7", "P2 P4 P8", "P5 P6"]
    moved = {"groups/P1": "3"}
    assert together(kind, in_groups(kind, decisions=moved, people=late)) == ["P3 P7", "P2 P4 P8", "P1 P5 P6"]
    without = {who: name for who, name in NAMES.items() if who != "P3"}
    room = in_groups(kind, [("P3", "mine")], people=without)
    assert together(kind, room) == ["P1", "P2 P4", "P5 P6"]
    alone = text_of(phone(kind, "groups", room, person="P1"))
    assert "You have green drop alone. Join any group near you." in alone and "mine" not in alone


TWO_GROUPS = {"P1": "HR", "P2": "HR", "P3": "HR", "P4": "IT", "P5": "IT", "P6": "IT"}
"""In threes by role: green P1 P2 P3, yellow P4 P5 P6."""


def two_groups() -> Kind:
    return kind_of(question("question-1", MONDAY | {"size": "3"}, TWO_GROUPS))


def texts_of(kind: Kind, room: Room) -> list[str]:
    return [group.text for group in room.of(kind.script[0].shows[0])]


def numbered(*numbers: int) -> dict[str, str]:
    """People without names: pseudonym -> name."""
    return {f"P{number}": "" for number in numbers}


def test_nobody_changes_groups_because_somebody_else_is_removed_brought_back_or_moved() -> None:
    kind = two_groups()
    said = [("P1", "Green says: ring back"), ("P4", "Yellow says: write"), ("P7", "LATE writes for green")]
    shared = ["LATE writes for green", "Yellow says: write"]
    room = in_groups(kind, said, people=numbered(*range(1, 10)))
    assert together(kind, room) == ["P1 P2 P3 P7 P9", "P4 P5 P6 P8"]
    assert texts_of(kind, room) == shared
    room = in_groups(kind, said, people=numbered(1, 2, 3, 4, 6, 7, 8, 9))
    assert together(kind, room) == ["P1 P2 P3 P7 P9", "P4 P6 P8"], "P5 was removed"
    assert texts_of(kind, room) == shared
    assert "Find the 4 others: green drop." in text_of(phone(kind, "groups", room, person="P7"))
    room = in_groups(kind, said[:2], people=numbered(1, 2, 3, 4, 5, 6, 8, 9))
    assert together(kind, room) == ["P1 P2 P3 P9", "P4 P5 P6 P8"], "P7 was removed, P5 is back"
    room = in_groups(kind, said, {"groups/P1": "2"}, numbered(*range(1, 10)))
    assert together(kind, room) == ["P2 P3 P7 P9", "P1 P4 P5 P6 P8"]


def test_whoever_was_out_when_groups_were_made_comes_back_without_moving_others() -> None:
    there = {"P2": "HR", "P3": "HR", "P4": "HR", "P5": "IT", "P6": "IT"}
    kind = kind_of(question("question-1", MONDAY | {"size": "3"}, there))
    assert together(kind, in_groups(kind, people=numbered(2, 3, 4, 5, 6, 7, 8))) == [
        "P2 P3 P4 P8",
        "P5 P6 P7",
    ]
    back = in_groups(kind, people=numbered(1, 2, 3, 4, 5, 6, 7, 8))
    assert together(kind, back) == ["P2 P3 P4 P8", "P1 P5 P6 P7"]


def test_who_is_brought_back_is_not_sent_where_a_newcomer_has_just_been() -> None:
    there = {"P2": "HR", "P3": "HR", "P4": "IT", "P5": "IT"}
    kind = kind_of(question("question-1", MONDAY, there))
    assert together(kind, in_groups(kind, people=numbered(2, 3, 4, 5, 6))) == ["P2 P3 P6", "P4 P5"]
    assert together(kind, in_groups(kind, people=numbered(1, 2, 3, 4, 5, 6))) == ["P2 P3 P6", "P1 P4 P5"]


def test_what_somebody_wrote_stays_with_the_group_for_which_it_was() -> None:
    kind, people = two_groups(), numbered(*range(1, 7))
    said = [("P4", "Yellow says: write"), ("P1", "Green says: ring back")]
    before = in_groups(kind, said, people=people)
    moved = {"groups/P1": kind.decide("groups/P1", "2", before)}
    after = in_groups(kind, said, moved, people)
    assert together(kind, after) == ["P2 P3", "P1 P4 P5 P6"]
    assert texts_of(kind, after) == ["Green says: ring back", "Yellow says: write"]
    again = in_groups(kind, said, {"groups/P1": kind.decide("groups/P1", "2", after)}, people)
    assert texts_of(kind, again) == ["Green says: ring back", "Yellow says: write"], "pressed twice"
    back = in_groups(kind, said, {"groups/P1": kind.decide("groups/P1", "1", after)}, people)
    assert texts_of(kind, back) == ["Green says: ring back", "Yellow says: write"]
    anew = in_groups(kind, [said[0], ("P1", "Now for yellow")], moved, people)
    assert texts_of(kind, anew) == ["", "Now for yellow"]


def test_who_is_the_only_one_of_all_is_not_sent_to_another_group() -> None:
    for kind in (two_groups(), kind_of(question("question-1", MONDAY | {"by": "chance"}, {"P1": ""}))):
        one = text_of(phone(kind, "groups", in_groups(kind, people=numbered(1)), person="P1"))
        assert "You have green drop, and nobody else is in a group yet. Begin by yourself." in one
    two = text_of(phone(two_groups(), "groups", in_groups(two_groups(), people=numbered(1, 4)), person="P1"))
    assert "You have green drop alone. Join any group near you." in two


def test_by_hand_everybody_waits_for_the_facilitator() -> None:
    kind = asked(by="hand", size="3")
    room = in_groups(kind)
    assert together(kind, room) == ["", ""]
    assert "One moment: you get your group soon." in phone(kind, "groups", room, person="P1")
    screen = text_of(projector(kind, "groups", room))
    assert "Groups are being made. You see your shape on your phone in a moment." in screen
    assert "Find your shape" not in screen and "have written" not in screen
    early = in_groups(kind, [("P1", "for whom?")])
    assert kind.script[0].progress(early, early.seat("P1")) == (0, 1), "nobody's text yet"
    assert kind.decide("groups/P1", "2", room) == "2"
    for item, value in (("groups/P1", "3"), ("groups/P99", "1"), ("groups/", "1")):
        with pytest.raises(KitError):
            kind.decide(item, value, room)
    room = in_groups(kind, decisions={"groups/P1": "2", "groups/P4": "2"})
    assert together(kind, room) == ["", "P1 P4"]
    assert "Look for: &lt;b&gt;Di" in phone(kind, "groups", room, person="P1")
    assert "Find your shape" in projector(kind, "groups", room), "somebody has one"
    hands = kind.script[0].decides[1].choices(room)
    assert (hands.free, hands.names["P3"]) == (["P2", "P3", "P5", "P6"], "P3")


@pytest.mark.parametrize(("groups", "find"), [(12, "your shape"), (13, "your shape and your number")])
def test_where_shapes_come_twice_people_are_told_that_the_number_counts(groups: int, find: str) -> None:
    everybody = numbered(*range(2 * groups))
    for by, task in (("chance", f"Find {find}. Talk;"), ("hand", f"You see {find} on your phone")):
        kind = kind_of(question("question-1", MONDAY | {"by": by}, everybody))
        screen = projector(kind, "groups", in_groups(kind, people=everybody))
        assert task in text_of(screen)
        assert by == "hand" or screen.count('class="shape') == 12


def test_two_of_one_name_are_told_apart_where_they_are_moved() -> None:
    kind = asked(by="hand")
    stage, people = kind.script[0], {"P1": "Ada", "P2": "", "P3": "Ada"}
    room = in_groups(kind, decisions={"groups/P3": "2"}, people=people)
    console = str(moderation(stage, room))
    options = [words(option) for option in tree(console).iter("option")]
    assert options[:3] == ["Ada P1", "P2", "Ada P3 (yellow star)"]
    assert "yellow star: Ada P3" in text_of(console)


def test_answers_wait_for_the_facilitator_and_stand_beside_each_other() -> None:
    kind = asked()
    nobody = in_groups(kind)
    for seen in (projector(kind, "shared", nobody), phone(kind, "shared", nobody, person="P2")):
        assert text_of(seen).splitlines() == ["What do we do on Monday?", "Nobody has written yet."]
    said = [("P1", "We listen"), ("P2", "We listen"), ("P5", "words and " * 20)]
    room = in_groups(kind, said)
    both = projector(kind, "shared", room) + phone(kind, "shared", room, person="P2")
    assert "We listen" not in both and "None shown yet" in both
    share = kind.script[1].shows[0]
    first, second, third = share.result(room)
    room = in_groups(kind, said, {f"question/{first.key}": YES, f"question/{third.key}": YES})
    (page,) = share.beats(room)
    assert [(one.number, one.step(2)) for one in page.shows] == [(1, 5), (3, 3)]
    seen = text_of(projector(kind, "shared", replace(room, beat="answers")))
    assert seen.count("We listen") == 1 and "HR" in seen
    own = text_of(phone(kind, "shared", room, person="P3"))
    assert "We listen (your group)" in own
    changed = in_groups(kind, [*said, ("P3", "We don't")], room.decisions)
    assert "We don" not in projector(kind, "shared", changed), "another text is looked at anew"
    everything = in_groups(kind, said, {"question/new": YES, f"question/{second.key}": NO})
    assert [word.is_shown for word in share.result(everything)] == [True, False, True]


def test_all_at_once_has_every_answer_that_was_let_through() -> None:
    people = numbered(*range(1, 37))
    kind = kind_of(question("question-1", MONDAY | {"by": "chance"}, people))
    said = [(who, f"<i>{who}</i> " + "words " * 20) for who in people]
    share = kind.script[1].shows[0]
    texts = [group.text for group in share.groups.result(in_groups(kind, said, people=people))]
    held = share.result(in_groups(kind, said, people=people))[2]
    room = in_groups(kind, said, {"question/new": YES, f"question/{held.key}": NO}, people)
    everything = tree(projector(kind, "shared", room))
    first, listed = (
        words(everything.find(f".//div[@class='{where}']")) for where in ("on-screen", "in-words")
    )
    assert [text for text in texts if text.strip() in listed] == [text for text in texts if text != held.text]
    assert [text for text in texts if text.strip() in first] == texts[:2]


def test_the_facilitator_sees_which_group_wrote_what() -> None:
    kind, text = asked(), "How <i>much</i> is 100 %s?"
    said = [(who, text) for who in ("P1", "P2", "P5")]
    green = kind.script[1].shows[0].result(in_groups(kind, said))[0]
    room = in_groups(kind, said, {f"question/{green.key}": YES})
    console = text_of(moderation(kind.script[1], room)).replace("\n", " ")
    for group, press in (
        ("yellow star · IT", "Let through"),
        ("orange flower", "Let through"),
        ("green drop · HR", "Take off"),
    ):
        assert f"{group}: {text} [button] {press}: {group}: {text}" in console
    assert "green drop:" not in projector(kind, "shared", room), "there the sign is drawn"


@given(st.lists(st.text(st.sampled_from("iMw日 aé"), min_size=1, max_size=200), min_size=1, max_size=12))
def test_no_page_is_wider_than_the_screen_and_no_answer_is_lost(texts: list[str]) -> None:
    people = {f"P{n}": "" for n in range(len(texts) * 2)}
    roles = {who: f"R{n // 2}" for n, who in enumerate(people)}
    kind = kind_of(question("question-1", MONDAY, roles))
    said = [(f"P{n * 2}", text) for n, text in enumerate(texts)]
    room = in_groups(kind, said, {"question/new": YES}, people)
    pages = [beat.shows for beat in kind.script[1].shows[0].beats(room)]
    assert [one.text for page in pages for one in page] == [text for text in texts if text]
    assert all(len(page) <= 3 and (len(page) < 3 or min(one.step(3) for one in page) >= 3) for page in pages)


@pytest.fixture
def people(store: Store) -> list[Participant]:
    """Four people of a session that has begun."""
    session = store.create_session("Tuesday", Names.OPTIONAL)
    begin(store, session, load_file(EXERCISES / "internal-customers.yaml"))
    return [store.join(session.id, name)[0] for name in ("Ada", "", "Cleo", "")]


def tell_roles(store: Store, lead: Lead, people: list[Participant]) -> None:
    """They say HR, IT, HR, IT."""
    lead.act({"action": "open", "stage": "roles", "minutes": "5"})
    for number, (person, role) in enumerate(zip(people, ("HR", "IT", "HR", "IT"), strict=True), 1):
        change = {"exercise": "internal-customers", "round": 1, "item": "role", "value": role, "seq": number}
        store.save(Position.read(store, lead.now()).accept(person, change)).result(WAIT_SECONDS)


def test_groups_by_role_take_the_roles_of_the_session_and_come_home(
    store: Store, people: list[Participant]
) -> None:
    session = store.session_by_id(people[0].session_id)
    lead = Lead(store, session)
    with pytest.raises(SessionError, match="Nobody has told a role yet"):
        lead.act({"action": "ask", **MONDAY})
    tell_roles(store, lead, people)
    lead.act({"action": "ask", **MONDAY})
    lead.act({"action": "decide", "item": "groups/P4", "value": "1"})
    for number, (person, text) in enumerate([(people[0], "We listen"), (people[1], "=We ring back")], 10):
        change = {"exercise": "question-1", "round": 1, "item": "text", "value": text, "seq": number}
        store.save(Position.read(store, session).accept(person, change)).result(WAIT_SECONDS)
    store.remove(people[2])
    results = Results.of(store, session)
    columns = ["group", "role", "people", "answer", "shown"]
    assert results["groups"][columns].to_numpy().tolist() == [
        ["green drop", "HR", "P1 P4", "We listen", False],
        ["yellow star", "IT", "P2", "=We ring back", False],
    ]
    archive = dump(store, session.id)
    archive["session"]["code"] = "CDFGHJ"
    again = Results.of(store, load(store, archive))
    assert again["groups"]["people"].tolist() == ["P1 P4", "P2"]


def test_only_who_joined_while_the_question_was_on_belongs_to_a_group(
    store: Store, people: list[Participant]
) -> None:
    session = store.session_by_id(people[0].session_id)
    lead = Lead(store, session)

    def grouped() -> list[str]:
        return Results.of(store, session)["groups"]["people"].tolist()

    tell_roles(store, lead, people)
    lead.act({"action": "ask", **MONDAY})
    store.join(session.id, "Eve, while they talk")
    assert grouped() == ["P1 P3 P5", "P2 P4"]
    lead.act({"action": "next"})
    seen = store.join(session.id, "Fay, while all look at what the groups say")[0]
    assert grouped() == ["P1 P3 P5", "P2 P4"]
    assert seen.pseudonym not in Attendance.read(store, Position.read(store, session)).room.here
    lead.act({"action": "back"})
    assert grouped() == ["P1 P3 P5", "P2 P4 P6"], "it is asked again, and now of six people"
    lead.act({"action": "next"})
    lead.act({"action": "next"})
    store.join(session.id, "Gus, when all is over")
    assert grouped() == ["P1 P3 P5", "P2 P4 P6"]
    archive = dump(store, session.id)
    archive["session"]["code"] = "CDFGHJ"
    again = Results.of(store, load(store, archive))
    assert again["groups"]["people"].tolist() == ["P1 P3 P5", "P2 P4 P6"]
    assert again.people == 7


def test_groups_of_rehearsed_people_alone_are_no_result(store: Store, people: list[Participant]) -> None:
    session = store.session_by_id(people[0].session_id)
    lead = Lead(store, session)
    secrets = [store.join(session.id, "")[1] for _person in range(20)]
    for secret in secrets:
        store.mark_rehearsed(session.id, secret)
    lead.act({"action": "ask", **MONDAY, "by": "chance", "size": "2"})
    everybody, real = Results.of(store, session, rehearsed=True), Results.of(store, session)
    assert len(everybody["groups"]) == 12
    inside = " ".join(real["groups"]["people"]).split()
    assert sorted(inside) == ["P1", "P2", "P3", "P4"]
    assert all(real["groups"]["people"]), "no row of nobody"
    counted = real["summary"].set_index("measure")["value"]
    assert counted["Groups"] == len(real["groups"])


def test_a_group_that_wrote_is_a_result_even_when_all_were_moved_out_of_it() -> None:
    kind, people = two_groups(), numbered(1, 4)
    said = [("P1", "Green says: ring back")]
    before = in_groups(kind, said, people=people)
    moved = {"groups/P1": kind.decide("groups/P1", "2", before)}
    groups = kind.frames(in_groups(kind, said, moved, people))["groups"]
    assert groups[["people", "answer"]].to_numpy().tolist() == [["", "Green says: ring back"], ["P1 P4", ""]]
