"""Takes a picture of every page and stage for ``docs/gallery``: phone and laptop size, light and dark.

It starts a server of its own with a made-up room of 24 people, so the pictures need nothing but this command.
"""

import argparse
import io
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running import EXERCISE, Workshop, chromium, deck, workshop

from kit.kinds.question.own import question
from kit.lead import Lead
from kit.links import Links
from kit.room import Attendance, Position, open_stage
from kit.session import Change, Names
from kit.settings import PROJECT
from kit.steps import go
from kit.store.schema import stage_changes
from kit.store.store import Store

SIZES = {"phone": (360, 740), "laptop": (1440, 900)}
SCHEMES = ("light", "dark")
COLOURS = 96
LOAD_MS = 120_000
PEOPLE = (
    "Ada", "Bilal", "Chiara", "Dmitri", "Efua", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Lena",
    "Mateo", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Samir", "Tove", "Uma", "Viktor", "Wanda", "Yusuf",
)  # fmt: skip
WORDS = (
    "listening help patience trust time respect kindness honesty calm care".split(),
    (7, 5, 4, 4, 2, 1, 1, 1, 1, 1),
)
"""What people say in one word, and how many of them."""

SHARED = (
    "We say who rings back, and when.",
    "Whoever takes the call keeps it, until the customer says that it is done.",
    "No more “they”.",
    "One of us listens in on Monday mornings, and we mend one thing each week.",
)
"""What some groups say."""

MOMENTS = (
    ("Our form asks for the customer number twice", "experience"),
    ("The hold music stops, and nobody says why", "experience"),
    ("Parking costs more than the visit", "experience"),
    ("We call back about a late parcel before they call us", "service"),
    ("The night porter carries the bags up", "service"),
    ("We show a new client the three reports that they will need", "success"),
    ("After a month we ask what they still do by hand", "success"),
)
"""What some people write of their own customers, and where they place it."""

COMMITMENT = "I ask every customer one open question before I explain anything."

TITLES = {
    "join": "Join: type the code",
    "join-wrong-code": "Join: a code that doesn't exist",
    "name": "Join: name or nickname",
    "name-locked": "Join: the room is locked",
    "phone-removed": "Phone: the facilitator has removed this person",
    "waiting": "Phone: waiting for the first stage",
    "phone-0-warm-up": "Phone: the warm-up, while people come in",
    "phone-1-brief": "Phone: what this is about",
    "phone-2-sort": "Phone: sort on your own",
    "phone-2-sort-placed": "Phone: a card is placed",
    "phone-2-sort-over": "Phone: the time is up",
    "phone-2-sort-offline": "Phone: no connection",
    "phone-3-reveal": "Phone: how we sorted",
    "phone-4-discuss": "Phone: talk it over",
    "phone-5-sort-again": "Phone: sort these again",
    "phone-6-answers": "Phone: answers and reasons",
    "phone-7-own": "Phone: where my own work begins",
    "phone-8-ours": "Phone: our own moments",
    "phone-9-debrief": "Phone: what I take away",
    "phone-10-ended": "Phone: the session has ended",
    "screen-0-join": "Projector: how to join",
    "screen-0-warm-up": "Projector: the warm-up beside the door",
    "screen-1-brief": "Projector: what this is about",
    "screen-2-sort": "Projector: sort on your own",
    "screen-2-sort-over": "Projector: the time is up",
    "screen-3-reveal": "Projector: how we sorted",
    "screen-3-hold": "Projector: a breath before the result",
    "screen-3-card": "Projector: one card in front of the room",
    "screen-3-overview": "Projector: all cards at a glance",
    "screen-4-discuss": "Projector: talk it over, all at once",
    "screen-4-pairs": "Projector: find your shape",
    "screen-5-sort-again": "Projector: sort these again",
    "screen-6-answers": "Projector: answers and reasons",
    "screen-6-answer": "Projector: the best fit and its reason",
    "screen-7-own": "Projector: where my own work begins",
    "screen-8-ours": "Projector: our own moments",
    "screen-9-debrief": "Projector: what I take away",
    "start": "Start page",
    "run-sheet-top": "Run sheet: the session",
    "run-sheet-step": "Console: the stage that is on",
    "remote": "The facilitator's remote",
    "ask": "Console: asking the room a question",
    "phone-question": "Phone: a question beside the exercise",
    "screen-question": "Projector: a question beside the exercise",
    "screen-question-answers": "Projector: its answers",
    "phone-groups": "Phone: a breakout group",
    "screen-groups": "Projector: groups find each other",
    "console-groups": "Console: groups, and what waits to be shown",
    "screen-groups-shared": "Projector: what the groups say, side by side",
    "remote-people": "The facilitator's remote: people, some offline, one removed, the room locked",
    "practise": "Practise alone: a card with feedback",
    "results": "Results notebook",
    "entrance": "Facilitator's entrance",
}
"""Every picture's name and what it shows, in the order of the page that lists them."""


