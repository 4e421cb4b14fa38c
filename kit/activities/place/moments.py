"""Moments of people's own work where they placed them, as far as the facilitator lets the room see them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Seat, Summary, Table, numbered
from kit.activities.fitting import PAGE, fits
from kit.activities.place import Place
from kit.activities.vote.moderated import Phrase, Phrases, name_of, phrase_key
from kit.activities.write import Write
from kit.text import gettext as _

ON_SCREEN = 5
"""So many moments of one category the projector shows at once; more can't be read from the back row."""

HIGH, BETWEEN = 46.0, 2.6
"""What the columns of all categories have for moments, and the space between two, in shares of the height."""

MOMENTS = Table(
    "moments",
    _("moments of people's own work, and where they placed them"),
    "participant round item moment placed placed_name shown at late?",
    _("Nobody has written a moment of their own."),
    answers="item moment placed placed_name shown",
    note=_(
        "What people wrote of their own customers. `shown` says whether the room could see it: placed, and let "
        "through. These are the cases to work on next."
    ),
)
"""One row a moment, by participant; ``placed`` is the category's id, missing where nobody placed it."""


class PlaceOwn(Place, kw_only=True):
    """Each of one's own texts goes into one category; what isn't written isn't asked for."""

    write: Write

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """How many of the person's texts are placed; one will do."""
        written = [item for item in self.items(room, seat) if self.write.said(seat, item)]
        return sum(bool(self.said(seat, item)) for item in written), max(1, len(written))


class Moments(Activity[pd.DataFrame]):
    """What people wrote and placed; its result is the table ``MOMENTS``."""

    phrases: Phrases
    place: Place
    name = "moments"
    template = "place/moments.html"
    tables = (MOMENTS,)

    def result(self, room: Room) -> pd.DataFrame:
        """Every text, whether the room sees it or not."""
        placed = room.of(self.place).placements[["participant", "item", "value"]]
        placed = placed.rename(columns={"value": "placed"})
        rows = room.of(self.phrases.write).merge(placed, how="left", on=["participant", "item"])
        rows = rows.rename(columns={"value": "moment"})
        texts = zip(rows["item"], rows["moment"], strict=True)
        let_through = pd.Series([self.phrase(room, *text).is_shown for text in texts], rows.index, dtype=bool)
        names = rows["placed"].map(self.place.names)
        return MOMENTS.frame(rows.assign(placed_name=names, shown=let_through & rows["placed"].notna()))

    def phrase(self, room: Room, item: str, text: str) -> Phrase:
        """The phrase that stands for a text."""
        moderated = room.of(self.phrases)
        return moderated.phrases[moderated.final(phrase_key(name_of(item), text))]

    def seen(self, room: Room) -> Mapping[str, Sequence[str]]:
        """What the room may read of every category by id: each text once, in the order of the table."""
        table = room.of(self)[room.of(self)["shown"]]
        texts = {category: dict[str, None]() for category in self.place.categories}
        for item, moment, placed in table[["item", "moment", "placed"]].itertuples(index=False):
            texts[placed][self.phrase(room, item, moment).text] = None
        return {category: list(found) for category, found in texts.items()}

    def at_a_glance(self, texts: Sequence[str]) -> Sequence[str]:
        """As many of a category's texts as its column holds, where all categories stand side by side."""
        few = (texts[:most] for most in range(ON_SCREEN, -1, -1))
        return next(texts for texts in few if fits(texts, self._column, 2, leading=1.12))

    def size(self, seen: Mapping[str, Sequence[str]]) -> int:
        """The largest type, one of ``fitting.STEPS``, in which all of it stands side by side; 2 where too much does."""
        whole = [[self.place.names[category], *texts] for category, texts in seen.items()]
        if max(map(len, whole)) > ON_SCREEN + 1:
            return 2
        return next((step for step in (4, 3) if all(fits(one, self._column, step, 1.2) for one in whole)), 2)

    def page(self, name: str, texts: Sequence[str]) -> tuple[str, Sequence[str], int]:
        """Some moments of one category under its name, and the largest type in which they fit."""
        return name, texts, next((step for step in (5, 4) if fits(texts, (PAGE, HIGH), step, 1.35)), 3)

    @property
    def _column(self) -> tuple[float, float]:
        columns = len(self.place.categories)
        return (PAGE + BETWEEN) / columns - BETWEEN, HIGH

    def beats(self, room: Room) -> Sequence[Beat]:
        """All categories, then each that has any: so many at a time as the projector can show."""
        seen, names = room.once(self.seen), self.place.names
        beats = [Beat("moments", _("Where our own work begins"), "overview", seen)]
        for category, texts in seen.items():
            starts = range(0, len(texts), ON_SCREEN)
            pages = [self.page(names[category], texts[start:][:ON_SCREEN]) for start in starts]
            beats += numbered(f"moments-{category}", names[category], "one", pages)
        return beats

    def summary(self, room: Room) -> Summary:
        """How many there are."""
        return [(_("Moments of our own"), len(room.of(self)))]
