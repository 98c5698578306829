"""Leaks by strength."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.columns.leakage import LIMIT, either_way, roc_auc, strength

RNG = np.random.default_rng(3)
N = 1000
LABELS = (RNG.random(N) < 0.2).astype(np.int8)
FOLDS = RNG.integers(0, 5, N)


def column(values: list[object] | np.ndarray) -> pa.ChunkedArray:
    """A chunked column of two pieces."""
    half = len(values) // 2
    return pa.chunked_array([pa.array(values[:half]), pa.array(values[half:])])


def test_a_number_that_ranks_like_the_label_leaks_in_both_directions() -> None:
    """Naive-Bayes style probabilities are found, and so are their complements."""
    score = LABELS * 0.9 + RNG.random(N) * 0.05
    for values in (score, 1 - score):
        found = strength(column(values), LABELS, FOLDS)
        assert found.leaks
        assert found.by == "its order"


def test_missingness_that_gives_the_label_away_leaks() -> None:
    """A cancel date that only churned customers have is caught by its missing cells."""
    dates = [1_700_000_000_000_000 + 1000 * i if y else None for i, y in enumerate(LABELS)]
    cells = pa.chunked_array([pa.array(dates, pa.timestamp("us"))])
    assert strength(cells, LABELS, FOLDS).leaks
    words = ["moved away" if y else None for y in LABELS]
    assert strength(column(words), LABELS, FOLDS).leaks


def test_a_category_that_repeats_the_label_leaks() -> None:
    """'Active' and 'Gone' beside the label are the label."""
    cells = column(["Gone" if y else "Active" for y in LABELS])
    assert strength(cells, LABELS, FOLDS).leaks


def test_codes_without_order_leak_by_value() -> None:
    """A number whose even values churn is no ranking, but its values give it away."""
    cells = column([float(2 * RNG.integers(0, 5) + (1 - y)) for y in LABELS])
    found = strength(cells, LABELS, FOLDS)
    assert found.leaks
    assert found.by == "its values"


def test_a_value_of_its_own_for_every_row_is_no_leak() -> None:
    """An id separates training rows perfectly and proves nothing; out of fold it does not."""
    assert strength(column([f"c{i}" for i in range(N)]), LABELS, FOLDS).auc < 0.6


def test_a_strong_honest_column_is_no_leak() -> None:
    """A ROC-AUC of 0.95 is a good feature."""
    values = LABELS * 2.3 + RNG.normal(size=N)
    assert 0.9 < strength(column(values), LABELS, FOLDS).auc < LIMIT


@pytest.mark.parametrize("rows", [12, 25, 40])
def test_small_tables_do_not_misfire(rows: int) -> None:
    """With a dozen rows, chance separates classes; nothing is blocked for it."""
    for seed in range(30):
        draw = np.random.default_rng(seed)
        labels = (draw.random(rows) < 0.5).astype(np.int8)
        folds = np.arange(rows) % 5
        for cells in (draw.random(rows), [str(v) for v in draw.integers(0, rows, rows)]):
            assert not strength(column(cells), labels, folds).leaks


@pytest.mark.parametrize("cells", [[None] * N, [1.0] * N, [float("nan")] * N])
def test_columns_without_information_score_one_half(cells: list[object]) -> None:
    """Empty and constant columns rank nobody."""
    kind = pa.chunked_array([pa.array(cells, pa.float64())])
    assert strength(kind, LABELS, FOLDS).auc == pytest.approx(0.5, abs=0.06)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1)), min_size=2, max_size=40))
def test_roc_auc_counts_pairs(pairs: list[tuple[int, int]]) -> None:
    """ROC-AUC is the share of (churned, stayed) pairs ranked rightly, ties as halves."""
    values = np.array([value for value, _ in pairs], dtype=np.float64)
    labels = np.array([label for _, label in pairs], dtype=np.int8)
    up, down = values[labels == 1], values[labels == 0]
    if not len(up) or not len(down):
        assert roc_auc(values, labels) == 0.5
        return
    difference = up[:, None] - down[None, :]
    expected = ((difference > 0) + 0.5 * (difference == 0)).mean()
    assert roc_auc(values, labels) == pytest.approx(expected)
    assert either_way(values, labels) >= 0.5
