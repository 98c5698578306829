"""One pass over a table: what kind each column is, how its cells are read, its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import DataError
from unchurn.progress import Progress
from unchurn.project import Data
from unchurn.tables.cells import Missing, as_text, missing_spellings
from unchurn.tables.centuries import century_findings, decide_pivots
from unchurn.tables.dates import DateOrder
from unchurn.tables.day_order import day_orders, order_findings
from unchurn.tables.decimal_mark import Mark, decide_marks
from unchurn.tables.distinct import LIMIT
from unchurn.tables.epochs import dated_name
from unchurn.tables.evidence import Evidence
from unchurn.tables.figures import figures
from unchurn.tables.file_scales import FileScales
from unchurn.tables.findings import column_findings
from unchurn.tables.forced import check_forced
from unchurn.tables.forms import with_groups
from unchurn.tables.gathering import Callbacks, Gather, gather_here
from unchurn.tables.grouped_rows import grouped_rows
from unchurn.tables.kinds import decide
from unchurn.tables.missing_codes import check_coded
from unchurn.tables.rejects import Reasons
from unchurn.tables.stated import Stated
from unchurn.tables.table import Reject, Table, pass_over
from unchurn.tables.trailer_rows import trailer_findings
from unchurn.tables.workbook_days import workbook_days

_SHOWN = 5
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
    stated: Stated,
    progress: Progress,
    count: tuple[str, ...] = (),
    reject: Reject = pass_over,
    ids: tuple[str, ...] = (),
    gather: Gather = gather_here,
) -> Survey:
    """Look at every column once, and count the cells of the columns in `count` exactly.

    `ids` name customers: 7.1 and 7.10 are two. `gather` reads the rows, in this process or in many.
    Raises `DataError` when no row can be read or a forced type cannot be, `ConfigError` for codes of no number.
    """
    spelled = missing_spellings(data.missing)
    found = {name: _evidence(name, stated, spelled, table.serials) for name in table.columns}
    reasons = Reasons()

    def refuse(row: int, reason: str, text: str, line: int = 0) -> None:
        reasons.add(reason, line or row)
        reject(row, reason, text, line)

    scales = FileScales(found, len(table.sources))
    with progress.task("Reading the table", table.rows) as task:
        ends = gather(table, found, Callbacks(refuse, scales.end, task.advance))
    if not (rows := next(iter(found.values())).rows):
        raise _unread(table, reasons)
    dates = {name: each.dates for name, each in found.items()}
    present = {name: each.present for name, each in found.items()}
    orders = day_orders(dates, present, stated.date_order)
    read_as = {name: each.order for name, each in orders.items()}
    pivots = decide_pivots(dates, read_as, present)
    decided = decide_marks(found, table.delimiter, stated.marks)
    alone = with_groups(
        _summary(name, each, stated.types.get(name), decided[name], read_as[name], pivots[name])
        for name, each in found.items()
    )
    columns = _as_written(alone, found, ids)
    check_forced(table, columns, stated, spelled)
    check_coded(columns, stated.codes)
    read = rows + reasons.rows
    reasons.refuse(read, data.max_rejected, table.location)
    told = (
        *table.said,
        *reasons.findings(read),
        *scales.findings(columns, column_findings(columns, found, decided, stated)),
        *order_findings(columns, dates, orders, stated),
        *century_findings(columns, dates),
        *trailer_findings(ends[-1], columns, found),
        *grouped_rows(ends[0], columns, found),
        *workbook_days(table.calendars, columns, found),
    )
    return Survey(columns, read, reasons.rows, {n: _counts(n, found[n]) for n in count}, told)


def _evidence(name: str, stated: Stated, spelled: Missing, serials: Epoch) -> Evidence:
    return Evidence(
        spelled,
        stated.types.get(name) == "date",
        dated_name(name),
        stated.codes.get(name, frozenset()),
        stated.epochs.get(name, ""),
        serials,
    )


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
        figures(column, evidence),
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
            cells = figures(replace(each.column, kind="text"), found[name])
            each = replace(each, distinct=cells.distinct, top=cells.top, examples=cells.examples)  # noqa: PLW2901
        looked.append(each)
    return tuple(looked)
