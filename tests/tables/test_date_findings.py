"""Dates of a table that name no day or lie years from all others are findings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arrived_cells import arrived, codes, surveyed
from unchurn.artefacts import Column
from unchurn.tables.cells import missing_spellings
from unchurn.tables.date_findings import date_findings
from unchurn.tables.epochs import dated_name
from unchurn.tables.evidence import Evidence
from unchurn.tables.forms import days_not_named
from unchurn.tables.kinds import decide

TURKISH = ["Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"]
FINNISH = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka"]
ISO = [str(date(2022, 1, 1) + timedelta(days=17 * number % 900)) for number in range(300)]


@pytest.mark.parametrize("name", ["since", "x"])
@pytest.mark.parametrize("cell", ["2023", "2023-05", "May 2023", "202305"])
def test_a_year_or_a_month_among_days(tmp_path: Path, name: str, cell: str) -> None:
    """Whatever the column's name says of dates; the cell is read, and not called missing."""
    found = surveyed(tmp_path, **{name: [*ISO[:298], cell, cell]})
    assert codes(found.findings) == [("no-day", 2)]
    assert repr(cell) in found.findings[0].words
    assert found.columns[1].unreadable == 0


def test_days_and_months_that_a_spreadsheet_exchanged(tmp_path: Path) -> None:
    """All days that could be months were stored as dates, and all others left as text, with either first."""
    for written in ("{2}/{1}/{0}", "{1}.{2}.{0}"):
        days = [(each, each.split("-")) for each in ISO]
        mixed = [
            f"{y}-{d}-{m}" if int(d) < 13 else written.format(y, m, d) for _, (y, m, d) in days
        ]
        found = surveyed(tmp_path, since=mixed)
        assert ("exchanged-days", sum(int(d) < 13 for _, (*_, d) in days)) in codes(found.findings)
        some = [*mixed[:-1], "2024-05-13"]
        assert "exchanged-days" not in dict(codes(surveyed(tmp_path, since=some).findings))
    assert "exchanged-days" not in dict(codes(surveyed(tmp_path, since=ISO).findings))


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
        [f"{1 + n % 28} {TURKISH[n % 12]} {2020 + n % 4}" for n in range(300)],
        [f"{1 + n % 28}. {FINNISH[n % 10]}kuuta {2020 + n % 4}" for n in range(300)],
    ],
)
def test_dates_that_keep_together_are_nothing_to_say(tmp_path: Path, cells: list[str]) -> None:
    """Months alone, the oldest customer, a contract that runs on, months that begin as a trimester."""
    assert surveyed(tmp_path, since=cells).findings == ()


@pytest.mark.parametrize(
    ("year", "calendar"),
    [
        (2566, "Buddhist"),
        (1445, "Islamic (lunar Hijri)"),
        (1402, "Solar Hijri (Persian)"),
        (2080, "Bikram Sambat (Nepali)"),
        (112, "Minguo (Republic of China)"),
    ],
)
def test_dates_of_another_calendar(tmp_path: Path, year: int, calendar: str) -> None:
    """They are read as they stand, and compared with each other alone."""
    cells = [f"{year + number % 3}-05-02" for number in range(300)]
    found = surveyed(tmp_path, since=cells)
    assert codes(found.findings) == [("other-calendar", 300)]
    assert f"in the {calendar} calendar" in found.findings[0].words
    assert found.columns[1].column.kind == "date"


@pytest.mark.parametrize(
    "form", ["{y}/{m:02}/17", "{y}.{m:02}.17", "{y}-{m}-17", "民國{y}年{m}月17日"]
)
def test_years_of_three_digits(tmp_path: Path, form: str) -> None:
    """As Taiwan writes them; they are no telephone numbers."""
    cells = [form.format(y=105 + n % 9, m=n % 12 + 1) for n in range(300)]
    found = surveyed(tmp_path, since=cells)
    assert (found.columns[1].column.kind, codes(found.findings)) == (
        *("date", [("other-calendar", 300)]),
    )
    low = [*(f"099/0{n % 9 + 1}/17" for n in range(40)), *cells[40:]]
    assert surveyed(tmp_path, since=low).columns[1].unreadable == 0


def test_contracts_that_end_in_many_years_are_of_our_calendar(tmp_path: Path) -> None:
    """Mortgages run to 2065, from the next years on."""
    cells = [f"{2030 + n % 36}-05-02" for n in range(300)]
    assert "other-calendar" not in dict(codes(surveyed(tmp_path, matures=cells).findings))


def test_times_of_which_some_name_a_zone(tmp_path: Path) -> None:
    """They are brought to UTC, the others read as they stand."""
    cells = [f"{day} 10:15:00" for day in ISO]
    zoned = [f"{cell}+02:00" if n % 100 == 3 else cell for n, cell in enumerate(cells)]
    assert codes(surveyed(tmp_path, since=zoned).findings) == [("mixed-zones", 3)]
    assert surveyed(tmp_path, since=cells).findings == ()
    assert surveyed(tmp_path, since=[f"{cell}Z" for cell in cells]).findings == ()


CELLS = st.sampled_from(
    [
        "2021-03-01", "2021-03-01 10:11:12", "31/03/2021", "02/03/2021", "1.2.2021", "5 May 2021",
        "Mai 2021", "2021Q2", "2021-W05", "20210301", "202103", "2021", "01.2021", "0", "", "TBD",
        "2099-12-31", "2566-01-03", "0021-03-01", "2021-03-01T10:00:00 Europe/Berlin",
        "2021-03-01T10:00:00Z", "2021-03-01T10:00:00[Europe/Berlin]", "Mon, 1 Mar 2021 10:00 +0200",
    ]
)  # fmt: skip


def judged(name: str, batches: list[list[str]]) -> tuple[Column, tuple[object, ...]]:
    """What a column's batches come to: how it is read, and what is said of its dates."""
    evidence = Evidence(missing_spellings(), dated=dated_name(name))
    for cells in batches:
        evidence.add(pa.array(cells, pa.string()))
    column = decide(name, evidence)
    dates = evidence.dates
    years = dates.seen(column.date_order).years
    said = [*date_findings(column, evidence)] if column.kind == "date" else []
    return column, (said, +years, days_not_named(evidence), dates.forms)


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data(), name=st.sampled_from(["since", "x"]))
def test_neither_order_nor_batches_change_what_is_said(data: st.DataObject, name: str) -> None:
    """Shuffled and cut anywhere; and of what training had, nothing is new in a list of it."""
    pool = data.draw(st.lists(CELLS, min_size=1, max_size=4))
    cells = ["2021-05-06", *data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=20))]
    mixed = data.draw(st.permutations(cells))
    cut = data.draw(st.integers(0, len(cells)))
    whole = judged(name, [cells])
    assert judged(name, [mixed[:cut], mixed[cut:]]) == whole
    column = whole[0]
    if column.kind == "date":
        new = [*arrived([column], **{name: mixed}).findings()]
        assert [each for each in new if each.code.startswith("written")] == []
