"""``unchurn aws``: what plan, deploy, train, score, status and logs do and print."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.cli.notes import show_notes, show_warning
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import customers_to_upload
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]
Place = tuple[str, str, str]
"""What the flags --stack, --bucket and --region say."""
REFUSED = 4


def run_plan(folder: Path, place: Place, progress: Progress) -> Outcome:
    """Lay a deployment out; exit code 2 when a run would cost more than [aws] max_cost."""
    from unchurn.aws.bundles import pack
    from unchurn.aws.costs import refusal
    from unchurn.aws.own_code import pack_own_code
    from unchurn.aws.plan import make_plan, planned_changes, reachable
    from unchurn.aws.queries import check_queries
    from unchurn.aws.templates import planned_templates

    project, deployment = _open(folder, place)
    pack_own_code(project)
    check_queries(project, deployment.values)
    templates = planned_templates(deployment.delivers)
    made = make_plan(deployment, pack(settings=project.aws), templates)
    clients = reachable(deployment.region)
    changes = None
    if clients is not None:
        with progress.task("compare with what is deployed"):
            changes = planned_changes(clients, made.deployment, templates)
    most = project.aws.max_cost
    refused = next(filter(None, (refusal(most, *each) for each in made.costs.runs.items())), "")
    document = {**made.document(), "changes": changes, "refused": refused or None}
    return Outcome(document, ConfigError.exit_code if refused else 0)


def run_deploy(
    folder: Path, place: Place, load: bool, remember: bool, progress: Progress
) -> Outcome:
    """Create or update everything; `remember` where, from the first stack on, in .env."""
    from unchurn.aws.deploy import deploy
    from unchurn.project.env_file import write_env

    project, deployment = _open(folder, place)
    _hold_to_budget(project, deployment)
    clients = Clients.of(deployment.region)
    if remember:
        named = {"S3_BUCKET_NAME": deployment.existing_bucket, "REGION": clients.region}
        clients.account()
        write_env(project.folder, {**named, "STACK_NAME": deployment.stack})
    return Outcome(deploy(clients, deployment, project, progress, load=load).document())


def run_train(
    folder: Path, place: Place, data: str | None, names: dict[str, str], progress: Progress
) -> Outcome:
    """Train on AWS; exit code 4 when the gate refused the model."""
    from unchurn.aws.run import train

    project, deployment = _open(folder, place)
    _hold_to_budget(project, deployment)
    given = {name: value for name, value in names.items() if value}
    clients = Clients.of(deployment.region)
    project, table = customers_to_upload(data, project.data.train, project, progress)
    done = train(clients, deployment, project, table, progress, **given)
    document = done.document()
    if document.get("unchanged"):
        progress.note(document["standing"])
    return Outcome(document, REFUSED if done.execution.refused else 0)


def run_score(
    folder: Path,
    place: Place,
    data: str | None,
    out: Path | None,
    strict: bool,
    arranged: Mapping[str, Any],
    as_of: str,
    progress: Progress,
) -> Outcome:
    """Score on AWS; `out` is the list once more, `arranged` as that of ``unchurn score``.

    `as_of` is the day on which a history is observed, "" for that of the run.
    """
    from unchurn.aws.run import score
    from unchurn.pipeline.answers import contact_words
    from unchurn.pipeline.readers import kept_for_readers
    from unchurn.pipeline.scoring import planned_list, refuse_untrusted
    from unchurn.tables.output import write_scores

    project, deployment = _open(folder, place)
    project, table = customers_to_upload(data, project.data.score, project, progress)
    target, arrangement = planned_list(project, out, table or None, **arranged)
    _hold_to_budget(project, deployment)
    done = score(Clients.of(deployment.region), deployment, project, table, progress, as_of)
    document = done.document()
    counts = document.get("counts") or {}
    if strict:
        refuse_untrusted(counts.get("notes", []))
    if target is not None:
        scores, rejects = (done.folder / name for name in ("scores.parquet", "rejects.csv"))
        with kept_for_readers(project):
            write_scores(scores, rejects, target, project.score.neutral_ids, arrangement)
    told = contact_words(counts) if "contact" in counts else None
    return Outcome({**document, "contact_words": told, "out": out and str(out)})


def run_status(folder: Path, place: Place) -> Outcome:
    """Say what is deployed and what ran."""
    from unchurn.aws.status import read_status

    _, deployment = _open(folder, place)
    return Outcome(read_status(Clients.of(deployment.region), deployment))


def run_logs(folder: Path, place: Place, run: str, state: str) -> Outcome:
    """Read a run's states and logs; the latest run's where none is named."""
    from unchurn.aws.execution import read_execution
    from unchurn.aws.logs import read_logs
    from unchurn.aws.status import find_execution

    _, deployment = _open(folder, place)
    clients = Clients.of(deployment.region)
    execution = read_execution(clients, find_execution(clients, deployment, run))
    lines = [
        {"state": line.state, "at": line.at.isoformat(timespec="milliseconds"), "text": line.text}
        for line in read_logs(clients, execution, state)
    ]
    return Outcome({"schema_version": 1, **execution.document(), "lines": lines})


def _open(folder: Path, place: Place) -> tuple[Project, Deployment]:
    project = Project.load(folder)
    return project, make_deployment(project, Named(*place))


def _hold_to_budget(project: Project, deployment: Deployment) -> None:
    from unchurn.aws.costs import check_cost, estimate

    for what, lines in estimate(deployment).runs.items():
        check_cost(project.aws.max_cost, what, lines)


def show_plan(document: Document, console: Console) -> None:
    """Print resources by stack, permissions by role, the changes and the costs."""
    where = document["region"] or "the region of your environment"
    console.print(f"The deployment {document['stack']} in {where}.", markup=False)
    for stack, resources in groupby(document["resources"], lambda each: each["stack"]):
        console.print(f"\n{stack}", markup=False)
        for each in resources:
            kept = " (kept when the stack goes)" if each["kept"] else ""
            console.print(f"  {each['kind']} {each['name'] or each['id']}{kept}", markup=False)
    for role, permissions in groupby(document["permissions"], lambda each: each["role"]):
        console.print(f"\nThe role {role} may", markup=False)
        for (why, on, when), same in groupby(permissions, _grant):
            actions = ", ".join(each["action"] for each in same)
            limits = f", where {when}" if when else ""
            console.print(f"  {why}: {actions}", markup=False)
            console.print(f"    on {', '.join(on)}{limits}", markup=False)
    console.print("\nOnly with unchurn aws endpoint deploy", markup=False)
    for each in document["endpoint"]:
        console.print(f"  {each['kind']} {each['name'] or each['id']}", markup=False)
    changes = document["changes"]
    if changes is not None:
        console.print("\nCompared with what is deployed:", markup=False)
        console.print("\n".join(f"  {line}" for line in changes), markup=False)
    _show_costs(document["costs"], console)
    if document["refused"]:
        console.print(f"\nRefused: {document['refused']}", markup=False)


def _grant(permission: Document) -> tuple[str, tuple[str, ...], str]:
    return permission["why"], tuple(permission["resources"]), permission["condition"]


def _show_costs(costs: Document, console: Console) -> None:
    titles = {
        **{"training": "One training", "scoring": "One scoring"},
        **{"watching": "One watch of what the endpoint was asked", "month": "A month"},
        "endpoint": "A month of an endpoint, where you deploy one",
    }
    for name, title in ((each, titles[each]) for each in titles if costs[each]["lines"]):
        console.print(f"\n{title}: about ${costs[name]['total']:.2f}", markup=False)
        for line in costs[name]["lines"]:
            usd = "no price known" if line["usd"] is None else f"${line['usd']:.4f}"
            words = f"  {line['what']}: {line['quantity']:g} × {line['unit']}, {usd}"
            console.print(words, markup=False)
    console.print(f"{costs['note']} Prices of {costs['prices_of']}.", markup=False)
    if costs["old"]:
        console.print(f"[yellow]{costs['old']}[/yellow]")


def show_deploy(document: Document, console: Console) -> None:
    """Print what became of each stack."""
    for stack in document["stacks"]:
        console.print(f"{stack['name']}: {stack['action']}", markup=False)
        for change in stack["changes"]:
            console.print(f"  {change}", markup=False)
    if not document["changed"]:
        console.print("Nothing to change: what is deployed is what is here.")
    if document["tables"]:
        tables = ", ".join(document["tables"])
        console.print(f"In Athena, database {document['outputs']['DatabaseName']}: {tables}")
    if not document["changed"]:
        return
    built = "image built" if document["image_built"] else "image was there"
    console.print(f"{document['uploaded']} files uploaded, {built}. Next: unchurn aws train")


def show_run(document: Document, console: Console) -> None:
    """Print how a run went and where its results are."""
    notes = show_warning((document.get("counts") or {}).get("notes", ()), console)
    console.print(f"Run {document['run_id']}: {document['status']}", markup=False)
    if document.get("verdict"):
        console.print(f"Verdict: {document['verdict']}. {document['words']}", markup=False)
        for reason in document["reasons"]:
            console.print(f"  {reason}", markup=False)
    if document.get("version"):
        console.print(document["standing"], markup=False)
    if document.get("counts"):
        console.print(counted(document["counts"]), markup=False)
        show_notes(notes, console)
    if watch := document.get("watch"):
        console.print(f"Watch: {watch['level'].upper()}. {watch['words']}", markup=False)
    console.print(f"{len(document['files'])} files in {document['artefacts']}", markup=False)
    if document.get("out"):
        console.print(f"The list: {document['out']}", markup=False)
    if document.get("campaign"):
        console.print(f"The campaign: {document['campaign']}", markup=False)
    if document.get("campaign_words"):
        typer.echo(document["campaign_words"], err=True)
    elif document.get("contact_words"):
        typer.echo(document["contact_words"], err=True)


def counted(counts: Document) -> str:
    """The counts of a scoring as one sentence."""
    rows = f"{counts['rows_in']:,} rows in, {counts['rows_out']:,} scored"
    return f"{rows}, {counts['rejected']:,} rejected. {counts.get('reasons_words', '')}".strip()


def show_status(document: Document, console: Console) -> None:
    """Print stacks, latest runs and the champion."""
    for stack in document["stacks"]:
        console.print(f"{stack['name']}: {stack['status'] or 'not deployed'}", markup=False)
    for each in document["executions"]:
        words = f"{each['machine']} {each['run_id']}: {each['status']}, began {each['started']}"
        console.print(words, markup=False)
    delivery = document["delivery"]
    if delivery:
        words = f"commit {delivery['commit'] or 'unknown'}: {delivery['status']}"
        console.print(f"{words}, began {delivery['started']}", markup=False)
    champion = document["champion"]
    console.print(f"Champion: {'none' if champion is None else f'version {champion}'}")
    endpoint = document["endpoint"]
    if endpoint:
        version = "no registered version"
        if endpoint["version"] is not None:
            version = f"version {endpoint['version']}"
        words = f"Endpoint {endpoint['name']}: {endpoint['status']}, serves {version}"
        console.print(words, markup=False)


def show_logs(document: Document, console: Console) -> None:
    """Print the states of a run, then its lines."""
    console.print(f"Run {document['run_id']}: {document['status']}", markup=False)
    for each in (state for state in document["states"] if state["work"]):
        fault = f", {each['fault']}" if each["fault"] else ""
        words = f"  {each['state']}: {each['outcome']} in {each['seconds']:.1f} s{fault}"
        console.print(words, markup=False)
    if document["cause"]:
        console.print(f"{document['error']}: {document['cause']}", markup=False)
    for line in document["lines"]:
        console.print(f"{line['at']} {line['state']}: {line['text']}", markup=False)
