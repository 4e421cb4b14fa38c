"""The pictures of the phrasing exercise for the gallery: a made-up room of its own, stage by stage."""

from gallery import Gallery
from playwright.sync_api import Page

from kit.activities.vote.moderated import phrase_key
from kit.room import open_stage

TITLES = {
    "phrasing-phone-1-brief": "Phrasing, phone: what this is about",
    "phrasing-phone-2-tempting": "Phrasing, phone: when are we tempted?",
    "phrasing-phone-3-not-that": "Phrasing, phone: not that",
    "phrasing-phone-4-say-this": "Phrasing, phone: say this",
    "phrasing-phone-4-say-this-coached": "Phrasing, phone: the coach answers",
    "phrasing-phone-5-vote": "Phrasing, phone: read and vote",
    "phrasing-phone-6-showcase": "Phrasing, phone: the best, and mine made better",
    "phrasing-phone-7-card": "Phrasing, phone: my card",
    "phrasing-phone-8-debrief": "Phrasing, phone: what we take away",
    "phrasing-screen-1-brief": "Phrasing, projector: what this is about",
    "phrasing-screen-2-tempting": "Phrasing, projector: when are we tempted?",
    "phrasing-screen-3-not-that": "Phrasing, projector: not that",
    "phrasing-screen-4-say-this": "Phrasing, projector: say this",
    "phrasing-screen-5-vote": "Phrasing, projector: read and vote",
    "phrasing-screen-6-showcase": "Phrasing, projector: the best",
    "phrasing-screen-7-card": "Phrasing, projector: my card",
    "phrasing-screen-8-debrief": "Phrasing, projector: what we take away",
    "phrasing-run-sheet": "Phrasing, run sheet: hide, and show as one",
    "phrasing-practise": "Phrasing, practise alone: the coach answers",
    "phrasing-results": "Phrasing, results notebook",
}
"""Every picture's name and what it shows, in the order of the page that lists them."""

MOMENTS = (
    "The parcel is late and the customer thinks that I packed it.",
    "My colleague promised something that we don't do.",
    "IT changed the login over the weekend and told nobody.",
)
WRONG = (
    "That wasn't me, the morning shift always does that.",
    "You should have read the confirmation.",
    "I can't do anything about it, that's our policy.",
    "They never tell us anything either.",
)
FIRST = {
    "wrong-cake": (
        "The morning shift must have written that down wrong. We'll see what we can do.",
        "We got your day wrong, and I'm so sorry. I'll bake it now and bring it to you by four.",
        "We got your day wrong and I am so sorry. I will bake it now and bring it to you by four!",
        "I'm sorry if there was a misunderstanding.",
        "That's our mistake. Two cakes of that size are in the window; which one may I write your names on?",
    ),
    "boiler-visit": (
        "I'm sorry that we've kept you waiting in the cold. The job before yours turned out bigger. "
        "Our engineer is with you by one.",
        "The engineers are completely overbooked today, sorry.",
        "We're sorry for the wait. He'll ring you in ten minutes with a time.",
        "I can't tell you when, they don't tell us.",
    ),
    "wrong-date": (
        "Those tickets look so alike, it happens every evening. I can let you in tonight, or keep five seats "
        "for tomorrow. Which is better?",
        "You booked the wrong day, but I'll have a look.",
        "No problem at all! There are still places at eight tonight.",
    ),
}
REVISED = {
    "wrong-cake": "We got your day wrong, and that's on us. I'm baking it now; it's at your table by four.",
    "boiler-visit": "We're sorry that you sat in the cold all morning. The job before yours turned out bigger, and "
    "our engineer is with you by one.",
    "wrong-date": "It happens every evening, they look so alike. I can let you in tonight, or keep five seats for "
    "tomorrow. Which is better?",
}
CALLED = '[data-status="saved"]'


