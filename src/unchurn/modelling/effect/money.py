"""What contacting changed in money, by the draw: for each customer and in all, before costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from unchurn.modelling.effect.measure import UNEVEN, Drawn, grouped
from unchurn.modelling.effect.proportions import missing_unevenly
from unchurn.modelling.effect.regression import adjusted_difference, difference_of_means


def measure_money(drawn: Sequence[Drawn], revenue: Mapping[str, float]) -> dict[str, Any] | None:
    """Return the difference in revenue a customer, and for all drawn to be contacted.

    `revenue` are known amounts by id; the risk at the draw is the covariate. None where fewer than
    two are known of a group.
    """
    sides = [[each for each in drawn if each.control is control] for control in (False, True)]
    sizes = [len(group) for group in sides]
    groups = [grouped(group, revenue) for group in sides]
    contacted, left_alone = groups
    counts = (len(contacted.amount), len(left_alone.amount))
    if min(counts) < 2:
        return None
    found = asdict(adjusted_difference(contacted, left_alone))
    return {
        "contacted": {"customers": counts[0], "mean": float(contacted.amount.mean())},
        "control": {"customers": counts[1], "mean": float(left_alone.amount.mean())},
        "difference": found,
        "unadjusted": asdict(difference_of_means(contacted, left_alone)),
        "total": {end: value * sizes[0] for end, value in found.items()},
        "customers": sizes[0],
        "uneven": missing_unevenly(counts, (sizes[0], sizes[1])) < UNEVEN,
    }
