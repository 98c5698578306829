"""A day as a flag or a schedule names it."""

from __future__ import annotations

import pytest

from unchurn.errors import ConfigError
from unchurn.pipeline.day import day_of_moment


@pytest.mark.parametrize(
    ("text", "timezone", "day"),
    [
        ("2027-03-01", "Pacific/Auckland", "2027-03-01"),
        ("2027-02-28T23:30:00Z", "Europe/Berlin", "2027-03-01"),
        ("2027-02-28T23:30:00.123Z", "UTC", "2027-02-28"),
        ("2027-03-01T00:30:00+02:00", "UTC", "2027-02-28"),
    ],
)
def test_a_moment_is_of_the_day_that_it_is_there(text: str, timezone: str, day: str) -> None:
    """A schedule tells the moment; a history has its own time zone."""
    assert day_of_moment(text, timezone) == day


@pytest.mark.parametrize(
    "text", ["tomorrow", "2027-3-1", "2027-03-01T05:00:00", "20270301", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_neither_a_day_nor_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="neither a day nor a moment"):
        day_of_moment(text, "UTC")
