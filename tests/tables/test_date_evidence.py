"""Which columns are dates, and what in them is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column, ColumnSummary
from unchurn.errors import DataError
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.cells import iso, missing_spellings
from unchurn.tables.day_order import own_order
from unchurn.tables.decimal_mark import Mark
from unchurn.tables.epochs import dated_name
from unchurn.tables.evidence import Evidence
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, _summary, survey
from unchurn.tables.typing import Tally, type_batch

START = dt.datetime(2021, 3, 1, 6, 30)
MOMENTS = [START + dt.timedelta(days=11 * n, seconds=977 * n) for n in range(60)]
Look = Callable[..., Survey]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Write cells as a column of a CSV file (or of a Parquet file) and survey it."""

    def looking(
        cells: list[Any], name: str = "signup", forced: str = "", *, parquet: bool = False
    ) -> Survey:
        path = tmp_path / ("t.parquet" if parquet else "t.csv")
        if parquet:
            pq.write_table(pa.table({name: cells}), path)
        else:
            path.write_text(f"{name},k\n" + "".join(f'"{cell}",k\n' for cell in cells))
        table = open_table(path.name, Data(), tmp_path)
        return survey(table, Data(), Stated({name: forced} if forced else {}), Silent())

    return looking


def first(seen: Survey) -> ColumnSummary:
    """Return the first column's summary."""
    return seen.columns[0]


@pytest.mark.parametrize(
    ("epoch", "scale"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)]
)
@pytest.mark.parametrize("parquet", [False, True])
def test_numbers_of_a_column_named_so_are_moments(
    look: Look, epoch: str, scale: int, parquet: bool
) -> None:
    """Epochs of every unit, as text and as stored numbers, are the same moments."""
    cells = [int((each - dt.datetime(1970, 1, 1)).total_seconds()) * scale for each in MOMENTS]
    found = first(look(cells, parquet=parquet))
    assert (found.column.kind, found.column.epoch) == ("date", epoch)
    assert (found.minimum, found.unreadable) == ("2021-03-01 06:30:00", 0)
    typed = type_batch(pa.record_batch({"signup": pa.array(cells)}), [found.column])
    text = type_batch(pa.record_batch({"signup": [str(each) for each in cells]}), [found.column])
    assert typed["signup"].to_pylist() == text["signup"].to_pylist() == MOMENTS


def test_serial_days_of_a_spreadsheet_are_days(look: Look) -> None:
    """Days since 1900 with the leap day that never was; fractions are times."""
    cells = ["44256.270833333336", "44267", "44278.5"]
    found = first(look(cells, "signup_date"))
    assert (found.column.kind, found.column.epoch) == ("date", "excel")
    assert (found.minimum, found.maximum) == ("2021-03-01 06:30:00", "2021-03-23 12:00:00")


def test_a_spreadsheets_first_days(look: Look) -> None:
    """Serial 1 is 1 January 1900, 59 the 28th of February, 61 the 1st of March, 60 no day."""
    column = Column("x", "date", epoch="excel")
    tally = Tally()
    typed = type_batch(pa.record_batch({"x": ["2", "59", "60", "61", "0"]}), [column], (), tally)
    days = [each and str(each.date()) for each in typed["x"].to_pylist()]
    assert days == ["1900-01-02", "1900-02-28", None, "1900-03-01", None]
    assert tally.unreadable["x"] == 1


@pytest.mark.parametrize(
    "name", ["amount", "total_time", "days_since_signup", "data_usage", "balance"]
)
def test_numbers_of_other_columns_stay_numbers(look: Look, name: str) -> None:
    """A plausible size alone makes no moment of a number."""
    assert first(look([44256, 44300, 45000], name)).column.kind == "number"
    assert first(look([1614580200, 1614580300, 1614590000], name)).column.kind == "number"


def test_eight_digits_that_are_all_days_are_dates_under_any_name(look: Look) -> None:
    """yyyymmdd needs no telling name; one impossible month in ten makes it a number again."""
    cells = [each.strftime("%Y%m%d") for each in MOMENTS]
    assert first(look(cells, "x")).column.kind == "date"
    assert first(look([*cells, *["20211301"] * 6], "x")).column.kind == "number"


