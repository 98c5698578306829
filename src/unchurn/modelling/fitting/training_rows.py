"""Rows of Prepared, encoded batch by batch so that text never fills the memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from unchurn.artefacts import FOLD, LABEL, PHASE, WEIGHT
from unchurn.modelling.encoding.encoder import Encoder, Matrix

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
        """Read ``train.parquet`` or ``test.parquet`` of a Prepared artefact."""
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


def _column(path: Path, name: str) -> Any:
    """Read a column that is there only where [split] asks for it."""
    if name not in pq.read_schema(path).names:
        return None
    return pq.read_table(path, columns=[name])[name].to_numpy()


def _after(first: Any, then: Any) -> Any:
    return None if first is None or then is None else np.concatenate([first, then])
