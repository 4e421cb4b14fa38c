"""Internal customers in real browsers: five phones, four roles, a merge, an agreement that both sides confirm."""

import base64
import re
from datetime import date
from pathlib import Path

import browser
import pytest
from browser import DESK, NOTEBOOK_MS, PHONE, Room, Visitor
from conftest import Server, deck
from icalendar import Calendar
from partners_rooms import MAP, digest_of, person
from playwright.sync_api import Locator, Page, expect

from kit.activities.activity import Room as Answers
from kit.kinds import kind_of
from kit.report.tables import Results
from kit.room import show_beat
from kit.session import Change, Session

room = pytest.fixture(browser.room)

KIND = kind_of(deck(MAP))
TITLES = {stage.id: stage.title for stage in KIND.script}


def go(server: Server, session: Session, stage: str, phones: list[Visitor]) -> None:
    """Take everybody to a stage, and wait until every phone shows it."""
    server.open_stage(session, stage, MAP)
    for phone in phones:
        expect(phone.heading).to_have_text(TITLES[stage])


def decide(server: Server, session: Session, item: str, value: str) -> None:
    """Decide as the facilitator's panel does."""
    kept = KIND.decide(item, value, Answers(server.store.responses(session.id, MAP)))
    server.store.decide(session.id, MAP, item, kept)


def fill(phone: Visitor, item: str, text: str) -> None:
    """Type into the field of an item, and leave it."""
    writes = phone.page.locator("input[type=text], input[type=date], textarea")
    field = phone.page.locator(f'[data-item="{item}"]').and_(writes)
    field.fill(text)
    field.blur()


def choose(phone: Visitor, item: str, value: str) -> None:
    """Tap the button of an item and a value."""
    phone.page.locator("label", has=phone.page.locator(f'input[data-item="{item}"][value="{value}"]')).tap()


def pick_roles(phone: Visitor, role: str, partners: list[str]) -> None:
    """Say the own role, typed if it isn't in the list, and the internal customers."""
    if role in deck(MAP).roles:
        choose(phone, "role", role)
    else:
        page_of(phone).get_by_text("another", exact=True).tap()
        fill(phone, "role", role)
        page_of(phone).get_by_role("button", name="Next").tap()
    for partner in partners:
        choose(phone, f"partner/{partner}", partner)
    if partners:
        expect(phone.page.locator('[data-island="progress"]')).to_contain_text("All 2 done")


def page_of(phone: Visitor) -> Locator:
    """The page of the form that is in view."""
    return phone.page.locator("section.page:visible")


def is_as_wide_as_the_phone(phone: Visitor) -> bool:
    """Whether nothing sticks out to the right."""
    return bool(phone.page.evaluate("() => document.documentElement.scrollWidth <= 360"))


def stored(server: Server, session: Session) -> Results:
    """What the store has."""
    return Results.of(server.store, session)


