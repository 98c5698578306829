"""Some columns of some rows: of a table as it was written, of a Parquet file, of two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import ROW
from unchurn.tables.cells import as_text
from unchurn.tables.matching import find_columns
from unchurn.tables.table import Table

I64 = npt.NDArray[np.int64]


class CellReader:
    """Cells of `columns`, as text, at row numbers of a table that only grow from call to call.

    `own` is the table's header by the name that columns are known by, where these differ. Names are matched
    forgivingly, each for itself. Raises `DataError` naming the columns that are missing.
    """

    def __init__(
        self, table: Table, columns: Sequence[str], own: Mapping[str, str] | None = None
    ) -> None:
        own = own or {name: name for name in table.columns}
        found = find_columns(columns, tuple(own))
        self._headers = {name: own[known] for name, known in found.items()}
        wanted = list(dict.fromkeys(self._headers.values()))
        self._batches = table.cells(wanted) if wanted else iter(())
        self._held: pa.RecordBatch | None = None

    def at(self, rows: I64) -> dict[str, pa.Array]:
        """Return the cells at `rows`, ascending, by column as it was asked for; null where blank."""
        parts = [batch.take(pa.array(places)) for batch, places in self._up_to(rows)]
        if not parts:
            return {name: pa.nulls(0, pa.string()) for name in self._headers}
        found = pa.Table.from_batches(parts)
        return {
            name: as_text(found.column(header).combine_chunks())
            for name, header in self._headers.items()
        }

    def _up_to(self, rows: I64) -> Iterator[tuple[pa.RecordBatch, I64]]:
        """Yield batches that have some of `rows`, and where; the last is held for the next call."""
        while len(rows):
            self._held = self._held or next(self._batches, None)
            if self._held is None:
                return
            numbers = np.asarray(self._held.column(ROW))
            here = int(np.searchsorted(rows, numbers[-1], "right")) if len(numbers) else 0
            if here:
                yield self._held, np.searchsorted(numbers, rows[:here])
            rows = rows[here:]
            if len(rows):
                self._held = None


def side_by_side(
    first: Iterable[pa.RecordBatch], second: Iterable[pa.RecordBatch]
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Yield the same rows of two streams of as many, however each is cut."""
    ours, theirs = iter(first), iter(second)
    one, other = next(ours, None), next(theirs, None)
    while one is not None and other is not None:
        rows = min(one.num_rows, other.num_rows)
        yield one.slice(0, rows), other.slice(0, rows)
        one = one.slice(rows) if rows < one.num_rows else next(ours, None)
        other = other.slice(rows) if rows < other.num_rows else next(theirs, None)


def rows_at(
    path: Path, columns: Sequence[str], places: I64, categories: Sequence[str] = ()
) -> pa.Table:
    """Return `columns` of the rows at `places`, ascending from 0, of a Parquet file.

    `categories` hold texts that repeat: they are not written out for the other rows.
    """
    parts: list[pa.RecordBatch] = []
    start, names = 0, list(columns)
    schema = pa.schema([pq.read_schema(path).field(name) for name in names])
    with pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(categories)) as source:
        for batch in source.iter_batches(columns=names):
            end = start + batch.num_rows
            own = places[np.searchsorted(places, start) : np.searchsorted(places, end)]
            if len(own):
                parts.append(batch.select(names).take(pa.array(own - start)).cast(schema))
            start = end
    return pa.Table.from_batches(parts, schema)


def batches_of(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield `columns` of every row of a Parquet file, batch by batch; one without rows of none."""
    with pq.ParquetFile(path, pre_buffer=False) as source:
        yield from source.iter_batches(columns=list(columns))
        if not source.metadata.num_rows:
            schema = pa.schema([source.schema_arrow.field(name) for name in columns])
            yield pa.RecordBatch.from_pylist([], schema)


def all_rows(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return `columns` of every row of a Parquet file."""
    with pq.ParquetFile(path, pre_buffer=False) as source:
        return source.read(list(columns))
