"""The adjusted difference is Lin's, covers, and is no wider than the difference of means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from unchurn.modelling.effect.proportions import Share, difference_of_shares
from unchurn.modelling.effect.regression import (
    Group,
    adjusted_difference,
    adjusted_shares,
    difference_of_means,
)


def groups(seed: int, sizes: tuple[int, int], slope: float, effect: float) -> tuple[Group, Group]:
    """Revenue that falls with risk, in lumps, and what contacting adds to it."""
    lots = np.random.default_rng(seed)
    made = []
    for size, added in zip(sizes, (effect, 0.0), strict=True):
        risk = lots.beta(1.5, 3.0, size)
        made.append(Group(100 - slope * risk + lots.exponential(20, size) + added, risk))
    return made[0], made[1]


def test_it_is_the_interacted_regression_with_robust_errors() -> None:
    """Lin's: amount on group, centred covariate and their product; HC3 from the whole design."""
    first, second = groups(1, (90, 12), 60.0, 5.0)
    risk = np.concatenate([first.covariate, second.covariate])
    drawn = np.repeat([1.0, 0.0], [90, 12])
    centred = risk - risk.mean()
    design = np.column_stack([np.ones(102), drawn, centred, drawn * centred])
    amount = np.concatenate([first.amount, second.amount])
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ amount
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    errors = ((amount - design @ fitted) / (1 - leverage)) ** 2
    spread = inverse @ (design.T * errors) @ design @ inverse
    found = adjusted_difference(first, second)
    assert found.value == pytest.approx(fitted[1])
    half = (found.high - found.low) / 2
    assert 1.96 < half / np.sqrt(spread[1, 1]) < 3


def test_skewness_moves_the_interval_to_where_the_truth_may_be() -> None:
    """Of a mean of amounts that are skewed, the interval reaches further up than down, as Hall's does."""
    lots = np.random.default_rng(3)
    amount = lots.exponential(20, 40)
    first, second = Group(amount, np.zeros(40)), Group(np.full(40, 20.0), np.zeros(40))
    found = difference_of_means(first, second)
    errors = (amount - amount.mean()) / 39
    skew = (errors**3).sum() / (errors**2).sum() ** 1.5
    for end, sign in ((found.low, 1), (found.high, -1)):
        far = (found.value - end) / np.sqrt((errors**2).sum())
        hall = far + skew * far**2 / 3 + skew**2 * far**3 / 27 + skew / 6
        assert hall == pytest.approx(sign * student.ppf(0.975, 39))
    assert found.high - found.value > 1.1 * (found.value - found.low)


@pytest.mark.parametrize("churn", [0.05, 0.2, 0.4])
def test_adjusted_shares_cover_and_are_narrower(churn: float) -> None:
    """Of 500 customers drawn in blocks of risk, 50 left alone: 94% hold, and none is without width."""
    lots = np.random.default_rng(5)
    held, closer, plain = [], [], []
    for _ in range(800):
        risk = np.sort(lots.beta(2, 2 * (1 - churn) / churn, (50, 10)).ravel()).reshape(50, 10)
        risk = lots.permuted(risk, axis=1)
        left = lots.random((50, 10)) < risk
        first = Group(left[:, 1:].ravel().astype(float), risk[:, 1:].ravel())
        second = Group(left[:, 0].astype(float), risk[:, 0])
        found = adjusted_shares(first, second)
        sides = (Share(int(each.amount.sum()), len(each.amount)) for each in (first, second))
        raw = difference_of_shares(*sides)
        held.append(found.low <= 0 <= found.high)
        closer.append(found.high - found.low)
        plain.append(raw.high - raw.low)
    assert 0.93 <= np.mean(held) <= 0.985
    assert np.mean(closer) < np.mean(plain)
    assert min(closer) > 0.02


@pytest.mark.parametrize("sizes", [(180, 20), (900, 100)])
@pytest.mark.parametrize("slope", [0.0, 120.0])
def test_intervals_cover_and_adjusting_hardly_widens_them(
    sizes: tuple[int, int], slope: float
) -> None:
    """Of skewed revenue about 95% hold the effect; where risk tells of it, they are narrower."""
    held, adjusted, plain = [], [], []
    for seed in range(600):
        first, second = groups(seed, sizes, slope, 5.0)
        found, raw = adjusted_difference(first, second), difference_of_means(first, second)
        held.append(found.low <= 5.0 <= found.high)
        adjusted.append(found.high - found.low)
        plain.append(raw.high - raw.low)
    assert 0.93 <= np.mean(held) <= 0.97
    most = 1.0 if slope else 1.08 if sizes[1] < 50 else 1.02
    assert np.mean(adjusted) < most * np.mean(plain)


def test_few_customers_or_one_risk_are_compared_by_their_means() -> None:
    """Where no line can be fitted, or one customer alone would decide it."""
    first = Group(np.array([10.0, 12.0, 14.0]), np.array([0.1, 0.2, 0.3]))
    same = Group(np.array([5.0, 6.0, 7.0, 8.0]), np.full(4, 0.5))
    lone = Group(np.array([5.0, 6.0, 7.0, 8.0]), np.array([0.1, 0.1, 0.1, 0.9]))
    for other in (same, lone):
        assert adjusted_difference(first, other) == difference_of_means(first, other)
    equal = Group(np.array([1.0, 1.0]), np.array([0.1, 0.2]))
    found = difference_of_means(equal, equal)
    assert (found.low, found.value, found.high) == (0.0, 0.0, 0.0)
