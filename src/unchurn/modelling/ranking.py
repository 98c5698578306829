"""Rows counted by distinct probability: the one thing every metric is computed from.

Sorting once and counting churned and stayed rows at each distinct probability makes ties exact
(a tie has no order), makes memory small, and lets a bootstrap resample be a vector of counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ranking:
    """Counts of rows at each distinct probability, riskiest first; all arrays are (k,) float64.

    `probabilities` is strictly descending; `churned` and `stayed` may hold zeros (a bootstrap
    resample that missed a row) and need not be whole numbers.
    """

    probabilities: Floats
    churned: Floats
    stayed: Floats

    @classmethod
    def from_counts(cls, probabilities: Floats, counts: npt.NDArray[Any]) -> Self:
        """Build from `counts` (2k,), where 2j counts stayed and 2j + 1 churned rows of tie j."""
        pairs = counts.reshape(-1, 2).astype(np.float64)
        return cls(probabilities, np.ascontiguousarray(pairs[:, 1]), np.ascontiguousarray(pairs[:, 0]))

    @cached_property
    def caught(self) -> Floats:
        """Churned rows at or above each probability, (k,)."""
        return np.cumsum(self.churned)

    @cached_property
    def alarms(self) -> Floats:
        """Stayed rows at or above each probability, (k,)."""
        return np.cumsum(self.stayed)

    @property
    def total_churned(self) -> float:
        """Churned rows."""
        return float(self.caught[-1]) if len(self.caught) else 0.0

    @property
    def total_stayed(self) -> float:
        """Stayed rows."""
        return float(self.alarms[-1]) if len(self.alarms) else 0.0

    @property
    def rows(self) -> float:
        """All rows."""
        return self.total_churned + self.total_stayed

    def captured(self, share: float) -> float:
        """Return the churned rows among the riskiest `share` of rows.

        A tie that straddles the cut counts in proportion: the expectation over its orders.
        """
        depth = np.concatenate([[0.0], self.caught + self.alarms])
        found = np.concatenate([[0.0], self.caught])
        return float(np.interp(share * self.rows, depth, found))

    def above(self, threshold: float) -> tuple[float, float]:
        """Return (churned, stayed) rows whose probability is at least `threshold`."""
        cut = int(np.searchsorted(-self.probabilities, -threshold, side="right"))
        return (float(self.caught[cut - 1]), float(self.alarms[cut - 1])) if cut else (0.0, 0.0)


def tie_codes(labels: Labels, probabilities: Floats) -> tuple[Floats, Codes]:
    """Return the distinct probabilities, descending (k,), and each row's cell 2·tie + label (n,).

    Raises ValueError unless labels are 0 or 1, probabilities lie in [0, 1], and both are (n,).
    """
    labels = np.asarray(labels)
    probabilities = np.asarray(probabilities, dtype=np.float64)
    if labels.shape != probabilities.shape or labels.ndim != 1:
        raise ValueError(f"labels {labels.shape} and probabilities {probabilities.shape} differ")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    distinct, tie = np.unique(-probabilities, return_inverse=True)
    return -distinct, 2 * tie.astype(np.int64) + labels.astype(np.int64)


def rank(labels: Labels, probabilities: Floats) -> Ranking:
    """Count rows by distinct probability. Raises ValueError as `tie_codes` does."""
    distinct, codes = tie_codes(labels, probabilities)
    return Ranking.from_counts(distinct, np.bincount(codes, minlength=2 * len(distinct)))
