"""Accept rates that campaigns of the ledger have measured, beside those that are assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from unchurn.campaigns import Entry, Ledger
from unchurn.modelling.effect.acceptance import accept_rate, seen_of
from unchurn.project import Offer, Project

MEASURED, ASSUMED = "measured", "assumed"
_Rows = dict[tuple[str, float], list[tuple[float, bool]]]
"""By name and incentive of an offer, the risk of customers, and whether they accepted and stayed."""


def with_measured(project: Project, ledger: Ledger) -> tuple[Project, list[dict[str, Any]]]:
    """Return the project with the accept rates that `target` goes by, and what is known of each.

    An offer is what campaigns have offered by its name, with its incentive. Where nothing is known of
    any, the project is as it was.
    """
    told = accept_rates(project, ledger, ledger.entries())
    if project.campaign.accept_rates != MEASURED or not told:
        return project, told
    rates = {each["offer"]: each["measured"] for each in told}
    offers = tuple(
        replace(each, accept_rate=rates.get(each.name, each.accept_rate))
        for each in project.campaign.offers
    )
    decision = project.decision
    if not offers:
        decision = replace(decision, accept_rate=rates[""])
    return replace(
        project, campaign=replace(project.campaign, offers=offers), decision=decision
    ), told


def accept_rates(
    project: Project, ledger: Ledger, entries: Sequence[Entry]
) -> list[dict[str, Any]]:
    """Return what `entries` tell of how many accept each offer of the project; of some, nothing."""
    rows: _Rows = {}
    for entry in entries:
        if entry.cancelled is None:
            _add(rows, ledger, entry)
    campaign, decision = project.campaign, project.decision
    own = Offer("", decision.contact_cost, decision.incentive_cost, decision.accept_rate)
    made = []
    for offer in campaign.offers or (own,):
        seen = seen_of(rows.get((offer.name, offer.incentive), ()))
        if seen is not None:
            value, low, high = accept_rate(offer.accept_rate, campaign.accept_rate_weight, seen)
            found = {
                "offer": offer.name,
                "assumed": offer.accept_rate,
                "assumed_weight": campaign.accept_rate_weight,
                "accepted": seen.accepted,
                "customers": seen.customers,
                "measured": value,
                "low": low,
                "high": high,
                "used": campaign.accept_rates,
            }
            made.append(found)
    return made


def _add(rows: _Rows, ledger: Ledger, entry: Entry) -> None:
    """Add the customers of a campaign of whom it is known whether they accepted."""
    known = ledger.told(entry).facts
    told = {value for (_, fact), value in known.items() if fact == "accepted"}
    # of whom it is only said that they did, no share is known
    if False not in told:
        return
    incentives = {each["name"]: each["incentive"] for each in entry.summary["offers"]}
    for each in ledger.members(entry):
        accepted = known.get((each.customer, "accepted"))
        reached = known.get((each.customer, "contacted"), each.arm == "contact")
        if accepted is not None and reached:
            stayed = accepted and not known.get((each.customer, "churned"), False)
            offer = (each.offer, incentives[each.offer])
            rows.setdefault(offer, []).append((each.probability, stayed))
