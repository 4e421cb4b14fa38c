"""A reading: one text taken apart into words, cues, clauses and apologies, for all rules to share."""

from dataclasses import dataclass
from functools import cache, cached_property

from kit.coach.apologies import Apology, find_apologies
from kit.coach.clauses import Clause, find_clauses
from kit.coach.cues import Cues, Hit, classify
from kit.coach.lexicon import listings
from kit.coach.text import Speller, Text, split


@dataclass
class Reading:
    """What the coach knows about a text before any rule judges it."""

    text: Text
    hits: list[Hit]

    @cached_property
    def clauses(self) -> list[Clause]:
        """Clauses in order, with their subject, tense and polarity."""
        return find_clauses(self.text)

    @cached_property
    def apologies(self) -> list[Apology]:
        """Apologies of the speaker's in order, each with what it apologises for."""
        return find_apologies(self.text, self.hits)

    @cached_property
    def clause_of(self) -> list[int]:
        """Number of the clause of each word; pauses and stops belong to the clause before them."""
        numbers, clauses = [], self.clauses
        number = 0
        for position in range(len(self.text.words)):
            while number + 1 < len(clauses) and position >= clauses[number + 1].first:
                number += 1
            numbers.append(number)
        return numbers

    @cached_property
    def has_words(self) -> bool:
        """Whether there is anything but punctuation."""
        return any(word[0].isalnum() for word in self.text.words)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Character offsets of the words `first` to `last` (exclusive)."""
        return self.text.starts[first], self.text.ends[last - 1]


@cache
def _compiled() -> tuple[Speller, Cues, Cues]:
    """What texts are read with: the speller, the word classes and the cues of the lexicon."""
    members, patterns, irregular = listings("classes"), listings("cues"), listings("irregular")
    classes = Cues(members, irregular=irregular)
    cues = Cues(patterns, members, irregular)
    return Speller(classes.words | cues.words), classes, cues


def read(source: str) -> Reading:
    """Take a text apart."""
    speller, classes, cues = _compiled()
    text = split(source, speller.spell)
    classify(text, classes)
    return Reading(text, cues.find(text))
