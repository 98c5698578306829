"""How many would-be churners accept an offer and stay: what was assumed, and what the draw has shown, as one distribution.

Whoever accepts need not be a would-be churner: those who would have stayed anyway accept, too, and stay. So
it is counted who left: of those drawn to be contacted as many as of those left alone, but for would-be churners who
accept and stay, a share a. With the assumed rate as a beta prior that weighs as so many would-be churners (Gelman et al. 2013,
"Bayesian Data Analysis", 2.4), the posterior of a is its prior times, for each draw, the binomial likelihood of who left among
the contacted, at the rate (1 - a) c, over the posterior of the controls' own rate c (Jeffreys' prior).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import Share

F64 = npt.NDArray[np.float64]

_RATES = (np.arange(2_000) + 0.5) / 2_000
"""Accept rates at which the posterior is known."""
_QUANTILES = (np.arange(200) + 0.5) / 200
"""Those of the controls' rate over which it is averaged."""


def accept_rate(
    assumed: float, weight: float, draws: Iterable[tuple[Share, Share]], level: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean of the posterior, and both ends of its central interval, all within 0 and 1.

    `assumed` weighs as `weight` customers, above 0; where it is 0 or 1 the other answer counts as half a
    customer. `draws` are who left of the contacted and of the controls, of one campaign each.
    """
    yes, no = (max(0.5, weight * share) for share in (assumed, 1 - assumed))
    log: F64 = (yes - 1) * np.log(_RATES) + (no - 1) * np.log1p(-_RATES)
    for contacted, control in draws:
        log += _log_likelihood(contacted, control)
    mass = np.exp(log - np.max(log))
    mass /= mass.sum()
    tail = (1 - level) / 2
    low, high = np.interp((tail, 1 - tail), np.cumsum(mass) - mass / 2, _RATES)
    return float(mass @ _RATES), float(low), float(high)


def _log_likelihood(contacted: Share, control: Share) -> F64:
    """Return how likely it is that so many of the contacted left, (accept rates,), for all that controls tell."""
    from scipy.special import betaincinv

    stayed = control.customers - control.churned
    uncontacted: F64 = np.asarray(betaincinv(control.churned + 0.5, stayed + 0.5, _QUANTILES))
    leaving = uncontacted[:, None] * (1 - _RATES)
    log = contacted.churned * np.log(leaving)
    log += (contacted.customers - contacted.churned) * np.log1p(-leaving)
    most = log.max(axis=0)
    found: F64 = most + np.log(np.exp(log - most).mean(axis=0))
    return found
