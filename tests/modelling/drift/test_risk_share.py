from __future__ import annotations

import numpy as np

from unchurn.modelling.drift.risk_share import RiskShare

STORED = np.linspace(0.0, 1.0, 1001)


def said(probability: np.ndarray, stored: np.ndarray = STORED) -> list[tuple[bool, str]]:
    """What is said of customers of such probabilities, looked at in two parts."""
    share = RiskShare(stored)
    for part in np.array_split(probability, 2):
        share.look(part)
    return [(each.grave, each.words) for each in share.differs()]


def test_all_customers_in_the_riskiest_fifth_is_said() -> None:
    """By training's cut, all of them are: no list at all."""
    ((grave, words),) = said(np.full(800, 0.9))
    assert grave
    assert words.startswith("All 800 customers are in the riskiest fifth of training")


def test_nobody_in_the_riskiest_fifth_is_said_without_distrust() -> None:
    """It may be a good month; somebody should look."""
    ((grave, words),) = said(np.full(800, 0.1))
    assert not grave
    assert words.startswith("None of the 800 customers")


def test_ordinary_months_and_few_customers_are_silent() -> None:
    """A third among the riskiest fifth is a bad month; twenty customers are chance."""
    draws = np.random.default_rng(3)
    for rows in (30, 100, 2_000):
        assert said(draws.random(rows)) == []
    assert said(np.linspace(0.2, 1.0, 300)) == []
    assert said(np.full(20, 0.9)) == []


def test_a_model_that_says_one_thing_to_all_is_not_blamed_on_the_table() -> None:
    """Where training's probabilities are all equal, no fifth can be cut."""
    assert said(np.full(500, 0.3), np.full(1001, 0.3)) == []
