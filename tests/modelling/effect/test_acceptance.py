"""An assumed accept rate and what draws have shown become one, with how sure it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from unchurn.modelling.effect.acceptance import accept_rate
from unchurn.modelling.effect.proportions import Share


def draw(rate: float, customers: int, alone: float, seed: int) -> tuple[Share, Share]:
    """Who left of a campaign's contacted and controls, where a rate of would-be churners accept and stay."""
    lots = np.random.default_rng(seed)
    control = lots.random(customers) < alone
    leaving = lots.random(customers) < lots.beta(1.5, 3.5, customers)
    left = leaving & (control | (lots.random(customers) >= rate))
    contacted, others = (Share(int(left[e].sum()), int(e.sum())) for e in (~control, control))
    return contacted, others


def test_without_a_draw_it_is_what_was_assumed() -> None:
    """Fifty customers' worth of 30%: beta(15, 35)."""
    value, *ends = accept_rate(0.3, 50, [])
    assert value == pytest.approx(0.3, abs=1e-6)
    assert ends == pytest.approx(beta(15, 35).ppf([0.025, 0.975]).tolist(), abs=1e-3)


def test_a_control_group_that_tells_all_leaves_a_binomial() -> None:
    """Where next to everybody would leave, who stays of the contacted accepted: beta(35, 115)."""
    value, *ends = accept_rate(0.3, 50, [(Share(80, 100), Share(10**7, 10**7))])
    assert value == pytest.approx(35 / 150, abs=1e-3)
    assert ends == pytest.approx(beta(35, 115).ppf([0.025, 0.975]).tolist(), abs=2e-3)


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6])
def test_much_that_was_seen_outweighs_what_was_assumed(rate: float) -> None:
    """One large campaign, or many small ones, tell the rate; whoever would have stayed anyway does not count."""
    large = accept_rate(0.4, 50, [draw(rate, 400_000, 0.3, 1)])
    assert large[0] == pytest.approx(rate, abs=0.02)
    assert large[1] < rate < large[2]
    many = [draw(rate, 2_000, 0.3, seed) for seed in range(60)]
    assert accept_rate(0.4, 50, many)[0] == pytest.approx(rate, abs=0.04)


def test_a_few_controls_hardly_move_what_was_assumed() -> None:
    """Ten left alone, of whom three left."""
    value, low, high = accept_rate(0.3, 50, [(Share(9, 90), Share(3, 10))])
    assert 0.3 < value < 0.36
    assert low < 0.22
    assert high > 0.43


@pytest.mark.parametrize("assumed", [0.0, 0.3, 1.0])
def test_harm_and_one_sided_counts_stay_within_none_and_all(assumed: float) -> None:
    """More of the contacted left; nobody, or everybody, of a group did."""
    for contacted, control in ((900, 10), (0, 0), (0, 100), (1_000, 100), (1_000, 0)):
        value, low, high = accept_rate(
            assumed, 50, [(Share(contacted, 1_000), Share(control, 100))]
        )
        assert 0 <= low < value < high <= 1


def test_intervals_hold_as_often_as_they_say() -> None:
    """Of rates as the assumption has them, with a tenth left alone."""
    rates = np.random.default_rng(2).beta(15, 35, 150)
    held = 0
    for seed, rate in enumerate(rates):
        _, low, high = accept_rate(0.3, 50, [draw(rate, 3_000, 0.1, seed)])
        held += low <= rate <= high
    assert 0.9 <= held / len(rates) <= 0.99
