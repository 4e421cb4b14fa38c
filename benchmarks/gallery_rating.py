"""Pictures of the rating, for ``gallery.py``."""

from gallery import Gallery
from playwright.sync_api import Page

from kit.room import open_stage

TITLES = {
    "rating-phone-1-brief": "Phone, rating: what it is about",
    "rating-phone-2-rate": "Phone, rating: my own service",
    "rating-phone-3-rate-second": "Phone, rating: my team's service",
    "rating-phone-4-result": "Phone, rating: how we see it",
    "rating-phone-5-debrief": "Phone, rating: what I take away",
    "rating-screen-1-brief": "Projector, rating: what it is about",
    "rating-screen-2-rate": "Projector, rating: rate on your own",
    "rating-screen-3-rate-second": "Projector, rating: the team's",
    "rating-screen-4-result": "Projector, rating: how we see it",
    "rating-screen-5-debrief": "Projector, rating: what I take away",
    "rating-run-sheet": "Run sheet for any exercise: the rating's result",
    "rating-practise": "Practise alone: a rating",
}
USUAL = {1: (4, 4, 5, 3), 2: (3, 3, 4, 2)}
"""What people give by round: about 4 to themselves and 3 to the team."""


class RatingGallery(Gallery):
    """The room that rates."""

    def rate(self, round: int) -> None:
        """Everybody but those who look rates every statement."""
        waiting = [
            self.save(seat.id, round, statement.id, str(self.dice.choice(USUAL[round])))
            for seat in self.seats[len(self.looks) :]
            for statement in self.deck.statements
        ]
        for saved in waiting:
            saved.result(timeout=30)

    def room(self) -> None:
        """The phones and the projector, stage by stage."""
        phone, screen = f"/join/{self.session.code}", self.server.screen_path(self.session)
        for number, stage in enumerate(("brief", "rate", "rate-second", "result", "debrief"), 1):
            open_stage(self.store, self.session, self.deck, stage)
            self.visit(f"rating-phone-{number}-{stage}", phone, '[data-status="saved"]')
            self.visit(f"rating-screen-{number}-{stage}", screen, ".slide")
            if stage in ("rate", "rate-second"):
                self.rate(number - 1)
            if stage == "result":
                self.run_sheet()

    def run_sheet(self) -> None:
        """The notebooks that serve any exercise."""
        self.sign_in()
        sheet = f"/voila/render/facilitate/any.ipynb?exercise={self.deck.id}&session={self.session.code}"
        self.visit("rating-run-sheet", sheet, "#go-on", bring_console_up)
        practise = f"/voila/render/practise/any.ipynb?exercise={self.deck.id}"
        self.visit("rating-practise", practise, "input[data-item]")


def bring_console_up(page: Page) -> None:
    """Scroll to the console."""
    page.evaluate("() => document.querySelector('.console').scrollIntoView({block: 'start'})")
