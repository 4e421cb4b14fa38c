"""A warm-up from the first second, and a question thrown in from the bar: two phones, the console, the big screen."""

import re

import browser
import pytest
from browser import DESK, EXERCISE, Room, Visitor, barriers
from conftest import Server
from playwright.sync_api import Page, expect
from rooms import EXERCISES
from test_browser_lead import on, remote

from kit.library import load
from kit.room import begin, open_stage
from kit.session import Session

room = pytest.fixture(browser.room)

DECK = load(EXERCISES / f"{EXERCISE}.yaml")


@pytest.fixture
def session(server: Server) -> Session:
    """A session that has just been started."""
    session = server.session()
    begin(server.store, session, DECK)
    return session


def words(server: Server, session: Session, exercise: str = EXERCISE) -> dict[str, str]:
    """What is stored of the one word: pseudonym -> word."""
    rows = server.store.responses(session.id, exercise)
    return dict(rows[rows["item"] == "word"][["participant", "value"]].to_numpy().tolist())


def desk(room: Room, session: Session) -> Page:
    """The console on a facilitator's laptop."""
    page = room.visitor(**DESK, bypass_csp=True).page
    page.goto(room.server.links.lead(session))
    expect(page.locator("#go-on")).to_be_visible()
    return page


def send(phone: Visitor, word: str) -> None:
    """Type a word, and send it."""
    phone.page.get_by_role("textbox").fill(word)
    phone.page.get_by_role("button", name="Send my word").tap()
    expect(phone.page.get_by_text("Done. You can still change it.")).to_be_visible()


def decide(console: Page, word: str) -> None:
    """Press the button beside a word."""
    console.get_by_role("listitem").filter(has_text=word).get_by_role("button").click()


def test_who_joins_warms_up_at_once_and_words_grow_on_the_wall(
    room: Room, server: Server, session: Session
) -> None:
    screen, console = room.projector(session, bypass_csp=True).page, desk(room, session)
    ada, ben = room.phone(session, "Ada", bypass_csp=True), room.phone(session, "Ben")
    wall = screen.locator(".cloud li")
    expect(screen.locator(".slide h2")).to_have_text(str(DECK.warm_up))
    expect(screen.locator(".joincode")).to_be_visible()
    expect(ada.page.locator(".me")).to_have_text(re.compile(r"^\s*Ada That is you on the big screen\.$"))
    head = "e => getComputedStyle(e).backgroundColor"
    expect(screen.locator(".heads li")).to_have_count(2)
    mine = ada.page.locator(".me > span").evaluate(head)
    assert mine == screen.locator(".heads li").first.evaluate(head)
    ada.page.get_by_role("textbox").press_sequentially("Trust", delay=1)
    send(ben, "the trust")
    expect(wall).to_have_text(["the trust"])  # what isn't sent isn't there
    send(ada, "Trust")
    expect(wall).to_have_text(["Trust×2"])
    assert words(server, session) == {"P1": "Trust", "P2": "the trust"}
    assert barriers(ada.page) == barriers(screen) == ""
    send(ben, "<b>rude</b>")
    expect(wall).to_have_text(["<b>rude</b>", "Trust"])
    calm = console.locator(".decide").evaluate("e => getComputedStyle(e).borderTopColor")
    decide(console, "<b>rude</b>")
    expect(wall).to_have_text(["Trust"])
    catches_the_eye = expect(console.locator(".decide"), "what waits for the facilitator catches the eye")
    catches_the_eye.not_to_have_css("border-top-color", calm)
    console.get_by_role("button", name="Hold back what is new").click()
    expect(console.get_by_text("The room sees only what you let through. 1 is held back.")).to_be_visible()
    send(ben, "patience")
    decide(console, "patience")
    expect(wall).to_have_text(["patience", "Trust"])
    assert "patience" not in ada.page.content(), "no phone sees others' words"
    console.locator("#go-on").click()
    ada.expect_stage("brief")
    expect(ada.page.locator(".me")).to_be_hidden()
    console.locator("#go-back").click()
    expect(ada.page.get_by_role("textbox")).to_have_value("Trust")


