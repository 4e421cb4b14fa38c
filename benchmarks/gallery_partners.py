"""The pictures of the internal customers for the gallery: a made-up company of its own, stage by stage."""

from gallery import Gallery
from playwright.sync_api import Page

from kit.activities.activity import Room
from kit.activities.agree.agreement import Agreement, Side
from kit.kinds import kind_of
from kit.room import open_stage

TITLES = {
    "partners-phone-1-brief": "Internal customers, phone: what this is about",
    "partners-phone-2-roles": "Internal customers, phone: my role",
    "partners-phone-3-needs": "Internal customers, phone: what they need from me",
    "partners-phone-4-my-needs": "Internal customers, phone: what I need from them",
    "partners-phone-5-map": "Internal customers, phone: our map",
    "partners-phone-6-gaps": "Internal customers, phone: the gaps",
    "partners-phone-7-agreements": "Internal customers, phone: our agreements",
    "partners-phone-8-debrief": "Internal customers, phone: what I take away",
    "partners-screen-1-brief": "Internal customers, projector: what this is about",
    "partners-screen-2-roles": "Internal customers, projector: my role",
    "partners-screen-3-needs": "Internal customers, projector: what they need from me",
    "partners-screen-4-my-needs": "Internal customers, projector: what I need from them",
    "partners-screen-5-map": "Internal customers, projector: our map",
    "partners-screen-6-gaps": "Internal customers, projector: the gaps",
    "partners-screen-7-agreements": "Internal customers, projector: our agreements",
    "partners-screen-8-debrief": "Internal customers, projector: what we take away",
    "partners-run-sheet": "Internal customers, run sheet: roles that may be the same",
    "partners-practise": "Internal customers, practise alone: questions to print",
}
"""Every picture's name and what it shows, in the order of the page that lists them."""

SAID = {
    "HR": {
        "IT": ("the names of who starts, a month ahead", "a laptop on the first morning"),
        "Payroll": ("changed contracts by the tenth", "one number to ring about pay"),
    },
    "IT": {
        "HR": ("a laptop on the first morning", "the names of who starts, a month ahead"),
        "Customer service": ("word before anything is switched off", "tickets that say what was tried"),
    },
    "Customer service": {
        "IT": ("tickets that say what was tried", "word before anything is switched off"),
        "Warehouse": ("addresses that are right the first time", "the parcel's place by noon"),
        "Sales": ("what customers complain about, monthly", "only promises that we can keep"),
    },
    "Sales": {
        "Customer service": ("a list of big orders", "what customers complain about, monthly"),
        "Finance": ("signed offers", "an answer on discounts in a day"),
    },
    "Warehouse": {
        "Customer service": ("the parcel's place by noon", "addresses that are right the first time")
    },
    "Payroll": {"HR": ("one number to ring about pay", "changed contracts by the tenth")},
    "Finance": {"Sales": ("a yes or a no on discounts", "signed offers, not drafts")},
    "Recruiting": {"HR": ("dates of first days", "contracts within two days")},
    "H.R.": {"IT": ("who leaves, and when", "accounts closed the same day")},
}
"""Role -> internal customer -> what the role thinks they need from it, and what it needs from them."""

PAIR = "HR~IT"
CARD = Agreement(
    (
        Side("HR", "the names of who starts, a month ahead", "on the first of each month"),
        Side("IT", "a laptop on the first morning", "at nine"),
    ),
    review="2031-06-30",
)
CALLED = '[data-status="saved"]'


