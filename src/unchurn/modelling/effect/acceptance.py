"""How many accept an offer: what was assumed, and what campaigns have shown, as one distribution.

Gelman et al. (2013, "Bayesian Data Analysis", 2.4): the assumed rate is a beta prior that weighs as so
many customers, and what was seen is added. An accept rate is of would-be churners who accept *and stay*;
so customers are weighed by their risk, count as as many as weights so uneven are worth (Kish 1965), and who
accepted and left all the same did not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """Customers who were contacted and of whom it is known whether they accepted.

    `customers` and `accepted` (and stayed) are counts; `share` is weighed by risk, of as much as
    `effective` customers who weigh alike.
    """

    customers: int
    accepted: int
    share: float
    effective: float


def seen_of(rows: Iterable[tuple[float, bool]]) -> Seen | None:
    """Sum up rows of (risk, accepted and stayed); None of none, or where nobody is at any risk."""
    customers = accepted = 0
    weight = squares = hits = 0.0
    for risk, stayed in rows:
        customers, accepted = customers + 1, accepted + stayed
        weight, squares, hits = weight + risk, squares + risk * risk, hits + risk * stayed
    if not weight:
        return None
    return Seen(customers, accepted, hits / weight, weight * weight / squares)


def accept_rate(
    assumed: float, weight: float, seen: Seen, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the mean of the beta posterior, and both ends of its central interval.

    `assumed` weighs as `weight` customers, above 0. Where it is 0 or 1, and so was everybody, the other
    answer counts as half a customer.
    """
    from scipy.special import betaincinv

    yes = max(0.5, weight * assumed + seen.effective * seen.share)
    no = max(0.5, weight * (1 - assumed) + seen.effective * (1 - seen.share))
    tail = (1 - level) / 2
    low, high = (float(betaincinv(yes, no, each)) for each in (tail, 1 - tail))
    return yes / (yes + no), low, high
