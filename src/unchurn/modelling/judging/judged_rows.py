"""The rows a model is judged on: never seen in fitting, scored once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import GROUP, LABEL
from unchurn.modelling.encoding.encoder import Matrix
from unchurn.modelling.judging.ranking import EPSILON, Codes, Floats, Labels, Ranking, rank
from unchurn.modelling.scoring.ensemble import LiveModel


@dataclass(frozen=True)
class JudgedRows:
    """Test rows and their scores; arrays are (rows,), `matrix` is (rows, width)."""

    table: pa.Table
    matrix: Matrix
    labels: Labels
    probabilities: Floats

    @classmethod
    def read(cls, path: Path, live: LiveModel) -> Self:
        """Read ``test.parquet`` of Prepared and score it with `live`."""
        table = pq.read_table(path)
        matrix = live.encoder.transform(table)
        labels = table[LABEL].to_numpy().astype(np.int8)
        return cls(table, matrix, labels, live.probability(live.margin(matrix)))

    @cached_property
    def ranking(self) -> Ranking:
        """Counts by distinct probability."""
        return rank(self.labels, self.probabilities)

    @cached_property
    def groups(self) -> Codes | None:
        """Number of each row's customer, from 0; None when no customer has two rows."""
        codes = self.table[GROUP].combine_chunks().dictionary_encode()
        if len(codes.dictionary) == len(self.labels):
            return None
        return np.asarray(codes.indices.to_numpy(), dtype=np.int64)

    def customers(self) -> dict[str, int]:
        """Count the customers, and those with a row of each outcome; one may have rows of both."""
        codes = np.arange(len(self.labels)) if self.groups is None else self.groups
        left = self.labels == 1
        sides = {"all": codes, "churned": codes[left], "stayed": codes[~left]}
        return {name: len(np.unique(each)) for name, each in sides.items()}


def surprises(labels: Labels, probabilities: Floats) -> Floats:
    """Return each row's share of the log loss, (rows,)."""
    given = np.where(labels == 1, probabilities, 1 - probabilities)
    return np.asarray(-np.log(np.clip(given, EPSILON, 1.0)))


def mean_with_interval(values: Floats, groups: Codes | None) -> dict[str, float]:
    """Return the mean of row values with its 95% normal interval, customers kept whole.

    The variance is the cluster-robust one: of sums over each customer's centred values.
    """
    mean = float(values.mean())
    centred = values - mean
    sums = centred if groups is None else np.bincount(groups, weights=centred)
    half = 1.959963984540054 * float(np.sqrt((sums * sums).sum())) / len(values)
    return {"value": mean, "low": mean - half, "high": mean + half}