def test_five_phones_map_their_internal_customers(room: Room, server: Server) -> None:
    session = server.session(title="Who serves whom")
    phones = [room.phone(session) for _person in range(5)]
    screen = room.projector(session)
    go(server, session, "brief", phones)
    choose(phones[0], "case/scrubs/1", "warning")
    expect(phones[0].page.locator('[data-island="echo-key-case/scrubs/1"]')).to_contain_text(
        "Whoever hears that it will be short puts more aside. At the core: To be sure that there are scrubs tomorrow."
    )
    choose(phones[0], "case/scrubs/2", "take-one")
    expect(phones[0].page.locator('[data-island="echo-key-case/scrubs/2"]')).to_contain_text(
        "walked the floors"
    )

    go(server, session, "roles", phones)
    people = [
        ("IT", ["HR"]),
        ("I.T. desk", ["HR"]),
        ("HR", ["IT", "Sales"]),
        ("Sales", ["IT"]),
        ("Payroll", []),
    ]
    for phone, (role, partners) in zip(phones[:4], people[:4], strict=True):
        pick_roles(phone, role, partners)
    choose(phones[4], "role", "Payroll")

    go(server, session, "needs", phones)
    fill(phones[0], "need-from-me/HR/1", "a laptop")
    expect(phones[0].page.locator('[data-island="echo-sharpen-need-from-me/HR/1"]')).to_contain_text(
        "By when, or how fast?"
    )
    choose(phones[0], "rating/HR", "4")
    choose(phones[0], "meets/HR", "weekly")
    expect(phones[0].page.locator('[data-island="progress"]')).to_contain_text("All 3 done")
    assert all(is_as_wide_as_the_phone(phone) for phone in phones)

    go(server, session, "my-needs", phones)
    page_of(phones[2]).get_by_role("button", name="Next: IT").tap()
    fill(phones[2], "need/IT/1", "a laptop with accounts on the first morning")
    choose(phones[2], "served/IT", "2")
    for phone in phones:
        expect(phone.status).to_have_text("Saved")

    go(server, session, "map", phones)
    expect(screen.page.locator(".map-page > .rolemap")).to_have_attribute(
        "aria-label", re.compile("Map of 5 roles and 4 links")
    )
    decide(server, session, "merge/I.T. desk", "IT")
    expect(screen.page.locator(".map-page > .rolemap")).to_have_attribute(
        "aria-label", re.compile("Map of 4 roles and 3 links")
    )
    expect(phones[1].page.locator(".map caption + thead + tbody th")).to_have_text(["HR", "Sales"])
    expect(phones[1].page.locator("h2").first).to_have_text("IT")
    links = stored(server, session)["links"]
    assert links["people"].tolist() == [3, 1, 1, 1]
    assert links["runs"].tolist() == ["both_ways", "both_ways", "one_way", "one_way"]
    show_beat(server.store, session, "map~Sales")
    expect(screen.page.locator(".map-page h2")).to_have_text("Sales’s 2 links all run one way.")
    expect(screen.page.locator(".focus")).to_have_text("Sales")
    expect(screen.page.locator(".slide :is(input, button, details, select)")).to_have_count(0)

    go(server, session, "gaps", phones)
    expect(phones[0].page.locator("[data-island=shown-gaps]")).to_contain_text("Said, not compared yet")
    expect(screen.page.locator("main")).to_contain_text("What both sides wrote is being compared.")
    expect(screen.page.locator("main")).not_to_contain_text("a laptop")
    needs = stored(server, session)["needs"].set_index("side")["key"]
    decide(server, session, f"pair/{needs['predicted']}/{needs['stated']}", "same")
    expect(phones[0].page.locator("[data-island=shown-gaps]")).to_contain_text("Known on both sides")
    show_beat(server.store, session, "gap-HR~IT")
    expect(screen.page.locator(".gap-page h2")).to_have_text("1 need of HR, known to IT.")
    expect(screen.page.locator(".outcome-matched")).to_contain_text(
        "a laptop with accounts on the first morning"
    )

    go(server, session, "agreements", phones)
    agree(phones[0], phones[2])
    arrived = screen.page.locator(".agreed")
    expect(arrived.get_by_role("heading", name="HR ⇄ IT")).to_be_visible()
    expect(arrived).to_have_class(re.compile("arriving"))
    assert is_as_wide_as_the_phone(phones[2])
    console = room.visitor(**DESK).page
    console.goto(server.links.lead(session))
    gives = console.locator(".live .agreed h3")
    expect(gives).to_have_text(["HR gives", "IT gives"])
    assert gives.evaluate_all("sides => new Set(sides.map(side => side.offsetTop)).size") == 1, "side by side"
    (row,) = stored(server, session)["agreements"].itertuples()
    assert (row.first_gives, row.second_gives, row.second_by) == (
        "the name of who starts",
        "a laptop",
        "day one",
    )
    assert row.confirmed and row.review == "2031-06-30"
    address = phones[2].page.locator("a[download]").get_attribute("href")
    (event,) = Calendar.from_ical(base64.b64decode(str(address).partition("base64,")[2])).walk("VEVENT")
    assert event.decoded("dtstart") == date(2031, 6, 30)

    fill(phones[0], "agreement/HR~IT/by-2", "day two")
    expect(phones[2].page.locator("[data-island=agree-IT]")).to_contain_text("day two")
    expect(phones[2].page.locator("a[download]")).to_have_count(0)
    expect(arrived).to_have_count(0)

    go(server, session, "debrief", phones)
    fill(phones[3], "commitment", "Ask HR what they miss")
    expect(phones[3].page.locator('[data-island="progress"]')).to_contain_text("Done")
    assert stored(server, session)["commitments"]["commitment"].tolist() == ["Ask HR what they miss"]


