"""Rows of which nothing is known but who they are: headings over groups, perhaps."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

_FEWEST = 2
"""Columns that have to be blank; where there is one, a blank in it is nothing odd."""


def bare_rows(typed: pa.RecordBatch, beside: Collection[str]) -> pa.Array | None:
    """Tell which rows have a value in none but the columns `beside`; None where there is no such row.

    One column without blanks answers for all rows: a full table costs nothing.
    """
    columns = [typed.column(name) for name in typed.schema.names if name not in beside]
    if len(columns) < _FEWEST or not all(cells.null_count for cells in columns):
        return None
    bare = columns[0].is_null()
    for cells in columns[1:]:
        bare = pc.and_(bare, cells.is_null())
    return bare if pc.any(bare).as_py() else None
