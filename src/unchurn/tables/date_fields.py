"""Fields of dates, as patterns cut them out of text → moments; impossible ones are NaT."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.zones import ahead

Moments = npt.NDArray[np.datetime64]
Whole = npt.NDArray[np.int64]
PIVOT = 70
"""Years of two digits below it are of the 2000s, where a column has decided nothing else."""
_NEVER = np.datetime64("NaT", "us")
_FIRST, _LAST = np.datetime64("0001-01-01", "us"), np.datetime64("9999-12-31T23:59:59.999999", "us")


def moments(fields: pa.StructArray, order: str, pivot: int = PIVOT) -> Moments:
    """Put fields together: month and day in `order`, the time, the half of the day, the zone.

    Years of two digits are of the 2000s below `pivot`, else of the 1900s.

    A moment that its zone moves out of the years 1 to 9999 stays where it was written.
    """
    days = _of_week(fields) if order == "week" else _of_month(fields, order, pivot)
    hour, minute, second = (_whole(fields, name) for name in "HMS")
    half = _half(fields)
    possible = (hour < 24) & (minute < 60) & (second < 61) & ~((half == "a") & (hour > 12))
    hour = np.where(half == "p", hour % 12 + 12, np.where(half == "a", hour % 12, hour))
    micros = (hour * 3600 + minute * 60 + second) * 1_000_000 + _fraction(_words(fields, "f"))
    local = days.astype("datetime64[us]") + micros.astype("timedelta64[us]")
    local = np.where(possible & in_years(local), local, _NEVER)
    return _to_utc(local, fields)


def in_years(values: Moments) -> npt.NDArray[np.bool_]:
    """Tell which moments are in the years 1 to 9999 (NaT counts as inside)."""
    return np.isnat(values) | ((values >= _FIRST) & (values <= _LAST))


def _to_utc(local: Moments, fields: pa.StructArray) -> Moments:
    zones = _zones(fields)
    if zones is None:
        return local
    made = local.copy()
    indices = zones.indices.to_numpy(zero_copy_only=False)
    for number, zone in enumerate(zones.dictionary.to_pylist()):
        where = np.flatnonzero(indices == number)
        seconds = ahead(zone, local[where])
        known = ~np.isnan(seconds)
        moved = local[where] - np.where(known, seconds, 0).astype("timedelta64[s]")
        moved = np.where(in_years(moved), moved, local[where])
        made[where] = np.where(known, moved, _NEVER)
    return made


def _zones(fields: pa.StructArray) -> pa.DictionaryArray | None:
    """Return each cell's zone in lower case, the named one first; None where none has any."""
    zones = _words(fields, "z")
    named = _words(fields, "n")
    zones = pc.utf8_lower(pc.if_else(pc.equal(named, ""), zones, named))
    return zones.dictionary_encode() if pc.any(pc.not_equal(zones, "")).as_py() else None


def _of_month(fields: pa.StructArray, order: str, pivot: int) -> Moments:
    a, b = _whole(fields, "a", 1), _whole(fields, "b", 1)
    day, month = (a, b) if order in ("dmy", "ydm") else (b, a)
    year = _years(fields, pivot)
    inside = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]")
    following = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    length = (following - first).astype(np.int64)
    days = first + (day - 1).astype("timedelta64[D]")
    return np.where(inside & (day <= length), days, np.datetime64("NaT", "D"))


def _of_week(fields: pa.StructArray) -> Moments:
    """Return the day of an ISO week, its Monday where none is given."""
    week, day = _whole(fields, "w"), _whole(fields, "d", 1)
    year = (_whole(fields, "y") - 1970).astype("datetime64[Y]")
    fourth = year.astype("datetime64[D]").astype(np.int64) + 3
    # a year's first week is the one with its fourth of January in it; a week is of its Thursday's year
    monday = fourth - (fourth + 3) % 7 + (week - 1) * 7
    thursday = (monday + 3).astype("datetime64[D]").astype("datetime64[Y]")
    days = (monday + day - 1).astype("datetime64[D]")
    return np.where((week >= 1) & (thursday == year), days, np.datetime64("NaT", "D"))


def _years(fields: pa.StructArray, pivot: int) -> Whole:
    year = _whole(fields, "y")
    short = pc.equal(pc.utf8_length(fields.field("y")), 2).to_numpy(zero_copy_only=False)
    year = np.where(short, np.where(year < pivot, year + 2000, year + 1900), year)
    return np.where((year > 200) & (year < 210), year * 10, year)  # 1.202 was 1.2020


def _half(fields: pa.StructArray) -> npt.NDArray[np.object_]:
    """Return ``a`` or ``p`` for the half of the day, or nothing."""
    p, q = _words(fields, "p"), _words(fields, "q")
    half = pc.utf8_slice_codeunits(pc.utf8_lower(pc.if_else(pc.equal(p, ""), q, p)), 0, 1)
    found: npt.NDArray[np.object_] = half.to_numpy(zero_copy_only=False)
    return found


def _words(fields: pa.StructArray, name: str) -> pa.Array:
    if fields.type.get_field_index(name) < 0:
        return pa.repeat("", len(fields))
    return fields.field(name)


def _whole(fields: pa.StructArray, name: str, absent: int = 0) -> Whole:
    if fields.type.get_field_index(name) < 0:
        return np.full(len(fields), absent, dtype=np.int64)
    text = fields.field(name)
    filled = pc.if_else(pc.equal(text, ""), str(absent), text)
    found: Whole = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _fraction(digits: pa.Array) -> Whole:
    """Read up to six digits behind the point as microseconds."""
    if not pc.any(pc.not_equal(digits, "")).as_py():
        return np.zeros(len(digits), dtype=np.int64)
    six = pc.utf8_rpad(pc.utf8_slice_codeunits(digits, 0, 6), 6, "0")
    found: Whole = six.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found
