"""Beta calibration: out-of-fold margins → probabilities that mean what they say.

p' = sigmoid(a·ln p − b·ln(1 − p) + c) with a, b ≥ 0 (Kull, Silva Filho and Flach, "Beta
calibration", AISTATS 2017). It is monotone, so that it never reorders customers or makes ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_PRIOR = 1.0
"""Strength of the pull towards 'no change', in rows: it decides only where rows are few."""


@dataclass(frozen=True)
class Beta:
    """A fitted calibrator; (1, 1, 0) changes nothing."""

    a: float = 1.0
    b: float = 1.0
    c: float = 0.0

    @classmethod
    def fit(cls, margins: Floats, labels: npt.NDArray[np.int8]) -> Self:
        """Fit on out-of-fold log odds (rows,) and labels 0/1 by maximum likelihood."""
        from scipy.optimize import minimize

        signs = np.where(labels > 0, 1.0, -1.0)
        plus, minus = _logs(margins)

        def loss(theta: Floats) -> tuple[float, Floats]:
            z = theta[0] * plus - theta[1] * minus + theta[2]
            pull = theta - np.array([1.0, 1.0, 0.0])
            value = np.logaddexp(0.0, -signs * z).sum() + _PRIOR * (pull**2).sum()
            slope = -signs * sigmoid(-signs * z)
            gradient = np.array([slope @ plus, -(slope @ minus), slope.sum()])
            rows = len(margins)
            return float(value / rows), (gradient + 2 * _PRIOR * pull) / rows

        bounds = [(1e-3, None), (1e-3, None), (None, None)]
        start = np.array([1.0, 1.0, 0.0])
        found = minimize(
            loss,
            start,
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"ftol": 1e-14, "gtol": 1e-10, "maxiter": 500},
        )
        # The optimiser's last digits vary between scipy builds and mean nothing.
        a, b, c = (float(f"{value:.9g}") for value in found.x)
        return cls(a, b, c)

    def apply(self, margins: Floats) -> Floats:
        """Probability of churn, float64 in (0, 1), for log odds (rows,)."""
        plus, minus = _logs(margins)
        return sigmoid(self.a * plus - self.b * minus + self.c)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data."""
        return {"kind": "beta", "a": self.a, "b": self.b, "c": self.c}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        return cls(plain["a"], plain["b"], plain["c"])


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + exp(−z)) without overflow."""
    return np.exp(-np.logaddexp(0.0, -z))


def log_loss(labels: npt.NDArray[np.int8], margins: Floats) -> float:
    """Mean −ln of the probability given to what happened, from log odds (rows,)."""
    return float(np.logaddexp(0.0, np.where(labels > 0, -margins, margins)).mean())


def _logs(margins: Floats) -> tuple[Floats, Floats]:
    """Return ln p and ln(1 − p) of log odds."""
    return -np.logaddexp(0.0, -margins), -np.logaddexp(0.0, margins)