def agree(it: Visitor, hr: Visitor) -> None:
    """IT writes its part and the day, HR writes its own; both confirm."""
    fill(it, "agreement/HR~IT/gives-2", "a laptop")
    fill(it, "agreement/HR~IT/by-2", "day one")
    day = it.page.locator('[data-item="agreement/HR~IT/review"]')
    day.press_sequentially("06302031")
    expect(it.page.locator("[data-island=notice]")).to_have_text("")
    expect(day).to_have_value("2031-06-30")
    card = hr.page.locator("[data-island=agree-IT]")
    expect(card).to_contain_text("day one")
    fill(hr, "agreement/HR~IT/gives-1", "the name of who starts")
    for phone, other in ((it, "HR"), (hr, "IT")):
        card = phone.page.locator(f"[data-island=agree-{other}]")
        expect(card).to_contain_text("the name of who starts")
        card.locator("label", has_text="I confirm").tap()
    for phone, other in ((it, "HR"), (hr, "IT")):
        card = phone.page.locator(f"[data-island=agree-{other}]")
        expect(card).to_contain_text("Both sides have confirmed it.")


COUNT_TAPS = "window.taps = 0; addEventListener('pointerdown', () => window.taps++, true)"


def test_who_comes_late_names_a_role_first_and_then_does_what_all_do(room: Room, server: Server) -> None:
    session = server.session()
    early = room.phone(session)
    go(server, session, "roles", [early])
    pick_roles(early, "HR", ["IT"])
    go(server, session, "needs", [early])
    late = room.phone(session)
    expect(page_of(late).get_by_role("heading")).to_have_text("What is my role here?")
    assert late.page.locator("#named option[value=HR]").count() == 1
    choose(late, "role", "IT")
    choose(late, "partner/HR", "HR")
    page_of(late).get_by_role("button", name="Next").tap()
    expect(page_of(late).get_by_role("heading")).to_have_text("What does HR need from me?")
    expect(late.page.locator('[data-island="progress"]')).to_contain_text("0 of 3 done")
    fill(late, "need-from-me/HR/1", "a laptop")
    expect(late.page.locator('[data-island="progress"]')).to_contain_text("1 of 3 done")
    expect(late.page.locator('[data-island="echo-sharpen-need-from-me/HR/1"]')).to_contain_text(
        "By when, or how fast?"
    )
    expect(late.status).to_have_text("Saved")
    assert is_as_wide_as_the_phone(late)
    late.page.reload()
    expect(page_of(late).get_by_role("heading")).to_have_text("What does HR need from me?")
    expect(late.page.locator('[data-item="need-from-me/HR/1"]')).to_have_value("a laptop")
    assert late.page.locator('[data-step="role"]').count() == 0
    go(server, session, "map", [early, late])
    expect(late.page.locator(".map caption + thead + tbody th")).to_have_text(["HR"])
    links = stored(server, session)["links"]
    assert links[["needs_role", "gives_role", "from_needs", "from_gives"]].values.tolist() == [
        ["HR", "IT", 0, 1],
        ["IT", "HR", 0, 1],
    ]


