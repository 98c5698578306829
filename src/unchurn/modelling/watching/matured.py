"""When outcomes of a scoring can be judged: its window is over, and what happened in it is known.

How late leaving becomes known is learned of those who left while deliveries came in. Who is not
known yet is not among them (right truncation), so the share known within x days is the product-limit estimate
in reversed time (Lagakos, Barraj & De Gruttola 1988, "Nonparametric analysis of truncated survival
data, with application to AIDS"): the product over delays u > x of 1 − d(u) / n(u), where d(u) became
known after u days, and n(u) within u days of those who left at least u days ago. It is the share of
all who become known within the longest delay that could be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
COMPLETE = 0.95
"""Share of who left that has to be known before a cohort is judged."""
ENOUGH = 30
"""Fewer who left than this say nothing about how late it becomes known."""


@dataclass(frozen=True)
class Window:
    """Days in which leaving counts, ``[begins, ends)``; from `settled` on it can be known."""

    begins: date
    ends: date
    settled: date

    @classmethod
    def of(cls, day: date, lead: int, horizon: int, grace: int = 0) -> Window:
        """Return the window of a scoring of a day; lengths in days."""
        begins = day + timedelta(days=lead)
        ends = begins + timedelta(days=horizon)
        return cls(begins, ends, ends + timedelta(days=grace))


@dataclass(frozen=True)
class DelayCurve:
    """Days that leaving took to become known, ascending, and the share known within each."""

    days: I64
    shares: F64

    def within(self, days: I64) -> F64:
        """Return the share known within so many days, of the shape of `days`; 0 below the first."""
        place = np.searchsorted(self.days, days, side="right")
        return np.concatenate([[0.0], self.shares])[place]


def delay_curve(left: I64, known: I64, since: int, now: int) -> DelayCurve | None:
    """Learn how late leaving becomes known; None of too few who left.

    `left` and `known` (n,) are days since 1970 on which customers left and on which that was first
    told. Only those count who left on or after `since`, the first delivery: of earlier ones it is not
    known when it could have been told. `now` is the last delivery.
    """
    watched = (left >= since) & (known <= now) & (left <= now)
    left, delay = left[watched], np.maximum(known[watched] - left[watched], 0)
    if len(left) < ENOUGH:
        return None
    found = np.unique(delay)
    chances = []
    for days in found:
        could = (delay <= days) & (now - left >= days)
        chances.append(1 - np.count_nonzero(delay == days) / np.count_nonzero(could))
    later = np.cumprod(np.asarray(chances)[::-1])[::-1]
    return DelayCurve(found, np.append(later[1:], 1.0))


def completeness(window: Window, now: date, curve: DelayCurve) -> float:
    """Return the share of who left in a window that is known on day `now`.

    As if leaving were even over the window's days; what is still to come is not known.
    """
    days = np.arange((window.ends - window.begins).days)
    ago = (now - window.begins).days - days
    return float(np.where(ago >= 0, curve.within(ago), 0.0).mean())
