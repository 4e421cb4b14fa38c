"""Who takes part in the browser tests: phones, a facilitator, a projector, each with a browser of its own.

A test lets people into its ``Room``. When the test is over, the room checks of each that nothing was asked of
another host and that the browser's console shows no error.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe, AxeResults
from conftest import Server, deck
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebSocket,
    expect,
)

from kit.content.exercise import Exercise
from kit.kinds import kind_of
from kit.kinds.sort.content import Deck
from kit.room import begin
from kit.session import Change, Participant, Session

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
NOTEBOOK_MS = 60_000
"""A notebook's kernel starts, imports pandas and draws; on a busy machine that takes a while."""

WAIT_MS = 20_000
"""How long to wait for anything else. A test that passes never waits so long."""

MOVES_ON_MS = 500
"""So long after a tap a phone has moved on to the next card; its clock passes that."""

AXE = Axe()
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core that a dark page may break and the same page in light doesn't."""

expect.set_options(timeout=WAIT_MS)

EXERCISE = "cx-vs-service"
RINGS = ("experience", "service", "success")


def the_deck() -> Deck:
    """The exercise that these tests run."""
    exercise = deck(EXERCISE)
    assert isinstance(exercise, Deck)
    return exercise


DECK = the_deck()
CARDS = {card.id: card for card in DECK.cards}
RING_NAMES = {category.id: category.name for category in DECK.categories}
STAGES = {stage.id: stage.title for stage in kind_of(DECK).script}


