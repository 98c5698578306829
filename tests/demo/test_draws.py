"""Random draws: inside their bounds, in their shares, the same from the same seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.demo.draws import Draws


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), low=st.integers(-5, 5), width=st.integers(0, 20))
def test_whole_numbers_stay_within_bounds(seed: int, low: int, width: int) -> None:
    """Both ends are included and nothing lies beyond them."""
    drawn = Draws((seed,), 500).whole(low, low + width)
    assert drawn.min() >= low
    assert drawn.max() <= low + width


def test_picks_follow_their_shares() -> None:
    """Shares need not add up to one; a share of nothing is never picked."""
    drawn = Draws((1,), 20_000).pick({"a": 3, "b": 1, "never": 0})
    assert abs(np.mean(drawn == "a") - 0.75) < 0.01
    assert "never" not in drawn


def test_bell_has_its_mean_and_spread() -> None:
    """The sum of twelve uniforms is scaled to the mean and standard deviation asked for."""
    drawn = Draws((1,), 50_000).bell(180, 54)
    assert abs(drawn.mean() - 180) < 1
    assert abs(drawn.std() - 54) < 1


def test_order_is_a_permutation() -> None:
    """Every row stands in the order once."""
    assert sorted(Draws((3,), 100).order().tolist()) == list(range(100))
