"""Breakout groups: people find each other by a sign on their phones, and each group shares one answer."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Seat, Summary, Table, numbered, paged
from kit.activities.fitting import largest
from kit.activities.group.teams import Team, dealt
from kit.activities.question.words import TEXT_LENGTH, Word, Words, key_of
from kit.activities.signs import Sign, signs
from kit.activities.typed import one_of
from kit.errors import ResponseError
from kit.text import gettext as _

ITEM = "text"
"""The item of what a person writes for the group."""

COLUMNS, HIGH, LEADING = {1: 157.0, 2: 74.0, 3: 44.0}, 44.0, 1.15
"""The places of answers beside each other on the projector: how many -> how wide each is, in shares of the height;
how high they are, and the height of a line by its size."""

READABLE = 3
"""The smallest of the sizes of type that the back row reads with ease."""

GROUPS = Table(
    "groups",
    _("breakout groups and what each shared"),
    "question group role people answer at shown",
    _("There were no groups."),
    note=_(
        "`people` are pseudonyms. `answer` is what was written last in the group; `shown` says whether the room saw it."
    ),
)
"""One row a group; ``at`` in UTC, missing where it wrote nothing."""


class Group(NamedTuple):
    """One group.

    Attributes:
        role: What its people have in common; empty for nothing.
        people: Pseudonyms.
        text: What it shares: the last that one of them wrote; empty for nothing yet.
        at: When (UTC); None without a text.
    """

    number: int
    sign: Sign
    role: str
    people: tuple[str, ...]
    text: str
    at: pd.Timestamp | None

    @property
    def title(self) -> str:
        """What the facilitator calls it: its sign, and what its people have in common."""
        return " · ".join(filter(None, (self.sign.name, self.role)))

    def step(self, columns: int) -> int:
        """The largest size of type in which its text fits where so many stand beside each other."""
        return largest(self.text, (COLUMNS[columns], HIGH), LEADING, most=5) or 2


class Hands(NamedTuple):
    """What the facilitator may do by hand: the groups, who is in none, and what everybody is called.

    Attributes:
        names: Pseudonym -> the name with the pseudonym, for two may have one name; without a name that alone.
    """

    groups: Sequence[Group]
    free: Sequence[str]
    names: Mapping[str, str]


class Groups(Activity[Sequence[Group]]):
    """Who is with whom.

    Whoever comes later goes to the smallest group, unless all is done by hand. Decisions are ``groups/<pseudonym>``:
    the number of the group into which a person was moved; behind it, if that person had written, the number of the
    group for which, and the key of the text: it stays there.

    Attributes:
        question: What they talk about.
        teams: Who was put together, before anybody moved or came.
        answers: The round of what people write.
    """

    question: str
    teams: Sequence[Team]
    answers: int
    name = "groups"
    template = "group/group.html"

    def result(self, room: Room) -> Sequence[Group]:
        """All groups, the empty ones too."""
        inside = room.once(self.inside)
        said = room.responses.sort_values("at", kind="stable")
        said = said[(said["round"] == self.answers) & (said["item"] == ITEM) & (said["value"] != "")]
        last = {self.written_for(room, row.participant, row.value): row for row in said.itertuples()}
        made = []
        for number, sign, team in zip(self.numbers, signs(len(self.teams)), self.teams, strict=True):
            people = tuple(person for person, where in inside.items() if where == number)
            text, at = (last[number].value, last[number].at) if number in last else ("", None)
            made.append(Group(number, sign, team.role, people, text, at))
        return made

    @property
    def numbers(self) -> Sequence[int]:
        """Those of the groups, from 1."""
        return range(1, len(self.teams) + 1)

    def inside(self, room: Room) -> Mapping[str, int]:
        """Who is in which group: pseudonym -> number."""
        found = dealt(self.teams, room.here)
        moved = {person: self.moved(room, person)[:1] for person in room.here}
        found |= {person: number for person, numbers in moved.items() for number in numbers}
        return {person: found[person] for person in room.here if person in found}

    def moved(self, room: Room, person: str) -> list[int]:
        """The group into which somebody was moved, and the one for which they had written before; see the class."""
        numbers = room.decisions.get(f"{self.name}/{person}", "").split()[:2]
        return [int(number) for number in numbers if number in map(str, self.numbers)]

    def written_for(self, room: Room, person: str, text: str) -> int | None:
        """The group for which somebody wrote that: their own, or the one that they were in before they were moved."""
        moved = self.moved(room, person)
        if len(moved) > 1 and room.decisions[f"{self.name}/{person}"].endswith(key_of(text)):
            return moved[1]
        return room.once(self.inside).get(person)

    def of(self, room: Room, person: str) -> Group | None:
        """The group of a person; None for none."""
        return next((group for group in room.of(self) if person in group.people), None)

    def names(self, room: Room, group: Group, but: str) -> list[str]:
        """The names in a group, as far as people gave some, without one person's own."""
        here = room.here
        return [here[person] for person in group.people if person != but and here[person]]

    # what the facilitator decides

    def choices(self, room: Room) -> Hands:
        """Who is where."""
        here, inside = room.here, room.once(self.inside)
        free = [person for person in here if person not in inside]
        names = {person: f"{name} {person}" if name else person for person, name in here.items()}
        return Hands(room.of(self), free, names)

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """The group into which a person goes; what they have written stays where it is."""
        name, _slash, person = item.partition("/")
        if name != self.name:
            return None
        if person not in room.here:
            raise ResponseError(_("There is no “{name}” in this session.").format(name=person[:20]))
        number = one_of(value, [*map(str, self.numbers)])
        text = room.seat(person).answers.get((self.answers, ITEM), "")
        before = self.written_for(room, person, text) if text else None
        return f"{number} {before} {key_of(text)}" if before else number


