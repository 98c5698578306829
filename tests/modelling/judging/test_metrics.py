"""Metrics against independent definitions, written out pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.judging import metrics

GRID = st.integers(0, 10).map(lambda tenth: tenth / 10)
ROWS = st.lists(st.tuples(st.integers(0, 1), GRID), min_size=2, max_size=40).filter(
    lambda rows: 0 < sum(label for label, _ in rows) < len(rows)
)


def arrays(rows: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    labels, probabilities = zip(*rows, strict=True)
    return np.array(labels, np.int8), np.array(probabilities, np.float64)


@settings(max_examples=60)
@given(ROWS)
def test_roc_auc_counts_pairs_and_half_of_ties(rows):
    """ROC-AUC is the share of (churned, stayed) pairs in the right order, ties counting half."""
    churned = [p for label, p in rows if label]
    stayed = [p for label, p in rows if not label]
    won = sum((a > b) + 0.5 * (a == b) for a in churned for b in stayed)
    found = metrics.roc_auc(*arrays(rows))
    assert found == pytest.approx(won / (len(churned) * len(stayed)), abs=1e-12)


@settings(max_examples=60)
@given(ROWS)
def test_average_precision_sums_recall_steps_at_distinct_thresholds(rows):
    """Average precision adds precision times recall gained, one step per distinct probability."""
    churned = sum(label for label, _ in rows)
    total, before = 0.0, 0.0
    for cut in sorted({p for _, p in rows}, reverse=True):
        above = [label for label, p in rows if p >= cut]
        recall = sum(above) / churned
        total, before = total + (recall - before) * sum(above) / len(above), recall
    assert metrics.average_precision(*arrays(rows)) == pytest.approx(total, abs=1e-12)


@settings(max_examples=60)
@given(ROWS)
def test_log_loss_and_brier_are_means_over_rows(rows):
    """Log loss and Brier score equal their row-by-row definitions, clipping included."""
    eps = np.finfo(np.float64).eps
    logs = [-math.log(min(max(p if label else 1 - p, eps), 1 - eps)) for label, p in rows]
    squares = [(label - p) ** 2 for label, p in rows]
    labels, probabilities = arrays(rows)
    assert metrics.log_loss(labels, probabilities) == pytest.approx(sum(logs) / len(rows), rel=1e-9)
    assert metrics.brier(labels, probabilities) == pytest.approx(sum(squares) / len(rows))


@settings(max_examples=60)
@given(ROWS, GRID)
def test_confusion_counts_rows_at_or_above_the_threshold(rows, threshold):
    """A probability equal to the threshold predicts churn; the four counts add up."""
    counts = metrics.confusion(*arrays(rows), threshold)
    assert counts == {
        "tp": sum(label == 1 and p >= threshold for label, p in rows),
        "fp": sum(label == 0 and p >= threshold for label, p in rows),
        "tn": sum(label == 0 and p < threshold for label, p in rows),
        "fn": sum(label == 1 and p < threshold for label, p in rows),
    }


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(rows, random):
    """Shuffled rows give the very same numbers."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (metrics.measure_all(*arrays(each)) for each in (rows, shuffled))
    assert first == second


@settings(max_examples=40)
@given(ROWS, st.floats(0.05, 1.0))
def test_recall_at_a_share_is_the_expectation_over_orders_of_a_tie(rows, share):
    """Where the cut falls inside a tie, each of its rows counts by the share of it within."""
    taken, wanted, left = 0.0, 0.0, share * len(rows)
    for cut in sorted({p for _, p in rows}, reverse=True):
        tie = [label for label, p in rows if p == cut]
        part = min(1.0, max(0.0, left / len(tie)))
        taken, left = taken + part * sum(tie), left - len(tie)
    wanted = taken / sum(label for label, _ in rows)
    assert metrics.recall_at(*arrays(rows), share) == pytest.approx(wanted, abs=1e-9)


def test_known_values_by_hand():
    """Four rows worked out on paper: scikit-learn's own docstring example."""
    labels, scores = np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])
    assert metrics.roc_auc(labels, scores) == 0.75
    assert metrics.average_precision(labels, scores) == pytest.approx(0.8333333333)
    assert metrics.f_beta(labels, scores, 1.0, 0.35) == pytest.approx(0.8)
    assert metrics.f_beta(labels, scores, 2.0, 0.35) == pytest.approx(5 * 2 / (5 * 2 + 1))
    assert metrics.f_beta(labels, scores, 0.5, 0.35) == pytest.approx(1.25 * 2 / (1.25 * 2 + 1))
    assert metrics.accuracy(labels, scores, 0.35) == 0.75


def test_lift_of_a_perfect_ranking_is_one_over_the_rate():
    """With 10% churned and all of them on top, the riskiest tenth holds 10 times the average."""
    labels = np.array([1] * 10 + [0] * 90)
    assert metrics.lift_top_decile(labels, np.linspace(1, 0, 100)) == pytest.approx(10)
    assert metrics.lift_top_decile(labels, np.full(100, 0.1)) == pytest.approx(1)
    assert metrics.precision_at(labels, np.linspace(1, 0, 100), 0.2) == pytest.approx(0.5)


def test_one_class_leaves_order_undefined_but_not_the_loss():
    """With one class ROC-AUC is NaN, while log loss and accuracy stand."""
    found = metrics.measure_all(np.zeros(5, np.int8), np.linspace(0, 0.4, 5))
    assert all(math.isnan(found[name]) for name in ("roc_auc", "recall", "calibration_slope"))
    assert found["accuracy"] == 1.0
    assert found["log_loss"] > 0


@pytest.mark.parametrize(
    ("labels", "probabilities"),
    [([0, 2], [0.1, 0.2]), ([0, 1], [0.1, 1.2]), ([0, 1], [0.1, np.nan]), ([0, 1], [0.1])],
)
def test_what_is_no_label_or_probability_is_refused(labels, probabilities):
    """Labels other than 0 and 1, probabilities outside [0, 1] or NaN, and odd lengths raise."""
    with pytest.raises(ValueError, match=r"labels|probabilities"):
        metrics.roc_auc(np.array(labels), np.array(probabilities))
