"""How large a text may stand on the projector, and where its lines break. No I/O, no state.

How wide a text is, is estimated: see ``kit.activities.width``.
"""

from collections.abc import Iterable

from kit.activities.width import ems

PAGE = 166.0
"""The width of a projected picture without its margins; like all measures here in shares of the height."""

STEPS = {6: 10.5, 5: 7.6, 4: 5.6, 3: 4.3, 2: 3.3}
"""The sizes of type, from ``--p-6`` to ``--p-2`` of the stylesheet."""


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
