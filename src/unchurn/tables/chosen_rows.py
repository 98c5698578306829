"""Some columns of some rows: of a table as it was written, of a Parquet file, of two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import ROW
from unchurn.tables.matching import match_columns
from unchurn.tables.table import Table, pass_over

I64 = npt.NDArray[np.int64]


def cells_at(table: Table, columns: Sequence[str], rows: I64) -> dict[str, pa.Array]:
    """Return cells of `columns`, as text, at row numbers of a table, ascending; null where blank.

    Headers are matched forgivingly. Raises `DataError` naming the columns that are missing.
    """
    if not columns:
        return {}
    headers = list(match_columns(list(columns), table.columns).values())
    parts: list[pa.RecordBatch] = []
    for batch in table.batches(pass_over, list(dict.fromkeys(headers))):
        numbers = np.asarray(batch.column(ROW))
        wanted = rows[np.searchsorted(rows, numbers[0]) : np.searchsorted(rows, numbers[-1], "right")] if len(numbers) else rows[:0]  # fmt: skip
        if len(wanted):
            parts.append(batch.take(pa.array(np.searchsorted(numbers, wanted))))
    if not parts:
        return {name: pa.nulls(0, pa.string()) for name in columns}
    found = pa.Table.from_batches(parts)
    return {
        name: pc.cast(found.column(header).combine_chunks(), pa.string())
        for name, header in zip(columns, headers, strict=True)
    }


def rows_at(path: Path, columns: Sequence[str], places: I64) -> pa.Table:
    """Return `columns` of the rows at `places`, ascending from 0, of a Parquet file."""
    parts: list[pa.RecordBatch] = []
    start = 0
    with pq.ParquetFile(path, pre_buffer=False) as source:
        schema = pa.schema([source.schema_arrow.field(name) for name in columns])
        for batch in source.iter_batches(columns=list(columns)):
            end = start + batch.num_rows
            own = places[np.searchsorted(places, start) : np.searchsorted(places, end)]
            if len(own):
                parts.append(batch.take(pa.array(own - start)))
            start = end
    return pa.Table.from_batches(parts, schema).select(list(columns))


def batches_of(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield `columns` of every row of a Parquet file, batch by batch."""
    with pq.ParquetFile(path, pre_buffer=False) as source:
        yield from source.iter_batches(columns=list(columns))


def all_rows(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return `columns` of every row of a Parquet file."""
    with pq.ParquetFile(path, pre_buffer=False) as source:
        return source.read(list(columns))


def side_by_side(
    first: Iterable[pa.RecordBatch], second: Iterable[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Yield the same rows of two files that have the same rows, however each is cut into batches."""
    source = iter(second)
    waiting: list[pa.RecordBatch] = []
    for batch in first:
        while sum(each.num_rows for each in waiting) < batch.num_rows:
            waiting.append(next(source))
        joined = pa.Table.from_batches(waiting).combine_chunks().to_batches()[0]
        yield batch, joined.slice(0, batch.num_rows)
        waiting = [joined.slice(batch.num_rows)]
