"""A commit pushed through the pipeline of a deployment, as its owner would, and followed to its end."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.delivery import SOURCE_KEY
from unchurn.aws.waiting import pace, wait_until
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import FILE, Project

BUILDSPEC = "buildspec.yml"
_UNDER_WAY = ("InProgress", "Stopping")
_APPROVAL = {"summary": "The rehearsal approves.", "status": "Approved"}


@dataclass(frozen=True)
class Delivery:
    """What became of a commit: the execution's status, and its actions in order."""

    execution: str
    status: str
    actions: tuple[Mapping[str, Any], ...]

    @property
    def succeeded(self) -> bool:
        """Whether every stage was green."""
        return self.status == "Succeeded"

    @property
    def why(self) -> str:
        """Why it failed, in the words of the action that did; nothing where none has."""
        return next((each["why"] for each in self.actions if each["why"]), "")

    def document(self) -> dict[str, Any]:
        """The delivery as plain data."""
        actions = [dict(each) for each in self.actions]
        return {"execution_id": self.execution, "status": self.status, "actions": actions}


def push(
    clients: Clients, bucket: str, pipeline: str, commit: bytes, progress: Progress
) -> Delivery:
    """Put a commit's bundle where the pipeline waits for it; return what came of it.

    Where a person is asked, the rehearsal approves. Raises `AwsError` when nothing starts.
    """
    before = set(_executions(clients, pipeline))
    clients.client("s3").put_object(Bucket=bucket, Key=SOURCE_KEY, Body=commit)

    def started() -> str | None:
        return next((each for each in _executions(clients, pipeline) if each not in before), None)

    every = pace(clients)
    execution = wait_until(started, f"An execution of {pipeline}", every, 60.0)
    with progress.task(f"pipeline {pipeline}") as task:

        def ended() -> Delivery | None:
            found, asks = _read(clients, pipeline, execution)
            task.say(str(found.actions[-1]["stage"]) if found.actions else "")
            if asks:
                _approve(clients, pipeline)
            return None if found.status in _UNDER_WAY else found

        return wait_until(ended, f"The execution {execution} of {pipeline}", every)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files as the bundle of a commit."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def commit_of(project: Project) -> bytes:
    """Pack the repository that a project lies in, as it is now.

    Its root follows from [delivery] folder. Raises `ConfigError` where there is no buildspec.yml.
    """
    root = project.folder.resolve()
    inside = Path(project.delivery.folder)
    for part in reversed(inside.parts):
        root = root.parent if root.name == part else root
    if not (root / BUILDSPEC).is_file():
        raise ConfigError(
            f"{root} has no {BUILDSPEC}, so there is no commit to push.",
            f"Keep churn.toml in a copy of unchurn's repository, in the folder {str(inside)!r}.",
        )
    files = {name: (root / name).read_bytes() for name in _names(root)}
    files[(inside / FILE).as_posix()] = (project.folder / FILE).read_bytes()
    return packed(files)


def _names(root: Path) -> Iterable[str]:
    """Yield the files of a repository, by git's word where it is one."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        command = [git, "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
        told = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - git
        names = [name for name in told.decode().split("\0") if name]
    else:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*")]
    return (name for name in names if (root / name).is_file() and not _hidden(name))


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in Path(name).parts)


def _executions(clients: Clients, pipeline: str) -> list[str]:
    listed = clients.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)
    return [each["pipelineExecutionId"] for each in listed["pipelineExecutionSummaries"]]


def _read(clients: Clients, pipeline: str, execution: str) -> tuple[Delivery, bool]:
    """Return how far an execution is, and whether it waits for a person's approval."""
    client = clients.client("codepipeline")
    told = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
    wanted = {"pipelineExecutionId": execution}
    found = client.list_action_executions(pipelineName=pipeline, filter=wanted)
    details = found["actionExecutionDetails"]
    actions = tuple(_action(each) for each in reversed(details))
    asks = any(
        (each["status"], each["input"]["actionTypeId"]["category"]) == ("InProgress", "Approval")
        for each in details
    )
    return Delivery(execution, str(told["pipelineExecution"]["status"]), actions), asks


def _action(told: Mapping[str, Any]) -> dict[str, Any]:
    result = told["output"]["executionResult"]
    return {
        "stage": told["stageName"],
        "action": told["actionName"],
        "status": told["status"],
        "seconds": round((told["lastUpdateTime"] - told["startTime"]).total_seconds(), 1),
        "why": result.get("errorDetails", {}).get("message", ""),
    }


def _approve(clients: Clients, pipeline: str) -> None:
    client = clients.client("codepipeline")
    for stage in client.get_pipeline_state(name=pipeline)["stageStates"]:
        for action in stage["actionStates"]:
            token = action.get("latestExecution", {}).get("token")
            # somebody else may have answered, or stopped it, since the state was read
            with suppress(client.exceptions.InvalidApprovalTokenException):
                if not token:
                    continue
                client.put_approval_result(
                    pipelineName=pipeline,
                    stageName=stage["stageName"],
                    actionName=action["actionName"],
                    token=token,
                    result=_APPROVAL,
                )
