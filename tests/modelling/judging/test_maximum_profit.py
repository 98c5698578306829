"""Maximum profit and its expectation, as empulse says, and at the ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from random_trials import INPUTS, Input, offer_of
from unchurn.modelling.judging.maximum_profit import expected_maximum_profit, maximum_profit
from unchurn.modelling.judging.profit_curve import appraise
from unchurn.modelling.judging.ranking import Ranking, rank
from unchurn.project import Decision

OUTSIDE = json.loads((Path(__file__).parents[2] / "random_trials.json").read_text())
SAID = list(zip(INPUTS, OUTSIDE["figures"], strict=True))


def judged(each: Input) -> tuple[Ranking, Decision, float]:
    score, offer = np.array(each.score), offer_of(each)
    risk = (score - score.min()) / (score.max() - score.min())
    decision = Decision(
        clv=offer.clv,
        contact_cost=offer.contact,
        incentive_cost=offer.incentive,
        accept_rate=offer.accept_rate,
    )
    return rank(1 - np.array(each.stayed), risk), decision, offer.clv


@pytest.mark.parametrize(("each", "said"), SAID)
def test_as_empulse_says(each: Input, said: dict[str, Any]) -> None:
    """MPC and EMPC of empulse 0.13.1 to 1e-6, equal scores too."""
    ranking, decision, clv = judged(each)
    assert maximum_profit(ranking, clv, decision) == pytest.approx(said["mpc"], abs=1e-6)
    assert expected_maximum_profit(ranking, clv, decision) == pytest.approx(said["empc"], abs=1e-6)


def test_the_expectation_is_the_mean_of_maxima() -> None:
    """By drawing accept rates; a certain rate gives the maximum itself."""
    ranking, decision, clv = judged(INPUTS[7])
    rates = np.random.default_rng(1).beta(20 * decision.accept_rate, 20 * (1 - decision.accept_rate), 4000)  # fmt: skip
    drawn = [
        maximum_profit(ranking, clv, Decision(
            clv=clv, contact_cost=decision.contact_cost,
            incentive_cost=decision.incentive_cost, accept_rate=float(rate),
        ))
        for rate in rates
    ]  # fmt: skip
    error = 4 * np.std(drawn) / np.sqrt(len(drawn))
    assert expected_maximum_profit(ranking, clv, decision) == pytest.approx(
        np.mean(drawn), abs=error
    )
    certain = Decision(clv=clv, contact_cost=1, incentive_cost=5, accept_rate=1.0)
    assert expected_maximum_profit(ranking, clv, certain) == maximum_profit(ranking, clv, certain)


def test_where_nobody_is_worth_it_nothing_is_earned() -> None:
    """A customer worth less than the incentive; nobody who left."""
    ranking, _, _ = judged(INPUTS[7])
    dear = Decision(clv=10, contact_cost=1, incentive_cost=20, accept_rate=0.3)
    assert expected_maximum_profit(ranking, 10, dear) == 0
    assert maximum_profit(ranking, 10, dear) == 0
    fair = Decision(clv=500, contact_cost=1, incentive_cost=20, accept_rate=0.3)
    stayed = rank(np.zeros(5, np.int8), np.linspace(0, 1, 5))
    assert expected_maximum_profit(stayed, 500, fair) == 0


def test_an_evaluation_says_it_of_each_customer() -> None:
    """Beside the best cut's profit in all; nothing without costs."""
    labels, risk = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.8, 0.7, 0.2, 0.1])
    decision = Decision(clv=500.0, contact_cost=5, incentive_cost=20)
    found = appraise(labels, risk, 500.0, decision)
    assert found["best_profit"] / 5 == pytest.approx(maximum_profit(rank(labels, risk), 500, decision))  # fmt: skip
    assert found["expected_maximum_profit"] >= found["best_profit"] / 5 - 1
    assert appraise(labels, risk, 0.0, Decision())["expected_maximum_profit"] is None
