"""Extras: what a phrase does beyond its recipe, shown as praise and never demanded."""

from kit.coach.lexicon import word_list
from kit.coach.reading import Reading

EXTRAS = ("names-it", "names-a-time", "gives-choice", "thanks")
_VAGUE_TIMES = word_list("vague_times")
_DETERMINERS = word_list("determiners")
_GENERIC = word_list("generic")
_REAL_THANKS = word_list("real_thanks")
_ASKING = frozenset({"or", "which", "prefer", "rather"})
_CHOICES = ("if you prefer", "if you would rather", "up to you", "your choice", "whichever")


def find_extras(reading: Reading, promises: bool, blames: bool) -> tuple[str, ...]:
    """The extras of a reading, in the order of `EXTRAS`.

    Args:
        reading: the phrase.
        promises: whether it says what happens next; without that, a time in it is no promise.
        blames: whether it gives somebody the fault; then what it names is no thing.
    """
    found = (
        not blames and _names_it(reading),
        promises and _names_a_time(reading),
        _gives_choice(reading),
        _thanks(reading),
    )
    return tuple(name for name, there in zip(EXTRAS, found, strict=True) if there)


def _names_it(reading: Reading) -> bool:
    """Whether a concrete noun follows a determiner, one word between them at most."""
    words = reading.text.words
    for position, word in enumerate(words[:-1]):
        if word not in _DETERMINERS:
            continue
        for near in range(position + 1, min(position + 3, len(words))):
            if not words[near].isalpha():
                break
            if words[near] not in _GENERIC and not reading.text.classes[near] and len(words[near]) > 2:
                return True
    return False


def _names_a_time(reading: Reading) -> bool:
    text = reading.text
    for position, word in enumerate(text.words):
        if text.has("<time>", position) or (text.has("<when>", position) and word not in _VAGUE_TIMES):
            return True
        if word in ("at", "by", "before", "until") and text.has("<num>", position + 1):
            return True
    return False


def _gives_choice(reading: Reading) -> bool:
    words = reading.text.words
    for clause in reading.clauses:
        if clause.asked and not _ASKING.isdisjoint(words[clause.first : clause.last]):
            return True
    return any(choice in " ".join(words) for choice in _CHOICES)


def _thanks(reading: Reading) -> bool:
    words = reading.text.words
    return any(
        word in ("thank", "thanks", "grateful", "appreciate")
        and _REAL_THANKS & set(words[position + 1 : position + 6])
        for position, word in enumerate(words)
    )
