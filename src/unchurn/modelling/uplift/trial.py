"""Customers of randomised campaigns, ranked by the effect that a model expects of contacting each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from unchurn.errors import DataError

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
BOOL = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """What was expected of each customer, who was contacted, and who stayed; all are (n,).

    `score`: the effect expected of contact, in any unit; more is better. `stayed`: the outcome that
    is coded 1, so that an effect above 0 is customers kept. With the outcome coded the other way
    (1 = churned) every figure has another value, not only another sign. `weights` are 1 where all
    were drawn in one campaign; see `of_campaigns`.
    """

    score: F64
    contacted: BOOL
    stayed: BOOL
    weights: F64

    @classmethod
    def of(cls, score: Any, contacted: Any, stayed: Any, weights: Any = None) -> Self:
        """Take in arrays of 0 and 1, or of truth, and scores.

        Raises `DataError` for scores that are no finite numbers, outcomes or arms other than 0 and 1,
        arrays of several lengths, or where all were contacted or none.
        """
        scores = np.asarray(score, dtype=np.float64)
        given = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=np.float64)
        arms, outcomes = _truth(contacted, "contacted"), _truth(stayed, "stayed")
        if not scores.shape == arms.shape == outcomes.shape == given.shape or scores.ndim != 1:
            raise DataError("Scores, arms, outcomes and weights are not of the same customers.")
        if not np.isfinite(scores).all() or not (np.isfinite(given) & (given > 0)).all():
            bad = int((~np.isfinite(scores)).sum())
            raise DataError(f"{bad:,} of {len(scores):,} scores are no numbers (NaN or infinite).")
        if not 0 < arms.sum() < len(arms):
            side = "contacted" if arms.any() else "left alone"
            raise DataError(
                f"All {len(arms):,} customers were {side}: there is nobody to compare with."
            )
        return cls(scores, arms, outcomes, given)

    @classmethod
    def of_campaigns(cls, score: Any, contacted: Any, stayed: Any, chance: Any) -> Self:
        """Take in customers who were contacted with a `chance` (n,), each campaign's own.

        Weights make the arms alike across campaigns; with one campaign all are 1. Raises as `of`.
        """
        arms = _truth(contacted, "contacted")
        share = arms.mean() if len(arms) else 0.5
        weights = np.where(arms, share / chance, (1 - share) / (1 - np.asarray(chance)))
        return cls.of(score, arms, stayed, weights)

    def scored(self, score: F64) -> Trial:
        """Return the same customers with other scores."""
        return Trial(score, self.contacted, self.stayed, self.weights)


def _truth(values: Any, name: str) -> BOOL:
    found = np.asarray(values)
    if found.dtype == np.bool_:
        return found
    numbers = np.asarray(found, dtype=np.float64)
    if not np.isin(numbers, (0, 1)).all():
        raise DataError(f"{name!r} holds other values than 0 and 1.")
    return np.asarray(numbers == 1)
