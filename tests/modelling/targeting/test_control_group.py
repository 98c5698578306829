"""Controls are drawn evenly over the risks, and are the same whatever the order of the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.modelling.targeting.control_group import control_count, customer_keys, draw


@given(st.integers(1, 400), st.floats(0.01, 0.6), st.randoms(use_true_random=False))
def test_draw_is_balanced_and_knows_no_order(rows: int, share: float, shuffled) -> None:
    """Exactly the share, each stratum alike, the same customers in any order."""
    names = [f"c{number}" for number in range(rows)]
    risk = np.linspace(0.9, 0.1, rows).round(2)
    drawn = draw(risk, customer_keys(names, "spring"), share)
    assert drawn.control.sum() == control_count(rows, share)
    order = list(range(rows))
    shuffled.shuffle(order)
    again = draw(risk[order], customer_keys([names[each] for each in order], "spring"), share)
    assert (drawn.control[order] == again.control).all()
    assert (drawn.stratum[order] == again.stratum).all()
    sizes = [drawn.control[drawn.stratum == each].sum() for each in np.unique(drawn.stratum)]
    assert max(sizes) - min(sizes) <= 1
    assert (
        np.diff(drawn.stratum[np.argsort(-risk, kind="stable")]) >= 0
    ).sum() >= rows - 1 - rows // 2


def test_risks_of_both_groups_are_alike() -> None:
    """Blocks are narrow: the mean risk of controls is that of the others to a hundredth."""
    risk = np.random.default_rng(1).beta(2, 5, 5_000)
    drawn = draw(risk, customer_keys(map(str, range(5_000)), "c"), 0.1)
    assert drawn.control.sum() == 500
    assert risk[drawn.control].mean() == pytest.approx(risk[~drawn.control].mean(), abs=0.01)
    assert set(drawn.stratum.tolist()) == {1, 2, 3, 4, 5}


def test_another_campaign_draws_others() -> None:
    """The campaign's name is in the key, so that nobody is left alone for good."""
    names, risk = [str(each) for each in range(1_000)], np.full(1_000, 0.3)
    first = draw(risk, customer_keys(names, "spring"), 0.2).control
    second = draw(risk, customer_keys(names, "autumn"), 0.2).control
    assert 10 < (first & second).sum() < 90


def test_nobody_is_drawn_of_nobody() -> None:
    """No customers or no share: no control."""
    assert not draw(np.zeros(0), customer_keys([]), 0.1).control.size
    assert control_count(50, 0.0) == 0
    assert control_count(3, 0.01) == 1
