"""Results by group of customers: tenure in quantile bins, categories, cohorts by month.

A model that is right on average can be wrong for the newest customers or for one plan; each
slice shows predicted against observed churn with a Wilson interval of what was observed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Schema
from unchurn.errors import ConfigError, listing
from unchurn.modelling.judging import ranked_metrics
from unchurn.modelling.judging.ranking import Floats, Labels, rank
from unchurn.modelling.judging.reliability import wilson

COLUMNS = 6
VALUES = 12
BINS = 4
LEAST_ROWS = 30
LEAST_CLASS = 10
"""Churned and stayed rows a slice needs before its ROC-AUC and lift are worth reading."""
_TENURE = re.compile(
    r"tenure|months?|\bage\b|account.?length|days|since|vintage|seniority|lifetime|on.?book", re.I
)


def columns(
    schema: Schema, table: pa.Table, wanted: Sequence[str], ranked: Sequence[str]
) -> list[str]:
    """Choose the columns to slice by.

    `wanted` (from the config) is taken as it is; raises `ConfigError` naming one that `table`
    lacks. Without it: the snapshot date, up to two numbers that look like tenure, then
    categories of 2 to 12 values, in the order of `ranked` (most important first); at most 6.
    """
    absent = [name for name in wanted if name not in table.schema.names]
    if absent:
        raise ConfigError(
            f"[evaluate] slices names {listing(absent)}, not in the prepared table.",
            f"Its columns: {listing(table.schema.names, 20)}.",
        )
    if wanted:
        return list(wanted)
    kinds = {column.name: column.kind for column in schema.with_role("feature")}
    by_weight = [name for name in [*ranked, *sorted(set(kinds) - set(ranked))] if name in kinds]
    tenure = [name for name in by_weight if kinds[name] == "number" and is_tenure(name)]
    groups = [name for name in by_weight if kinds[name] == "category" and _few(table[name])]
    cohort = [schema.snapshot] if schema.snapshot in table.schema.names else []
    return [name for name in [*cohort, *tenure[:2], *groups] if name][:COLUMNS]


def is_tenure(name: str) -> bool:
    """Tell whether a column's name is that of an age or of how long somebody has been a customer."""
    return bool(_TENURE.search(name))


def slices(
    table: pa.Table, names: Sequence[str], labels: Labels, probabilities: Floats
) -> list[dict[str, Any]]:
    """Return one dict a slice of at least 30 rows, by column as in `names`.

    Keys: column, value, rows, churned, predicted (mean probability), observed (churn rate), low
    and high (its 95% Wilson interval), roc_auc and lift (in the slice's own riskiest tenth;
    both None with fewer than 10 of either class). At most 12 values a column, most rows first
    for categories, ascending for numbers and dates.
    """
    made = []
    for name in names:
        for value, rows in _parts(table[name]):
            if int(rows.sum()) >= LEAST_ROWS:
                found = _slice(labels[rows], probabilities[rows])
                made.append({"column": name, "value": value, **found})
    return made


def _slice(labels: Labels, probabilities: Floats) -> dict[str, Any]:
    rows, churned = len(labels), int(labels.sum())
    low, high = wilson(churned, rows)
    enough = min(churned, rows - churned) >= LEAST_CLASS
    ranking = rank(labels, probabilities)
    return {
        "rows": rows,
        "churned": churned,
        "predicted": float(probabilities.mean()),
        "observed": churned / rows,
        "low": low,
        "high": high,
        "roc_auc": ranked_metrics.roc_auc(ranking) if enough else None,
        "lift": ranked_metrics.lift(ranking) if enough else None,
    }


Parts = list[tuple[str, npt.NDArray[np.bool_]]]


def _parts(cells: pa.ChunkedArray) -> Parts:
    if pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type):
        return _quantile_bins(cells.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type):
        return _months(cells)
    return _values(cells.cast(pa.string()))


def _quantile_bins(numbers: Floats) -> Parts:
    """Cut numbers at quartiles; few different ones stand for themselves; missing is a bin."""
    known = np.isfinite(numbers)
    names, ends = bins(numbers[known])
    places = np.where(known, np.searchsorted(ends, numbers), -1)
    parts: Parts = [(name, places == place) for place, name in enumerate(names)]
    return [*parts, ("(missing)", ~known)]


def bins(known: Floats) -> tuple[list[str], Floats]:
    """Name bins of finite numbers (n,) and return their upper ends, ascending: quartiles, or few values each.

    Every end is a value that occurs, so that the names are true of the rows.
    """
    distinct = np.unique(known)
    if len(distinct) <= BINS + 1:
        return [f"{value:g}" for value in distinct], distinct
    shares = np.linspace(0, 1, BINS + 1)
    edges = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    names = [
        f"{low:g} to {high:g}" if place == 0 else f"over {low:g} to {high:g}"
        for place, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    return names, edges[1:]


def _months(cells: pa.ChunkedArray) -> Parts:
    days = cells.cast(pa.timestamp("us")).to_numpy().astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    latest = np.unique(months[~np.isnat(months)])[-VALUES:]
    return [*((str(month), months == month) for month in latest), ("(missing)", np.isnat(months))]


def _values(cells: pa.ChunkedArray) -> Parts:
    counted = pc.value_counts(cells).to_pylist()
    pairs = sorted(counted, key=lambda each: (-each["counts"], str(each["values"])))
    parts: Parts = []
    for value in (each["values"] for each in pairs[:VALUES]):
        same = pc.is_null(cells) if value is None else pc.fill_null(pc.equal(cells, value), False)
        shown = "(missing)" if value is None else str(value)
        parts.append((shown, same.to_numpy().astype(bool)))
    return parts


def _few(cells: pa.ChunkedArray) -> bool:
    return 2 <= int(pc.count_distinct(cells, mode="only_valid").as_py()) <= VALUES
