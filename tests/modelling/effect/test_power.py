"""Power before a campaign is what a simulation of its verdict gives."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.power import Design, customers_to_show, customers_to_tell
from unchurn.modelling.effect.proportions import Share, difference_of_shares
from unchurn.modelling.targeting.control_group import control_count, customer_keys, draw


def helped(
    contacted: np.ndarray, control: np.ndarray, sizes: tuple[int, int], level: float
) -> float:
    """Share of simulated campaigns of which the interval says that contacting helped."""
    told = [
        difference_of_shares(Share(a, sizes[0]), Share(b, sizes[1]), level).high < 0
        for a, b in zip(contacted.tolist(), control.tolist(), strict=True)
    ]
    return float(np.mean(told))


@pytest.mark.parametrize(
    ("sizes", "rate", "effect", "level"),
    [
        ((180, 20), 0.4, 0.25, 0.95),
        ((900, 100), 0.3, 0.1, 0.95),
        ((900, 100), 0.3, 0.1, 0.9),
        ((9_000, 1_000), 0.05, 0.02, 0.95),
        ((60, 60), 0.5, 0.0, 0.95),
        ((12, 2), 0.9, 0.9, 0.95),
    ],
)
def test_power_is_what_a_simulation_gives(
    sizes: tuple[int, int], rate: float, effect: float, level: float
) -> None:
    """To within four standard errors of 4,000 campaigns, small and large, without an effect, too."""
    lots = np.random.default_rng(3)
    contacted = lots.binomial(sizes[0], rate - effect, 4_000)
    seen = helped(contacted, lots.binomial(sizes[1], rate, 4_000), sizes, level)
    power = Design(*sizes, rate, level).power(effect)
    assert seen == pytest.approx(power, abs=4 * np.sqrt(0.25 / 4_000) * min(1, 4 * power + 0.02))


def test_what_has_no_effect_is_rarely_said_to_help() -> None:
    """Half of the significance, for it is two-sided, where few are left alone and few leave, too."""
    for sizes in ((180, 20), (900, 100), (18_000, 2_000), (140, 60), (5_000, 5_000)):
        for rate in (0.05, 0.1, 0.2, 0.3, 0.4):
            assert Design(*sizes, rate).power(0.0) <= 0.0267
    assert Design(5_000, 5_000, 0.3).power(0.0) == pytest.approx(0.025, abs=0.001)


@pytest.mark.parametrize(
    ("effect", "rate", "share"), [(0.1, 0.3, 0.1), (0.05, 0.2, 0.5), (0.02, 0.02, 0.1)]
)
def test_so_many_customers_show_it_and_one_fewer_do_not(
    effect: float, rate: float, share: float
) -> None:
    """The number has the power asked for; with them, the least that is shown is no more than the effect."""
    needed = customers_to_show(effect, rate, share, 0.8)
    assert needed is not None
    found = []
    for customers in (needed, needed - 1):
        control = control_count(customers, share)
        found.append(Design(customers - control, control, rate))
    assert found[0].power(effect) >= 0.8 > found[1].power(effect)
    least = found[0].smallest_difference(0.8)
    assert least is not None
    assert least <= effect
    assert found[0].power(least) == pytest.approx(0.8, abs=1e-6)


def test_many_customers_agree_with_the_normal_approximation() -> None:
    """Where groups are large the usual formula gives the same number to a hundredth."""
    near = (1.959964 + 0.841621) ** 2 * (0.21 / 0.1 + 0.29 * 0.71 / 0.9) / 0.01**2
    assert customers_to_show(0.01, 0.3, 0.1, 0.8) == pytest.approx(near, rel=0.02)


def test_what_was_not_told_is_told_by_so_many() -> None:
    """By the rule of campaigns to come; that more leave is that fewer stay; of none there is a number."""
    assert customers_to_tell(Share(180, 900), Share(30, 100)) == customers_to_show(
        0.3 - 0.2, 0.3, 0.1, 0.8
    )
    more, fewer = Share(720, 900), Share(70, 100)
    assert customers_to_tell(more, fewer) == customers_to_tell(Share(180, 900), Share(30, 100))
    assert customers_to_tell(Share(9, 90), Share(1, 10)) is None
    for few in (Share(0, 10), Share(10, 10)):
        assert customers_to_tell(Share(45, 90), few) is not None


def test_risks_that_differ_show_a_little_more() -> None:
    """A draw that is even over risks has the power that is said, or more: it errs on the safe side."""
    lots = np.random.default_rng(5)
    risk = lots.beta(1.2, 2.8, 1_000)
    keys = customer_keys([str(each) for each in range(1_000)], "spring")
    control = draw(risk, keys, 0.1).control
    effect = 0.12 * risk / risk.mean()
    contacted = (lots.random((1_500, 900)) < (risk - effect)[~control]).sum(axis=1)
    left_alone = (lots.random((1_500, 100)) < risk[control]).sum(axis=1)
    seen = helped(contacted, left_alone, (900, 100), 0.95)
    said = Design(900, 100, float(risk.mean())).power(0.12)
    assert said - 0.03 <= seen <= said + 0.15


def test_what_cannot_be_shown_is_none() -> None:
    """Two left alone show nothing; a difference of next to nothing takes more than a billion."""
    assert Design(18, 2, 0.4).smallest_difference(0.8) is None
    assert customers_to_show(1e-6, 0.3, 0.1, 0.8) is None
