"""The phrasing exercise: a facilitator, a projector and three phones, every stage; then a learner alone."""

import csv
import io
import json
import re

import browser
import openpyxl
import pytest
from browser import NOTEBOOK_MS, PHONE, Facilitator, Room, Visitor, barriers, lead, stored_practice
from conftest import Server, deck
from playwright.sync_api import Locator, Page, expect

from kit.activities.vote.moderated import phrase_key
from kit.kinds import kind_of
from kit.kinds.phrasing.content import PhrasingExercise
from kit.report.files import export
from kit.report.tables import Results
from kit.session import Session

room = pytest.fixture(browser.room)

EXERCISE = deck("ownership-phrasing")
assert isinstance(EXERCISE, PhrasingExercise)
TITLES = {stage.id: stage.title for stage in kind_of(EXERCISE).script}
CAKE = "situation/wrong-cake"
XSS = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
ADAS = "We got your day wrong, and that's on us. I'll bake it now."
BENS = "We got your day wrong and that is on us. I will bake it now!"
CLEOS = f"They never tell us anything. {XSS}"
RUDE = "Go away, you silly people."
GERMAN = "Es tut uns leid, die Torte kommt morgen früh um neun zu Ihnen."
MORE = {
    "ben": {"boiler-visit": "He'll be with you by one.", "wrong-date": "There are still seats tonight."},
    "cleo": {"wrong-date": "It happens to everybody."},
}
BETTER = "We got your day wrong, and that's on us. I'll bring you the cake by four."


def stored(room: Room, session: Session, number: int, round: int) -> dict[str, str]:
    """What the participant of that number has written in a round, by the store: item -> value."""
    seat = room.participants(session)[number - 1]
    answers = room.server.store.answers(seat.id, EXERCISE.id)
    return {item: value for (given, item), value in answers.items() if given == round}


def words(page: Page, item: str = CAKE) -> Locator:
    """Where one writes."""
    return page.locator(f'textarea[data-item="{item}"]')


def write(visitor: Visitor, text: str, item: str = CAKE) -> None:
    """Type, leave the field, and wait until it is saved."""
    words(visitor.page, item).fill(text)
    words(visitor.page, item).blur()
    expect(visitor.status).to_have_text("Saved")


def everybody_at(stage: str, *visitors: Visitor) -> None:
    """Wait until each page shows the stage."""
    for visitor in visitors:
        expect(visitor.heading).to_have_text(TITLES[stage])


def check_page(visitor: Visitor) -> None:
    """No barriers in light and dark, targets large enough, nothing wider than the page, nothing run as code."""
    assert barriers(visitor.page) == ""
    assert small_targets(visitor.page) == []
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert visitor.page.locator("img[src=x], .kit script").count() == 0


def small_targets(page: Page) -> list[str]:
    """What can be touched and is under 44 pixels high or wide; a box counts with its label."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
            ".kit button, .kit summary, .kit textarea, .kit label.choice, .kit a")]
            .filter(one => one.checkVisibility())
            .filter(one => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 43.5)
            .map(one => one.outerHTML.slice(0, 80))"""
    )


def check_the_coach(ada: Visitor, ben: Visitor, cleo: Visitor) -> None:
    """It answers while one types, with one's own words; asks at a trap; doesn't judge what it can't read."""
    coach, heard = (ada.page.locator(f'[data-island="{name}-say-{CAKE}"]') for name in ("echo", "heard"))
    expect(coach.locator("li")).to_have_count(0)
    expect(heard).to_have_role("status")
    words(ada.page).fill(ADAS)
    expect(coach.locator(".said-found")).to_have_count(2)
    expect(coach).to_contain_text("“We got your day wrong")
    expect(coach).to_contain_text("I'll bake it now")
    expect(heard).to_have_text("2 of 2 steps are there.")
    expect(words(ada.page)).to_have_value(ADAS)
    expect(words(ada.page)).to_be_focused()

    write(cleo, CLEOS)
    asked = cleo.page.locator(f'[data-island="echo-say-{CAKE}"] .said-question')
    expect(asked).to_contain_text("Whose fault does the customer hear in “They never tell us anything”?")
    expect(cleo.page.locator(".kit .problem, .kit .said-wrong")).to_have_count(0)

    write(ben, GERMAN)
    note = ben.page.locator(f'[data-island="echo-say-{CAKE}"]')
    expect(note).to_contain_text("I can only read English so far, so I won't guess.")
    expect(note.locator("li")).to_have_count(0)
    write(ben, BENS)
    expect(note.locator(".said-found")).to_have_count(2)


