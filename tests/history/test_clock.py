"""Local days and moments, where clocks change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.history.clock import Clock

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata",
         "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca"]  # fmt: skip
EPOCH = dt.datetime(1970, 1, 1)


def _micros(text: str) -> np.ndarray:
    return np.array([(dt.datetime.fromisoformat(text) - EPOCH) // dt.timedelta(microseconds=1)])


@settings(max_examples=400)
@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(dt.datetime(1995, 1, 1), dt.datetime(2035, 1, 1)),
)
def test_the_clock_is_that_of_the_standard_library(zone: str, local: dt.datetime) -> None:
    """Local times become the moments, and moments the days, that zoneinfo says (fold 0)."""
    clock, rules = Clock.of(zone), ZoneInfo(zone)
    moment = local.replace(tzinfo=rules).astimezone(dt.UTC)
    micros = np.array([(local - EPOCH) // dt.timedelta(microseconds=1)])
    made = int(clock.moments(micros)[0])
    assert made == (moment.replace(tzinfo=None) - EPOCH) // dt.timedelta(microseconds=1)
    there = moment.astimezone(rules).date()
    assert int(clock.days(np.array([made]))[0]) == (there - EPOCH.date()).days


@pytest.mark.parametrize(
    ("zone", "local", "counted", "moment"),
    [
        ("Europe/Berlin", "2025-10-26 02:30:00", (1, 0), "2025-10-26T00:30"),
        ("Europe/Berlin", "2025-10-26 03:00:00", (0, 0), "2025-10-26T02:00"),
        ("Europe/Berlin", "2025-03-30 02:30:00", (0, 1), "2025-03-30T01:30"),
        ("Europe/Berlin", "2025-03-30 03:00:00", (0, 0), "2025-03-30T01:00"),
        ("UTC", "2025-03-30 02:30:00", (0, 0), "2025-03-30T02:30"),
        ("America/Sao_Paulo", "2018-11-04 00:30:00", (0, 1), "2018-11-04T03:30"),
    ],
)
def test_doubtful_times_are_decided_and_counted(
    zone: str, local: str, counted: tuple[int, int], moment: str
) -> None:
    """Twice: the earlier. Never: as far after the change as it says."""
    clock, given = Clock.of(zone), _micros(local)
    assert clock.doubtful(given) == counted
    assert clock.moments(given) == _micros(moment)


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("Europe/Berlin", "2025-03-30", "2025-03-29T23:00:00+00:00"),
        ("America/New_York", "2025-11-03", "2025-11-03T05:00:00+00:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00+00:00"),
        ("UTC", "2024-02-29", "2024-02-29T00:00:00+00:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(zone: str, day: str, moment: str) -> None:
    """Also where midnight itself never came: clocks went from 23:59:59 to 01:00."""
    number = (dt.date.fromisoformat(day) - EPOCH.date()).days
    assert Clock.of(zone).midnight(number).isoformat() == moment
