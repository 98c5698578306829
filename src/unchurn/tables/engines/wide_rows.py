"""Very wide rows in few columns: neighbours of one type travel as one list.

Spark compiles code for each column that it sorts by: minutes for ten thousand of them, nothing
for one list of ten thousand. Lists are compared value by value, nulls first, as columns are.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pyarrow as pa

from unchurn.artefacts import LABEL

WIDE = 200
"""Columns up to which a table travels as it is."""


class Bundling:
    """How the columns of `schema` become lists and come back."""

    def __init__(self, schema: pa.Schema) -> None:
        self._flat = schema
        self._runs = _runs(schema) if len(schema) > WIDE else [[n] for n in range(len(schema))]
        fields = [
            schema.field(run[0])
            if len(run) == 1
            else pa.field(f"l{run[0]}", pa.list_(schema.field(run[0]).type))
            for run in self._runs
        ]
        self.schema = pa.schema(fields)

    def pack(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Turn rows of the flat schema into rows of `schema`."""
        arrays = [_listed([batch.column(number) for number in run]) for run in self._runs]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def unpack(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Turn rows of `schema` back into rows of the flat schema."""
        pairs = zip(batch.columns, self._runs, strict=True)
        arrays = [array for column, run in pairs for array in _apart(column, len(run))]
        return pa.RecordBatch.from_arrays(arrays, schema=self._flat)


def _runs(schema: pa.Schema) -> list[list[int]]:
    def kind(number: int) -> tuple[bool, str]:
        each = schema.field(number)
        return each.name == LABEL, str(each.type)

    return [list(run) for _, run in groupby(range(len(schema)), kind)]


def _listed(columns: list[pa.Array]) -> pa.Array:
    width, rows = len(columns), len(columns[0])
    if width == 1:
        return columns[0]
    by_row = np.arange(rows)[:, None] + np.arange(width) * rows
    values = pa.concat_arrays(columns).take(pa.array(by_row.ravel()))
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _apart(column: pa.Array, width: int) -> list[pa.Array]:
    if width == 1:
        return [column]
    values = column.flatten()
    return [values.take(pa.array(np.arange(n, len(values), width))) for n in range(width)]
