"""[gate] profit: the list against nobody, everybody and the champion's, by the interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unchurn.modelling.judging.profit_curve import appraise
from unchurn.modelling.judging.profit_gains import earned_by, gains, listed
from unchurn.modelling.judging.profit_rules import profit_rules
from unchurn.project import Decision, Gate

COSTS = Decision(clv=200.0, contact_cost=1.0, incentive_cost=10.0, accept_rate=0.3, currency="EUR")
ASKED = Gate(profit=True)


def customers(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    risk = draw.beta(1, 4, rows)
    return (draw.random(rows) < risk).astype(np.int8), risk


def found(profit: dict[str, Any], champion: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"profit": profit, "baselines": {"champion": champion}}


def test_gains_are_those_of_the_profit_curve() -> None:
    """The list less nobody is its profit, less everybody the difference; unknown worth counts for neither."""
    labels, risk = customers(800)
    clv = np.where(np.arange(800) % 9 == 0, np.nan, 200.0)
    said = appraise(labels, risk, clv, COSTS)
    own = said["by_expected_value"]["profit"]
    assert said["gains"]["nobody"]["value"] == pytest.approx(own)
    assert said["gains"]["everybody"]["value"] == pytest.approx(own - said["contact_everybody"])
    for each in said["gains"].values():
        assert each["low"] <= each["value"] <= each["high"]


def test_a_customers_rows_are_drawn_together() -> None:
    """Every row twice: twice the money, and an interval twice as wide, not narrower."""
    labels, risk = customers(300)
    ours = listed(risk, 200.0, COSTS)
    nobody = {"nobody": np.zeros(300, np.bool_)}
    once = gains(earned_by(labels, 200.0, COSTS), ours, nobody, None)["nobody"]
    both = {"nobody": np.zeros(600, np.bool_)}
    earned = earned_by(np.tile(labels, 2), 200.0, COSTS)
    twice = gains(earned, np.tile(ours, 2), both, np.tile(np.arange(300), 2))["nobody"]
    assert {name: 2 * value for name, value in once.items()} == pytest.approx(twice)


def test_off_by_default_and_each_rival_by_its_interval() -> None:
    """Above 0 passes, below 0 refuses, across 0 cannot be told."""
    gain = {"value": 90.0, "low": 20.0, "high": 160.0}
    loss = {"value": -90.0, "low": -160.0, "high": -20.0}
    across = {"value": 10.0, "low": -20.0, "high": 40.0}
    profit = {"gains": {"nobody": gain, "everybody": loss}, "currency": "EUR"}
    champion = {"version": 3, "why": "", "profit_gain": across}
    assert list(profit_rules(found(profit, champion), Gate())) == []
    rules = list(profit_rules(found(profit, champion), ASKED))
    assert [each.verdict for each in rules] == ["passed", "refused", "cannot tell"]
    assert "+90 EUR beside contacting nobody (95%: +20 to +160)" in rules[0].words
    assert "the champion's list" in rules[2].rule


def test_without_a_champion_or_costs() -> None:
    """No champion is no rival; one that was not compared says why; no costs cannot be told."""
    gain = {"value": 90.0, "low": 20.0, "high": 160.0}
    profit = {"gains": {"nobody": gain, "everybody": gain}, "currency": ""}
    assert [e.verdict for e in profit_rules(found(profit), ASKED)][-1] == "does not apply"
    other = {"version": 2, "why": "it predicts 'x'."}
    assert "it predicts 'x'" in list(profit_rules(found(profit, other), ASKED))[-1].words
    (none,) = profit_rules(found(appraise(*customers(50), 0.0, Decision())), ASKED)
    assert none.verdict == "cannot tell"
    assert "[decision] gives no costs" in none.words
