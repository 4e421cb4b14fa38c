"""Agreement: published worked examples, undefined cases without warnings, properties, speed."""

import math
from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.activities.activity import counted
from kit.activities.place import agreement

ITEMS = ["a", "b", "c", "d"]
CATEGORIES = ["x", "y", "z"]

# Fleiss 1971, Psychological Bulletin 76(5):378-382: 30 patients, 6 psychiatrists, 5 diagnoses. One word a
# patient, one digit a psychiatrist (their order within a patient has no meaning). Published kappa: 0.430.
DIAGNOSES = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""

# The worked example of Wikipedia's article "Fleiss' kappa": 10 subjects, 14 raters, 5 categories; 0.210.
FOURTEEN_RATERS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C: 4 observers (rows), 12 units, some
# values missing. Published nominal alpha: 0.743. The R package irrCAC has the same data as cac.raw4raters and
# gives Fleiss' kappa, generalised to missing values after Gwet 2014, as 0.76117.
FOUR_OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def count_values(units: list[str]) -> np.ndarray:
    """Units (one text each, a digit a rating) as counts of the values 1 to 5."""
    return np.array([[unit.count(str(value)) for value in range(1, 6)] for unit in units])


def observed_units() -> list[str]:
    return ["".join(column) for column in zip(*FOUR_OBSERVERS, strict=True)]


def frame(rows: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["participant", "round", "item", "value"])


def placements_of(counts: list[list[int]]) -> pd.DataFrame:
    """Placements that have these counts, the people of each card numbered from 0."""
    rows = []
    for item, row in zip(ITEMS, counts, strict=False):
        placed = [category for category, count in zip(CATEGORIES, row, strict=True) for _ in range(count)]
        rows += [(f"P{person}", 1, item, category) for person, category in enumerate(placed)]
    return frame(rows)


def agreed(placements: pd.DataFrame, items: list[str] = ITEMS, resamples: int = 1000) -> agreement.Agreement:
    return agreement.agreement(counts_of(placements, items), resamples)


def counts_of(placements: pd.DataFrame, items: list[str] = ITEMS) -> np.ndarray:
    return counted(placements, items, CATEGORIES).filter(regex="^count_").to_numpy()


def shift_of(first: list[tuple], second: list[tuple]) -> pd.DataFrame:
    twice = frame(first).merge(frame(second), on=["participant", "item"], suffixes=("_1", "_2"))
    twice = twice.rename(columns={"value_1": "before", "value_2": "after"})
    return agreement.shift(twice, ITEMS, CATEGORIES, is_x)


people_cards = st.dictionaries(
    st.tuples(st.integers(0, 7), st.sampled_from(ITEMS)), st.sampled_from(CATEGORIES), max_size=32
)


def rows_of(placed: dict[tuple[int, str], str], round: int = 1) -> list[tuple[str, int, str, str]]:
    return [(f"P{person}", round, item, value) for (person, item), value in placed.items()]


def some_placements(placed: dict[tuple[int, str], str]) -> pd.DataFrame:
    return frame(rows_of(placed))


def same(one: agreement.Agreement, other: agreement.Agreement) -> bool:
    return all(a == b or (a != a and b != b) for a, b in zip(astuple(one), astuple(other), strict=True))


def figure(of: Callable[[np.ndarray, np.ndarray], np.ndarray], counts: np.ndarray) -> float:
    """The figure of these cards, each taken once."""
    return float(of(counts, np.ones((1, len(counts))))[0])


def test_kappa_is_that_of_fleiss_1971() -> None:
    assert figure(agreement.fleiss_kappa, count_values(DIAGNOSES.split())) == pytest.approx(0.430, abs=0.0005)


def test_kappa_is_that_of_the_fourteen_raters() -> None:
    assert figure(agreement.fleiss_kappa, np.array(FOURTEEN_RATERS)) == pytest.approx(0.210, abs=0.0005)


def test_alpha_is_that_of_krippendorff_2011() -> None:
    assert figure(agreement.krippendorff_alpha, count_values(observed_units())) == pytest.approx(
        0.743, abs=0.0005
    )


def test_kappa_with_missing_placements_is_that_of_irr_cac() -> None:
    assert figure(agreement.fleiss_kappa, count_values(observed_units())) == pytest.approx(
        0.76117, abs=0.000005
    )


def test_a_card_that_nobody_placed_changes_nothing() -> None:
    counts = np.array(FOURTEEN_RATERS)
    padded = np.vstack([counts, np.zeros((1, 5), dtype=int)])
    assert figure(agreement.fleiss_kappa, padded) == figure(agreement.fleiss_kappa, counts)
    assert figure(agreement.krippendorff_alpha, padded) == figure(agreement.krippendorff_alpha, counts)


@pytest.mark.parametrize(
    "counts",
    [
        [],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[5, 0, 0], [5, 0, 0]],
        [[1, 0, 0]],
    ],
    ids=["nobody", "one participant", "all in one category", "one placement"],
)
def test_undefined_agreement_is_nan(counts: list[list[int]]) -> None:
    result = agreed(placements_of(counts))
    figures = (result.kappa, result.kappa_low, result.kappa_high)
    assert all(math.isnan(figure) for figure in figures)
    assert all(math.isnan(figure) for figure in (result.alpha, result.alpha_low, result.alpha_high))


