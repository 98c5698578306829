"""evaluation.json's root ``binary_classification_metrics``, in SageMaker's model-quality schema.

Amazon SageMaker Model Monitor, "Model quality metrics": ``confusion_matrix`` is actual, then
predicted; every metric has a value and a standard deviation (ours is of bootstrap resamples).
The best constant classifier is the better of always-yes and always-no for the metric at hand:
the commoner class for accuracy, always-yes for the rest, where always-no scores 0.
"""

from __future__ import annotations

import math
from typing import Any

from unchurn.modelling.judging.bootstrap import Interval
from unchurn.modelling.judging.ranked_metrics import f_beta
from unchurn.modelling.judging.ranking import Ranking

_NAMES = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "auc": "roc_auc",
    "f0_5": "f0_5",
    "f1": "f1",
    "f2": "f2",
    "true_positive_rate": "recall",
    "true_negative_rate": "specificity",
}


def quality(
    measured: dict[str, Interval], confusion: dict[str, int], curves: dict[str, Any], rows: Ranking
) -> dict[str, Any]:
    """Return the content of ``binary_classification_metrics``.

    `measured` is by the names of `metrics.measure`; `confusion` has tp, fp, tn, fn; `curves` is
    `curves.curves`; `rows` gives the class counts. Undefined numbers are left as NaN.
    """
    metrics = {name: _pair(measured[source]) for name, source in _NAMES.items()}
    for name, opposite in (
        ("false_positive_rate", "specificity"),
        ("false_negative_rate", "recall"),
    ):
        found = measured[opposite]
        metrics[name] = _given(1 - found.value, found.deviation)
    roc, recalled = curves["roc"], curves["precision_recall"]
    return {
        "confusion_matrix": {
            "0": {"0": confusion["tn"], "1": confusion["fp"]},
            "1": {"0": confusion["fn"], "1": confusion["tp"]},
        },
        **metrics,
        **_best_constant(rows),
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": roc["x"],
            "true_positive_rates": roc["y"],
        },
        "precision_recall_curve": {"precisions": recalled["y"], "recalls": recalled["x"]},
    }


def _best_constant(rows: Ranking) -> dict[str, dict[str, float]]:
    """Score the best constants; deviations are the delta method's for a rate of n rows."""
    rate = rows.total_churned / rows.rows if rows.rows else math.nan
    error = math.sqrt(rate * (1 - rate) / rows.rows) if rows.rows else math.nan
    always_yes = {"tp": rows.total_churned, "fp": rows.total_stayed, "tn": 0.0, "fn": 0.0}
    found = {
        "accuracy": _given(max(rate, 1 - rate), error),
        "precision": _given(rate, error),
        "recall": _given(1.0 if rows.total_churned else math.nan, 0.0),
    }
    for name, beta in (("f0_5", 0.5), ("f1", 1.0), ("f2", 2.0)):
        weight = beta * beta
        # F = (1 + β²)·r / (r + β²) of the rate r, so dF/dr = (1 + β²)·β² / (r + β²)².
        steepness = (1 + weight) * weight / (rate + weight) ** 2
        found[name] = _given(f_beta(always_yes, beta), steepness * error)
    return {f"{name}_best_constant_classifier": pair for name, pair in found.items()}


def _pair(interval: Interval) -> dict[str, float]:
    return _given(interval.value, interval.deviation)


def _given(value: float, deviation: float) -> dict[str, float]:
    return {"value": value, "standard_deviation": deviation}
