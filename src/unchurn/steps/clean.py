"""clean: a raw table → typed, labelled, deduplicated customers, every lost row counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import (
    Clean,
    ColumnSummary,
    Finding,
    Schema,
    Snapshots,
    Workspace,
)
from unchurn.errors import DataError, counted
from unchurn.modelling.columns.any_value import Days, any_finding, brought_down, no_day
from unchurn.modelling.columns.label_meanings import ANY, Said
from unchurn.modelling.columns.labels import LabelError, LabelRule, read_labels
from unchurn.progress import Progress
from unchurn.project import Churn, Columns, Data, Engine
from unchurn.tables import Table
from unchurn.tables.cells import Missing, as_text, missing_spellings, present
from unchurn.tables.date_columns import days_of
from unchurn.tables.engines import EngineProtocol, Settled, open_engine
from unchurn.tables.labelled import LabelledTyping, Spell
from unchurn.tables.odd_ids import OddIds
from unchurn.tables.passes import Passes, passes_over
from unchurn.tables.rejects import UNREADABLE, Rejects
from unchurn.tables.roles import give_roles, named_columns
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, survey
from unchurn.tables.table import pass_over

_ROWS_SHOWN = 6
IGNORED = "label ignored"
"""The reason under which customers are counted who are neither churned nor stayed."""


def clean(
    table: Table,
    data: Data,
    churn: Churn,
    columns: Columns,
    engine: Engine,
    workspace: Workspace,
    progress: Progress,
    snapshots: Snapshots | None = None,
) -> Clean:
    """Type every column, read the label, drop what cannot teach, and count it.

    Dropped, each under its own reason: rows that could not be split into cells, rows without
    a label, customers who are neither churned nor stayed, and rows equal in everything to
    another, the id included. The question and the plan of `snapshots`, where the table is theirs,
    are passed on to the model.
    Raises `ConfigError` on columns that the table lacks, `DataError` on labels that cannot be
    read and on tables with too little in them.
    """
    worker = open_engine(engine)  # first, for it may be missing something
    with passes_over(table, worker, workspace, progress) as passes:
        return _cleaned(table, data, churn, columns, worker, passes, workspace, progress, snapshots)


def _cleaned(
    table: Table,
    data: Data,
    churn: Churn,
    columns: Columns,
    worker: EngineProtocol,
    passes: Passes,
    workspace: Workspace,
    progress: Progress,
    snapshots: Snapshots | None,
) -> Clean:
    """Clean a table by two `passes` over it."""
    names = named_columns(table.columns, churn, columns)
    target = names[churn.target]
    with Rejects(workspace / "rejects.csv") as rejects:
        said = Said.of(churn.positive, churn.negative, churn.ignore)
        count = () if said.takes_any else (target,)
        ids = (names[churn.id],) if churn.id else ()
        stated = Stated.of(columns, names)
        seen = survey(table, data, stated, progress, count, rejects.add, ids, passes.gather)
    _require_rows(seen)
    of_target = next(s for s in seen.columns if s.column.name == target)
    days = days_of(of_target) if said.takes_any else None
    spell = partial(_spelled, missing=missing_spellings(data.missing), said=said, days=days)
    labels = _labels(table, target, seen, churn, said, data, spell, days)
    roles = give_roles([each.column for each in seen.columns], churn, columns, names)
    kept = [column for column in roles if column.role != "target"]
    path = workspace / "customers.parquet"
    odd = OddIds(churn.id and names[churn.id], scored=False)
    typing = LabelledTyping(kept, target, labels.codes, spell, data.missing)
    settled = passes.settle(typing, path, progress, odd)
    # how ids are written is known once all have been read
    roles = [replace(each, forms=odd.forms) if each.role == "id" else each for each in roles]
    schema = Schema(tuple(roles), labels.positive, labels.negative)
    hidden = {target, schema.id} - {None}
    read = [e for e in seen.findings if e.column not in hidden or e.code == "lone-code"]
    findings = [*table.notes, *read, *labels.findings, *_any_value(of_target, labels, said)]
    findings += _row_findings(seen, settled, labels) + _identity(schema, worker, path, odd)
    summary = [replace(s, column=c).to_plain() for s, c in zip(seen.columns, roles, strict=True)]
    return Clean(
        customers=path,
        rejects=workspace / "rejects.csv",
        schema=schema.to_plain(),
        summary=summary,
        rows=_rows(seen, settled, labels, table),
        findings=[finding.to_plain() for finding in findings],
        contract=snapshots.contract if snapshots else None,
        plan=snapshots.plan if snapshots else None,
    )


def _require_rows(seen: Survey) -> None:
    if seen.read - seen.rejected < 2:
        raise DataError(
            "The table has one row; nothing can be learned from a single customer.",
            "Train on a table of many customers, churned and not.",
        )


def _labels(
    table: Table,
    target: str,
    seen: Survey,
    churn: Churn,
    said: Said,
    data: Data,
    spell: Spell,
    days: Days | None,
) -> LabelRule:
    try:
        counts = _any_counts(table, target, spell) if said.takes_any else seen.counts[target]
        return read_labels(
            counts,
            churn.positive,
            (*data.missing, *no_day(counts, said, days)),
            churn.negative,
            churn.ignore,
            target,
            days is not None,
        )
    except LabelError as error:
        rows = _rows_of(table, target, error.unknown)
        raise (error.with_rows(rows) if rows else error) from error


def _rows_of(table: Table, target: str, spellings: Sequence[str]) -> dict[str, list[int]]:
    """Find the first rows of each spelling, counted from 1 below the header."""
    found: dict[str, list[int]] = {spelling: [] for spelling in spellings}
    if not found:
        return found
    wanted = pa.array(list(found), pa.string())
    for batch in table.batches(pass_over, (target,)):
        cells = pc.utf8_trim_whitespace(as_text(batch.column(target)))
        hits = pc.is_in(cells, value_set=wanted)
        rows = batch.column(0).filter(hits).to_pylist()
        for row, cell in zip(rows, cells.filter(hits).to_pylist(), strict=True):
            if len(found[cell]) < _ROWS_SHOWN:
                found[cell].append(row)
    return found


def _spelled(values: pa.Array, missing: Missing, said: Said, days: Days | None) -> pa.Array:
    """Return different labels as they are looked up: trimmed, "" for missing ones."""
    known = pc.fill_null(present(values, missing), "")
    return brought_down(known, said, days) if said.takes_any else known


def _any_counts(table: Table, target: str, spell: Spell) -> dict[str, int]:
    """Count a target of which any value means churned, however many there are."""
    counts: Counter[str] = Counter()
    for batch in table.batches(pass_over, (target,)):
        found = pc.value_counts(pc.fill_null(as_text(batch.column(target)), ""))
        spelled = spell(found.field("values")).to_pylist()
        for value, rows in zip(spelled, found.field("counts").to_pylist(), strict=True):
            counts[value] += rows
    return dict(counts)


def _any_value(target: ColumnSummary, labels: LabelRule, said: Said) -> list[Finding]:
    return [any_finding(target, labels)] if ANY in said.positive else []


def _rows(seen: Survey, settled: Settled, labels: LabelRule, table: Table) -> dict[str, object]:
    readable = seen.read - seen.rejected
    dropped = {
        UNREADABLE: seen.rejected,
        IGNORED: labels.ignored,
        "missing label": readable - settled.labelled - labels.ignored,
        "exact duplicate": settled.labelled - settled.kept,
    }
    counted = {reason: rows for reason, rows in dropped.items() if rows}
    rows: dict[str, object] = {"read": seen.read, "kept": settled.kept, "dropped": counted}
    return rows | ({"lines": table.lines} if table.lines else {})


def _row_findings(seen: Survey, settled: Settled, labels: LabelRule) -> list[Finding]:
    unlabelled = seen.read - seen.rejected - settled.labelled - labels.ignored
    twice = settled.labelled - settled.kept
    told = [
        ("ragged-rows", seen.rejected, "could not be read; see rejects.csv"),
        ("label-ignored", labels.ignored, "left out: neither churned nor stayed"),
        ("missing-label", unlabelled, "left out: without a label there is nothing to learn"),
        ("exact-duplicate", twice, "dropped: the same as another row in everything"),
    ]
    return [
        Finding(
            code,
            "warning" if code == "ragged-rows" else "note",
            f"{counted(rows, 'row')} {words}.",
            count=rows,
        )
        for code, rows, words in told
        if rows
    ]


def _identity(schema: Schema, worker: EngineProtocol, path: Path, odd: OddIds) -> list[Finding]:
    if schema.id is None:
        return []
    found = worker.identity(path, schema.id)
    told = [
        ("missing-id", found.missing, "row has no id", "rows have no id"),
        (
            "repeated-id",
            found.repeated,
            "customer has several rows; they stay on one side of every split",
            "customers have several rows; they stay on one side of every split",
        ),
        (
            "conflicting-labels",
            found.conflicting,
            "customer has rows that say both churned and stayed",
            "customers have rows that say both churned and stayed",
        ),
    ]
    findings = [
        Finding(code, "warning", f"{counted(count, one, many)}.", schema.id, count)
        for code, count, one, many in told
        if count
    ]
    return [*findings, *odd.findings()]
