from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.fitting.calibration import log_loss, sigmoid
from unchurn.modelling.fitting.weights import LEAST, greedy_weights


def margins_of(noises: list[float], seed: int, rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.normal(0, 2, rows)
    labels = (draw.random(rows) < sigmoid(truth)).astype(np.int8)
    return np.stack([truth + draw.normal(0, noise, rows) for noise in noises]), labels


@settings(max_examples=10)
@given(st.lists(st.floats(0, 3), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_weights_are_a_mean_and_never_much_worse_than_the_best(
    noises: list[float], seed: int
) -> None:
    """Weights are 0 or worth keeping, sum to 1, and the mean is as good as the best alone."""
    margins, labels = margins_of(noises, seed)
    weights = greedy_weights(margins, labels, seed=7)
    assert weights.sum() == pytest.approx(1)
    assert all(weight == 0 or weight > LEAST / 2 for weight in weights)
    alone = min(log_loss(labels, each) for each in margins)
    assert log_loss(labels, weights @ margins) <= alone + 0.01


def test_the_better_weighs_more_and_noise_is_dropped() -> None:
    """Of one good and one useless configuration, the useless one is not shipped."""
    margins, labels = margins_of([0.1, 8.0], seed=1)
    assert greedy_weights(margins, labels, seed=7).tolist() == [1.0, 0.0]


def test_ties_go_to_the_simpler() -> None:
    """Two equal configurations: the first, simpler one takes all."""
    margins, labels = margins_of([0.5], seed=2)
    assert greedy_weights(np.vstack([margins, margins]), labels, seed=7).tolist() == [1.0, 0.0]


def test_members_limits_how_many() -> None:
    """`most` keeps the heaviest and weighs the survivors anew."""
    margins, labels = margins_of([1.0, 1.0, 1.0, 1.0], seed=3)
    for most in (1, 2):
        weights = greedy_weights(margins, labels, 7, most)
        assert np.count_nonzero(weights) == most
        assert weights.sum() == pytest.approx(1)
