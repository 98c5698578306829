"""What may be said while outcomes come in holds at every look; at the end the fixed interval says it."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from unchurn.modelling.effect.looks import level_of_look, look_at, pairs
from unchurn.modelling.effect.measure import Drawn, measure
from unchurn.modelling.effect.money import measure_money
from unchurn.modelling.effect.proportions import Share, difference_of_shares

DRAWN = [Drawn(f"{'c' if each % 10 == 0 else 't'}{each}", each % 10 == 0, 1, "", 0.3) for each in range(1_000)]  # fmt: skip


def test_the_level_is_that_of_the_normal_mixture() -> None:
    """Three standard errors where all is known, more before and after, nothing of next to nothing."""
    z = NormalDist()
    error = -2 * np.log(0.05)
    mixed = 100 / (error + np.log(error) + 1)
    for known in (5.0, 100.0, 400.0):
        level = level_of_look(known, 100.0)
        assert level is not None
        far = z.inv_cdf(0.5 + level / 2)
        assert far**2 == pytest.approx(
            (1 + mixed / known) * np.log((known + mixed) / (mixed * 0.05**2)), rel=1e-3
        )
    assert level_of_look(100.0, 100.0) == pytest.approx(0.9976, abs=1e-4)
    for known, planned in ((0.5, 100.0), (0.0, 100.0), (1.0, 0.0)):
        assert level_of_look(known, planned) is None
    assert (pairs(900, 100), pairs(0, 5)) == (90, 0)


def test_weekly_looks_hold_and_fixed_intervals_would_not() -> None:
    """Of 1,000 campaigns without an effect, 99% hold in all of 13 weeks; fixed intervals, in 87% at most."""
    lots = np.random.default_rng(7)
    held = {"looks": 0, "fixed": 0}
    planned = pairs(900, 100) * 0.3 / 0.7
    for _ in range(1_000):
        weeks = lots.integers(0, 13, 1_000) + 20 * (lots.random(1_000) > 0.3)
        misses = {"looks": False, "fixed": False}
        for week in range(13):
            left = weeks <= week
            sides = Share(int(left[:900].sum()), 900), Share(int(left[900:].sum()), 100)
            odds = left.mean() / (1 - left.mean())
            for kind, level in (
                ("looks", level_of_look(pairs(900, 100) * odds, planned)),
                ("fixed", 0.95),
            ):
                if level is not None:
                    found = difference_of_shares(*sides, level)
                    misses[kind] |= not found.low <= 0 <= found.high
        for kind, missed in misses.items():
            held[kind] += not missed
    assert held["looks"] >= 985
    assert held["fixed"] <= 870


def test_before_the_end_who_has_not_left_stays() -> None:
    """Nothing before anybody leaves; then everybody counts, at a level for many looks; at the end, once."""
    nothing = look_at(DRAWN, {}, over=False)
    assert (nothing.level, nothing.last) == (None, False)
    left = {each.customer: True for each in DRAWN[:200]}
    early = look_at(DRAWN, left, over=False)
    assert early.level is not None
    assert 0.95 < early.level < 1
    assert len(early.outcomes) == 1_000
    assert sum(early.outcomes.values()) == 200
    assert early.told == early.outcomes
    # known of half of one group alone, and not only of who left: that is told
    some = {each.customer: each.customer < "c2" for each in DRAWN if each.control} | {"t1": True}
    uneven = look_at(DRAWN, some, over=False)
    assert uneven.level is not None
    found = measure(DRAWN, uneven.outcomes, uneven.level, uneven.told)
    assert found["uneven"]


def test_after_the_end_it_is_the_last_look_where_nearly_all_is_known() -> None:
    """Of half, it may be looked at again; of 95% it is fixed; of leavers alone nothing is said."""
    known = {each.customer: int(each.customer[1:]) % 4 == 0 for each in DRAWN}
    half = look_at(DRAWN, dict(list(known.items())[:500]), over=True)
    assert half.level is not None
    assert half.level > 0.99
    assert not half.last
    nearly = look_at(DRAWN, dict(list(known.items())[:950]) | {"stranger": True}, over=True)
    assert (nearly.level, nearly.last, len(nearly.outcomes)) == (0.95, True, 950)
    assert look_at(DRAWN, {each.customer: True for each in DRAWN[:300]}, over=True).level is None
    assert look_at([], {}, over=True).level in (None, 0.95)


def test_revenue_that_comes_in_has_wider_intervals() -> None:
    """Of half of the customers; of fewer than twenty controls nothing is said yet."""
    lots = np.random.default_rng(2)
    paid = {each.customer: float(lots.gamma(2, 50)) for each in DRAWN}
    whole, half = (
        measure_money(DRAWN, dict(list(paid.items())[:most]), {}) for most in (1_000, 500)
    )
    assert whole is not None
    assert half is not None
    assert (whole["last_look"], half["last_look"], half["known"]) == (True, False, 0.5)
    widths = [each["difference"]["high"] - each["difference"]["low"] for each in (whole, half)]
    assert widths[1] > 1.9 * widths[0]
    assert measure_money(DRAWN, dict(list(paid.items())[:190]), {}) is None
