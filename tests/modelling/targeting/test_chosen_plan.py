"""A campaign's plan: limits exact after the draw, the same in any order of the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.modelling.targeting.limits import Limits, parts
from unchurn.modelling.targeting.plan import plan

LIMITS = Limits(60, parts(150), (parts(1), parts(4)), (None, 20))


def customers(rows: int, seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, risks and worth with two offers; many are worth the same."""
    draw = np.random.default_rng(seed)
    values = draw.normal(3, 6, (rows, 2)).round()
    return [f"c{each}" for each in range(rows)], draw.random(rows).round(2), values


@settings(max_examples=25)
@given(st.integers(0, 100), st.integers(1, 150), st.sampled_from([0.0, 0.1, 0.4]))
def test_a_plan_knows_no_order_and_keeps_its_limits(seed: int, rows: int, share: float) -> None:
    """Shuffled, the same customers are contacted, left alone and given the same offers."""
    names, risk, values = customers(rows, seed)
    made = plan(names, risk, values, LIMITS, "spring", share, 2)
    assert LIMITS.hold(LIMITS.counted(np.where(made.contacted, made.offers, -1)))
    order = np.random.default_rng(seed + 1).permutation(rows)
    again = plan([names[i] for i in order], risk[order], values[order], LIMITS, "spring", share, 2)
    assert (made.offers[order] == again.offers).all()
    assert (made.control[order] == again.control).all()
    assert made.value == again.value
    assert made.following == again.following


def test_capacity_is_filled_after_the_draw() -> None:
    """Fifty calls are fifty calls, besides five who are left alone; the next is the best of the rest."""
    names, risk = [f"c{each}" for each in range(200)], np.linspace(0.9, 0.1, 200)
    values = np.arange(200.0, 0, -1)[:, None]
    limits = Limits(50, None, (0,), (None,))
    made = plan(names, risk, values, limits, "spring", 0.1, 1)
    assert made.contacted.sum() == 50
    assert made.control.sum() == 5
    assert made.control[:50].sum() == 5
    assert made.contacted[50:55].all()
    assert (made.stratum[50:55] == 0).all()
    assert made.following == (200.0 - 55, 0, True)


def test_offers_that_are_used_up_are_not_taken_for_nobody_worth_it() -> None:
    """Both have no room: the best who is left is named; one offer with room and somebody for it comes first."""
    names, risk = [f"c{each}" for each in range(20)], np.full(20, 0.5)
    values = np.column_stack([np.full(20, 10.0), np.full(20, -np.inf)])
    limits = Limits(None, None, (0, 0), (4, 4))
    assert plan(names, risk, values, limits, "spring", 0.0, 1).following == (10.0, 0, False)
    values[:, 1] = 6.0
    roomy = Limits(9, None, (0, 0), (4, 6))
    assert plan(names, risk, values, roomy, "spring", 0.0, 1).following == (6.0, 1, True)
    assert plan(names[:4], risk[:4], values[:4], limits, "spring", 0.0, 1).following is None


def test_few_are_all_contacted() -> None:
    """Below the fewest nobody is left alone."""
    names, risk, values = customers(30, 1)
    assert not plan(names, risk, values, LIMITS, "spring", 0.1, 100).control.any()


def test_a_control_group_of_everybody_is_refused() -> None:
    """Somebody has to be contacted."""
    values = np.array([[5.0], [4.0]])
    limits = Limits(None, None, (0,), (None,))
    with pytest.raises(ConfigError, match="leaves nobody to contact"):
        plan(["a", "b"], np.array([0.5, 0.4]), values, limits, "spring", 0.9, 1)
