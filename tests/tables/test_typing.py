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
