"""Rows of Prepared, encoded batch by batch so that text never fills the memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import FOLD, GROUP, LABEL, PHASE, WEIGHT
from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.splitting.time_split import customer_weights

_BATCH = 65_536


@dataclass(frozen=True)
class Rows:
    """Encoded customers: `matrix` float32 (rows, width), `labels` and `folds` int8 (rows,).

    `columns`: how many of the matrix stand before the derived ones; None where there are none.
    `phases` int8 and `weights` float32 (rows,), None where [split] asks for none.
    """

    matrix: Matrix
    labels: npt.NDArray[np.int8]
    folds: npt.NDArray[np.int8]
    phases: npt.NDArray[np.int8] | None = None
    weights: npt.NDArray[np.float32] | None = None
    columns: int | None = None

    @classmethod
    def read(cls, path: Path, encoder: Encoder) -> Self:
        """Read ``train.parquet``, ``test.parquet`` or ``aside.parquet`` of a Prepared artefact."""
        with pq.ParquetFile(path, pre_buffer=False) as file:
            count = file.metadata.num_rows
            matrix = np.empty((count, encoder.width), dtype=np.float32)
            labels = np.empty(count, dtype=np.int8)
            folds = np.empty(count, dtype=np.int8)
            start = 0
            for batch in file.iter_batches(_BATCH, columns=[*encoder.features, LABEL, FOLD]):
                stop = start + batch.num_rows
                matrix[start:stop] = encoder.transform(batch)
                labels[start:stop] = batch.column(LABEL).to_numpy(zero_copy_only=False)
                folds[start:stop] = batch.column(FOLD).to_numpy(zero_copy_only=False)
                start = stop
        columns = len(encoder.columns)
        return cls(matrix, labels, folds, _column(path, PHASE), _column(path, WEIGHT), columns)

    def view(self, derived: bool) -> Matrix:
        """Return the matrix with its derived columns, or without them."""
        return self.matrix if derived else self.matrix[:, : self.columns]

    def joined(self, other: Rows) -> Rows:
        """Return these rows followed by `other`'s."""
        return Rows(
            np.concatenate([self.matrix, other.matrix]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.folds, other.folds]),
            _after(self.phases, other.phases),
            _after(self.weights, other.weights),
            self.columns,
        )


def everybody(rows: Rows, encoder: Encoder, paths: Sequence[Path], power: float) -> Rows:
    """Join to `rows`, those of the first of `paths`, those of the others: for a fit that judges nothing.

    They weigh anew, by how many of their customer there are now, to the minus `power`.
    """
    joined = rows
    for path in paths[1:]:
        joined = joined.joined(Rows.read(path, encoder))
    if not power:
        return joined
    groups = pa.concat_tables([pq.read_table(path, columns=[GROUP]) for path in paths])
    codes = groups[GROUP].combine_chunks().dictionary_encode().indices.to_numpy()
    return replace(joined, weights=customer_weights(codes, power))


def _column(path: Path, name: str) -> Any:
    """Read a column that is there only where [split] asks for it."""
    if name not in pq.read_schema(path).names:
        return None
    return pq.read_table(path, columns=[name])[name].to_numpy()


def _after(first: Any, then: Any) -> Any:
    return None if first is None or then is None else np.concatenate([first, then])