def moderate(facilitator: Facilitator, room: Room, session: Session) -> None:
    """Two that say the same are one; take them apart and show them as one again; hide one that would hurt."""
    panel = facilitator.console
    looked = panel.locator("details", has_text=re.compile("Look through . phrases"))
    looked.locator("summary").click()
    looked.get_by_role("button", name=re.compile("^Show on its own")).click()
    alike = panel.locator("details", has_text="1 pair looks alike")
    alike.get_by_role("button", name=re.compile("^Show as one")).click()
    expect(alike).to_have_count(0)
    rude = looked.get_by_role("listitem").filter(has_text=RUDE)
    rude.get_by_role("button", name=re.compile("^Hide")).click()
    expect(panel.get_by_text("hidden", exact=True)).to_be_visible()
    decisions = room.server.store.decisions(session.id, EXERCISE.id)
    assert decisions[f"phrases/{phrase_key('boiler-visit', RUDE)}"] == "no"
    keys = {phrase_key("wrong-cake", text) for text in (ADAS, BENS)}
    merged = [item for item in decisions if item.startswith("merge/")]
    assert {merged[0].partition("/")[2], decisions[merged[0]]} == keys


def check_others_are_unseen(phones: list[Visitor], screen: Visitor) -> None:
    """Before the vote nobody's page and nothing that was sent to it has the words of others."""
    for phone, others in zip(phones, ((BENS, RUDE), (ADAS, RUDE), (ADAS, BENS)), strict=True):
        sent = phone.page.content() + "".join(phone.frames)
        assert not [text for text in others if text in sent or json.dumps(text)[1:-1] in sent]
    sent = screen.page.content() + "".join(screen.frames)
    assert not [text for text in (ADAS, BENS, RUDE, "never tell us") if text in sent]


def vote(room: Room, session: Session, ada: Visitor, ben: Visitor, cleo: Visitor) -> None:
    """Own phrases aren't offered, hidden ones neither, and of merged ones one is; at most three votes."""
    shown = [
        set(phone.page.locator("[data-island^='vote-']").all_inner_texts()) for phone in (ada, ben, cleo)
    ]
    of_ben, of_cleo = ({f"“{text}”" for text in MORE[name].values()} for name in ("ben", "cleo"))
    of_cleo.add(f"“{CLEOS}”")
    assert shown[0] == of_ben | of_cleo, "Ben's is shown as Ada's own, and the rude one not at all"
    assert shown[1] == of_cleo
    assert shown[2] - of_ben in ({f"“{ADAS}”"}, {f"“{BENS}”"})
    ballot = ada.page.locator(".ballot label")
    for text in (CLEOS, *MORE["ben"].values()):
        ballot.filter(has_text=text).tap()
    expect(ada.page.locator('[data-island="all_told-vote"]')).to_contain_text("3 of 3 votes given.")
    expect(ada.page.locator(".ballot input:disabled")).to_have_count(1)
    for phone, text in ((ben, CLEOS), (cleo, "day wrong")):
        phone.page.locator(".ballot label").filter(has_text=text).tap()
        expect(phone.page.locator('[data-island="all_told-vote"]')).to_contain_text("1 of 3 votes given.")
    assert list(stored(room, session, 1, 4).values()) == ["yes"] * 3
    assert stored(room, session, 2, 4) == {f"vote/{phrase_key('wrong-cake', CLEOS)}": "yes"}


