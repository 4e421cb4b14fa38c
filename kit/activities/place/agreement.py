"""How far a group agrees: entropy, kappa, alpha and who moved. Pure statistics on counts; nobody has to answer all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd

RESAMPLES = 1000
"""Bootstrap samples behind an interval. Source: Zapf et al. 2016, who use 1000."""

SEED = 1971
"""Start of the bootstrap's random numbers; fixed, so that the same placements give the same interval."""

MOVES = ("stayed_ours", "stayed_elsewhere", "moved_ours", "moved_elsewhere")
"""What a second placement can be: the same as the first or another, and now one of ours or not. Every one is one."""


@dataclass(frozen=True)
class Agreement:
    """Agreement over the cards of one round. Where a figure isn't defined it is NaN.

    ``cards`` have at least one placement; ``placements`` counts them all. ``kappa`` is that of Fleiss and ``alpha``
    Krippendorff's for nominal data: 0 is chance, 1 is full agreement. ``kappa_low`` and ``kappa_high``,
    ``alpha_low`` and ``alpha_high`` bound 95 percent.
    """

    cards: int
    placements: int
    kappa: float
    kappa_low: float
    kappa_high: float
    alpha: float
    alpha_low: float
    alpha_high: float


def entropy_bits(counts: Sequence[int]) -> float:
    """Shannon's entropy of the shares behind the counts, in bits: 0 where all agree; NaN without a count."""
    n = sum(counts)
    if not n:
        return math.nan
    return sum(-count / n * math.log2(count / n) for count in counts if 0 < count < n) + 0.0


def fleiss_kappa(counts: np.ndarray) -> float:
    """Fleiss' kappa of a cards by categories array of counts; NaN where it isn't defined.

    Cards may have different numbers of placements. Agreement is averaged over the cards with two or more, the
    categories' shares over all cards with at least one; with nothing missing this is Fleiss' own formula.

    Source: Fleiss 1971, Psychological Bulletin 76(5):378-382; for missing placements Gwet 2014, Handbook of
    Inter-Rater Reliability, 4th edition, chapter 2.
    """
    totals = counts.sum(axis=1)
    counts, totals = counts[totals > 0], totals[totals > 0]
    paired = totals > 1
    if not paired.any() or np.count_nonzero(counts.any(axis=0)) < 2:
        return math.nan
    pairs = (counts[paired] * (counts[paired] - 1)).sum(axis=1) / (totals[paired] * (totals[paired] - 1))
    shares = (counts / totals[:, None]).mean(axis=0)
    by_chance = float((shares**2).sum())
    return (float(pairs.mean()) - by_chance) / (1 - by_chance)


def krippendorff_alpha(counts: np.ndarray) -> float:
    """Krippendorff's alpha (nominal) of a cards by categories array of counts; NaN where it isn't defined.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
    """
    paired = counts[counts.sum(axis=1) > 1]
    if np.count_nonzero(paired.any(axis=0)) < 2:
        return math.nan
    return float(krippendorff.alpha(value_counts=paired, level_of_measurement="nominal"))


def agreement(counts: np.ndarray, resamples: int = RESAMPLES) -> Agreement:
    """Kappa and alpha of a cards by categories array of counts, each with a 95 percent percentile interval.

    The bootstrap draws cards, not people, with replacement. Draws in which a figure isn't defined (all
    placements in one category) are left out; with fewer than two cards that two people placed there is no
    interval.

    Source: Zapf, Castell, Morawietz, Karch 2016, BMC Medical Research Methodology 16:93.
    """
    counts = counts[counts.sum(axis=1) > 0]
    draws: list[np.ndarray] = []
    if np.count_nonzero(counts.sum(axis=1) > 1) > 1:
        drawn = np.random.default_rng(SEED).integers(len(counts), size=(resamples, len(counts)))
        draws = [counts[cards] for cards in drawn]
    return Agreement(
        len(counts),
        int(counts.sum()),
        *_with_interval(fleiss_kappa, counts, draws),
        *_with_interval(krippendorff_alpha, counts, draws),
    )


def _with_interval(
    figure: Callable[[np.ndarray], float], counts: np.ndarray, draws: Sequence[np.ndarray]
) -> tuple[float, float, float]:
    """The figure and the 2.5 and 97.5 percent points of its values in the bootstrap's draws."""
    value = figure(counts)
    if math.isnan(value):
        return math.nan, math.nan, math.nan
    drawn = [other for other in map(figure, draws) if not math.isnan(other)]
    if not drawn:
        return value, math.nan, math.nan
    low, high = np.quantile(drawn, (0.025, 0.975))
    return value, float(low), float(high)


def shift(
    twice: pd.DataFrame,
    items: Sequence[str],
    categories: Sequence[str],
    ours: Callable[[str, str], bool],
) -> pd.DataFrame:
    """The shift table: who moved, for each card that somebody placed twice.

    Args:
        twice: One row a placement that was made twice; columns ``item``, ``before``, ``after``.
        items: The cards.
        categories: The categories.
        ours: Says for (item, category) whether that is right.

    Returns:
        One row a card and category of round 1, and at the end one a category for all cards together (there
        ``item`` is empty); no row if nobody placed a card twice. Columns ``item``, ``before``, ``n``,
        ``after_<category>`` (people) and, also people, ``MOVES``, which add up to ``n``.
    """
    moves = zip(twice["item"], twice["before"], twice["after"], strict=True)
    named = [
        f"{'stayed' if before == after else 'moved'}_{'ours' if ours(item, after) else 'elsewhere'}"
        for item, before, after in moves
    ]
    ways = pd.get_dummies(pd.Series(named, index=twice.index, dtype="str"))
    marks = pd.concat([pd.get_dummies(twice["after"], prefix="after"), ways], axis=1)
    marks = marks.assign(n=1, item=twice["item"], before=twice["before"])
    people = pd.concat([marks, marks.assign(item="")]).groupby(["item", "before"]).sum()
    placed = [item for item in (*items, "") if item in people.index.unique("item")]
    rows = pd.MultiIndex.from_product([placed, categories], names=["item", "before"])
    columns = ["n", *(f"after_{category}" for category in categories), *MOVES]
    return people.reindex(rows).reindex(columns=columns).fillna(0).astype(int).reset_index()
