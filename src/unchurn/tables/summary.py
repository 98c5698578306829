"""One pass over a table: what kind each column is, how its cells are read, its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.errors import DataError
from unchurn.progress import Progress
from unchurn.project import Data
from unchurn.tables.cells import Missing, as_text, iso, missing_spellings, number_text
from unchurn.tables.centuries import century_findings, decide_pivots
from unchurn.tables.date_columns import lost, read_column
from unchurn.tables.date_range import Counts
from unchurn.tables.dates import DateOrder
from unchurn.tables.day_order import day_orders, order_findings
from unchurn.tables.decimal_mark import Mark, Marks, decide_marks
from unchurn.tables.distinct import LIMIT
from unchurn.tables.epochs import dated_name
from unchurn.tables.evidence import Evidence
from unchurn.tables.file_scales import FileScales
from unchurn.tables.findings import column_findings
from unchurn.tables.forced import check_forced
from unchurn.tables.forms import with_groups
from unchurn.tables.grouped_rows import grouped_rows
from unchurn.tables.kinds import decide
from unchurn.tables.measures import read_numbers
from unchurn.tables.missing_codes import NO_CODES, Codes, check_coded
from unchurn.tables.rejects import Reasons
from unchurn.tables.table import Reject, Table, pass_over
from unchurn.tables.trailer_rows import trailer_findings
from unchurn.tables.truth import as_trained

_TOP = 20
_SHOWN = 5
UNSTATED = Marks()
"""No decimal mark stated: each is found from the file."""
_LONG = 1e11
_CUT = r"^[1-9](?:[.,][0-9]{1,14})?[eE]\+?0?(?:1[1-9]|[2-9][0-9])$"


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


def survey(
    table: Table,
    data: Data,
    types: Mapping[str, str],
    progress: Progress,
    count: tuple[str, ...] = (),
    reject: Reject = pass_over,
    date_order: str | Mapping[str, str] = "",
    marks: Marks = UNSTATED,
    ids: tuple[str, ...] = (),
    codes: Mapping[str, Codes] = NO_CODES,
) -> Survey:
    """Look at every column once, and count the cells of the columns in `count` exactly.

    `types`, `date_order`, `marks` and `codes` are the user's words. `ids` name customers: 7.1 and 7.10 are two.
    Raises `DataError` when no row can be read or a forced type cannot be, `ConfigError` for codes of no number.
    """
    spelled = missing_spellings(data.missing)
    found = {name: _evidence(name, types, spelled, codes) for name in table.columns}
    reasons = Reasons()

    def refuse(row: int, reason: str, text: str, line: int = 0) -> None:
        reasons.add(reason, line or row)
        reject(row, reason, text, line)

    ends: list[pa.RecordBatch] = []
    scales = FileScales(found, len(table.sources))
    with progress.task("Reading the table", table.rows) as task:
        for batch in table.batches(refuse, ended=scales.end):
            for name, evidence in found.items():
                evidence.add(batch.column(name))
            ends = _ends(ends, batch)
            task.advance(batch.num_rows)
    if not (rows := next(iter(found.values())).rows):
        raise _unread(table, reasons)
    dates = {name: each.dates for name, each in found.items()}
    present = {name: each.present for name, each in found.items()}
    orders = day_orders(dates, present, date_order)
    read_as = {name: each.order for name, each in orders.items()}
    pivots = decide_pivots(dates, read_as, present)
    decided = decide_marks(found, table.delimiter, marks)
    alone = with_groups(
        _summary(name, each, types.get(name), decided[name], read_as[name], pivots[name])
        for name, each in found.items()
    )
    columns = _as_written(alone, found, ids)
    check_forced(table, columns, types, spelled)
    check_coded(columns, codes)
    read = rows + reasons.rows
    reasons.refuse(read, data.max_rejected, table.location)
    told = (
        *table.said,
        *reasons.findings(read),
        *scales.findings(columns, column_findings(columns, found, decided)),
        *order_findings(columns, dates, orders),
        *century_findings(columns, dates),
        *trailer_findings(ends[-1], columns, found),
        *grouped_rows(ends[0], columns, found),
    )
    return Survey(columns, read, reasons.rows, {n: _counts(n, found[n]) for n in count}, told)


def _ends(before: list[pa.RecordBatch], batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    """Keep a table's first row and its last."""
    if not batch.num_rows:
        return before
    return [*(before or [batch.slice(0, 1)])[:1], batch.slice(batch.num_rows - 1)]


def _evidence(
    name: str, types: Mapping[str, str], spelled: Missing, codes: Mapping[str, Codes]
) -> Evidence:
    stated = codes.get(name, frozenset())
    return Evidence(spelled, types.get(name) == "date", dated_name(name), stated)


def _unread(table: Table, reasons: Reasons) -> DataError:
    return DataError(
        f"No row of {table.location} could be read; {reasons.rows:,} were rejected.",
        "Check that the file is what its suffix says.",
    )


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


def _summary(
    name: str, evidence: Evidence, forced: str | None, mark: Mark, order: DateOrder, pivot: int
) -> ColumnSummary:
    column = decide(name, evidence, forced, mark.decimal, order, pivot)
    return replace(
        _figures(column, evidence),
        as_numbers=max(each.readable for each in evidence.numbers.values()),
        as_dates=evidence.dates.readable,
        unread=tuple(sorted(evidence.unread, key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]),
        damaged=_damaged(evidence),
        other_mark=min(evidence.marks.point, evidence.marks.comma),
    )


def _damaged(evidence: Evidence) -> int:
    """Count long whole numbers that a spreadsheet has cut to a few digits."""
    values, rows = evidence.distinct.items()
    most = max(each.settled().maximum for each in evidence.numbers.values())
    if most < _LONG or not len(values):
        return 0
    return int(
        rows[pc.match_substring_regex(as_text(values), _CUT).to_numpy(zero_copy_only=False)].sum()
    )


def _as_written(
    columns: Iterable[ColumnSummary], found: Mapping[str, Evidence], ids: tuple[str, ...]
) -> tuple[ColumnSummary, ...]:
    """Count the different cells of ids as text, which they are whatever they look like."""
    looked = []
    for each in columns:
        name = each.column.name
        if name in ids:
            cells = _figures(replace(each.column, kind="text"), found[name])
            each = replace(each, distinct=cells.distinct, top=cells.top, examples=cells.examples)  # noqa: PLW2901
        looked.append(each)
    return tuple(looked)


def _figures(column: Column, evidence: Evidence) -> ColumnSummary:
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
