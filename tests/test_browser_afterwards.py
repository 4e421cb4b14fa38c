"""After the end a phone keeps what is its own, at its own address, to print; and nothing of anybody else."""

import base64
import re

import browser
import pytest
from browser import Room
from conftest import Server, deck
from playwright.sync_api import expect

from kit.kinds import kind_of
from kit.kinds.question.own import question
from kit.room import open_stage
from kit.session import Change, Participant, Session

room = pytest.fixture(browser.room)

SORT, PHRASING, PARTNERS, RATING = (
    deck(name)
    for name in ("cx-vs-service", "ownership-phrasing", "internal-customers", "how-good-is-our-service")
)
CAKE = "situation/wrong-cake"
PARTS = {"gives-1": "names by the first", "gives-2": "a laptop by nine", "review": "2031-06-30"}


class Play:
    """Answers of several people, as the server's socket would store them."""

    def __init__(self, server: Server, session: Session) -> None:
        self.server, self.session, self.seq = server, session, 0

    def say(self, who: Participant, exercise: str, round: int, answers: dict[str, str]) -> None:
        """Answers of one person in a round."""
        for item, value in answers.items():
            self.seq += 1
            change = Change(self.session.id, who.id, exercise, round, item, value, self.seq)
            self.server.store.save(change).result(10)

    def sort(self, who: Participant, ring: str, mine: str, answered: bool) -> None:
        """Three cards, and a commitment."""
        stages = ("sort", "answers", "debrief") if answered else ("sort", "debrief")
        for stage in stages:
            self.server.open_stage(self.session, stage)
        self.say(who, SORT.id, 1, {card.id: ring for card in SORT.cards[:3]})
        self.say(who, SORT.id, 0, {"commitment": f"{mine} greets first"})

    def phrase(self, who: Participant, mine: str) -> None:
        """A phrase, and a card."""
        for stage in ("not-that", "say-this", "card"):
            self.server.open_stage(self.session, stage, exercise=PHRASING.id)
        card = {"card/when": f"{mine} is late", "card/instead": "Not me", "card/say": f"{mine} is sorry"}
        self.say(who, PHRASING.id, 3, {CAKE: f"{mine} bakes it now"})
        self.say(who, PHRASING.id, 0, card)

    def agree(self, one: Participant, other: Participant) -> None:
        """HR and IT agree, and both confirm."""
        for stage in ("roles", "agreements"):
            self.server.open_stage(self.session, stage, exercise=PARTNERS.id)
        self.say(one, PARTNERS.id, 1, {"role": "HR", "partner/IT": "IT"})
        self.say(other, PARTNERS.id, 1, {"role": "IT", "partner/HR": "HR"})
        self.say(one, PARTNERS.id, 2, {f"agreement/HR~IT/{part}": text for part, text in PARTS.items()})


@pytest.mark.parametrize("answered", [True, False])
def test_a_phone_keeps_what_is_its_own(room: Room, server: Server, answered: bool) -> None:
    session = server.session()
    phone = room.phone(session)
    ada = room.participants(session)[0]
    ben = server.store.join(session.id, "")[0]
    play = Play(server, session)
    for who, ring, mine in ((ada, "service", "Ada"), (ben, "success", "Ben")):
        play.sort(who, ring, mine, answered)
        play.phrase(who, mine)
    play.agree(ada, ben)
    server.store.close_session(session.id)
    page = phone.page
    expect(phone.heading).to_have_text(re.compile("Thank you!$"))
    live = page.locator("main").inner_text()
    page.reload()
    expect(phone.status).to_have_text("Saved")
    assert page.locator("main").inner_text() == live
    for title in (SORT.title, PHRASING.title, PARTNERS.title):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    for own in ("Ada greets first", "Ada bakes it now", "Ada is late", "Ada is sorry", "a laptop by nine"):
        assert own in live
    assert "Ben" not in page.content()
    assert [card.reason in live for card in SORT.cards] == [answered] * 3 + [False] * (len(SORT.cards) - 3)
    assert browser.barriers(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_kept_is_printed_whole_and_has_the_calendar_s_day(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.phone(session)
    ada = room.participants(session)[0]
    ben = server.store.join(session.id, "")[0]
    play = Play(server, session)
    play.phrase(ada, "Ada")
    play.sort(ada, "service", "Ada", answered=True)
    play.agree(ada, ben)
    server.open_stage(session, "agreements", exercise=PARTNERS.id)
    phone.page.get_by_label("I confirm").tap()
    expect(phone.page.get_by_label("I confirm")).to_be_checked()
    expect(phone.status).to_have_text("Saved")
    confirmed = server.store.answers(ada.id, PARTNERS.id)[2, "confirm/HR~IT"]
    play.say(ben, PARTNERS.id, 2, {"confirm/HR~IT": confirmed})
    server.store.close_session(session.id)
    expect(phone.page.locator(".kept").first).to_be_visible()
    button = phone.page.get_by_role("link", name="Put the day into my calendar")
    content = base64.b64decode(str(button.get_attribute("href")).partition("base64,")[2]).decode()
    assert "20310630" in content and "a laptop by nine" in content.replace("\r\n ", "")
    phone.page.emulate_media(media="print")
    printed = phone.page.locator("body").inner_text()
    for own in ("Ada greets first", "Ada is late", "a laptop by nine", SORT.cards[0].reason):
        assert own in printed
    expect(phone.page.get_by_role("button")).to_have_count(0)
    expect(phone.page.locator("header")).to_be_hidden()


def test_the_words_of_a_question_stand_once_with_the_answer(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.phone(session)
    asked = question("question-1", {"text": "What did you see?", "form": "text"}, {})
    for stage in kind_of(asked).script:
        open_stage(server.store, session, asked, stage.id)
        if stage.rounds:
            phone.page.get_by_role("textbox").fill("A queue at the till")
            expect(phone.status).to_have_text("Saved")
    server.store.close_session(session.id)
    expect(phone.page.locator(".kept")).to_contain_text("A queue at the till")
    assert phone.page.locator("main").inner_text().count("What did you see?") == 1
    ada = room.participants(session)[0]
    assert list(server.store.answers(ada.id, asked.id).values()) == ["A queue at the till"]


def test_what_is_typed_as_the_session_ends_is_kept_whole(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "debrief")
    phone = room.phone(session)
    box = phone.page.get_by_role("textbox")
    box.press_sequentially("I greet")
    expect(phone.status).to_have_text("Saved")
    box.press_sequentially(" everybody first")
    server.store.close_session(session.id)
    expect(phone.page.locator(".kept")).to_contain_text("I greet everybody first")
    expect(phone.heading).to_be_focused()
    assert room.stored(session, round=0) == {"commitment": "I greet everybody first"}


def test_who_has_said_nothing_is_thanked(room: Room, server: Server) -> None:
    session = server.session()
    phone = room.phone(session)
    server.open_stage(session, "rate", exercise=RATING.id)
    server.store.close_session(session.id)
    expect(phone.page.locator("main")).to_contain_text("What you answered is kept for the group’s results.")
    expect(phone.page.locator(".kept")).to_have_count(0)
