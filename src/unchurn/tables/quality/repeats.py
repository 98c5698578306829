"""Cells that repeat an earlier row's, exactly, in memory that does not grow with the rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW
from unchurn.tables.external_sort import externally_sorted
from unchurn.tables.quality.tally import Tally

_RUN_BYTES = 32 << 20
_ROWS = 16_384


class Repeats:
    """Columns that are to be unique, kept on the disk until all rows have come.

    `names` are theirs. Close it, or use it as a context: its file has no name, and goes with it.
    Raises `OSError` where the disk is full.
    """

    def __init__(self, names: list[str], scratch: Path) -> None:
        self._names, self._scratch = names, scratch
        self._file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None
        self._whole = False

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the disk back."""
        self._file.close()

    def look(self, typed: pa.RecordBatch) -> None:
        """Take in typed rows."""
        kept = typed.select([ROW, *self._names])
        if self._writer is None:
            self._writer = pa.ipc.new_stream(self._file, kept.schema)
        self._writer.write_batch(kept)

    def count(self, name: str) -> Tally:
        """Count one column's cells once all have come: a row breaks that repeats an earlier one's."""
        found = Tally()
        if self._writer is None:
            return found
        if not self._whole:
            self._writer.close()
            self._whole = True
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as stream:
            kind = stream.schema.field(name).type
            schema = pa.schema([("cell", kind), ("row", pa.int64())])
            cells = _present(stream, name, schema)
            with externally_sorted(
                cells, schema, _order, self._scratch, _RUN_BYTES, _ROWS
            ) as ordered:
                _compare(ordered, found)
        return found


def _present(
    stream: Iterator[pa.RecordBatch], name: str, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for batch in stream:
        both = pa.RecordBatch.from_arrays([batch.column(name), batch.column(ROW)], schema=schema)
        yield both.filter(pc.is_valid(both.column("cell")))


def _order(batch: pa.RecordBatch) -> pa.Array:
    return pc.sort_indices(batch, sort_keys=[("cell", "ascending"), ("row", "ascending")])


def _compare(ordered: Iterator[pa.RecordBatch], found: Tally) -> None:
    last: pa.Array | None = None
    for batch in ordered:
        cells, rows = batch.column("cell"), batch.column("row")
        if not len(cells):
            continue
        before = cells.slice(0, 1) if last is None else last
        earlier = pa.concat_arrays([before, cells.slice(0, len(cells) - 1)])
        same = np.array(pc.equal(cells, earlier), dtype=bool)
        if last is None:
            same[0] = False
        found.add(pa.array(~same), rows)
        last = cells.slice(len(cells) - 1)
