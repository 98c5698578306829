"""What several campaigns changed together: small ones, which tell nothing one by one.

Who is left alone is drawn anew in each campaign, whatever came before, so that each difference is of its own
draw, and may be added to the others though the same customer was in several. Campaigns weigh as Mantel and
Haenszel have it (1959), n₁n₀ / (n₁ + n₀) of their contacted and controls, on both sides: one in which more
were left alone, or more leave, moves neither side alone. A side counts as so many customers as would tell
a share as surely (Kish 1965), 1 / Σ w² / n, as if all left at one rate, which is the least sure.

The interval is that of one campaign (`proportions`), at the level of a look (`looks`), for whoever asks after
each month asks often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from unchurn.modelling.effect.looks import level_of_look, pairs
from unchurn.modelling.effect.measure import CANNOT_TELL, verdict_of
from unchurn.modelling.effect.proportions import Share, squared_and_added

PLANNED = 200.0
"""Pairs of customers with which the interval is narrowest: chosen before anything is known, for a look holds only so."""


def measure_together(campaigns: Sequence[tuple[Share, Share]]) -> dict[str, Any]:
    """Return what contacting changed over `campaigns`: of each who left of the contacted and of the controls.

    Keys: ``contacted`` and ``control`` ({"customers", "churned", "share"}, the share weighed),
    ``difference`` ({"value", "low", "high"}, None where it is too early), ``level`` and ``verdict``.
    """
    counts: dict[str, dict[str, float]] = {
        name: {
            "customers": sum(each[side].customers for each in campaigns),
            "churned": sum(each[side].churned for each in campaigns),
        }
        for side, name in enumerate(("contacted", "control"))
    }
    if not campaigns:
        return {**counts, "difference": None, "level": None, "verdict": CANNOT_TELL}
    weights = np.array([pairs(one.customers, other.customers) for one, other in campaigns])
    weights /= weights.sum()
    shares, sizes = [], []
    for side, name in enumerate(("contacted", "control")):
        own = [each[side] for each in campaigns]
        shares.append(float(weights @ [each.value for each in own]))
        sizes.append(1 / float(weights**2 @ [1 / each.customers for each in own]))
        counts[name]["share"] = shares[-1]
    level = level_of_look(pairs(*sizes), PLANNED)
    if level is None:
        return {**counts, "difference": None, "level": None, "verdict": CANNOT_TELL}
    found = squared_and_added(shares[0], shares[1], (sizes[0], sizes[1]), level)
    return {**counts, "difference": asdict(found), "level": level, "verdict": verdict_of(found)}
