"""Years of two digits: one century for each, chosen for the column and kept in its schema."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.arrivals import Arrivals
from unchurn.tables.dates import read_dates
from unchurn.tables.short_years import short_years
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import Survey, survey
from unchurn.tables.typing import type_batch


def look(folder: Path, **columns: list[str]) -> Survey:
    """Write columns as a CSV file and survey it."""
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    (folder / "t.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return survey(open_table("t.csv", Data(), folder), Data(), UNSTATED, Silent())


def years(*numbers: int) -> list[str]:
    """Write a day of each year, two digits of it."""
    return [f"{13 + place % 15}/03/{year % 100:02}" for place, year in enumerate(numbers)]


def span(seen: Survey, name: str) -> tuple[str, str]:
    """Return the years that a column ranges over."""
    (each,) = [each for each in seen.columns if each.column.name == name]
    return each.minimum[:4], each.maximum[:4]


BIRTHS = [*range(1935, 2006)]
LAST = ["2024-05-06", "2023-01-02"]


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("dob", BIRTHS, ("1935", "2005")),
        ("dob", range(1935, 1970), ("1935", "1969")),
        ("Geburtsdatum", range(1925, 2025), ("1925", "2024")),
        ("since", range(1965, 2025), ("1965", "2024")),
        ("since", range(2015, 2025), ("2015", "2024")),
        ("since", range(1945, 1970), ("1945", "1969")),
        ("contract_end", range(2024, 2046), ("2024", "2045")),
        ("loan_end", range(1998, 2046), ("1998", "2045")),
        ("since", range(1985, 2000), ("1985", "1999")),
    ],
)
def test_a_column_is_read_in_the_century_that_keeps_it_together(
    tmp_path: Path, name: str, written: range, read: tuple[str, str]
) -> None:
    """The shortest range, births before today, no column wholly after all the others."""
    cells = years(*written)
    seen = look(tmp_path, **{name: cells, "seen": [LAST[n % 2] for n in range(len(cells))]})
    assert span(seen, name) == read
    (said,) = [each for each in seen.findings if each.code == "two-digit-years"]
    assert said.count == len(cells)
    assert f"{read[0]} to {read[1]}" in said.words


def test_births_without_any_other_date_are_not_in_the_future(tmp_path: Path) -> None:
    """The name tells where no other column does."""
    assert span(look(tmp_path, birth=years(*range(1935, 1970))), "birth") == ("1935", "1969")


def test_dense_years_are_a_warning_and_clear_ones_a_note(tmp_path: Path) -> None:
    """Where a gap parts the centuries nothing is doubtful."""
    (said,) = look(tmp_path, dob=years(*range(1925, 2025))).findings
    assert said.severity == "warning"
    (said,) = look(tmp_path, since=years(*range(2010, 2025))).findings
    assert said.severity == "note"


def test_the_turn_of_a_birth_year_is_no_sentinel(tmp_path: Path) -> None:
    """1 January 50 is a birthday of 1950, not a day that stands for never."""
    cells = [f"01/01/{year % 100:02}" for year in range(1945, 1966)]
    (column,) = look(tmp_path, dob=[*cells, "31/12/60"]).columns
    assert column.column.sentinels == ()
    assert column.minimum == "1945-01-01"


def test_a_column_of_whole_years_keeps_its_range_for_shorter_ones(tmp_path: Path) -> None:
    """Training's four digits say what two of them mean when they arrive."""
    cells = [f"13/03/{year}" for year in BIRTHS]
    (column,) = look(tmp_path, dob=cells).columns
    arriving = pa.record_batch({"dob": ["14/05/36", "13/03/1999", None, "02/02/04"]})
    arrivals = Arrivals([column.column], {})
    typed = type_batch(arriving, [column.column], (), arrivals.tally)
    read = [day and day.year for day in typed.column(0).to_pylist()]
    assert read == [1936, 1999, None, 2004]
    (said,) = arrivals.findings()
    assert (said.code, said.severity, said.count) == ("two-digit-years", "note", 2)


def test_a_schema_of_an_earlier_version_reads_as_it_did() -> None:
    """Without a pivot it is 70."""
    plain = Column("d", "date", date_order="dmy").to_plain()
    del plain["pivot"]
    assert Column.from_plain(plain).pivot == 70


@given(
    st.dates(min_value=pa.scalar(0, pa.date32()).as_py()),
    st.sampled_from(["%d/%m/%y", "%d/%m/%Y", "%d %b %y", "%Y-%m-%d", "%d.%m.%y 10:00 -0500"]),
)
def test_two_digits_are_told_from_four(day: object, form: str) -> None:
    """Only years of two digits depend on the pivot."""
    cells = pa.array([format(day, form)])
    read = read_dates(cells, "dmy")
    assert short_years(cells, "dmy", read).tolist() == [form.find("%y") >= 0]
