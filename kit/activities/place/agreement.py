"""How far a group agrees: entropy, kappa, alpha and who moved. Pure statistics on counts; nobody has to answer all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


def fleiss_kappa(counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Fleiss' kappa of a cards by categories array of counts, for each draw of the cards; NaN where it isn't defined.

    Cards may have different numbers of placements. Agreement is averaged over the cards with two or more, the
    categories' shares over all cards with at least one; with nothing missing this is Fleiss' own formula.

    Args:
        drawn: How often each card is in each draw, draws by cards.

    Source: Fleiss 1971, Psychological Bulletin 76(5):378-382; for missing placements Gwet 2014, Handbook of
    Inter-Rater Reliability, 4th edition, chapter 2.
    """
    n = counts.sum(axis=1)
    placed, paired = drawn * (n > 0), drawn * (n > 1)
    pairs = (counts * (counts - 1)).sum(axis=1) / np.maximum(n * (n - 1), 1)
    shares = counts / np.maximum(n, 1)[:, None]
    with np.errstate(invalid="ignore"):
        observed = paired @ pairs / paired.sum(axis=1)
        by_chance = ((placed @ shares / placed.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
        kappa = (observed - by_chance) / (1 - by_chance)
    return np.where(_differ(counts, placed), kappa, np.nan)


def krippendorff_alpha(counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha (nominal), of the same and for the same draws; NaN where it isn't defined.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
    """
    n = counts.sum(axis=1)
    paired = drawn * (n > 1)
    apart = (n**2 - (counts**2).sum(axis=1)) / np.maximum(n - 1, 1)
    values = paired @ counts
    total = values.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha = 1 - paired @ apart * (total - 1) / (total**2 - (values**2).sum(axis=1))
    return np.where(_differ(counts, paired), alpha, np.nan)


def _differ(counts: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Whether a draw has placements in two categories or more."""
    return np.count_nonzero(drawn @ counts, axis=1) > 1


def agreement(counts: np.ndarray, resamples: int = RESAMPLES) -> Agreement:
    """Kappa and alpha of a cards by categories array of counts, each with a 95 percent percentile interval.

    The bootstrap draws cards, not people, with replacement. Draws in which a figure isn't defined (all
    placements in one category) are left out; with fewer than two cards that two people placed there is no
    interval.

    Source: Zapf, Castell, Morawietz, Karch 2016, BMC Medical Research Methodology 16:93.
    """
    counts = counts[counts.sum(axis=1) > 0]
    cards = len(counts)
    drawn = np.ones((1, cards))
    if np.count_nonzero(counts.sum(axis=1) > 1) > 1:
        chosen = np.random.default_rng(SEED).integers(cards, size=(resamples, cards))
        drawn = np.vstack([drawn, (chosen[:, :, None] == np.arange(cards)).sum(axis=1)])
    kappa, alpha = (_with_interval(figure(counts, drawn)) for figure in (fleiss_kappa, krippendorff_alpha))
    return Agreement(cards, int(counts.sum()), *kappa, *alpha)


def _with_interval(values: np.ndarray) -> tuple[float, float, float]:
    """The first value, and the 2.5 and 97.5 percent points of the others, which are those of the draws."""
    value, others = float(values[0]), values[1:][~np.isnan(values[1:])]
    if math.isnan(value) or not len(others):
        return value, math.nan, math.nan
    low, high = np.quantile(others, (0.025, 0.975))
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