def test_three_partners_take_at_most_25_taps_and_six_short_texts(room: Room, server: Server) -> None:
    session, partners = server.session(), ["Sales", "IT", "Payroll"]
    server.open_stage(session, "roles", MAP)
    phone = room.phone(session)
    phone.page.evaluate(COUNT_TAPS)
    pick_roles(phone, "HR", partners)
    passes = {
        "needs": ("They need", "need-from-me", ("meets", "weekly"), ("rating", "4")),
        "my-needs": ("I need from them", "need", ("served", "2")),
    }
    for stage, (label, need, *choices) in passes.items():
        go(server, session, stage, [phone])
        for number, role in enumerate(partners, 1):
            expect(page_of(phone)).to_contain_text(f"{number} of 3")
            expect(page_of(phone).get_by_role("heading")).to_contain_text(role)
            page_of(phone).get_by_label(label, exact=True).tap()
            phone.page.keyboard.type(f"a list for {need} by nine")
            for what, value in choices:
                choose(phone, f"{what}/{role}", value)
            if number < 3:
                page_of(phone).get_by_role("button", name=f"Next: {partners[number]}").tap()
    expect(phone.page.locator('[data-island="progress"]')).to_contain_text("All 6 done")
    expect(phone.status).to_have_text("Saved")
    assert phone.page.evaluate("window.taps") <= 25
    said = server.store.responses(session.id, MAP).set_index("item")["value"].to_dict()
    assert said == {
        "role": "HR",
        **{f"partner/{role}": role for role in partners},
        **{
            f"{what}/{role}": value
            for role in partners
            for what, value in [("meets", "weekly"), ("rating", "4"), ("served", "2")]
        },
        **{
            f"{need}/{role}/1": f"a list for {need} by nine"
            for role in partners
            for need in ("need-from-me", "need")
        },
    }


def test_a_reload_keeps_the_page_and_what_was_typed(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "roles", MAP)
    phone = room.phone(session)
    pick_roles(phone, "HR", ["IT", "Sales", "Payroll"])
    phone.page.reload()
    expect(page_of(phone)).to_contain_text("I am HR")
    server.open_stage(session, "needs", MAP)
    page_of(phone).get_by_role("button", name="Next: IT").tap()
    expect(page_of(phone)).to_contain_text("2 of 3")
    page_of(phone).get_by_label("They need", exact=True).fill("a list")
    phone.page.reload()
    expect(page_of(phone)).to_contain_text("2 of 3")
    expect(page_of(phone).get_by_label("They need", exact=True)).to_have_value("a list")
    expect(phone.status).to_have_text("Saved")
    expect(page_of(phone).locator(".hints").first).to_contain_text(
        "How would you tell a good one from a poor one?"
    )


def test_no_more_than_five_are_tapped_and_nobody_serves_their_own_role(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "roles", MAP)
    phone, roles = room.phone(session), [role for role in deck(MAP).roles if role != "HR"]
    pick_roles(phone, "HR", roles[:5])
    boxes = page_of(phone).get_by_role("checkbox", disabled=True)
    expect(boxes).to_have_count(len(roles) - 5 + 1)
    choose(phone, f"partner/{roles[0]}", roles[0])
    expect(boxes).to_have_count(1)
    expect(boxes).to_have_attribute("value", "HR")
    expect(phone.status).to_have_text("Saved")
    rows = server.store.responses(session.id, MAP).set_index("item")["value"]
    assert rows[f"partner/{roles[0]}"] == "" and f"partner/{roles[5]}" not in rows


def test_a_role_that_somebody_named_is_taken_in_their_spelling(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "roles", MAP)
    first, second = room.phone(session), room.phone(session)
    suggested = second.page.locator("datalist option")
    expect(suggested).to_have_count(len(deck(MAP).roles))
    pick_roles(first, "Night shift", [])
    expect(suggested.last).to_have_attribute("value", "Night shift")
    keys = second.page.keyboard  # no finger from here on
    page_of(second).get_by_text("another", exact=True).focus()
    keys.press("Enter")
    keys.press("Tab")
    field = page_of(second).get_by_role("combobox", name="A role, not a name")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.list.options.length") == len(deck(MAP).roles) + 1
    keys.type("night-shift")
    keys.press("Tab")
    expect(field).to_have_value("Night shift")
    keys.press("Shift+Tab")
    field.press("ControlOrMeta+a")
    keys.type("H. R.")
    keys.press("Tab")
    expect(page_of(second).get_by_role("radio", name="HR")).to_be_checked()
    expect(field).to_have_value("")
    keys.press("Enter")
    expect(page_of(second)).to_contain_text("I am HR")
    page_of(second).get_by_text("another", exact=True).focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.type("NIGHT SHIFT")
    keys.press("Tab")
    expect(second.status).to_have_text("Saved")
    rows = server.store.responses(session.id, MAP)
    assert rows.groupby("item")["value"].agg(sorted).to_dict() == {
        "partner/1": ["Night shift"],
        "role": ["HR", "Night shift"],
    }
    first.page.reload()
    expect(first.page.locator("datalist option").last).to_have_attribute("value", "Night shift")


