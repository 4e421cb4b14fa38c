"""The situations that the room works on, as the facilitator chooses them; also moments of the room's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Room, Table
from kit.activities.choice import one_of
from kit.activities.typed import clean_line
from kit.activities.vote.moderated import NO, YES, name_of, phrase_key
from kit.activities.write import Prompt, Write
from kit.errors import ResponseError
from kit.text import gettext as _

MOST_SITUATIONS = 6
"""More situations than this nobody finishes in the time of a stage."""

MOMENTS = Table(
    "moments",
    _("what tempts the room, and what became of it"),
    "moment people situation recipe words",
    _("Nobody has written down a moment that tempts."),
    note=_(
        "Where `situation` is empty, nobody picked the moment: cases for the next workshop. `words` is how the room "
        "read a picked one."
    ),
)
"""One row a moment that ``people`` wrote; of a picked one ``situation`` and ``recipe`` (ids), and its ``words``."""


class Moment(NamedTuple):
    """What tempts somebody, and as what the room works on it; empty texts where nobody picked it."""

    key: str
    text: str
    people: int
    recipe: str
    words: str


@dataclass(frozen=True, eq=False)
class Situations(Activity[pd.DataFrame]):
    """Which situations the room works on; fixed whenever a stage opens. Its result is ``MOMENTS``.

    Decisions are ``situation/<id>``: "yes" or "no", and ``moment/<key>``: the id of a recipe and on the next line the
    words, which make a situation of what somebody wrote. What was made once stays: people may have answered it.

    Attributes:
        prompts: All situations, by item.
        usual: The items of those that the room works on unless somebody decides otherwise.
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
        usual = {item: YES if item in self.usual else NO for item in self.prompts}
        chosen = [item for item in self.prompts if room.decisions.get(item, usual[item]) == YES]
        return (chosen or self.usual)[:MOST_SITUATIONS]

    def moments(self, room: Room) -> Sequence[Moment]:
        """What tempts the room, sorted, so that nobody sees who wrote it."""
        said = room.of(self.tempting).assign(words=lambda rows: rows["value"].str.split().str.join(" "))
        people = said.groupby("words")["participant"].nunique()
        found = []
        for text, number in sorted(people.items(), key=lambda pair: (pair[0].casefold(), pair[0])):
            key = phrase_key("tempting", text)
            recipe, _line, words = room.decisions.get(f"moment/{key}", "").partition("\n")
            found.append(Moment(key, text, number, recipe, words))
        return found

    def result(self, room: Room) -> pd.DataFrame:
        """See ``MOMENTS``."""
        rows = [
            (m.text, m.people, f"own-{m.key}" if m.recipe else "", m.recipe, m.words)
            for m in self.moments(room)
        ]
        return MOMENTS.frame(rows)

    def choices(self, room: Room) -> tuple[Sequence[str], Sequence[Moment]]:
        """What is chosen, by item; and what tempts the room."""
        return self.chosen(room), self.moments(room)

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
        if key not in {moment.key for moment in self.moments(room)}:
            raise ResponseError(
                _("“{key}” is no moment of this room. Choose one from the list.").format(key=key[:40])
            )
        recipe, _line, words = value.partition("\n")
        return f"{one_of(recipe, self.recipes)}\n{clean_line(words, self.tempting.length)}"
