"""Columns that are called dates: months, weeks and days in digits are read, the rest is said."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrived_cells import surveyed
from unchurn.artefacts import ColumnSummary
from unchurn.tables.cells import missing_spellings
from unchurn.tables.date_columns import read_column
from unchurn.tables.digit_dates import read_digits
from unchurn.tables.summary import Survey
from unchurn.tables.typing import Tally, type_cells

DRAW = random.Random(7)
DAYS = [date(2019, 1, 1) + timedelta(days=DRAW.randrange(2500)) for _ in range(300)]


def of(found: Survey) -> ColumnSummary:
    return found.columns[1]


def told(found: Survey) -> list[str]:
    return [each.code for each in found.findings if each.column != "id"]


READ = [
    ("join_month", "{0.month}.{0.year}", "month"),
    ("Monat", "{0.month:02}.{0.year}", "month"),
    ("signup_month", "{0:%Y%m}", "month"),
    ("Periode", "{0:%m%Y}", "month"),
    ("MonthKey", "{0:%Y%m}", "month"),
    ("joined_ym", "{0:%Y%m}", "month"),
    ("Cohort", "{0:%Y%m}", "month"),
    ("month", "{0.year}.{0.month}", "month"),
    ("billing_period", "{0.year}.{0.month:02}", "month"),
    ("signup_week", "{0:%G%V}", "week"),
    ("KW", "{0:%G%V}", "week"),
    ("last_order", "{0:%y%m%d}", "day"),
    ("start_date", "{0:%y%m%d}", "day"),
    ("created_at", "{0:%y%m%d}1230", "time"),
    ("login_time", "{0:%y%m%d}123005", "time"),
]


@pytest.mark.parametrize(("name", "form", "part"), READ)
def test_digits_that_the_name_says_are_dates_are_dates(
    tmp_path: Path, name: str, form: str, part: str
) -> None:
    """Each is the day it is of, or the first of its month, or its week's Monday; nothing is asked."""
    found = surveyed(tmp_path, **{name: [form.format(day) for day in DAYS]})
    assert (of(found).column.kind, of(found).unreadable, told(found)) == ("date", 0, [])
    first = {
        "month": lambda day: day.replace(day=1),
        "week": lambda day: day - timedelta(days=day.weekday()),
    }.get(part, lambda day: day)
    cells = pa.array([form.format(day) for day in DAYS])
    typed = type_cells(cells, of(found).column, missing_spellings(()), Tally())
    assert [moment.date() for moment in typed.to_pylist()] == [first(day) for day in DAYS]
    if part == "time":
        assert {moment.hour for moment in typed.to_pylist()} == {12}


@pytest.mark.parametrize(("name", "form", "part"), READ)
def test_stored_numbers_are_read_alike(tmp_path: Path, name: str, form: str, part: str) -> None:
    """A number of Parquet is what its digits are in CSV, but for the zero of 2024.10."""
    cells = [form.format(day) for day in DAYS if not (part == "month" and day.month == 10)]
    column = of(surveyed(tmp_path, **{name: cells})).column
    text = type_cells(pa.array(cells), column, missing_spellings(()), Tally())
    whole = [float(cell) if "." in cell else int(cell) for cell in cells]
    assert type_cells(pa.array(whole), column, missing_spellings(()), Tally()) == text


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("month", [str(n % 12 + 1) for n in range(300)]),
        ("week", [str(n % 53 + 1) for n in range(300)]),
        ("join_month", [str(2019 + n % 7) for n in range(300)]),
        ("period", [str(n * 7919 % 250_000) for n in range(300)]),
        ("spend_last_month", [f"{n * 37 % 15000 / 1000 + 1:.4f}" for n in range(300)]),
        ("last_month", [f"{n * 37 % 30000 / 100:.2f}" for n in range(300)]),
        ("last_order", [str(100_000 + n * 2999 % 900_000) for n in range(300)]),
        ("last_order", [f"{n * 37 % 30000 / 100:.2f}" for n in range(300)]),
        ("usage_per_week", [str(n * 1999 % 300_000) for n in range(300)]),
        ("last_call_seconds", [str(n * 1999 % 300_000) for n in range(300)]),
    ],
)
def test_other_numbers_stay_numbers(tmp_path: Path, name: str, cells: list[str]) -> None:
    """A month's number, an amount, a count: nothing is said of them."""
    found = surveyed(tmp_path, **{name: cells})
    assert (of(found).column.kind, told(found)) == ("number", [])