def pick_a_moment(facilitator: Facilitator, room: Room, session: Session) -> None:
    """Smooth the words of a moment and press its recipe: a situation, which is taken back for this play."""
    panel, store = facilitator.console, room.server.store
    moments = panel.locator("details", has_text="What tempts the room: 1")
    moments.locator("summary").click()
    moments.get_by_role("textbox").fill("Somebody types <b>odd</b> things.")
    moments.get_by_role("button", name="Something takes too long").click()
    expect(moments.get_by_text("picked", exact=True)).to_be_visible()
    key = phrase_key("tempting", XSS)
    said = store.decisions(session.id, EXERCISE.id)
    assert said == {f"moment/{key}": "delay\nSomebody types <b>odd</b> things."}
    situations = panel.locator("#choices-situations")
    expect(situations.locator("summary")).to_contain_text("4 of 21")
    moments.get_by_role("button", name="Take it back").click()
    expect(moments.get_by_role("textbox", name=re.compile("taken back"))).to_be_visible()
    expect(situations.locator("summary")).to_contain_text("3 of 21")
    assert store.decisions(session.id, EXERCISE.id) == {**said, f"situation/own-{key}": "no"}
    moments.locator("summary").click()


def show_alone(
    facilitator: Facilitator, room: Room, session: Session, pages: list[Visitor], text: str
) -> None:
    """Show a phrase alone, with what the coach found in it; it's stored, read again, and taken back with one press."""
    panel, store = facilitator.console, room.server.store
    panel.get_by_text("Bakery: show one of 2 phrases alone").click()
    panel.get_by_role("button", name=re.compile(f"^Show this one.*{text[:20]}")).click()
    for page in pages:
        expect(page.page.locator(".marked mark.asks")).to_contain_text("They never tell us anything")
        expect(page.page.locator(".marked + .key")).to_contain_text("2 of 3 votes for this situation")
    check_page(pages[0])
    assert store.decisions(session.id, EXERCISE.id)["front"].split() == [phrase_key("wrong-cake", text)]
    for page in pages:
        page.page.reload()
        expect(page.page.locator(".marked mark.asks")).to_be_visible()
    panel.get_by_label("Called best from this part").select_option("50")
    panel.get_by_role("button", name="Set", exact=True).click()
    panel.get_by_role("button", name=re.compile("^Take it down")).click()
    for page in pages:
        expect(page.page.locator(".marked")).to_have_count(0)
        expect(page.page.get_by_text("From the room").first).to_be_visible()
    assert store.decisions(session.id, EXERCISE.id)["best/share"] == "50"


def check_printing(phone: Visitor) -> None:
    """The button prints; on paper is the card and nothing else."""
    phone.page.evaluate("() => { window.print = () => { document.body.dataset.printed = 'yes'; }; }")
    phone.page.get_by_role("button", name="Print or save my card").tap()
    expect(phone.page.locator("body")).to_have_attribute("data-printed", "yes")
    phone.page.emulate_media(media="print")
    card = phone.page.locator(".take-away")
    expect(card).to_be_visible()
    expect(card).to_contain_text(f"“{BETTER}”")
    assert phone.page.locator("body").inner_text().split() == card.inner_text().split()
    assert phone.page.pdf().startswith(b"%PDF")
    phone.page.emulate_media(media="screen")


