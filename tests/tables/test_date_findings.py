"""Dates of a table that name no day or lie years from all others are findings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from arrived_cells import codes, surveyed

ISO = [str(date(2022, 1, 1) + timedelta(days=17 * number % 900)) for number in range(300)]


@pytest.mark.parametrize("name", ["since", "x"])
@pytest.mark.parametrize("cell", ["2023", "2023-05", "May 2023", "202305"])
def test_a_year_or_a_month_among_days(tmp_path: Path, name: str, cell: str) -> None:
    """Whatever the column's name says of dates; the cell is read, and not called missing."""
    found = surveyed(tmp_path, **{name: [*ISO[:298], cell, cell]})
    assert codes(found.findings) == [("no-day", 2)]
    assert repr(cell) in found.findings[0].words
    assert found.columns[1].unreadable == 0


@pytest.mark.parametrize("year", ["0023", "1402", "2032", "2566"])
def test_a_year_that_stands_alone(tmp_path: Path, year: str) -> None:
    """Years without any date part it from all others."""
    found = surveyed(tmp_path, since=[*ISO[:299], f"{year}-05-02"])
    assert codes(found.findings) == [("far-dates", 1)]
    assert year in found.findings[0].words
    assert "2022 to 2024" in found.findings[0].words


@pytest.mark.parametrize(
    "cells",
    [
        ISO,
        [f"{2000 + number % 20}-{1 + number % 12:02}" for number in range(300)],
        [*(f"{1945 + number % 60}-06-02" for number in range(299)), "1921-06-02"],
        [*(f"{2012 + number % 13}-06-02" for number in range(299)), "2027-06-02"],
        [f"{2566 + number % 3}-05-02" for number in range(300)],
    ],
)
def test_dates_that_keep_together_are_nothing_to_say(tmp_path: Path, cells: list[str]) -> None:
    """Months alone, the oldest customer, a contract that runs on, another calendar throughout."""
    assert surveyed(tmp_path, since=cells).findings == ()
