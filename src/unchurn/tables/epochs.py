"""Numbers that are moments: seconds and their parts, days of a spreadsheet, dates in digits."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt

from unchurn.artefacts.schema import Epoch
from unchurn.tables.date_fields import Moments
from unchurn.tables.digit_dates import DIGITS, SPAN, likely_digits, read_digits
from unchurn.tables.numbers import Mask

Floats = npt.NDArray[np.float64]
Dated = Literal["", "moment", "day", "month", "week"]
"""What a column's name says: nothing, moments (epochs), days (spreadsheets' serials too), months, weeks."""

UNITS: tuple[Epoch, ...] = ("s", "ms", "us", "ns", "excel", *DIGITS)
"""What numbers count that nobody has said anything of."""
_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9, "s-1960": 1.0, "ms-1960": 1e3, "s-2001": 1.0}
_LATER = {"s-1960": 315_619_200.0, "ms-1960": 315_619_200.0, "s-2001": -978_307_200.0}
"""Seconds from the moment that is 0 to 1970."""
FIRST: dict[Epoch, int] = {
    "excel": 0,
    "excel-1904": 1_462,
    "days-1960": 21_916,
    "days-1970": 25_569,
}
"""The number that a spreadsheet has for the day that is 0."""
WORDS: dict[Epoch, str] = {
    "s": "seconds since 1970",
    "ms": "milliseconds since 1970",
    "us": "microseconds since 1970",
    "ns": "nanoseconds since 1970",
    "excel": "days of a spreadsheet",
    "excel-1904": "days of a spreadsheet that counts from 1904",
    "days-1960": "days since 1960 (SAS, Stata)",
    "days-1970": "days since 1970 (R)",
    "s-1960": "seconds since 1960 (SAS)",
    "ms-1960": "milliseconds since 1960 (Stata)",
    "s-2001": "seconds since 2001 (Apple)",
    "yymmdd": "a day as 240131",
    "yymmddhhmm": "a time as 2401311230",
    "yymmddhhmmss": "a time as 240131123000",
    "yyyyww": "a week as 202405",
}
"""What numbers count, or write in digits, in words."""
_LIKELY_SECONDS = (1e8, 4.2e9)
"""1973 to 2103: whole numbers of one unit in this span are in no other's."""
_FILE_TIMES, _TICKS = 2e17, (6.1e17, 6.7e17)
"""Numbers of 18 digits below the one are Windows' file times of these years, not nanoseconds of 1976.

Those between the others are ticks of .NET, not nanoseconds of 1990.
"""
_POSSIBLE_SECONDS = (-2.3e9, 4.2e9)
_LIKELY_DAYS = (20_000, 60_000)
"""1954 to 2064."""
_LAST_DAY = 2_958_465
_NO_LEAP_DAY = 60
"""Spreadsheets have a 29 February 1900, which never was: days before it count from another day."""
_NEVER = np.datetime64("NaT", "us")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
_UNIT_WORDS = _words("ms s sec secs us ns utc millis micros local num unix epoch excel serial")
_ALONE = _words("unix epoch excel serial")
_STRONG = _words(
    "date dates datum fecha datetime timestamp since seit depuis desde dob birthday "
    "birthdate geburtstag geburtsdatum yyyymmdd ddmmyyyy mmddyyyy yyyymm ymd dmy mdy"
)
_ENDS = ("date", "datum", "beginn", "seit", "timestamp")
_LAST = _words(
    "at on dt ts day signup signedup joined created updated modified registered "
    "registration start started end ended begin began expiry expires expired expiration "
    "renewal renewed activated activation seen login opened closed due birth born "
    "enrolled subscribed cancelled canceled thru beginn ende inicio debut data"
)
_MOMENTS = _words("time last first latest next previous")
_MONTHS = _words(
    "month monat mois mes mese maand miesiac kuukausi ym yearmonth monthyear yyyymm period periode periodo cohort"
)
_KEYS = _words("key id of nr no num code")
_WEEKS = _words("week wk woche kw kalenderwoche semaine semana settimana weeknr yearweek yw yyyyww")
_COUNTS = _words(
    "days months weeks years hours minutes seconds count total avg mean average amount "
    "balance price cost rate age duration length tenure number charge charges fee spend "
    "revenue value score between until per"
)


