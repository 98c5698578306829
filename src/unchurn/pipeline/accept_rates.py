"""Accept rates that campaigns of the ledger have measured, beside those that are assumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from unchurn.campaigns import Entry, Ledger, Member
from unchurn.modelling.effect.acceptance import accept_rate
from unchurn.modelling.effect.looks import COMPLETE
from unchurn.modelling.effect.measure import UNEVEN
from unchurn.modelling.effect.proportions import Share, missing_unevenly
from unchurn.project import Offer, Project

MEASURED, ASSUMED = "measured", "assumed"


@dataclass
class _Known:
    """What campaigns tell of an offer: who left by the draw, contacted and left alone, and how many accepted of how many."""

    draws: list[tuple[Share, Share]] = field(default_factory=list)
    accepted: int = 0
    asked: int = 0

    def left(self, side: int) -> dict[str, int]:
        """Add up one group of the draws."""
        groups = [each[side] for each in self.draws]
        return asdict(
            Share(sum(each.churned for each in groups), sum(each.customers for each in groups))
        )


_ByOffer = dict[tuple[str, float], _Known]
"""By name and incentive."""


def with_measured(
    project: Project, ledger: Ledger, day: date
) -> tuple[Project, list[dict[str, Any]]]:
    """Return the project with the accept rates that `target` goes by on a day, and what is known of each.

    An offer is what campaigns have offered by its name, with its incentive. Where nothing is measured of
    any, the project is as it was.
    """
    told = accept_rates(project, ledger, ledger.entries(), day)
    rates = {each["offer"]: each["measured"] for each in told if each["used"] == MEASURED}
    if not rates:
        return project, told
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
    project: Project, ledger: Ledger, entries: Sequence[Entry], day: date
) -> list[dict[str, Any]]:
    """Return what those of `entries` that are over on a day tell of each offer of the project; of some, nothing.

    `measured` is None where no draw tells: then it is only known how many accepted.
    """
    known: _ByOffer = defaultdict(_Known)
    for entry in entries:
        if entry.cancelled is None and entry.ends <= day:
            _add(known, ledger, entry)
    decision = project.decision
    own = Offer("", decision.contact_cost, decision.incentive_cost, decision.accept_rate)
    offers = (
        (each, known[each.name, each.incentive]) for each in project.campaign.offers or (own,)
    )
    return [_said(project, each, of) for each, of in offers if of.draws or of.asked]


def _said(project: Project, offer: Offer, known: _Known) -> dict[str, Any]:
    campaign = project.campaign
    value = low = high = None
    if known.draws:
        weight = campaign.accept_rate_weight
        value, low, high = accept_rate(offer.accept_rate, weight, known.draws)
    return {
        "offer": offer.name,
        "assumed": offer.accept_rate,
        "assumed_weight": campaign.accept_rate_weight,
        "measured": value,
        "low": low,
        "high": high,
        "used": campaign.accept_rates if known.draws else ASSUMED,
        "contacted": known.left(0),
        "control": known.left(1),
        "accepted": known.accepted,
        "customers": known.asked,
    }


def _add(known: _ByOffer, ledger: Ledger, entry: Entry) -> None:
    """Add what a campaign that is over tells."""
    facts = ledger.told(entry).facts
    incentives = {each["name"]: each["incentive"] for each in entry.summary["offers"]}
    members = ledger.members(entry)
    drawn = [each for each in members if each.stratum > 0]
    churned = {name: yes for (name, fact), yes in facts.items() if fact == "churned"}
    # of whom it is only said that they did, no share is known
    told = False in {yes for (_, fact), yes in facts.items() if fact == "accepted"}
    complete = sum(each.customer in churned for each in drawn) >= COMPLETE * len(drawn)
    for name, incentive in incentives.items():
        of = known[name, incentive]
        draw = _draw([each for each in drawn if each.offer == name], churned)
        if complete and draw is not None:
            of.draws.append(draw)
        for each in members if told else ():
            accepted = facts.get((each.customer, "accepted"))
            reached = facts.get((each.customer, "contacted"), each.arm == "contact")
            if each.offer == name and accepted is not None and reached:
                of.asked += 1
                of.accepted += accepted


def _draw(drawn: Sequence[Member], churned: Mapping[str, bool]) -> tuple[Share, Share] | None:
    """Count who left of the contacted and of the controls; None where the groups cannot be compared."""
    sides = [[each for each in drawn if each.arm == arm] for arm in ("contact", "control")]
    left = [[churned[e.customer] for e in side if e.customer in churned] for side in sides]
    first, second = left
    if not first or not second:
        return None
    sizes = (len(first), len(second)), (len(sides[0]), len(sides[1]))
    if missing_unevenly(*sizes) < UNEVEN:
        return None
    return Share(sum(first), len(first)), Share(sum(second), len(second))
