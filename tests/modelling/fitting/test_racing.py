from __future__ import annotations

import numpy as np

from unchurn.modelling.fitting.racing import GOING, behind


def test_the_best_few_and_whoever_is_within_chance_go_on() -> None:
    """By paired differences: a constant lead is clear however small, a noisy one of the same mean is not."""
    labels = np.tile(np.array([0, 1], np.int8), 500)
    signs = np.where(labels == 1, 1.0, -1.0)
    half = np.random.default_rng(3).normal(0, 0.05, 500)
    noisy = signs * 0.9995 + np.concatenate([half, -half])
    best = [signs * (1.0 - 1e-4 * place) for place in range(GOING)]
    margins = np.array([*best, signs * 0.9, noisy])
    assert behind(margins, labels).tolist() == [*[False] * GOING, True, False]
    assert behind(margins[[0, 4]], labels).tolist() == [False, False]
