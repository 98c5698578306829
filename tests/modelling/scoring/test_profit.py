"""What a contact is worth, before and after the outcome is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.judging.profit_curve import appraise
from unchurn.modelling.scoring.profit import RULE, expected_value, is_given
from unchurn.project import Decision

COSTS = Decision(clv=200.0, contact_cost=1.0, incentive_cost=10.0, accept_rate=0.3)


def test_expected_value_by_hand():
    """A sure churner: 0.3·(200 − 10) − 1; a sure stayer: −11; half and half: the mean."""
    found = expected_value(np.array([1.0, 0.0, 0.5]), 200.0, COSTS)
    assert found == pytest.approx([56.0, -11.0, 22.5])


def test_expected_value_equals_verbeke_2012():
    """Per contact, eq. 4 of Verbeke et al.: p·(γ·CLV + d·(1 − γ)) − d − f."""
    p, gamma, d, f = np.linspace(0, 1, 11), 0.3, 10.0, 1.0
    wanted = p * (gamma * 200 + d * (1 - gamma)) - d - f
    assert expected_value(p, 200.0, COSTS) == pytest.approx(wanted)


def test_a_value_of_their_own_and_one_that_is_unknown():
    """`clv` may differ by customer; where it is unknown the expected value is NaN."""
    found = expected_value(np.array([1.0, 1.0]), np.array([100.0, np.nan]), COSTS)
    assert found[0] == pytest.approx(26.0)
    assert np.isnan(found[1])


def test_costs_without_a_value_are_no_decision():
    """[decision] is given by a positive clv or a column; costs alone decide nothing."""
    assert is_given(COSTS)
    assert is_given(Decision(clv="value"))
    assert not is_given(Decision(contact_cost=3.0))


ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 10), st.integers(0, 300)), min_size=1, max_size=40
)


@settings(max_examples=60)
@given(ROWS)
def test_the_best_threshold_is_the_best_of_all(rows):
    """No threshold, nor contacting nobody or everybody, earns more on the same rows."""
    labels, tenths, clv = (np.array(each) for each in zip(*rows, strict=True))
    p, clv = tenths / 10, clv.astype(float)
    found = appraise(labels, p, clv, COSTS)

    def earned(cut):
        took = p >= cut
        gains = np.where(labels == 1, 0.3 * (clv - 10) - 1, -11.0)
        return gains[took].sum()

    rivals = [earned(cut) for cut in np.unique(p)]
    assert found["best_profit"] == pytest.approx(max(0.0, *rivals))
    assert found["contact_everybody"] == pytest.approx(earned(0.0))
    assert found["contact_nobody"] == 0.0
    assert found["profit"] == pytest.approx([earned(cut) for cut in found["thresholds"]])
    if found["contacted"]:
        assert found["contacted"] == (p >= found["best_threshold"]).sum()
        assert earned(found["best_threshold"]) == pytest.approx(found["best_profit"])


def test_sensitivity_pays_the_lists_contacts_under_other_assumptions():
    """Each assumption is taken a quarter lower and higher; accept_rate stops at 1."""
    labels, p = np.array([1, 1, 0, 0]), np.array([0.9, 0.8, 0.7, 0.1])
    found = appraise(labels, p, 200.0, COSTS)
    cases = {(case["what"], case["factor"]): case["profit"] for case in found["sensitivity"]}
    assert len(cases) == 8
    assert found["best_profit"] == pytest.approx(112.0)
    assert found["by_expected_value"] == {"contacted": 3, "profit": pytest.approx(101.0)}
    assert cases["clv", 1.25] == pytest.approx(2 * (0.3 * 240 - 1) - 11)
    assert cases["contact_cost", 0.75] == pytest.approx(101.75)
    sure = appraise(labels, p, 200.0, Decision(clv=200.0, accept_rate=1.0))
    again = {(case["what"], case["factor"]): case["profit"] for case in sure["sensitivity"]}
    assert again["accept_rate", 1.25] == pytest.approx(sure["by_expected_value"]["profit"])


def test_where_no_contact_pays_nobody_is_contacted():
    """Offers dearer than the customer: nobody is contacted, at a profit of 0."""
    dear = Decision(clv=5.0, contact_cost=1.0, incentive_cost=50.0)
    found = appraise(np.array([1, 0]), np.array([0.9, 0.1]), 5.0, dear)
    assert (found["contacted"], found["best_profit"], found["best_threshold"]) == (0, 0.0, 1.0)
    assert found["by_expected_value"] == {"contacted": 0, "profit": 0.0}


def test_without_costs_or_known_values_there_is_no_profit():
    """Nothing is claimed when [decision] says nothing, or no customer's value is known."""
    labels, p = np.array([1, 0]), np.array([0.9, 0.1])
    assert appraise(labels, p, 0.0, Decision())["given"] is False
    told = appraise(labels, p, 50.0, Decision(clv=50.0, currency="EUR"))
    assert (told["currency"], told["rule"]) == ("EUR", RULE)
    unknown = np.array([np.nan, np.nan])
    assert appraise(labels, p, unknown, Decision(clv="value"))["given"] is False
    half = appraise(labels, p, np.array([100.0, np.nan]), Decision(clv="value"))
    assert half["customers"] == 1


def test_many_rows_are_drawn_with_few_points():
    """A curve has at most 200 points, ascending, the best one among them."""
    draw = np.random.default_rng(0)
    p = draw.beta(1, 3, 5000)
    labels = (draw.random(5000) < p).astype(np.int8)
    found = appraise(labels, p, 200.0, COSTS)
    assert len(found["thresholds"]) <= 200
    assert found["thresholds"] == sorted(found["thresholds"])
    assert found["best_threshold"] in found["thresholds"]
    assert found["by_expected_value"]["profit"] <= found["best_profit"] + 1e-9


def test_what_is_learned_to_be_kept_stands_for_risk_times_accept_rate() -> None:
    """Equal to it, the worth is the same; nobody kept costs contact and incentives."""
    p = np.array([0.0, 0.3, 1.0])
    same = expected_value(p, 200.0, COSTS, p * COSTS.accept_rate)
    assert same == pytest.approx(expected_value(p, 200.0, COSTS))
    lost = expected_value(p, 200.0, COSTS, np.array([0.0, 0.0, -0.1]))
    assert (lost < 0).all()
    assert lost[2] == pytest.approx(-20 - COSTS.contact_cost - COSTS.incentive_cost * COSTS.accept_rate)  # fmt: skip
