"""Texts that a spreadsheet might take for a formula, and how to make them harmless in a CSV file."""

import unicodedata

_SIGNS = "=+-@\N{MINUS SIGN}"
_QUOTES = "'\"`\N{ACUTE ACCENT}\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_PASSED_OVER = ("Cc", "Cf", "Pi", "Pf")
"""Unicode's categories of characters that can't be seen, and of the other quotation marks."""


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate it; see ``defuse``."""
    for letter in text:
        if letter in "\t\r\n":
            return True
        if letter.isspace() or letter in _QUOTES or unicodedata.category(letter) in _PASSED_OVER:
            continue
        folded = unicodedata.normalize("NFKC", letter)
        if folded not in _QUOTES:
            return folded in _SIGNS
    return False


def defuse(text: str) -> str:
    """The text so that no spreadsheet calculates it: with an apostrophe before it where it might.

    That is where its first character is one of ``= + - @`` (or a full-width look-alike),
    or where that comes after spaces, invisible characters and quotes, or where it begins with a tab or a line
    break. Whoever takes the apostrophe away again where a formula follows has every text back as it was. Therefore
    apply it once: a text that begins with an apostrophe and ``=`` gets another one, or else it couldn't be told from
    ``=`` defused.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if looks_like_formula(text) else text