def test_one_card_has_a_figure_and_no_interval() -> None:
    result = agreed(placements_of([[3, 2, 0]]))
    # 4 of 10 pairs agree; chance 0.36 + 0.16 = 0.52 for kappa, (6 + 2) / 20 = 0.4 for alpha.
    assert result.kappa == pytest.approx((0.4 - 0.52) / 0.48) and result.alpha == pytest.approx(0)
    assert math.isnan(result.kappa_low) and math.isnan(result.alpha_high)
    assert (result.cards, result.placements) == (1, 5)


def test_full_agreement_is_one_with_a_narrow_interval() -> None:
    result = agreed(placements_of([[4, 0, 0], [0, 4, 0], [0, 0, 4]]))
    assert (result.kappa, result.kappa_low, result.kappa_high) == (1, 1, 1)
    assert (result.alpha, result.alpha_low, result.alpha_high) == (1, 1, 1)


@given(people_cards)
def test_the_interval_is_in_order_and_figures_stay_in_bounds(placed: dict[tuple[int, str], str]) -> None:
    result = agreed(some_placements(placed), resamples=10)
    for figure, low, high in (
        (result.kappa, result.kappa_low, result.kappa_high),
        (result.alpha, result.alpha_low, result.alpha_high),
    ):
        # With missing placements chance is estimated from more cards than agreement: kappa can fall below -1.
        assert math.isnan(figure) or figure <= 1 + 1e-9
        assert math.isnan(low) == math.isnan(high)
        assert math.isnan(low) or low <= high


@given(people_cards, st.randoms(use_true_random=False), st.permutations(range(8)))
def test_who_and_when_change_nothing(placed, random, seats) -> None:
    rows = [(seats[person], item, value) for (person, item), value in placed.items()]
    random.shuffle(rows)
    one = some_placements(placed)
    other = frame([(f"P{person}", 1, item, value) for person, item, value in rows])
    assert (counts_of(one) == counts_of(other)).all()
    assert same(
        agreed(one, resamples=10),
        agreed(other, resamples=10),
    )


@given(people_cards)
def test_every_placement_is_counted_once(placed: dict[tuple[int, str], str]) -> None:
    counts = counted(some_placements(placed), ITEMS, CATEGORIES)
    assert list(counts.index) == ITEMS and counts_of(some_placements(placed)).sum() == len(placed)
    assert list(counts.columns) == [
        "n",
        *(f"{what}_{name}" for what in ("count", "share") for name in CATEGORIES),
    ]
    assert all(counts.loc[item, f"count_{value}"] for (_person, item), value in placed.items())
    assert counts["share_x"].isna().equals(counts["n"] < 3)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8))
def test_entropy_lies_between_zero_and_that_of_equal_shares(counts: list[int]) -> None:
    entropy = agreement.entropy_bits(counts)
    assert math.isnan(entropy) == (sum(counts) == 0)
    assert math.isnan(entropy) or 0 <= entropy <= math.log2(len(counts)) + 1e-9


def is_x(item: str, placed: str) -> bool:
    return placed == "x"


def test_the_shift_table_counts_who_moved() -> None:
    first = [("P1", 1, "b", "y"), ("P2", 1, "b", "y"), ("P3", 1, "b", "x"), ("P4", 1, "b", "z")]
    second = [("P1", 2, "b", "x"), ("P2", 2, "b", "z"), ("P3", 2, "b", "y"), ("P4", 2, "b", "z")]
    shift = shift_of([*first, ("P5", 1, "a", "x")], [*second, ("P5", 2, "b", "x")])
    assert list(shift["item"]) == ["b"] * 3 + [""] * 3
    total = shift[shift["item"] == ""].set_index("before")
    assert total.loc["y", ["n", "after_x", "after_y", "after_z"]].tolist() == [2, 1, 0, 1]
    assert total[list(agreement.MOVES)].sum().tolist() == [0, 1, 1, 2]


@given(people_cards, people_cards)
def test_everybody_in_both_rounds_is_in_the_shift_table_once(first, second) -> None:
    shift = shift_of(rows_of(first), rows_of(second, round=2))
    total = shift[shift["item"] == ""]
    people = len(first.keys() & second.keys())
    assert total["n"].sum() == people == shift[shift["item"] != ""]["n"].sum()
    assert total[list(agreement.MOVES)].to_numpy().sum() == people
    assert total[[f"after_{category}" for category in CATEGORIES]].to_numpy().sum() == people


def test_three_hundred_people_are_counted() -> None:
    random = np.random.default_rng(1)
    items = [f"card-{number}" for number in range(14)]
    rows = [(f"P{p}", 1, item, CATEGORIES[random.integers(3)]) for p in range(300) for item in items]
    placements = frame(rows)
    result = agreed(placements, items)
    assert (result.cards, result.placements) == (14, 4200)


def test_the_same_placements_give_the_same_interval() -> None:
    placements = placements_of([[4, 1, 0], [1, 4, 0], [0, 2, 3], [5, 0, 0]])
    results = [agreed(placements) for _again in range(2)]
    assert same(*results)
    assert results[0].kappa_low < results[0].kappa < results[0].kappa_high
