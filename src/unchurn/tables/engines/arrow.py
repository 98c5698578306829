"""Arrow's own kernels, in this process; what does not fit memory is sorted on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import LABEL
from unchurn.errors import ArtefactError
from unchurn.tables.engines.drop_duplicates import without_repeats
from unchurn.tables.engines.engine_types import ID_AND_LABEL, ids_and_labels, recast, travelling
from unchurn.tables.engines.protocol import Identity, Settled
from unchurn.tables.external_sort import externally_sorted
from unchurn.tables.parquet import write_parquet
from unchurn.tables.table import batch_rows

Ints = npt.NDArray[np.int64]
_MOST_BYTES = 1 << 29
"""Of a run: text of one column must stay below what 32-bit offsets reach."""
_SHARE = 4
"""A run is this part of the memory: it is held twice while it is sorted."""


class ArrowEngine:
    """The embedded engine. `memory_mb` changes speed, never a result; Arrow sorts in one thread."""

    def __init__(self, threads: int = 2, memory_mb: int = 1024) -> None:
        self.run_bytes = min(_MOST_BYTES, (memory_mb << 20) // _SHARE)

    def settle(
        self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path, scratch: Path
    ) -> Settled:
        """Write the labelled, distinct, sorted rows: see `EngineProtocol.settle`."""
        plain = travelling(schema)
        counted = [0]

        def labelled() -> Iterator[pa.RecordBatch]:
            for batch in batches:
                kept = recast(batch, plain)
                kept = kept.filter(pc.is_valid(kept.column(LABEL)))
                counted[0] += kept.num_rows
                yield kept

        with self._sorted(labelled(), plain, scratch) as ordered:
            rows = (recast(batch, schema) for batch in ordered)
            kept = write_parquet(without_repeats(rows), path, schema)
        return Settled(counted[0], kept)

    def identity(self, path: Path, column: str) -> Identity:
        """Count missing, repeated and conflicting ids: see `EngineProtocol.identity`."""
        with self._sorted(ids_and_labels(path, column), ID_AND_LABEL, path.parent) as ordered:
            return _counted(ordered)

    @contextmanager
    def _sorted(
        self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, scratch: Path
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        """Sort batches by all columns, nulls first; what does not fit waits in `scratch`."""
        size = max(256, batch_rows(len(schema)) // 8)
        try:
            with externally_sorted(
                batches, schema, _order, scratch, self.run_bytes, size
            ) as ordered:
                yield ordered
        except OSError as error:
            raise ArtefactError(
                f"The engine could not use {scratch}: {error.strerror or error}.",
                "Free some space or choose another place with [artefacts] root in churn.toml.",
            ) from error


def _order(batch: pa.RecordBatch) -> pa.Array:
    keys = [(name, "ascending", "at_start") for name in batch.schema.names]
    return pc.sort_indices(batch, sort_keys=keys)


def _counted(ordered: Iterable[pa.RecordBatch]) -> Identity:
    """Count the runs of sorted (id, label) rows; one may go on in the next batch."""
    found = np.zeros(3, np.int64)
    last: _Ids | None = None
    for batch in ordered:
        runs = _id_runs(batch)
        if last is not None and last.names[0].as_py() == runs.names[0].as_py():
            runs.rows[0] += last.rows[0]
            runs.low[0] = last.low[0]
        elif last is not None:
            found += last.counts()
        found += runs.part(0, -1).counts()
        last = runs.part(-1, None)
    if last is not None:
        found += last.counts()
    return Identity(*found.tolist())


class _Ids(NamedTuple):
    """Runs of rows of one id each: the ids, how many rows, and the least and the greatest label."""

    names: pa.Array
    rows: Ints
    low: Ints
    high: Ints

    def part(self, start: int, stop: int | None) -> _Ids:
        first, end, _ = slice(start, stop).indices(len(self.rows))
        return _Ids(self.names[first:end], *(each[first:end] for each in self[1:]))

    def counts(self) -> Ints:
        """Rows without an id, ids that are repeated, and ids of both labels: (3,)."""
        known = self.names.is_valid().to_numpy(zero_copy_only=False)
        missing = self.rows[~known].sum()
        repeated, both = known & (self.rows > 1), known & (self.low < self.high)
        return np.array([missing, repeated.sum(), both.sum()], np.int64)


def _id_runs(batch: pa.RecordBatch) -> _Ids:
    runs = pc.run_end_encode(batch.column("id"))
    ends = np.asarray(runs.run_ends).astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    labels = batch.column(LABEL).to_numpy(zero_copy_only=False).astype(np.int64)
    return _Ids(runs.values, ends - starts, labels[starts], labels[ends - 1])
