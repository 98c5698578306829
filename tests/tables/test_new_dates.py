"""Dates that arrive written as training's never were: said with a count and an example."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from arrived_cells import arrived, codes, trained

DAYS = [date(2022, 1, 1) + timedelta(days=17 * number % 900) for number in range(400)]
EARLY = sorted({day for day in DAYS if day.day <= 12 and day.day != day.month})[:60]
EUROPE, STATES = "%d/%m/%Y", "%m/%d/%Y"


@pytest.mark.parametrize(("here", "there"), [(EUROPE, STATES), (STATES, EUROPE)])
def test_a_list_whose_dates_do_not_tell_day_from_month(
    tmp_path: Path, here: str, there: str
) -> None:
    """Eight different ones suffice where most of training's dates told."""
    columns = trained(tmp_path, since=[day.strftime(here) for day in DAYS])
    (said,) = arrived(columns, since=[day.strftime(there) for day in EARLY[:9]]).doubts()
    assert codes([said]) == [("either-date-order", 9)]
    assert "first, as in training" in said.words
    assert arrived(columns, since=[day.strftime(there) for day in EARLY[:6]]).doubts() == []
    assert arrived(columns, since=[EARLY[0].strftime(there)] * 50).doubts() == []
    assert arrived(columns, since=[day.strftime(here) for day in DAYS]).doubts() == []
    assert arrived(columns, since=[day.isoformat() for day in EARLY]).doubts() == []


@pytest.mark.parametrize(("here", "there"), [(EUROPE, STATES), (STATES, EUROPE)])
def test_fewer_dates_that_do_not_tell_are_said_with_the_flag(
    tmp_path: Path, here: str, there: str
) -> None:
    """One may well be so by chance, which is a note; several hardly are."""
    columns = trained(tmp_path, since=[day.strftime(here) for day in DAYS])
    for dates, severity in ((1, "note"), (2, "note"), (5, "warning")):
        (said,) = arrived(columns, since=[day.strftime(there) for day in EARLY[:dates]]).findings()
        assert (said.code, said.severity, said.count) == ("either-date-order", severity, dates)
        assert "[columns] date_order" in said.words
        assert "--date-order" in said.words
    told = next(day for day in DAYS if day.day > 12)
    cells = [EARLY[0].strftime(here), told.strftime(here)]
    assert list(arrived(columns, since=cells).findings()) == []


def test_few_dates_of_a_column_that_never_told_are_as_in_training(tmp_path: Path) -> None:
    """Nor are they new where most of training's did not."""
    columns = trained(tmp_path, since=[day.strftime(EUROPE) for day in EARLY])
    assert list(arrived(columns, since=[EARLY[0].strftime(EUROPE)]).findings()) == []


def test_dates_of_which_all_that_tell_contradict_training(tmp_path: Path) -> None:
    """The others are read as training's, and hardly meant so: it is said first of all."""
    columns = trained(tmp_path, since=[day.strftime(EUROPE) for day in DAYS])
    late = [day.strftime(STATES) for day in DAYS if day.day > 12]
    cells = [*(day.strftime(STATES) for day in EARLY[:6]), *late[:2]]
    found = arrived(columns, since=cells)
    (said,) = found.doubts()
    assert (said.code, said.grave, said.count) == ("either-date-order", True, 6)
    assert "all that tell are month first" in said.words
    assert ("other-date-order", 2) in codes(found.findings())


def test_a_few_dates_that_contradict_many(tmp_path: Path) -> None:
    """They are missing, and it is said with what settles it."""
    columns = trained(tmp_path, since=[day.strftime(EUROPE) for day in DAYS])
    late = next(day for day in DAYS if day.day > 12)
    found = arrived(columns, since=[late.strftime(STATES), *(d.strftime(EUROPE) for d in DAYS)])
    assert found.doubts() == []
    said = {each.code: each.words for each in found.findings()}
    assert said.keys() == {"unreadable-cells", "other-date-order"}
    assert "[columns] date_order" in said["other-date-order"]


def test_one_date_that_tells_does_not_tell_of_fifty(tmp_path: Path) -> None:
    """Two lists put together: the few that tell are of one of them."""
    columns = trained(tmp_path, since=[day.strftime(EUROPE) for day in DAYS])
    late = next(day for day in DAYS if day.day > 12).strftime(EUROPE)
    (said,) = arrived(columns, since=[late, *(d.strftime(STATES) for d in EARLY[:50])]).doubts()
    assert codes([said]) == [("either-date-order", 50)]
    assert "only 1 other tells" in said.words


def test_the_first_days_of_a_month_are_no_doubtful_dates(tmp_path: Path) -> None:
    """A list made on the 12th holds days of this month only, where payments are recent."""
    columns = trained(tmp_path, paid=[day.strftime(EUROPE) for day in DAYS])
    recent = [f"{day:02}/11/2024" for day in range(1, 13)]
    assert arrived(columns, paid=recent).doubts() == []


