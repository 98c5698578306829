from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from unchurn.artefacts import ROW, Column
from unchurn.tables.typing import Tally, type_batch


def typed(cells: pa.Array, column: Column, **more: Any) -> list[Any]:
    """Type one column's cells."""
    batch = pa.record_batch({ROW: pa.array(range(1, len(cells) + 1), pa.int64()), "x": cells})
    made = type_batch(batch, [column], **more)
    assert made.schema.names == [ROW, "x"]
    return list(made.column("x").to_pylist())


NUMBER = Column("x", "number")


@pytest.mark.parametrize(
    ("cells", "column", "values"),
    [
        (["1", " 2.5 ", "", "oops", "inf"], NUMBER, [1, 2.5, None, None, None]),
        (["1,5", "1.234"], Column("x", "number", decimal=","), [1.5, 1234]),
        (["-999", "1"], Column("x", "number", sentinels=("-999",)), [None, 1]),
        ([1, None, -999], Column("x", "number", sentinels=("-999",)), [1, None, None]),
        ([1.5, float("nan"), float("inf")], NUMBER, [1.5, None, None]),
        ([" a ", "NA", None, "None"], Column("x", "category"), ["a", None, None, "None"]),
        ([1.0, 2.5, None], Column("x", "category"), ["1", "2.5", None]),
        ([415, None], Column("x", "category"), ["415", None]),
        (["007 ", " ", None, "NA"], Column("x", "number", "id"), ["007 ", None, None, "NA"]),
        ([12345678901.0, None], Column("x", "text", "id"), ["12345678901", None]),
        ([2**53 + 1], Column("x", "text", "id"), [str(2**53 + 1)]),
        (
            ["31/12/2024", "9999-12-31"],
            Column("x", "date", date_order="dmy", sentinels=("9999-12-31",)),
            [dt.datetime(2024, 12, 31), None],
        ),
        ([dt.datetime(2024, 1, 1)], Column("x", "category"), ["2024-01-01"]),
    ],
    ids=str,
)
def test_cells_become_their_columns_kind(cells: list[Any], column: Column, values: Any) -> None:
    """Text and native cells are read by the same rules; what cannot be is missing."""
    assert typed(pa.array(cells), column) == values


def test_what_could_not_be_read_is_counted_by_row() -> None:
    """Repeated cells count as often as they stand in the table."""
    tally = Tally()
    typed(pa.array(["x", "x", "1", "inf", "inf", ""]), NUMBER, tally=tally)
    assert (tally.unreadable["x"], tally.infinite["x"], tally.present["x"]) == (2, 2, 5)
    quick = Tally()
    typed(pa.array(["1", "1e400", None]), NUMBER, tally=quick)
    assert (quick.unreadable["x"], quick.infinite["x"], quick.present["x"]) == (0, 1, 2)


def test_a_users_missing_spelling_holds_for_plain_numbers() -> None:
    """[data] missing is heeded on the quick way too."""
    assert typed(pa.array(["1", "999"]), NUMBER, missing=("999",)) == [1, None]


def test_columns_come_in_the_order_asked_for() -> None:
    """The batch's own order does not matter, and other columns are left out."""
    batch = pa.record_batch({"b": ["1"], "c": ["x"], "a": ["2"]})
    made = type_batch(batch, [Column("a", "number"), Column("b", "number")])
    assert made.schema.names == ["a", "b"]


def test_cells_are_brought_to_the_schemas_unit() -> None:
    """A unit is stored, so that a later table in another is the same numbers."""
    column = Column("x", "number", unit="GB")
    tally = Tally()
    cells = pa.array(["512 MB", "3 GB", "2", "3 h", "-", "n.a.", ""])
    assert typed(cells, column, tally=tally) == [0.512, 3, 2, None, None, None, None]
    assert (tally.unreadable["x"], tally.present["x"]) == (1, 4)


def test_missing_spellings_depend_on_the_columns_kind_alone() -> None:
    """A dash is missing among numbers and dates, whatever stands beside it; a category keeps it."""
    cells = pa.array(["-", "None", "#N/A"])
    assert typed(cells, NUMBER) == [None] * 3
    assert typed(cells, Column("x", "date")) == [None] * 3
    assert typed(cells, Column("x", "category")) == ["-", "None", "#N/A"]


def test_cells_in_the_other_decimal_mark_are_counted() -> None:
    """12.5 where the schema says comma is unreadable, and known for what it is."""
    tally = Tally()
    column = Column("x", "number", decimal=",")
    cells = pa.array(["12.5", "1,5", "1.234", "7", "oops"])
    assert typed(cells, column, tally=tally) == [None, 1.5, 1234, 7, None]
    assert (tally.unreadable["x"], tally.other_mark["x"]) == (2, 1)


@pytest.mark.parametrize("decimal", [".", ","])
def test_whole_numbers_take_the_quick_way_under_either_mark(decimal: Any) -> None:
    """Whole numbers and blanks are the same with and without a neighbour that is none."""
    column = Column("x", "number", decimal=decimal)
    assert typed(pa.array(["12", None, "7"]), column) == [12, None, 7]
    assert typed(pa.array(["12", None, "7", "x"]), column) == [12, None, 7, None]