def test_a_role_with_quotes_survives_a_reload_while_it_waits(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "roles", MAP)
    phone = room.phone(session)
    pick_roles(phone, 'The "A" team', [])
    page_of(phone).get_by_text("another", exact=True).tap()
    fill(phone, "partner/1", 'O\'Neill "& sons"')
    expect(phone.page.locator('[data-island="progress"]')).to_contain_text("All 2 done")
    server.open_stage(session, "needs", MAP)
    expect(phone.page.locator("h2").first).to_have_text('What does O\'Neill "& sons" need from me?')
    phone.page.locator("textarea").first.fill("a call before noon")
    phone.page.reload()
    expect(phone.page.locator("textarea").first).to_have_value("a call before noon")
    expect(phone.status).to_have_text("Saved")
    rows = server.store.responses(session.id, MAP)
    assert 'need-from-me/O\'Neill "& sons"/1' in set(rows["item"])


def seed(server: Server, session: Session) -> None:
    """Three people who have said everything: IT under two names, and HR."""
    people = [
        person("IT", ["HR"], "4", "3", HR_needs="a laptop that works", from_HR="notice of who starts"),
        {"role": "I.T.", "partner/1": "HR", "rating/HR": "5"},
        person("HR", ["IT", "Sales"], "3", "2", from_IT="a laptop that works at once"),
    ]
    save_all(server, session, people)


def save_all(server: Server, session: Session, people: list[dict[str, str]]) -> list[str]:
    """Seats with what their people have said; the secrets of the seats."""
    secrets = []
    for said in people:
        seat, secret = server.store.join(session.id, "")
        secrets.append(secret)
        for seq, (item, value) in enumerate(said.items(), 1):
            server.store.save(Change(session.id, seat.id, MAP, 1, item, value, seq)).result(10)
    return secrets


def merge_while_somebody_types(panel: Locator, other: Visitor) -> None:
    """What the facilitator has chosen stays chosen, though a new role comes in that stands before it."""
    role = panel.locator("details:not(.ahead) select[name=item]")
    role.focus()
    role.select_option("I.T.")
    pick_roles(other, "Archive", ["HR"])
    expect(panel.locator(".counts")).to_contain_text("5 people")  # the panel has heard of it
    panel.get_by_label("is really").focus()
    panel.get_by_label("is really").select_option("IT")
    panel.get_by_role("button", name="Merge").click()
    expect(role.locator("option", has_text="Archive")).to_have_count(1)


def undo_what_was_taken(panel: Locator) -> None:
    """One press says that two needs are not the same, one more takes that back."""
    panel.get_by_text("Taken as the same (1)").click()
    panel.get_by_role("button", name="Not the same").click()
    panel.locator("#taken").get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("button", name="Not the same")).to_be_visible()


