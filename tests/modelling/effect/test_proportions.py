"""Intervals of shares and differences agree with what was published and with simulation."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.proportions import (
    Share,
    customers_needed,
    missing_unevenly,
    newcombe,
    sample_ratio_mismatch,
)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_newcombe_is_as_published(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Table II of Newcombe (1998), method 10."""
    found = newcombe(Share(*first), Share(*second))
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@pytest.mark.parametrize(("rate", "effect"), [(0.05, 0.0), (0.2, -0.05), (0.4, -0.1)])
def test_newcombe_covers(rate: float, effect: float) -> None:
    """Of 95% intervals about 95% hold the truth, with a tenth of few customers left alone."""
    draw = np.random.default_rng(1)
    contacted, control = draw.binomial(450, rate + effect, 2_000), draw.binomial(50, rate, 2_000)
    held = [
        found.low <= effect <= found.high
        for a, b in zip(contacted.tolist(), control.tolist(), strict=True)
        if (found := newcombe(Share(a, 450), Share(b, 50)))
    ]
    assert 0.935 <= np.mean(held) <= 0.985


def test_so_many_customers_show_the_difference() -> None:
    """With the number named at least 80% of campaigns tell: it errs towards more customers."""
    needed = customers_needed(0.3, 0.2, 0.1)
    assert needed is not None
    control = round(needed * 0.1)
    draw = np.random.default_rng(2)
    told = [
        newcombe(Share(a, needed - control), Share(b, control)).high < 0
        for a, b in zip(
            draw.binomial(needed - control, 0.2, 1_000).tolist(),
            draw.binomial(control, 0.3, 1_000).tolist(),
            strict=True,
        )
    ]
    assert 0.78 <= np.mean(told) <= 0.92
    assert customers_needed(0.3, 0.3, 0.1) is None


def test_missing_outcomes_are_compared() -> None:
    """Half of one group unknown and none of the other is no chance."""
    assert missing_unevenly((90, 10), (90, 10)) == 1
    assert missing_unevenly((450, 50), (900, 50)) < 1e-6


def test_a_ratio_of_groups_is_tested_exactly() -> None:
    """Ten of ten at one half are 2 of 1,024; without a mismatch it rings as often as it says, at most."""
    assert sample_ratio_mismatch(0, 10, 0.5) == pytest.approx(2 / 1_024)
    draw = np.random.default_rng(4)
    rung = [
        sample_ratio_mismatch(500 - each, each, 0.1) < 0.05
        for each in draw.binomial(500, 0.1, 1_000).tolist()
    ]
    assert np.mean(rung) <= 0.065
