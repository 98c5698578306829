"""Small campaigns told together: each by its own draw, and however often one asks."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.measure import CANNOT_TELL, HELPED
from unchurn.modelling.effect.proportions import Share, difference_of_shares
from unchurn.modelling.effect.together import measure_together


def test_one_campaign_is_told_as_it_is_alone_at_the_level_of_a_look() -> None:
    one = Share(60, 400), Share(25, 80)
    found = measure_together([one])
    assert found["level"] > 0.95
    alone = difference_of_shares(*one, found["level"])
    assert found["difference"] == pytest.approx(vars(alone))


def test_campaigns_of_one_ratio_count_as_one_of_all_their_customers() -> None:
    both = measure_together([(Share(60, 400), Share(25, 80)), (Share(10, 100), Share(3, 20))])
    once = measure_together([(Share(70, 500), Share(28, 100))])
    assert both["difference"] == pytest.approx(once["difference"])
    assert both["contacted"] == pytest.approx(once["contacted"])


def test_a_campaign_with_more_left_alone_moves_neither_side_alone() -> None:
    """In neither does contacting change anything; added up, it would seem to help."""
    low, high = (Share(50, 500), Share(5, 50)), (Share(20, 50), Share(200, 500))
    found = measure_together([low, high])
    assert found["difference"]["value"] == pytest.approx(0)
    assert found["verdict"] == CANNOT_TELL
    assert found["contacted"]["churned"] / 550 < found["control"]["churned"] / 550 - 0.1


def test_small_months_show_together_what_none_of_them_shows_alone() -> None:
    months = [(Share(16, 100), Share(6, 20))] * 24
    assert {measure_together([each])["verdict"] for each in months} == {CANNOT_TELL}
    assert measure_together(months)["verdict"] == HELPED


@pytest.mark.parametrize("campaigns", [[], [(Share(0, 2), Share(1, 1))]])
def test_nothing_and_too_little_tell_nothing(campaigns: list[tuple[Share, Share]]) -> None:
    found = measure_together(campaigns)
    assert (found["difference"], found["verdict"]) == (None, CANNOT_TELL)


def test_asked_after_every_month_it_is_rarely_wrong_once() -> None:
    """Twelve months of 40 with other rates each, of which contacting changes nothing: 1 in 20 at most."""
    draw, wrong = np.random.default_rng(7), 0
    for _ in range(200):
        rates = draw.uniform(0.1, 0.5, 12)
        months = [
            (Share(int(draw.binomial(36, rate)), 36), Share(int(draw.binomial(4, rate)), 4))
            for rate in rates
        ]
        looks = (measure_together(months[: number + 1]) for number in range(12))
        wrong += any(found["verdict"] != CANNOT_TELL for found in looks)
    assert wrong <= 10
