"""What a campaign can show, as it is said."""

from __future__ import annotations

from typing import Any

import pytest

from unchurn.report.campaign_power import power_words

FOUND: dict[str, Any] = {
    "customers": 1_000, "control": 100, "holdout": 0.1, "churn_rate": 0.3,
    "churn_rate_source": "stated", "significance": 0.05, "power": 0.8,
    "smallest_effect": 0.1211, "effect": None,
}  # fmt: skip
EFFECT = {"difference": 0.05, "power": 0.21, "customers_needed": 6_805, "control_needed": 681}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "if it keeps 12.1 of 100 from leaving (17.9% leave instead of 30.0%): power 80%"),
        ({"churn_rate_source": "scores"}, "30.0% of them would leave if nobody were contacted, by"),
        ({"smallest_effect": None}, "Even if none of the contacted left"),
        ({"control": 0}, "nobody left alone; 30.0%"),
        ({"control": 0}, "could not be told: add --holdout"),
        ({"effect": EFFECT}, "5 points: these show it with a power of 21%; to show it with 80%"),
        ({"effect": EFFECT}, "takes 6,805 customers, 681 of them left alone."),
        (
            {"effect": EFFECT, "churn_rate_source": "scores"},
            "customers, with the same share of leavers, 681 of",
        ),
        ({"effect": {**EFFECT, "customers_needed": None}}, "takes more than a billion customers"),
        ({"effect": EFFECT, "holdout": 0.0}, "by any number of customers while nobody is left"),
    ],
)
def test_each_case_has_its_words(changed: dict[str, Any], said: str) -> None:
    """Who is drawn, what that shows, what an effect takes; and where nothing can be shown."""
    assert said in power_words({**FOUND, **changed})


def test_without_customers_only_what_an_effect_takes_is_said() -> None:
    """The share who leave was stated, and no capacity."""
    lone = {"customers": None, "control": 0, "effect": {**EFFECT, "power": None}}
    first, second = power_words({**FOUND, **lone}).splitlines()
    assert first == "Of the customers, 30.0% would leave if nobody were contacted."
    assert second.startswith("An effect of 5 points: to show it with 80% takes 6,805")
