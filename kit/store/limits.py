"""How long what is kept may be, which texts every database takes, and how to quote one that none takes."""

ID_LENGTH = 60
TITLE_LENGTH = 200
ITEM_LENGTH = 200
VALUE_LENGTH = 10_000
NOTE_LENGTH = 10_000
MAX_ROUND = 1000
MAX_MINUTES = 24 * 60
QUOTED_LENGTH = 40


def is_storable(text: str) -> bool:
    """Whether every database takes this text: no NUL (PostgreSQL) and no half of a surrogate pair (UTF-8)."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def fits(text: str, shortest: int, longest: int) -> bool:
    """Whether a text of that length may be kept and every database takes it."""
    return shortest <= len(text) <= longest and is_storable(text)


def quoted(text: object) -> str:
    """The beginning of a text, fit for an error message: what can't be seen is written as an escape."""
    return "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(text)[:QUOTED_LENGTH]
    )
