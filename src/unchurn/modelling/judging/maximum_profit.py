"""The maximum profit that a ranking allows, and its expectation over unknown accept rates.

Verbraken, Verbeke & Baesens (2013, "A novel profit maximizing metric for measuring classification
performance of customer churn prediction models"), with the profit of `scoring.profit`: of each
customer, in currency, at the best cut of the ranking, known only afterwards. The accept rate γ has a
beta distribution, by default of the weight that they give it (α + β = 20), about what is assumed.
At each γ another cut is best, always a corner of the convex hull of the ROC curve; between two
corners the best cut changes at one γ, so that the expectation is a sum of incomplete beta functions.
"""

from __future__ import annotations

import numpy as np

from unchurn.modelling.judging.ranking import Floats, Ranking
from unchurn.modelling.scoring.profit import cost_if_staying, gain_if_churning
from unchurn.project import Decision

WEIGHT = 20.0
"""α + β of the accept rate's distribution: 6 + 14 in the paper, whose mean is 0.3."""


def maximum_profit(ranking: Ranking, clv: float, decision: Decision) -> float:
    """Return the profit of each customer at the best cut (MPC); 0 where nobody is worth contacting."""
    gain, cost = float(gain_if_churning(clv, decision)), cost_if_staying(decision)
    earned = gain * ranking.caught - cost * (ranking.depth - ranking.caught)
    return float(np.max(earned, initial=0.0) / ranking.rows)


def expected_maximum_profit(
    ranking: Ranking, clv: float, decision: Decision, weight: float = WEIGHT
) -> float:
    """Return the expected profit of each customer (EMPC); `clv` is what each is worth.

    The accept rate's distribution has the mean [decision] accept_rate, and α + β = `weight`; at a
    mean of 0 or 1 it is certain, and this is `maximum_profit`.
    """
    from scipy.special import betainc

    rate, worth = decision.accept_rate, clv - decision.incentive_cost
    if not 0 < rate < 1:
        return maximum_profit(ranking, clv, decision)
    if worth <= 0 or not ranking.total_churned:
        return 0.0
    churned, stayed = hull(ranking)
    alpha, beta = weight * rate, weight * (1 - rate)
    cost, contact = cost_if_staying(decision), decision.contact_cost
    steps = np.diff(stayed) / np.diff(churned)
    # from this accept rate on the next corner earns more than the one before
    turns = np.clip((cost * steps + contact) / worth, 0.0, 1.0)
    ends = np.append(turns, 1.0)
    chance = np.diff(betainc(alpha, beta, ends))
    mean = rate * np.diff(betainc(alpha + 1, beta, ends))
    earned = churned[1:] * (worth * mean - contact * chance) - cost * stayed[1:] * chance
    return float(earned.sum() / ranking.rows)


def hull(ranking: Ranking) -> tuple[Floats, Floats]:
    """Return churned and stayed customers at the corners of the ROC curve's convex hull, from (0, 0).

    Corners rise in churned customers; what only adds customers who stayed is none.
    """
    corners = [(0.0, 0.0)]
    points = zip(ranking.caught.tolist(), (ranking.depth - ranking.caught).tolist(), strict=True)
    for churned, stayed in points:
        if churned <= corners[-1][0]:
            continue
        while len(corners) > 1 and not _turns(corners[-2], corners[-1], (churned, stayed)):
            corners.pop()
        corners.append((churned, stayed))
    found = np.array(corners)
    return found[:, 0], found[:, 1]


def _turns(
    first: tuple[float, float], middle: tuple[float, float], last: tuple[float, float]
) -> bool:
    """Tell whether the way to `last` is dearer in customers who stayed than the way to `middle`."""
    before = (middle[1] - first[1]) * (last[0] - middle[0])
    return (last[1] - middle[1]) * (middle[0] - first[0]) > before
