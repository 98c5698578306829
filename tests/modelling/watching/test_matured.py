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
    """Of half a year in which leaving takes 20 days on average to be told, with daily and monthly files."""
    draw = np.random.default_rng(1)
    left = draw.integers(1, 180, 20_000)
    due = left + draw.exponential(20, len(left)).astype(np.int64)
    for step, late in ((1, [0, 10, 30, 60]), (30, [0, 1, 2])):
        files = np.arange(0, 1_000, step)
        told = files[np.searchsorted(files, due)]
        seen = told <= 180
        curve = delay_curve(left[seen], told[seen], files[files <= 180])
        assert curve is not None
        missed = (told - files[np.searchsorted(files, left)]) // step
        truth = [np.mean(missed <= each) for each in late]
        assert curve.within(np.array(late)) == pytest.approx(truth, abs=0.02)
        naive = np.mean(missed[seen] <= late[1])
        assert naive > truth[1] + 0.01


def test_what_was_told_at_first_says_nothing_of_delays() -> None:
    """Who left before the first file might have been known for long; few say nothing at all."""
    left = np.arange(1, ENOUGH + 1)
    assert delay_curve(left, left + 5, np.array([ENOUGH, 100, 200])) is None
    assert delay_curve(left[1:], left[1:] + 5, np.arange(200)) is None
    assert delay_curve(left, left + 5, np.arange(200)) is not None


def test_a_file_a_month_that_tells_of_the_month_before_is_complete() -> None:
    """Where no leaving is ever told late, a window is known by the first file after it, and none of it before."""
    left = np.arange(1, 200)
    files = np.arange(0, 211, 30)
    curve = delay_curve(left, files[np.searchsorted(files, left)], files)
    assert curve is not None
    first, end = ((each - date(1970, 1, 1)).days for each in (WINDOW.begins, WINDOW.ends))
    assert completeness(WINDOW, np.array([first - 30, end]), curve) == 1
    assert completeness(WINDOW, np.array([first - 1]), curve) == 0
    assert completeness(WINDOW, np.array([first - 30, first + 14]), curve) == pytest.approx(0.5)