def ask_before_a_card_is_kept(room: Room, session: Session, cleo: Visitor) -> None:
    """The coach asks once about a trap, in the person's words; kept as it is, by keyboard, it isn't asked again."""
    if not cleo.page.get_by_label("I say …").is_visible():
        cleo.page.get_by_text("Put it in my own words", exact=True).tap()
    for label, text in (("When …", "Late"), ("I say …", "They never tell us anything.")):
        cleo.page.get_by_label(label).fill(text)
    card = cleo.page.locator('[data-island="quiet-card-card"]')
    expect(card).to_contain_text("Still missing: instead of …")
    cleo.page.get_by_label("instead of …").fill("Not me.")
    cleo.page.get_by_label("instead of …").blur()
    expect(card).to_contain_text("Whose fault does the customer hear in “They never tell us anything”?")
    check_page(cleo)
    cleo.page.get_by_role("radio", name="Keep it as it is").press("Space")
    expect(card.get_by_role("button", name="Print or save my card")).to_be_focused()
    assert stored(room, session, 3, 0)["card/keep"] == "yes"
    cleo.page.reload()
    expect(card).not_to_contain_text("Before you keep it")


def check_files(room: Room, session: Session) -> None:
    """The files hold exactly the phrases of the store, and no markup in them does anything."""
    responses = room.server.store.responses(session.id, EXERCISE.id)
    written = responses[responses["round"].isin([1, 2, 3, 5]) & (responses["value"] != "")]
    columns = (written[name] for name in ("participant", "round", "value"))
    expected = {(person, str(number), text) for person, number, text in zip(*columns, strict=True)}
    csv_file, xlsx, whole = (
        export(room.server.store, session, suffix).content for suffix in (".csv", ".xlsx", ".json")
    )
    rows = list(csv.DictReader(io.StringIO(csv_file.decode("utf-8-sig"), newline="")))
    read = [row for row in rows if row["stage"]]
    assert [row["participant"] for row in rows if row["say"]] == ["P1", "P3"]
    assert {(row["participant"], row["round"], row["text"]) for row in read} == expected
    assert len(read) == len(expected)
    votes = {row["text"]: row["votes"] for row in read if row["stage"] == "say-this"}
    assert (votes[CLEOS], votes[RUDE]) == ("2", "0")
    assert "1" in (votes[ADAS], votes[BENS])
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx))
    assert {"phrases", "coverage", "traps", "revision", "votes", "cards"} <= set(workbook.sheetnames)
    head, *lines = workbook["phrases"].iter_rows(values_only=True)
    at = [head.index(name) for name in ("participant", "round", "text")]
    assert {tuple(str(line[index]) for index in at) for line in lines} == expected
    everything = json.loads(whole)
    assert XSS in json.dumps(everything, ensure_ascii=False).replace('\\"', '"')
    assert len({decision["item"] for decision in everything["decisions"]}) == 6