def test_a_question_from_the_bar_comes_and_goes_and_nothing_is_lost(
    room: Room, server: Server, session: Session
) -> None:
    open_stage(server.store, session, DECK, "own", 9)
    ada, ben = room.phone(session), room.phone(session)
    screen, console, thumb = room.projector(session).page, desk(room, session), remote(room, session)
    ada.page.get_by_role("textbox").first.press_sequentially("They ring twi", delay=1)
    console.get_by_text("Ask a question").click()
    console.get_by_label("Or your own").fill("In one word: <i>lunch</i> was …")
    assert barriers(console) == ""
    console.get_by_role("button", name="Ask the room").click()
    expect(console.get_by_label("Or your own")).to_be_hidden()
    on(thumb, "Question")
    expect(ada.page.get_by_label("In one word: <i>lunch</i> was …")).to_be_visible()
    for page in (ada.page, screen, console):
        expect(page.get_by_role("timer").first).to_have_text(re.compile(r"[01]:\d\d"))
        assert not page.get_by_text("One minute left").locator("visible=true").count()
    send(ada, "Soup")
    send(ben, "soups")
    expect(screen.locator(".cloud li")).to_have_text(["Soup×2"])
    screen.keyboard.press("PageDown")
    on(thumb, "Answers")
    expect(ben.page.locator(".cloud")).to_have_text("Soup ×2")
    expect(thumb.page.locator("#go-on")).to_have_text("Next: back to “Where my own work begins”")
    thumb.page.locator("#go-on").tap()
    ada.expect_stage("own")
    expect(ada.page.get_by_role("textbox").first).to_have_value("They ring twi")
    expect(ada.status).to_have_text("Saved")
    expect(console.locator(".lead-bar .clock")).to_have_text(re.compile("[89]:"))
    thumb.page.locator("#ask summary").tap()
    thumb.page.get_by_role("button", name="Is the pace right for you?").tap()
    ben.page.get_by_label("Just right").tap()
    expect(ben.page.get_by_text("Done. You can still change it.")).to_be_visible()
    expect(console.locator(".lead-bar .here")).to_contain_text("Question")
    console.locator("#go-back").click()
    ben.expect_stage("own")
    rows = server.store.responses(session.id, EXERCISE)
    assert (rows[["item", "value", "late"]].to_numpy().tolist()) == [["moment/1", "They ring twi", False]]
    assert words(server, session, "question-1") == {"P1": "Soup", "P2": "soups"}
    assert server.store.responses(session.id, "question-2")["value"].tolist() == ["2"]


def test_groups_find_each_other_and_share_one_answer(room: Room, server: Server, session: Session) -> None:
    open_stage(server.store, session, DECK, "own", 9)
    ada, ben, cleo = (room.phone(session, name) for name in ("Ada", "Ben", "Cleo"))
    screen, console = room.projector(session).page, desk(room, session)
    console.get_by_text("Ask a question").click()
    console.get_by_label("Or your own").fill("What do we change?")
    console.get_by_label("a text of each group").check()
    console.get_by_label("People in a group").select_option("2")
    console.get_by_label("Put together").select_option("by hand")
    console.get_by_role("button", name="Ask the room").click()
    expect(ada.page.get_by_text("One moment: you get your group soon.")).to_be_visible()
    expect(ada.page.get_by_label("What do we change?")).to_be_hidden()
    expect(screen.locator(".gather")).to_contain_text("Groups are being made.")
    for person, group in (("Ada P1", "green drop"), ("Ben P2", "green drop"), ("Cleo P3", "yellow star")):
        console.get_by_label("Person").select_option(label=person)
        console.get_by_label("goes to").select_option(group)
        console.get_by_role("button", name="Move").click()
        expect(console.locator("#groups-by-hand li").filter(has_text=group)).to_contain_text(person)
    expect(ben.page.locator(".pair")).to_contain_text("Find the other green drop. Look for: Ada")
    ada.page.get_by_label("What do we change?").press_sequentially("<b>We ring</b>", delay=1)
    expect(ben.page.locator(".pair strong")).to_have_text("<b>We ring</b>")
    expect(ada.page.get_by_text("Done. You can still change it.")).to_be_visible()
    expect(cleo.page.locator(".pair")).to_contain_text("You have yellow star alone.")
    assert "We ring" not in cleo.page.content()
    expect(screen.locator(".gather")).to_contain_text("1 of 2 groups have written.")
    expect(console.locator(".lead-bar .counts")).to_contain_text(re.compile("2 *of 3 people"))
    assert barriers(console) == barriers(screen) == barriers(ben.page) == ""
    console.locator("#go-on").click()
    expect(screen.locator(".slide")).to_contain_text("None shown yet")
    decide(console, "<b>We ring</b>")
    expect(screen.locator(".side-by-side blockquote")).to_have_text(["<b>We ring</b>"])
    expect(cleo.page.locator(".phrases li")).to_have_text(re.compile("<b>We ring</b>$"))
    rows = server.store.responses(session.id, "question-1")
    assert rows[["participant", "item", "value"]].to_numpy().tolist() == [["P1", "text", "<b>We ring</b>"]]
