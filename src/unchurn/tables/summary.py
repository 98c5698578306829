"""One pass over a table: what kind each column is, how its cells are read, its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.errors import DataError
from unchurn.progress import Progress
from unchurn.project import Data
from unchurn.tables.cells import as_text, missing_spellings, number_text
from unchurn.tables.dates import read_dates
from unchurn.tables.distinct import LIMIT
from unchurn.tables.evidence import Evidence, iso
from unchurn.tables.findings import column_findings
from unchurn.tables.kinds import decide
from unchurn.tables.numbers import read_numbers
from unchurn.tables.table import Reject, Table
from unchurn.tables.truth import as_trained

_TOP = 20


@dataclass(frozen=True)
class Survey:
    """What one pass over a table found.

    `read` counts all rows, `rejected` those that could not be split into cells. `counts` maps
    the trimmed cells of each asked-for column to rows, "" being missing ones.
    """

    columns: tuple[ColumnSummary, ...]
    read: int
    rejected: int
    counts: dict[str, dict[str, int]]
    findings: tuple[Finding, ...]


def summarise(
    table: Table, data: Data, types: Mapping[str, str], progress: Progress
) -> list[ColumnSummary]:
    """Look at every column once; `types` forces kinds by column name."""
    return list(survey(table, data, types, progress).columns)


def survey(
    table: Table,
    data: Data,
    types: Mapping[str, str],
    progress: Progress,
    count: tuple[str, ...] = (),
    reject: Reject | None = None,
) -> Survey:
    """Look at every column once, and count the cells of the columns in `count` exactly.

    Raises `DataError` when no row can be read.
    """
    spelled = missing_spellings(data.missing)
    found = {name: Evidence(spelled, types.get(name) == "date") for name in table.columns}
    rejected: list[int] = []

    def refuse(row: int, reason: str, text: str) -> None:
        rejected.append(row)
        if reject is not None:
            reject(row, reason, text)

    with progress.task("Reading the table", table.rows) as task:
        for batch in table.batches(refuse):
            for name, evidence in found.items():
                evidence.add(batch.column(name))
            task.advance(batch.num_rows)
    rows = next(iter(found.values())).rows
    if not rows:
        raise DataError(
            f"No row of {table.location} could be read; {len(rejected):,} were rejected.",
            "Check that the file is what its suffix says.",
        )
    columns = tuple(_summary(name, each, types.get(name)) for name, each in found.items())
    counts = {name: _counts(name, found[name]) for name in count}
    read = rows + len(rejected)
    return Survey(columns, read, len(rejected), counts, tuple(column_findings(columns, found)))


def _counts(name: str, evidence: Evidence) -> dict[str, int]:
    if evidence.distinct.beyond:
        raise DataError(
            f"The column {name!r} has more than {LIMIT:,} different values; a label has two.",
            "Check [churn] target.",
        )
    values, rows = evidence.distinct.items()
    counted: dict[str, int] = {}
    for value, count in zip(as_text(values).to_pylist(), rows.tolist(), strict=True):
        counted[value] = counted.get(value, 0) + count
    return counted | ({"": evidence.missing} if evidence.missing else {})


def _summary(name: str, evidence: Evidence, forced: str | None) -> ColumnSummary:
    column = decide(name, evidence, forced)
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
    numbers = evidence.numbers[column.decimal]
    lost = sum(numbers.missing_codes.values()) if column.sentinels else 0
    values, rows = evidence.distinct.items()
    if column.truth:
        values = as_trained(as_text(values), column).values
    if pa.types.is_string(values.type):
        read = read_numbers(values, column.decimal).values
    else:
        read = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) + 0.0
    known = np.isfinite(read) & ~np.isin(read, [float(each) for each in column.sentinels])
    said = int(rows[np.isfinite(read)].sum()) if column.truth else numbers.readable
    low, high = (0.0, 1.0) if column.truth else (numbers.minimum, numbers.maximum)
    pairs = _ranked([number_text(float(each)) for each in read[known]], rows[known].tolist())
    return ColumnSummary(
        column,
        evidence.rows,
        evidence.missing + lost,
        unreadable=evidence.present - said,
        infinite=numbers.infinite,
        distinct=LIMIT if evidence.distinct.beyond else len(pairs),
        integers=bool(numbers.whole and np.isfinite(low)),
        leading_zeros=evidence.leading_zeros,
        minimum=number_text(low) if np.isfinite(low) else "",
        maximum=number_text(high) if np.isfinite(high) else "",
        top=tuple(pairs[:_TOP]),
        examples=tuple(value for value, _ in pairs[:5]),
    )


def _of_dates(column: Column, evidence: Evidence) -> ColumnSummary:
    dates = evidence.dates[column.date_order]
    values, rows = evidence.distinct.items()
    read = read_dates(as_text(values), column.date_order, compact=True).values
    known = ~np.isnat(read)
    for sentinel in column.sentinels:
        known &= read.astype("datetime64[D]") != np.datetime64(sentinel)
    pairs = _ranked([iso(each) for each in read[known]], rows[known].tolist())
    return ColumnSummary(
        column,
        evidence.rows,
        evidence.missing + sum(dates.sentinels.values()),
        unreadable=evidence.present - dates.readable,
        distinct=LIMIT if evidence.distinct.beyond else len(pairs),
        minimum=iso(dates.minimum),
        maximum=iso(dates.maximum),
        top=tuple(pairs[:_TOP]),
        examples=tuple(value for value, _ in pairs[:5]),
    )


def _ranked(values: list[str], rows: list[int]) -> list[tuple[str, int]]:
    """Join equal values; most rows first, ties by value."""
    joined: dict[str, int] = {}
    for value, count in zip(values, rows, strict=True):
        joined[value] = joined.get(value, 0) + count
    return sorted(joined.items(), key=lambda pair: (-pair[1], pair[0]))
