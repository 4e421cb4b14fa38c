"""Extras: what a phrase does beyond its recipe, shown as praise and never demanded."""

from itertools import pairwise

from kit.coach.lexicon import word_list

EXTRAS = ("names-it", "names-a-time", "gives-choice", "thanks")
_DAYS, _UNITS, _NUMBERS = word_list("days"), word_list("units"), word_list("numbers")
_DETERMINERS = word_list("determiners")
_GENERIC = word_list("generic") | _DAYS | _UNITS
_REAL_THANKS = word_list("real_thanks")
_CHOICES = ("if you prefer", "if you would rather", "up to you", "your choice", "whichever")


def find_extras(words: list[str], promises: bool, blames: bool) -> tuple[str, ...]:
    """The extras of a phrase, in the order of `EXTRAS`.

    Args:
        words: the phrase in plain words.
        promises: whether it says what happens next; without that, a time in it is no promise.
        blames: whether it gives somebody the fault; then what it names is no thing.
    """
    found = (
        not blames and _names_it(words),
        promises and _names_a_time(words),
        _gives_choice(words),
        _thanks(words),
    )
    return tuple(name for name, there in zip(EXTRAS, found, strict=True) if there)


def _names_it(words: list[str]) -> bool:
    """Whether a concrete noun follows a determiner, one word between them at most."""
    return any(
        noun.isalpha() and len(noun) > 2 and noun not in _GENERIC
        for position, word in enumerate(words[:-1])
        if word in _DETERMINERS and words[position + 1].isalpha()
        for noun in words[position + 1 : position + 3]
    )


def _names_a_time(words: list[str]) -> bool:
    """A day, a time of day, or a number of minutes or days."""
    return not _DAYS.isdisjoint(words) or any(
        (_is_number(word) and after in _UNITS)
        or (word in ("at", "by", "before", "until") and _is_number(after))
        or (word[0].isdigit() and (after == "oclock" or word.endswith(("am", "pm"))))
        for word, after in pairwise([*words, "."])
    )


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _NUMBERS


def _gives_choice(words: list[str]) -> bool:
    """A question with "or" or "which" in it, or words that leave it to the customer."""
    plain = " ".join(words)
    asked = (sentence for sentence in plain.replace("!", ".").split(" . ") if "?" in sentence)
    return any({"or", "which", "prefer", "rather"} & set(one.split()) for one in asked) or any(
        choice in plain for choice in _CHOICES
    )


def _thanks(words: list[str]) -> bool:
    return any(
        word in ("thank", "thanks", "grateful", "appreciate")
        and _REAL_THANKS & set(words[position + 1 : position + 6])
        for position, word in enumerate(words)
    )
