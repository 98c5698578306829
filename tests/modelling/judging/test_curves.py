"""Curves: right ends, right areas, few points."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.judging import metrics
from unchurn.modelling.judging.curves import curves
from unchurn.modelling.judging.ranking import rank


def sample(rows):
    draw = np.random.default_rng(2)
    p = draw.beta(1, 3, rows)
    return (draw.random(rows) < p).astype(np.int8), p


@pytest.mark.parametrize("rows", [30, 5000])
def test_areas_under_the_curves_agree_with_the_metrics(rows):
    """The drawn ROC and precision-recall curves have the areas that are reported."""
    labels, p = sample(rows)
    found = curves(rank(labels, p))
    roc, pr = found["roc"], found["precision_recall"]
    assert np.trapezoid(roc["y"], roc["x"]) == pytest.approx(metrics.roc_auc(labels, p), abs=2e-3)
    steps = np.diff([0.0, *pr["x"]]) @ np.array(pr["y"])
    assert steps == pytest.approx(metrics.average_precision(labels, p), abs=2e-2)
    assert (roc["x"][0], roc["y"][0], roc["x"][-1], roc["y"][-1]) == (0, 0, 1, 1)
    assert pr["x"][-1] == 1
    assert len(roc["x"]) <= 201
    assert len(pr["x"]) <= 201


def test_gains_lift_and_distribution_add_up():
    """Gains end at 1, the ten lifts average 1, and the bars hold every row."""
    labels, p = sample(997)
    found = curves(rank(labels, p))
    assert found["gains"]["captured"][0] == 0
    assert found["gains"]["captured"][-1] == pytest.approx(1)
    assert np.mean(found["lift"]) == pytest.approx(1)
    assert found["lift"][0] == pytest.approx(metrics.lift_top_decile(labels, p))
    bars = found["distribution"]
    assert len(bars["edges"]) == len(bars["stayed"]) + 1
    assert sum(bars["churned"]) == labels.sum()
    assert sum(bars["stayed"]) == (labels == 0).sum()


def test_a_probability_of_one_is_in_the_last_bar():
    """The last bar includes its right edge."""
    found = curves(rank(np.array([0, 1]), np.array([0.0, 1.0])))["distribution"]
    assert found["stayed"][0] == 1
    assert found["churned"][-1] == 1


def test_one_class_draws_what_it_can():
    """Without churned rows, curves that need them are empty and nothing fails."""
    found = curves(rank(np.zeros(20, np.int8), np.linspace(0, 0.5, 20)))
    assert found["roc"] == {"x": [], "y": []}
    assert found["precision_recall"] == {"x": [], "y": []}
    assert found["lift"] == []
    assert len(found["calibration"]) == 10
