"""``unchurn snapshot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.artefacts import Model
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_model_store, with_tables_here
from unchurn.pipeline.observing import snapshot as observe
from unchurn.pipeline.observing import write_snapshots
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console


def snapshot(folder: Path, out: Path, as_of: str, fresh: bool, progress: Progress) -> Outcome:
    """Observe a history into a file; one day by the champion's plan where there is a champion."""
    project = with_tables_here(Project.load(folder), progress)
    made = observe(project, as_of, _champion(project) if as_of else None, progress, fresh)
    contract = write_snapshots(made, project, out)
    return Outcome(
        {
            "schema_version": 1,
            "as_of": as_of,
            "out": str(out),
            "contract": str(contract),
            "contract_sha256": made.contract["sha256"],
            "observed_until": made.contract["observed_until"],
            "features": len(made.plan["features"]),
            "rows": made.rows,
            "findings": made.findings,
        }
    )


def _champion(project: Project) -> Model | None:
    store = open_model_store(project)
    number = store.registry.alias("champion")
    return Model.load(store.folder(store.registry.get(number))) if number else None


def show_snapshot(document: dict[str, Any], console: Console) -> None:
    """Print who was looked at, who was not and why, and where the table is."""
    rows = document["rows"]
    leave = (
        "who leaves is not known yet" if document["as_of"] else f"{rows['left']:,} of them leave"
    )
    console.print(
        f"{rows['customers']:,} customers, {rows['customer_days']:,} customer-days: "
        f"{rows['eligible']:,} looked at, {leave}."
    )
    for reason, count in sorted(rows["excluded"].items(), key=lambda pair: -pair[1]):
        console.print(f"  {count:,} left out: {reason}", markup=False)
    for finding in document["findings"]:
        console.print(f"{finding['severity']}: {finding['words']}", markup=False)
    console.print(f"{document['features']:,} features; the table: {document['out']}", markup=False)
