"""Moments that a column's cells read as in one way: how many, from when to when, sentinels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from unchurn.tables.dates import Dates
from unchurn.tables.sentinel_days import candidates, standing_apart

Counts = npt.NDArray[np.int64]


@dataclass
class DateRange:
    """Cells read as dates in one way; `low`, `high` and `years` leave out what may be sentinels.

    `years` counts the cells of each.
    """

    readable: int = 0
    low: np.datetime64 | None = None
    high: np.datetime64 | None = None
    odd: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)

    def add(self, dates: Dates, counts: Counts) -> None:
        """Take in distinct cells and how often each occurs."""
        known = ~np.isnat(dates.values)
        if not known.any():
            return
        self.readable += int(counts[known].sum())
        days = dates.values.astype("datetime64[D]")
        odd = candidates(days)
        for day in np.unique(days[odd]):
            self.odd[str(day)] += int(counts[days == day].sum())
        left = known & ~odd
        kept = dates.values[left]
        if len(kept):
            self._widen(np.min(kept), np.max(kept))
            years = days[left].astype("datetime64[Y]").astype(np.int64) + 1970
            rows = np.bincount(years, weights=counts[left])
            self.years.update({y: int(rows[y]) for y in np.flatnonzero(rows).tolist()})

    def joined(self, other: DateRange) -> DateRange:
        """Return what both say, of cells that only one of them has read."""
        made = DateRange(self.readable + other.readable, self.low, self.high)
        made.odd, made.years = self.odd + other.odd, self.years + other.years
        if other.low is not None and other.high is not None:
            made._widen(other.low, other.high)
        return made

    def _widen(self, low: np.datetime64, high: np.datetime64) -> None:
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)

    @property
    def sentinels(self) -> dict[str, int]:
        """Days that stand for "never" or "unknown", with their rows."""
        return {
            day: rows for day, rows in self.odd.items() if standing_apart(day, self.low, self.high)
        }

    @property
    def minimum(self) -> np.datetime64 | None:
        """The least moment that is no sentinel."""
        return min([*self._real_odd(), *([] if self.low is None else [self.low])], default=None)

    @property
    def maximum(self) -> np.datetime64 | None:
        """The greatest moment that is no sentinel."""
        return max([*self._real_odd(), *([] if self.high is None else [self.high])], default=None)

    def _real_odd(self) -> list[np.datetime64]:
        return [np.datetime64(day, "us") for day in self.odd if day not in self.sentinels]
