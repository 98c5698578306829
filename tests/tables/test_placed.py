"""Columns known by their places alone: what holds another column's cells is doubted."""

from __future__ import annotations

import pyarrow as pa
import pytest

from unchurn.artefacts import Column, Difference
from unchurn.tables.placed import Placed

COLUMNS = (
    Column("c1", "text", "id"),
    Column("c2", "number", forms=("bare", "whole")),
    Column("c3", "number", forms=("bare",)),
    Column("c4", "number", forms=("bare",)),
)
RANGES = {"c2": (1.0, 72.0), "c3": (10.0, 120.0), "c4": (500.0, 900.0)}


def doubted(columns: tuple[Column, ...] = COLUMNS, **cells: list[float | None]) -> list[Difference]:
    """Look at a list in two batches."""
    placed = Placed(columns, RANGES)
    rows = pa.record_batch({name: pa.array(each, pa.float64()) for name, each in cells.items()})
    placed.look(rows.slice(0, 2))
    placed.look(rows.slice(2))
    return placed.doubts()


def test_exchanged_columns_of_five_rows_are_told() -> None:
    """Where training had whole numbers none is whole, and each column fits the other's place."""
    c2, c3 = [12.0, 71.0, 30.0, 44.0, 15.0], [50.25, 11.5, 40.75, 60.1, 19.9]
    assert doubted(c2=c2, c3=c3, c4=[600.0] * 5) == []
    (said,) = doubted(c2=c3, c3=c2, c4=[600.0] * 5)
    assert said.grave
    assert said.brief == "'c2' and 'c3' look exchanged"
    assert "none of its 5 cells is a whole number" in said.words


def test_cells_outside_the_range_that_fit_no_other_place() -> None:
    """It is said of the column alone."""
    (said,) = doubted(c2=[3.0, 4.0, 5.0], c3=[20.5, 30.5, 40.5], c4=[1.0, 2.5, 3.0])
    assert (said.column, said.grave, said.count) == ("c4", True, 3)
    assert "none of its 3 cells lies in training's 500 to 900" in said.words


@pytest.mark.parametrize("c4", [[1.0, 2.0], [1.0, 2.0, 600.0], [1.0, None, None, None]])
def test_few_cells_or_one_that_fits_are_no_evidence(c4: list[float | None]) -> None:
    """One customer may be beyond all that training saw."""
    rows = len(c4)
    assert doubted(c2=[3.0] * rows, c3=[20.5] * rows, c4=c4) == []


def test_an_earlier_schema_is_judged_by_its_ranges_only() -> None:
    """Whether training's numbers were whole is not known."""
    old = tuple(Column(each.name, each.kind, each.role) for each in COLUMNS)
    assert doubted(old, c2=[3.5, 4.5, 5.5], c3=[20.5] * 3, c4=[600.0] * 3) == []
