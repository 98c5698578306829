"""Numbers as whole ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.history.scale import LARGEST, Scale, scaled


def _decimals(*values: float) -> int:
    scale = Scale()
    for each in values:
        scale.add(np.array([each]))
    return scale.decimals


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ((1.0, 2.0), 0),
        ((1.5, 2.25), 2),
        ((19.99, 20.0), 2),
        ((0.1, 1e3), 1),
        ((1 / 3,), 6),
        ((float("nan"),), 0),
        ((1e12, 0.123456), 3),
        ((2e15,), 0),
    ],
)
def test_a_column_keeps_the_decimals_it_is_written_with(
    values: tuple[float, ...], decimals: int
) -> None:
    """Up to six, and fewer where numbers are so large that sums might not fit."""
    assert _decimals(*values) == decimals


@settings(max_examples=200)
@given(st.lists(st.decimals(-1000, 1000, places=2).map(float), min_size=1, max_size=30))
def test_sums_of_cents_are_exact_in_any_order(values: list[float]) -> None:
    """Added as whole numbers and divided once, no order of addition shows."""
    scale = Scale()
    scale.add(np.array(values))
    whole, usable = scaled(np.array(values), scale.decimals)
    assert usable.all()
    assert whole.sum() / 10**scale.decimals == round(sum(values), 2)


def test_what_cannot_be_scaled_is_missing() -> None:
    """Too large, infinite, or no number."""
    _, usable = scaled(np.array([1.0, 2 * LARGEST, np.inf, np.nan]), 0)
    assert usable.tolist() == [True, False, False, False]
