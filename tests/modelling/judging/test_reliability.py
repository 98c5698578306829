"""Calibration: error over bins, slope and intercept, Wilson intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from unchurn.modelling.judging import metrics
from unchurn.modelling.judging.ranking import rank
from unchurn.modelling.judging.reliability import equal_mass, reliability_curve, wilson


def sample(rows=2000, seed=3):
    draw = np.random.default_rng(seed)
    p = draw.beta(1, 4, rows)
    return (draw.random(rows) < p).astype(np.int8), p


def test_ece_of_distinct_probabilities_equals_ten_slices_of_sorted_rows():
    """Without ties the bins are ten slices of the sorted rows."""
    labels, p = sample(1000)
    order = np.argsort(-p)
    gaps = [abs(labels[part].mean() - p[part].mean()) for part in np.split(order, 10)]
    assert metrics.ece(labels, p) == pytest.approx(np.mean(gaps))


def test_ece_of_a_constant_is_its_distance_from_the_rate():
    """A tie is never split over bins: a constant is judged as one."""
    labels = np.array([1] * 30 + [0] * 70)
    assert metrics.ece(labels, np.full(100, 0.4)) == pytest.approx(0.1)
    assert metrics.ece(labels, np.full(100, 0.4), bins=15) == pytest.approx(0.1)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=50), st.integers(1, 15))
def test_bins_hold_every_row_once(tenths, bins):
    """Bins add up to the rows, the churned and the predicted, however the ties fall."""
    p = np.array(tenths) / 10
    labels = (np.arange(len(p)) % 2).astype(np.int8)
    made = equal_mass(rank(labels, p), bins)
    assert len(made.rows) == bins
    assert made.rows.sum() == len(p)
    assert made.churned.sum() == labels.sum()
    assert made.predicted.sum() == pytest.approx(p.sum())


def test_slope_and_intercept_agree_with_a_general_optimiser():
    """Both are the maximum-likelihood estimates that scipy finds by itself."""
    labels, p = sample()
    squeezed = np.clip(p, 0.001, 0.999) ** 1.4
    x = np.log(squeezed / (1 - squeezed))

    def loss(at, offset=0.0):
        line = at[0] + (at[1] if len(at) > 1 else 1.0) * x
        return (np.logaddexp(0, line) - labels * line).sum()

    line = minimize(loss, [0.0, 1.0], tol=1e-10).x
    large = minimize(loss, [0.0], tol=1e-10).x
    assert metrics.calibration_slope(labels, squeezed) == pytest.approx(line[1], abs=1e-4)
    assert metrics.calibration_intercept(labels, squeezed) == pytest.approx(large[0], abs=1e-4)


def test_honest_probabilities_have_slope_one_and_intercept_zero():
    """Labels drawn from the probabilities themselves calibrate to within noise."""
    labels, p = sample(50_000)
    assert metrics.calibration_slope(labels, p) == pytest.approx(1, abs=0.05)
    assert metrics.calibration_intercept(labels, p) == pytest.approx(0, abs=0.05)
    assert metrics.ece(labels, p) < 0.01


@pytest.mark.parametrize("p", [[0.1, 0.9], [0.0, 1.0], [0.3, 0.3]])
def test_perfect_and_constant_forecasts_stay_finite(p):
    """Separation and constants give finite numbers, never a failed solver."""
    labels = np.array([0, 1] * 50)
    given_p = np.array(p * 50)
    assert np.isfinite(metrics.calibration_slope(labels, given_p))
    assert np.isfinite(metrics.calibration_intercept(labels, given_p))


def test_reliability_curve_lists_bins_from_safe_to_risky_with_intervals():
    """Points ascend, count every row, and their intervals hold the observed rate."""
    labels, p = sample()
    points = reliability_curve(rank(labels, p))
    predicted = [point["predicted"] for point in points]
    assert predicted == sorted(predicted)
    assert sum(point["count"] for point in points) == len(labels)
    assert all(point["low"] <= point["observed"] <= point["high"] for point in points)


def test_wilson_interval_matches_published_values():
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)
