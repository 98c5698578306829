"""intake: today's customers → a Batch typed by the model's schema, no row lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from unchurn.artefacts import ROW, Batch, Difference, Finding, Model, Schema, TableDay, Workspace
from unchurn.errors import DataError, counted
from unchurn.history.reach import ENDS_EARLY
from unchurn.modelling.drift.arrivals import Arriving, Trained
from unchurn.modelling.drift.difference import told
from unchurn.progress import Progress
from unchurn.project import Data, Decision, Quality
from unchurn.tables import Table
from unchurn.tables.arrivals import Arrivals, Plan
from unchurn.tables.headerless import LinedUp, line_up
from unchurn.tables.parquet import write_parquet
from unchurn.tables.placed import FEWEST, Placed
from unchurn.tables.quality.arriving import Besides, besides
from unchurn.tables.quality.own_rules import OwnRules
from unchurn.tables.quality.verdicts import differences
from unchurn.tables.rejects import UNREADABLE, Rejects
from unchurn.tables.typing import arrow_type, type_batch
from unchurn.tables.workbook_days import WorkbookDays


def intake(
    table: Table,
    model: Model,
    data: Data,
    decision: Decision,
    quality: Quality,
    day: TableDay,
    workspace: Workspace,
    progress: Progress,
) -> Batch:
    """Type a table by the model's schema, in input order, in memory that does not grow with it.

    Headers are matched forgivingly; columns that the model does not know are left out and
    noted, and so is the label. Rows that cannot be split into cells go to rejects.csv. What
    arrives is compared with the training rows and held against [quality]; where that is grave, the
    first note says so.
    Raises `DataError` naming the columns that are missing, or one whose cells are mostly not
    of the kind that the model was trained on.
    """
    trained = Schema.from_plain(model.schema)
    lined = line_up(table.columns, trained, data.header)
    plan = lined.plan(decision.clv)
    before = Trained.of(model.profile, model.encoder)
    placed = Placed(plan.columns if lined.headerless else (), before.ranges)
    arrivals, arriving = Arrivals(plan.columns, before.ranges, before.bulks), Arriving(before)
    fields = [pa.field(column.name, arrow_type(column)) for column in plan.columns]
    schema = pa.schema([pa.field(ROW, pa.int64()), *fields])
    path = workspace / "customers.parquet"
    days = WorkbookDays(table.calendars, plan.columns)
    more = besides(quality.rules, trained, plan, lined)
    asked = (quality.rules, (*plan.columns, *more.columns), workspace, day.day, more.absent)
    with Rejects(workspace / "rejects.csv") as rejects, OwnRules(*asked) as rules:
        watched = (lined, arrivals, arriving, placed, days, rules)
        rows = _typed(table, (plan, more), watched, data, rejects, progress)
        kept = write_parquet(rows, path, schema, staged=True)
        verdicts = rules.verdicts()
    _require_rows(table, kept, rejects)
    read = kept + rejects.rows
    rejects.reasons.refuse(read, data.max_rejected, table.location)
    doubts = [*table.doubts, *table.short, *arrivals.doubts(), *placed.doubts()]
    differs = [*doubts, *arriving.differs()]
    retyped = arrivals.retyped(FEWEST) if lined.headerless else []
    lined.refuse_others(retyped, told(differs), arriving.foreign())
    arrivals.refuse_retyped()
    notes = [
        *_led([*differs, *differences(verdicts)], table),
        *plan.findings,
        *lined.findings,
        *table.told,
    ]
    notes += [*arrivals.findings(), *arriving.findings(differs), *days.findings()]
    notes += [*_rejected(rejects), *rejects.reasons.findings(read)]
    return Batch(
        customers=path,
        rejects=rejects.path,
        rows={"read": read, "kept": kept, "rejected": _counted(rejects)}
        | ({"lines": table.lines} if table.lines else {}),
        notes=[note.to_plain() for note in notes],
        quality=verdicts or None,
    )


def _typed(
    table: Table,
    plans: tuple[Plan, Besides],
    watched: tuple[LinedUp, Arrivals, Arriving, Placed, WorkbookDays, OwnRules],
    data: Data,
    rejects: Rejects,
    progress: Progress,
) -> Iterator[pa.RecordBatch]:
    lined, arrivals, arriving, placed, days, rules = watched
    plan, more = plans
    with progress.task("Reading customers", table.rows) as task:
        for batch in table.batches(rejects.add, (*plan.headers, *more.headers)):
            named = plan.renamed(batch.select(range(1 + len(plan.headers))))
            typed = type_batch(named, plan.columns, data.missing, arrivals.tally)
            lined.refuse_header(named, typed)
            arrivals.look(named, typed)
            arriving.look(typed)
            placed.look(typed)
            days.look(named)
            rules.look(more.beside(typed, batch, data.missing))
            yield typed
            task.advance(batch.num_rows)


def _led(differs: Sequence[Difference], table: Table) -> list[Finding]:
    """Say what differs, and that the history ends early before it: that may be why."""
    early = [each for each in table.notes if each.code == ENDS_EARLY]
    return [*told(differs, early), *(each for each in table.notes if each not in early)]


def _require_rows(table: Table, kept: int, rejects: Rejects) -> None:
    if not kept:
        raise DataError(
            f"No row of {table.location} could be read; {rejects.rows:,} were rejected.",
            "Check that the file is what its suffix says.",
        )


def _counted(rejects: Rejects) -> dict[str, int]:
    return {UNREADABLE: rejects.rows} if rejects.rows else {}


def _rejected(rejects: Rejects) -> list[Finding]:
    if not rejects.rows:
        return []
    words = f"{counted(rejects.rows, 'row')} could not be read and got no score; see the rejects."
    return [Finding("ragged-rows", "warning", words, count=rejects.rows)]
