"""The room's texts where nothing is shown before the facilitator lets it through."""

from kit.activities.activity import Room
from kit.activities.held import HeldBack
from kit.activities.vote.moderated import Phrase, Phrases


class Approved(HeldBack, Phrases):
    """Phrases that are shown as the facilitator lets them through; nothing is merged."""

    template = "vote/approved.html"

    def every(self, room: Room) -> list[Phrase]:
        """Those that stand for themselves, by when they were let through; the others by when they were written."""
        moderated, written = room.of(self), room.of(self.write).sort_values(["at", "value", "item"])
        pairs = zip(written["item"], written["value"], strict=True)
        order = dict.fromkeys(moderated.final(self.key(*pair)) for pair in pairs)
        decided = {item: n for n, item in enumerate(room.decisions)}
        since = decided.get(f"{self.name}/new", -1)

        def when(phrase: Phrase) -> tuple[int, int]:
            """Before all came through by themselves, with them, or after."""
            let = decided.get(f"{self.name}/{phrase.key}")
            return (1, 0) if let is None else (2 * (let > since), let)

        return sorted((moderated.phrases[key] for key in order), key=when)

    def shown(self, room: Room) -> list[Phrase]:
        """What the room may read, the newest first."""
        return super().shown(room)[::-1]
