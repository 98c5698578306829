"""The effect on an amount, by intention to treat, adjusted for what was known before the draw.

Lin (2013), "Agnostic notes on regression adjustments to experimental data": each group is regressed
on the covariate, and the difference is that of both lines at the mean of everybody. Never less
precise than the difference of means where groups are large, whether or not lines fit. Errors
are robust (HC2: MacKinnon & White 1985; without a covariate the variance of a mean), and the
interval is Student's with the degrees of freedom of Welch and Satterthwaite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import Difference

F64 = npt.NDArray[np.float64]
_FEWEST = 4
"""Customers of a group, below which no line is fitted."""
_LEVERAGE = 0.999
"""Where one customer alone decides a line, none is fitted."""


@dataclass(frozen=True)
class Group:
    """Amounts of one group, in currency, and the covariate of each; (n,), two at least."""

    amount: F64
    covariate: F64


def difference_of_means(first: Group, second: Group, level: float = 0.95) -> Difference:
    """Return by how much the mean amount of `first` is higher, with Welch's interval."""
    return _difference(_mean(first), _mean(second), level)


def adjusted_difference(first: Group, second: Group, level: float = 0.95) -> Difference:
    """Return by how much the mean amount of `first` is higher, adjusted for the covariate."""
    middle = float(np.concatenate([first.covariate, second.covariate]).mean())
    return _difference(_line_at(first, middle), _line_at(second, middle), level)


@dataclass(frozen=True)
class _Estimate:
    value: float
    variance: float
    freedom: int


def _mean(group: Group) -> _Estimate:
    rows = len(group.amount)
    return _Estimate(float(group.amount.mean()), float(group.amount.var(ddof=1)) / rows, rows - 1)


def _line_at(group: Group, middle: float) -> _Estimate:
    """Return the height of the group's line at `middle`; its mean where no line can be fitted."""
    rows = len(group.amount)
    if rows < _FEWEST or float(np.ptp(group.covariate)) < 1e-12:
        return _mean(group)
    columns = np.column_stack([np.ones(rows), group.covariate - middle])
    inverse = np.linalg.inv(columns.T @ columns)
    leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
    if leverage.max() > _LEVERAGE:
        return _mean(group)
    fitted = inverse @ (columns.T @ group.amount)
    errors = (group.amount - columns @ fitted) ** 2 / (1 - leverage)
    spread = inverse @ (columns.T * errors) @ columns @ inverse
    return _Estimate(float(fitted[0]), float(spread[0, 0]), rows - 2)


def _difference(first: _Estimate, second: _Estimate, level: float) -> Difference:
    from scipy.stats import t

    value, variance = first.value - second.value, first.variance + second.variance
    if not variance:
        return Difference(value, value, value)
    each = (first.variance**2 / first.freedom, second.variance**2 / second.freedom)
    half = float(t.ppf(0.5 + level / 2, variance**2 / sum(each))) * math.sqrt(variance)
    return Difference(value, value - half, value + half)
