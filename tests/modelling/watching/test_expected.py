"""Performance expected of probabilities alone, beside draws of who leaves."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.judging import metrics
from unchurn.modelling.watching.expected import ExpectedProfit, ExpectedSums


def test_it_is_the_mean_of_what_calibrated_months_come_to() -> None:
    """Value and interval beside 300 draws: the mean, and as wide as they spread."""
    draw = np.random.default_rng(3)
    p = draw.beta(1, 6, 1_500)
    sums = ExpectedSums()
    for part in np.array_split(p, 4):
        sums.look(part)
    found = sums.measured(0.1)
    drawn = [(draw.random(len(p)) < p).astype(np.int64) for _ in range(300)]
    lived = {
        "left": [float(each.sum()) for each in drawn],
        "log_loss": [metrics.log_loss(each, p) for each in drawn],
        "roc_auc": [metrics.roc_auc(each, p) for each in drawn],
        "lift": [metrics.recall_at(each, p, 0.1) / 0.1 for each in drawn],
    }
    for name, values in lived.items():
        made, spread = found[name], float(np.std(values))
        assert made["value"] == pytest.approx(np.mean(values), abs=4 * spread / np.sqrt(300)), name
        assert made["high"] - made["low"] == pytest.approx(2 * 1.96 * spread, rel=0.15), name  # type: ignore[operator]


def test_weights_stand_for_customers_and_nobody_is_nothing() -> None:
    """A weight of two is the customer twice; of nobody nothing is expected; sure ones stay finite."""
    p = np.array([0.1, 0.4, 0.7])
    twice, weighed, nobody, sure = (ExpectedSums() for _ in range(4))
    twice.look(np.repeat(p, 2))
    weighed.look(p, np.full(3, 2.0))
    for name in ("left", "log_loss", "roc_auc", "lift"):
        values = [each.measured(0.5)[name]["value"] for each in (twice, weighed)]
        assert values[0] == pytest.approx(values[1])
    assert nobody.measured(0.1)["roc_auc"] == {"value": None, "low": None, "high": None}
    sure.look(np.array([0.0, 1.0]))
    assert sure.measured(0.5)["log_loss"]["value"] == pytest.approx(0, abs=1e-12)


def test_profit_is_what_the_list_says_give_or_take_who_leaves() -> None:
    """Sum of expected values; the spread is that of gains and costs over draws."""
    draw = np.random.default_rng(5)
    p, gain, cost = draw.uniform(0.2, 0.9, 400), 120.0, 25.0
    hoped = ExpectedProfit(cost)
    hoped.look(p, p * gain - (1 - p) * cost)
    found = hoped.to_plain()
    earned = [float(np.where(draw.random(400) < p, gain, -cost).sum()) for _ in range(400)]
    assert found["customers"] == 400
    assert found["value"] == pytest.approx(np.mean(earned), rel=0.02)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * np.std(earned), rel=0.15)
