"""Bootstrap intervals: honest, whole by customer, the same every time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unchurn.errors import ConfigError
from unchurn.modelling.judging import metrics
from unchurn.modelling.judging.bootstrap import intervals, intervals_of, summary
from unchurn.modelling.judging.judged_rows import mean_with_interval, surprises


def sample(rows=800, seed=5):
    draw = np.random.default_rng(seed)
    p = np.round(draw.beta(1, 3, rows), 3)
    return (draw.random(rows) < p).astype(np.int8), p


def test_every_metric_has_its_value_inside_its_interval():
    """Values are those of the whole sample, and low ≤ value ≤ high for every one of them."""
    labels, p = sample()
    found = intervals(labels, p, resamples=200)
    assert {name: each.value for name, each in found.items()} == metrics.measure_all(labels, p)
    assert all(each.low <= each.value <= each.high for each in found.values())
    assert all(each.deviation > 0 for each in found.values())


def test_resampled_counts_give_what_resampled_rows_give():
    """The fast way over counts equals calling metrics on the same rows drawn with replacement."""
    labels, p = sample(300)
    fast = intervals(labels, p, resamples=150, seed=9)
    functions = {
        "roc_auc": metrics.roc_auc,
        "average_precision": metrics.average_precision,
        "log_loss": metrics.log_loss,
        "ece": metrics.ece,
        "lift_top_decile": metrics.lift_top_decile,
        "calibration_slope": metrics.calibration_slope,
        "calibration_intercept": metrics.calibration_intercept,
    }
    slow = intervals_of(list(functions.values()), labels, p, resamples=150, seed=9)
    for name, each in zip(functions, slow, strict=True):
        assert (fast[name].low, fast[name].high) == pytest.approx((each.low, each.high), abs=1e-5)
        assert fast[name].deviation == pytest.approx(each.deviation, abs=1e-5)


def test_merged_neighbours_do_not_move_calibration_intervals():
    """Thousands of distinct probabilities are refitted in cells, to well within the noise."""
    draw = np.random.default_rng(1)
    p = draw.beta(1, 4, 4000)
    labels = (draw.random(4000) < p).astype(np.int8)
    fast = intervals(labels, p, resamples=100)["calibration_slope"]
    slow = intervals_of([metrics.calibration_slope], labels, p, resamples=100)[0]
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=fast.deviation / 20)


def test_deviation_of_the_log_loss_is_the_textbook_one():
    """For a mean, the bootstrap agrees with the standard error of a mean."""
    labels, p = sample(2000)
    losses = surprises(labels, p)
    found = intervals(labels, p, resamples=1000)["log_loss"]
    assert found.deviation == pytest.approx(losses.std() / math.sqrt(len(losses)), rel=0.1)
    plain = mean_with_interval(losses, None)
    assert (found.low, found.high) == pytest.approx((plain["low"], plain["high"]), rel=0.03)


def test_customers_are_drawn_whole():
    """Four copies of every customer widen the interval back to that of single rows."""
    labels, p = sample(400)
    single = intervals(labels, p, resamples=400)["roc_auc"]
    copies = np.tile(labels, 4), np.tile(p, 4)
    grouped = intervals(*copies, groups=np.tile(np.arange(400), 4), resamples=400)["roc_auc"]
    naive = intervals(*copies, resamples=400)["roc_auc"]
    assert grouped.deviation == pytest.approx(single.deviation, rel=1e-9)
    assert naive.deviation < 0.7 * grouped.deviation
    spread = mean_with_interval(surprises(*copies), np.tile(np.arange(400), 4))
    alone = mean_with_interval(surprises(labels, p), None)
    assert spread == pytest.approx(alone)


def test_the_same_seed_gives_the_same_numbers_and_another_does_not():
    """Intervals depend on the seed and on nothing else."""
    labels, p = sample()
    first, again, other = (intervals(labels, p, resamples=100, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first["roc_auc"].low != other["roc_auc"].low


def test_one_class_gives_undefined_intervals_without_a_warning():
    """ROC-AUC of one class is NaN with a NaN interval; log loss has both."""
    found = intervals(np.zeros(50, np.int8), np.linspace(0, 0.5, 50), resamples=100)
    assert math.isnan(found["roc_auc"].value)
    assert math.isnan(found["roc_auc"].low)
    assert found["log_loss"].low < found["log_loss"].high


def test_resamples_that_miss_a_class_are_left_out():
    """With one churned row, resamples without it do not count against ROC-AUC."""
    labels = np.array([1] + [0] * 19)
    found = intervals(labels, np.linspace(1, 0, 20), resamples=200)["roc_auc"]
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_a_function_that_fails_without_a_class_is_undefined_in_such_resamples():
    """Rows with both classes are judged; what fails on those themselves is an error all the same."""

    def both(labels, probabilities):
        if len(set(labels.tolist())) < 2:
            raise ConfigError("Only one class is present.")
        return probabilities[labels == 1].mean()

    labels, p = np.array([1] + [0] * 19, np.int8), np.linspace(1, 0, 20)
    (found,) = intervals_of([both], labels, p, resamples=200)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert 40 < found.left_out < 110
    with pytest.raises(ConfigError, match="one class"):
        intervals_of([both], labels[1:], p[1:], resamples=2)


def test_an_interval_always_holds_its_value():
    """A metric that resampling biases upwards is still inside its own interval."""
    found = summary(0.0, np.array([0.1, 0.2, 0.3]))
    assert found.low == 0.0
