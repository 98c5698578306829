"""Text → moments: ISO days and times, day-first and month-first dates, zones turned to UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

DateOrder = Literal["ymd", "mdy", "dmy"]
Moments = npt.NDArray[np.datetime64]
SENTINELS = ("0001-01-01", "1899-12-31", "1900-01-01", "2999-12-31", "9999-12-31")
"""Days that stand for "never" or "unknown" wherever they occur."""

_TIME = (
    r"(?:[T ]\s*(?P<H>[0-9]{1,2})(?::(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?)?"
    r"\s*(?P<p>[AaPp][Mm])?\s*(?P<z>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_ISO = r"^(?P<y>[0-9]{4})[-/.](?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})" + _TIME
_COMPACT = r"^(?P<y>[0-9]{4})(?P<a>[0-9]{2})(?P<b>[0-9]{2})" + _TIME
_LOCAL = r"^(?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})[-/.](?P<y>[0-9]{4}|[0-9]{2})" + _TIME
_ZERO = "^0000-00-00"
_PIVOT = 70
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Dates:
    """What text cells say as moments: `values` datetime64[us] (NaT = missing or unreadable)."""

    values: Moments
    readable: npt.NDArray[np.bool_]


def read_dates(cells: pa.Array, order: DateOrder, *, compact: bool = False) -> Dates:
    """Read trimmed text cells (null = missing).

    ISO cells are read whatever the `order`, which decides ``01/02/2024``; two-digit years from
    70 on are of the last century. `compact` also reads ``20240131``. A zone is turned to UTC;
    the zero date of MySQL is missing, not unreadable.
    """
    values = np.full(len(cells), _NEVER)
    patterns = [(_ISO, "ymd")] + [(_COMPACT, "ymd")] * compact
    patterns += [] if order == "ymd" else [(_LOCAL, order)]
    for pattern, each in patterns:
        found = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
        where = np.flatnonzero(found.to_numpy(zero_copy_only=False))
        if len(where):
            parts = pc.extract_regex(cells.filter(found), pattern)
            values[where] = _moments(parts, each)
    readable = ~np.isnat(values)
    zero = pc.fill_null(pc.match_substring_regex(cells, _ZERO), False)
    readable |= zero.to_numpy(zero_copy_only=False)
    return Dates(values, readable)


def _moments(parts: pa.StructArray, order: str) -> Moments:
    """Put fields together; impossible days and times are NaT."""
    a, b = _whole(parts, "a"), _whole(parts, "b")
    day, month = (a, b) if order == "dmy" else (b, a)
    days = _days(_years(parts), month, day)
    hour, minute, second = (_whole(parts, name) for name in "HMS")
    half = _words(parts, "p")
    hour = np.where(half == "PM", hour % 12 + 12, np.where(half == "AM", hour % 12, hour))
    possible = (hour < 24) & (minute < 60) & (second < 61)
    seconds = hour * 3600 + minute * 60 + second - _offset(_words(parts, "z"))
    micros = seconds * 1_000_000 + _fraction(_words(parts, "f"))
    moments = days.astype("datetime64[us]") + micros.astype("timedelta64[us]")
    return np.where(possible, moments, _NEVER)


def _years(parts: pa.StructArray) -> npt.NDArray[np.int64]:
    year = _whole(parts, "y")
    short = pc.equal(pc.utf8_length(parts.field("y")), 2).to_numpy(zero_copy_only=False)
    return np.where(short, np.where(year < _PIVOT, year + 2000, year + 1900), year)


def _days(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> Moments:
    inside = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    following = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    length = (following - first).astype(np.int64)
    days = first + (day - 1).astype("timedelta64[D]")
    return np.where(inside & (day <= length), days, np.datetime64("NaT", "D"))


def _words(parts: pa.StructArray, name: str) -> npt.NDArray[np.object_]:
    found: npt.NDArray[np.object_] = pc.utf8_upper(parts.field(name)).to_numpy(zero_copy_only=False)
    return found


def _whole(parts: pa.StructArray, name: str) -> npt.NDArray[np.int64]:
    text = parts.field(name)
    filled = pc.if_else(pc.equal(text, ""), "0", text)
    found: npt.NDArray[np.int64] = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _fraction(digits: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    if not any(digits):
        return np.zeros(len(digits), dtype=np.int64)
    return np.array([int(text[:6].ljust(6, "0")) if text else 0 for text in digits], dtype=np.int64)


def _offset(zones: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Seconds to take off for UTC."""
    if not any(zones):
        return np.zeros(len(zones), dtype=np.int64)
    return np.array([_seconds(zone) for zone in zones], dtype=np.int64)


def _seconds(zone: str) -> int:
    if zone in ("", "Z", "UTC", "GMT"):
        return 0
    size = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
    return -size if zone[0] == "-" else size