def dated_name(name: str) -> Dated:
    """Tell from a column's name whether its numbers may be moments."""
    words = [word.lower() for word in _PARTS.findall(name)]
    rest = [word for word in words if word not in _UNIT_WORDS]
    if not words or _COUNTS.intersection(rest):
        return ""
    if not rest:
        return "day" if _ALONE.intersection(words) else ""
    if any(word in _STRONG or word.endswith(_ENDS) for word in rest) or (
        rest[-1] in _LAST and (rest[-1] != "data" or len(rest) == 1)
    ):
        return "day"
    bare = [word for word in rest if word not in _KEYS] or rest
    if bare[-1] in _MONTHS | _WEEKS:
        return "month" if bare[-1] in _MONTHS else "week"
    return "moment" if rest[-1] == "time" or rest[0] in _MOMENTS or len(words) > len(rest) else ""


def likely(values: Floats, unit: Epoch) -> Mask:
    """Tell which numbers are where moments of this unit mostly are."""
    if unit in SPAN:
        return likely_digits(values, unit)
    low, high = _of_serials(_LIKELY_DAYS, unit) if unit in FIRST else _scaled(_LIKELY_SECONDS, unit)
    low = max(low, _FILE_TIMES) if unit == "ns" else low
    found: Mask = (values >= low) & (values <= high)
    if unit == "ns":
        found &= (values < _TICKS[0]) | (values > _TICKS[1])
    return found


def counted_as(text: str) -> str:
    """Say what a whole number seems to count that stands where days are written; "" for nothing known."""
    if not re.fullmatch("[0-9]{5,13}([.]0+)?", text.strip()):
        return ""
    value, (first, last) = float(text), _LIKELY_SECONDS
    if _LIKELY_DAYS[0] <= value <= _LIKELY_DAYS[1]:
        return "a spreadsheet's day number"
    if first <= value <= last:
        return "seconds since 1970"
    return "milliseconds since 1970" if first <= value / 1000 <= last else ""


def read_epochs(values: Floats, unit: Epoch) -> tuple[Moments, Mask]:
    """Turn numbers (NaN = missing) into moments; return them and which say that there is none.

    What is not possible in the unit is NaT. 0 and -1 say "none".
    """
    none = (values == 0) | (values == -1)
    if unit in SPAN:
        return read_digits(values, unit), none
    if unit in FIRST:
        return _of_days(values + FIRST[unit]), none
    low, high = _scaled(_POSSIBLE_SECONDS, unit)
    possible = (values >= low) & (values <= high) & ~none
    since = np.where(possible, values, 0) - _LATER.get(unit, 0) * _SECOND[unit]
    micros = np.rint(since * (1e6 / _SECOND[unit]))
    return np.where(possible, micros.astype("datetime64[us]"), _NEVER), none


def _of_days(values: Floats) -> Moments:
    possible = (values >= 1) & (values < _LAST_DAY + 1) & (np.floor(values) != _NO_LEAP_DAY)
    serial = np.where(possible, values, 1)
    days = np.floor(serial)
    # a fraction of a day is exact to the millisecond, no further
    millis = np.minimum(np.rint((serial - days) * 86_400_000), 86_399_999)
    start = np.where(days > _NO_LEAP_DAY, -25_569, -25_568)
    moments = ((start + days) * 86_400_000_000 + millis * 1000).astype("datetime64[us]")
    return np.where(possible, moments, _NEVER)


def possible(unit: Epoch) -> tuple[float, float]:
    """Return the least and the greatest number that is a moment in this unit."""
    if unit in SPAN:
        return SPAN[unit]
    return _of_serials((0, _LAST_DAY), unit) if unit in FIRST else _scaled(_POSSIBLE_SECONDS, unit)


def later(unit: Epoch, other: Epoch) -> np.timedelta64:
    """Return how much later the moment of a number is in `other` than in `unit`.

    Both count days, or both count the same part of a second.
    """
    if unit in FIRST:
        return np.timedelta64(FIRST[other] - FIRST[unit], "D")
    return np.timedelta64(int(_LATER.get(unit, 0) - _LATER.get(other, 0)), "s")


def _of_serials(span: tuple[float, float], unit: Epoch) -> tuple[float, float]:
    return span[0] - FIRST[unit], span[1] - FIRST[unit]


def _scaled(span: tuple[float, float], unit: str) -> tuple[float, float]:
    low, high = ((end + _LATER.get(unit, 0)) * _SECOND[unit] for end in span)
    return low, high
