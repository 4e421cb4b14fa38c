"""Whatever people type, no page gets wider than its window: words of 400 letters in every field of every kind."""

import browser
import pytest
from browser import Room, lead
from conftest import Server, deck
from playwright.sync_api import Page, expect

from kit.kinds import kind_of

room = pytest.fixture(browser.room)

KINDS = ("cx-vs-service", "ownership-phrasing", "internal-customers", "how-good-is-our-service")
WORDS = ("W" * 400, "https://example.com/" + "a-very-long-address/" * 19, "need" * 40)

ANSWER_ALL = """word => {
    const groups = new Set();
    const shown = document.querySelector("[data-view]");
    for (const button of shown.querySelectorAll("input[type=radio][data-item], input[type=checkbox][data-item]")) {
        if (groups.has(button.name) || button.checked || button.disabled) continue;
        groups.add(button.name);
        button.click();
    }
    let number = 0;
    for (const field of shown.querySelectorAll("textarea[data-item], input[type=text][data-item]")) {
        field.focus();
        field.value = `${number++}${word}`.slice(0, field.maxLength > 0 ? field.maxLength : 400);
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    }
}"""
"""Choose something in every group, and type the word into every field, whichever part is on."""

TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const all = [...document.querySelectorAll("body *")];
    const wide = all.filter((one) => one.getBoundingClientRect().right > width + 1);
    return [document.documentElement.scrollWidth, ...wide.map((one) => one.outerHTML.slice(0, 90))].slice(0, 8);
}"""


def too_wide(page: Page) -> list[str]:
    """What makes the page wider than its window, with all that is folded up unfolded."""
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("name", KINDS)
def test_no_word_widens_a_page(room: Room, server: Server, name: str) -> None:
    exercise = deck(name)
    facilitator, session = lead(room, exercise, "T" * 120)  # the same console as in a notebook
    phones = [room.phone(session, "N" * 40) for _word in WORDS]
    screen = room.projector(session)
    found = {}
    for stage in kind_of(exercise).script:
        server.open_stage(session, stage.id, exercise=name)
        facilitator.expect_on(stage.id)
        for phone, word in zip(phones, WORDS, strict=True):
            phone.expect_title(stage.title)
            phone.page.evaluate(ANSWER_ALL, word)
        for phone in phones:
            expect(phone.status).to_have_text("Saved")
        server.open_stage(session, stage.id, exercise=name)  # with all that was answered
        for who, visitor in (("phone", phones[0]), ("projector", screen), ("console", facilitator.visitor)):
            if wide := too_wide(visitor.page):
                found[stage.id, who] = wide
    server.store.close_session(session.id)
    expect(phones[0].page.locator(".kept").first).to_be_visible()
    if wide := too_wide(phones[0].page):
        found["after", "phone"] = wide
    assert found == {}