class PhrasingGallery(Gallery):
    """The room that looks for words."""

    def say(self, round: int, texts: dict[str, tuple[str, ...]], people: int) -> None:
        """So many people write about each situation, in turn one of these texts."""
        waiting = [
            self.save(seat.id, round, f"situation/{name}", choice[number % len(choice)])
            for number, seat in enumerate(self.seats[-people:])
            for name, choice in texts.items()
        ]
        for saved in waiting:
            saved.result(timeout=30)

    def vote(self, people: int) -> None:
        """So many people vote for up to three phrases, mostly for good ones."""
        keys = [phrase_key(name, text) for name, texts in FIRST.items() for text in texts]
        good = [
            phrase_key(name, FIRST[name][place]) for name, place in (("wrong-cake", 4), ("wrong-date", 0))
        ]
        for seat in self.seats[-people:]:
            for key in {self.dice.choice(good), self.dice.choice(keys), self.dice.choice(keys)}:
                self.save(seat.id, 4, f"vote/{key}", "yes").result(timeout=30)

    def room(self) -> None:
        """The phones and the projector, stage by stage; those who look have written, too."""
        phone, screen = f"/join/{self.session.code}", self.server.screen_path(self.session)
        everybody = len(self.seats)
        stages = ("brief", "tempting", "not-that", "say-this", "vote", "showcase", "card", "debrief")
        for number, stage in enumerate(stages, 1):
            open_stage(self.store, self.session, self.deck, stage)
            if stage == "tempting":
                for seat, text in zip(self.seats, MOMENTS, strict=False):
                    self.save(seat.id, 1, "tempting/1", text).result(timeout=30)
            if stage == "not-that":
                self.say(2, dict.fromkeys(FIRST, WRONG), everybody)
            if stage == "say-this":
                self.visit(f"phrasing-phone-{number}-{stage}", phone, CALLED)
                self.say(3, FIRST, everybody)
                self.visit(f"phrasing-phone-{number}-{stage}-coached", phone, ".said", bring_coach_up)
                self.run_sheet()
            if stage == "vote":
                self.vote(everybody - len(self.looks))
            if stage == "showcase":
                self.say(5, {name: (text,) for name, text in REVISED.items()}, everybody - 3)
            if stage == "card":
                for seat in self.seats[:9]:
                    self.save(seat.id, 0, "card/from", "wrong-cake").result(timeout=30)
            if stage != "say-this":
                self.visit(f"phrasing-phone-{number}-{stage}", phone, CALLED)
            self.visit(f"phrasing-screen-{number}-{stage}", screen, ".slide")
        results = f"/voila/render/results.ipynb?session={self.session.code}"
        self.visit("phrasing-results", results, ".jp-RenderedHTMLCommon img[alt]", bring_phrases_up)

    def run_sheet(self) -> None:
        """The facilitator's notebook while phrases come in, and somebody who practises."""
        self.sign_in()
        sheet = f"/voila/render/facilitate/{self.deck.id}.ipynb?session={self.session.code}"
        self.visit("phrasing-run-sheet", sheet, "#go-on", open_choices)
        self.visit(
            "phrasing-practise", f"/voila/render/practise/{self.deck.id}.ipynb", "textarea", practise_one
        )


def bring_coach_up(page: Page) -> None:
    """Scroll to the first answer of the coach."""
    page.evaluate("() => document.querySelector('textarea').scrollIntoView({block: 'start'})")


def open_choices(page: Page) -> None:
    """Open what the facilitator decides, and scroll to it."""
    page.locator(".choices").first.wait_for(state="attached")
    page.evaluate(
        """() => { document.querySelectorAll("details:has(.choices)").forEach(one => { one.open = true; });
        document.querySelector('#go-on').closest('.panel').scrollIntoView({block: 'start'}); }"""
    )


def practise_one(page: Page) -> None:
    """Write for the first situation, and wait for the coach."""
    words = page.locator("textarea:visible").first
    words.fill(FIRST["wrong-cake"][0])
    page.locator(".said:visible").first.wait_for()
    words.evaluate("one => one.scrollIntoView({block: 'start'})")


def bring_phrases_up(page: Page) -> None:
    """Scroll to the part on phrases."""
    page.get_by_role("heading", name="What the revision changed").scroll_into_view_if_needed()
