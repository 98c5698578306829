"""A planned campaign in figures: what campaign.json says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unchurn.modelling.scoring.profit import RULE
from unchurn.modelling.targeting.candidates import Scored
from unchurn.modelling.targeting.limits import F64, I64, PARTS, Limits
from unchurn.modelling.targeting.offers import limits_of, offer_values
from unchurn.modelling.targeting.plan import Planned
from unchurn.project import Campaign, Decision, Offer

_TIMES = (0.5, 0.75, 1.0, 1.25, 1.5)
"""What the accept rate might be, as a multiple of what is assumed."""


@dataclass(frozen=True)
class Terms:
    """What a campaign was planned with."""

    name: str
    campaign: Campaign
    offers: Sequence[Offer]
    decision: Decision

    @property
    def limits(self) -> Limits:
        """What it may not exceed."""
        campaign = self.campaign
        return limits_of(self.offers, campaign.capacity or None, campaign.budget or None)


def summarised(terms: Terms, scored: Scored, values: F64, planned: Planned) -> dict[str, Any]:
    """Return the figures of a plan among contenders, (rows,), with their `values` by offer, (rows, offers)."""
    contacted = np.flatnonzero(planned.contacted)
    counts = terms.limits.counted(planned.offers[contacted])
    following = planned.following
    campaign = terms.campaign
    return {
        "schema_version": 1,
        "name": terms.name,
        "limits": {
            "capacity": campaign.capacity or None,
            "budget": campaign.budget or None,
            "holdout": campaign.holdout if planned.control.any() else 0.0,
        },
        "days": campaign.days,
        "contacted": len(contacted),
        "control": int(planned.control.sum()),
        "drawn": int((planned.stratum > 0).sum()),
        "drawn_from": campaign.holdout_from if campaign.holdout else None,
        "value": planned.value,
        "most_cost": terms.limits.spent(counts) / PARTS,
        "currency": terms.decision.currency,
        "method": planned.method,
        "gap": planned.gap,
        "next": following and {**following._asdict(), "offer": terms.offers[following.offer].name},
        "offers": _offers(terms, counts, values, planned, contacted),
        "strata": _strata(scored.probability, planned),
        "sensitivity": _sensitivity(terms, scored.take(contacted), planned.offers[contacted]),
        "rule": RULE,
    }


def _offers(
    terms: Terms, counts: I64, values: F64, planned: Planned, contacted: I64
) -> list[dict[str, Any]]:
    made = []
    for place, offer in enumerate(terms.offers):
        given = contacted[planned.offers[contacted] == place]
        made.append(
            {
                "name": offer.name,
                "cost": offer.cost,
                "incentive": offer.incentive,
                "accept_rate": offer.accept_rate,
                "capacity": offer.capacity or None,
                "contacted": int(counts[place]),
                "value": float(np.sort(values[given, place]).sum()),
            }
        )
    return made


def _strata(probability: F64, planned: Planned) -> list[dict[str, Any]]:
    """Describe the strata of the draw: how many on each side, and how likely they are to leave."""
    made = []
    for number in range(1, int(np.max(planned.stratum, initial=0)) + 1):
        inside = planned.stratum == number
        left_alone = inside & planned.control
        made.append(
            {
                "stratum": number,
                "contacted": int((inside & ~planned.control).sum()),
                "control": int(left_alone.sum()),
                "risk_contacted": float(np.sort(probability[inside & ~planned.control]).mean()),
                "risk_control": float(np.sort(probability[left_alone]).mean()),
            }
        )
    return made


def _sensitivity(terms: Terms, contacted: Scored, kinds: I64) -> list[dict[str, Any]]:
    """Say what the same customers would bring in at other accept rates; `kinds` are their offers."""
    made = []
    for times in _TIMES:
        offers = [replace(e, accept_rate=min(1.0, e.accept_rate * times)) for e in terms.offers]
        told = contacted.probability, contacted.clv, offers, terms.decision, contacted.kept
        value = float(np.sort(offer_values(*told)[np.arange(len(kinds)), kinds]).sum())
        made.append({"accept_rate_times": times, "value": value})
    return made
