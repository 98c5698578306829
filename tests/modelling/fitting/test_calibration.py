from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.fitting.calibration import Beta, log_loss, sigmoid


def drawn(rows: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    truth = draw.normal(-1, 2, rows)
    return truth, (draw.random(rows) < sigmoid(truth)).astype(np.int8)


def test_true_margins_are_left_alone() -> None:
    """Calibrated log odds need nothing: a and b stay near 1, c near 0."""
    truth, labels = drawn()
    found = Beta.fit(truth, labels)
    assert abs(found.a - 1) < 0.15
    assert abs(found.b - 1) < 0.15
    assert abs(found.c) < 0.2


def test_overconfident_margins_are_repaired() -> None:
    """Margins three times too extreme and shifted come back to the truth's log loss."""
    truth, labels = drawn()
    wrong = 3 * truth + 1
    found = Beta.fit(wrong, labels).apply(wrong)
    loss = -np.mean(np.where(labels > 0, np.log(found), np.log1p(-found)))
    assert loss < log_loss(labels, truth) + 0.005 < log_loss(labels, wrong)


def test_one_class_and_extreme_margins_stay_finite() -> None:
    """A few rows of one class, perfectly told apart, still give probabilities inside (0, 1)."""
    margins = np.array([-50.0, -40.0, 40.0, 50.0])
    for labels in (np.array([0, 0, 1, 1], np.int8), np.zeros(4, np.int8)):
        found = Beta.fit(margins, labels).apply(np.array([-5.0, 0.0, 5.0]))
        assert np.isfinite(found).all()
        assert ((found > 0) & (found < 1)).all()


@settings(max_examples=20)
@given(st.lists(st.floats(-20, 20), min_size=2, max_size=40), st.integers(0, 2**32 - 1))
def test_order_is_kept(values: list[float], seed: int) -> None:
    """A greater margin never has a smaller probability, whatever the labels were."""
    margins = np.sort(np.array(values))
    labels = np.random.default_rng(seed).integers(0, 2, len(margins)).astype(np.int8)
    found = Beta.fit(margins, labels).apply(margins)
    assert (np.diff(found) >= 0).all()


def test_plain_data_brings_it_back() -> None:
    """model.json holds all of a calibrator."""
    made = Beta(1.5, 0.5, -0.25)
    assert Beta.from_plain(made.to_plain()) == made
