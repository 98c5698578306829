"""Qini and uplift curves, the coefficients made of them, and the uplift among the first.

Of customers in the descending order of their score, with n customers, r of whom stayed, above a
score among the contacted (t) and those left alone (c):

- Qini curve (Radcliffe 2007, "Using control groups to target on predicted lift", eq. 5):
  r_t − r_c·n_t/n_c, the customers kept of the contacted ones.
- Uplift curve (Gutierrez & Gérardy 2017, "Causal inference and uplift modelling: a review of the
  literature"): (r_t/n_t − r_c/n_c)·(n_t + n_c), the customers kept were all contacted.
- Their coefficients: the area between the curve and the straight line to its end, over the same of
  the best curve that the outcomes allow. Qini: contacted who stayed first, then whoever left, then
  those left alone who stayed. Uplift (AUUC): scikit-uplift's best order.

Equal scores have no order: a curve has one point for each distinct score, so that a constant score
is the straight line, its coefficients 0, in any order of the rows. A term without customers is 0.
Both coefficients are those of scikit-uplift 0.5.1 (`qini_auc_score`, `uplift_auc_score`); causalml's
draws a point for each row, so that with equal scores it depends on the order of rows, and divides
by the end of the curve, not by the best area.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from unchurn.modelling.uplift.trial import F64, I64, Trial


@dataclass(frozen=True)
class Curve:
    """Points of a curve from (0, 0): customers from the highest score on, and customers kept."""

    customers: F64
    kept: F64

    @property
    def area(self) -> float:
        """Area between the curve and the straight line to its end."""
        width = np.diff(self.customers)
        under = (width * (self.kept[1:] + self.kept[:-1])).sum() / 2
        return float(under - self.customers[-1] * self.kept[-1] / 2)


@dataclass(frozen=True)
class Counts:
    """Weighted customers at each distinct score, the highest first: (4, k).

    Rows: left alone and left, left alone and stayed, contacted and left, contacted and stayed.
    """

    at: F64

    @classmethod
    def of(cls, codes: I64, weights: F64) -> Self:
        """Count customers by `places` of theirs, each with its weight."""
        counts = np.bincount(codes, weights, int(np.max(codes)) // 4 * 4 + 4)
        return cls(np.asarray(counts, dtype=np.float64).reshape(-1, 4).T)

    @cached_property
    def above(self) -> F64:
        """The same, from the highest score on."""
        return np.cumsum(self.at, axis=1)

    def qini(self) -> Curve:
        """Return the Qini curve."""
        alone, alone_stayed, contacted, contacted_stayed = self._sums()
        return self._curve(contacted_stayed - alone_stayed * _ratio(contacted, alone))

    def uplift(self) -> Curve:
        """Return the uplift curve."""
        alone, alone_stayed, contacted, contacted_stayed = self._sums()
        rates = _ratio(contacted_stayed, contacted) - _ratio(alone_stayed, alone)
        return self._curve(rates * (alone + contacted))

    def uplift_at(self, share: float) -> float:
        """Return the difference in who stayed among the first `share` (0 to 1) of the customers.

        Equal scores on either side of the cut count in proportion. NaN where one arm is not there.
        """
        alone, alone_stayed, contacted, contacted_stayed = self._sums()
        everybody = np.append(0.0, alone + contacted)
        wanted = share * everybody[-1]
        found = [
            float(np.interp(wanted, everybody, np.append(0.0, each)))
            for each in (contacted_stayed, contacted, alone_stayed, alone)
        ]
        if found[1] <= 0 or found[3] <= 0:
            return float("nan")
        return found[0] / found[1] - found[2] / found[3]

    def _sums(self) -> tuple[F64, F64, F64, F64]:
        alone_left, alone_stayed, left, stayed = self.above
        return alone_left + alone_stayed, alone_stayed, left + stayed, stayed

    def _curve(self, kept: F64) -> Curve:
        return Curve(np.append(0.0, self.above.sum(axis=0)), np.append(0.0, kept))


def places(trial: Trial, score: F64 | None = None) -> I64:
    """Return where each customer counts in `Counts`, (n,): its score's place, its arm, its outcome."""
    _, place = np.unique(-(trial.score if score is None else score), return_inverse=True)
    return np.asarray(4 * place.astype(np.int64) + 2 * trial.contacted + trial.stayed)


def best_qini_score(trial: Trial) -> F64:
    """Return scores in the best order for the Qini curve that the outcomes allow."""
    return np.where(trial.stayed, np.where(trial.contacted, 1.0, -1.0), 0.0)


def best_uplift_score(trial: Trial) -> F64:
    """Return scores in scikit-uplift's best order for the uplift curve."""
    stayed, contacted = trial.stayed, trial.contacted
    alone_stayed, contacted_left = (stayed & ~contacted).sum(), (~stayed & contacted).sum()
    more = stayed if alone_stayed > contacted_left else contacted
    return np.asarray(2.0 * (stayed == contacted) + more)


def _ratio(above: F64, below: F64) -> F64:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
