"""Names of columns whose numbers may be moments, and what the numbers are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from unchurn.artefacts.schema import Epoch
from unchurn.tables.digit_dates import DIGITS
from unchurn.tables.epochs import UNITS, dated_name, likely, possible, read_epochs

COUNTED = [unit for unit in UNITS if unit not in DIGITS]


@pytest.mark.parametrize(
    ("name", "dated"),
    [
        ("signup_ms", "day"),
        ("createdAt", "day"),
        ("Customer Since", "day"),
        ("TS", "day"),
        ("Vertragsbeginn", "day"),
        ("signupdate", "day"),
        ("last_payment", "moment"),
        ("callTime", "moment"),
        ("join_month", "month"),
        ("joinedYM", "month"),
        ("KW", "week"),
        ("month_of_birth", "day"),
        ("active_months", ""),
        ("avg_week", ""),
        ("per_month", ""),
        ("balance", ""),
        ("days_since_signup", ""),
        ("data_usage_mb", ""),
        ("start_balance", ""),
        ("ms", ""),
        ("", ""),
        ("42", ""),
    ],
)
def test_a_name_speaks_of_dates_or_not(name: str, dated: str) -> None:
    """Durations, counts and amounts do not, whatever else is in their names."""
    assert dated_name(name) == dated


@settings(max_examples=100)
@given(st.datetimes(dt.datetime(1973, 6, 1), dt.datetime(2063, 1, 1)), st.sampled_from(COUNTED))
def test_a_moment_comes_back_and_is_in_one_units_span(moment: dt.datetime, unit: Epoch) -> None:
    """Moment to number to moment, to the millisecond; no other unit would take the number.

    Nanoseconds of before June 1976 are more likely Windows' file times of these years, and those
    of 1989 to 1991 ticks of .NET.
    """
    assume(unit != "ns" or moment >= dt.datetime(1976, 6, 1))
    assume(unit != "ns" or not dt.datetime(1989, 4, 1) < moment < dt.datetime(1991, 4, 1))
    moment = moment.replace(microsecond=0)
    seconds = (moment - dt.datetime(1970, 1, 1)).total_seconds()
    scale = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9, "excel": 1 / 86_400}[unit]
    number = np.array([seconds * scale + (25_569 if unit == "excel" else 0)])
    moments, none = read_epochs(number, unit)
    assert abs(moments[0] - np.datetime64(moment, "us")) <= np.timedelta64(1, "ms")
    assert not none[0]
    assert [each for each in COUNTED if likely(number, each)[0]] == [unit]


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_out_of_bounds_is_no_moment(unit: Epoch) -> None:
    """Beyond a unit's bounds, infinite or missing: nothing; 0 and -1 say none."""
    _, high = possible(unit)
    moments, none = read_epochs(np.array([high * 2, -abs(high), np.inf, np.nan, 0, -1]), unit)
    assert np.isnat(moments).all()
    assert none.tolist() == [False, False, False, False, True, True]


def test_file_times_of_windows_and_ticks_of_net_are_no_nanoseconds() -> None:
    """Those of these years would be of 1974, and of 1990."""
    numbers = [133_500_000_000_000_000.0, 637_521_408_000_000_000.0, 1_700_000_000_000_000_000.0]
    assert likely(np.array(numbers), "ns").tolist() == [False, False, True]
