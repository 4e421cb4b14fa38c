"""A question that people answer in words of their own, as far as the facilitator lets the room see them."""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kit.activities.activity import Beat, Room, numbered, paged, share
from kit.activities.fitting import ems
from kit.activities.held import NO, YES, HeldBack
from kit.activities.link.likeness import bare
from kit.activities.question import Asked
from kit.activities.typed import line_or_nothing
from kit.text import gettext as _

WORD_LENGTH, TEXT_LENGTH = 30, 200

SIZES = (4.3, 5.6, 7.6, 10.5, 15.0)
"""The sizes of words on the projector, in hundredths of its height; those of ``.cloud-0`` and so on."""

LONG = 60
"""A question of more letters has smaller ones; see ``parts.html``."""

COUNT, GAP, LEADING = 2.6, 3.0, 1.15
"""The size of the number beside a word, the space between words, and the height of a line by its size."""

BESIDE_THE_RING, BESIDE_THE_DOOR, ALONE = (94.0, 72.0), (106.0, 57.0), (164.0, 72.0)
"""The parts of the projector that words have, wide and high."""

PAGE_LINES, PAGE_WIDTH, BETWEEN = 11.0, 165.0, 1 / 3
"""So many lines of texts one page on the projector has, how wide they are, and the space between texts, in lines."""


class Word(NamedTuple):
    """What some people said in the same words.

    Attributes:
        key: Its name for decisions, from its bare words alone.
        text: As most of them wrote it; of equally many the first by alphabet.
        people: How many said it.
        is_shown: Whether the room may see it.
        by: What those are called who wrote it; empty where nobody may know.
    """

    key: str
    text: str
    people: int
    is_shown: bool
    by: str = ""


Sized = tuple[Word, int]
"""A word with its place among ``SIZES``."""

Cloud = tuple[Sequence[Sized], int]
"""Words as they fit onto the projector, and how many more there are."""


class Words(HeldBack, Asked[Sequence[Word]], kw_only=True):
    """Words of people's own; equal ones are one, whatever their capitals, articles, signs and plural.

    Attributes:
        length: The most characters.
        place: How wide and high the part of the projector is on which they grow, in hundredths of its height.
    """

    length: int = WORD_LENGTH
    through: bool = True
    place: tuple[float, float] = BESIDE_THE_RING
    template = "question/words.html"

    @property
    def form(self) -> Mapping[str, Any]:  # type: ignore[override]
        """A word is sent by a press: letter by letter it would grow on the wall."""
        return {"send": ""} if self.is_word else {}

    @property
    def is_word(self) -> bool:
        """Whether it is one word or a few, and not a text."""
        return self.length == WORD_LENGTH

    def check(self, item: str, value: str) -> str | None:
        """The text on one line; nothing where it was taken back."""
        return line_or_nothing(value, self.length) if item == self.item else None

    def result(self, room: Room) -> Sequence[Word]:
        """All of them, those of most people first."""
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text in sorted(room.once(self.given)["value"]):
            spellings[bare(text)][text] += 1
        found = []
        for plain, texts in spellings.items():
            key, text = key_of(plain), texts.most_common(1)[0][0]
            found.append(Word(key, text, texts.total(), self.is_shown(room, key)))
        return sorted(found, key=lambda word: (-word.people, word.text.casefold(), word.text))

    def is_shown(self, room: Room, key: str) -> bool:
        """Whether the room may see what a key stands for."""
        usual = YES if {YES, key} & room.once(self.usual) else NO
        return room.decisions.get(f"{self.name}/{key}", usual) == YES

    def cloud(self, room: Room, alone: bool = False) -> Cloud:
        """Those that the room may see, as they fit under the question into a part of the projector."""
        width, height = ALONE if alone else self.place
        size = SIZES[1 if len(self.question) > LONG else 2]
        lines = math.ceil(ems(self.question) * size / width)
        return fitting(room.once(self.shown), width, height - LEADING * size * lines)

    def beats(self, room: Room) -> Sequence[Beat]:
        """Texts come a page each; words all at once."""
        if self.is_word:
            return ()
        pages = self.pages(room.once(self.shown))
        return numbered("answers", _("Answers"), "page" if room.of(self) else "nobody", pages)

    def rows(self, room: Room) -> list[tuple[Any, ...]]:
        """Each word, those of most people first."""
        everybody = len(room.once(self.given))
        return [
            (word.text, word.people, share(word.people, everybody, everybody), word.is_shown)
            for word in room.of(self)
        ]

    @staticmethod
    def pages(words: Sequence[Word]) -> list[list[Word]]:
        """Texts a page each, as many as can be read from the back row; at least one page."""
        lines = {word.key: math.ceil(ems(word.text) * SIZES[0] / PAGE_WIDTH) + BETWEEN for word in words}
        return paged(words, lambda page: sum(lines[word.key] for word in page) <= PAGE_LINES)


def key_of(text: str) -> str:
    """The name of a text for decisions, from the text alone."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def fitting(words: Sequence[Word], width: float, height: float) -> Cloud:
    """Words so large that they fit: the largest of most people; and so many as fit at all."""
    most = max((word.people for word in words), default=1)
    for largest in range(len(SIZES) - 1, -1, -1):
        sized = [(word, _size(word.people, most, largest)) for word in words]
        if _lines(sized, width, height) == len(sized):
            return sized, 0
    fits = _lines(sized, width, height - LEADING * SIZES[0]) if words else 0
    return sized[:fits], len(words) - fits


def _size(people: int, most: int, largest: int) -> int:
    """The place among the sizes; where nobody agrees, all words have a middling one."""
    return round(largest * (people - 1) / (most - 1)) if most > 1 else min(largest, len(SIZES) // 2)


def _lines(sized: Sequence[Sized], width: float, height: float) -> int:
    """How many of the words fit into lines of that width and height."""
    left, down, line = 0.0, 0.0, 0.0
    for place, (word, size) in enumerate(sized):
        count = COUNT * (0.66 * len(str(word.people)) + 1.2) if word.people > 1 else 0.0
        wide = ems(word.text) * SIZES[size] + count
        rows = math.ceil(wide / width)
        if rows > 1 and size:
            return place  # nothing large is broken
        if left + wide > width:
            left, down, line = 0.0, down + line, 0.0
        left, line = left + wide + GAP, max(line, rows * LEADING * SIZES[size])
        if down + line > height:
            return place
    return len(sized)
