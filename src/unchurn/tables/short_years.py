"""Cells whose years are of two digits, read in either century until a column decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.tables.date_fields import Moments
from unchurn.tables.date_range import Counts, DateRange
from unchurn.tables.dates import DateOrder, Dates, read_dates
from unchurn.tables.numbers import Mask, matches

_WHOLE_YEAR = r"(?:^|[-/., '])(?:1[5-9]|2[01])[0-9]{2}(?:[-/.T ,]|$)"
_NEVER = np.datetime64("NaT", "us")


def short_years(cells: pa.Array, order: DateOrder, dates: Dates) -> Mask:
    """Tell which cells, already read as `dates`, have a year of two digits."""
    found = np.zeros(len(cells), np.bool_)
    where = _worth(cells, ~np.isnat(dates.values))
    if len(where):
        found[where] = _in_both(cells.take(pa.array(where)), order)[0]
    return found


def _worth(cells: pa.Array, dated: Mask) -> npt.NDArray[np.int64]:
    """Find dates without a year of four digits in the usual places."""
    where = np.flatnonzero(dated)
    return where[~matches(cells.take(pa.array(where)), _WHOLE_YEAR)] if len(where) else where


def _in_both(cells: pa.Array, order: DateOrder) -> tuple[Mask, Moments, Moments]:
    """Find cells with a year of two digits, and read each as of 19yy and as of 20yy."""
    early, late = (read_dates(cells, order, pivot=pivot).values for pivot in (0, 100))
    return ~np.isnat(late) & (early != late), early, late


class ShortYears:
    """Years of two digits by the order of day and month; `years` counts their rows."""

    def __init__(self) -> None:
        self._years: dict[tuple[DateOrder, int], tuple[DateRange, DateRange]] = {}

    def add(self, cells: pa.Array, counts: Counts, read: Mapping[DateOrder, Dates]) -> Mask:
        """Take in distinct cells as every order reads them; return which are such in any."""
        found = np.zeros(len(cells), np.bool_)
        dated: Mask = np.any(np.array([~np.isnat(each.values) for each in read.values()]), axis=0)
        where = _worth(cells, dated)
        if not len(where):
            return found
        some = cells.take(pa.array(where))
        for order in read:
            short, early, late = _in_both(some, order)
            if order != "ydm" and short.any():
                late = np.where(short, late, _NEVER)
                self._add(order, early, late, counts[where])
            found[where] |= short
        return found

    def _add(self, order: DateOrder, early: Moments, late: Moments, counts: Counts) -> None:
        # a zone may move the first or the last hours of a century beyond it
        years = np.clip(late.astype("datetime64[Y]").astype(np.int64) - 30, 0, 99)
        years[np.isnat(late)] = -1
        for year in np.unique(years[years >= 0]).tolist():
            here = years == year
            made = self._years.setdefault((order, year), (DateRange(), DateRange()))
            for each, values in zip(made, (early, late), strict=True):
                kept = np.where(here, values, _NEVER)
                each.add(Dates(kept, ~np.isnat(kept), np.zeros(len(kept), np.bool_)), counts)

    def merge(self, other: ShortYears) -> None:
        """Take in another part of the column."""
        for key, found in other._years.items():
            known = self._years.get(key, (DateRange(), DateRange()))
            self._years[key] = known[0].joined(found[0]), known[1].joined(found[1])

    def years(self, order: DateOrder) -> Counter[int]:
        """Return the years of two digits in this order, with their rows."""
        return Counter(
            {y: late.readable for (o, y), (_, late) in self._years.items() if o == order}
        )

    def within(self, order: DateOrder, pivot: int) -> DateRange:
        """Return what they range over in this order, with `pivot` parting the centuries.

        Its `readable` is 0: the rows are counted with all the others.
        """
        made = DateRange()
        for (each, year), (early, late) in sorted(self._years.items()):
            if each == order:
                made = made.joined(late if year < pivot else early)
        made.readable = 0
        return made
