"""Text fields on a phone: what was typed on time stays so, two tabs agree, a limit is named before it cuts."""

import browser
import pytest
from browser import CARDS, EXERCISE, Room, Visitor
from conftest import Server
from playwright.sync_api import Locator, expect

from kit.session import Session

room = pytest.fixture(browser.room)

COMMITMENT = "Call the quiet customer"
LENGTH = 280


def debriefing(server: Server) -> Session:
    """A session that has come to its last stage."""
    session = server.session()
    server.open_stage(session, "debrief")
    return session


def settled(visitor: Visitor) -> None:
    """Wait until the typed text has been sent and acknowledged."""
    expect(visitor.page.locator("[data-island=progress]")).to_contain_text("Done")
    expect(visitor.status).to_have_text("Saved")


def field(visitor: Visitor) -> Locator:
    """Where the commitment is written."""
    return visitor.page.get_by_label("One thing I will do on Monday")


def test_a_text_typed_on_time_stays_so_though_its_field_has_the_focus_when_the_room_moves_on(
    room: Room, server: Server
) -> None:
    session = debriefing(server)
    phone = room.phone(session)
    field(phone).press_sequentially(COMMITMENT)
    settled(phone)
    expect(field(phone)).to_be_focused()
    before = server.store.responses(session.id, EXERCISE).to_dict("records")
    assert [(row["value"], row["late"]) for row in before] == [(COMMITMENT, False)]
    sent = room.deliveries(session)
    server.open_stage(session, "reveal")
    phone.expect_stage("reveal")
    server.open_stage(session, "debrief")
    phone.expect_stage("debrief")
    expect(field(phone)).to_have_value(COMMITMENT)
    field(phone).focus()
    field(phone).blur()
    phone.page.reload()
    expect(phone.status).to_have_text("Saved")
    assert server.store.responses(session.id, EXERCISE).to_dict("records") == before
    assert room.deliveries(session) == sent


def test_two_tabs_of_a_phone_show_each_other_s_answers(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "sort")
    phone = room.phone(session)
    other = Visitor(phone.context, phone.context.new_page())
    other.page.goto(f"{server.url}/join/{session.code}")
    expect(other.status).to_have_text("Saved")
    card = str(phone.card.get_attribute("data-step"))
    phone.tap("service")
    expect(other.card_control(card, "service")).to_be_checked()
    expect(other.page.locator("[data-island=progress]")).to_have_text(f"1 of {len(CARDS)} done")
    server.open_stage(session, "debrief")
    for visitor in (phone, other):
        visitor.expect_stage("debrief")
    field(phone).fill(COMMITMENT)
    expect(field(other)).to_have_value(COMMITMENT)
    field(other).fill("")
    field(other).press_sequentially("Listen first")
    expect(field(phone)).to_have_value("Listen first")
    field(phone).fill(COMMITMENT)  # what this tab sent before is new again
    expect(field(other)).to_have_value(COMMITMENT)
    expect(phone.status).to_have_text("Saved")
    assert room.stored(session, round=0) == {"commitment": COMMITMENT}
    assert phone.page.evaluate("localStorage.length") == 1


def test_a_field_names_its_limit_and_says_that_a_pasted_text_was_cut(room: Room, server: Server) -> None:
    session = debriefing(server)
    phone = room.phone(session, permissions=["clipboard-read", "clipboard-write"])
    line, said = phone.page.locator(".limit"), phone.page.locator(".limit [role=status]")
    expect(line).to_have_count(0)
    field(phone).focus()
    expect(line).to_have_text("Up to 280 characters")
    phone.page.evaluate("text => navigator.clipboard.writeText(text)", "word " * 100)
    phone.page.keyboard.press("Control+v")
    expect(field(phone)).to_have_value(("word " * 100)[:LENGTH])
    expect(said).to_have_text("That was too long: it is cut after 280 characters.")
    expect(line).to_contain_text("Characters left: 0")
    settled(phone)
    phone.page.keyboard.press("Backspace")
    expect(said).to_have_text("")
    expect(line).to_have_text("Characters left: 1")
    assert room.stored(session, round=0)["commitment"] == ("word " * 100)[:LENGTH].strip()


@pytest.mark.parametrize(
    ("stage", "label"), [("own", "In a line"), ("debrief", "One thing I will do on Monday")]
)
def test_a_field_grows_with_what_is_typed_so_that_all_of_it_is_read(
    room: Room, server: Server, stage: str, label: str
) -> None:
    session = server.session()
    server.open_stage(session, stage)
    phone = room.phone(session)
    typed = phone.page.get_by_label(label).first
    before = typed.bounding_box()
    typed.fill("A customer calls for the third time about the same bill. " * (2 if stage == "own" else 4))
    grown = typed.bounding_box()
    assert before and grown and grown["height"] > before["height"]
    assert typed.evaluate("field => field.scrollHeight <= field.clientHeight")
