"""Intervals for one look of many: they hold at every look, however often one looks, and whenever one stops.

A difference that is looked at again and again leaves a fixed interval sooner or later. The interval of
a look is the fixed one at a higher level, that of the two-sided normal mixture (Robbins 1970;
Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence
sequences"; for estimated variances Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2021, "Time-uniform
central limit theory and asymptotic confidence sequences"): with information τ a standardised difference
stays below √((1 + r/τ) log((τ + r) / (r α²))) for ever with probability 1 − α. r is set so that it is
least where all is known, as the draw foresees it, before anything is known.

Information grows in two ways. Outcomes of more customers come in, and it is their number. Or all are
looked at before the end, and who has left is counted: a group's share F then wanders about as a
martingale does once it is divided by 1 − F (Doob), and information grows as F / (1 − F). It is the
product of both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from unchurn.modelling.effect.measure import Drawn

LEVEL = 0.95
COMPLETE = 0.95
"""Where outcomes are known of so many of those drawn, all are as good as in, and one look is the last."""
FEWEST = 20
"""Fewer amounts of a group say too little while others are still to come: tails of few are unknown."""
_FARTHEST = 7.5
"""Standard errors beyond which normal tails say nothing: it is too early."""


@dataclass(frozen=True)
class Look:
    """What may be said at one look: outcomes that count, by id, and the level of its intervals.

    `level` is None where it is too early; `last` where no other look is to come, and it is `LEVEL`.
    `told` are the outcomes of which it is judged whether they are missing unevenly.
    """

    outcomes: Mapping[str, bool]
    told: Mapping[str, bool]
    level: float | None
    last: bool


def look_at(drawn: Sequence[Drawn], churned: Mapping[str, bool], over: bool) -> Look:
    """Return what may be said of `churned`, outcomes by id.

    Before a campaign is `over`, whoever is not said to have left counts as staying so far.
    """
    own = {each.customer: churned[each.customer] for each in drawn if each.customer in churned}
    if over and len(own) >= COMPLETE * len(drawn):
        return Look(own, own, LEVEL, True)
    if over and all(own.values()):
        # who stayed is not said of anybody, so there are no shares
        return Look(own, own, None, False)
    counted = own if over else {each.customer: own.get(each.customer, False) for each in drawn}
    told = own if over or not all(own.values()) else counted
    sizes = [sum(each.control is side for each in drawn) for side in (False, True)]
    some = [each for each in drawn if each.customer in counted]
    seen = [sum(each.control is side for each in some) for side in (False, True)]
    risk = math.fsum(each.risk for each in drawn) / max(1, len(drawn))
    share = sum(counted.values()) / max(1, len(counted))
    information = pairs(*seen) * _odds(share, len(counted))
    planned = pairs(*sizes) * _odds(risk, len(drawn))
    return Look(counted, told, level_of_look(information, planned), False)


def pairs(contacted: float, control: float) -> float:
    """Return how many pairs would tell as much about a difference as groups of these sizes."""
    return contacted * control / (contacted + control) if contacted and control else 0.0


def level_of_look(information: float, planned: float, level: float = LEVEL) -> float | None:
    """Return the level of a fixed interval that holds at this look as often as `level` at all of them.

    `information` is what is known, `planned` what will be, in the same unit. None where it is too
    little to say anything.
    """
    if information <= 0 or planned <= 0:
        return None
    error = -2 * math.log(1 - level)
    mixed = planned / (error + math.log(error) + 1)
    far = math.sqrt((1 + mixed / information) * (math.log((information + mixed) / mixed) + error))
    return 2 * NormalDist().cdf(far) - 1 if far < _FARTHEST else None


def _odds(share: float, customers: int) -> float:
    """Return F / (1 − F), of half a customer fewer where all have left."""
    some = min(share, 1 - 0.5 / max(1, customers))
    return some / (1 - some)
