"""Texts of a person's own, one for each prompt; perhaps with a reader that says something of each at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Room, Seat
from kit.activities.fitting import fits
from kit.activities.typed import line_or_nothing

BESIDE_TASK = 86.0, 48.0
"""What the projector holds below the task of people who work: width and height, see ``fitting``."""

LENGTH = 600
"""The most characters of a text, unless something else is said: a few sentences."""


class Hint(NamedTuple):
    """One step of a way to do it: in a few words, and in a sentence."""

    title: str
    hint: str


class Prompt(NamedTuple):
    """What a text is asked for.

    Attributes:
        label: Of the box to write in.
        text: What has happened; nothing where the label says all.
        place: Where it happens, in a word or two.
        topic: What kind of thing it is.
        steps: A way to do it, for whoever wants to look.
    """

    label: str
    text: str = ""
    place: str = ""
    topic: str = ""
    steps: Sequence[Hint] = ()


class Remark(NamedTuple):
    """One thing that a reader says of a text.

    Attributes:
        manner: What is said of a step: "found", "missing" or "unclear"; else "question", which it asks back, or
            "praise", of what it likes besides.
        title: What it is about; perhaps nothing.
        verdict: Of a step, in words.
    """

    manner: str
    sentence: str
    title: str = ""
    verdict: str = ""


class Remarks(NamedTuple):
    """What a reader says of a text to whoever wrote it.

    Attributes:
        summary: One short line, for who listens.
        told: One by one; nothing where nothing is judged, and the short line says why.
    """

    summary: str
    told: Sequence[Remark] = ()


class Piece(NamedTuple):
    """Some words of a text with what a reader found in them, or the name of what it found.

    Attributes:
        manner: Of a step "owns", "explains", "eases", "turns" or "other"; of a trap "asks"; empty of other words.
        title: What it is, in words.
    """

    words: str
    manner: str = ""
    title: str = ""


class Marked(NamedTuple):
    """A text with what a reader found in it, word by word; and all that it found, as a key: without a manner what no
    words of its own show.
    """

    pieces: Sequence[Piece]
    key: Sequence[Piece]


class Write(Activity[pd.DataFrame], kw_only=True):
    """A text for each prompt; an empty one withdraws what was there.

    Its result are the texts of known prompts, columns as those of ``Room.responses``, by participant and item.

    Attributes:
        prompts: Item -> what it asks for.
        length: The most characters of a text.
        question: What the projector asks.
        invitation: What a phone says before the first box.
        note: What a phone says after the last box, besides that it is saved.
        rows: The height of a box, in lines.
        needed: With so many texts a person is done; None is all.
        pick: Says which of the prompts the room works on; None is all.
        earlier: What is quoted above a box: label -> an earlier writing for the same prompts.
        start: The earlier writing that a box begins with.
        reader: What is said of a text for an item at once, where a stage echoes it.
    """

    name: str
    round: int
    prompts: Mapping[str, Prompt]
    length: int = LENGTH
    question: str = ""
    invitation: str = ""
    note: str = ""
    rows: int = 4
    needed: int | None = None
    pick: Callable[[Room], Sequence[str]] | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    earlier: "Mapping[str, Write]" = field(default_factory=dict)
    start: "Write | None" = None
    reader: Callable[[str, str], Remarks | None] | None = None
    template = "write/write.html"

    def items(self, room: Room, seat: Seat) -> Sequence[str]:
        """The prompts that the room works on."""
        return self.pick(room) if self.pick else list(self.prompts)

    def happened(self, room: Room) -> list[str]:
        """What has happened, beside the task on the projector; of more than it holds only where."""
        prompts = [self.prompts[item] for item in self.items(room, Seat()) if self.prompts[item].text]
        found = [one.text for one in prompts], [one.place for one in prompts]
        return next((texts for texts in found if fits(texts, BESIDE_TASK, 3, 1.3)), [])

    def check(self, item: str, value: str) -> str | None:
        """The text on one line; nothing where there is nothing to read in it."""
        return line_or_nothing(value, self.length) if item in self.prompts else None

    def latest(self, seat: Seat, item: str) -> str:
        """What the person has said, or else what the box begins with."""
        return self.said(seat, item) or (self.start.said(seat, item) if self.start else "")

    def progress(self, room: Room, seat: Seat) -> tuple[int, int]:
        """How many texts the person has written, of how many; where fewer than all will do, for any prompt."""
        if self.needed is None:
            return super().progress(room, seat)
        return min(sum(bool(self.said(seat, item)) for item in self.prompts), self.needed), self.needed

    @property
    def thinks(self) -> bool:
        """Where there is a reader."""
        return self.reader is not None

    def touched(self, item: str) -> Sequence[str]:
        """The prompt's own."""
        return (item,) if item in self.prompts else ()

    def told(self, room: Room, seat: Seat, item: str) -> Remarks | None:
        """What the reader says of the text, or of what the box begins with."""
        if self.reader is None or item not in self.prompts:
            return None
        withdrawn = (self.round, item) in seat.answers
        text = self.said(seat, item) if withdrawn else self.latest(seat, item)
        return self.reader(item, text) if text else None

    def result(self, room: Room) -> pd.DataFrame:
        """The texts that are there."""
        return room.given(self, sorted(self.prompts))
