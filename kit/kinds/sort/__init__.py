"""The kind ``sort``: cards into rings or piles; alone, then seen, talked over, sorted again, explained."""

from collections.abc import Sequence
from dataclasses import replace

from kit.activities.brief import Brief
from kit.activities.commit import Commit
from kit.activities.place import Place
from kit.activities.place.judge import Judge
from kit.activities.place.key import Contested, Key, Moved
from kit.kinds.script import Kind, Script, Stage
from kit.kinds.sort.content import Deck
from kit.text import gettext as _


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

        again = replace(place, round=2, first=place, pick=contested.fixed)
        moved = Moved(place, judge, again)
        coming = _("{size} cards are coming. First everybody sorts alone; then we look at them together.")
        brief = Brief(
            deck.title, deck.objective, coming.format(size=len(deck.cards)), deck.categories, deck.nested
        )
        return [
            Stage("brief", _("What this is about"), 2, asks=(brief,)),
            Stage("sort", _("Sort on your own"), 5, asks=(place,), ahead="reveal"),
            Stage("reveal", _("How we sorted"), 3, shows=(place,)),
            Stage("discuss", _("Talk it over"), 8, shows=(contested,)),
            Stage("sort-again", _("Sort these again"), 4, asks=(again,), ahead="answers"),
            Stage("answers", _("Answers and reasons"), 8, shows=(Key(moved),)),
            Stage("debrief", _("What I take away"), 5, shows=(moved,), asks=(Commit(),)),
        ]

    def practice(self, attempt: int) -> Script:
        """The same cards with feedback at once; every attempt is a round."""
        place = replace(self.place(attempt), form={})
        key = Key(Moved(place, Judge(self.exercise)))
        return Script([Stage("practise", self.exercise.title, asks=(place,), echoes=(key,))])
