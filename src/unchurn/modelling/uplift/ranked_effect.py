"""Whether scores rank customers by what contact changes: the Qini area with an honest interval.

With ψ a customer's pseudo-effect (mean: the effect) and R the mid-rank of the score from 0 to 1,
the area between the gain curve and the straight line is the mean of ψ·(R − ½), in customers kept of
each customer: the rank-weighted effect with Qini weights of Yadlowsky, Fleming, Shah, Brunskill &
Wager (2021, "Evaluating treatment prioritization rules via rank-weighted average treatment
effects"). It is 0 for scores that tell nothing, whatever the mean effect is, and exactly 0 for a
constant score. As the mean over pairs of customers it is asymptotically normal; its error is that
of Hájek's projection, in which a customer's several rows count as one.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist

import numpy as np

from unchurn.modelling.uplift.trial import F64, I64

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95% interval."""

    value: float
    low: float
    high: float

    def to_plain(self) -> dict[str, float]:
        """Turn into {"value", "low", "high"}."""
        return asdict(self)


def qini_area(score: F64, effects: F64, customer: I64) -> Estimate:
    """Return the area with its interval; `score` and pseudo-`effects` are (n,), n at least 1."""
    value, parts = _area(score, effects)
    return _estimate(value, parts, customer)


def qini_gain(score: F64, other: F64, effects: F64, customer: I64) -> Estimate:
    """Return by how much the area of `score` is larger than that of `other`, on the same customers."""
    (first, first_parts), (then, then_parts) = _area(score, effects), _area(other, effects)
    return _estimate(first - then, first_parts - then_parts, customer)


def _area(score: F64, effects: F64) -> tuple[float, F64]:
    """Return the area, and of its error each row's share, (n,)."""
    rows = len(score)
    scores, place = np.unique(score, return_inverse=True)
    count = np.bincount(place, minlength=len(scores))
    total = np.bincount(place, effects, minlength=len(scores))
    below = np.cumsum(count) - count
    rank = ((below + count / 2) / rows - 0.5)[place]
    value = float((effects * rank).mean())
    above = effects.sum() - np.cumsum(total)
    others = ((above + total / 2) / rows)[place] - effects.mean() / 2
    return value, effects * rank + others - 2 * value


def mean_effect(effects: F64, customer: I64) -> Estimate:
    """Return the mean of pseudo-effects (n,) with its interval."""
    value = float(effects.mean())
    return _estimate(value, effects - value, customer)


def _estimate(value: float, parts: F64, customer: I64) -> Estimate:
    """Return the interval of a mean, of whose error `parts` (n,) are each row's share."""
    _, own = np.unique(customer, return_inverse=True)
    sums = np.bincount(own, parts)
    half = Z * math.sqrt(float((sums * sums).sum())) / len(parts)
    return Estimate(value, value - half, value + half)
