"""A column's figures: how many cells are missing or unread, the least, the most, the commonest."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Column, ColumnSummary
from unchurn.tables.cells import as_text, iso, number_text
from unchurn.tables.date_columns import lost, read_column
from unchurn.tables.date_range import Counts
from unchurn.tables.distinct import LIMIT
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers
from unchurn.tables.truth import as_trained

_TOP = 20


def figures(column: Column, evidence: Evidence) -> ColumnSummary:
    """Sum up a column that is read as `column` says; `evidence` has counted its cells."""
    if column.kind == "number":
        return _of_numbers(column, evidence)
    if column.kind == "date":
        return _of_dates(column, evidence)
    values, rows = evidence.distinct.items()
    values = as_trained(as_text(values), column).values if column.truth else as_text(values)
    pairs = _ranked(values.to_pylist(), rows.tolist())
    texts = sorted(value for value, _ in pairs)
    low, high = (
        (texts[0], texts[-1]) if texts else (evidence.distinct.least, evidence.distinct.most)
    )
    return ColumnSummary(
        column,
        evidence.rows,
        evidence.missing,
        distinct=LIMIT if evidence.distinct.beyond else len(pairs),
        leading_zeros=evidence.leading_zeros,
        minimum=low or "",
        maximum=high or "",
        top=tuple(pairs[:_TOP]),
        examples=tuple(texts[:5]) or evidence.distinct.examples,
    )


def _of_numbers(column: Column, evidence: Evidence) -> ColumnSummary:
    numbers = evidence.numbers[column.decimal].settled()
    coded = sum(numbers.missing_codes.values()) if column.sentinels else 0
    values, rows = evidence.distinct.items()
    if column.truth:
        values = as_trained(as_text(values), column).values
    if pa.types.is_string(values.type):
        read = read_numbers(values, column.decimal, column.unit).values
    else:
        read = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) + 0.0
    known = np.isfinite(read) & ~np.isin(read, [float(each) for each in column.sentinels])
    said = int(rows[np.isfinite(read)].sum()) if column.truth else numbers.readable
    low, high = (0.0, 1.0) if column.truth else (numbers.minimum, numbers.maximum)
    different, found = _commonest(read[known], rows[known])
    pairs = [(number_text(float(value)), count) for value, count in found]
    return ColumnSummary(
        column,
        evidence.rows,
        evidence.missing + evidence.absent.total() + coded,
        unreadable=evidence.told - said,
        infinite=numbers.infinite,
        distinct=LIMIT if evidence.distinct.beyond else different,
        integers=bool(numbers.whole and np.isfinite(low)),
        leading_zeros=evidence.leading_zeros,
        minimum=number_text(low) if np.isfinite(low) else "",
        maximum=number_text(high) if np.isfinite(high) else "",
        top=tuple(pairs[:_TOP]),
        examples=tuple(value for value, _ in pairs[:5]),
    )


def _of_dates(column: Column, evidence: Evidence) -> ColumnSummary:
    dates = evidence.dates.seen(column.date_order, column.pivot)
    absent = sum(evidence.dates.absent.values())
    values, rows = evidence.distinct.items()
    found_in = read_column(as_text(values), column)
    read = found_in.values
    known = ~lost(read, column)
    different, found = _commonest(read[known], rows[known])
    pairs = [(iso(moment), count) for moment, count in found]
    ends = (dates.minimum, dates.maximum)
    unreadable = max(0, evidence.present - absent - dates.readable)
    if not evidence.distinct.beyond and known.any():
        ends = (np.min(read[known]), np.max(read[known]))
        unreadable = int(rows[~found_in.readable].sum())
    return ColumnSummary(
        column,
        evidence.rows,
        evidence.missing + absent + sum(dates.sentinels.values()),
        unreadable=unreadable,
        distinct=LIMIT if evidence.distinct.beyond else different,
        minimum=iso(ends[0]),
        maximum=iso(ends[1]),
        top=tuple(pairs[:_TOP]),
        examples=tuple(value for value, _ in pairs[:5]),
    )


def _commonest(values: npt.NDArray[Any], rows: Counts) -> tuple[int, list[tuple[Any, int]]]:
    """Count different values, and list the commonest `_TOP` with their rows, ties by value."""
    different, codes = np.unique(values, return_inverse=True)
    counts = np.bincount(codes, weights=rows, minlength=len(different)).astype(np.int64)
    first = np.lexsort((different, -counts))[:_TOP]
    return len(different), [(different[place], int(counts[place])) for place in first]


def _ranked(values: list[str], rows: list[int]) -> list[tuple[str, int]]:
    """Join equal values; most rows first, ties by value."""
    joined: dict[str, int] = {}
    for value, count in zip(values, rows, strict=True):
        joined[value] = joined.get(value, 0) + count
    ordered = sorted(joined)
    ordered.sort(key=joined.__getitem__, reverse=True)  # keeps the order of equals
    return [(value, joined[value]) for value in ordered]
