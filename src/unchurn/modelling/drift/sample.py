"""Rows of a table that is seen once, evenly spread over it: memory does not grow with it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_ROWS, _CELLS = 8_192, 1 << 21


class Sample:
    """Every n-th row, n doubling whenever there are too many."""

    def __init__(self, width: int) -> None:
        self._most = max(512, min(_ROWS, _CELLS // max(1, width)))
        self._step, self._seen, self._held = 1, 0, 0
        self._parts: list[pa.Table] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a batch."""
        places = np.arange(-self._seen % self._step, batch.num_rows, self._step)
        self._seen += batch.num_rows
        self._parts.append(pa.Table.from_batches([batch]).take(pa.array(places)))
        self._held += len(places)
        while self._held > self._most:
            held = self.table().take(pa.array(np.arange(0, self._held, 2)))
            self._parts, self._held, self._step = [held], held.num_rows, 2 * self._step

    def table(self) -> pa.Table:
        """Return the rows kept."""
        return pa.concat_tables(self._parts).combine_chunks()