def test_stored_numbers_with_gaps_are_the_same_dates(look: Look) -> None:
    """A column of eight digits, or of epochs, that a blank turned into floats."""
    days = [20210301.0, None, 20210303.0]
    found = first(look(days, "x", parquet=True))
    assert (found.column.kind, found.missing, found.maximum) == ("date", 1, "2021-03-03")
    typed = type_batch(pa.record_batch({"x": pa.array(days)}), [found.column])
    assert [each and each.day for each in typed["x"].to_pylist()] == [1, None, 3]
    stamps = first(look([1614580200.5, float("nan"), 1614590000.0], parquet=True))
    assert (stamps.column.epoch, stamps.minimum) == ("s", "2021-03-01 06:30:00.500000")


def test_a_year_alone_is_a_date_only_where_the_name_says_so(look: Look) -> None:
    """2019 under `signup` is its first day; under `size` it is a number."""
    assert first(look([2019, 2020, 2021])).minimum == "2019-01-01"
    assert first(look([2019, 2020, 2021], "size")).column.kind == "number"


def test_dates_and_serials_in_one_column_are_both_read(look: Look) -> None:
    """A sheet whose dates came half as text is one column of dates."""
    found = first(look(["2021-03-01", "44257", "44258", "2021-03-04"], "start_date"))
    assert (found.column.kind, found.unreadable, found.maximum) == ("date", 0, "2021-03-04")


def test_words_for_no_date_are_missing_and_said(look: Look) -> None:
    """A tenth TBD leaves dates; the finding names the words with counts."""
    seen = look(["TBD" if n % 10 == 0 else str(each) for n, each in enumerate(MOMENTS)])
    found = first(seen)
    assert (found.column.kind, found.missing, found.unreadable) == ("date", 6, 0)
    (said,) = [each for each in seen.findings if each.column == "signup"]
    assert (said.code, said.count) == ("missing-spelling", 6)
    assert "'TBD' (6)" in said.words
    assert (found.as_dates, found.unread) == (54, (("TBD", 6),))


@pytest.mark.parametrize("none", ["n.a.", "NaT", "k.A.", "k. A."])
def test_days_are_dates_though_most_rows_say_that_there_is_none(look: Look, none: str) -> None:
    """What pandas and German clerks write counts as n.a. does, in the letters they use."""
    found = first(look([none if n % 3 else str(each.date()) for n, each in enumerate(MOMENTS)]))
    assert (found.column.kind, found.missing, found.unreadable) == ("date", 40, 0)


def test_words_for_no_date_stay_categories_elsewhere(look: Look) -> None:
    """A column of open, never and pending holds no date."""
    assert first(look(["open", "never", "pending", "open"])).column.kind == "category"


def test_a_column_of_half_dates_says_what_it_holds(look: Look) -> None:
    """The figures count what reads as a date, as a number, and the commonest of the rest."""
    cells = [
        str(MOMENTS[n]) if n % 2 else ("7" if n % 4 else f"see note {n % 3}") for n in range(60)
    ]
    found = first(look(cells))
    assert found.column.kind in ("category", "text")
    assert (found.as_dates, found.as_numbers) == (30, 15)
    assert found.unread[0] == ("see note 0", 5)
    assert sum(rows for _, rows in found.unread) == 15


@pytest.mark.parametrize(
    "day", ["1970-01-01", "2099-12-31", "9999-12-31", "1900-01-01", "2222-02-02"]
)
def test_days_that_stand_apart_are_missing(look: Look, day: str) -> None:
    """A third of the cells far from all others: nobody signed up then."""
    seen = look([day if n % 3 == 0 else str(each.date()) for n, each in enumerate(MOMENTS)])
    assert (first(seen).missing, first(seen).column.sentinels) == (20, (day,))
    assert first(seen).maximum < "2023"
    assert [each.code for each in seen.findings if each.column == "signup"] == ["sentinel"]


def test_days_among_others_of_their_time_are_days(look: Look) -> None:
    """1970-01-01 is a birthday where others are of its time."""
    found = first(look(["1970-01-01", "1968-05-06", "1971-08-09"], "birth_date"))
    assert (found.missing, found.minimum) == (0, "1968-05-06")


def test_zero_in_a_column_of_epochs_is_missing(look: Look) -> None:
    """0 and -1 say that there was no moment, in seconds as in days of eight digits."""
    found = first(look([1614580200 + 90000 * n for n in range(20)] + [0, 0]))
    assert (found.missing, found.unreadable, found.column.kind) == (2, 0, "date")
    days = first(look([20210301 + n for n in range(20)] + ["0", "-1"]))
    assert (days.missing, days.unreadable, days.column.kind) == (2, 0, "date")


