"""Do the probabilities mean what they say: expected calibration error, slope and intercept."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unchurn.modelling.judging import calibration_line
from unchurn.modelling.judging.ranking import Floats, Ranking

BINS = 10
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
    cuts = np.concatenate([[0], edges, [len(rows)]])
    expected = np.cumsum(rows * ranking.probabilities)

    def between(cumulated: Floats) -> Floats:
        return np.diff(np.where(cuts > 0, cumulated[cuts - 1], 0.0))

    return Bins(between(ranking.depth), between(ranking.caught), between(expected))


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
    if ranking.rows == 0:
        return []
    made, points = equal_mass(ranking, bins), []
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


def slope(ranking: Ranking) -> float:
    """Return the coefficient of logit p in a logistic regression of the label on it."""
    rows = ranking.churned + ranking.stayed
    counts = ranking.churned[None], rows[None]
    return float(calibration_line.slopes(ranking.scale.logit, *counts, (0.0, 1.0), 1e-9)[1][0])


def intercept(ranking: Ranking) -> float:
    """Return calibration in the large: what to add to logit p so that the mean agrees."""
    rows = ranking.churned + ranking.stayed
    counts = ranking.churned[None], rows[None]
    return float(calibration_line.intercepts(ranking.scale.logit, *counts, 0.0, 1e-9)[0])
