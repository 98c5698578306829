"""What the list would have earned more than another choice on the same customers, with its interval.

By paired bootstrap: a resample draws as many customers with replacement, and takes all rows of each
with what both choices earned on them. Percentile intervals at 95%.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from unchurn.modelling.judging.bootstrap import summary
from unchurn.modelling.judging.ranking import Codes, Floats, Labels
from unchurn.modelling.scoring import profit
from unchurn.project import Decision

RESAMPLES = 1000
Chosen = npt.NDArray[np.bool_]


def earned_by(labels: Labels, clv: Floats | float, decision: Decision) -> Floats:
    """Return what contacting each customer earned, (n,), as outcomes are known; 0 where worth is not."""
    value = np.broadcast_to(np.asarray(clv, dtype=np.float64), labels.shape)
    gain = np.where(labels == 1, profit.gain_if_churning(value, decision), -profit.cost_if_staying(decision))  # fmt: skip
    return np.where(np.isfinite(value), gain, 0.0)


def listed(probabilities: Floats, clv: Floats | float, decision: Decision) -> Chosen:
    """Tell whom the list's own rule contacts, (n,)."""
    return np.asarray(profit.pays(profit.expected_value(probabilities, clv, decision)))


def gains(
    earned: Floats, ours: Chosen, others: Mapping[str, Chosen], groups: Codes | None, seed: int = 7
) -> dict[str, dict[str, float]]:
    """Return by how much `ours` earned more than each of `others`, in all; arrays are (n,).

    `groups` numbers each row's customer from 0; None where each row is one.
    """
    differences = [earned * (ours.astype(np.float64) - each) for each in others.values()]
    sums = np.stack(
        differences if groups is None else [np.bincount(groups, each) for each in differences]
    )
    customers = sums.shape[1]
    drawn = np.empty((RESAMPLES, len(sums)))
    for number in range(RESAMPLES):
        random = np.random.default_rng([seed, number])
        times = np.bincount(random.integers(0, customers, customers), minlength=customers)
        drawn[number] = (sums * times).sum(axis=1)
    totals = sums.sum(axis=1)
    return {
        name: summary(float(totals[at]), drawn[:, at]).to_plain() for at, name in enumerate(others)
    }
