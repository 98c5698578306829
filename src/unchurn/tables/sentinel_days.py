"""Days that stand for "never" or "unknown": some always, some where they stand apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SENTINELS = (
    "0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01",
    "2999-12-31", "3000-01-01", "9999-01-01", "9999-12-30", "9999-12-31",
)  # fmt: skip
"""Days that mean no date wherever they occur."""
_APART = (
    "1800-01-01", "1900-01-02", "1901-01-01", "1904-01-01", "1969-12-31", "1970-01-01",
    "1970-01-02", "1980-01-01", "2038-01-19", "2079-06-06", "2222-02-02",
)  # fmt: skip
_DAYS = np.array([*SENTINELS, *_APART], dtype="datetime64[D]")
_EARLY, _LATE = np.datetime64("1980-01-01", "D"), np.datetime64("2038-01-19", "D")
_FAR = np.datetime64("2049-12-31", "D")
_YEAR = np.timedelta64(365, "D")
_BELOW, _ABOVE = 10, 20
"""Years between a sentinel and all real dates, before and after them."""


def candidates(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Tell which days may be sentinels: the known ones, and turns of a year far ahead."""
    found = (days <= _EARLY) | (days >= _LATE)
    where = np.flatnonzero(found)
    if len(where):
        some = days[where]
        far = some >= _FAR
        next_day = some + np.timedelta64(1, "D")
        turn = (some == some.astype("datetime64[Y]")) | (
            next_day == next_day.astype("datetime64[Y]")
        )
        found[where] = np.isin(some, _DAYS) | (far & turn)
    return found


def standing_apart(day: str, low: np.datetime64 | None, high: np.datetime64 | None) -> bool:
    """Tell whether a candidate is a sentinel beside real dates from `low` to `high`."""
    if day in SENTINELS:
        return True
    if low is None or high is None:
        return False
    this = np.datetime64(day, "D")
    return bool(
        this < low.astype("datetime64[D]") - _BELOW * _YEAR
        or this > high.astype("datetime64[D]") + _ABOVE * _YEAR
    )


def always(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Tell which days mean no date wherever they occur."""
    return np.isin(days, np.array(SENTINELS, dtype="datetime64[D]"))
