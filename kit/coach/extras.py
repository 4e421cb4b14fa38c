"""Extras: what a phrase does beyond its recipe, shown as praise and never demanded."""

from __future__ import annotations

from kit.coach.reading import Reading

EXTRAS = ("names-it", "names-a-time", "gives-choice", "thanks")
_VAGUE_TIMES = frozenset({"now", "moment", "second", "seconds", "overnight"})
_DETERMINERS = frozenset({"the", "your", "our", "a", "an", "that", "this", "wrong"})
_GENERIC = frozenset(
    """issue issues problem problems matter thing things situation inconvenience delay wait mistake error
    confusion trouble case way time day best rest other one same right wrong new next people
    everyone moment bit lot few whole first last long short due part end side fault slip mess team
    system policy rule rules company customer""".split()
)
_REAL_THANKS = frozenset(
    """telling letting bringing spotting flagging pointing waiting hanging holding sitting calling ringing
    coming showing catching reporting raising checking sending staying noticing""".split()
)


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
            if words[near] not in _GENERIC and not reading.classes[near] and len(words[near]) > 2:
                return True
    return False


def _names_a_time(reading: Reading) -> bool:
    for position, here in enumerate(reading.classes):
        names = {name for name, _ in here}
        if "<time>" in names or ("<when>" in names and reading.text.words[position] not in _VAGUE_TIMES):
            return True
        if (
            "<num>" in names
            and reading.text.words[position - 1] in ("at", "by", "before", "until")
            and position
        ):
            return True
    return False


def _gives_choice(reading: Reading) -> bool:
    words = reading.text.words
    for clause in reading.clauses:
        inside = words[clause.first : clause.last]
        if clause.asked and ("or" in inside or "which" in inside or "prefer" in inside or "rather" in inside):
            return True
    text = " ".join(words)
    return any(
        cue in text
        for cue in ("if you prefer", "if you would rather", "up to you", "your choice", "whichever")
    )


def _thanks(reading: Reading) -> bool:
    words = reading.text.words
    return any(
        word in ("thank", "thanks", "grateful", "appreciate")
        and _REAL_THANKS & set(words[position + 1 : position + 6])
        for position, word in enumerate(words)
    )
