"""What a customer is worth with each offer, and what an offer may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unchurn.errors import ConfigError, listing
from unchurn.modelling.scoring.profit import expected_value
from unchurn.modelling.targeting.limits import F64, I64, Limits, parts
from unchurn.project import Decision, Offer


@dataclass(frozen=True)
class Kept:
    """How much less likely each customer is to leave when contacted, (rows,), as it was learned.

    `accept_rate` was assumed of the offers that it was learned with: another offer keeps in proportion.
    """

    share: F64
    accept_rate: float

    def by(self, offer: Offer) -> F64:
        """Return what an offer keeps of each customer, (rows,)."""
        times = offer.accept_rate / self.accept_rate if self.accept_rate else 1.0
        return np.clip(self.share * times, -1.0, 1.0)

    def of_rows(self, rows: I64) -> Kept:
        """Return that of some customers."""
        return replace(self, share=self.share[rows])

    @staticmethod
    def joined(parts: Sequence[Kept]) -> Kept | None:
        """Put one after another what was learned at once; None of no parts."""
        if not parts:
            return None
        return replace(parts[0], share=np.concatenate([each.share for each in parts]))


def offers_of(offers: Sequence[Offer], decision: Decision) -> tuple[Offer, ...]:
    """Return the offers of a campaign; that of [decision] where none is named.

    Raises `ConfigError` for an offer without a name or a cost, and for two of one name.
    """
    if not offers:
        own = Offer("", decision.contact_cost, decision.incentive_cost, decision.accept_rate)
        return (own,)
    for place, each in enumerate(offers, 1):
        if not each.name.strip():
            raise ConfigError(
                f"Offer {place} of [[campaign.offers]] has no name.", 'Add name = "…" to it.'
            )
        if each.cost is None or each.cost < 0:
            raise ConfigError(
                f"The offer {each.name!r} has no cost.",
                "Add cost = …, what one contact costs, in [[campaign.offers]]; it may be 0.",
            )
    names = [each.name for each in offers]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(
            f"[[campaign.offers]] has two offers named {listing(twice)}.",
            "Give each offer a name of its own.",
        )
    return tuple(offers)


def offer_values(
    probability: F64,
    clv: F64 | float,
    offers: Sequence[Offer],
    decision: Decision,
    kept: Kept | None = None,
) -> F64:
    """Return what contacting each customer with each offer is worth, (rows, offers) float64.

    `probability` is (rows,), `clv` a number or (rows,); NaN where a customer's value is unknown. By
    risk, unless what contact keeps was learned.
    """
    each = [
        expected_value(
            probability, clv, terms(offer, decision), None if kept is None else kept.by(offer)
        )
        for offer in offers
    ]
    return np.column_stack(each)


def terms(offer: Offer, decision: Decision) -> Decision:
    """Return [decision] with the costs and the accept rate of an offer."""
    return replace(
        decision,
        contact_cost=offer.cost,
        incentive_cost=offer.incentive,
        accept_rate=offer.accept_rate,
    )


def limits_of(offers: Sequence[Offer], capacity: int | None, budget: float | None) -> Limits:
    """Return the limits of a campaign. A contact counts with its cost and its whole incentive.

    Whoever accepts, the budget holds then.
    """
    return Limits(
        contacts=capacity,
        # a budget is rounded down as costs are rounded up
        budget=None if budget is None else -parts(-budget),
        costs=tuple(parts(each.cost + each.incentive) for each in offers),
        capacities=tuple(each.capacity or None for each in offers),
    )
