"""How well scores rank customers by what contact changes, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unchurn.modelling.judging.bootstrap import summary
from unchurn.modelling.uplift.curves import (
    Counts,
    Curve,
    best_qini_score,
    best_uplift_score,
    places,
)
from unchurn.modelling.uplift.trial import I64, Trial

SHARES = (0.1, 0.2, 0.3, 0.5)
"""Shares of the customers at which the uplift is told."""


def qini_curve(trial: Trial) -> Curve:
    """Return the Qini curve; see `curves`."""
    return Counts.of(places(trial), trial.weights).qini()


def uplift_curve(trial: Trial) -> Curve:
    """Return the uplift curve; see `curves`."""
    return Counts.of(places(trial), trial.weights).uplift()


def qini_coefficient(trial: Trial) -> float:
    """Return the Qini coefficient, at most 1; 0 for scores that tell nothing. See `curves`."""
    best = qini_curve(trial.scored(best_qini_score(trial))).area
    return _over(qini_curve(trial).area, best)


def auuc(trial: Trial) -> float:
    """Return the normalised area under the uplift curve, at most 1; see `curves`."""
    best = uplift_curve(trial.scored(best_uplift_score(trial))).area
    return _over(uplift_curve(trial).area, best)


def uplift_at(trial: Trial, share: float) -> float:
    """Return the uplift among the first `share` of the customers: see `Counts.uplift_at`."""
    return Counts.of(places(trial), trial.weights).uplift_at(share)


def measured(
    trial: Trial,
    customers: Sequence[str] | None = None,
    resamples: int = 200,
    seed: int = 7,
    shares: Sequence[float] = SHARES,
) -> dict[str, Any]:
    """Return every metric with its 95% interval, by bootstrap over customers.

    A resample draws as many customers with replacement and takes all rows of each; `customers`
    names them, None where each row is one. Percentile intervals, widened to hold the value.
    """
    ours, qini_best, uplift_best = (
        places(trial, score)
        for score in (trial.score, best_qini_score(trial), best_uplift_score(trial))
    )
    group = None if customers is None else np.unique(customers, return_inverse=True)[1]
    rows = [_values(trial, (ours, qini_best, uplift_best), None, shares)]
    for number in range(resamples):
        times = _drawn(len(ours), group, seed, number)
        rows.append(_values(trial, (ours, qini_best, uplift_best), times, shares))
    table = np.array(rows)
    found = [summary(float(table[0, at]), table[1:, at]).to_plain() for at in range(table.shape[1])]
    ats = [{"share": share, **each} for share, each in zip(shares, found[2:], strict=True)]
    return {"qini_coefficient": found[0], "auuc": found[1], "uplift_at": ats}


def _values(
    trial: Trial, codes: tuple[I64, I64, I64], times: I64 | None, shares: Sequence[float]
) -> list[float]:
    weights = trial.weights if times is None else trial.weights * times
    ours, qini_best, uplift_best = (Counts.of(each, weights) for each in codes)
    qini = _over(ours.qini().area, qini_best.qini().area)
    area = _over(ours.uplift().area, uplift_best.uplift().area)
    return [qini, area, *(ours.uplift_at(share) for share in shares)]


def _drawn(rows: int, group: I64 | None, seed: int, number: int) -> I64:
    count = rows if group is None else int(np.max(group)) + 1
    random = np.random.default_rng([seed, number])
    times = np.bincount(random.integers(0, count, count), minlength=count)
    return np.asarray(times if group is None else times[group])


def _over(area: float, best: float) -> float:
    return area / best if best > 0 else float("nan")
