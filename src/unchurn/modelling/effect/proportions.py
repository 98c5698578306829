"""Two shares and their difference, with intervals that hold for small counts too.

The interval of a difference is Newcombe's hybrid score interval without continuity correction
(Newcombe 1998, "Interval estimation for the difference between independent proportions", method
10), made of two Wilson intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Floats = TypeVar("Floats", float, npt.NDArray[np.float64])


@dataclass(frozen=True)
class Share:
    """`churned` of `customers`, one at least."""

    churned: int
    customers: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.churned / self.customers

    def wilson(self, level: float = 0.95) -> tuple[float, float]:
        """Return Wilson's interval of the share."""
        return wilson(self.value, self.customers, level)


@dataclass(frozen=True)
class Difference:
    """A difference of shares with its interval."""

    value: float
    low: float
    high: float


def wilson(value: Floats, customers: int, level: float) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a share `value` of `customers`, or of (n,) of them."""
    z2 = _z(level) ** 2
    middle = value + z2 / (2 * customers)
    half = (z2 * (value * (1 - value) / customers + z2 / (4 * customers * customers))) ** 0.5
    return (middle - half) / (1 + z2 / customers), (middle + half) / (1 + z2 / customers)


def newcombe(first: Share, second: Share, level: float = 0.95) -> Difference:
    """Return `first` minus `second` with its interval."""
    value = first.value - second.value
    low_1, high_1 = first.wilson(level)
    low_2, high_2 = second.wilson(level)
    below = math.hypot(first.value - low_1, high_2 - second.value)
    above = math.hypot(high_1 - first.value, second.value - low_2)
    return Difference(value, value - below, value + above)


def customers_needed(
    control: float, contacted: float, left_alone: float, power: float = 0.8, level: float = 0.95
) -> int | None:
    """Return how many customers show such a difference of shares; None where there is none.

    `left_alone` is the share of them in the control group. By the normal approximation, with the
    variance of each group.
    """
    if control == contacted or not 0 < left_alone < 1:
        return None
    z = _z(level) + NormalDist().inv_cdf(power)
    spread = control * (1 - control) / left_alone + contacted * (1 - contacted) / (1 - left_alone)
    return math.ceil(z * z * spread / (control - contacted) ** 2)


def missing_unevenly(known: tuple[int, int], drawn: tuple[int, int]) -> float:
    """Return the probability of outcomes missing as unevenly, were it by chance (Fisher's exact test).

    `known` and `drawn` count the contacted and the controls.
    """
    from scipy.stats import fisher_exact

    table = np.array([known, [d - k for d, k in zip(drawn, known, strict=True)]])
    return float(fisher_exact(table).pvalue)


def sample_ratio_mismatch(contacted: int, control: int, left_alone: float) -> float:
    """Return how likely a ratio of the groups as odd is, were `left_alone` the share of controls.

    The exact binomial test, two-sided. `contacted` and `control` count those of whom an outcome is
    known, one at least together; `left_alone` is above 0 and below 1. As those drawn are finitely
    many, it rings more rarely than `missing_unevenly`.
    """
    from scipy.stats import binomtest

    return float(binomtest(control, contacted + control, left_alone).pvalue)


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)
