"""The SageMaker root of evaluation.json: its keys, and the figures of Amazon's own example."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.judging.bootstrap import intervals
from unchurn.modelling.judging.curves import curves
from unchurn.modelling.judging.ranked_metrics import confusion
from unchurn.modelling.judging.ranking import rank
from unchurn.modelling.judging.sagemaker_schema import quality

METRICS = [
    "accuracy",
    "precision",
    "recall",
    "auc",
    "f0_5",
    "f1",
    "f2",
    "true_positive_rate",
    "true_negative_rate",
    "false_positive_rate",
    "false_negative_rate",
]
CONSTANT = ["accuracy", "precision", "recall", "f0_5", "f1", "f2"]


def made(labels, p):
    ranking = rank(labels, p)
    counts = {name: int(n) for name, n in confusion(ranking, 0.5).items()}
    return quality(intervals(labels, p, resamples=100), counts, curves(ranking), ranking)


def test_every_key_of_the_schema_is_there():
    """Each metric has a value and a standard deviation; curves have their lists."""
    draw = np.random.default_rng(0)
    p = draw.random(300)
    found = made((draw.random(300) < p).astype(np.int8), p)
    for name in [*METRICS, *(f"{each}_best_constant_classifier" for each in CONSTANT)]:
        assert set(found[name]) == {"value", "standard_deviation"}
    assert set(found) == {
        "confusion_matrix",
        *METRICS,
        *(f"{each}_best_constant_classifier" for each in CONSTANT),
        "receiver_operating_characteristic_curve",
        "precision_recall_curve",
    }
    roc = found["receiver_operating_characteristic_curve"]
    assert len(roc["false_positive_rates"]) == len(roc["true_positive_rates"])
    recalled = found["precision_recall_curve"]
    assert len(recalled["precisions"]) == len(recalled["recalls"])


def test_figures_of_amazons_documented_example():
    """One hit, two false alarms, one quiet stayer: the matrix is actual, then predicted."""
    found = made(np.array([0, 0, 0, 1]), np.array([0.1, 0.6, 0.7, 0.9]))
    assert found["confusion_matrix"] == {"0": {"0": 1, "1": 2}, "1": {"0": 0, "1": 1}}
    values = {name: found[name]["value"] for name in METRICS}
    assert values["recall"] == 1.0
    assert values["precision"] == pytest.approx(1 / 3)
    assert values["accuracy"] == 0.5
    assert values["false_positive_rate"] == pytest.approx(2 / 3)
    assert values["false_negative_rate"] == 0.0
    constant = {name: found[f"{name}_best_constant_classifier"]["value"] for name in CONSTANT}
    assert constant["recall"] == 1.0
    assert constant["precision"] == 0.25
    assert constant["f1"] == pytest.approx(0.4)


def test_accuracy_of_the_best_constant_is_the_commoner_class():
    """With 10% churned, always-no is right nine times in ten; deviations are rates'."""
    labels = np.array([1] * 10 + [0] * 90)
    found = made(labels, np.linspace(0.9, 0.1, 100))["accuracy_best_constant_classifier"]
    assert found["value"] == pytest.approx(0.9)
    assert found["standard_deviation"] == pytest.approx((0.1 * 0.9 / 100) ** 0.5)
