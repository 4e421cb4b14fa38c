"""The kind ``rating`` as people meet it: up to the room's result, and alone."""

import browser
import pytest
from browser import NOTEBOOK_MS, PHONE, Facilitator, Room, Visitor, barriers, lead
from conftest import Server, deck
from playwright.sync_api import expect

from kit.report.files import export
from kit.session import Session

room = pytest.fixture(browser.room)

SERVICE = "how-good-is-our-service"
EXERCISE = deck(SERVICE)
STATEMENTS = [statement.id for statement in EXERCISE.statements]  # type: ignore[attr-defined]
MINE, OURS = (4, 5, 3), (3, 3, 2)
"""What the three phones rate everything, for themselves and for their team."""

OVERLAPPING = """rows => rows.flatMap(row => [...row.cells].filter(cell => {
    const inside = document.createRange();
    inside.selectNodeContents(cell);
    return inside.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
}).map(cell => cell.innerText))"""
"""What stands in a cell of the next column, too."""


def rate(phone: Visitor, point: int, far: str = "") -> None:
    """Rate the statement that is shown, be told how far one is, and be taken on to the next."""
    expect(phone.card).to_have_count(1)
    shown = phone.card.get_attribute("data-step") or ""
    chosen = phone.page.locator(f'.step[data-step="{shown}"] input[value="{point}"]')
    phone.ring(str(point)).tap()
    expect(chosen).to_be_checked()
    phone.move_on()
    expect(phone.page.locator("[data-island=progress]").first).to_contain_text(far)
    if shown != phone.page.locator(".step").last.get_attribute("data-step"):
        expect(phone.card).not_to_have_attribute("data-step", shown)


def ratings(server: Server, session: Session) -> dict[tuple[str, int], set[str]]:
    """What is stored: (pseudonym, round) -> the values."""
    rows = server.store.responses(session.id, SERVICE)
    assert len(rows.drop_duplicates(["participant", "round", "item"])) == len(rows)
    return {key: set(group["value"]) for key, group in rows.groupby(["participant", "round"])}


def rate_all(facilitator: Facilitator, stage: str, phones: list[Visitor], points: tuple[int, ...]) -> None:
    """Everybody rates everything in a stage; the console counts who has finished."""
    facilitator.go_on(stage)
    for phone, point in zip(phones, points, strict=True):
        phone.expect_title(facilitator.titles[stage])
        for number, _statement in enumerate(STATEMENTS, 1):
            rate(phone, point, f"{number} of 6" if number < len(STATEMENTS) else "All 6 done. You can still")
        expect(phone.status).to_have_text("Saved")
    expect(facilitator.console.locator(".counts")).to_contain_text("3 of 3")


def look_at_the_result(facilitator: Facilitator, phones: list[Visitor], screen: Visitor) -> None:
    """All see the same numbers; a phone its own beside them; one step after the other on the projector."""
    facilitator.go_on("result")
    for visitor in (*phones, screen):
        visitor.expect_title(facilitator.titles["result"])
        gap = visitor.page.locator("tr:visible", has_text="All in all").last
        for figure in ("4.0", "2.7", "+1.3"):
            expect(gap).to_contain_text(figure)
    assert barriers(phones[0].page) == ""
    mean = "cell => getComputedStyle(cell, '::before').content"
    assert phones[0].page.locator('[data-name="Mean"]').first.evaluate(mean) == '"Mean "'
    expect(phones[0].page.locator('[data-name="4 Good (you)"]')).to_have_count(len(STATEMENTS))
    expect(screen.page.locator('[data-name*="(you)"]')).to_have_count(0)
    facilitator.console.get_by_role("button", name="All in all", exact=True).click()
    expect(screen.page.get_by_role("row", name="4 Good")).to_contain_text("33 %")
    facilitator.console.get_by_role("button", name="Mean: All in all", exact=True).click()
    expect(screen.page.locator(".sum")).to_have_text("Gap +1.3")
    facilitator.console.get_by_role("button", name="All at once").click()
    expect(screen.page.locator("h2:visible")).to_have_text(
        "“My own service” is rated higher on 6 of 6 statements."
    )
    assert barriers(facilitator.page) == ""
    assert facilitator.live.locator("tr:visible").evaluate_all(OVERLAPPING) == []


def test_three_phones_rate_up_to_the_result(room: Room, server: Server) -> None:
    facilitator, session = lead(room, EXERCISE)
    screen = room.projector(session, bypass_csp=True)
    phones = [room.phone(session, name=name, bypass_csp=True) for name in ("Ada", "Ben", "Cleo")]
    facilitator.go_on("brief")
    for visitor in (phones[0], screen):
        expect(visitor.page.locator("li:visible")).to_have_text(
            ["1: Poor", "2: Patchy", "3: All right", "4: Good", "5: Outstanding"]
        )
    rate_all(facilitator, "rate", phones, MINE)
    assert barriers(phones[0].page) == ""
    expect(screen.page.locator("table")).to_have_count(0)
    rate_all(facilitator, "rate-second", phones, OURS)
    assert ratings(server, session) == {
        (f"P{number}", round): {str(points[number - 1])}
        for number in (1, 2, 3)
        for round, points in ((1, MINE), (2, OURS))
    }
    look_at_the_result(facilitator, phones, screen)
    facilitator.go_on("debrief")
    phones[2].page.get_by_label("One thing I will do on Monday").fill("I call back")
    expect(facilitator.console.locator(".counts")).to_contain_text("1 of 3")
    table = export(server.store, session, ".csv").content.decode("utf-8-sig")
    assert table.count("My own service") == table.count("My team's service") == 3 * len(STATEMENTS)


def test_a_learner_rates_alone(room: Room, server: Server) -> None:
    learner = room.visitor(**PHONE)
    learner.page.goto(f"{server.url}/voila/render/practise/any.ipynb?exercise={SERVICE}")
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    for subject in ("My own service", "My team's service"):
        for _statement in STATEMENTS:
            expect(learner.card.locator("legend")).to_contain_text(subject)
            rate(learner, 4)
    expect(learner.status).to_have_text("Saved")
    expect(learner.page.locator("[data-island=progress]").first).to_contain_text("All 12 done")
    assert barriers(learner.page) == ""
    expect(learner.page.locator("input:checked")).to_have_count(2 * len(STATEMENTS))
