"""How wide a text is on the projector. No font is read: an estimate that is rather too much than too little."""

import unicodedata

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
