"""What a scored month is worth before anybody knows who left: performance expected of probabilities alone.

Where probabilities are calibrated, a customer of probability p leaves with p and stays with 1 − p, so
that every count of who left has an expectation. Metrics are those of the expected counts, as CBPE has it
(confidence-based performance estimation; Kivimäki, Białek, Nurminen & Kuberski 2025,
"Confidence-based estimators for predictive performance in model monitoring"). Log loss has an exact
expectation, the mean binary entropy of p.

Intervals are what such a month reaches by chance where the probabilities are right. Customers leave
independently, so a metric f has variance Σ p(1 − p)(∂f/∂y)² (the delta method), in closed form:
``f = log loss``: ∂f/∂y = −logit(p) / n; ``f = ROC-AUC = U / MN`` of M who leave and N who stay:
(stay below − leave above − AUC·(N − M)) / MN, ties half; ``f = lift at a share q``: (1[among them] − L/M) / qM
of L who leave among them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.modelling.judging import ranked_metrics as ranked
from unchurn.modelling.judging.ranking import EPSILON, Ranking, Scale

F64 = npt.NDArray[np.float64]
ASSUMES = (
    "Expected of the scores alone: it holds as long as probabilities mean what they meant in training. That "
    "customers have begun to leave for other reasons cannot be seen here; outcomes tell. Of a model that learnt "
    "from few customers, both figures are kinder than the truth."
)
_Z = 1.959963984540054
CELLS, _ENDS = 8_000, 37.0
"""Cells of log odds from −37 to 37, beyond which a float64 is 0 or 1: neighbours are 0.00925 apart."""


def in_cells(probability: F64) -> tuple[F64, F64, npt.NDArray[np.int64]]:
    """Return probabilities drawn in from 0 and 1, their log odds, and the cell of each, all (n,)."""
    p = np.clip(probability, EPSILON, 1 - EPSILON)
    logit = np.log(p) - np.log1p(-p)
    cell = np.clip((logit + _ENDS) / (2 * _ENDS) * CELLS, 0, CELLS - 1).astype(np.int64)
    return p, logit, cell


def _empty() -> F64:
    return np.zeros(CELLS)


@dataclass
class ExpectedSums:
    """Sums over probabilities, taken in batch by batch; memory does not grow with rows.

    By cell of log odds: ``rows`` (weighed), ``left`` (Σ p), ``spread`` (Σ p(1 − p), by the square of the
    weight), each (cells,).
    """

    rows: F64 = field(default_factory=_empty)
    left: F64 = field(default_factory=_empty)
    spread: F64 = field(default_factory=_empty)
    entropy: float = 0.0
    unsure: float = 0.0

    def look(self, probability: F64, weights: F64 | None = None) -> None:
        """Take in probabilities (n,); `weights` (n,) is how many customers each stands for."""
        p, logit, cell = in_cells(probability)
        weight = np.ones_like(p) if weights is None else weights
        variance = weight * weight * p * (1 - p)
        self.rows += np.bincount(cell, weight, CELLS)
        self.left += np.bincount(cell, weight * p, CELLS)
        self.spread += np.bincount(cell, variance, CELLS)
        self.entropy -= float(np.sum(weight * (p * np.log(p) + (1 - p) * np.log1p(-p))))
        self.unsure += float(np.sum(variance * logit * logit))

    def measured(self, share: float) -> dict[str, dict[str, float | None]]:
        """Return ``left`` (customers), ``log_loss``, ``roc_auc`` and ``lift`` at the riskiest `share`.

        Each is {"value", "low", "high"}: expected, and what chance makes of it (95%); None of nobody.
        """
        there = np.flatnonzero(self.rows)[::-1]
        rows, left, spread = self.rows[there], self.left[there], self.spread[there]
        total = float(rows.sum())
        if not total:
            nothing = {"value": None, "low": None, "high": None}
            return {name: dict(nothing) for name in ("left", "log_loss", "roc_auc", "lift")}
        ranking = Ranking(Scale(left / rows), left, rows - left)
        deviation = {
            "left": float(np.sqrt(spread.sum())),
            "log_loss": float(np.sqrt(self.unsure)) / total,
            "roc_auc": float(np.sqrt(np.sum(spread * _auc_slopes(ranking) ** 2))),
            "lift": float(np.sqrt(np.sum(spread * _lift_slopes(ranking, share) ** 2))),
        }
        value = {
            "left": float(left.sum()),
            "log_loss": self.entropy / total,
            "roc_auc": ranked.roc_auc(ranking),
            "lift": ranked.lift(ranking, share),
        }
        most = {"left": total, "log_loss": np.inf, "roc_auc": 1.0, "lift": 1 / share}
        return {name: _within(value[name], deviation[name], most[name]) for name in value}


def _within(value: float, deviation: float, most: float) -> dict[str, float | None]:
    low, high = max(0.0, value - _Z * deviation), min(most, value + _Z * deviation)
    return {"value": _rounded(value), "low": _rounded(low), "high": _rounded(high)}


def _rounded(value: float) -> float | None:
    """Keep what every machine agrees on; what is undefined is None."""
    return float(f"{value:.9g}") if np.isfinite(value) else None


def _auc_slopes(ranking: Ranking) -> F64:
    """Return how the AUC changes with who left, by cell."""
    leave, stay = ranking.total_churned, ranking.total_stayed
    above = ranking.caught - ranking.churned / 2
    below = stay - (ranking.depth - ranking.caught) + ranking.stayed / 2
    return np.asarray((below - above - ranked.roc_auc(ranking) * (stay - leave)) / (leave * stay))


def _lift_slopes(ranking: Ranking, share: float) -> F64:
    """Return how the lift changes with who left, by cell; the cell at the cut counts in part."""
    rows, leave = ranking.churned + ranking.stayed, ranking.total_churned
    inside = np.clip((share * ranking.rows - (ranking.depth - rows)) / rows, 0.0, 1.0)
    caught = ranking.captured(share) / leave
    return np.asarray((inside - caught) / (share * leave))


@dataclass
class ExpectedProfit:
    """What a list is expected to earn of whom it says to contact, and what chance makes of it.

    `cost`: what contacting costs where somebody stays anyway, in currency.
    """

    cost: float
    customers: int = 0
    value: float = 0.0
    variance: float = 0.0

    def look(self, probability: F64, worth: F64) -> None:
        """Take in whom to contact: probabilities and expected values in currency, both (n,).

        The value is p·gain − (1 − p)·cost, so that leaving instead of staying is worth gain + cost.
        """
        between = (worth + self.cost) / np.maximum(probability, EPSILON)
        self.customers += len(worth)
        self.value += float(np.sum(worth))
        self.variance += float(np.sum(probability * (1 - probability) * between * between))

    def to_plain(self) -> dict[str, Any]:
        """Return {"value", "low", "high", "customers"}, money in currency."""
        half = _Z * float(np.sqrt(self.variance))
        low, high = self.value - half, self.value + half
        found: dict[str, Any] = {"value": self.value, "low": low, "high": high}
        return {**{k: _rounded(v) for k, v in found.items()}, "customers": self.customers}
