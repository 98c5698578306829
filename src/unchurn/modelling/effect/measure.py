"""The effect of a campaign by intention to treat: who was drawn to be contacted, contacted or not.

Only customers of the draw count: the others were contacted because of what they are worth, and
have nobody to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from unchurn.modelling.effect.proportions import (
    Difference,
    Share,
    customers_needed,
    missing_unevenly,
    newcombe,
    sample_ratio_mismatch,
)

UNEVEN = 0.001
"""Outcomes that are missing as unevenly as one in a thousand draws would have it are not to be trusted."""
HELPED, HARMED, CANNOT_TELL = "helped", "did harm", "cannot tell"


@dataclass(frozen=True)
class Drawn:
    """A customer of the draw: id, whether left alone, stratum of risk, offer."""

    customer: str
    control: bool
    stratum: int
    offer: str


def measure(drawn: Sequence[Drawn], churned: Mapping[str, bool]) -> dict[str, Any]:
    """Return what contacting changed: shares, difference with interval, verdict, and by stratum.

    `churned` are known outcomes by id. A difference below 0 is fewer who left.
    """
    made = {**_compared(drawn, churned), "by_stratum": [], "by_offer": []}
    for number in sorted({each.stratum for each in drawn}):
        inside = [each for each in drawn if each.stratum == number]
        made["by_stratum"].append({"stratum": number, **_compared(inside, churned)})
    for offer in sorted({each.offer for each in drawn if each.offer}):
        inside = [each for each in drawn if each.offer == offer]
        made["by_offer"].append({"offer": offer, **_compared(inside, churned)})
    return made


def _compared(drawn: Sequence[Drawn], churned: Mapping[str, bool]) -> dict[str, Any]:
    groups = {side: [each for each in drawn if each.control is side] for side in (False, True)}
    shares = {side: _share(group, churned) for side, group in groups.items()}
    contacted, control = shares[False], shares[True]
    drawn_sizes = (len(groups[False]), len(groups[True]))
    counts = {
        "contacted": {"drawn": drawn_sizes[0], **asdict(contacted)},
        "control": {"drawn": drawn_sizes[1], **asdict(control)},
    }
    if not contacted.customers or not control.customers:
        return {**counts, "difference": None, "verdict": CANNOT_TELL, "needed": None}
    found = newcombe(contacted, control)
    verdict = HELPED if found.high < 0 else HARMED if found.low > 0 else CANNOT_TELL
    share = control.customers / (control.customers + contacted.customers)
    uneven = missing_unevenly((contacted.customers, control.customers), drawn_sizes)
    return {
        **counts,
        "difference": asdict(found),
        "verdict": CANNOT_TELL if uneven < UNEVEN else verdict,
        "missing_unevenly": uneven,
        "uneven": uneven < UNEVEN,
        "contacts_to_keep_one": 1 / -found.value if found.value < 0 else None,
        "contacts_to_keep_one_interval": _contacts_to_keep_one(found),
        "needed": customers_needed(control.value, contacted.value, share)
        if verdict == CANNOT_TELL
        else None,
    }


def sample_ratio(drawn: Sequence[Drawn], churned: Mapping[str, bool]) -> dict[str, float] | None:
    """Compare the share of controls among known outcomes with that among all who were drawn.

    Returns both and the probability of such a mismatch by chance; None where nothing is known, or
    all of the draw are of one group.
    """
    control = sum(each.control for each in drawn)
    known = [each for each in drawn if each.customer in churned]
    if not known or not 0 < control < len(drawn):
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
