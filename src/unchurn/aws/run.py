"""Train and score on AWS: upload, start, follow, fetch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.aws import layout
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.execution import Execution, Machine, follow, new_run, start
from unchurn.aws.failure import AwsError
from unchurn.aws.fetch import fetch_scores, fetch_training
from unchurn.aws.history import Visit
from unchurn.aws.queries import queried
from unchurn.aws.stack_state import all_outputs
from unchurn.aws.templates import EVERY
from unchurn.aws.uploads import HISTORY, upload_history, upload_project, upload_table
from unchurn.errors import ConfigError
from unchurn.pipeline.day import require_day
from unchurn.pipeline.observing import require_history
from unchurn.pipeline.readers import kept_for_readers
from unchurn.progress import Progress
from unchurn.project import Project

_QUERIED: dict[Machine, str] = {"training": "train", "inference": "score"}
"""Which key of [data] a machine asks Athena for."""
_SAID = (
    "Cause",
    "FailureReason",
    "ExitMessage",
    "ErrorMessage",
    "errorMessage",
    "Message",
    "LastCrawl",
    "QueryExecution",
    "Status",
    "StateChangeReason",
)
"""Keys under which Step Functions and the services put the reason of a failure."""


class RunError(AwsError):
    """A machine did not come to its end; `execution` tells how far it came."""

    def __init__(self, execution: Execution) -> None:
        state = next((visit for visit in reversed(execution.visits) if _at_fault(visit)), None)
        where = f" in {state.state}" if state else ""
        super().__init__(
            f"The run {execution.run} ended as {execution.status}{where}: {plain_cause(execution)}",
            f"See what its jobs wrote: unchurn aws logs --run {execution.run}",
        )
        self.execution = execution


@dataclass(frozen=True)
class Finished:
    """A run that ended well, or whose model was refused: how it went, and what it left here."""

    execution: Execution
    folder: Path
    files: tuple[Path, ...]
    told: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws train|score --json``."""
        names = [path.relative_to(self.folder).as_posix() for path in self.files]
        kept = {"artefacts": str(self.folder), "files": sorted(names)}
        return {"schema_version": 1, **self.execution.document(), **self.told, **kept}


def train(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    data: str,
    progress: Progress,
    **names: str,
) -> Finished:
    """Upload the table, run the training machine, fetch what it made.

    `data` may be empty: then Athena is asked, where [data] train has it so, or what lies under
    ``data/train/`` is used. Where the customers are a
    history's it is `HISTORY`, or empty for what lies under ``data/history/``. A refused model is a
    result: `Finished.execution.refused` tells. Raises `AwsError` when the run failed otherwise,
    `ConfigError` for a table beside a history.
    """
    _refuse_table(project, data)
    outputs = deployed(clients, deployment, "TrainingStateMachineArn")
    done = _run(clients, deployment, project, "training", outputs, data, progress, names)
    with kept_for_readers(project):
        files = fetch_training(clients, outputs["Bucket"], done.run, project.root, progress)
    folder = project.root / "aws" / done.run
    return Finished(done, folder, files, _verdict(folder, done))


def score(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    data: str,
    progress: Progress,
    as_of: str = "",
) -> Finished:
    """Upload the customers, run the inference machine, fetch the list.

    `data` may be empty: then the machine finds its customers as in `train`; of a history it is as in
    `train`, and `as_of` the day on which it is observed, by default that of the run. What the month's
    watch says is told, and asks nothing of the caller. Raises `AwsError` when the run failed,
    `ConfigError` as `train` does and for a day of no history.
    """
    _refuse_table(project, data)
    require_day(as_of, "--as-of")
    require_history(project, as_of)
    outputs = deployed(clients, deployment, "InferenceStateMachineArn")
    named = {"AsOf": as_of} if as_of else {}
    done = _run(clients, deployment, project, "inference", outputs, data, progress, named)
    bucket = outputs["Bucket"]
    with kept_for_readers(project):
        files = fetch_scores(clients, bucket, done.run, project.root, progress)
    folder = project.root / "aws" / done.run
    place = layout.RunLayout(done.run)
    watch = _read(folder, "watch/watch.json")
    entry = json.loads(done.output or "{}").get("entry") or {}
    told = {
        "result": f"s3://{bucket}/{place.result}",
        "counts": _read(folder, "counts.json"),
        "watch": watch and {name: watch[name] for name in ("as_of", "level", "words")},
        "campaign": f"s3://{bucket}/{place.campaign}"
        if entry.get("came_to") == "entered"
        else None,
        "campaign_words": entry.get("words"),
    }
    return Finished(done, folder, files, told)


