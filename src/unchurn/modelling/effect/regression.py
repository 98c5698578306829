"""The effect on an amount, by intention to treat, adjusted for what was known before the draw.

Lin (2013), "Agnostic notes on regression adjustments to experimental data": each group is regressed
on the covariate, and the difference is that of both lines at the mean of everybody. Never less
precise than the difference of means where groups are large, whether or not lines fit. Errors are
those of customers left out one by one (HC3: MacKinnon & White 1985), and degrees of freedom those of
Welch and Satterthwaite. Money is skewed, and a few dozen controls do not average that out: the
interval inverts Hall's cubic transformation of Student's statistic (Hall 1992, "On the removal of
skewness by transformation"; of two groups Zhou & Dinh 2005, "Nonparametric confidence intervals
for the one- and two-sample problems"), for both groups' third moments together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import Difference, squared_and_added

F64 = npt.NDArray[np.float64]
_FEWEST = 4
"""Customers of a group, below which no line is fitted."""
_LEVERAGE = 0.999
"""Where one customer alone decides a line, none is fitted."""
_HC2, _HC3 = 0.5, 1.0
"""The power of one minus the leverage that errors are divided by."""
_MOST_GAIN = 4.0
"""A covariate counts for no more than so many times the customers, whatever a few seem to say."""


@dataclass(frozen=True)
class Group:
    """Amounts of one group, in currency, and the covariate of each; (n,), two at least."""

    amount: F64
    covariate: F64


def difference_of_means(first: Group, second: Group, level: float = 0.95) -> Difference:
    """Return by how much the mean amount of `first` is higher, with its interval."""
    return _difference(_mean(first), _mean(second), level)


def adjusted_difference(first: Group, second: Group, level: float = 0.95) -> Difference:
    """Return by how much the mean amount of `first` is higher, adjusted for the covariate."""
    middle = float(np.concatenate([first.covariate, second.covariate]).mean())
    return _difference(_line_at(first, middle), _line_at(second, middle), level)


def adjusted_shares(first: Group, second: Group, level: float = 0.95) -> Difference:
    """Return the difference of shares, of amounts that are 0 or 1, adjusted for the covariate.

    Square-and-add limits of `proportions`, at the lines' heights, of as many customers as would tell
    as much without the covariate (the effective size of surveys: Kish 1965). Where nobody of a group
    leaves, or everybody, that is as many as there are, and the interval still has a width. How much
    surer the line is, is told by HC2: two numbers of one kind are compared, and HC3 errs on the
    safe side with more of a line than of a mean.
    """
    middle = float(np.concatenate([first.covariate, second.covariate]).mean())
    (height_1, size_1), (height_2, size_2) = (_as_share(e, middle) for e in (first, second))
    return squared_and_added(height_1, height_2, (size_1, size_2), level)


def _as_share(group: Group, middle: float) -> tuple[float, float]:
    """Return the height of the group's line as a share, and of how many customers it is worth."""
    rows = len(group.amount)
    if rows < _FEWEST:
        return float(group.amount.mean()), rows
    plain, line = _mean(group, _HC2), _line_at(group, middle, _HC2)
    gain = plain.variance / line.variance if plain.variance and line.variance else 1.0
    return min(1.0, max(0.0, line.value)), rows * min(_MOST_GAIN, max(1 / _MOST_GAIN, gain))


@dataclass(frozen=True)
class _Estimate:
    """A value, its variance and third central moment, and degrees of freedom."""

    value: float
    variance: float
    third: float
    freedom: int


def _mean(group: Group, power: float = _HC3) -> _Estimate:
    rows = len(group.amount)
    value = float(group.amount.mean())
    # each weighs 1/n, and its leverage is 1/n
    errors = (group.amount - value) / rows / (1 - 1 / rows) ** power
    return _Estimate(value, float(errors @ errors), float(errors @ (errors * errors)), rows - 1)


def _line_at(group: Group, middle: float, power: float = _HC3) -> _Estimate:
    """Return the height of the group's line at `middle`; its mean where no line can be fitted."""
    rows = len(group.amount)
    if rows < _FEWEST or float(np.ptp(group.covariate)) < 1e-12:
        return _mean(group, power)
    mean = float(group.covariate.mean())
    apart = group.covariate - mean
    slopes = apart / (apart @ apart)
    weights = 1 / rows + (middle - mean) * slopes
    leverage = 1 / rows + apart * slopes
    if float(np.max(leverage)) > _LEVERAGE:
        return _mean(group, power)
    height, slope = float(group.amount.mean()), float(slopes @ group.amount)
    errors = weights * (group.amount - height - slope * apart) / (1 - leverage) ** power
    value = height + (middle - mean) * slope
    return _Estimate(value, float(errors @ errors), float(errors @ (errors * errors)), rows - 2)


def _difference(first: _Estimate, second: _Estimate, level: float) -> Difference:
    from scipy.special import stdtrit

    value, variance = first.value - second.value, first.variance + second.variance
    if not variance:
        return Difference(value, value, value)
    each = (first.variance**2 / first.freedom, second.variance**2 / second.freedom)
    far = float(stdtrit(variance**2 / sum(each), 0.5 + level / 2))
    skew = (first.third - second.third) / variance**1.5
    error = math.sqrt(variance)
    ends = (value - error * _untransformed(sign * far, skew) for sign in (1, -1))
    return Difference(value, *ends)


def _untransformed(far: float, skew: float) -> float:
    """Return T where T + aT²/3 + a²T³/27 + a/6 = `far`, Hall's transformation of skewness a."""
    if abs(skew) < 1e-9:
        return far
    return 3 / skew * (math.cbrt(1 + skew * (far - skew / 6)) - 1)
