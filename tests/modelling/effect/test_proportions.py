"""Intervals of shares and differences are what they are said to be, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers
from scipy.stats import binom, norm

from unchurn.modelling.effect.proportions import (
    Share,
    difference_of_shares,
    missing_unevenly,
    sample_ratio_mismatch,
    score_limits,
)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_limits_solve_the_skewness_corrected_score(level: float) -> None:
    """At each limit the corrected score is the quantile (Gart & Nam 1990); at none and all it is 0 or 1."""
    far = -float(norm.ppf((1 - level) / 2))
    low, high = score_limits(np.arange(31) / 30, 30, level)
    assert (low[0], high[-1]) == (0.0, 1.0)
    for limits, sign in ((low, 1), (high, -1)):
        inside = (limits > 0) & (limits < 1)
        assert inside.sum() >= 28
        at, share = limits[inside], (np.arange(31) / 30)[inside]
        error = np.sqrt(at * (1 - at) / 30)
        skewness = (1 - 2 * at) / (30 * error)
        score = (share - at) / error
        assert score - (far**2 - 1) / 6 * skewness == pytest.approx(sign * far)
    assert score_limits(0.5, 1.0, 0.9999) == (0.0, 1.0)


@given(customers=integers(1, 400), level=floats(0.5, 0.999999))
@settings(max_examples=60, deadline=None)
def test_limits_hold_their_share_and_rise_with_it(customers: int, level: float) -> None:
    """For any number and level: between 0 and 1, around the share, and higher for one more (power halves on it)."""
    shares = np.arange(customers + 1) / customers
    low, high = score_limits(shares, customers, level)
    assert ((low >= 0) & (low <= shares) & (shares <= high) & (high <= 1)).all()
    assert (np.diff(low) >= -1e-12).all()
    assert (np.diff(high) >= -1e-12).all()
    assert low + high[::-1] == pytest.approx(np.ones(customers + 1))


def test_a_difference_is_squared_and_added() -> None:
    """Newcombe's method 10, of these limits; the other way round it is the same interval, turned."""
    first, second = Share(5, 56), Share(0, 29)
    found, turned = difference_of_shares(first, second), difference_of_shares(second, first)
    low, high = score_limits(5 / 56, 56, 0.95)
    _, above = score_limits(0.0, 29, 0.95)
    assert found.low == pytest.approx(5 / 56 - np.hypot(5 / 56 - low, above))
    assert found.high == pytest.approx(float(high))
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize("sizes", [(450, 50), (140, 60), (100, 100)])
@pytest.mark.parametrize(("rate", "effect"), [(0.05, 0.0), (0.2, -0.05), (0.4, -0.1)])
def test_intervals_cover_and_err_alike_on_both_sides(
    sizes: tuple[int, int], rate: float, effect: float
) -> None:
    """Exactly, over all counts: 94.7% or more hold the truth, and at most 2.7% lie below it."""
    chances, held, below = [], [], []
    for leavers in range(sizes[0] + 1):
        chance = binom.pmf(leavers, sizes[0], rate + effect)
        for others in range(sizes[1] + 1) if chance > 1e-5 else ():
            found = difference_of_shares(Share(leavers, sizes[0]), Share(others, sizes[1]))
            chances.append(chance * binom.pmf(others, sizes[1], rate))
            held.append(found.low <= effect <= found.high)
            below.append(found.high < effect)
    assert 0.947 <= np.dot(chances, held) <= 0.96
    assert np.dot(chances, below) <= 0.027


def test_missing_outcomes_are_compared() -> None:
    """Half of one group unknown and none of the other is no chance."""
    assert missing_unevenly((90, 10), (90, 10)) == 1
    assert missing_unevenly((450, 50), (900, 50)) < 1e-6


def test_a_ratio_of_groups_is_tested_exactly() -> None:
    """Ten of ten at one half are 2 of 1,024; without a mismatch it rings as often as it says, at most."""
    assert sample_ratio_mismatch(0, 10, 0.5) == pytest.approx(2 / 1_024)
    draw = np.random.default_rng(4)
    rung = [
        sample_ratio_mismatch(500 - each, each, 0.1) < 0.05
        for each in draw.binomial(500, 0.1, 1_000).tolist()
    ]
    assert np.mean(rung) <= 0.065
