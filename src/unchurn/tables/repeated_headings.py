"""The header once more among the rows, in capitals, in quotes or in another order: no customer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import DataError, listing
from unchurn.tables.matching import fold
from unchurn.tables.numbers import Mask


def headings_in(cells: pa.RecordBatch, columns: Sequence[str]) -> list[int]:
    """Return the rows of text cells that name all of the `columns`, each in its place.

    Raises `DataError` where one names them in another order: the rows below it may be in that.
    """
    if len(columns) < 2 or not cells.num_rows:
        return []
    lower = [name.strip().lower() for name in columns]
    lower += [each.replace(*pair) for each in lower for pair in (("_", " "), (" ", "_"))]
    lower += [""] * any(map(_is_unnamed, columns, range(1, len(columns) + 1)))
    names = pa.array([*lower, *(f" {each}" for each in lower)], pa.string())
    # nearly every part has no such cell in its first column, so that no other is looked at
    rows = np.flatnonzero(_named(cells.column(0), names))
    for column in cells.columns[1:]:
        if not len(rows):
            return []
        rows = rows[_named(column.take(pa.array(rows)), names)]
    return [row for row in rows.tolist() if _is_heading(cells, row, columns)]


def _named(cells: pa.Array, names: pa.Array) -> Mask:
    found: Mask = pc.is_in(pc.utf8_lower(cells), value_set=names).to_numpy(zero_copy_only=False)
    return found


def _is_unnamed(name: str, place: int) -> bool:
    """Tell a column whose header is blank: `dialect` calls it so."""
    return name == f"unnamed_{place}"


def _is_heading(cells: pa.RecordBatch, row: int, columns: Sequence[str]) -> bool:
    written = [
        name if _is_unnamed(name, place) and not column[row].as_py() else column[row].as_py()
        for place, (name, column) in enumerate(zip(columns, cells.columns, strict=True), start=1)
    ]
    found, wanted = [fold(cell) for cell in written], [fold(name) for name in columns]
    if found == wanted:
        return True
    if sorted(found) != sorted(wanted):
        return False
    raise DataError(
        f"A line among the customers names the columns in another order ({listing(written, 4)}) than "
        f"the first ({listing(columns, 4)}): whatever follows it may be in that order, too.",
        "Put each part into a file of its own, with its header: columns are found by their names in a "
        "folder of files.",
    )