def test_a_room_goes_through_all_stages(room: Room, server: Server) -> None:
    facilitator, session = lead(room, EXERCISE)
    screen = room.projector(session)
    phones = ada, ben, cleo = [room.phone(session) for _seat in range(3)]
    pages = [*phones, screen]

    facilitator.go_on("brief")
    everybody_at("brief", *pages)
    expect(ada.page.get_by_role("list").first).to_contain_text("Own it")
    check_page(ada)

    facilitator.go_on("tempting")
    everybody_at("tempting", *pages)
    write(cleo, XSS, "tempting/1")
    pick_a_moment(facilitator, room, session)
    check_page(cleo)

    facilitator.go_on("not-that")
    everybody_at("not-that", *pages)
    write(ada, "The morning shift did that.")
    assert stored(room, session, 1, 2) == {CAKE: "The morning shift did that."}
    check_page(ada)

    facilitator.go_on("say-this")
    everybody_at("say-this", *pages)
    check_the_coach(ada, ben, cleo)
    write(cleo, RUDE, "situation/boiler-visit")
    assert stored(room, session, 1, 3) == {CAKE: ADAS}
    check_page(cleo)
    check_others_are_unseen(phones, screen)
    for phone, texts in ((ben, MORE["ben"]), (cleo, MORE["cleo"])):
        for name, text in texts.items():
            write(phone, text, f"situation/{name}")
    moderate(facilitator, room, session)

    facilitator.go_on("vote")
    everybody_at("vote", *pages)
    check_page(ada)
    vote(room, session, ada, ben, cleo)

    facilitator.go_on("showcase")
    everybody_at("showcase", *pages)
    expect(screen.page.locator(".wall li").first).to_contain_text("day wrong")
    for page in phones:
        best = page.page.locator(".phrases").first
        expect(best).to_contain_text("day wrong")
        expect(best).to_contain_text("1 vote")
        expect(best).not_to_contain_text("never tell us")
    show_alone(facilitator, room, session, pages, CLEOS)
    for phone in phones:
        write(phone, BETTER)
    expect(ada.page.locator(f'[data-island="echo-revised-{CAKE}"] .said-found')).to_have_count(2)
    check_page(ada)
    check_page(screen)

    facilitator.go_on("card")
    everybody_at("card", *pages)
    ada.page.locator("label.choice", has_text=BETTER).tap()
    expect(ada.page.locator(".take-away")).to_contain_text("The morning shift did that.")
    assert stored(room, session, 1, 0) == {"card/from": "wrong-cake"}
    check_page(ada)
    check_printing(ada)
    ask_before_a_card_is_kept(room, session, cleo)

    facilitator.go_on("debrief")
    everybody_at("debrief", *pages)
    expect(ada.page.locator("table.chart")).to_have_count(1)
    expect(screen.page.locator(".findings li")).to_have_count(1)
    check_page(ada)
    results = Results.of(server.store, session)
    assert results["revision"].set_index("step").loc["own", ["n", "after"]].tolist() == [3, 3]
    check_files(room, session)
    assert barriers(facilitator.page) == ""


def test_a_learner_writes_compares_revises_and_takes_a_card(room: Room, server: Server) -> None:
    learner = room.visitor(**PHONE)
    page = learner.page
    page.goto(f"{server.url}/voila/render/practise/{EXERCISE.id}.ipynb")
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    step = page.locator(".step:visible")
    expect(step).to_have_attribute("data-step", "wrong-cake")
    recipe = EXERCISE.recipes[0]
    expect(step).to_contain_text(" ".join(recipe.bad.split()))
    expect(step).to_contain_text(" ".join(recipe.good.split()))
    expect(step.get_by_label("Once more, better")).to_be_hidden()

    first = step.get_by_label("What you say here")
    first.fill(CLEOS)
    expect(first).to_be_focused()
    expect(step.locator(f'[data-island="echo-say-{CAKE}"] .said-question').first).to_contain_text(
        "They never tell us anything"
    )
    expect(step.locator(f'[data-island="heard-say-{CAKE}"]')).to_contain_text("of 2 steps are there.")
    expect(step.locator(f'[data-island="quiet-compare-{CAKE}"]')).to_contain_text(CLEOS)
    step.get_by_label("Once more, better").fill(BETTER)
    expect(step.locator(f'[data-island="echo-revised-{CAKE}"] .said-found')).to_have_count(2)
    expect(learner.status).to_have_text("Saved")
    assert stored_practice(server, EXERCISE.id) == {(3, CAKE): CLEOS, (5, CAKE): BETTER}
    check_page(learner)

    page.reload()
    expect(learner.status).to_have_text("Saved", timeout=NOTEBOOK_MS)
    expect(step).to_have_attribute("data-step", "missed-scan")
    page.get_by_role("button", name="Back", exact=True).tap()
    expect(step.get_by_label("Once more, better")).to_have_value(BETTER)
    page.locator("label.choice", has_text=BETTER).tap()
    page.get_by_text("Put it in my own words", exact=True).tap()
    page.get_by_label("instead of …").fill("That wasn't me.")
    expect(page.locator(".take-away")).to_contain_text("“That wasn't me.”")
    expect(learner.status).to_have_text("Saved")
    assert stored_practice(server, EXERCISE.id)[0, "card/instead"] == "That wasn't me."
    check_page(learner)
    check_printing(learner)
    assert learner.context.cookies() == []
