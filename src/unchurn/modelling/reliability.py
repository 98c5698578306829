"""Do the probabilities mean what they say: expected calibration error, slope and intercept.

Slope and intercept follow Van Calster et al. (2019, "Calibration: the Achilles heel of
predictive analytics"): the slope is the coefficient of logit p in a logistic regression of the
label (1 is ideal, below 1 means overconfident); the intercept is calibration in the large, with
that coefficient held at 1 (0 is ideal, above 0 means too few churners were predicted).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from unchurn.modelling.ranking import Floats, Ranking, dot

BINS = 10
_RIDGE = 1e-6
"""Pulls the slope towards 1 so that it stays finite when the labels separate perfectly."""
_EPSILON = 1e-12
_Z = 1.959963984540054
"""97.5% quantile of the normal distribution."""


@dataclass(frozen=True)
class Bins:
    """Equal-mass bins of a ranking, riskiest first: sums over rows, each (bins,) float64."""

    rows: Floats
    churned: Floats
    predicted: Floats


def equal_mass(ranking: Ranking, bins: int = BINS) -> Bins:
    """Cut rows into `bins` of nearly equal size by probability.

    A tie is never split: it goes to the bin of its middle row, so bins may differ in size and
    may be empty.
    """
    rows = ranking.churned + ranking.stayed
    middle = ranking.depth - rows / 2
    edges = np.searchsorted(middle, ranking.rows * np.arange(1, bins) / bins)
    cuts = [0, *edges.tolist(), len(rows)]
    parts = [slice(start, end) for start, end in itertools.pairwise(cuts)]
    return Bins(
        np.array([rows[part].sum() for part in parts]),
        np.array([ranking.churned[part].sum() for part in parts]),
        np.array([dot(rows[part], ranking.probabilities[part]) for part in parts]),
    )


def ece(ranking: Ranking, bins: int = BINS) -> float:
    """Return the mean |churn rate − mean probability| over equal-mass bins.

    Each bin weighs as much as it has rows (Naeini et al. 2015, with bins of equal mass as in
    Nixon et al. 2019).
    """
    if ranking.rows == 0:
        return float("nan")
    made = equal_mass(ranking, bins)
    return float(np.abs(made.churned - made.predicted).sum() / ranking.rows)


def reliability_curve(ranking: Ranking, bins: int = BINS) -> list[dict[str, float]]:
    """Return the non-empty bins, least risky first, with Wilson intervals of the churn rate."""
    made = equal_mass(ranking, bins)
    points = []
    for rows, churned, predicted in zip(made.rows, made.churned, made.predicted, strict=True):
        if rows > 0:
            low, high = wilson(float(churned), float(rows))
            rates = {"predicted": predicted / rows, "observed": churned / rows}
            points.append({**rates, "low": low, "high": high, "count": int(rows)})
    return points[::-1]


def wilson(hits: float, rows: float) -> tuple[float, float]:
    """Return the 95% Wilson score interval of a rate; (0, 1) of no rows."""
    if rows <= 0:
        return 0.0, 1.0
    rate, z2 = hits / rows, _Z * _Z
    centre = (rate + z2 / (2 * rows)) / (1 + z2 / rows)
    half = _Z * math.sqrt(rate * (1 - rate) / rows + z2 / (4 * rows * rows)) / (1 + z2 / rows)
    return max(0.0, centre - half), min(1.0, centre + half)


def slope(
    ranking: Ranking, start: tuple[float, float] = (0.0, 1.0), tolerance: float = 1e-9
) -> float:
    """Coefficient of logit p in a logistic regression of the label on it; NaN with one class."""
    return fitted_line(ranking, start, tolerance)[1]


def fitted_line(
    ranking: Ranking, start: tuple[float, float] = (0.0, 1.0), tolerance: float = 1e-9
) -> tuple[float, float]:
    """Return (constant, slope) of a logistic regression of the label on logit p.

    Newton's method from `start` with halved steps, until a step is below `tolerance`.
    """
    if not ranking.total_churned or not ranking.total_stayed:
        return float("nan"), float("nan")
    x, rows = ranking.scale.logit, ranking.churned + ranking.stayed
    at = np.array(start, dtype=np.float64)
    loss = _loss(at, x, rows, ranking.churned)
    for _ in range(100):
        step = _newton_step(at, x, rows, ranking.churned)
        size = 1.0
        while (trial := _loss(at - size * step, x, rows, ranking.churned)) > loss and size > 1e-8:
            size /= 2
        at, loss = at - size * step, trial
        if np.abs(step).max() < tolerance:
            break
    return float(at[0]), float(at[1])


def intercept(ranking: Ranking, start: float = 0.0, tolerance: float = 1e-9) -> float:
    """Calibration in the large: the constant to add to logit p so that the mean agrees."""
    if not ranking.total_churned or not ranking.total_stayed:
        return float("nan")
    at = start
    x, rows = ranking.scale.logit, ranking.churned + ranking.stayed
    for _ in range(200):
        p = _sigmoid(x + at)
        slack = dot(rows, p) - ranking.total_churned
        step = slack / max(dot(rows, p * (1 - p)), _EPSILON)
        # The curve flattens far from the answer, where a full Newton step would overshoot.
        step = float(min(max(step, -1.0), 1.0))
        at -= step
        if abs(step) < tolerance:
            break
    return float(at)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))))


def _loss(at: Floats, x: Floats, rows: Floats, churned: Floats) -> float:
    line = at[0] + at[1] * x
    fit = dot(rows, np.logaddexp(0.0, line)) - dot(churned, line)
    return float(fit + _RIDGE / 2 * (at[1] - 1) ** 2)


def _newton_step(at: Floats, x: Floats, rows: Floats, churned: Floats) -> Floats:
    p = _sigmoid(at[0] + at[1] * x)
    slack, weight = rows * p - churned, rows * p * (1 - p)
    gradient = np.array([slack.sum(), dot(slack, x) + _RIDGE * (at[1] - 1)])
    cross = dot(weight, x)
    hessian = np.array([[weight.sum() + _RIDGE, cross], [cross, dot(weight, x * x) + _RIDGE]])
    return np.asarray(np.linalg.solve(hessian, gradient))