def test_months_with_a_dot_are_dates_where_the_name_says_so(look: Look) -> None:
    """01.2024 is a month under a name of dates, and a number elsewhere."""
    cells = ["01.2020", "11.2021", "07.2022"]
    assert first(look(cells, "Vertragsbeginn")).maximum == "2022-07-01"
    assert first(look(cells, "size")).column.kind == "number"


def test_a_day_that_always_means_none_is_missing_though_training_had_none() -> None:
    """9999-12-31 arrives for the first time."""
    typed = type_batch(pa.record_batch({"x": ["9999-12-31"]}), [Column("x", "date")])
    assert typed["x"].null_count == 1


def test_moments_beyond_the_years_are_unreadable() -> None:
    """A stored moment of the year 30000 is counted, not clipped."""
    late = pa.array([np.datetime64("30000-01-01", "us")])
    tally = Tally()
    typed = type_batch(pa.record_batch({"x": late}), [Column("x", "date")], (), tally)
    assert (typed["x"].null_count, tally.unreadable["x"]) == (1, 1)


@pytest.mark.parametrize(
    "cells", [[1614580200, 1614580300], ["44256", "44257"], ["202103", "202104"]]
)
def test_a_forced_date_reads_numbers_too(look: Look, cells: list[Any]) -> None:
    """types = { x = "date" } reads epochs, serials and compact months whatever the name."""
    found = first(look(cells, "x", "date"))
    assert (found.column.kind, found.minimum[:7], found.unreadable) == ("date", "2021-03", 0)


@pytest.mark.parametrize(
    ("kind", "cells"), [("date", ["red", "blue", "red"]), ("number", ["a", "1", "b"])]
)
def test_forcing_what_cannot_be_names_the_cells(look: Look, kind: str, cells: list[str]) -> None:
    """The count, the commonest spellings and the first rows are in the refusal."""
    with pytest.raises(DataError) as refused:
        look(cells, "x", kind)
    message = refused.value.message
    assert f"'x' is a {kind}" in message
    assert repr(cells[0]) in message
    assert "first in rows 1, " in message


_CELLS = st.sampled_from(
    [
        "2021-03-01", "2021-03-01 10:11:12", "31/03/2021", "03/31/2021", "02/03/2021", "1.2.2021",
        "5 May 2021", "Mai 2021", "2021Q2", "2021-W05", "1614580200", "1614580200000", "44256",
        "44256.5", "20210301", "202103", "2021", "01.2021", "0", "-1", "", "TBD", "-", "never",
        "0000-00-00", "9999-12-31", "1970-01-01", "2099-12-31", "31/02/2021", "soon", "5", "1e400",
        "21-03-31", "2021-31-03", "$5", "(3)", "31032021", "2021-03-01T10:00:00 Europe/Berlin",
    ]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=30)
@given(
    cells=st.lists(_CELLS, min_size=1, max_size=12),
    name=st.sampled_from(["signup_date", "x", "last_login"]),
    repeat=st.integers(1, 40),
    forced=st.booleans(),
    pivot=st.sampled_from([1, 35, 70, 100]),
)
def test_what_was_counted_is_what_is_typed(
    cells: list[str], name: str, repeat: int, forced: bool, pivot: int
) -> None:
    """Of any mixture, rows that became missing and unreadable are those that are typed null."""
    evidence = Evidence(missing_spellings(), forced, dated_name(name))
    rows = cells * repeat + ["2021-05-06"] * 2
    for part in (rows[: len(cells)], rows[len(cells) :]):
        evidence.add(pa.array(part, pa.string()))
    summary = _summary(
        name,
        evidence,
        "date" if forced else None,
        Mark(".", "file"),
        own_order(evidence.dates).order,
        pivot,
    )
    tally = Tally()
    typed = type_batch(pa.record_batch({name: rows}), [summary.column], (), tally)[name]
    if summary.column.kind == "date":
        assert tally.unreadable[name] == summary.unreadable
        assert typed.null_count == summary.missing + summary.unreadable
        known = typed.drop_null().to_numpy(zero_copy_only=False)
        assert iso(known.min() if len(known) else None) == summary.minimum
        assert iso(known.max() if len(known) else None) == summary.maximum