def test_needs_are_compared_by_keys_and_all_screens_say_the_same(room: Room, server: Server) -> None:
    session = server.session("Said in other words")
    server.open_stage(session, "roles", MAP)
    seats = save_all(server, session, SAID)
    server.open_stage(session, "gaps", MAP)
    facilitator = browser.Facilitator(room.visitor(**DESK), deck(MAP))
    page, panel = facilitator.page, facilitator.console
    page.goto(server.links.lead(session))
    screen, phone = room.projector(session), room.visitor(**PHONE)
    phone.context.add_cookies([{"name": f"kit-seat-{session.code}", "value": seats[0], "url": server.url}])
    expect(panel.locator("#question-asked")).to_contain_text("HR say they need from IT: “a laptop” ×2")
    expect(screen.page.locator("main")).to_contain_text("What both sides wrote is being compared.")
    expect(screen.page.locator("main")).not_to_contain_text("laptop")
    yes = panel.locator("#question-key-y").bounding_box()
    assert yes and 44 <= yes["height"] <= 50, "the answers stand on one line each"
    panel.locator("#question").focus()
    press(page, panel, "s", "“somebody who calls back”")
    press(page, panel, "n", "Every question is answered.")
    show_beat(server.store, session, "gap-HR~IT")
    expect(screen.page.locator(".gap-page h2")).to_have_text("1 need of HR that nobody of IT thought of.")
    expect(screen.page.locator(".outcome-missed")).to_contain_text("“somebody who calls back”")
    panel.get_by_text("Answered (2)").click()
    panel.get_by_role("button", name="Ask again").first.click()
    question = panel.locator("#question")
    expect(question).to_contain_text("“a laptop” ×2")
    question.focus()
    first = question.locator("[data-key=y]").locator("xpath=../..").inner_text()
    press(page, panel, "y", "No more")
    press(page, panel, "n", "Every question is answered.")
    same = "one computer" if "one computer" in first else "ticket numbers"
    needs = stored(server, session)["needs"]
    outcomes = {row.text: row.outcome for row in needs.itertuples()}
    assert outcomes.pop(same) == outcomes.pop("a laptop") == "matched"
    assert outcomes.pop("somebody who calls back") == "missed" and set(outcomes.values()) == {"extra"}
    assert sorted(server.store.decisions(session.id, MAP).values()) == [
        "different",
        "different",
        "different",
        "same",
    ]
    sentence = "1 need was not thought of by those who could give it. 1 need was known on both sides."
    show_beat(server.store, session, "")
    for shown in (screen.page.locator(".on-screen .sums"), panel.locator("[data-island=result] .in-words")):
        expect(shown).to_contain_text(re.compile(sentence.replace(" 1 need", r"\s*1 need")))
    phone.page.goto(f"{server.url}/join/{session.code}")
    own = phone.page.locator("[data-island=shown-gaps]")
    expect(own).to_contain_text("Needed, and not thought of: “somebody who calls back”")
    expect(own).to_contain_text("Known on both sides: “a laptop” ×2")
    server.open_stage(session, "map", MAP)
    expect(phone.page.locator(".map tbody td")).to_have_text(["2 of us, none of them", "2 of us, 1 of them"])
    show_beat(server.store, session, "map-one-way")
    expect(screen.page.locator(".map-page h2")).to_have_text("Our link runs both ways.")
    sentence = "1 of 1 link runs both ways: people of both roles named the other."
    expect(panel.locator("[data-island=result]")).to_contain_text(sentence)
    assert browser.barriers(page) == ""


SAID = [
    person("HR", ["IT"], from_IT="a laptop"),
    person("HR", ["IT"], from_IT="laptops") | {"need/IT/2": "somebody who calls back"},
    person("IT", ["HR"], HR_needs="one computer") | {"need-from-me/HR/2": "ticket numbers"},
]
"""Room 3 of ``partners_rooms``."""


def press(page: Page, panel: Locator, key: str, then: str) -> None:
    """Press a key, and wait for what the console asks next."""
    page.keyboard.press(key)
    expect(panel.locator("#pairing")).to_contain_text(then)


