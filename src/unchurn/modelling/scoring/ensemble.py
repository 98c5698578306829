"""A trained Model brought to life: margins, calibrated probabilities, exact contributions.

``model.json`` is a dict with the keys

- ``members``: list of {"name", "weight", "file", "rounds", "params", "seed"}; weights sum to
  1 and ``file`` is the name of a ``.ubj`` in ``boosters/`` and in ``evaluated/``;
- ``calibrator``: {"kind": "beta", "a", "b", "c"}, fitted on out-of-fold margins;
- ``base_margin``, ``base_rate``: log odds and share of churn in the training rows;
- ``cut_points``: {"quantiles": 1001 ascending out-of-fold probabilities at 0, 0.001, … 1};
- ``out_of_fold``: {"log_loss", "roc_auc"} of the calibrated training rows;
- ``configurations``: every one tried, with its out-of-fold log loss, weight and rounds, and, of those given
  up on the way, after how many ``folds``, which its figures are of;
- ``features``, ``feature_types``, ``missing``, ``categories``, ``plan`` (in words),
  ``refit``, ``seed``, ``threads``, ``versions``.

The margin of a customer is the weighted mean of the members' log odds; every member has the
same explicit base score, so that margins and contributions add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.encoding.pairs import shared_out
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.booster import Floats, Matrix
from unchurn.modelling.fitting.calibration import Beta

BASE_PASSES = 3
"""Times the rounding left over is folded into the base: the second pass already leaves none."""


@dataclass(frozen=True)
class LiveModel:
    """Loaded boosters with their weights, the encoder that feeds them and the calibrator."""

    encoder: Encoder
    boosters: tuple[Any, ...]
    weights: tuple[float, ...]
    calibrator: Beta
    threads: int = 1

    @classmethod
    def load(
        cls, folder: Path, model: dict[str, Any], encoder: dict[str, Any], threads: int = 1
    ) -> Self:
        """Read the boosters of `folder` (a Model's ``boosters`` or ``evaluated``).

        `model` and `encoder` are ``model.json`` and ``encoder.json``. Raises `ArtefactError`.
        """
        members = model["members"]
        return cls(
            Encoder.from_plain(encoder),
            tuple(xgb.read(folder / member["file"], threads) for member in members),
            tuple(float(member["weight"]) for member in members),
            Beta.from_plain(model["calibrator"]),
            threads,
        )

    def margin(self, matrix: Matrix) -> Floats:
        """Uncalibrated log odds of churn, float64 (rows,), of an encoded matrix."""
        total = np.zeros(len(matrix))
        if len(matrix):
            views = self._views(matrix)
            for weight, booster, width in self._members:
                total += weight * xgb.margins(booster, views[width])
        return total

    @cached_property
    def _members(self) -> list[tuple[float, Any, int]]:
        """Weight, booster and how many columns it reads: all, or those before the derived ones."""
        widths = (booster.num_features() for booster in self.boosters)
        return list(zip(self.weights, self.boosters, widths, strict=True))

    def _views(self, matrix: Matrix) -> dict[int, Matrix]:
        """Return the matrix as each member reads it, by its width."""
        widths = {width for _, _, width in self._members}
        return {width: np.ascontiguousarray(matrix[:, :width]) for width in widths}

    def probability(self, margin: Floats) -> Floats:
        """Calibrated probability of churn, float64 (rows,), of margins."""
        return self.calibrator.apply(margin)

    def contributions(self, matrix: Matrix) -> Floats:
        """Exact TreeSHAP in log odds: float64 (rows, columns + 1), the last column the base.

        Lundberg et al., "Consistent individualized feature attribution for tree ensembles"
        (2018). XGBoost returns float32; what rounding leaves over goes into the base, so that
        ``contributions.sum(axis=1)`` is `margin`. What a derived column brings goes to its two.
        """
        every = np.zeros((len(matrix), self.encoder.width + 1))
        if not len(matrix):
            return shared_out(every, self.encoder.pairs, self.encoder.columns)
        rows = {
            width: xgb.plain_matrix(view, self.encoder.matrix_types[:width], self.threads)
            for width, view in self._views(matrix).items()
        }
        for weight, booster, width in self._members:
            found = booster.predict(rows[width], pred_contribs=True, validate_features=False)
            every[:, :width] += weight * found[:, :-1]
            every[:, -1] += weight * found[:, -1]
        total = shared_out(every, self.encoder.pairs, self.encoder.columns)
        margin = self.margin(matrix)
        for _ in range(BASE_PASSES):
            total[:, -1] += margin - total.sum(axis=1)
        return total