class Share(Words, kw_only=True):
    """What the groups share: one text a group, the last that one of them wrote.

    Attributes:
        groups: Who is with whom.
    """

    groups: Groups
    item: str = ITEM
    length: int = TEXT_LENGTH
    through: bool = False
    template = "group/share.html"
    tables = (GROUPS,)

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """Whoever has written is done, and whoever's group has; nobody without a group."""
        group = self.groups.of(room, seat.pseudonym)
        return int(group is not None and bool(self.said(seat, self.item) or group.text)), 1

    def result(self, room: Room) -> Sequence[Word]:
        """The texts of the groups; another text has another key, so that it is looked at anew."""
        found = []
        for one in self.written(room):
            key = key_of(f"{one.number} {one.text}")
            found.append(Word(key, one.text, 1, self.is_shown(room, key), one.title))
        return found

    def written(self, room: Room) -> list[Group]:
        """The groups that have written, in order."""
        return [one for one in room.of(self.groups) if one.text]

    def seen(self, room: Room) -> list[Group]:
        """Those whose texts the room may see."""
        return [one for one, word in zip(self.written(room), room.of(self), strict=True) if word.is_shown]

    def beats(self, room: Room) -> Sequence[Beat]:
        """The answers that the room may see, some beside each other."""
        pages = paged(room.once(self.seen), beside)
        return numbered("answers", _("Answers"), "side_by_side" if room.of(self) else "nobody", pages)

    def there(self, room: Room) -> list[Group]:
        """The groups that count: somebody is in them, or was, and wrote; not those of people who are left out."""
        return [group for group in room.of(self.groups) if group.people or group.text]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """A row a group."""
        shown, rows = room.once(self.seen), []
        for one in self.there(room):
            told = one.text, one.at, one in shown
            rows.append((self.question, one.sign.name, one.role, " ".join(one.people), *told))
        return {GROUPS.name: GROUPS.frame(rows)}

    def summary(self, room: Room) -> Summary:
        """How many groups there were, and how many shared something."""
        groups = self.there(room)
        line = _("Groups that shared an answer: {question}").format(question=self.question)
        return [(line, sum(bool(group.text) for group in groups)), (_("Groups"), len(groups))]


def beside(page: Sequence[Group]) -> bool:
    """Whether these stand beside each other: two do, and three with short answers."""
    most = len(COLUMNS)
    return len(page) < most or (len(page) == most and all(one.step(most) >= READABLE for one in page))
