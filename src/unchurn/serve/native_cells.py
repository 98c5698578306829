"""Cells that carry their own types (JSON) → an array for one column; what does not fit is told.

A number is a number: ``"1"`` is refused where the model reads one. A date is text, or a number
where the model's dates are epochs or serials. A category may be a number, since JSON writes
codes as such; it is then spelled the one way. ``true`` is a yes, however training wrote it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from unchurn.artefacts import Column
from unchurn.serve.payloads import Cell
from unchurn.tables.cells import number_text
from unchurn.tables.date_columns import read_column
from unchurn.tables.epochs import WORDS
from unchurn.tables.truth import NATIVE, sides

_LARGEST = int(Decimal(repr(sys.float_info.max)))
"""The largest number as the server's document spells it, a little less than the float itself."""


def native(cells: Sequence[Cell], column: Column) -> tuple[pa.Array, dict[int, str]]:
    """Return the array, null where a cell does not fit, and by place what it should be."""
    wrong: dict[int, str] = {}
    if column.role != "id" and column.kind == "number":
        read = _truth_or_number if column.truth else _number
        return pa.array([read(c, n, wrong) for n, c in enumerate(cells)], pa.float64()), wrong
    if column.role != "id" and column.kind == "date":
        return _dates(cells, column, wrong), wrong
    if column.role == "id" or not column.truth:
        for place, cell in enumerate(cells):
            if isinstance(cell, bool):
                wrong[place] = "text or a number"
    return pa.array([cell_text(cell) for cell in cells], pa.string()), wrong


def _dates(cells: Sequence[Cell], column: Column, wrong: dict[int, str]) -> pa.Array:
    texts = pa.array([cell_text(cell) for cell in cells], pa.string())
    numbers = [n for n, cell in enumerate(cells) if not (cell is None or isinstance(cell, str))]
    if not numbers:
        return texts
    read = read_column(texts.take(pa.array(numbers)), column).readable
    also = f", or {WORDS[column.epoch]}" if column.epoch else ""
    what = f"a date (text such as 2024-01-31{also})"
    for place, readable in zip(numbers, read.tolist(), strict=True):
        if not (column.epoch and readable):
            wrong[place] = what
    return pa.array(
        [None if n in wrong else text for n, text in enumerate(texts.to_pylist())], pa.string()
    )


def cell_text(cell: Cell) -> str | None:
    """Spell a cell as text, numbers the one way."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return NATIVE[cell]
    return number_text(cell) if isinstance(cell, float) else str(cell)


def _truth_or_number(cell: Cell, place: int, wrong: dict[int, str]) -> float | None:
    """Read 1 and 0 where training had just these, yes and no being others of their spellings."""
    if isinstance(cell, str):
        side = int(sides(pa.array([cell]))[0])
        return float(side) if side >= 0 else _number(cell, place, wrong)
    return _number(int(cell) if isinstance(cell, bool) else cell, place, wrong)


def _number(cell: Cell, place: int, wrong: dict[int, str]) -> float | None:
    if cell is None:
        return None
    if isinstance(cell, (str, bool)):
        what = "text" if isinstance(cell, str) else "true or false"
        wrong[place] = f"a number (it is {what})"
        return None
    if isinstance(cell, int) and abs(cell) > _LARGEST:  # float() would round some of them down
        wrong[place] = "a number that a model can read"
        return None
    return float(cell)