def test_the_run_sheet_takes_the_room_through_every_stage(room: Room, server: Server, tmp_path: Path) -> None:
    session = server.session("Who serves whom, by the run sheet")
    server.open_stage(session, "roles", MAP)
    seed(server, session)
    facilitator = browser.Facilitator(room.visitor(**DESK), deck(MAP))
    page, panel = facilitator.page, facilitator.console
    path = f"voila/render/facilitate/{MAP}.ipynb?session={session.code}"
    page.goto(f"{server.url}/{path}&token={server.token}")
    expect(page.locator(".session .joincode")).to_have_text(str(session.code), timeout=NOTEBOOK_MS)
    screen, phone = room.projector(session), room.phone(session)
    for stage in TITLES:
        facilitator.take_to(stage)
        for visitor in (phone, screen):
            expect(visitor.heading).to_have_text(TITLES[stage])
        if stage == "roles":
            pick_roles(phone, "Sales", ["HR"])
            panel.get_by_role("button", name="“I.T.” is “IT”").click()
            expect(panel).to_contain_text("“I.T.” counts as “IT”.")
            panel.get_by_role("button", name="Undo").click()
            expect(panel.get_by_role("button", name="“I.T.” is “IT”")).to_be_visible()
            merge_while_somebody_types(panel, room.phone(session))
            expect(panel).to_contain_text("“I.T.” counts as “IT”.")
        elif stage == "map":
            undo_what_was_taken(panel)
            expect(panel.locator(".rolemap").last).to_have_attribute("aria-label", re.compile("4 roles"))
    assert stored(server, session)["needs"]["outcome"].tolist().count("taken") == 2
    assert "I.T." not in set(stored(server, session)["roles"]["role"])
    check_the_calendar(page, server, session, tmp_path)
    assert browser.barriers(page) == ""


def test_a_learner_alone_gets_questions_to_print(room: Room, server: Server) -> None:
    learner = room.visitor(**PHONE)
    learner.page.goto(f"{server.url}/voila/render/practise/internal-customers.ipynb")
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    to_print = learner.page.get_by_role("button", name="Print my questions")
    expect(to_print).to_have_count(0)
    choose(learner, "role", "Sales")
    choose(learner, "partner/HR", "HR")
    page_of(learner).get_by_role("button", name="Next").tap()
    expect(page_of(learner)).to_contain_text("1 of 1")
    expect(to_print).to_be_visible()
    fill(learner, "need-from-me/HR/1", "a list of who leaves")
    sheet = learner.page.locator('[data-island="quiet-sheet-sheet"]')
    expect(sheet).to_contain_text("To ask: HR")
    expect(sheet).to_contain_text("a list of who leaves")
    learner.page.get_by_text("Draft of an agreement", exact=True).tap()
    fill(learner, "draft/HR/i-give", "the list by Friday")
    expect(sheet).to_contain_text("Sales gives: the list by Friday")
    expect(learner.status).to_have_text("Saved")
    assert is_as_wide_as_the_phone(learner)
    assert browser.barriers(learner.page) == ""


def check_the_calendar(page: Page, server: Server, session: Session, folder: Path) -> None:
    """The button says kindly that there is nothing yet, and then hands over the day of the review."""
    button = page.get_by_role("button", name="Days of review (calendar)")
    button.click()
    expect(page.get_by_text("There is no day for a calendar")).to_be_visible()
    gives, review = ("notice", "a laptop"), "2031-06-30"
    people = server.store.participants(session.id)
    parts = {"gives-1": gives[0], "gives-2": gives[1], "review": review}
    said = [(people[0], f"agreement/HR~IT/{part}", text) for part, text in parts.items()]
    said += [(people[number], "confirm/HR~IT", digest_of(gives, review)) for number in (0, 2)]
    for seq, (seat, item, value) in enumerate(said, 100):
        server.store.save(Change(session.id, seat.id, MAP, 2, item, value, seq)).result(10)
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    (event,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert (path.suffix, event.decoded("dtstart")) == (".ics", date(2031, 6, 30))


def test_no_stage_is_a_barrier_on_a_phone(room: Room, server: Server) -> None:
    session = server.session()
    server.open_stage(session, "roles", MAP)
    phones = [room.visitor(**PHONE) for _person in range(3)]
    for phone, (role, partners) in zip(
        phones, [("IT", ["HR"]), ("HR", ["IT"]), ("Sales", ["HR"])], strict=True
    ):
        room.take_seat(phone, session)
        pick_roles(phone, role, partners)
    for stage in TITLES:
        go(server, session, stage, phones)
        assert browser.barriers(phones[0].page) == ""
        assert is_as_wide_as_the_phone(phones[0]), stage
    responses = server.store.responses(session.id, MAP)
    assert responses["participant"].nunique() == 3
