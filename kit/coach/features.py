"""Features: what the linear model sees of a reading, each with the words that carry it.

The same function serves training and review, so weights always fit what they meet.
"""

from collections.abc import Iterator
from functools import lru_cache

from kit.coach.apologies import HOLLOW, Apology
from kit.coach.clauses import Clause
from kit.coach.cues import NUMBERS
from kit.coach.lexicon import word_list
from kit.coach.reading import Reading
from kit.coach.text import STOPS

Feature = tuple[str, int, int]
_FRAMED = word_list("framed")
_SUFFIXES = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e")

_LENGTHS = (6, 10, 15, 22, 32)  # a short phrase holds fewer meanings than a long one
_SHIELDED = word_list("shielded")
_OWNING = word_list("owning")
_HELPING = word_list("helping")
_REFUSING = word_list("refusing")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A rough stem, so that forms of a word share what is learnt of one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def featurise(reading: Reading) -> Iterator[Feature]:
    """All features of a reading as (name, first word, last word exclusive); names may repeat."""
    yield from _word_features(reading)
    for hit in reading.hits:
        yield f"{'n' if hit.negated else 'c'}:{hit.name}", hit.first, hit.last
    yield from _apology_features(reading)
    yield from _whole_features(reading)
    shield = _shield(reading)
    for clause in reading.clauses:
        place = _place(clause, reading.apologies)
        yield from _clause_features(reading, clause, place, "safe" if clause.last > shield else "open")


def _place(clause: Clause, apologies: list[Apology]) -> str:
    """Where a clause stands to the first apology."""
    if not apologies:
        return "none"
    if clause.last <= apologies[0].first:
        return "pre"
    return "at" if clause.first <= apologies[0].first else "post"


def _word_features(reading: Reading) -> Iterator[Feature]:
    before = "^"
    for position, word in enumerate(reading.text.words):
        form = "#" if word[0].isdigit() or word in NUMBERS else stem(word)
        yield f"w:{form}", position, position + 1
        yield f"b:{before} {form}", max(position - 1, 0), position + 1
        before = "^" if word in STOPS else form
        for name, last in reading.text.classes[position]:
            yield f"k:{name}", position, last


def _apology_features(reading: Reading) -> Iterator[Feature]:
    apologies = reading.apologies
    for apology in apologies:
        last = max(apology.last, apology.turn + 1)
        yield f"ap:{apology.kind}", apology.first, last
        if apology.turn >= 0:
            turned = "help" if apology.helps else "back"
            yield f"ap:{turned}", apology.first, last
            yield f"ap:{apology.kind}:{turned}", apology.first, last
    real = next((apology for apology in apologies if apology.is_real), None)
    if real:
        yield "ap:stands", real.first, real.last
    elif apologies and all(apology.kind in HOLLOW for apology in apologies):
        yield "ap:hollow", apologies[0].first, apologies[0].last


def _shield(reading: Reading) -> int:
    """First word of the first real apology or owning of ours: a neutral cause after it is no deflection."""
    firsts = [apology.first for apology in reading.apologies if apology.is_real]
    firsts += [hit.first for hit in reading.hits if hit.name in _OWNING and not hit.negated]
    return min(firsts, default=len(reading.text.words) + 1)


def _whole_features(reading: Reading) -> Iterator[Feature]:
    """Refusals and rules, apart by whether the text offers anything as well."""
    helps = any(hit.name in _HELPING and not hit.negated for hit in reading.hits)
    ending = "help" if helps else "alone"
    count = sum(word[0].isalnum() for word in reading.text.words)
    for least in _LENGTHS:
        if count >= least:
            yield f"l:{least}", 0, 1
    for hit in reading.hits:
        if hit.name in _REFUSING:
            yield f"d:{hit.name}:{ending}", hit.first, hit.last
    for clause in reading.clauses:
        if clause.asked:
            words = reading.text.words[clause.first : clause.first + 2]
            yield f"q:{' '.join(words)}", clause.first, clause.last
            yield f"q:{words[0]}:{clause.subject}:{clause.tense}", clause.first, clause.last


def _clause_features(reading: Reading, clause: Clause, place: str, shield: str) -> Iterator[Feature]:
    first, last = clause.first, clause.last
    subject, ask = clause.subject, "?" if clause.asked else ""
    yield f"f:{clause.frame}{ask}", first, last
    yield f"s:{subject}{ask}", first, last
    yield f"p:{place}:{clause.frame}", first, last
    yield f"p:{place}:{subject}", first, last
    yield f"t:{place}:{clause.tense}", first, last
    if clause.joint:
        yield f"j:{clause.joint}:{subject}", first, last
        yield f"j:{place}:{clause.joint}", first, last
    seen = set()
    for position in range(first, last):
        for name, _ in reading.text.classes[position]:
            if name in _FRAMED and name not in seen:
                seen.add(name)
                yield f"x:{subject}{'-' if clause.denied else ''}{name}", first, last
                yield f"y:{place}{name}", first, last
            if name in _SHIELDED and (shield, name) not in seen:
                seen.add((shield, name))
                yield f"o:{shield}{name}", first, last
    if not seen & {"<helpverb>", "<when>", "<apol>", "<refuse>"} and last - first > 2:
        yield f"z:{place}:plain:{clause.tense or subject}", first, last
        yield f"z:{place}:plain", first, last
