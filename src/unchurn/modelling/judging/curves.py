"""The curves of a report, thinned to what an eye can see; all from a `Ranking`."""

from __future__ import annotations

from typing import Any

import numpy as np

from unchurn.modelling.judging import reliability
from unchurn.modelling.judging.ranking import Floats, Ranking

POINTS = 200
BARS = 20
"""Bars of the score distribution, each 0.05 of probability wide."""


def curves(ranking: Ranking) -> dict[str, Any]:
    """Return every curve of evaluation.json; those that one class leaves undefined are empty."""
    return {
        "roc": roc(ranking),
        "precision_recall": precision_recall(ranking),
        "calibration": reliability.reliability_curve(ranking),
        "gains": gains(ranking),
        "lift": lift_by_decile(ranking),
        "distribution": distribution(ranking),
    }


def roc(ranking: Ranking) -> dict[str, list[float]]:
    """Return x = false positive rates and y = true positive rates, from (0, 0) to (1, 1)."""
    churned, stayed = ranking.total_churned, ranking.total_stayed
    if not churned or not stayed:
        return {"x": [], "y": []}
    x = np.concatenate([[0.0], (ranking.depth - ranking.caught) / stayed])
    y = np.concatenate([[0.0], ranking.caught / churned])
    kept = _thinned(x + y)
    return {"x": x[kept].tolist(), "y": y[kept].tolist()}


def precision_recall(ranking: Ranking) -> dict[str, list[float]]:
    """Return x = recalls, ascending, and y = precisions, one point per threshold kept."""
    if not ranking.total_churned:
        return {"x": [], "y": []}
    x, y = ranking.caught / ranking.total_churned, ranking.caught / ranking.depth
    kept = _thinned(x + ranking.depth / ranking.rows)
    return {"x": x[kept].tolist(), "y": y[kept].tolist()}


def gains(ranking: Ranking) -> dict[str, list[float]]:
    """Return the share of churned rows captured in the riskiest 0%, 1%, … 100% of rows."""
    share = [step / 100 for step in range(101)]
    if not ranking.total_churned:
        return {"share": share, "captured": []}
    found = [ranking.captured(each) / ranking.total_churned for each in share]
    return {"share": share, "captured": found}


def lift_by_decile(ranking: Ranking) -> list[float]:
    """Return ten numbers, riskiest tenth first: its churn rate over the churn rate of all."""
    if not ranking.total_churned:
        return []
    found = [ranking.captured(step / 10) for step in range(11)]
    return [float(each) for each in np.diff(found) * 10 / ranking.total_churned]


def distribution(ranking: Ranking) -> dict[str, list[Any]]:
    """Count stayed and churned rows in bars of equal width; the last one includes 1."""
    edges = np.linspace(0.0, 1.0, BARS + 1)
    bar = np.minimum((ranking.probabilities * BARS).astype(np.int64), BARS - 1)

    def counted(rows: Floats) -> list[int]:
        found: list[int] = np.bincount(bar, rows, BARS).astype(np.int64).tolist()
        return found

    return {
        "edges": edges.tolist(),
        "stayed": counted(ranking.stayed),
        "churned": counted(ranking.churned),
    }


def _thinned(travel: Floats) -> Any:
    """Pick at most `POINTS` places evenly along ascending `travel`, both ends included."""
    if len(travel) <= POINTS:
        return np.arange(len(travel))
    stops = np.linspace(travel[0], travel[-1], POINTS)
    return np.unique(np.append(np.searchsorted(travel, stops[:-1]), len(travel) - 1))
