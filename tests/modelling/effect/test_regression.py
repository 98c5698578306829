"""The adjusted difference is Lin's, covers, and is no wider than the difference of means."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.regression import (
    Group,
    adjusted_difference,
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
    """Lin's: amount on group, centred covariate and their product; HC2 from the whole design."""
    first, second = groups(1, (90, 12), 60.0, 5.0)
    risk = np.concatenate([first.covariate, second.covariate])
    drawn = np.repeat([1.0, 0.0], [90, 12])
    centred = risk - risk.mean()
    design = np.column_stack([np.ones(102), drawn, centred, drawn * centred])
    amount = np.concatenate([first.amount, second.amount])
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ amount
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    errors = (amount - design @ fitted) ** 2 / (1 - leverage)
    spread = inverse @ (design.T * errors) @ design @ inverse
    found = adjusted_difference(first, second)
    assert found.value == pytest.approx(fitted[1])
    half = (found.high - found.low) / 2
    assert 1.96 < half / np.sqrt(spread[1, 1]) < 2.3


@pytest.mark.parametrize("sizes", [(180, 20), (900, 100)])
@pytest.mark.parametrize("slope", [0.0, 120.0])
def test_intervals_nearly_cover_and_adjusting_hardly_widens_them(
    sizes: tuple[int, int], slope: float
) -> None:
    """Of skewed revenue 92% or more hold the effect; where risk tells of it, they are narrower."""
    held, adjusted, plain = [], [], []
    for seed in range(600):
        first, second = groups(seed, sizes, slope, 5.0)
        found, raw = adjusted_difference(first, second), difference_of_means(first, second)
        held.append(found.low <= 5.0 <= found.high)
        adjusted.append(found.high - found.low)
        plain.append(raw.high - raw.low)
    assert 0.915 <= np.mean(held) <= 0.98
    most = 1.0 if slope else 1.06 if sizes[1] < 50 else 1.01
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
