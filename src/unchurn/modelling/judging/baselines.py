"""Rivals that any model must beat: nobody leaves, and a logistic regression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import LABEL
from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.judging import metrics
from unchurn.modelling.judging.ranking import Floats, Labels, rank

ROWS = 100_000
CELLS = 10_000_000
"""Most cells of the design matrix (80 MB); wider tables are learnt from fewer rows."""
_FEWEST = 1000
_FURTHEST = 10.0
"""Standard deviations at which a number is cut off, so that no single cell decides."""


def always_no(labels: Labels, base_rate: float, capacity: float) -> dict[str, float]:
    """Measure a forecast of the training churn rate for everybody, predicting that nobody leaves.

    Calibration slope and intercept say nothing of a constant and are left out.
    """
    ranking = rank(labels, np.full(len(labels), base_rate))
    return metrics.in_closed_form(ranking, threshold=np.inf, capacity=capacity)


def read_first_rows(path: Path, encoder: Encoder) -> tuple[Matrix, Labels]:
    """Encode the first rows of ``train.parquet``, as many as the baseline learns from.

    Rows are sorted by an md5 of the customer, so the first are a random sample, and always the
    same one.
    """
    matrices, labels = [], []
    for part in first_batches(path, encoder, [*encoder.features, LABEL], ROWS):
        matrices.append(encoder.transform(part))
        labels.append(part.column(LABEL).to_numpy(zero_copy_only=False).astype(np.int8))
    return np.concatenate(matrices), np.concatenate(labels)


def first_batches(
    path: Path, encoder: Encoder, columns: Sequence[str], rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield `columns` of the first `rows` of ``train.parquet``, of fewer where they are wide."""
    width = max(2 * len(encoder.columns), 1)
    left = min(rows, max(_FEWEST, CELLS // width))
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(min(left, 65_536), columns=list(columns)):
            yield batch.slice(0, left)
            left -= batch.num_rows
            if left <= 0:
                break


def one_hot(encoder: Encoder) -> Encoder:
    """Return the same encoder with one column a category value, missing cells kept, none derived."""
    return replace(encoder.plain, missing="native", categories="one-hot")


@dataclass(frozen=True)
class Logistic:
    """Logistic regression with an L2 penalty of ½·‖w‖² on the summed log loss (C = 1).

    Numbers are standardised and cut at 10 standard deviations; categories are 0/1 columns; a
    missing cell is 0 there (the mean) and 1 in an indicator of its own.
    """

    encoder: Encoder
    means: Floats
    scales: Floats
    indicated: npt.NDArray[np.int64]
    weights: Floats

    @classmethod
    def fit(cls, encoder: Encoder, matrix: Matrix, labels: Labels) -> Self:
        """Fit to `matrix` (rows, width), made by `encoder`, which must be `one_hot`."""
        means, scales = _spread(encoder, matrix)
        starts = [encoder.business.index(name) for name in dict.fromkeys(encoder.business)]
        places = [place for place in starts if np.isnan(matrix[:, place]).any()]
        empty = cls(encoder, means, scales, np.array(places, dtype=np.int64), np.empty(0))
        return replace(empty, weights=_solve(empty._design(matrix), labels))

    def probability(self, matrix: Matrix) -> Floats:
        """Return the probability of churn, (rows,), of an encoded matrix."""
        return _sigmoid(self._design(matrix) @ self.weights)

    def _design(self, matrix: Matrix) -> Floats:
        """Standardised columns, then indicators, then a column of ones."""
        width, flags = matrix.shape[1], len(self.indicated)
        design = np.ones((len(matrix), width + flags + 1))
        np.subtract(matrix, self.means, out=design[:, :width])
        design[:, :width] /= self.scales
        np.clip(design[:, :width], -_FURTHEST, _FURTHEST, out=design[:, :width])
        design[:, width : width + flags] = np.isnan(matrix[:, self.indicated])
        np.nan_to_num(design, copy=False)
        return design


def _spread(encoder: Encoder, matrix: Matrix) -> tuple[Floats, Floats]:
    """Mean and deviation of number columns; 0 and 1 for the 0/1 columns of categories."""
    means, scales = np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    kinds = {part.name: part.is_category for part in encoder.parts}
    for place, name in enumerate(encoder.business):
        known = matrix[~np.isnan(matrix[:, place]), place].astype(np.float64)
        if not kinds[name] and len(known):
            means[place], scales[place] = known.mean(), known.std() or 1.0
    return means, scales


def _solve(design: Floats, labels: Labels) -> Floats:
    from scipy.optimize import minimize

    signs = np.where(labels == 1, 1.0, -1.0)
    penalised = np.ones(design.shape[1])
    penalised[-1] = 0.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        along = signs * (design @ weights)
        slack = -signs * _sigmoid(-along)
        shrunk = penalised * weights
        value = np.logaddexp(0.0, -along).sum() + shrunk @ weights / 2
        return float(value) / len(labels), (design.T @ slack + shrunk) / len(labels)

    found = minimize(
        loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    return np.asarray(found.x, dtype=np.float64)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))))


def logistic_regression(
    train: Path, table: Any, labels: Labels, encoder: Encoder, threshold: float, capacity: float
) -> dict[str, float]:
    """Fit to ``train.parquet`` and measure on `table`, whose labels are `labels`."""
    wide = one_hot(encoder)
    fitted = Logistic.fit(wide, *read_first_rows(train, wide))
    parts = [fitted.probability(wide.transform(batch)) for batch in table.to_batches(65_536)]
    probabilities = np.concatenate(parts) if parts else np.empty(0)
    return metrics.measure_all(labels, probabilities, threshold, capacity)
