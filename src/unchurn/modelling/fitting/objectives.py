"""What trials of a search may be judged by, from labels and out-of-fold margins."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.calibration import log_loss, sigmoid
from unchurn.modelling.judging import metrics

Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Objective:
    """A measure of (labels, margins), both (rows,).

    `name`: what it is called in a log and by a tuner. `greater`: whether more is better. `slack`:
    a trial is given up where its loss is this many times the best one's on the same rows.
    """

    name: str
    measure: Callable[[Labels, Floats], float]
    greater: bool
    slack: float

    def loss(self, labels: Labels, margins: Floats) -> float:
        """Return how far from perfect, less being better; infinite where it is undefined."""
        found = self.measure(labels, margins)
        if math.isnan(found):
            return math.inf
        return 1.0 - found if self.greater else found

    def words(self, loss: float) -> str:
        """Say a loss as the measure that it was."""
        return f"{self.name.replace('_', ' ')} {1.0 - loss if self.greater else loss:.5f}"


OBJECTIVES: Mapping[str, Objective] = {
    "log-loss": Objective("log_loss", log_loss, greater=False, slack=1.03),
    # An order says less about a few rows than probabilities do.
    "roc-auc": Objective("auc", lambda y, z: metrics.roc_auc(y, sigmoid(z)), True, 1.1),
    "average-precision": Objective(
        "average_precision", lambda y, z: metrics.average_precision(y, sigmoid(z)), True, 1.1
    ),
    "brier": Objective("brier", lambda y, z: metrics.brier(y, sigmoid(z)), False, 1.03),
}
"""By the name that [tune] objective gives them."""
