"""External merge sort: runs that fit memory are sorted, wait on the disk, and are merged as they come.

What waits lies in files without a name: whoever is killed leaves nothing behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

FAN_IN = 16
"""Runs that are merged at a time: more are first merged into longer ones, so that memory stays."""
Order = Callable[[pa.RecordBatch], pa.Array]
"""Returns the indices of a batch's rows in order, (rows,)."""


@contextmanager
def externally_sorted(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    order: Order,
    folder: Path,
    run_bytes: int,
    rows: int,
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Sort batches of `schema`; yield their rows in order, about `rows` at a time of each run.

    `order` must tell any two rows apart that are not the same, or their order is not determined.
    Memory is about twice `run_bytes`, or `FAN_IN` times `rows`; what does not fit waits in `folder`.
    Raises `OSError`.
    """

    def spilled(run: Iterable[pa.RecordBatch]) -> IO[bytes]:
        return _spilled(run, schema, open_.enter_context(tempfile.TemporaryFile(dir=folder)))

    def merged(runs: list[IO[bytes]]) -> Iterator[pa.RecordBatch]:
        return _merged([_Head(run, rows) for run in runs], order)

    with ExitStack() as open_:
        found = _runs(batches, order, run_bytes)
        # without a row, too: a folder that cannot be used is told whatever the table holds
        runs = [spilled(_cut(run, rows)) for run in found] or [spilled(())]
        while len(runs) > FAN_IN:
            first, runs = runs[:FAN_IN], runs[FAN_IN:]
            runs.append(spilled(each for whole in merged(first) for each in _cut(whole, rows)))
            for run in first:
                run.close()
        yield merged(runs)


class _Head:
    """The beginning of a sorted run that has not been given yet: at least `size` rows, or all."""

    def __init__(self, run: IO[bytes], size: int) -> None:
        self._batches = _read(run)
        self._size = size
        self.rows: pa.Table | None = None
        self.drop(0)

    def drop(self, given: int) -> None:
        """Take off the rows that were given, and read on where few are left."""
        left = None if self.rows is None else self.rows.slice(given)
        while left is None or left.num_rows < self._size:
            batch = next(self._batches, None)
            if batch is None:
                break
            more = pa.Table.from_batches([batch])
            left = more if left is None else pa.concat_tables([left, more])
        self.rows = left if left is not None and left.num_rows else None


def _runs(batches: Iterable[pa.RecordBatch], order: Order, most: int) -> Iterator[pa.RecordBatch]:
    """Yield sorted runs of about `most` bytes."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        waiting.append(batch)
        held += batch.nbytes
        if held >= most:
            yield _in_order(pa.Table.from_batches(waiting), order)
            waiting, held = [], 0
    if waiting:
        yield _in_order(pa.Table.from_batches(waiting), order)


def _in_order(rows: pa.Table, order: Order) -> pa.RecordBatch:
    batch = _one(rows)
    return batch.take(order(batch))


def _one(rows: pa.Table) -> pa.RecordBatch:
    arrays = [
        pa.concat_arrays(column.chunks or [pa.nulls(0, column.type)]) for column in rows.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)


def _cut(batch: pa.RecordBatch, rows: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def _spilled(run: Iterable[pa.RecordBatch], schema: pa.Schema, file: IO[bytes]) -> IO[bytes]:
    with pa.ipc.new_stream(file, schema) as writer:
        for batch in run:
            writer.write_batch(batch)
    file.seek(0)
    return file


def _read(run: IO[bytes]) -> Iterator[pa.RecordBatch]:
    with pa.ipc.open_stream(run) as reader:
        yield from reader


def _merged(heads: list[_Head], order: Order) -> Iterator[pa.RecordBatch]:
    """Yield the rows of sorted runs in order.

    No row behind a head comes before that head's last one: up to the first of the heads' last
    rows, what is at hand is all there is.
    """
    while live := [head for head in heads if head.rows is not None]:
        tables: list[Any] = [head.rows for head in live]
        together = _one(pa.concat_tables(tables))
        found = order(together).to_numpy()
        ends = np.cumsum([table.num_rows for table in tables])
        place = np.empty(len(found), np.int64)
        place[found] = np.arange(len(found))
        given = found[: int(place[ends - 1].min()) + 1]
        yield together.take(pa.array(given))
        owners = np.searchsorted(ends, given, side="right")
        for number, count in enumerate(np.bincount(owners, minlength=len(live))):
            live[number].drop(int(count))
