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
EPSILON = float(np.finfo(np.float64).eps)


def dot(left: Floats, right: Floats) -> float:
    """Return the sum of products; numpy's own sum, as BLAS changes the last bits with its threads."""
    return float(np.multiply(left, right).sum())


@dataclass(frozen=True)
class Scale:
    """Distinct probabilities, strictly descending, (k,); shared by every count over them."""

    probabilities: Floats

    @cached_property
    def negated(self) -> Floats:
        """The probabilities in ascending order of their negatives, for searching."""
        return -self.probabilities

    @cached_property
    def surprise(self) -> tuple[Floats, Floats]:
        """Return -log p and -log(1 - p), clipped at the float64 epsilon as scikit-learn does."""
        p = np.clip(self.probabilities, EPSILON, 1 - EPSILON)
        return -np.log(p), -np.log1p(-p)

    @cached_property
    def logit(self) -> Floats:
        """Return log odds, with probabilities clipped at 1e-12."""
        p = np.clip(self.probabilities, 1e-12, 1 - 1e-12)
        return np.asarray(np.log(p) - np.log1p(-p))


@dataclass(frozen=True)
class Ranking:
    """Counts of rows at each distinct probability, riskiest first; arrays are (k,) float64.

    `churned` and `stayed` may hold zeros (a bootstrap resample that missed a row) and need not
    be whole numbers.
    """

    scale: Scale
    churned: Floats
    stayed: Floats

    @classmethod
    def from_counts(cls, scale: Scale, counts: npt.NDArray[Any]) -> Self:
        """Build from `counts` (2k,): stayed rows at each probability, then churned ones."""
        counts = counts.astype(np.float64)
        half = len(scale.probabilities)
        return cls(scale, counts[half:], counts[:half])

    @property
    def probabilities(self) -> Floats:
        """The distinct probabilities, (k,), descending."""
        return self.scale.probabilities

    @cached_property
    def caught(self) -> Floats:
        """Churned rows at or above each probability, (k,)."""
        return np.cumsum(self.churned)

    @cached_property
    def depth(self) -> Floats:
        """All rows at or above each probability, (k,)."""
        return np.cumsum(self.churned + self.stayed)

    @property
    def total_churned(self) -> float:
        """Churned rows."""
        return float(self.caught[-1]) if len(self.caught) else 0.0

    @property
    def total_stayed(self) -> float:
        """Stayed rows."""
        return self.rows - self.total_churned

    @property
    def rows(self) -> float:
        """All rows."""
        return float(self.depth[-1]) if len(self.depth) else 0.0

    def captured(self, share: float) -> float:
        """Return the churned rows among the riskiest `share` of rows.

        A tie that straddles the cut counts in proportion: the expectation over its orders.
        """
        wanted = share * self.rows
        tie = int(np.searchsorted(self.depth, wanted))
        if tie >= len(self.depth):
            return self.total_churned
        held = float(self.churned[tie] + self.stayed[tie])
        missing = float(self.depth[tie]) - wanted
        return float(self.caught[tie] - self.churned[tie] * (missing / held if held else 0.0))

    def above(self, threshold: float) -> tuple[float, float]:
        """Return (churned, stayed) rows whose probability is at least `threshold`."""
        cut = int(np.searchsorted(self.scale.negated, -threshold, side="right"))
        if not cut:
            return 0.0, 0.0
        return float(self.caught[cut - 1]), float(self.depth[cut - 1] - self.caught[cut - 1])


def tie_codes(labels: Labels, probabilities: Floats) -> tuple[Scale, Codes]:
    """Return the distinct probabilities and each row's place in `Ranking.from_counts`, (n,).

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
    negated, tie = np.unique(-probabilities, return_inverse=True)
    return Scale(-negated), tie.astype(np.int64) + len(negated) * labels.astype(np.int64)


def rank(labels: Labels, probabilities: Floats) -> Ranking:
    """Count rows by distinct probability. Raises ValueError as `tie_codes` does."""
    scale, codes = tie_codes(labels, probabilities)
    counts = np.bincount(codes, minlength=2 * len(scale.probabilities))
    return Ranking.from_counts(scale, counts)
