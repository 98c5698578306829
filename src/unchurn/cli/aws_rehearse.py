"""``unchurn aws rehearse``: run it all offline, and print what happened."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.aws import counted
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import customers_to_upload
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]
FAILED, REFUSED = 1, 4


def run_rehearse(
    folder: Path,
    data: str,
    score_data: str,
    keep: bool,
    fail: str,
    thorough: bool,
    as_of: str,
    progress: Progress,
) -> Outcome:
    """Rehearse; exit code 4 when the gate refused the model, 1 when something went wrong."""
    from unchurn.aws.queries import queried
    from unchurn.aws.rehearse import rehearse

    project = Project.load(folder)
    # a query's tables are not in the rehearsed cloud: what it gives is brought, and goes up
    asked = queried(project)
    data, score_data = data or asked.get("train", ""), score_data or asked.get("score", "")
    project, score_table = customers_to_upload(
        score_data or None, project.data.score, project, progress
    )
    project, train_table = customers_to_upload(data or None, project.data.train, project, progress)
    if not train_table:
        raise ConfigError("No table to train on is named.", "Add --data, or set [data] train.")
    with tempfile.TemporaryDirectory(prefix="unchurn-rehearsal-") as passing:
        kept = project.root / "rehearsals" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
        work = kept if keep else Path(passing)
        tables = (train_table, score_table)
        made = rehearse(project, *tables, work, progress, fail, keep, thorough, as_of)
    code = FAILED if made.problems else REFUSED if made.refused else 0
    return Outcome(made.document(), code)


def show_rehearse(document: Document, console: Console) -> None:
    """Print what was made, the states of training and inference, the results, and what is left."""
    resources = sum(document["resources"].values())
    console.print(f"{len(document['stacks'])} stacks with {resources} resources.", markup=False)
    for machine in ("training", "inference"):
        run = document[machine]
        if run is not None:
            _show_run(machine, run, console)
    caught = document["caught"]
    if caught:
        console.print(
            f"\nThe fault in {caught['state']} was met by {' and '.join(caught['ended_by'])} after "
            f"{caught['tries']} tries: {caught['error']}: {caught['cause']}",
            markup=False,
        )
    if document["endpoint"]:
        _show_endpoint(document["endpoint"], console)
    if document["delivery"]:
        _show_delivery(document["delivery"], console)
    console.print("\nArtefacts:" if document["artefacts"] else "\nNo artefacts.")
    for name, sha256 in document["artefacts"].items():
        console.print(f"  {sha256[:12]} {name}", markup=False)
    console.print("\nLeft after destroying:")
    for each in document["left"]:
        console.print(f"  {each['kind']} {each['name']} ({each['detail']})", markup=False)
    if document["kept"]:
        console.print(f"Kept: {document['kept']}", markup=False)
    console.print("\nNot proven here:")
    for words in document["unproven"]:
        console.print(f"  {words}", markup=False)
    for problem in document["problems"]:
        console.print(f"\nPROBLEM: {problem}", markup=False)
    console.print(f"\nRehearsed in {document['seconds']:.0f} s.")


def _show_endpoint(endpoint: Document, console: Console) -> None:
    console.print(
        f"\nendpoint {endpoint['endpoint']}: {endpoint['status']} with version "
        f"{endpoint['version']} after {endpoint['seconds']:.1f} s",
        markup=False,
    )
    if endpoint["asked"]:
        how = "as the list has them" if endpoint["equal"] else "otherwise than the list"
        console.print(f"  Asked for {endpoint['asked']:,} customers: scored {how}.", markup=False)


def _show_delivery(delivery: Document, console: Console) -> None:
    console.print(f"\npipeline {delivery['execution_id']}: {delivery['status']}", markup=False)
    for each in delivery["actions"]:
        console.print(
            f"  {each['stage']}: {each['status']} in {each['seconds']:.1f} s", markup=False
        )


def _show_run(machine: str, run: Document, console: Console) -> None:
    console.print(f"\n{machine} {run['run_id']}: {run['status']}", markup=False)
    work = [each for each in run["states"] if each["work"]]
    for state in dict.fromkeys(each["state"] for each in work):
        visits = [each for each in work if each["state"] == state]
        seconds = sum(each["seconds"] for each in visits)
        times = f" in {len(visits)} visits" if len(visits) > 1 else ""
        fault = f", {visits[-1]['fault']}" if visits[-1]["fault"] else ""
        console.print(f"  {state}: {seconds:.1f} s{times}{fault}", markup=False)
    if run.get("verdict"):
        console.print(f"  Verdict: {run['verdict']}. {run['words']}", markup=False)
    if run.get("version"):
        console.print(f"  {run['standing']}", markup=False)
    if run.get("counts"):
        console.print(f"  {counted(run['counts'])}", markup=False)
    if run.get("campaign_words"):
        console.print(f"  {run['campaign_words']}", markup=False)
