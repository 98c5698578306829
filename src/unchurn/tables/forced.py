"""Kinds that churn.toml forces, held against the cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, Column, ColumnSummary
from unchurn.errors import DataError
from unchurn.tables.cells import Missing, as_text, present
from unchurn.tables.stated import Stated
from unchurn.tables.table import Table, pass_over
from unchurn.tables.typing import Tally, type_cells

_SHOWN = 5


def check_forced(
    table: Table, columns: Sequence[ColumnSummary], stated: Stated, missing: Missing
) -> None:
    """Raise `DataError` where most cells of a column cannot be read as the kind it is forced to."""
    for each in columns:
        name, kind = each.column.name, stated.types.get(each.column.name)
        written = each.rows - each.missing
        if kind not in ("number", "date") or each.unreadable <= written / 2:
            continue
        rows, cells = _first(table, each.column, missing)
        spelled = [f"{cell!r} ({count:,})" for cell, count in each.unread[:_SHOWN]] or cells
        key = stated.key("epoch" if name in stated.epochs else "types")
        raise DataError(
            f"{key} says that {name!r} is a {kind}, but {each.unreadable:,} of its "
            f"{written:,} cells are none, most often {', '.join(spelled)}; first in rows "
            f"{', '.join(f'{row:,}' for row in rows)}.",
            f"Correct these cells, name spellings of a missing one in [data] missing, or take {name!r} "
            f"out of {key}.",
        )


def _first(table: Table, column: Column, missing: Missing) -> tuple[list[int], list[str]]:
    """Find the first rows whose cells cannot be read, and what they hold."""
    rows: list[int] = []
    cells: list[str] = []
    for batch in table.batches(pass_over, (column.name,)):
        text = as_text(batch.column(column.name))
        typed = type_cells(batch.column(column.name), column, missing, Tally())
        written = present(text, missing).is_valid()
        bad = pc.and_(written, typed.is_null()).to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(bad)[: _SHOWN - len(rows)].tolist():
            rows.append(batch.column(ROW)[place].as_py())
            cells.append(repr(pa.array(text)[place].as_py()))
        if len(rows) == _SHOWN:
            break
    return rows, list(dict.fromkeys(cells))
