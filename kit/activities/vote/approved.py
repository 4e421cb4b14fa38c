"""The room's texts where nothing is shown before the facilitator lets it through."""

from collections.abc import Mapping

import pandas as pd

from kit.activities.activity import Room
from kit.activities.typed import one_of
from kit.activities.vote.moderated import NO, YES, Phrase, Phrases, Waiting

ALL = "hide/all"
"""The decision about whatever nothing else was decided about, also about what is still to come: "yes" or "no".

Where all had come through before, a moment (UTC) stands behind the "yes": what was written until then stays.
"""


class Approved(Phrases):
    """Phrases that are shown one by one as the facilitator lets them through, or all; besides ``hide/all`` as ever."""

    template = "vote/approved.html"

    def held(self, finals: Mapping[str, str], room: Room) -> set[str]:
        """All, unless all come through, or came before they no longer did."""
        if self.all_through(room):
            return set()
        _yes, _space, until = room.decisions.get(ALL, YES).partition(" ")
        written = room.of(self.write)
        early = written[written["at"] <= pd.Timestamp(until)] if until else written[:0]
        came = {finals[self.key(*pair)] for pair in zip(early["item"], early["value"], strict=True)}
        return set(finals.values()) - came

    def all_through(self, room: Room) -> bool:
        """Whether what nothing was decided about is shown."""
        return room.decisions.get(ALL, YES) == NO

    def in_order(self, room: Room) -> list[Phrase]:
        """Those that stand for themselves, by when they were let through; the others by when they were written."""
        moderated, written = room.of(self), room.of(self.write)
        times = sorted(
            (at, moderated.final(self.key(item, text)))
            for item, text, at in written[["item", "value", "at"]].itertuples(index=False)
        )
        order = dict.fromkeys(key for _at, key in times)
        decided = {item: n for n, item in enumerate(room.decisions)}
        since = decided.get(ALL, -1)

        def when(phrase: Phrase) -> tuple[int, int]:
            """Before all came through by themselves, with them, or after."""
            let = decided.get(f"hide/{phrase.key}")
            return (1, 0) if let is None else (2 * (let > since), let)

        return sorted((moderated.phrases[key] for key in order), key=when)

    def choices(self, room: Room) -> Waiting[Phrase]:  # type: ignore[override]
        """What waits, the oldest first; and what was let through, the newest first."""
        held = [phrase for phrase in self.in_order(room) if phrase.hidden]
        return Waiting(held, self.let_through(room)[::-1], self.all_through(room))

    def let_through(self, room: Room) -> list[Phrase]:
        """What the room may read, the newest last."""
        return [phrase for phrase in self.in_order(room) if phrase.is_shown]

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Shown or not, one or all; nothing is merged."""
        if item != ALL:
            return super().decide(item, value, room) if item.startswith("hide/") else None
        if one_of(value, (YES, NO)) == NO:
            return NO
        if self.all_through(room):
            return f"{YES} {room.of(self.write)['at'].max().isoformat()}"
        return room.decisions.get(ALL, YES)  # held already: a second press must not take down what stays
