"""The wall: what the room wrote, live on the projector, as it is let through."""

from kit.activities.activity import Room
from kit.activities.vote.bubbles import Bubble, packed
from kit.activities.vote.moderated import Approved, phrase_key


class Wall(Approved):
    """Phrases that hang on the projector as they are let through, the newest first. No phone has them."""

    name = "wall"

    def key(self, item: str, text: str) -> str:
        """The same for all prompts, for equal words hang there once; another than that of these words elsewhere."""
        return phrase_key(self.write.name, text)

    def rows(self, room: Room) -> list[list[Bubble]]:
        """The newest phrases that fit."""
        return packed((phrase.key, phrase.text) for phrase in room.once(self.shown)[::-1])

    def fills(self, room: Room) -> bool:
        """As soon as anything hangs there."""
        return bool(room.once(self.rows))
