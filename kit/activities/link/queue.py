"""What the facilitator is asked about needs: one at a time beside those of the other side, until all are compared."""

from collections.abc import Iterable, Iterator, Sequence, Set
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from kit.activities.link.compare import PAIR, SAME, SIDES, Comparison, Need, Said, Verdict
from kit.activities.link.person import PREDICTED

SHOWN = 5
"""So many needs stand beside the one that is asked about."""

MOST = 200
"""So many answers are asked for at most: at ``SECONDS`` each that takes ten minutes."""

SECONDS = 3
"""What a question takes."""


class Couple(NamedTuple):
    """Two needs of both sides of a link.

    Attributes:
        other: The need of the side that isn't asked about.
        item: Of the decision about the two.
        word: What the facilitator says of them; empty for nothing.
        is_open: Whether it isn't known, by their words or by what the facilitator says, of them or of others.
    """

    asked: Need
    other: Need
    item: str
    word: str
    is_open: bool

    @classmethod
    def of(cls, asked: Need, other: Need, said: Said, is_open: bool = False) -> "Couple":
        """The two, with what the facilitator says of them."""
        asks_predicted = asked.side == SIDES[PREDICTED]
        predicted, stated = (asked.key, other.key) if asks_predicted else (other.key, asked.key)
        word = said.get((predicted, stated), "")
        return cls(asked, other, f"{PAIR}{predicted}/{stated}", word, is_open)


class Question(NamedTuple):
    """A need, and those of the other side of which it may be one, the likeliest first."""

    asked: Need
    couples: Sequence[Couple]

    def said(self, word: str) -> list[Couple]:
        """Those of which the facilitator says this."""
        return [couple for couple in self.couples if couple.word == word]

    @property
    def answers(self) -> int:
        """How often it has been answered: once for each that is the same, once for all the rest."""
        words = [couple.word for couple in self.couples]
        return words.count(SAME) + any(word not in (SAME, "") for word in words)

    def left(self, known: Set[Need]) -> list[Couple]:
        """What is still to be asked: open couples without a word, by which an outcome may change.

        Args:
            known: The needs that both sides named.
        """
        return [
            couple for couple in self.said("") if couple.is_open and not {self.asked, couple.other} <= known
        ]


class Queue(NamedTuple):
    """What there is to say about needs now.

    Attributes:
        question: The one to answer, or None.
        couples: What it still asks for.
        length: How many questions there are, this one too.
        taken: What the kit took for the same, and what the facilitator says of it.
        answered: What was answered, as it was asked.
    """

    question: Question | None
    couples: Sequence[Couple]
    length: int
    taken: Sequence[Couple]
    answered: Sequence[Question]

    @property
    def minutes(self) -> int:
        """What the rest will take."""
        return -(-self.length * SECONDS // 60)


def queue_of(links: Sequence[Comparison], known: Set[Need]) -> Queue:
    """What is left to ask, and what was answered; never more than ``MOST`` answers in all."""
    every = questions(links)
    left = [question for question in every if question.left(known)]
    # What is half answered goes on; then a need that nobody knows yet comes before one that is known.
    left.sort(key=lambda question: (not question.said(SAME), question.asked in known))
    left = left[: max(0, MOST - sum(question.answers for question in every))]
    taken = [
        Couple.of(stated, predicted, link.said)
        for link in links
        for predicted, stated in link.pairs(link.guessed == Verdict.TAKEN)
    ]
    answered = [question for question in every if question.answers]
    now = left[0] if left else None
    return Queue(now, now.left(known) if now else (), len(left), taken, answered)


def questions(links: Iterable[Comparison]) -> list[Question]:
    """All that is ever asked while the needs stay as they are; those of most people first."""
    found = [ranked for link in links for ranked in _of_one_link(link)]
    return [question for _rank, question in sorted(found, key=itemgetter(0))[:MOST]]


def _of_one_link(link: Comparison) -> Iterator[tuple[Any, Question]]:
    """Its questions, each with its rank; asked of the side of which that takes fewer."""
    known = (link.guessed != Verdict.OPEN) & (link.verdicts != Verdict.DIFFERENT)
    # Of two needs that are known already nobody has to say whether they are the same too.
    both_known = np.logical_and.outer(known.any(axis=1), known.any(axis=0))
    unsaid, is_open = (link.guessed == Verdict.OPEN) & ~both_known, link.verdicts == Verdict.OPEN
    sides, grids = (link.predicted, link.stated), (unsaid, is_open, known, link.likeness.scores)
    from_predicted, from_stated = (-(-unsaid.sum(axis=axis) // SHOWN) for axis in (1, 0))
    if from_stated.sum() <= from_predicted.sum():
        sides, grids = sides[::-1], tuple(grid.T for grid in grids)
    yield from _of_one_side(*sides, grids, link.said)


def _of_one_side(
    needs: Sequence[Need], others: Sequence[Need], grids: Sequence[Any], said: Said
) -> Iterator[tuple[Any, Question]]:
    """A need of the first side (rows) beside those of the second, so many at a time."""
    unsaid, is_open, known, scores = grids
    row_known, column_known = known.any(axis=1), known.any(axis=0)
    for row in np.flatnonzero(unsaid.any(axis=1)).tolist():
        columns = np.flatnonzero(unsaid[row])
        columns = columns[np.argsort(-scores[row, columns].astype(int), kind="stable")].tolist()
        waiting = [others[n].people for n in columns if not column_known[n]]
        people = max([*waiting, 0 if row_known[row] else needs[row].people])
        for start in range(0, len(columns), SHOWN):
            shown = columns[start : start + SHOWN]
            couples = [Couple.of(needs[row], others[n], said, bool(is_open[row, n])) for n in shown]
            yield (-people, -int(scores[row, columns[0]])), Question(needs[row], couples)