class Gallery:
    """A made-up room, and one browser for each size and scheme that looks at it."""

    def __init__(
        self,
        server: Workshop,
        store: Store,
        browser: Browser,
        folder: Path,
        only: tuple[str, ...],
        exercise: str = EXERCISE,
    ) -> None:
        self.server, self.store, self.folder, self.only = server, store, folder, only
        self.session = store.create_session("Spring workshop", Names.OPTIONAL)
        self.deck = deck(exercise)
        self.dice = random.Random(24)
        self.seq = 0
        self.looks = {
            f"{size}-{scheme}": browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            for size, (width, height) in SIZES.items()
            for scheme in SCHEMES
        }

    def wanted(self, name: str) -> bool:
        """Whether this picture was asked for."""
        return name.startswith(self.only)

    def shoot(self, name: str, look: str, page: Page) -> None:
        """Keep what the page shows now, in few colours."""
        if self.wanted(name):
            picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
            few = picture.convert("RGB").quantize(
                COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
            )
            few.save(self.folder / f"{name}-{look}.png", optimize=True)

    def visit(self, name: str, path: str, ready: str, act: Callable[[Page], None] | None = None) -> None:
        """One picture of a page in every look, once what is ``ready`` can be seen."""
        if not self.wanted(name):
            return
        for look, context in self.looks.items():
            with a_page(context, self.server.url + path) as page:
                page.locator(ready).first.wait_for(timeout=LOAD_MS)
                if act:
                    act(page)
                self.shoot(name, look, page)

    def doors(self) -> None:
        """The pages before anybody has a seat or a token."""
        self.visit("join", "/join", "#code")
        self.visit("join-wrong-code", "/join", "#code", mistype)
        self.visit("name", f"/join/{self.session.code}", "#name")
        self.visit("entrance", "/login", "#link")

    def take_seats(self) -> None:
        """Everybody joins; each look gets one of the seats, and the facilitator's cookie."""
        secrets = [self.store.join(self.session.id, name)[1] for name in PEOPLE]
        self.seats = self.store.participants(self.session.id)
        for context, secret in zip(self.looks.values(), secrets, strict=False):
            context.add_cookies(
                [{"name": f"kit-seat-{self.session.code}", "value": secret, "url": self.server.url}]
            )

    def place(self, round: int, cards: list[str], sure: float, people: int) -> None:
        """So many people place these cards; ``sure`` is how likely each is to hit the answer."""
        answers = {card.id: card.answer for card in self.deck.cards}
        rings = [category.id for category in self.deck.categories]
        waiting = []
        for seat in self.seats[-people:]:
            for card in cards:
                value = answers[card] if self.dice.random() < sure else self.dice.choice(rings)
                waiting.append(self.save(seat.id, round, card, value))
        for saved in waiting:
            saved.result(timeout=30)

    def own_moments(self) -> None:
        """Some write a moment of their own and place it; the facilitator lets all through."""
        for seat, (words, ring) in zip(self.seats, MOMENTS, strict=False):
            self.save(seat.id, 3, "moment/1", words).result(timeout=30)
            self.save(seat.id, 4, "moment/1", ring).result(timeout=30)
        Lead(self.store, self.session).act({"action": "decide", "item": "phrases/new", "value": "yes"})

    def save(self, participant_id: int, round: int, item: str, value: str) -> Future[None]:
        """Store one response."""
        self.seq += 1
        change = Change(self.session.id, participant_id, self.deck.id, round, item, value, self.seq)
        return self.store.save(change)

    def room(self) -> None:
        """The phones and the projector, stage by stage."""
        phone, screen = f"/join/{self.session.code}", self.server.screen_path(self.session)
        self.visit("screen-0-join", screen, ".joincode")
        self.visit("waiting", phone, '[data-status="saved"]')
        self.warm_up(phone, screen)
        cards = [card.id for card in self.deck.cards]
        for number, stage in enumerate(
            ("brief", "sort", "reveal", "discuss", "sort-again", "answers", "own", "ours", "debrief"), 1
        ):
            change = open_stage(self.store, self.session, self.deck, stage)
            if stage == "sort":
                self.end_time(change.id, datetime.now(UTC))
                self.visit("phone-2-sort-over", phone, '[data-status="saved"]')
                self.visit("screen-2-sort-over", screen, ".slide [data-seconds]")
                self.end_time(change.id, change.ends_at)
                self.visit("phone-2-sort-offline", phone, '[data-status="saved"]', cut_off)
                self.people()
                self.visit(f"phone-{number}-sort-placed", phone, '[data-status="saved"]', place_and_look)
                self.place(1, cards, sure=0.45, people=len(PEOPLE) - len(self.looks))
            if stage == "sort-again":
                self.place(2, list(change.params["again"]), sure=0.7, people=17)
            if stage == "own":
                self.own_moments()
            self.visit(f"phone-{number}-{stage}", phone, '[data-status="saved"]')
            self.visit(f"screen-{number}-{stage}", screen, ".slide")
            self.beats(f"screen-{number}", change.id, screen)
            if stage == "sort":
                self.place(1, cards[1:], sure=0.5, people=len(PEOPLE))
            if stage == "discuss":
                self.run_sheet()
                self.question(phone, screen)
                self.groups(phone, screen)

    def warm_up(self, phone: str, screen: str) -> None:
        """One word of everybody, while people come in."""
        open_stage(self.store, self.session, self.deck, "warm-up")
        for seat, word in zip(self.seats, self.dice.choices(*WORDS, k=len(PEOPLE)), strict=True):
            self.save(seat.id, 9, "word", word).result(timeout=30)
        self.visit("phone-0-warm-up", phone, '[data-status="saved"]')
        self.visit("screen-0-warm-up", screen, ".cloud")

    def question(self, phone: str, screen: str) -> None:
        """Whether the pace is right, asked from the bar in the middle of a stage."""
        lead, links = Lead(self.store, self.session), Links.of(self.server.settings)
        remote = links.lead(self.session).removeprefix(links.public_url)
        self.visit("ask", remote, "#go-on", lambda page: page.locator("#ask summary").click())
        lead.act({"action": "ask", "value": "pace"})
        self.visit("phone-question", phone, '[data-status="saved"]')
        for number, seat in enumerate(self.seats, self.seq + 1):
            pace = self.dice.choices("123", (3, 17, 4))[0]
            self.store.save(Change(self.session.id, seat.id, "question-1", 1, "answer", pace, number)).result(
                30
            )
        self.seq += len(self.seats)
        self.visit("screen-question", screen, ".slide")
        go(self.store, self.session, "next")
        self.visit("screen-question-answers", screen, ".poll")
        go(self.store, self.session, "next")

    def groups(self, phone: str, screen: str) -> None:
        """Breakout groups of four, who share an answer."""
        lead, links = Lead(self.store, self.session), Links.of(self.server.settings)
        remote = links.lead(self.session).removeprefix(links.public_url)
        asked = {"text": "What do we change on Monday?", "form": "groups", "by": "role", "size": "4"}
        roles = {f"P{number}": f"Team {number % 5}" for number in range(1, len(PEOPLE) + 1)}
        asked_in_groups = question("question-2", asked, roles)
        open_stage(self.store, self.session, asked_in_groups, "groups")
        seats = {seat.pseudonym: seat for seat in self.seats}
        for team, text in zip(asked_in_groups.teams, SHARED, strict=False):
            self.seq += 1
            change = Change(
                self.session.id, seats[team.people[0]].id, "question-2", 1, "text", text, self.seq
            )
            self.store.save(change).result(30)
        self.visit("phone-groups", phone, '[data-status="saved"]')
        self.visit("screen-groups", screen, ".gather")
        self.visit("console-groups", remote, "#go-on")
        go(self.store, self.session, "next")
        lead.act({"action": "decide", "item": "question/new", "value": "yes"})
        self.visit("screen-groups-shared", screen, ".side-by-side")
        open_stage(self.store, self.session, self.deck, "discuss")

    def end_time(self, change: int, at: datetime | None) -> None:
        """Let the stage's time end then."""
        with self.store.database.writing() as connection:
            connection.execute(stage_changes.update().where(stage_changes.c.id == change).values(ends_at=at))
        self.store.blank(self.session.id, False)

    def people(self) -> None:
        """Somebody is removed, some haven't begun or are offline, and the door is closed."""
        cards, others = [card.id for card in self.deck.cards], self.seats[len(self.looks) :]
        for number, seat in enumerate(others):
            for card in cards[: (0, 4, len(cards))[min(number // 5, 2)]]:
                self.save(seat.id, 1, card, "service").result(timeout=30)
        self.store.seen(self.session.id, [seat.id for seat in self.seats], [seat.id for seat in others[3:6]])
        self.store.remove(others[-1])
        self.store.lock(self.session.id, True)
        links = Links.of(self.server.settings)
        remote = links.lead(self.session).removeprefix(links.public_url)
        self.visit("remote-people", remote, "#lock", bring_people_up)
        self.store.lock(self.session.id, False)
        self.store.remove(others[-1], removed=False)
        locked = self.store.create_session("Spring workshop", Names.OPTIONAL)
        self.store.lock(locked.id, True)
        self.visit("name-locked", f"/join/{locked.code}", "h1")
        self.store.close_session(locked.id)
        for seat in self.seats[: len(self.looks)]:
            self.store.remove(seat)
        self.visit("phone-removed", f"/join/{self.session.code}", "h1")
        for seat in self.seats[: len(self.looks)]:
            self.store.remove(seat, removed=False)

    def beats(self, name: str, change: int, screen: str) -> None:
        """The projector step by step: one picture of each sort of step, for the card that splits the room most."""
        attendance = Attendance.read(self.store, Position.read(self.store, self.session))
        stage, kinds = attendance.position.stage, set()
        for _activity, beat in stage.beats(stage.within(attendance.room)) if stage else ():
            kind = beat.id.partition("-")[0]
            if kind not in kinds and f"{name}-{kind}" in TITLES:
                kinds.add(kind)
                self.store.show_beat(change, beat.id)
                self.visit(f"{name}-{kind}", screen, ".slide h2")

    def run_sheet(self) -> None:
        """The facilitator's notebooks, while the room is in the middle of the exercise."""
        self.sign_in()
        sheet = f"/voila/render/facilitate/cx-vs-service.ipynb?session={self.session.code}"
        self.visit("run-sheet-top", sheet, ".joincode")
        self.visit("run-sheet-step", sheet, "#go-on", bring_step_up)
        links = Links.of(self.server.settings)
        remote = links.lead(self.session).removeprefix(links.public_url)
        self.visit("remote", remote, "#go-on")
        self.visit("start", "/voila/render/index.ipynb", ".sessions")
        self.visit("practise", "/voila/render/practise/cx-vs-service.ipynb", "input[data-item]", practise_one)
        self.visit(
            "results",
            f"/voila/render/results.ipynb?session={self.session.code}",
            ".jp-RenderedHTMLCommon img[alt]",
            lambda page: page.locator(".kit-notebook a").first.wait_for(),
        )

    def sign_in(self) -> None:
        """Give each look the facilitator's cookie."""
        for context in self.looks.values():
            context.request.post(
                f"{self.server.url}/login", form={"link": self.server.token}, max_redirects=0
            )

    def end(self) -> None:
        """What is left when the session is over."""
        self.store.close_session(self.session.id)
        self.visit("phone-10-ended", f"/join/{self.session.code}", '[data-status="saved"]')


def bring_people_up(page: Page) -> None:
    """Scroll to who is here, and open the list of everybody."""
    page.get_by_text("Everybody by name").click()
    page.locator(".people").evaluate("(part) => part.scrollIntoView({ block: 'start' })")
    page.evaluate("() => window.scrollBy(0, -document.querySelector('.lead-bar').offsetHeight)")


def mistype(page: Page) -> None:
    """Try a code that nobody has."""
    page.locator("#code").fill("KX4R7W")
    page.get_by_role("button", name="Next").click()
    page.locator("#problem").wait_for()


def cut_off(page: Page) -> None:
    """Lose the network, and place a card all the same."""
    page.context.set_offline(True)
    page.locator("fieldset.step:visible input").last.check(force=True)
    expect(page.locator("[data-status]")).to_contain_text("Offline")
    page.evaluate("() => window.scrollTo(0, 0)")


def place_and_look(page: Page) -> None:
    """Place the first card and go back to look at it."""
    card = page.locator("fieldset.step:visible")
    name = card.get_attribute("data-step")
    card.locator("input").last.check(force=True)
    expect(page.locator(f'fieldset[data-step="{name}"]')).to_be_hidden()  # the page moves on by itself
    page.locator(f'.cards button[data-go="{name}"]').click()
    page.wait_for_function("() => document.querySelector('[data-status=\"saved\"]')")
    page.evaluate("() => window.scrollTo(0, 0)")


def practise_one(page: Page) -> None:
    """Answer one card, to see the feedback."""
    card = page.locator("fieldset.step:visible")
    card.locator("input").last.check(force=True)
    card.locator(".verdict").wait_for()


def bring_step_up(page: Page) -> None:
    """Scroll to the stage that is on."""
    page.evaluate("() => document.querySelector('#go-on').closest('.panel').scrollIntoView({block: 'start'})")


@contextmanager
def a_page(context: BrowserContext, address: str) -> Iterator[Page]:
    """One tab, closed afterwards so that its kernel ends."""
    page = context.new_page()
    page.goto(address, timeout=LOAD_MS)
    yield page
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    context.set_offline(False)


def listing(titles: Mapping[str, str], folder: Path) -> str:
    """The page that shows all pictures of the folder, as Markdown."""
    looks = [f"{size}-{scheme}" for size in SIZES for scheme in SCHEMES]
    heads = [
        f"{size} {width} × {height}, {scheme}"
        for size, (width, height) in SIZES.items()
        for scheme in SCHEMES
    ]
    lines = [
        "# Every page and stage",
        "",
        "Made by `make gallery`; the people and their answers are invented.",
        "",
    ]
    for name, title in titles.items():
        if not all((folder / f"{name}-{look}.png").exists() for look in looks):
            continue
        cells = (f"![{title}, {head}]({name}-{look}.png)" for look, head in zip(looks, heads, strict=True))
        lines += [f"## {title}", "", "| " + " | ".join(heads) + " |", "| --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(cells) + " |", ""]
    return "\n".join(lines)


def main() -> None:
    """Take all pictures, or those whose name begins as asked."""
    import gallery_partners  # here, because these build on this module
    import gallery_phrasing
    import gallery_rating
    import gallery_slides

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROJECT / "docs" / "gallery")
    parser.add_argument("--only", nargs="+", default=[""], help="how the names of the pictures to take begin")
    options = parser.parse_args()
    only = tuple(options.only)
    options.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        workshop(Path(data), public_url="http://192.168.1.20:8866") as (server, store),
        chromium() as browser,
    ):
        gallery = Gallery(server, store, browser, options.folder, only)
        gallery.doors()
        gallery.take_seats()
        gallery.room()
        gallery.end()
        for exercise, rooms, pictures in (
            ("ownership-phrasing", gallery_phrasing.PhrasingGallery, gallery_phrasing.TITLES),
            ("internal-customers", gallery_partners.PartnersGallery, gallery_partners.TITLES),
            ("how-good-is-our-service", gallery_rating.RatingGallery, gallery_rating.TITLES),
        ):
            if any(name.startswith(only) for name in pictures):
                others = rooms(server, store, browser, options.folder, only, exercise)
                others.take_seats()
                others.room()
        gallery_slides.take(browser, options.folder, only)
    titles = TITLES | gallery_phrasing.TITLES | gallery_partners.TITLES | gallery_rating.TITLES
    (options.folder / "index.md").write_text(
        listing(titles, options.folder) + gallery_slides.listing(options.folder), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