@dataclass
class Visitor:
    """One person's browser: the page, and everything that it asked for, complained of or was told.

    Attributes:
        troubled: The test breaks this visitor's connection, so complaints of the console are expected.
        seated: It has joined a room, and the test can set its page's clock on.
    """

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    troubled: bool = False
    seated: bool = False

    def __post_init__(self) -> None:
        self._documents: set[str] = set()
        self.page.set_default_timeout(WAIT_MS)
        self.page.set_default_navigation_timeout(NOTEBOOK_MS)
        self.page.on("request", self._asked)
        self.page.on("websocket", self._connected)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if request.is_navigation_request():
            self._documents.add(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        self.requests.append(socket.url)
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium notes a page that is meant to be a 404 or 403 as "Failed to load"; that is no fault of it.
        meant = message.text.startswith("Failed to load") and message.location["url"] in self._documents
        if message.type == "error" and not meant:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    @property
    def status(self) -> Locator:
        """What the page says of its connection."""
        return self.page.locator("[data-status]")

    @property
    def card(self) -> Locator:
        """The card that is shown, or the page of a moment."""
        return self.page.locator(".step:visible")

    @property
    def heading(self) -> Locator:
        """The page's first heading."""
        return self.page.locator("h1")

    def expect_stage(self, stage: str) -> None:
        """Wait until the page shows this stage of the card sort."""
        self.expect_title(STAGES[stage])

    def expect_title(self, title: str) -> None:
        """Wait until the page shows the stage of that title."""
        expect(self.heading).to_have_text(title)

    def ring(self, category: str) -> Locator:
        """A ring of the card that is shown."""
        return self.card.locator("label", has=self.page.locator(f'input[value="{category}"]'))

    def tap(self, category: str) -> None:
        """Touch a ring of the card that is shown, where its name stands, as a thumb does."""
        name = self.ring(category).locator("span")
        name.scroll_into_view_if_needed()
        box = name.bounding_box()
        assert box
        self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def tap_on(self, card: str, category: str) -> None:
        """Wait for a card, and touch a ring of it."""
        expect(self.card).to_have_attribute("data-step", card)
        self.tap(category)
        expect(self.card_control(card, category)).to_be_checked()
        self.move_on()

    def move_on(self) -> None:
        """Let the moment pass after which a phone moves on to the next card."""
        if self.seated:
            self.page.clock.run_for(MOVES_ON_MS)

    def card_control(self, card: str, category: str) -> Locator:
        """The radio button of a card and a ring, whether the card is shown or not."""
        return self.page.locator(f'input[data-item="{card}"][value="{category}"]')

    def press_on(self, card: str, category: str) -> None:
        """Place a card by keyboard alone and go on to the next, from the step that has the focus."""
        expect(self.card).to_have_attribute("data-step", card)
        expect(self.card).to_be_focused()
        keys = self.page.keyboard
        keys.press("Tab")
        for _ring in range(RINGS.index(category)):
            keys.press("ArrowDown")
        keys.press("Space")
        expect(self.card_control(card, category)).to_be_checked()
        expect(self.card).to_have_attribute("data-step", card)
        if self.page.get_by_role("button", name="Back", exact=True).is_enabled():
            keys.press("Tab")
        keys.press("Tab")
        if self.page.get_by_role("button", name="Next", exact=True).is_enabled():
            expect(self.page.get_by_role("button", name="Next", exact=True)).to_be_focused()
            keys.press("Enter")


class Room:
    """Everybody whom one test lets in."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server = server
        self._browser = browser
        self._visitors: list[Visitor] = []

    def visitor(self, **options: Any) -> Visitor:
        """Somebody with a fresh browser."""
        context = self._browser.new_context(**options)
        visitor = Visitor(context, context.new_page())
        self._visitors.append(visitor)
        return visitor

    def phone(self, session: Session, name: str = "", **options: Any) -> Visitor:
        """A phone that has taken a seat and is connected."""
        phone = self.visitor(**PHONE, **options)
        self.take_seat(phone, session, name)
        return phone

    def take_seat(self, phone: Visitor, session: Session, name: str = "") -> None:
        """Open the address of the QR code, join, and wait for the connection."""
        phone.page.clock.install()
        phone.seated = True
        phone.page.goto(f"{self.server.url}/join/{session.code}")
        if name:
            phone.page.get_by_label("Your name or nickname").fill(name)
        phone.page.get_by_role("button", name="Join").tap()
        expect(phone.status).to_have_text("Saved")

    def projector(self, session: Session, **options: Any) -> Visitor:
        """The big screen, opened by a facilitator's token."""
        screen = self.visitor(**DESK, **options)
        screen.page.goto(f"{self.server.url}/screen/{session.code}?token={self.server.token}")
        expect(screen.status).to_have_text("Live")
        return screen

    def participants(self, session: Session) -> list[Participant]:
        """Who has a seat, in order, by the store."""
        return self.server.store.participants(session.id)

    def stored(self, session: Session, number: int = 1, round: int = 1) -> dict[str, str]:
        """What the participant of that number has answered in a round, by the store: item -> value."""
        participant = self.participants(session)[number - 1]
        answers = self.server.store.answers(participant.id, EXERCISE)
        return {item: value for (given, item), value in answers.items() if given == round}

    def deliveries(self, session: Session) -> int:
        """How many changes the store has ever accepted in a session."""
        with closing(sqlite3.connect(self.server.data / "workshop.sqlite")) as database:
            query = "select count(*) from history where session_id = ?"
            return int(database.execute(query, [session.id]).fetchone()[0])

    def close(self) -> None:
        """Send everybody home; a notebook's page says goodbye as it is left, so that its kernel ends."""
        for visitor in self._visitors:
            if "/voila/" in visitor.page.url:
                visitor.page.goto("about:blank")
            visitor.context.close()

    def check(self) -> None:
        """Nothing was asked of another host, and no console shows an error."""
        own = re.compile(rf"({re.escape(self.server.url)}|ws{re.escape(self.server.url[4:])})/|data:|blob:")
        foreign = [url for visitor in self._visitors for url in visitor.requests if not own.match(url)]
        complaints = [said for v in self._visitors if not v.troubled for said in v.complaints]
        assert not foreign, f"Asked of another host: {foreign}"
        assert not complaints, f"The console complains: {complaints}"


class Facilitator:
    """A facilitator's browser with the run sheet of an exercise open."""

    def __init__(self, visitor: Visitor, exercise: Exercise) -> None:
        self.visitor = visitor
        self.page: Page = visitor.page
        self.titles = {stage.id: stage.title for stage in kind_of(exercise).script}

    @property
    def console(self) -> Locator:
        """The console, in which the stages are led."""
        return self.page.locator(".console")

    @property
    def live(self) -> Locator:
        """The part of the console that shows the room and what is to be decided."""
        return self.console.locator(".live")

    def go_on(self, stage: str) -> None:
        """Take the room on to this stage, the next one, by one press, past the steps of a result that is on."""
        title = self.titles[stage]
        skip = self.console.get_by_role("button", name=f"Skip the rest, on to: {title}")
        skip.or_(self.console.get_by_role("button", name=f"Next: {title}")).first.click()
        self.expect_on(stage)
        self.show_all()

    def show_all(self) -> None:
        """Show the whole result at once, where the stage shows one in steps."""
        steps, whole = self.console.get_by_text("Show another step"), self.console.locator("#beat-all")
        if steps.is_visible():
            if not whole.is_visible():
                steps.click()
            whole.click()
            expect(whole).to_have_attribute("aria-pressed", "true")

    def take_to(self, stage: str) -> None:
        """Take the room to any stage, by one press where it comes next."""
        comes = self.console.get_by_role("button", name=f"Next: {self.titles[stage]}")
        if comes.is_visible():
            self.go_on(stage)
        else:
            self.open(stage)

    def open(self, stage: str) -> None:
        """Take the room to any stage: read its words, then press the button below them."""
        self.read(stage)
        self.console.get_by_role("button", name="Take the room here").click()
        self.expect_on(stage)
        self.show_all()

    def read(self, stage: str) -> None:
        """Open the words of a stage."""
        self.in_strip(stage).click()
        expect(self.in_strip(stage)).to_have_attribute("aria-pressed", "true")

    def in_strip(self, stage: str) -> Locator:
        """The button of a stage in the strip."""
        return self.console.get_by_role("navigation").get_by_role("button", name=self.titles[stage])

    def expect_on(self, stage: str) -> None:
        """Wait until the console says that the room is there."""
        expect(self.in_strip(stage)).to_have_attribute("aria-current", "step")
        expect(self.console.locator(".strip-of-stages [aria-current]")).to_have_count(1)
        expect(self.console.locator(".lead-bar .here")).to_contain_text(self.titles[stage])

    def download(self, button: str, folder: Path) -> Path:
        """What a download button hands over."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=button).click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path


def arrive(room: Room) -> Facilitator:
    """Open the run sheet by the address that the start page leads to."""
    room.server.close_sessions()
    visitor = room.visitor(**DESK)
    path = f"voila/render/facilitate/{EXERCISE}.ipynb"
    visitor.page.goto(f"{room.server.url}/{path}?token={room.server.token}")
    expect(visitor.page.get_by_role("button", name="Start a session")).to_be_visible(timeout=NOTEBOOK_MS)
    return Facilitator(visitor, DECK)


def lead(room: Room, exercise: Exercise, title: str = "Spring") -> tuple[Facilitator, Session]:
    """A session that was started from the run sheet, led by its link: the same console, with no kernel to wait for."""
    session = room.server.session(title)
    begin(room.server.store, session, exercise)
    facilitator = Facilitator(room.visitor(**DESK), exercise)
    facilitator.page.goto(room.server.links.lead(session))
    expect(facilitator.page.locator("#go-on")).to_be_visible()
    return facilitator, session


def start(room: Room, facilitator: Facilitator, title: str) -> Session:
    """Fill in the form that starts a session."""
    page = facilitator.page
    page.get_by_label("What is the session called?").fill(title)
    page.get_by_label("Yes, everybody").check()
    page.get_by_role("button", name="Start a session").click()
    code = page.locator(".session .joincode")
    expect(code).to_be_visible()
    session = room.server.store.session(code.inner_text())
    assert (session.title, session.names) == (title, "required")
    return session


def room(server: Server, chromium: Browser) -> Iterator[Room]:
    """The room of one test; a test module makes it a fixture by ``room = pytest.fixture(browser.room)``."""
    opened = Room(server, chromium)
    try:
        yield opened
    finally:
        opened.close()
    opened.check()


def let_sort(server: Server, session: Session, rings: dict[str, str]) -> None:
    """Somebody joins and places these cards, as the server's socket would store it."""
    seat, _secret = server.store.join(session.id, "")
    keep(server, seat, EXERCISE, 1, rings)


def keep(server: Server, seat: Participant, exercise: str, round: int, answers: Mapping[str, str]) -> None:
    """Somebody who has a seat answers, as the server's socket would store it."""
    given = enumerate(answers.items(), server.store.last_seq(seat.id) + 1)
    changes = [Change(seat.session_id, seat.id, exercise, round, *answer, seq) for seq, answer in given]
    for waiting in [server.store.save(change) for change in changes]:
        waiting.result(10)


def planned(server: Server, people: int = 3, title: str = "Spring workshop", sorted: Deck = DECK) -> Session:
    """A session that was started from a sort's run sheet, with some people who have sorted."""
    session = server.session(title)
    server.store.plan(session.id, sorted)
    for number in range(people):
        ring = DECK.categories[number % 3].id
        let_sort(server, session, {card.id: ring for card in sorted.cards})
    return session


def remote(room: Room, session: Session, **options: Any) -> Visitor:
    """A facilitator's phone that has opened the link, without ever typing a token."""
    visitor = room.visitor(**PHONE, **options)
    visitor.page.goto(room.server.links.lead(session))
    expect(visitor.page.locator("#go-on, .last").first).to_be_visible()
    return visitor


def barriers(page: Page, alike: str = "") -> str:
    """What axe-core finds fault with, in light and in dark, as a readable text; empty if nothing.

    Dark is other colours only, and telling colours apart takes nearly all of the time.

    Args:
        alike: The selector of what has the colours of something else on the page, such as the hundredth row.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.axe_script)
    # Without preloading it reads no stylesheet or film once more; we have none that it would find fault with.
    run = "([where, how]) => axe.run(where, {resultTypes: ['violations'], preload: false, ...how})"
    every, some, reports = {"exclude": []}, {"exclude": [alike]}, []
    in_light: list[tuple[str, object, object]] = [("light", every, {})]
    if alike:
        others = {"rules": {rule: {"enabled": False} for rule in COLOURS}}
        in_light = [("light", every, others), ("light", some, {"runOnly": COLOURS})]
    for scheme, context, options in (*in_light, ("dark", some if alike else every, {"runOnly": COLOURS})):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AxeResults(page.evaluate(run, [context, options]))
        reports += [f"{scheme}: {found.generate_report()}"] if found.violations_count else []
    return "\n".join(reports)


def stored_practice(server: Server, exercise: str) -> dict[tuple[int, str], str]:
    """What the latest learner has answered, by the store, in order: (round, item) -> value."""
    query = """select round, item, value from responses where exercise = ? and session_id =
        (select max(id) from sessions where practice_key is not null) order by round, at"""
    with closing(sqlite3.connect(server.data / "workshop.sqlite")) as database:
        return {(round, item): value for round, item, value in database.execute(query, [exercise])}


def shown_shares(page: Page) -> dict[str, dict[str, int]]:
    """The shares that a result table shows: text of the card -> name of the ring -> percent."""
    read = """rows => rows.map(row => [row.querySelector("th").firstChild.textContent.trim(),
        [...row.querySelectorAll("td.share")].map(cell =>
            [cell.dataset.name, cell.querySelector("b").innerText])])"""
    rows = page.locator("table.chart:visible tbody tr").evaluate_all(read)
    return {
        text: {
            name.removesuffix(" (you)"): int(re.sub(r"\D", "", percent.split(",")[-1]))
            for name, percent in cells
        }
        for text, cells in rows
    }


def stored_shares(server: Server, session: Session, round: int = 1) -> dict[str, dict[str, int]]:
    """The same, counted from the stored rows."""
    rows = server.store.responses(session.id, EXERCISE)
    rows = rows[rows["round"] == round]
    counts = rows.groupby(["item", "value"]).size().unstack(fill_value=0).reindex(columns=RINGS, fill_value=0)
    percents = (100 * counts.div(counts.sum(axis=1), axis=0)).round().astype(int)
    return {
        CARDS[item].text: {RING_NAMES[ring]: row[ring] for ring in RINGS} for item, row in percents.iterrows()
    }
