"""A campaign's plan: who is contacted with what, and who is left alone to measure the effect.

First whom it would be best to contact within the limits; of those the control group is drawn; and
the room that this leaves is filled with the best of the others, who are contacted without having
been drawn. Those drawn are the experiment: contacted or not by nothing but the draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from unchurn.modelling.targeting.choice import choose
from unchurn.modelling.targeting.control_group import customer_keys, draw, left_alone
from unchurn.modelling.targeting.limits import BOOL, F64, I64, NOBODY, Limits, total


class Following(NamedTuple):
    """The best customer who is left: what one is worth with which offer, and whether that has room."""

    value: float
    offer: int
    room: bool


@dataclass(frozen=True)
class Planned:
    """What becomes of each customer; arrays are (rows,).

    `offers`: the offer, of controls too (what they would have been given), else `NOBODY`.
    `control`: left alone. `stratum`: of risk, from 1; 0 for whoever was not in the draw.
    `value`: what contacting is worth in all, `gap` what it may be short of the best, and `following`
    the best customer who is left; None where nobody else is worth it.
    """

    offers: I64
    control: BOOL
    stratum: npt.NDArray[np.int8]
    value: float
    gap: float
    method: str
    following: Following | None

    @property
    def contacted(self) -> BOOL:
        """Tell who is contacted."""
        return (self.offers >= 0) & ~self.control


def plan(
    customers: Sequence[str],
    probability: F64,
    values: F64,
    limits: Limits,
    campaign: str,
    share: float,
    fewest: int,
) -> Planned:
    """Plan a campaign among `customers`, whose `values` are (rows, offers), −inf where not to be had.

    A `share` of those to be contacted is left alone where they are `fewest` or more. Nothing
    depends on the order of the rows. Raises `ConfigError` where nobody would be left to contact.
    """
    order = np.argsort(customer_keys(customers), kind="stable")
    some = values[order]
    first = choose(some, limits)
    offers, gap = first.offers.copy(), first.gap
    control = np.zeros(len(some), dtype=np.bool_)
    stratum = np.zeros(len(some), dtype=np.int8)
    chosen = np.flatnonzero(offers >= 0)
    if left_alone(len(chosen), share, fewest):
        keys = customer_keys((customers[row] for row in order[chosen]), campaign)
        drawn = draw(probability[order[chosen]], keys, share)
        control[chosen], stratum[chosen] = drawn.control, drawn.stratum
        others = np.flatnonzero(offers < 0)
        left = limits.less(limits.counted(np.where(control, NOBODY, offers)))
        more = choose(some[others], left)
        offers[others] = more.offers
        gap += more.gap
    following = _following(some, offers, control, limits)
    value = total(some, np.where(control, NOBODY, offers))
    back = np.argsort(order)
    found = (offers[back], control[back], stratum[back])
    return Planned(*found, value, gap, first.method, following)


def _following(values: F64, offers: I64, control: BOOL, limits: Limits) -> Following | None:
    """Find the best customer who is not in the campaign: with an offer that has room, else with any."""
    counts = limits.counted(np.where(control, NOBODY, offers)).tolist()
    rest = values[offers < 0]
    if not len(rest):
        return None
    best = rest.max(axis=0)
    room = np.array(
        [
            most is None or count < most
            for most, count in zip(limits.capacities, counts, strict=True)
        ]
    )
    for open_to in (room, ~room):
        kind = int(np.argmax(np.where(open_to, best, -np.inf)))
        if open_to[kind] and best[kind] > 0:
            return Following(float(best[kind]), kind, bool(room[kind]))
    return None
