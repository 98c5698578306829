"""The rows of one side, picked from the table a piece at a time, in their final form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import FOLD, GROUP, LABEL, PHASE, WEIGHT, Column
from unchurn.modelling.columns.leakage import Strength, strength
from unchurn.modelling.splitting.train_test_split import Parts

_ROWS = 65_536
Ints = npt.NDArray[np.int64]


def plain_text(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a dictionary column into strings; leave any other as it is."""
    return cells.cast(pa.string()) if pa.types.is_dictionary(cells.type) else cells


def training_features(table: pa.Table, names: Sequence[str], parts: Parts) -> pa.Table:
    """Pick the named columns of the training rows, in order, text as strings."""
    rows = pa.array(parts.train)
    return pa.table({name: plain_text(table[name].take(rows)) for name in names})


def training_strength(table: pa.Table, parts: Parts) -> Callable[[Column], Strength]:
    """Return what measures how well one column alone tells churned training rows apart."""
    rows = pa.array(parts.train)
    labels, folds = parts.labels[parts.train], parts.folds[parts.train].astype(np.int64)

    def measure(column: Column) -> Strength:
        return strength(plain_text(table[column.name].take(rows)), labels, folds)

    return measure


def side_schema(table: pa.Table, columns: Sequence[str], parts: Parts) -> pa.Schema:
    """Arrow schema of the sides: `columns`, `LABEL`, `GROUP`, `FOLD`, what is there of the rest."""
    kinds = {f.name: f.type for f in table.schema}
    fields = [
        pa.field(name, pa.string() if pa.types.is_dictionary(kinds[name]) else kinds[name])
        for name in columns
    ]
    ends = [(LABEL, pa.int8()), (GROUP, pa.string()), (FOLD, pa.int8())]
    ends += [(name, pa.from_numpy_dtype(each.dtype)) for name, each in _asked(parts)]
    return pa.schema([*fields, *(pa.field(name, kind) for name, kind in ends)])


def _asked(parts: Parts) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Name the columns that only [split] brings."""
    if parts.phases is not None:
        yield PHASE, parts.phases
    if parts.weights is not None:
        yield WEIGHT, parts.weights


def side_batches(
    table: pa.Table, columns: Sequence[str], parts: Parts, rows: Ints, held_out: bool
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of one side in order; the fold of held-out rows is -1."""
    schema = side_schema(table, columns, parts)
    for start in range(0, len(rows), _ROWS):
        picked = rows[start : start + _ROWS]
        piece = table.select([*columns, LABEL]).take(pa.array(picked))
        cells = [plain_text(piece[name]).combine_chunks() for name in piece.column_names]
        folds = np.full(len(picked), -1, dtype=np.int8) if held_out else parts.folds[picked]
        keys = pa.array(parts.keys[picked].astype("U32"), pa.string())
        asked = [pa.array(each[picked]) for _, each in _asked(parts)]
        yield pa.RecordBatch.from_arrays([*cells, keys, pa.array(folds), *asked], schema=schema)
