"""Which texts every database takes, and how to quote one that none takes."""

QUOTED_LENGTH = 40


def is_storable(text: str) -> bool:
    """Whether every database takes this text: no NUL (PostgreSQL) and no half of a surrogate pair (UTF-8)."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def quoted(text: object) -> str:
    """The beginning of a text, fit for an error message: what can't be seen is written as an escape."""
    return "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(text)[:QUOTED_LENGTH]
    )
