"""What contacting customers is worth.

A would-be churner who is contacted stays with probability `accept_rate`; the company then keeps
`clv` and pays the incentive. A customer who would have stayed anyway takes the incentive for
nothing. Every contact costs `contact_cost`. This is the profit of Verbeke et al. (2012, "New
insights into churn prediction in the telecommunication sector: a profit driven data mining
approach", eq. 4) without its fixed campaign cost; parameters are named as in empulse.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from unchurn.modelling.judging.ranking import Floats
from unchurn.project import Decision


def is_given(decision: Decision) -> bool:
    """Tell whether [decision] says anything about money."""
    return isinstance(decision.clv, str) or decision.clv > 0


def gain_if_churning(clv: Floats | float, decision: Decision) -> Floats:
    """Return the profit expected of contacting one who would leave; shape of `clv`."""
    saved = decision.accept_rate * (np.asarray(clv, dtype=np.float64) - decision.incentive_cost)
    return np.asarray(saved - decision.contact_cost)


def cost_if_staying(decision: Decision) -> float:
    """Cost of contacting a customer who would have stayed anyway."""
    return decision.incentive_cost + decision.contact_cost


def pays(value: Floats | float) -> Any:
    """Tell whom to contact by the expected value of contacting; never where it is unknown (NaN).

    The one rule: the list, a live answer, the report's profit and its sums all follow it.
    """
    return value > 0


RULE = "whoever is expected to bring in more than contacting costs"
"""`pays` in words."""


def expected_value(
    probability: Floats, clv: Floats | float, decision: Decision, kept: Floats | None = None
) -> Floats:
    """Return the profit expected of contacting each customer, in the currency of [decision].

    p·(accept_rate·(clv − incentive_cost) − contact_cost) − (1 − p)·(incentive_cost +
    contact_cost). `probability` is (n,); `clv` is a number or (n,), NaN where unknown (and the
    value is then NaN). `kept` (n,) is how much less likely each is to leave when contacted, where that
    was learned: it then stands in place of p·accept_rate before clv, and costs are the same.
    """
    if kept is not None:
        accepting = 1 - probability * (1 - decision.accept_rate)
        return np.asarray(kept * clv - decision.contact_cost - decision.incentive_cost * accepting)
    stays = (1 - probability) * cost_if_staying(decision)
    return np.asarray(probability * gain_if_churning(clv, decision) - stays)
