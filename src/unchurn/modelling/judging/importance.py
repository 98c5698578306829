"""Which columns move the score, from exact TreeSHAP on test rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa

from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.modelling.judging.ranking import Floats
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import business_contributions

TOP = 12
DOTS = 300
NOTE = (
    "Contributions add up, with the base, to the uncalibrated margin (log-odds); "
    "they show what the model associates with churn, not what causes it."
)


@dataclass(frozen=True)
class Explained:
    """Contributions (rows, columns) of business columns to the margin of test rows, in log-odds.

    `base` and `margin` are (rows,); each row's contributions and base add up to its margin.
    """

    table: pa.Table
    columns: tuple[str, ...]
    contributions: Floats
    base: Floats
    margin: Floats

    @classmethod
    def of(cls, live: LiveModel, rows: JudgedRows, most: int) -> Self:
        """Explain the first `most` rows: a random sample, as rows are sorted by customer md5."""
        matrix = rows.matrix[:most]
        made = live.contributions(matrix)
        names, merged, base = business_contributions(made, live.encoder)
        return cls(rows.table.slice(0, most), names, merged, base, live.margin(matrix))

    def importance(self) -> list[dict[str, Any]]:
        """Return every column with its mean absolute contribution and share, largest first."""
        weight = np.abs(self.contributions).mean(axis=0)
        total = float(weight.sum()) or 1.0
        order = sorted(range(len(weight)), key=lambda each: (-weight[each], self.columns[each]))
        return [
            {
                "column": self.columns[each],
                "mean_abs": float(weight[each]),
                "share": float(weight[each]) / total,
            }
            for each in order
        ]

    def summary(self) -> list[dict[str, Any]]:
        """Return the 12 weightiest columns with at most 300 rows' contributions.

        `values` are where each cell stands among the explained rows, 0 lowest and 1 highest;
        None for categories and missing cells.
        """
        return [
            {
                "column": each["column"],
                "contributions": self._of(each["column"])[:DOTS].tolist(),
                "values": _standing(self.table[each["column"]])[:DOTS],
            }
            for each in self.importance()[:TOP]
        ]

    def _of(self, column: str) -> Floats:
        return self.contributions[:, self.columns.index(column)]

    def to_arrow(self, id_column: str | None) -> pa.RecordBatch:
        """Return shap.csv's content: id, one column a business column, base, margin.

        Without an id, ``row`` numbers the rows of the test table from 1. Where the table has columns
        of these names, ours are told apart as `kept_apart` says.
        """
        taken = {*self.columns, *([id_column] if id_column else [])}
        row, base, margin = kept_apart(("row", "base", "margin"), taken)
        ids = (
            self.table[id_column].combine_chunks()
            if id_column in self.table.schema.names
            else pa.array(range(1, len(self.base) + 1), pa.int64())
        )
        parts = [ids, *self.contributions.T, self.base, self.margin]
        names = [id_column or row, *self.columns, base, margin]
        return pa.RecordBatch.from_arrays([pa.array(part) for part in parts], names)


def kept_apart(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Return names for columns of ours; one that the table has, too, ends in ``_``, or in more."""
    apart = []
    for name in names:
        while name in taken:
            name += "_"  # noqa: PLW2901  (made longer until it is free)
        apart.append(name)
    return apart


def _standing(cells: pa.ChunkedArray) -> list[float | None]:
    """Midrank of each number or date among the known ones, scaled to [0, 1]."""
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        cells = cells.cast(pa.timestamp("us")).cast(pa.int64())
    if not (pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type)):
        return [None] * len(cells)
    # microseconds of before 1685 and after 2255 are whole numbers that no float holds
    numbers = cells.cast(pa.float64(), safe=False).to_numpy()
    known = np.isfinite(numbers)
    _, place, count = np.unique(numbers[known], return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count + 1) / 2
    span = max(float(known.sum()) - 1, 1.0)
    standing: list[float | None] = [None] * len(numbers)
    for row, rank in zip(np.flatnonzero(known), middle[place] / span, strict=True):
        standing[row] = float(rank)
    return standing
