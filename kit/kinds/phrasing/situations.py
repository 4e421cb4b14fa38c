"""The situations that the room works on, as the facilitator chooses them; also moments of the room's own."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Room, Table
from kit.activities.held import NO, YES
from kit.activities.typed import clean_line, one_of
from kit.activities.vote.moderated import name_of, phrase_key
from kit.activities.write import Prompt, Write
from kit.errors import ResponseError
from kit.text import gettext as _

MOST_SITUATIONS = 6
"""More situations than this nobody finishes in the time of a stage."""

MOMENTS = Table(
    "moments",
    _("what tempts the room, and what became of it"),
    "moment people picked situation recipe words",
    _("Nobody has written down a moment that tempts."),
    note=_(
        "What wasn't `picked`, or was taken back, is a case for the next workshop. `words` is how the room read a "
        "picked one; where `moment` is empty, who wrote it has changed or withdrawn it since."
    ),
)
"""One row a moment that ``people`` wrote or that was picked; then ``situation`` and ``recipe`` (ids) and its ``words``,
which stay where it was taken back: people may have written for it."""


MOMENT = "moment/"
"""How the decision about a moment begins."""


def own(moment: str) -> str:
    """The item of the situation that a moment becomes, from its key or its decision."""
    return f"situation/own-{moment.removeprefix(MOMENT)}"


class Moment(NamedTuple):
    """What tempts somebody: a row of ``MOMENTS``, and its key. Of one that nobody says any more ``moment`` is empty."""

    moment: str
    people: int
    picked: bool
    situation: str
    recipe: str
    words: str
    key: str

    @property
    def item(self) -> str:
        """Of the situation that it is, if it was picked."""
        return own(self.key)


class Situations(Activity[Sequence[Moment]]):
    """Which situations the room works on; fixed whenever a stage opens. Its result is what tempts the room.

    Decisions are ``situation/<id>``: "yes" or "no", and ``moment/<key>``: the id of a recipe and on the next line the
    words, which make a situation of what somebody wrote; the latest counts, so that one which was taken back ("no")
    and is picked again is worked on again. What was made once stays known: people may have answered it.

    Attributes:
        prompts: All situations, by item.
        usual: The items of those of ours that the room works on unless somebody decides otherwise.
        tempting: Where the room writes what tempts it.
        recipes: The title of each recipe by id.
    """

    prompts: Mapping[str, Prompt]
    usual: Sequence[str]
    tempting: Write
    recipes: Mapping[str, str]
    name = "situations"
    template = "phrasing/situations.html"
    tables = (MOMENTS,)

    def opening(self, room: Room) -> Sequence[str]:
        """The ids of those that are chosen now."""
        return [name_of(item) for item in self.chosen(room)]

    def picked(self, room: Room) -> Sequence[str]:
        """The items that this stage works on: what is on stays as it is, whatever is decided."""
        if self.name not in room.opened:
            return self.chosen(room)
        items = [f"situation/{name}" for name in room.opened[self.name]]
        return [item for item in items if item in self.prompts]

    def chosen(self, room: Room) -> Sequence[str]:
        """The items that the next stage works on, in the exercise's order."""
        return (self._decided(room) or self.usual)[:MOST_SITUATIONS]

    def _decided(self, room: Room) -> Sequence[str]:
        """The items that the room would work on, if there were no limit."""
        decided = {item: YES if item in self.usual else NO for item in self.prompts}
        for name, value in room.decisions.items():
            item, word = (own(name), YES) if name.startswith(MOMENT) else (name, value)
            if item in decided:
                decided[item] = word
        return [item for item, word in decided.items() if word == YES]

    def result(self, room: Room) -> Sequence[Moment]:
        """What tempts the room, sorted, so that nobody sees who wrote it; first what nobody says any more."""
        said = room.of(self.tempting).assign(words=lambda rows: rows["value"].str.split().str.join(" "))
        keys = [phrase_key("tempting", text) for text in said["words"]]
        each = said.groupby(keys).agg(text=("words", "min"), people=("participant", "nunique"))
        made = [name.removeprefix(MOMENT) for name in room.decisions if name.startswith(MOMENT)]
        told = dict.fromkeys(made, ("", 0)) | dict(zip(each.index, each.itertuples(index=False), strict=True))
        decided, found = self._decided(room), []
        for key, (text, people) in told.items():
            recipe, _line, words = room.decisions.get(f"{MOMENT}{key}", "").partition("\n")
            item, situation = own(key), name_of(own(key)) if recipe else ""
            found.append(Moment(text, people, item in decided, situation, recipe, words, key))
        return sorted(found, key=lambda one: (one.moment.casefold(), one.moment))

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See ``MOMENTS``."""
        return {"moments": MOMENTS.frame(pd.DataFrame(room.of(self), columns=Moment._fields))}

    def choices(self, room: Room) -> tuple[Sequence[str], Sequence[Moment]]:
        """What is chosen, by item; and what tempts the room, or is picked though nobody says it any more."""
        return self.chosen(room), [one for one in room.of(self) if one.people or one.picked]

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Whether the room works on a situation from the next stage on; or a moment that becomes one."""
        group, _slash, name = item.partition("/")
        if group == "moment":
            return self._made(name, value, room)
        if group != "situation":
            return None
        one_of(name, [name_of(known) for known in self.prompts])
        return one_of(value, (YES, NO))

    def _made(self, key: str, value: str, room: Room) -> str:
        if key not in {moment.key for moment in room.of(self)}:
            text = _("“{key}” is no moment of this room. Choose one from the list.")
            raise ResponseError(text.format(key=key[:40]))
        recipe, _line, words = value.partition("\n")
        return f"{one_of(recipe, self.recipes)}\n{clean_line(words, self.tempting.length)}"
