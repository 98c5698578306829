"""Rows of Prepared, encoded batch by batch so that text never fills the memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from unchurn.artefacts import FOLD, LABEL
from unchurn.modelling.encoding.encoder import Encoder, Matrix

_BATCH = 65_536


@dataclass(frozen=True)
class Rows:
    """Encoded customers: `matrix` float32 (rows, width), `labels` and `folds` int8 (rows,)."""

    matrix: Matrix
    labels: npt.NDArray[np.int8]
    folds: npt.NDArray[np.int8]

    @classmethod
    def read(cls, path: Path, encoder: Encoder) -> Self:
        """Read ``train.parquet`` or ``test.parquet`` of a Prepared artefact."""
        with pq.ParquetFile(path, pre_buffer=False) as file:
            count = file.metadata.num_rows
            matrix = np.empty((count, len(encoder.columns)), dtype=np.float32)
            labels = np.empty(count, dtype=np.int8)
            folds = np.empty(count, dtype=np.int8)
            start = 0
            for batch in file.iter_batches(_BATCH, columns=[*encoder.features, LABEL, FOLD]):
                stop = start + batch.num_rows
                matrix[start:stop] = encoder.transform(batch)
                labels[start:stop] = batch.column(LABEL).to_numpy(zero_copy_only=False)
                folds[start:stop] = batch.column(FOLD).to_numpy(zero_copy_only=False)
                start = stop
        return cls(matrix, labels, folds)

    def joined(self, other: Rows) -> Rows:
        """Return these rows followed by `other`'s."""
        return Rows(
            np.concatenate([self.matrix, other.matrix]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.folds, other.folds]),
        )
