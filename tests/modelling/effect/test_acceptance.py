"""An assumed accept rate and what was seen become one, with how sure it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from unchurn.modelling.effect.acceptance import accept_rate, seen_of


def test_it_is_the_beta_posterior() -> None:
    """Fifty customers' worth of 30%, and 20 of 100 seen: beta(35, 115)."""
    seen = seen_of([(0.4, place < 20) for place in range(100)])
    assert seen is not None
    assert (seen.customers, seen.accepted) == (100, 20)
    assert (seen.share, seen.effective) == (pytest.approx(0.2), pytest.approx(100))
    value, low, high = accept_rate(0.3, 50, seen)
    assert value == pytest.approx(35 / 150)
    assert (low, high) == pytest.approx(tuple(beta(35, 115).ppf([0.025, 0.975])))


def test_would_be_churners_count_by_their_risk() -> None:
    """Who hardly would have left says little of who would have, and makes nothing surer."""
    rows = [(0.9, False)] * 10 + [(0.01, True)] * 90
    seen = seen_of(rows)
    assert seen is not None
    assert seen.accepted == 90
    assert seen.share == pytest.approx(0.9 / 9.9)
    assert seen.effective < 13
    assert seen_of([]) is None
    assert seen_of([(0.0, True)]) is None


def test_much_that_was_seen_outweighs_what_was_assumed() -> None:
    """The interval narrows to the share seen; nobody of many is not never."""
    lots = np.random.default_rng(1)
    seen = seen_of((0.3, each) for each in (lots.random(5_000) < 0.1).tolist())
    assert seen is not None
    value, low, high = accept_rate(0.6, 50, seen)
    assert low < seen.share < high < 0.125
    assert value == pytest.approx(seen.share, abs=0.006)
    none = seen_of([(0.3, False)] * 100)
    assert none is not None
    value, low, high = accept_rate(0.0, 50, none)
    assert 0 <= low < value < high < 0.03
