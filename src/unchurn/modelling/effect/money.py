"""What contacting changed in money, by the draw: for each customer and in all, and for what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from unchurn.modelling.effect.looks import COMPLETE, FEWEST, LEVEL, level_of_look, pairs
from unchurn.modelling.effect.measure import UNEVEN, Drawn, grouped
from unchurn.modelling.effect.proportions import missing_unevenly
from unchurn.modelling.effect.regression import adjusted_difference, difference_of_means


def measure_money(
    drawn: Sequence[Drawn], revenue: Mapping[str, float], cost: Mapping[str, float]
) -> dict[str, Any] | None:
    """Return the difference in revenue a customer, for all drawn to be contacted, and for what they cost.

    `revenue` are known amounts by id; the risk at the draw is the covariate. Until they are known of
    nearly everybody (`looks.COMPLETE`) intervals are those of one look of many. `cost` is what was
    spent on customers, by id: it is known and not drawn, so that the return on it has the interval of
    the revenue. None where fewer than two (then: `looks.FEWEST`) are known of a group.
    """
    found = _difference(drawn, revenue, cost)
    if found is None:
        return None
    parts: dict[str, list[dict[str, Any]]] = {"by_stratum": [], "by_offer": []}
    for number in sorted({each.stratum for each in drawn}):
        made = _difference([each for each in drawn if each.stratum == number], revenue, cost)
        parts["by_stratum"] += [{"stratum": number, **made}] if made else []
    for offer in sorted({each.offer for each in drawn if each.offer}):
        made = _difference([each for each in drawn if each.offer == offer], revenue, cost)
        parts["by_offer"] += [{"offer": offer, **made}] if made else []
    return {**found, **parts}


def _difference(
    drawn: Sequence[Drawn], revenue: Mapping[str, float], cost: Mapping[str, float]
) -> dict[str, Any] | None:
    sides = [[each for each in drawn if each.control is control] for control in (False, True)]
    sizes = [len(group) for group in sides]
    contacted, left_alone = (grouped(group, revenue) for group in sides)
    counts = (len(contacted.amount), len(left_alone.amount))
    last = sum(counts) >= COMPLETE * sum(sizes)
    level = LEVEL if last else level_of_look(pairs(*counts), pairs(*sizes))
    if level is None or min(counts) < (2 if last else FEWEST):
        return None
    found = asdict(adjusted_difference(contacted, left_alone, level))
    total = {end: value * sizes[0] for end, value in found.items()}
    return {
        "contacted": {"customers": counts[0], "mean": float(contacted.amount.mean())},
        "control": {"customers": counts[1], "mean": float(left_alone.amount.mean())},
        "difference": found,
        "unadjusted": asdict(difference_of_means(contacted, left_alone, level)),
        "total": total,
        "customers": sizes[0],
        "known": sum(counts) / sum(sizes),
        "last_look": last,
        "uneven": missing_unevenly(counts, (sizes[0], sizes[1])) < UNEVEN,
        **_return(total, sum(cost.get(each.customer, 0.0) for each in sides[0])),
    }


def _return(total: Mapping[str, float], spent: float) -> dict[str, Any]:
    """Return what was spent, what is left of the revenue, and the revenue for each unit of cost."""
    return {
        "spent": spent,
        "net": {end: value - spent for end, value in total.items()},
        "return_on_cost": {end: value / spent for end, value in total.items()} if spent else None,
    }
