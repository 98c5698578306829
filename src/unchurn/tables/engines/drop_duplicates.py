"""Dropping rows that equal the row before them, in a stream of sorted record batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def without_repeats(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield sorted batches without the rows that equal their predecessor; null equals null."""
    before: pa.RecordBatch | None = None
    for batch in batches:
        if not batch.num_rows:
            continue
        kept = batch.filter(pa.array(differing(before, batch)))
        before = batch.slice(batch.num_rows - 1)
        if kept.num_rows:
            yield kept


def differing(before: pa.RecordBatch | None, batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Tell of each row, one at least, whether it differs from the one before it; null equals null.

    `before` is the row before the first, None where there is none.
    """
    joined = batch if before is None else _joined(before, batch)
    return _fresh(joined)[joined.num_rows - batch.num_rows :]


def _joined(first: pa.RecordBatch, second: pa.RecordBatch) -> pa.RecordBatch:
    pairs = zip(first.columns, second.columns, strict=True)
    arrays = [pa.concat_arrays(pair) for pair in pairs]
    return pa.RecordBatch.from_arrays(arrays, schema=second.schema)


def _fresh(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Tell of each row whether it differs from the one before; the first does."""
    fresh = np.zeros(batch.num_rows, dtype=np.bool_)
    fresh[0] = True
    for column in batch.columns:
        # a sort leaves few equal neighbours after the first columns: look only at those
        alike = np.flatnonzero(~fresh)
        if not len(alike):
            break
        here, there = column.take(pa.array(alike)), column.take(pa.array(alike - 1))
        equal = pc.fill_null(pc.equal(here, there), False)
        both_null = pc.and_(pc.is_null(here), pc.is_null(there))
        fresh[alike] = ~pc.or_(equal, both_null).to_numpy(zero_copy_only=False)
    return fresh
