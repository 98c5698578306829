"""The Qini area and its interval: the right value, honest errors, a constant score."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.uplift.ranked_effect import mean_effect, qini_area

F64 = np.ndarray


def trial(rows: int, seed: int, effect: float, share: float) -> tuple[F64, F64, F64]:
    """Scores, the effect that they tell of by `effect`, and pseudo-effects without adjustment."""
    random = np.random.default_rng(seed)
    score = random.random(rows)
    contacted = random.random(rows) < share
    stayed = random.random(rows) < 0.6 + contacted * (0.05 + effect * (score - 0.5))
    return (
        score,
        0.05 + effect * (score - 0.5),
        stayed * (contacted / share - ~contacted / (1 - share)),
    )


def test_the_area_is_that_of_the_true_effects() -> None:
    """An effect that rises with the score by 0.3 has an area of 0.3/12."""
    score, effects, _ = trial(50_000, 1, 0.3, 0.5)
    assert qini_area(score, effects, np.arange(50_000)).value == pytest.approx(0.3 / 12, rel=0.02)


@pytest.mark.parametrize(("effect", "share"), [(0.0, 0.5), (0.0, 0.85), (0.3, 0.5)])
def test_intervals_are_honest(effect: float, share: float) -> None:
    """Of 1,500 trials of 400 customers with a constant effect, or one that rises, each end misses 2.5%."""
    truth, low, high = effect / 12, 0, 0
    for seed in range(1500):
        score, _, pseudo = trial(400, seed, effect, share)
        found = qini_area(score, pseudo, np.arange(400))
        low += truth < found.low
        high += truth > found.high
    # two standard errors of a share of 2.5% in 1,500
    assert max(low, high) / 1500 < 0.025 + 0.008
    assert (low + high) / 1500 > 0.035


def test_a_constant_score_is_exactly_0() -> None:
    """In value and error, in any order of rows."""
    _, _, pseudo = trial(500, 4, 0.3, 0.5)
    found = qini_area(np.full(500, 0.2), pseudo, np.arange(500))
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0), abs=1e-12)


def test_a_customers_rows_count_as_one() -> None:
    """Every row twice: the same value, and no narrower interval."""
    score, _, pseudo = trial(500, 5, 0.3, 0.5)
    once = qini_area(score, pseudo, np.arange(500))
    twice = qini_area(np.tile(score, 2), np.tile(pseudo, 2), np.tile(np.arange(500), 2))
    assert twice.to_plain() == pytest.approx(once.to_plain())
    mean = mean_effect(np.tile(pseudo, 2), np.tile(np.arange(500), 2))
    assert mean.to_plain() == pytest.approx(mean_effect(pseudo, np.arange(500)).to_plain())
