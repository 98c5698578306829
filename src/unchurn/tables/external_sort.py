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
    Memory is about twice `run_bytes` (a row alone may be larger); what does not fit waits in `folder`.
    Raises `OSError`.
    """
    share = run_bytes // FAN_IN

    def spilled(run: Iterable[pa.RecordBatch]) -> IO[bytes]:
        return _spilled(run, schema, open_.enter_context(tempfile.TemporaryFile(dir=folder)))

    def merged(runs: list[IO[bytes]]) -> Iterator[pa.RecordBatch]:
        return _merged([_Head(run, rows, share) for run in runs], order)

    with ExitStack() as open_:
        found = _runs(batches, order, run_bytes)
        # without a row, too: a folder that cannot be used is told whatever the table holds
        runs = [spilled(_cut(run, rows, share)) for run in found] or [spilled(())]
        while len(runs) > FAN_IN:
            first, runs = runs[:FAN_IN], runs[FAN_IN:]
            runs.append(
                spilled(each for whole in merged(first) for each in _cut(whole, rows, share))
            )
            for run in first:
                run.close()
        yield merged(runs)


class _Head:
    """The beginning of a sorted run that has not been given yet: `size` rows, `most` bytes, or all.

    Long rows would be too many at once, and text of one column more than an array of Arrow's holds.
    """

    def __init__(self, run: IO[bytes], size: int, most: int) -> None:
        self._batches = _read(run)
        self._size, self._most = size, most
        self.rows: pa.Table | None = None
        self.drop(0)

    def drop(self, given: int) -> None:
        """Take off the rows that were given, and read on where few are left."""
        left = None if self.rows is None else self.rows.slice(given)
        while left is None or not left.num_rows or self._is_short(left):
            batch = next(self._batches, None)
            if batch is None:
                break
            more = pa.Table.from_batches([batch])
            left = more if left is None else pa.concat_tables([left, more])
        self.rows = left if left is not None and left.num_rows else None

    def _is_short(self, rows: pa.Table) -> bool:
        return rows.num_rows < self._size and int(rows.nbytes) < self._most


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


def _cut(batch: pa.RecordBatch, rows: int, most: int) -> Iterator[pa.RecordBatch]:
    """Cut a batch into parts of at most `rows` rows and `most` bytes, of at least one row."""
    for start in range(0, batch.num_rows, rows):
        yield from _halved(batch.slice(start, rows), most)


def _halved(batch: pa.RecordBatch, most: int) -> Iterator[pa.RecordBatch]:
    if batch.num_rows < 2 or batch.nbytes <= most:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _halved(batch.slice(0, half), most)
    yield from _halved(batch.slice(half), most)


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