def test_dates_that_never_told_are_as_in_training_unless_they_turn(tmp_path: Path) -> None:
    """All first days of months, day first: then months first is a January of many days."""
    firsts = [date(2015 + number // 12, number % 12 + 1, 1) for number in range(100)]
    columns = trained(tmp_path, since=[day.strftime(EUROPE) for day in firsts])
    assert columns[0].date_order == "dmy"
    assert arrived(columns, since=[day.strftime(EUROPE) for day in firsts[20:80]]).doubts() == []
    (said,) = arrived(columns, since=[day.strftime(STATES) for day in firsts[20:80]]).doubts()
    assert said.code == "either-date-order"


def test_dates_with_the_year_last_in_a_column_of_iso_dates(tmp_path: Path) -> None:
    """They are missing, and it is said what they are and how to write them."""
    columns = trained(tmp_path, since=[day.isoformat() for day in DAYS])
    found = arrived(columns, since=[EARLY[0].strftime(STATES), "03/25/2024", "2024-03-25"])
    last = list(found.findings())[-1]
    assert codes([last]) == [("other-date-order", 2)]
    assert "with the month first, and training's have the year first" in last.words
    assert "2024-12-31" in last.words


@pytest.mark.parametrize("form", ["%Y-%m-%d", EUROPE])
@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2023", "2023-01-01"),
        ("2023-05", "2023-05-01"),
        ("05/2023", "2023-05-01"),
        ("202305", "2023-05-01"),
        ("May 2023", "2023-05-01"),
        ("мая 2023", "2023-05-01"),
        ("2023年5月", "2023-05-01"),
        ("Q2 2023", "2023-04-01"),
        ("2023-W05", "2023-01-30"),
    ],
)
def test_a_date_that_names_no_day_among_days(
    tmp_path: Path, form: str, cell: str, read: str
) -> None:
    """It is the first day of what it names, which is said."""
    columns = trained(tmp_path, since=[day.strftime(form) for day in DAYS])
    (said,) = arrived(columns, since=["", cell, DAYS[0].strftime(form)]).findings()
    assert codes([said]) == [("written-no-day", 1)]
    assert repr(cell) in said.words
    assert f"read as {read}" in said.words


@pytest.mark.parametrize(
    "cell",
    [
        "20230523",
        "23 May 2023",
        "2023年5月23日",
        "2023-05-23T10:00:00Z",
        "2023/5/23 10:00 AM",
        "2023-05-23 10:00 Uhr",
    ],
)
def test_another_spelling_of_a_day_is_read_and_needs_no_words(tmp_path: Path, cell: str) -> None:
    """What can be meant in one way only is read so."""
    columns = trained(tmp_path, since=[day.isoformat() for day in DAYS])
    assert list(arrived(columns, since=[cell]).findings()) == []


def test_months_among_months_are_nothing_new(tmp_path: Path) -> None:
    """Where training named months, days and months may arrive."""
    columns = trained(tmp_path, since=[f"{2015 + n % 9}-{1 + n % 12:02}" for n in range(300)])
    assert list(arrived(columns, since=["2023-05", "2023-05-17"]).findings()) == []


def test_a_number_in_a_column_of_days_may_be_a_year(tmp_path: Path) -> None:
    """JSON has numbers of its own."""
    columns = trained(tmp_path, since=[day.isoformat() for day in DAYS])
    assert codes(arrived(columns, since=[2023]).findings()) == [("written-no-day", 1)]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2023-05-01T23:30:00-02:00", "2023-05-02 01:30:00"),
        ("2023-05-01 23:30 CET", "2023-05-01 22:30:00"),
        ("2023-05-01 23:30:00[Europe/Berlin]", "2023-05-01 21:30:00"),
        ("2023-05-01 11:30 pm America/New_York", "2023-05-02 03:30:00"),
        ("Mon, 01 May 2023 10:00:00 +0200", "2023-05-01 08:00:00"),
    ],
)
def test_a_zone_where_training_had_none(tmp_path: Path, cell: str, read: str) -> None:
    """Training's hours were those of its own clocks; these are moved to UTC."""
    columns = trained(tmp_path, since=[f"{day} 10:00" for day in DAYS])
    (said,) = arrived(columns, since=[cell]).findings()
    assert codes([said]) == [("written-zone", 1)]
    assert f"read as {read}" in said.words
    columns = trained(tmp_path, since=[f"{day} 10:00+05:00" for day in DAYS])
    assert list(arrived(columns, since=[cell]).findings()) == []


def test_no_zone_where_all_of_training_had_one(tmp_path: Path) -> None:
    """Training was moved to UTC, and these hours are not; a Z says that nothing is to be moved."""
    columns = trained(tmp_path, since=[f"{day} 10:00+05:00" for day in DAYS])
    for cell in ("2023-05-01 10:00", "2023-05-01", "1 May 2023 10:00"):
        (said,) = arrived(columns, since=[cell, "2023-05-01T10:00:00Z"]).findings()
        assert codes([said]) == [("written-local", 1)]
    columns = trained(tmp_path, since=[f"{day} 10:00Z" for day in DAYS])
    assert list(arrived(columns, since=["2023-05-01 10:00"]).findings()) == []


def test_a_year_among_months_names_no_month(tmp_path: Path) -> None:
    """Training named months and no days: a year alone is still less."""
    columns = trained(tmp_path, since=[f"{2015 + n % 9}-{1 + n % 12:02}" for n in range(300)])
    assert codes(arrived(columns, since=["2023", "2023-05"]).findings()) == [
        ("written-no-month", 1)
    ]


def test_moments_stored_as_such_are_nothing_new(tmp_path: Path) -> None:
    """Parquet and Excel hold no spelling."""
    columns = trained(tmp_path, since=[day.isoformat() for day in DAYS])
    assert (
        list(arrived(columns, since=pa.array(DAYS[:3]).cast(pa.timestamp("us"))).findings()) == []
    )
