"""Dates years away from all that training saw are said, with what they may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from arrived_cells import arrived, codes, ranged, trained
from unchurn.artefacts import Column
from unchurn.tables.far_numbers import Range

DAYS = [date(2022, 1, 1) + timedelta(days=17 * number % 900) for number in range(300)]
ISO = [day.isoformat() for day in DAYS]


def learnt(folder: Path, cells: list[str]) -> tuple[list[Column], dict[str, Range]]:
    """Learn the column `created_at`."""
    columns = trained(folder, created_at=cells)
    return columns, ranged(columns, created_at=cells)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("0023-05-01", "write its year in four digits"),
        ("1402-05-01", "perhaps 2023"),
        ("1444-05-01", "perhaps 2023"),
        ("2566-05-01", "perhaps 2023"),
        ("2032-05-01", "check its year"),
        ("1990-05-01", "check its year"),
    ],
)
def test_a_year_far_from_all_of_training(tmp_path: Path, cell: str, why: str) -> None:
    """One such cell suffices; it keeps its meaning."""
    columns, seen = learnt(tmp_path, ISO)
    (said,) = arrived(columns, seen, created_at=["2022-02-02", cell, ""]).findings()
    assert codes([said]) == [("misread-date", 1)]
    assert said.words.startswith("1 cell of 'created_at' lies years outside training's 2022-01-01")
    assert repr(cell) in said.words
    assert why in said.words


def test_a_list_may_go_on_where_training_ended(tmp_path: Path) -> None:
    """Some years on, and as far back as training itself reached."""
    columns, seen = learnt(tmp_path, ISO)
    assert list(arrived(columns, seen, created_at=["2027-01-01", "2019-02-01"]).findings()) == []
    births = [f"{1940 + number % 65}-06-01" for number in range(300)]
    columns, seen = learnt(tmp_path, births)
    assert list(arrived(columns, seen, created_at=["1921-01-01", "2006-01-01"]).findings()) == []


@pytest.mark.parametrize(("scale", "cell"), [(1000, 1_700_000_000), (10**6, 1_700_000_000_000)])
def test_seconds_among_milliseconds_are_of_1970(tmp_path: Path, scale: int, cell: int) -> None:
    """As text and as numbers of their own; training's unit is that of every list."""
    moments = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in DAYS]
    columns, seen = learnt(tmp_path, [str(int(each.timestamp()) * scale) for each in moments])
    for cells in ([str(cell)], [cell]):
        (said,) = arrived(columns, seen, created_at=cells).findings()
        assert codes([said]) == [("misread-date", 1)]
        assert "another unit" in said.words
    assert list(arrived(columns, seen, created_at=[1_700_000_000 * scale]).findings()) == []


def test_moments_stored_as_such_are_looked_at_too(tmp_path: Path) -> None:
    """The first year of all, and the last."""
    columns, seen = learnt(tmp_path, ISO)
    days = pa.array([date(1, 1, 2), date(9999, 1, 2), DAYS[0], None]).cast(pa.timestamp("us"))
    assert codes(arrived(columns, seen, created_at=days).findings()) == [("misread-date", 2)]
