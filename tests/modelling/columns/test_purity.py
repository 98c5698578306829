"""Parts of a column that mean one outcome."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.columns.leakage import strength
from unchurn.modelling.columns.purity import ROWS, Purity

RNG = np.random.default_rng(5)
N = 1000
LABELS = (RNG.random(N) < 0.25).astype(np.int8)
FOLDS = RNG.integers(0, 5, N)
SOME = RNG.random(N) < 0.75


def pure(values: list[object]) -> Purity | None:
    """The pure part of a column of these values."""
    return strength(pa.chunked_array([pa.array(values)]), LABELS, FOLDS).pure


def test_a_reason_that_a_quarter_of_leavers_never_gave_is_certain() -> None:
    """Everybody who has a value left: no ROC-AUC of 0.99, and a leak all the same."""
    values = ["price" if y and s else None for y, s in zip(LABELS, SOME, strict=True)]
    assert not strength(pa.chunked_array([pa.array(values)]), LABELS, FOLDS).leaks
    found = pure(values)
    assert found is not None
    assert (found.where, found.churned, found.certain) == ("present", True, True)
    assert 0.6 < found.covers < 0.9
    assert "who have a value churned" in found.words


@pytest.mark.parametrize("kind", ["date", "number"])
def test_days_and_amounts_that_only_leavers_have_are_certain(kind: str) -> None:
    """The kind of the column does not matter."""
    cells: list[object] = [
        1000.0 + i if y and s else None for i, (y, s) in enumerate(zip(LABELS, SOME, strict=True))
    ]
    array = pa.array(cells, pa.float64())
    if kind == "date":
        array = array.cast(pa.int64()).cast(pa.timestamp("us"))
    found = strength(pa.chunked_array([array]), LABELS, FOLDS).pure
    assert found is not None
    assert found.certain


def test_none_is_no_value_in_words() -> None:
    """A spelled 'None' for everybody who stayed is as good as a blank."""
    found = pure(["price" if y and s else "None" for y, s in zip(LABELS, SOME, strict=True)])
    assert found is not None
    assert (found.where, found.certain) == ("other", True)


def test_a_value_that_means_left_is_found_and_not_certain() -> None:
    """'closed' over eighty rows is suspect; only its name can make it more."""
    draw = RNG.random(N)
    values = [
        "closed" if y and d < 0.4 else "a" if d < 0.5 else "b"
        for y, d in zip(LABELS, draw, strict=True)
    ]
    found = pure(values)
    assert found is not None
    assert (found.value, found.churned, found.certain) == ("closed", True, False)


def test_a_small_safe_group_is_ordinary() -> None:
    """A contract that nobody left, over 45 of a thousand rows, is as honest as can be."""
    values = ["monthly"] * N
    for place in np.flatnonzero(LABELS == 0)[:45]:
        values[place] = "two years"
    found = pure(values)
    assert found is None or found.ordinary


def test_one_customer_in_fifty_who_came_back_does_not_hide_it() -> None:
    """Having a value is pure from 99%."""
    values = ["price" if y else None for y in LABELS]
    values[int(np.flatnonzero(LABELS == 0)[0])] = "price"
    found = pure(values)
    assert found is not None
    assert found.certain


def test_new_customers_without_a_value_are_not_certain() -> None:
    """Forty blank cells of customers who all stayed may be those who just came."""
    values: list[object] = ["a"] * N
    for place in np.flatnonzero(LABELS == 0)[:60]:
        values[place] = None
    found = pure(values)
    assert found is not None
    assert not found.certain


def test_few_rows_and_mixed_parts_are_nothing() -> None:
    """Ten rows can be pure by chance, and an honest category is mixed."""
    few: list[object] = [None] * N
    for place in np.flatnonzero(LABELS == 1)[: ROWS - 1]:
        few[place] = "x"
    assert pure(few) is None
    assert pure(list(RNG.choice(["a", "b", "c"], N))) is None


RARE = [0.005, 0.02, 0.05]


def rare(rate: float, safer: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Labels of 6,000 customers at a churn rate, and who has a value: `safer` times as likely to leave."""
    draw = np.random.default_rng(7)
    has = draw.random(6000) < 0.6
    others = rate / (0.6 * safer + 0.4)
    left = draw.random(6000) < np.where(has, others * safer, others)
    return left.astype(np.int8), has


@pytest.mark.parametrize("rate", RARE)
@pytest.mark.parametrize("safer", [0.05, 0.15, 0.4])
def test_an_honest_column_with_blanks_is_let_be_where_churn_is_rare(
    rate: float, safer: float
) -> None:
    """Nearly all of almost any part stayed there: that alone says nothing."""
    labels, has = rare(rate, safer)
    cells = pa.array(np.arange(6000.0), mask=~has)
    found = strength(pa.chunked_array([cells]), labels, np.arange(6000) % 5).pure
    assert found is None or not found.certain


@pytest.mark.parametrize("rate", RARE)
@pytest.mark.parametrize("blank", [None, "None"])
@pytest.mark.parametrize("told", [1.0, 0.7])
def test_what_leavers_alone_have_is_certain_where_churn_is_rare(
    rate: float, blank: str | None, told: float
) -> None:
    """A reason for leaving is one, however few left and although some of them gave none."""
    labels, _ = rare(rate)
    gave = (labels == 1) & (np.random.default_rng(8).random(6000) < told)
    cells = pa.array(["price" if each else blank for each in gave], pa.string())
    found = strength(pa.chunked_array([cells]), labels, np.arange(6000) % 5).pure
    assert found is not None
    assert found.certain


def test_what_only_those_have_who_stay_is_certain_where_many_should_have_left() -> None:
    """Half of a table of whom none left is no chance where 60 should have, and may be one of 24."""
    for rate, certain in ((0.02, True), (0.008, False)):
        labels = np.zeros(6000, dtype=np.int8)
        labels[: round(rate * 6000)] = 1
        values = np.where(np.arange(6000) >= 3000, np.arange(6000.0), np.nan)
        cells = pa.chunked_array([pa.array(values, from_pandas=True)])
        found = strength(cells, labels, np.arange(6000) % 5).pure
        assert found is not None
        assert (found.where, found.churned, found.certain) == ("present", False, certain)


@pytest.mark.parametrize(("rate", "said"), [(0.25, "25%"), (0.975, "97.5%"), (0.995, "99.50%")])
def test_words_tell_the_share_of_everybody_from_all(rate: float, said: str) -> None:
    """100% of everybody would be nonsense beside customers who did not."""
    assert f"({said} of everybody did)" in Purity("present", "", 90, 90, False, 0.6, rate).words


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.1, 0.5, 0.9]))
def test_noise_is_never_pure(seed: int, blank: float) -> None:
    """Whatever the share of blanks and the number of values, what tells nothing is no leak."""
    draw = np.random.default_rng(seed)
    values = draw.choice(list("abcdefgh"), N)
    cells = pa.array(values, mask=draw.random(N) < blank)
    labels = (draw.random(N) < 0.25).astype(np.int8)
    assert strength(pa.chunked_array([cells]), labels, FOLDS).pure is None