def test_seconds_since_1970_stay_seconds(tmp_path: Path) -> None:
    """Few of them have a month and a day in their digits."""
    cells = [str(1_500_000_000 + n * 999_983 % 200_000_000) for n in range(300)]
    assert of(surveyed(tmp_path, created_at=cells)).column.epoch == "s"


def test_days_of_a_spreadsheet_stay_such(tmp_path: Path) -> None:
    """42019 is a day of January 2015, not April 2019, whatever else it could be."""
    found = of(surveyed(tmp_path, signup_date=[str(41_900 + n % 199) for n in range(300)]))
    assert (found.column.epoch, found.minimum) == ("excel", "2014-09-18")


@pytest.mark.parametrize(
    ("name", "form", "kind", "words"),
    [
        ("Datum", "{0:%d.%m.}", "number", "no year of four digits, such as '01."),
        ("Geburtstag", "{0:%d.%m}", "number", "Write them as 2024-01-31"),
        ("exp_date", "{0:%m/%y}", "category", "read as categories"),
        ("last_day", "{0:%m-%d}", "text", "read as text"),
        ("valid_thru", "{0:%m%y}", "category", "read as categories"),
    ],
)
def test_dates_without_a_year_are_said(
    tmp_path: Path, name: str, form: str, kind: str, words: str
) -> None:
    """They are read as they stand; a column that is not called a date may hold 1.12."""
    cells = [form.format(day) for day in DAYS]
    found = surveyed(tmp_path, **{name: cells})
    (said,) = [each for each in found.findings if each.code != "leading-zeros"]
    assert (of(found).column.kind, said.code) == (kind, "undated")
    assert words in said.words
    assert "undated" not in told(surveyed(tmp_path, rating=cells))


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        ([f"{2019 + n % 5}-{n % 52 + 1:02}" for n in range(300)], "text", "as text"),
        ([f"{n % 12 + 1:02}/{2019 + n % 5}" for n in range(300)], "date", "as months"),
    ],
)
def test_weeks_that_may_be_months_are_said(
    tmp_path: Path, cells: list[str], kind: str, words: str
) -> None:
    """2024-05 in a column of weeks is no month of May."""
    found = surveyed(tmp_path, signup_week=cells)
    assert (of(found).column.kind, told(found)) == (kind, ["undated"])
    assert words in found.findings[0].words
    assert "2024-W05" in found.findings[0].words


@pytest.mark.parametrize("form", ["{0:%d%m%y}", "{0:%m%d%y}", "{0:%y%m%d}"])
def test_six_digits_that_do_not_tell_are_asked(tmp_path: Path, form: str) -> None:
    """The year is last, or days and years are alike: no order is certain."""
    days = [day.replace(year=2019 + day.day % 7) for day in DAYS]
    if form == "{0:%y%m%d}":
        days = [day.replace(day=19 + day.day % 7) for day in days]
    found = surveyed(tmp_path, last_order=[form.format(day) for day in days])
    assert of(found).column.kind != "date"
    assert "dated-numbers" in told(found)


def test_october_that_lost_its_zero_is_said(tmp_path: Path) -> None:
    """2024.1 is January where 2024.10 is there, too."""
    cells = [f"{2019 + n % 5}.{n % 12 + 1}" for n in range(300)]
    assert told(surveyed(tmp_path, month=cells)) == []
    cut = [cell.removesuffix("0") if cell.endswith(".10") else cell for cell in cells]
    found = surveyed(tmp_path, month=cut)
    assert (of(found).column.kind, told(found)) == ("date", ["lost-zeros"])


