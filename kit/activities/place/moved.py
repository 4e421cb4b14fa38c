"""Who moved between the rounds, seen from the answers."""

from collections.abc import Sequence

import pandas as pd

from kit.activities.activity import FEWEST, Activity, Beat, Room, Table
from kit.activities.charts import Chart, Series, Stacked
from kit.activities.place import Place, Portion, agreement
from kit.activities.place.judge import Judge
from kit.text import gettext as _

SHIFT = Table(
    "shift",
    _("who moved between the rounds"),
    "item card before before_name n after_* stayed_ours stayed_elsewhere moved_ours moved_elsewhere",
    _("Nobody has sorted again yet, so nobody has moved."),
    note=_(
        "After the talk the room sorted the contested cards again. `n` people placed a card both times; the four "
        "numbers at the end of a row add up to it. `moved_elsewhere` is a move to a place that isn't a best fit, "
        "from wherever. Look for a card on which many moved there: there the talk convinced people of the other side."
    ),
)
"""People who placed a card both times, by card and first category; rows without ``item`` add the cards up."""


_WAYS = (
    ("stayed_ours", _("Stayed on the best fit"), "plain", 4, "✓"),
    ("moved_ours", _("Moved to the best fit"), "ours", 3, "→✓"),
    ("stayed_elsewhere", _("Stayed elsewhere"), "sideways", 5, "–"),
    ("moved_elsewhere", _("Moved elsewhere"), "away", 2, "→"),
)
"""Where people end: column, name, tone in a chart; number of the colour and sign on the projector."""


class Moved(Activity[pd.DataFrame]):
    """Who of the room moved; its result is the table ``SHIFT``."""

    place: Place
    again: Place
    judge: Judge
    name = "moved"
    template = "place/moved.html"
    tables = (SHIFT,)

    def result(self, room: Room) -> pd.DataFrame:
        """Who moved; what an edited deck no longer knows is left out."""
        cards, names = self.place.cards, self.place.names
        both = room.of(self.place).placements.merge(
            room.of(self.again).placements, on=["participant", "item"], suffixes=("_before", "_after")
        )
        twice = both.rename(columns={"value_before": "before", "value_after": "after"})
        table = agreement.shift(twice, list(cards), list(names), self.judge.exact)
        table = table.assign(
            card=[cards[item] if item else _("All cards") for item in table["item"]],
            before_name=table["before"].map(names),
        )
        return SHIFT.frame(table, names)

    def by_card(self, room: Room) -> pd.DataFrame:
        """One row a card that enough people placed both times: ``card``, ``n`` of them, and ``agreement.MOVES``."""
        table = room.of(self)
        table = table[table["item"] != ""].groupby(["item", "card"], sort=False)
        moved = table[["n", *agreement.MOVES]].sum().reset_index()
        return moved[moved["n"] >= FEWEST]

    def finding(self, room: Room) -> str:
        """Whether most or all stayed or moved, in a sentence."""
        moved = self.by_card(room)
        every = int(moved["n"].sum())
        stayed = int(moved["stayed_ours"].sum() + moved["stayed_elsewhere"].sum())
        if every and stayed in (0, every):
            return _("All stayed.") if stayed else _("All moved.")
        if 2 * stayed == every:
            return _("As many moved as stayed: {n} placements each.").format(n=stayed)
        most, n = (_("Most stayed"), stayed) if 2 * stayed > every else (_("Most moved"), every - stayed)
        return _("{most}: {n} of {every} placements.").format(most=most, n=n, every=every)

    def beats(self, room: Room) -> Sequence[Beat]:
        """One, where enough people sorted a card both times."""
        rows = [
            (row["card"], [Portion(name, row[way], *look) for way, name, _tone, *look in _WAYS])
            for row in self.by_card(room).to_dict("records")
        ]
        return (Beat("moves", _("Who moved"), "moves", (self.finding(room), rows)),) if rows else ()

    def charts(self, room: Room) -> Sequence[Chart]:
        """Who moved, card by card."""
        title, moved = _("Who moved when we sorted again"), self.by_card(room)
        if not room.of(self)["n"].any():
            return (Stacked(title, empty=SHIFT.empty),)
        series = [Series(name, moved[way].tolist(), tone) for way, name, tone, *_look in _WAYS]
        return (Stacked(title, moved["card"].tolist(), series=series),)
