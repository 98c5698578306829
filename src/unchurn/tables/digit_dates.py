"""Numbers that are dates in digits: ``20240517``, ``202405``, ``240517``, ``2405171230``, the week ``202453``."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from unchurn.tables.date_fields import PIVOT, Moments
from unchurn.tables.numbers import Mask

Digits = Literal["yymmdd", "yymmddhhmm", "yymmddhhmmss", "yyyyww"]
DIGITS: tuple[Digits, ...] = ("yymmdd", "yymmddhhmm", "yymmddhhmmss", "yyyyww")
SPAN: dict[Digits, tuple[float, float]] = {
    "yymmdd": (101, 991_231),
    "yymmddhhmm": (101e4, 9_912_312_359),
    "yymmddhhmmss": (101e6, 991_231_235_959),
    "yyyyww": (190_000, 210_053),
}
"""The least and the greatest number that is a moment in each."""
_CLOCK: dict[Digits, int] = {"yymmdd": 1, "yymmddhhmm": 10**4, "yymmddhhmmss": 10**6}
"""What parts the day from the time."""
_LIKELY = np.datetime64("1990", "us"), np.datetime64("2040", "us")
_DAYS = 15
"""Different days of the month from which on they tell days from years."""
_NEVER = np.datetime64("NaT", "us")
FIRST_DAY, _LAST_DAY = 19_000_101, 21_001_231
"""Whole numbers from the one to the other may be days as 20240131."""
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def read_digits(values: Floats, unit: Digits) -> Moments:
    """Turn numbers (NaN = missing) into moments; what has no such day or time is NaT.

    A week begins on its Monday, as ISO counts; a 53rd that a year does not have is the one after its
    52nd, and week 0 the one before its first.
    """
    low, high = SPAN[unit]
    inside = (values >= low) & (values <= high) & (values == np.floor(values))
    moments = np.full(len(values), _NEVER)
    whole = values[inside].astype(np.int64)  # most numbers are none
    if unit == "yyyyww":
        moments[inside] = _weeks(whole // 100, whole % 100)
    elif len(whole):
        moments[inside] = _days(whole // _CLOCK[unit]) + _times(whole % _CLOCK[unit], unit)
    return moments


def likely_digits(values: Floats, unit: Digits) -> Mask:
    """Tell which numbers are moments of the years that tables are of."""
    moments = read_digits(values, unit)
    found: Mask = (moments >= _LIKELY[0]) & (moments < _LIKELY[1])
    return found


def _days(days: Whole) -> Moments:
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    year += np.where(year < PIVOT, 2000, 1900)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    made = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    same = (made.astype("datetime64[M]") == months) & (month >= 1) & (month <= 12)
    return np.where(same, made.astype("datetime64[us]"), _NEVER)


def _times(clock: Whole, unit: Digits) -> npt.NDArray[np.timedelta64]:
    if unit == "yymmdd":
        return np.zeros(len(clock), "timedelta64[us]")
    clock = clock * 100 if unit == "yymmddhhmm" else clock
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    micros = ((hour * 3600 + minute * 60 + second) * 1_000_000).astype("timedelta64[us]")
    possible = (hour < 24) & (minute < 60) & (second < 60)
    return np.where(possible, micros, np.timedelta64("NaT", "us"))


def _weeks(year: Whole, week: Whole) -> Moments:
    # the fourth of January is in a year's first week
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + 3
    monday = fourth - (fourth + 3) % 7 + (week - 1) * 7
    return np.where(week <= 53, monday.astype("datetime64[D]").astype("datetime64[us]"), _NEVER)


class Pairs:
    """The first and the last two digits of numbers that may be days: where they differ tells the year."""

    def __init__(self) -> None:
        self._seen: dict[Digits, tuple[set[int], set[int]]] = {}

    def add(self, unit: Digits, values: Floats) -> None:
        """Take in numbers that are moments of the unit."""
        if unit in _CLOCK:
            days = values.astype(np.int64) // _CLOCK[unit]
            first, last = self._seen.setdefault(unit, (set(), set()))
            first |= set(np.unique(days // 10_000).tolist())
            last |= set(np.unique(days % 100).tolist())

    def merge(self, other: Pairs) -> None:
        """Take in another part of the column."""
        for unit, (first, last) in other._seen.items():
            known = self._seen.setdefault(unit, (set(), set()))
            known[0].update(first)
            known[1].update(last)

    def tell(self, unit: Digits) -> bool:
        """Tell whether the first two are years and the last two days: these are more and go further.

        A week is told by its column's name.
        """
        if unit not in _CLOCK:
            return True
        first, last = self._seen.get(unit, (set(), set()))
        return len(last) >= max(_DAYS, 2 * len(first)) and min(last) <= 5 and max(last) >= 27


def may_be_digits(values: Floats) -> Mask:
    """Tell which numbers may be a date in digits alone: 2024, 202401, 20240131, or 01.2024."""
    month = np.floor(values)
    year = (values - month) * 1e4
    dotted = (month >= 1) & (month <= 12) & (year >= 1899.9) & (year <= 2100.1)
    found: Mask = dotted | ((values == month) & (values >= 1900) & (values < 1e14))
    return found


def may_be_months(values: Floats) -> Mask:
    """Tell which numbers may be months: 202401, 012024, 1.2024, and 2024.1, but no year alone."""
    whole = np.floor(values)
    long = whole > 9999
    year = np.where(long, whole // 100, np.where(whole < 13, (values - whole) * 1e4, whole))
    found: Mask = (year > 1899.9) & (year < 2100.1) & (long == (whole == values))
    found |= (
        long & (whole == values) & (whole % 1e4 >= 1900) & (whole % 1e4 <= 2100) & (whole < 13e4)
    )
    return found


def may_be_days(values: Floats) -> Mask:
    """Tell which numbers are days as 20240131."""
    inside = (values >= FIRST_DAY) & (values <= _LAST_DAY)
    where = np.flatnonzero(inside)
    if len(where):
        whole = values[where].astype(np.int64)
        month, day = whole // 100 % 100, whole % 100
        inside[where] = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
        inside[where] &= whole == values[where]
    return inside