def _refuse_table(project: Project, data: str) -> None:
    """Raise `ConfigError` for a table where the customers are a history's."""
    if project.asks_history and data not in ("", HISTORY):
        raise ConfigError(
            f"The table {data!r} was given, and the customers of this project are a history's.",
            "Leave --data out to bring the tables of [history], or write --data '' for those that "
            "lie in the bucket.",
        )


def deployed(clients: Clients, deployment: Deployment, needed: str) -> dict[str, str]:
    """Return the outputs of every stack. Raises `ConfigError` when `needed` is not among them."""
    outputs = all_outputs(clients, [deployment.stack_name(name) for name in EVERY])
    if needed not in outputs:
        raise ConfigError(
            f"The stack {deployment.stack!r} is not deployed in {clients.region}.",
            "Deploy it with: unchurn aws deploy; or name another with --stack and --region.",
        )
    return outputs


def _run(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    machine: Machine,
    outputs: Mapping[str, str],
    data: str,
    progress: Progress,
    names: dict[str, str],
) -> Execution:
    if not data:
        _require_asking(project, machine, outputs)
    bucket = outputs["Bucket"]
    upload_project(clients, bucket, project)
    if data == HISTORY:
        upload_history(clients, bucket, project, progress)
    elif data:
        prefix = layout.TRAIN if machine == "training" else layout.INFER
        upload_table(clients, bucket, prefix, data, project.folder, progress)
        if queried(project):
            names = {**names, "Data": "bucket"}
    arn = start(clients, deployment.stack, machine, new_run(), **names)
    done = follow(clients, arn, progress)
    if not (done.succeeded or done.refused):
        raise RunError(done)
    return done


def _require_asking(project: Project, machine: Machine, outputs: Mapping[str, str]) -> None:
    """Raise `ConfigError` where a query of [data] is the machine's to ask, and none was deployed that does.

    It would take the table that was uploaded last.
    """
    key = _QUERIED[machine]
    if key in queried(project) and f"{machine.title()}Queries" not in outputs:
        raise ConfigError(
            f"[data] {key} has Athena asked, and the {machine} machine was deployed without a query.",
            "Deploy it with: unchurn aws deploy; or upload a table with --data.",
        )


def plain_cause(execution: Execution) -> str:
    """Find the innermost sentence in what a machine gives as cause, which is JSON in JSON."""
    text = execution.cause
    while True:
        try:
            plain = json.loads(text)
        except ValueError:
            break
        if not isinstance(plain, dict):
            break
        inner = next((plain[key] for key in _SAID if plain.get(key)), None)
        if inner is None:
            break
        text = inner if isinstance(inner, str) else json.dumps(inner)
    if "No S3 objects found" in text and f"/{layout.QUERIED}" in text:
        return f"Athena had no rows, so that there is nothing to read: {text}"
    return text or execution.error or "the machine gave no cause"


def _at_fault(visit: Visit) -> bool:
    return bool(visit.fault) and not visit.state.startswith("Notify")


def _verdict(folder: Path, done: Execution) -> dict[str, Any]:
    verdict = _read(folder, "verdict/verdict.json") or {}
    output = json.loads(done.output or "{}")
    registered = output.get("registered") or {}
    return {
        "verdict": verdict.get("verdict"),
        "words": verdict.get("words"),
        "reasons": verdict.get("reasons", []),
        "version": registered.get("version"),
        "promoted": registered.get("promoted"),
        "unchanged": registered.get("unchanged", False),
        "standing": registered.get("words"),
        "parameters": _read(folder, "cloudformation_parameters.json"),
    }


def _read(folder: Path, name: str) -> Any:
    path = folder / name
    return json.loads(path.read_bytes()) if path.is_file() else None
