"""How wide a text is on the projector, how large it may stand there, and where its lines break. No I/O, no state.

No font is read: a width is an estimate that is rather too much than too little.
"""

import unicodedata
from collections.abc import Iterable

PAGE = 166.0
"""The width of a projected picture without its margins; like all measures here in shares of the height."""

STEPS = {6: 10.5, 5: 7.6, 4: 5.6, 3: 4.3, 2: 3.3}
"""The sizes of type, from ``--p-6`` to ``--p-2`` of the stylesheet."""

NARROW, BROAD = frozenset(" .,:;'’|!()[]ijltfrI-"), frozenset("MWmw@%—…&Œ")

LATIN = "ɏ"
"""The last of the Latin letters; what comes after it is set in another font."""


def ems(text: str) -> float:
    """The width of a text on one line, in its own size."""
    return sum(map(_em, text))


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in NARROW:
        return 0.42
    if letter in BROAD or letter > LATIN:
        return 0.95
    return 0.76 if letter.isupper() else 0.62


def lines(text: str, most: float) -> list[str]:
    """The lines of a text of which none is wider than that; also a word breaks where it is."""
    found, room = [""], most
    for word in text.split():
        space = ems(" ") if found[-1] else 0.0
        if ems(word) + space <= room:
            found[-1] += " " * bool(space) + word
            room -= ems(word) + space
            continue
        found.append("")
        room = most
        for letter in word:
            if ems(letter) > room:
                found.append("")
                room = most
            found[-1] += letter
            room -= ems(letter)
    return [line for line in found if line]


def even_lines(text: str, number: int, most: float) -> list[str]:
    """The text on about so many lines of about one length, none wider than that."""
    wide = ems(text) / number
    while len(found := lines(text, min(wide, most))) > number and wide < most:
        wide *= 1.04
    return found


def fits(texts: Iterable[str], box: tuple[float, float], step: int, leading: float) -> bool:
    """Whether these texts, one below the other in one of ``STEPS``, fit into a box of that width and height."""
    (wide, high), size = box, STEPS[step]
    return sum(len(lines(text, wide / size)) for text in texts) * size * leading <= high


def largest(text: str, box: tuple[float, float], leading: float, most: int = 6) -> int:
    """The largest of ``STEPS``, up to one of them, at which a text fits into a box; 0 if none."""
    return next((step for step in STEPS if step <= most and fits([text], box, step, leading)), 0)
