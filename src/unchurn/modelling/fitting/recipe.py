"""The recipe: cross-fit every configuration, weigh them, calibrate, then refit what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Floats, Settings
from unchurn.modelling.fitting.calibration import Beta
from unchurn.modelling.fitting.configurations import to_strings
from unchurn.modelling.fitting.folds import CrossFit
from unchurn.modelling.fitting.weights import greedy_weights
from unchurn.modelling.judging import metrics

QUANTILES = 1001


@dataclass(frozen=True)
class Recipe:
    """What out-of-fold margins decide: `weights` of `crossfits` (sum 1) and the calibrator.

    Who was given up on the way weighs nothing. `margins`: weighted out-of-fold log odds of the judged rows, before calibration.
    """

    crossfits: tuple[CrossFit, ...]
    weights: tuple[float, ...]
    margins: Floats
    calibrator: Beta

    @classmethod
    def of(
        cls, crossfits: Sequence[CrossFit], labels: npt.NDArray[np.int8], seed: int, members: int
    ) -> Recipe:
        """Weigh cross-fitted configurations and calibrate their mean; `members` limits how many."""
        whole = [place for place, each in enumerate(crossfits) if not each.raced]
        stacked = np.stack([crossfits[place].margins for place in whole])
        weights = np.zeros(len(crossfits))
        weights[whole] = greedy_weights(stacked, labels, seed, members)
        total = weights[whole] @ stacked
        return cls(tuple(crossfits), tuple(weights.tolist()), total, Beta.fit(total, labels))

    @property
    def kept(self) -> list[tuple[CrossFit, float]]:
        """Configurations with a weight, and that weight."""
        return [(c, w) for c, w in zip(self.crossfits, self.weights, strict=True) if w > 0]

    @property
    def probabilities(self) -> Floats:
        """Calibrated out-of-fold probabilities of the judged rows."""
        return self.calibrator.apply(self.margins)

    def to_plain(self, labels: npt.NDArray[np.int8], settings: Settings) -> dict[str, Any]:
        """Turn into the part of ``model.json`` that the fits decided."""
        rate = settings.base_rate
        probabilities = self.probabilities
        grid = np.quantile(probabilities, np.linspace(0, 1, QUANTILES))
        return {
            "members": [_member(each, weight) for each, weight in self.kept],
            "calibrator": self.calibrator.to_plain(),
            "base_margin": float(np.log(rate / (1 - rate))),
            "base_rate": rate,
            "cut_points": {"quantiles": np.maximum.accumulate(grid).tolist()},
            "out_of_fold": {
                "log_loss": metrics.log_loss(labels, probabilities),
                "roc_auc": metrics.roc_auc(labels, probabilities),
            },
            "configurations": [
                _tried(each, weight)
                for each, weight in zip(self.crossfits, self.weights, strict=True)
            ],
        }


def _member(each: CrossFit, weight: float) -> dict[str, Any]:
    return {
        "name": each.configuration.name,
        "weight": weight,
        "file": each.file,
        "rounds": each.shipped_rounds,
        "params": to_strings(each.configuration.params),
    }


def _tried(each: CrossFit, weight: float) -> dict[str, Any]:
    raced = {"folds": each.raced} if each.raced else {}
    return {
        **each.configuration.to_plain(),
        **raced,
        "out_of_fold_log_loss": each.log_loss,
        "best_rounds": each.best_rounds,
        "weight": weight,
    }
