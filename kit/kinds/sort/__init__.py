"""The kind ``sort``: cards into rings or piles; alone, then seen, talked over, sorted again, explained."""

from collections.abc import Sequence
from dataclasses import replace

from kit.activities.brief import Brief
from kit.activities.commit import Commit
from kit.activities.pair import Pairs
from kit.activities.place import Place
from kit.activities.place.contested import Contested
from kit.activities.place.figures import Figures
from kit.activities.place.judge import Judge
from kit.activities.place.key import Key
from kit.activities.place.moments import Moments, PlaceOwn
from kit.activities.place.moved import Moved
from kit.activities.vote.moderated import Approved
from kit.activities.write import Prompt, Write
from kit.kinds.script import Kind, Script, Stage
from kit.kinds.sort.content import Deck
from kit.text import gettext as _
from kit.text import ngettext

MOMENTS, MOMENT_LENGTH = 3, 140
"""So many moments of their own people may write, each of so many characters: a line or two on the projector."""


class Sort(Kind):
    """A card sort of one deck."""

    content = Deck
    exercise: Deck

    def place(self, round: int = 1) -> Place:
        """Every card, without its answer."""
        deck = self.exercise
        cards = {card.id: card.text for card in deck.cards}
        return Place(deck.question, cards, {c.id: c for c in deck.categories}, deck.nested, round)

    def stages(self) -> Sequence[Stage]:
        """Most of the time is for talking."""
        deck, place, judge = self.exercise, self.place(), Judge(self.exercise)
        contested = Contested(place, judge.exact)
        pairs = Pairs(place, contested)
        again = replace(place, name="again", round=2, first=place, pick=contested.fixed)
        coming = ngettext(
            "{size} card is coming. First everybody sorts alone; then we look at it together.",
            "{size} cards are coming. First everybody sorts alone; then we look at them together.",
            len(deck.cards),
        )
        brief = Brief(
            deck.title,
            deck.objective,
            coming.format(size=len(deck.cards)),
            deck.categories,
            deck.nested,
            place if place.has_rings else None,
        )
        return [
            Stage("brief", _("What this is about"), 2, asks=(brief,)),
            Stage("sort", _("Sort on your own"), 5, asks=(place,), ahead="reveal"),
            Stage("reveal", _("How we sorted"), 3, shows=(place,)),
            Stage("discuss", _("Talk it over"), 8, shows=(pairs, contested), live=True, mood="talk"),
            Stage("sort-again", _("Sort these again"), 4, asks=(again,), ahead="answers"),
            Stage(
                "answers",
                _("Answers and reasons"),
                8,
                shows=(Key(place, judge, again), Figures(place, again, judge), Moved(place, again, judge)),
            ),
            *self.own_work(),
        ]

    def own_work(self) -> Sequence[Stage]:
        """From the deck to one's own customers: everybody writes moments and places them, and starts from one."""
        deck, write = self.exercise, self.moments()
        rings = {category.id: category for category in deck.categories}
        place = PlaceOwn(
            deck.question,
            {item: prompt.label for item, prompt in write.prompts.items()},
            rings,
            deck.nested,
            round=4,
            name="place-own",
            form={},  # whoever has placed one may stop there
            write=write,
        )
        approved = (Approved(write),)
        moments = Moments(approved[0], place)
        title = _("Where my own work begins")
        return [
            Stage("own", title, 4, asks=(write, place), decides=approved, layout="sort/own.html"),
            Stage("ours", _("Our own moments"), 4, shows=(moments,), decides=approved, live=True),
            Stage("debrief", _("What I take away"), 4, asks=(Commit(start=write),)),
        ]

    def moments(self) -> Write:
        """Moments of a customer with one's own team; one will do."""
        own, label, numbers = self.exercise.own, _("In a line"), range(1, MOMENTS + 1)
        return Write(
            name="own",
            round=3,
            prompts={f"moment/{number}": Prompt(label) for number in numbers},
            length=MOMENT_LENGTH,
            question=own or _("Now your own work: which moments does a customer have with your team?"),
            invitation=own
            or _(
                "Now your own work: a moment of a customer with your team, last week’s if you can. One is enough, "
                "three are fine."
            ),
            note=_(
                "No names of persons, please. The room may see your moments, without your name, when the facilitator "
                "lets them through. It’s saved while you type."
            ),
            rows=2,
            needed=0,  # counted where they are placed
        )

    def practice(self, attempt: int) -> Script:
        """The same cards with feedback at once; every attempt is a round."""
        place = replace(self.place(attempt), form={})
        key = Key(place, Judge(self.exercise))
        return Script([Stage("practise", self.exercise.title, asks=(place,), echoes=(key,))])
