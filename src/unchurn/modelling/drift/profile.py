"""What the training rows looked like, column by column, for later drift: ``profile.json``.

Counts, exact quantiles and commonest values only. Means and standard deviations differ in
their last digits between engines, so there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.modelling.columns.leakage import as_floats
from unchurn.modelling.columns.related import related_columns
from unchurn.modelling.encoding.folding import counted

SHARES = tuple(range(0, 101, 5))
"""Quantiles kept, in percent."""
MOST_VALUES = 50
Floats = npt.NDArray[np.float64]


def profile_column(cells: pa.ChunkedArray, column: Column) -> dict[str, Any]:
    """Profile one column (rows,).

    Keys: kind, rows, missing, distinct; for numbers and dates ``quantiles`` (values that
    occur, nearest rank below, by `SHARES`; dates as ISO text), and ``edges`` with the rows in
    the ``bins`` they bound: bin i holds edges[i-1] < value <= edges[i], the first one all up
    to edges[0], the last one all above; for categories ``top``, [value, rows] pairs of the
    `MOST_VALUES` commonest, and the rows of all ``others``.
    """
    missing = int(pc.sum(pc.is_null(cells, nan_is_null=True)).as_py() or 0)
    base = {"kind": column.kind, "rows": len(cells), "missing": missing}
    if column.kind in ("number", "date"):
        return {**base, **_ordered(as_floats(cells), column.kind == "date")}
    return {**base, **_counted(cells)}


def _ordered(values: Floats, dates: bool) -> dict[str, Any]:
    present = np.sort(values[np.isfinite(values)])
    if not len(present):
        return {"distinct": 0, "quantiles": [], "edges": [], "bins": []}
    places = [(len(present) - 1) * share // 100 for share in SHARES]
    quantiles = present[places]
    edges = np.unique(quantiles[2:-1:2])
    bins = np.bincount(np.searchsorted(edges, present, side="left"), minlength=len(edges) + 1)
    distinct = 1 + int(np.count_nonzero(present[1:] != present[:-1]))
    return {
        "distinct": distinct,
        "quantiles": _plain(quantiles, dates),
        "edges": _plain(edges, dates),
        "bins": bins.tolist(),
    }


def _plain(values: Floats, dates: bool) -> list[Any]:
    if not dates:
        return [float(value) for value in values]
    return [str(np.datetime64(int(value), "us")) for value in values]


def _counted(cells: pa.ChunkedArray) -> dict[str, Any]:
    ordered = counted(cells)
    top = [[value, rows] for value, rows in ordered[:MOST_VALUES]]
    others = sum(rows for _, rows in ordered[MOST_VALUES:])
    return {"distinct": len(ordered), "top": top, "others": others}


def profile(train: pa.Table, features: Sequence[Column], churned: int) -> dict[str, Any]:
    """Profile training rows, in random order: ``profile.json``.

    Keys: rows, churned, ``columns`` ({name: what `profile_column` makes}) and ``related``
    (groups of names that move together).
    """
    ordered = sorted(features, key=lambda column: column.name)
    return {
        "rows": train.num_rows,
        "churned": churned,
        "columns": {column.name: profile_column(train[column.name], column) for column in ordered},
        "related": related_columns(train, ordered),
    }
