"""Weights of configurations, found on out-of-fold margins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.calibration import log_loss

STEPS = 60
BAGS = 8
LEAST = 0.05
"""A configuration with less weight than this is not worth its trees."""
_ROWS = 40_000
"""Rows of a bag at most: weights do not get better beyond."""


def greedy_weights(
    margins: Floats, labels: npt.NDArray[np.int8], seed: int, most: int = 0
) -> Floats:
    """Weigh configurations (sum 1) by greedy selection with replacement on log loss.

    `margins` is (configurations, rows) of log odds, simplest configuration first: ties go to
    the simpler. Selection (Caruana et al., "Ensemble selection from libraries of models",
    2004) is repeated on `BAGS` halves of the rows and averaged; weights under `LEAST` are
    dropped, and `most` (0: no limit) keeps the heaviest.
    """
    weights = _bagged(margins, labels, seed)
    limit = most or len(weights)
    heaviest = np.argsort(-weights, kind="stable")
    kept = [i for i in heaviest[:limit].tolist() if weights[i] >= LEAST] or [int(heaviest[0])]
    kept.sort()
    if len(kept) < len(weights):
        # The survivors are weighed anew: they must make up for what has left.
        weights = np.zeros(len(weights))
        weights[kept] = _bagged(margins[kept], labels, seed)
    # Rounded so that model.json reads well; the rest goes to the heaviest.
    weights = np.round(weights, 4)
    weights[int(np.argmax(weights))] += 1.0 - weights.sum()
    return weights


def _bagged(margins: Floats, labels: npt.NDArray[np.int8], seed: int) -> Floats:
    count, rows = margins.shape
    if count == 1:
        return np.ones(1)
    total = np.zeros(count)
    generator = np.random.default_rng(seed)
    size = min(_ROWS, max(rows // 2, min(rows, 50)))
    for _ in range(BAGS):
        bag = np.sort(generator.choice(rows, size, replace=False))
        total += _select(margins[:, bag], labels[bag])
    return total / BAGS


def _select(margins: Floats, labels: npt.NDArray[np.int8]) -> Floats:
    counts = np.zeros(len(margins))
    total = np.zeros(margins.shape[1])
    for step in range(1, STEPS + 1):
        losses = [log_loss(labels, (total + each) / step) for each in margins]
        best = int(np.argmin(np.round(losses, 9)))
        counts[best] += 1
        total += margins[best]
    return counts / STEPS
