"""The effect of a campaign by intention to treat: who was drawn to be contacted, contacted or not.

Only customers of the draw count: the others were contacted because of what they are worth, and
have nobody to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from unchurn.modelling.effect.power import customers_to_tell
from unchurn.modelling.effect.proportions import (
    Difference,
    Share,
    difference_of_shares,
    missing_unevenly,
    sample_ratio_mismatch,
)
from unchurn.modelling.effect.regression import Group, adjusted_shares

UNEVEN = 0.001
"""Outcomes that are missing as unevenly as one in a thousand draws would have it are not to be trusted."""
HELPED, HARMED, CANNOT_TELL = "helped", "did harm", "cannot tell"


@dataclass(frozen=True)
class Drawn:
    """A customer of the draw: id, whether left alone, stratum of risk, offer, risk at the draw."""

    customer: str
    control: bool
    stratum: int
    offer: str
    risk: float


def measure(
    drawn: Sequence[Drawn],
    churned: Mapping[str, bool],
    level: float = 0.95,
    told: Mapping[str, bool] | None = None,
) -> dict[str, Any]:
    """Return what contacting changed: shares, difference with interval, verdict, and by stratum.

    `churned` are known outcomes by id; of `told`, where it is given, it is judged whether outcomes
    are missing unevenly. A difference below 0 is fewer who left; that of the draw gives the verdict,
    and is what `power` says beforehand; `adjusted` tells the same more closely.
    """
    made = {**_compared(drawn, churned, level, told), "by_stratum": [], "by_offer": []}
    made["needed"] = _needed(made)
    for number in sorted({each.stratum for each in drawn}):
        inside = [each for each in drawn if each.stratum == number]
        made["by_stratum"].append({"stratum": number, **_compared(inside, churned, level, told)})
    for offer in sorted({each.offer for each in drawn if each.offer}):
        inside = [each for each in drawn if each.offer == offer]
        made["by_offer"].append({"offer": offer, **_compared(inside, churned, level, told)})
    return made


def _compared(
    drawn: Sequence[Drawn],
    churned: Mapping[str, bool],
    level: float,
    told: Mapping[str, bool] | None,
) -> dict[str, Any]:
    sides = [[each for each in drawn if each.control is side] for side in (False, True)]
    contacted, control = (_share(group, churned) for group in sides)
    drawn_sizes = (len(sides[0]), len(sides[1]))
    counts = {
        "contacted": {"drawn": drawn_sizes[0], **asdict(contacted)},
        "control": {"drawn": drawn_sizes[1], **asdict(control)},
    }
    if not contacted.customers or not control.customers:
        return {**counts, "difference": None, "adjusted": None, "verdict": CANNOT_TELL}
    found = difference_of_shares(contacted, control, level)
    adjusted = adjusted_shares(grouped(sides[0], churned), grouped(sides[1], churned), level)
    known = [sum(each.customer in (churned if told is None else told) for each in e) for e in sides]
    uneven = missing_unevenly((known[0], known[1]), drawn_sizes)
    return {
        **counts,
        "difference": asdict(found),
        "adjusted": asdict(adjusted),
        "verdict": CANNOT_TELL if uneven < UNEVEN else verdict_of(found),
        "missing_unevenly": uneven,
        "uneven": uneven < UNEVEN,
        "contacts_to_keep_one": 1 / -found.value if found.value < 0 else None,
        "contacts_to_keep_one_interval": _contacts_to_keep_one(found),
    }


def verdict_of(found: Difference) -> str:
    """Return what a difference in who left says of contacting: nothing where it may be none."""
    return HELPED if found.high < 0 else HARMED if found.low > 0 else CANNOT_TELL


def grouped(group: Sequence[Drawn], known: Mapping[str, float]) -> Group:
    """Return what is known of a group beside the risk at the draw."""
    some = [each for each in group if each.customer in known]
    return Group(
        np.array([known[each.customer] for each in some], dtype=np.float64),
        np.array([each.risk for each in some], dtype=np.float64),
    )


def _needed(found: Mapping[str, Any]) -> int | None:
    """Return how many customers would tell what is not told, by the rule that tells it."""
    if found["verdict"] != CANNOT_TELL or found["difference"] is None or found["uneven"]:
        return None
    contacted, control = (
        Share(found[side]["churned"], found[side]["customers"]) for side in ("contacted", "control")
    )
    return customers_to_tell(contacted, control)


def sample_ratio(drawn: Sequence[Drawn], churned: Mapping[str, bool]) -> dict[str, float] | None:
    """Compare the share of controls among known outcomes with that among all who were drawn.

    Returns both and the probability of such a mismatch by chance; None where nothing is known, or
    nothing but who left (whose ratio is what a campaign changes), or all of the draw are of one group.
    """
    control = sum(each.control for each in drawn)
    known = [each for each in drawn if each.customer in churned]
    if all(churned[each.customer] for each in known) or not 0 < control < len(drawn):
        return None
    left_alone, seen = control / len(drawn), sum(each.control for each in known)
    chance = sample_ratio_mismatch(len(known) - seen, seen, left_alone)
    return {"expected": left_alone, "seen": seen / len(known), "p_value": chance}


def _contacts_to_keep_one(found: Difference) -> dict[str, float] | None:
    """Return the interval of contacts to keep one customer; None unless contacting helped.

    The inverses of the difference's ends (Altman 1998, "Confidence intervals for the number
    needed to treat"), which are an interval only where they are on one side of 0.
    """
    if not found.high < 0:
        return None
    return {"low": 1 / -found.low, "high": 1 / -found.high}


def _share(group: Sequence[Drawn], churned: Mapping[str, bool]) -> Share:
    known = [churned[each.customer] for each in group if each.customer in churned]
    return Share(sum(known), len(known))
