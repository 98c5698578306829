"""``unchurn explain``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from unchurn.artefacts import ROW, Model, Schema, ScoringRun
from unchurn.cli.customer_rows import of_customer
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import here, open_model_store
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.scoring.cutpoints import quantiles
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.explanation import NOTE, explain_rows
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.score_rows import Scorer
from unchurn.modelling.scoring.sentences import readable
from unchurn.pipeline.chosen_model import ChosenModel, choose_model
from unchurn.progress import Progress, Silent
from unchurn.project import Data, Project
from unchurn.report.wording import priced
from unchurn.tables import Table, open_table
from unchurn.tables.headerless import line_up
from unchurn.tables.spelling import spelled, worth_spelled
from unchurn.tables.table import pass_over
from unchurn.tables.typing import type_batch

if TYPE_CHECKING:
    from rich.console import Console


def explain(
    folder: Path, customer: str, data: str, version: int | None, progress: Progress
) -> Outcome:
    """Find a customer and take the score apart."""
    return Outcome(explain_customer(Project.load(folder), customer, version, data, progress))


def explain_customer(
    project: Project,
    customer: str,
    version: int | None = None,
    data: str = "",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Explain every row of `customer`, by the champion or by a version.

    Looks in `data` where it is given, else in [data] score, then in [data] train; the id must
    be exactly as in the table (the row number, where the model has no id). Raises
    `DataError` when the customer is in none, `ConfigError` when there is no model or table.
    """
    chosen = choose_model(project, version, None, open_model_store(project))
    model = Model.load(chosen.bundle)
    scorer = _scorer(project, chosen, model)
    looked = []
    for table in _tables(project, data, progress or Silent()):
        looked.append(table.location)
        rows = _find(table, scorer, customer, project.data)
        if rows.num_rows:
            break
    else:
        what = f"{scorer.schema.id} {customer!r}" if scorer.schema.id else f"row {customer}"
        raise DataError(
            f"There is no {what} in {' or '.join(looked)}.",
            "Give the id exactly as it stands in the table, or name another table with --data.",
        )
    related = model.profile.get("related", ())
    words = Phrasing.of(spelled(project.columns, scorer.live.encoder.features))
    return {
        "schema_version": 1,
        "customer": customer,
        "table": table.location,
        "model_version": chosen.version,
        "model_run_id": chosen.run_id,
        "currency": project.decision.currency,
        "rows": explain_rows(rows, scorer, related, words),
        "note": NOTE,
    }


def _scorer(project: Project, chosen: ChosenModel, model: Model) -> Scorer:
    schema = Schema.from_plain(model.schema)
    return Scorer(
        LiveModel.load(model.boosters, model.model, model.encoder, project.train.threads),
        schema,
        quantiles(model.model),
        worth_spelled(project.decision, schema.names),
        project.score.bands,
        ScoringRun("", chosen.version, chosen.run_id),
    )


def _tables(project: Project, data: str, progress: Progress) -> Iterator[Table]:
    if data:
        yield open_table(here(data, project, progress), project.data, Path.cwd())
        return
    named = [name for name in (project.data.score, project.data.train) if name]
    if not named:
        raise ConfigError("No table to look in was named.", "Add --data FILE.")
    for name in named:
        yield open_table(here(name, project, progress), project.data, project.folder)


def _find(table: Table, scorer: Scorer, customer: str, data: Data) -> pa.Table:
    """Return the customer's rows, of the columns that intake reads, typed as it types them."""
    schema = scorer.schema
    plan = line_up(table.columns, schema, data.header).plan(scorer.decision.clv)
    found = []
    for batch in table.batches(pass_over, plan.headers):
        own = of_customer(plan.renamed(batch), schema.id or ROW, customer)
        found.append(type_batch(own, plan.columns, data.missing))
    return pa.Table.from_batches([batch for batch in found if batch.num_rows] or found[:1])


def show_explain(document: dict[str, Any], console: Console) -> None:
    """Print each row's score, its reasons, and every column's contribution."""
    for row in document["rows"]:
        _show_row(document, row, console)
    console.print(document["note"], markup=False)


def _show_row(document: dict[str, Any], row: dict[str, Any], console: Console) -> None:
    from rich.table import Table as Grid

    model = document["model_version"]
    by = f"version {model}" if model is not None else f"run {document['model_run_id']}"
    console.print(
        f"{document['customer']} (row {row['row_number']:,} of {document['table']}): "
        f"{row['probability']:.1%} likely to leave, decile {row['decile']} of 10, "
        f"band {row['band']}, says {by}.",
        markup=False,
    )
    if row["decision"] is not None:
        value = row["expected_value"]
        money = "" if value is None else priced(f"{value:,.2f}", document["currency"])
        worth = f" (expected value of contacting: {money})" if money else ""
        console.print(f"Decision: {row['decision']}{worth}", markup=False)
    for number, reason in enumerate(row["reasons"], 1):
        console.print(f"  {number}. {reason}", markup=False)
    grid = Grid("Column", "Value", "Usual", "Contribution")
    for part in row["contributions"]:
        usual = "" if part["typical"] is None else readable(part["typical"])
        grid.add_row(part["name"], part["shown"], usual, f"{part['contribution']:+.3f}")
    grid.add_row("base", "", "", f"{row['base']:+.3f}")
    grid.add_row("margin", "", "", f"{row['margin']:+.3f}")
    console.print(grid)
