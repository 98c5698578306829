"""Windows, and how late leaving becomes known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from unchurn.modelling.watching.matured import ENOUGH, Window, completeness, delay_curve

WINDOW = Window.of(date(2027, 3, 1), 7, 30, 14)


def test_a_window_is_closed_and_open_and_settles_after_grace() -> None:
    """Lead, horizon and grace in days."""
    assert Window(date(2027, 3, 8), date(2027, 4, 7), date(2027, 4, 21)) == WINDOW


def test_delays_are_learned_although_the_late_ones_are_not_known_yet() -> None:
    """Of months in which leaving takes 20 days on average to be told, with daily and monthly files."""
    draw = np.random.default_rng(1)
    left = draw.integers(0, 180, 20_000)
    late = draw.exponential(20, len(left)).astype(np.int64)
    days = np.array([0, 10, 30, 60])
    for step, slack in ((1, 0.02), (30, 0.05)):
        files = np.arange(0, 1_000, step)
        told = files[np.searchsorted(files, left + late)]
        curve = delay_curve(left[told <= 180], told[told <= 180], 0, 180)
        assert curve is not None
        truth = [np.mean(told - left <= each) for each in days]
        assert curve.within(days) == pytest.approx(truth, abs=slack)
        naive = np.mean((told - left <= 30)[told <= 180])
        assert naive > truth[2]


def test_what_was_told_at_first_says_nothing_of_delays() -> None:
    """Who left before the first file might have been known for long; few say nothing at all."""
    left = np.arange(ENOUGH)
    assert delay_curve(left, left + 5, ENOUGH, 200) is None
    assert delay_curve(left[1:], left[1:] + 5, 0, 200) is None


def test_a_window_is_as_complete_as_its_days_are_old() -> None:
    """Nothing of what is to come, half of it half-way, all of it once the longest delay is over."""
    left = np.arange(100)
    curve = delay_curve(left, left + 5, 0, 400)
    assert curve is not None
    assert completeness(WINDOW, date(2027, 3, 8), curve) == 0
    assert completeness(WINDOW, date(2027, 3, 27), curve) == pytest.approx(0.5)
    assert completeness(WINDOW, date(2027, 4, 11), curve) == 1
