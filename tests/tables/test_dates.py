from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.tables.dates import DateOrder, read_dates


@pytest.mark.parametrize(
    ("cell", "order", "moment"),
    [
        ("2024-02-29", "ymd", "2024-02-29"),
        ("2024/2/9", "ymd", "2024-02-09"),
        ("2024-01-31 10:05", "ymd", "2024-01-31T10:05"),
        ("2024-01-31T10:05:06.1234567", "ymd", "2024-01-31T10:05:06.123456"),
        ("2024-01-31T23:30:00-02:00", "ymd", "2024-02-01T01:30"),
        ("2024-01-31T10:05:00Z", "ymd", "2024-01-31T10:05"),
        ("31/12/2024", "dmy", "2024-12-31"),
        ("12/31/2024", "mdy", "2024-12-31"),
        ("1.2.24", "dmy", "2024-02-01"),
        ("1/2/71", "mdy", "1971-01-02"),
        ("1/2/2024 12:30 AM", "mdy", "2024-01-02T00:30"),
        ("1/2/2024 1:30 pm", "mdy", "2024-01-02T13:30"),
        ("2024-02-01", "dmy", "2024-02-01"),
        ("0001-01-01", "ymd", "0001-01-01"),
        ("9999-12-31 23:59:59", "ymd", "9999-12-31T23:59:59"),
        ("2023-02-29", "ymd", None),
        ("2024-13-01", "ymd", None),
        ("31/12/2024", "mdy", None),
        ("2024-01-31 25:00", "ymd", None),
        ("0/1/2024", "dmy", None),
        ("yesterday", "ymd", None),
        ("20240131", "ymd", None),
    ],
)
def test_a_cell_is_one_moment_or_none(cell: str, order: DateOrder, moment: str | None) -> None:
    """ISO, day-first and month-first dates are read with their times; impossible ones are not."""
    read = read_dates(pa.array([cell]), order)
    assert bool(read.readable[0]) is (moment is not None)
    if moment:
        assert read.values[0] == np.datetime64(moment, "us")


def test_the_zero_date_is_missing_and_no_fault() -> None:
    """MySQL's 0000-00-00 stands for nothing."""
    read = read_dates(pa.array(["0000-00-00 00:00:00"]), "ymd")
    assert read.readable[0]
    assert np.isnat(read.values[0])


def test_compact_dates_are_read_where_asked() -> None:
    """Eight digits are a date only in a column known to hold dates."""
    read = read_dates(pa.array(["20240131"]), "ymd", compact=True)
    assert read.values[0] == np.datetime64("2024-01-31", "us")


@settings(max_examples=100, deadline=None)
@given(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)))
def test_every_iso_moment_comes_back(moment: dt.datetime) -> None:
    """What Python writes as ISO is read to the microsecond."""
    read = read_dates(pa.array([moment.isoformat()]), "ymd")
    assert read.values[0] == np.datetime64(moment, "us")