@settings(deadline=None)
@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.times())
def test_digits_and_moments_are_one(day: date, time: object) -> None:
    """Whatever is written in digits is read back, to the second."""
    clock = f"{time:%H%M%S}"
    for unit, text in (
        ("yymmdd", f"{day:%y%m%d}"),
        ("yymmddhhmm", f"{day:%y%m%d}{clock[:4]}"),
        ("yymmddhhmmss", f"{day:%y%m%d}{clock}"),
    ):
        read = read_digits(np.array([float(text)]), unit)[0].astype("datetime64[s]")  # type: ignore[arg-type]
        seconds = {"yymmdd": "000000", "yymmddhhmm": clock[:4] + "00"}.get(unit, clock)
        assert f"{read.item():%Y-%m-%d %H%M%S}" == f"{day} {seconds}"


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        *(("yymmdd", n) for n in (240231, 241301, 240100, 1_240_101, 240101.5, np.nan, -1)),
        *(("yymmddhhmm", n) for n in (2401012460, 2401012400, 24010112)),
        *(("yyyyww", n) for n in (202454, 202499, 24.5, 2024)),
    ],
)
def test_what_has_no_such_day_is_none(unit: str, number: float) -> None:
    """It is unreadable, and said as such."""
    assert np.isnat(read_digits(np.array([number]), unit)[0])  # type: ignore[arg-type]


def test_a_53rd_week_that_a_year_lacks_is_the_one_after_its_52nd() -> None:
    """As in calendars that count from 1 January on."""
    weeks = read_digits(np.array([202552.0, 202553, 202601, 202000, 202001]), "yyyyww")
    assert weeks.astype("datetime64[D]").astype(str).tolist() == [
        *("2025-12-22", "2025-12-29", "2025-12-29", "2019-12-23", "2019-12-30")
    ]


def test_a_zero_is_no_date(tmp_path: Path) -> None:
    """As in every column of numbers that are dates."""
    cells = ["0" if n % 40 == 3 else f"{day:%y%m%d}" for n, day in enumerate(DAYS)]
    column = of(surveyed(tmp_path, last_order=cells)).column
    assert column.epoch == "yymmdd"
    read = read_column(pa.array(["0", "240517", "2024-05-17", "999999"]), column)
    assert read.readable.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    "form", ["{0.day} III {0.year}", "<{0}>", "{0:%Y_%m_%d}", "{0:%Y-%j}", "/Date({0:%Y}0000)/"]
)
def test_forms_of_dates_that_are_not_read_are_said_where_they_recur(
    tmp_path: Path, form: str
) -> None:
    """A column that is called a date would be categories in silence."""
    cells = [form.format(DAYS[n % 25]) for n in range(300)]
    found = surveyed(tmp_path, since=cells)
    assert (of(found).column.kind, told(found)) == ("category", ["undated"])
    assert "none of the dates that are read" in found.findings[0].words
    assert told(surveyed(tmp_path, code=cells)) == []


def test_what_is_said_of_forms_that_are_not_read_is_of_these_cells(tmp_path: Path) -> None:
    """Not of a word that stands among them, and comes first."""
    cells = ["(open)" if n % 60 == 0 else f"<{DAYS[n % 25]}>" for n in range(300)]
    (said,) = surveyed(tmp_path, since=cells).findings
    assert (said.code, said.count) == ("undated", 295)
    assert f"such as '<{min(DAYS[:25])}>'" in said.words


def test_words_in_a_column_that_is_called_a_date_are_nothing_to_say(tmp_path: Path) -> None:
    """Days of the week, and a plan begun."""
    days = ["Monday", "Tuesday", "Friday", "Saturday", "Sunday", "Day 1"] * 40
    assert told(surveyed(tmp_path, day=days, start=[f"Plan {n % 9}" for n in range(240)])) == []
