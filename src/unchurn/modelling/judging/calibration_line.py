"""Logistic regression of labels on logit p, for many resamples at once.

Follows Van Calster et al. (2019, "Calibration: the Achilles heel of predictive analytics"): the
slope is the coefficient of logit p (1 is ideal, below 1 means overconfident); the intercept is
calibration in the large, with that coefficient held at 1 (0 is ideal, above 0 means that too
few churners were predicted).
"""

from __future__ import annotations

import numpy as np

from unchurn.modelling.judging.ranking import Floats

_RIDGE = 1e-6
"""Pulls the slope towards 1 so that it stays finite when the labels separate perfectly."""
_TINY = 1e-12
_STEPS = 100
_HALVINGS = 30


def slopes(
    logit: Floats, churned: Floats, rows: Floats, start: tuple[float, float], tolerance: float
) -> tuple[Floats, Floats]:
    """Return (constants, slopes), each (resamples,), by Newton's method with halved steps.

    `logit` is (k,); `churned` and `rows` are counts (resamples, k). NaN where a resample has
    one class. Steps end when none is above `tolerance`.
    """
    at = np.tile(np.array(start, dtype=np.float64), (len(rows), 1))
    loss = _loss(at, logit, churned, rows)
    for _ in range(_STEPS):
        step = _step(at, logit, churned, rows)
        for _ in range(_HALVINGS):
            trial = _loss(at - step, logit, churned, rows)
            worse = trial > loss + _TINY * np.abs(loss)
            if not worse.any():
                break
            step[worse] /= 2
        at, loss = at - step, trial
        if np.abs(step).max() < tolerance:
            break
    at[_one_class(churned, rows)] = np.nan
    return at[:, 0], at[:, 1]


def intercepts(
    logit: Floats, churned: Floats, rows: Floats, start: float, tolerance: float
) -> Floats:
    """Return the constants (resamples,) to add to logit p so that as many churn as predicted."""
    at, wanted = np.full(len(rows), start), churned.sum(axis=1)
    for _ in range(2 * _STEPS):
        p = _sigmoid(logit + at[:, None])
        step = ((rows * p).sum(axis=1) - wanted) / np.maximum(
            (rows * p * (1 - p)).sum(axis=1), _TINY
        )
        # The curve flattens far from the answer, where a full Newton step would overshoot.
        step = np.clip(step, -1.0, 1.0)
        at = at - step
        if np.abs(step).max() < tolerance:
            break
    at[_one_class(churned, rows)] = np.nan
    return at


def _one_class(churned: Floats, rows: Floats) -> Floats:
    total = churned.sum(axis=1)
    return np.asarray((total == 0) | (total == rows.sum(axis=1)))


def _loss(at: Floats, logit: Floats, churned: Floats, rows: Floats) -> Floats:
    line = at[:, :1] + at[:, 1:] * logit
    # log(1 + e^x), written so that a large x does not overflow.
    bent = np.log1p(np.exp(-np.abs(line))) + np.maximum(line, 0.0)
    fit = (rows * bent - churned * line).sum(axis=1)
    return np.asarray(fit + _RIDGE / 2 * (at[:, 1] - 1) ** 2)


def _step(at: Floats, logit: Floats, churned: Floats, rows: Floats) -> Floats:
    p = _sigmoid(at[:, :1] + at[:, 1:] * logit)
    slack, weight = rows * p - churned, rows * p * (1 - p)
    first = slack.sum(axis=1)
    second = (slack * logit).sum(axis=1) + _RIDGE * (at[:, 1] - 1)
    weighted = weight * logit
    a, b = weight.sum(axis=1) + _RIDGE, weighted.sum(axis=1)
    c = (weighted * logit).sum(axis=1) + _RIDGE
    # Cramer's rule for the two by two Hessian; the ridge keeps its determinant above zero.
    determinant = np.maximum(a * c - b * b, _TINY)
    return np.stack(
        [(c * first - b * second) / determinant, (a * second - b * first) / determinant], axis=1
    )


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))))
