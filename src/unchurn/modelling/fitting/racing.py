"""Who is fitted on: configurations race over the first groups of folds, and the field thins once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Floats

RACED, GOING, CLEAR = 2, 4, 1.0
"""Groups of folds after which the field thins, how many go on at least, and standard errors that are clear."""


def behind(margins: Floats, labels: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Tell of each configuration whether it is clearly worse than the best, and not among the best `GOING`.

    `margins` is (configurations, rows) of log odds. Clearly worse is one whose mean log loss over the same rows
    is higher by more than `CLEAR` standard errors of the difference, a paired comparison (Maron and Moore,
    "Hoeffding races", 1993, have the idea).
    """
    losses = np.logaddexp(0.0, np.where(labels == 1, -margins, margins))
    means = losses.mean(axis=1)
    order = np.argsort(means, kind="stable")
    worse = losses - losses[order[0]]
    error = worse.std(axis=1) / np.sqrt(len(labels))
    late = worse.mean(axis=1) > CLEAR * error
    late[order[:GOING]] = False
    return np.asarray(late)
