"""Who of those to be contacted is left alone, so that the effect of contacting can be measured.

Permuted blocks: customers stand in the order of their risk and are cut into as many blocks, of
sizes that differ by one at most, as there are to be controls; of each block one is left alone, the
one of least md5 of campaign and customer. So controls and contacted have the same risks to within a
block, there are exactly as many as were asked for, and the same campaign draws the same ones
whatever the order of the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unchurn.errors import ConfigError
from unchurn.modelling.targeting.limits import F64

U64 = npt.NDArray[np.uint64]
STRATA = 5
"""Most strata of risk; each has two controls at least, so that it can be told how they vary."""


@dataclass(frozen=True)
class Drawn:
    """Who is in the control group, (rows,) bool, and everybody's stratum, (rows,) int8 from 1.

    Stratum 1 is the riskiest.
    """

    control: npt.NDArray[np.bool_]
    stratum: npt.NDArray[np.int8]


def customer_keys(customers: Iterable[str], campaign: str = "") -> U64:
    """Return the first 64 bits of the md5 of each customer, with the campaign where it is named."""
    head = f"{campaign}\0".encode() if campaign else b""
    digests = (
        hashlib.md5(head + each.encode("utf-8", "surrogatepass"), usedforsecurity=False)
        for each in customers
    )
    return np.array([int.from_bytes(each.digest()[:8], "big") for each in digests], dtype=np.uint64)


def control_count(customers: int, share: float) -> int:
    """Return how many of `customers` are left alone: the share, half rounded up, one at least."""
    return max(1, int(np.floor(customers * share + 0.5))) if customers and share > 0 else 0


def left_alone(customers: int, share: float, fewest: int) -> int:
    """Return how many of `customers` to be contacted are left alone: none of fewer than `fewest`.

    Raises `ConfigError` where nobody would be left to contact.
    """
    controls = control_count(customers, share) if customers >= fewest else 0
    if controls and controls >= customers:
        raise ConfigError(
            f"A control group of {share:.0%} of {customers:,} leaves nobody to contact.",
            "Take a smaller --holdout, a larger --capacity, or --no-holdout.",
        )
    return controls


def draw(risk: F64, keys: U64, share: float) -> Drawn:
    """Draw the control group among customers of `risk`, (rows,), by `keys` of campaign and customer."""
    rows = len(risk)
    controls = control_count(rows, share)
    control = np.zeros(rows, dtype=np.bool_)
    stratum = np.ones(rows, dtype=np.int8)
    order = np.lexsort((keys, -risk))
    strata = min(STRATA, max(1, controls // 2))
    for block in range(controls):
        place = slice(block * rows // controls, (block + 1) * rows // controls)
        members = order[place]
        control[members[np.argmin(keys[members])]] = True
        stratum[members] = block * strata // controls + 1
    return Drawn(control, stratum)
