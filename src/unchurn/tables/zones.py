"""Time zones as they are written behind a time → seconds ahead of UTC."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

_HOURS = {
    "z": 0, "utc": 0, "ut": 0, "gmt": 0, "wet": 0,
    "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2,
    "eest": 3, "msk": 3, "trt": 3, "eat": 3,
    "gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7,
    "hkt": 8, "sgt": 8, "pht": 8, "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13,
    "brt": -3, "art": -3, "clst": -3, "adt": -3, "ndt": -2.5, "nst": -3.5, "ast": -4, "clt": -4,
    "edt": -4, "est": -5, "cdt": -5, "cot": -5, "pet": -5, "cst": -6, "mdt": -6, "mst": -7,
    "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
"""Abbreviations. Ambiguous ones mean what exports mostly mean by them: CST, AST and EST are
American, BST is British summer time, IST is India's."""
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?([0-9]{2}))?")
_STEP = np.timedelta64(15, "m")
_MOST = 24 * 3600


def ahead(zone: str, local: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Return by how many seconds each local moment is ahead of UTC; NaN for an unknown zone.

    `zone` is lower case: an offset, an abbreviation or a name such as ``europe/berlin``. A
    moment that a change of the clock makes ambiguous is taken as the earlier one.
    """
    if zone in _HOURS or not zone:
        return np.full(len(local), _HOURS.get(zone, 0) * 3600.0)
    offset = _OFFSET.fullmatch(zone)
    if offset:
        sign, hours, minutes, seconds = offset.groups()
        size = int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
        possible = size < _MOST and int(minutes or 0) < 60 and int(seconds or 0) < 60
        return np.full(len(local), (-size if sign == "-" else size) if possible else np.nan)
    named = _named(zone)
    return np.full(len(local), np.nan) if named is None else _by_rules(named, local)


def _by_rules(zone: ZoneInfo, local: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    made = np.full(len(local), np.nan)
    known = np.flatnonzero(~np.isnat(local))
    # clocks change on a quarter of an hour, so one look-up serves all moments in it
    quarters = local[known].astype("datetime64[m]").astype(np.int64) // 15
    steps, places = np.unique(quarters, return_inverse=True)
    start = np.datetime64("1970-01-01T00:00", "m")
    moments: list[dt.datetime] = (start + steps * _STEP).tolist()
    offsets = [each.replace(tzinfo=zone).utcoffset() or dt.timedelta() for each in moments]
    made[known] = np.array([each.total_seconds() for each in offsets])[places]
    return made


def _named(zone: str) -> ZoneInfo | None:
    name = _names().get(zone)
    return None if name is None else _rules(name)


@cache
def _rules(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