class PartnersGallery(Gallery):
    """The company that maps who serves whom. Those who look are the first four: two of HR, two of IT."""

    def say(self, stage: str) -> None:
        """Everybody answers what the stage asks for."""
        roles = ["HR", "IT", "IT", "HR", *(list(SAID) * 3)]
        for number, (seat, role) in enumerate(zip(self.seats, roles, strict=False)):
            for item, value in self.answers(stage, role, number):
                self.save(seat.id, 1, item, value).result(timeout=30)

    def answers(self, stage: str, role: str, number: int) -> list[tuple[str, str]]:
        """What one person of a role answers in a stage: items and values."""
        if stage == "brief":
            cases = [f"case/{case.id}" for case in self.deck.cases]
            sides = [
                (f"{case}/{side}", self.dice.choice(shown.sides[side - 1].options).id)
                for case, shown in zip(cases, self.deck.cases, strict=True)
                for side in (1, 2)
            ]
            return sides
        partners = SAID[role].items()
        if stage == "roles":
            return [("role", role), *((f"partner/{n}", name) for n, name in enumerate(SAID[role], 1))]
        if stage == "needs":
            given = [(f"need-from-me/{name}/1", thought) for name, (thought, _need) in partners]
            return given + [(f"rating/{name}", str(3 + number % 3)) for name in SAID[role]]
        said = [(f"need/{name}/1", need) for name, (_thought, need) in partners]
        return said + [(f"served/{name}", str(2 + number % 3)) for name in SAID[role]]

    def pair(self) -> None:
        """The facilitator answers the first questions: the likeliest is the same need, the rest isn't."""
        for word in ("same", "different") * 3:
            said = self.store.decisions(self.session.id, self.deck.id)
            room = Room(self.store.responses(self.session.id, self.deck.id), {}, said)
            for couple in kind_of(self.deck).script.activities["gaps"].choices(room).couples:
                self.store.decide(self.session.id, self.deck.id, couple.item, word)
                if word == "same":
                    break

    def agree(self) -> None:
        """HR and IT write an agreement, and both sides confirm it; one side of the others has only begun."""
        parts = {"review": CARD.review}
        for number, side in enumerate(CARD.sides, 1):
            parts |= {f"gives-{number}": side.gives, f"by-{number}": side.by}
        hr, it = self.seats[3], self.seats[2]
        for part, text in parts.items():
            self.save(hr.id, 2, f"agreement/{PAIR}/{part}", text).result(timeout=30)
        for seat in (hr, it):
            self.save(seat.id, 2, f"confirm/{PAIR}", CARD.digest).result(timeout=30)

    def room(self) -> None:
        """The phones and the projector, stage by stage."""
        phone, screen = f"/join/{self.session.code}", self.server.screen_path(self.session)
        stages = ("brief", "roles", "needs", "my-needs", "map", "gaps", "agreements", "debrief")
        for number, stage in enumerate(stages, 1):
            open_stage(self.store, self.session, self.deck, stage)
            if stage in stages[:4]:
                self.say(stage)
            if stage == "map":
                self.pair()
            if stage == "agreements":
                self.agree()
            if stage == "debrief":
                for seat in self.seats[4:15]:
                    text = "I ask IT what they wait for."
                    self.save(seat.id, 0, "commitment", text).result(timeout=30)
            self.visit(f"partners-phone-{number}-{stage}", phone, CALLED)
            self.visit(f"partners-screen-{number}-{stage}", screen, ".slide")
            if stage == "roles":
                self.run_sheet()

    def run_sheet(self) -> None:
        """The facilitator's notebook while roles come in, and somebody who practises."""
        self.sign_in()
        sheet = f"/voila/render/facilitate/{self.deck.id}.ipynb?session={self.session.code}"
        self.visit("partners-run-sheet", sheet, "#go-on", bring_step_up)
        practise = f"/voila/render/practise/{self.deck.id}.ipynb"
        self.visit("partners-practise", practise, ".chips", practise_one)


def bring_step_up(page: Page) -> None:
    """Scroll to the stage that is on."""
    page.evaluate("() => document.querySelector('#go-on').closest('.panel').scrollIntoView()")


def practise_one(page: Page) -> None:
    """Say who one is and whom one serves, and wait for the sheet."""
    for item, value in (("role", "Sales"), ("partner/HR", "HR")):
        page.locator("label", has=page.locator(f'[data-item="{item}"][value="{value}"]')).click()
    page.get_by_text("To ask: HR").wait_for()
