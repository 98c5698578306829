"""What a campaign may not exceed: customers, money, and customers an offer.

Money is counted in whole parts of a unit of currency, so that a budget holds to the part and not
to the last bit of a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
BOOL = npt.NDArray[np.bool_]
PARTS = 10_000
"""Parts of a unit of currency in which costs and budgets are counted."""
NOBODY = -1
"""The offer of a customer who is not chosen."""


def parts(amount: float) -> int:
    """Turn an amount of money into whole parts; a cost is rounded up, so that it is never more."""
    return int(np.ceil(round(amount * PARTS, 4)))


@dataclass(frozen=True)
class Limits:
    """`contacts` and `budget` in all, `capacities` by offer; None is no limit.

    `costs`: parts of money that one contact with each offer may cost, (offers,).
    """

    contacts: int | None
    budget: int | None
    costs: tuple[int, ...]
    capacities: tuple[int | None, ...]

    def counted(self, offers: I64) -> I64:
        """Count the customers of each offer, (offers,); `NOBODY` counts for none."""
        return np.bincount(offers[offers >= 0], minlength=len(self.costs)).astype(np.int64)

    def hold(self, counts: I64) -> bool:
        """Tell whether so many customers an offer are within every limit."""
        return (
            (self.contacts is None or int(counts.sum()) <= self.contacts)
            and (self.budget is None or self.spent(counts) <= self.budget)
            and all(
                most is None or count <= most
                for count, most in zip(counts.tolist(), self.capacities, strict=True)
            )
        )

    def spent(self, counts: I64) -> int:
        """Return what so many customers an offer may cost, in parts."""
        return sum(c * n for c, n in zip(self.costs, counts.tolist(), strict=True))

    def less(self, counts: I64) -> Limits:
        """Return what is left once so many customers an offer are chosen."""
        return replace(
            self,
            contacts=None if self.contacts is None else self.contacts - int(counts.sum()),
            budget=None if self.budget is None else self.budget - self.spent(counts),
            capacities=tuple(
                None if most is None else most - count
                for most, count in zip(self.capacities, counts.tolist(), strict=True)
            ),
        )

    def most(self, rows: int) -> int:
        """Return how many of `rows` customers can be chosen at most."""
        found = [rows] + ([] if self.contacts is None else [self.contacts])
        if self.budget is not None and min(self.costs) > 0:
            found.append(self.budget // min(self.costs))
        if None not in self.capacities:
            found.append(sum(each or 0 for each in self.capacities))
        return max(0, min(found))

    def folded(self) -> Limits:
        """Turn every limit into one of customers, where there is one offer and each costs the same."""
        if len(self.costs) > 1:
            return self
        found: Sequence[int | None] = (
            self.contacts,
            self.capacities[0],
            self.budget // self.costs[0] if self.budget is not None and self.costs[0] else None,
        )
        given = [each for each in found if each is not None]
        return replace(
            self, contacts=min(given) if given else None, budget=None, capacities=(None,)
        )


def total(values: F64, offers: I64) -> float:
    """Add up what the chosen customers are worth."""
    rows = np.flatnonzero(offers >= 0)
    return float(np.sort(values[rows, offers[rows]]).sum())
