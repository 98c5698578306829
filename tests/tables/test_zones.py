"""Zones as they are written behind a time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.tables.dates import read_dates
from unchurn.tables.zones import ahead

NOON = np.array(["2023-01-05T12:00", "2023-07-05T12:00"], dtype="datetime64[us]")


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("", 0, 0),
        ("z", 0, 0),
        ("est", -5, -5),
        ("cest", 2, 2),
        ("ist", 5.5, 5.5),
        ("+0530", 5.5, 5.5),
        ("-05", -5, -5),
        ("utc+2", 2, 2),
        ("america/new_york", -5, -4),
        ("asia/kolkata", 5.5, 5.5),
        ("europe/dublin", 0, 1),
    ],
)
def test_a_zone_is_so_many_hours_ahead(zone: str, winter: float, summer: float) -> None:
    """Offsets and abbreviations are fixed; named zones follow their clocks."""
    assert (ahead(zone, NOON) / 3600).tolist() == [winter, summer]


@pytest.mark.parametrize("zone", ["xyzt", "+25", "+05:75", "europe/nowhere", "../etc/passwd"])
def test_an_unknown_zone_is_no_zone(zone: str) -> None:
    """Better unreadable than hours off."""
    assert np.isnan(ahead(zone, NOON)).all()


def test_a_moment_that_comes_twice_is_the_earlier_one() -> None:
    """Half past two at the end of summer time is read as summer's."""
    twice = np.array(["2023-10-29T02:30"], dtype="datetime64[us]")
    assert ahead("europe/berlin", twice).tolist() == [7200.0]


@settings(max_examples=100)
@given(
    st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2035, 12, 31)),
    st.sampled_from(
        ["America/Sao_Paulo", "Europe/Warsaw", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_named_zones_agree_with_the_standard_library(moment: dt.datetime, zone: str) -> None:
    """A local time behind its zone's name is the moment that Python says."""
    expected = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None)
    read = read_dates(pa.array([f"{moment.isoformat()} {zone}"]), "ymd")
    assert read.values[0] == np.datetime64(expected, "us")
