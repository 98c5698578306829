"""One build: what it is made from, how far it came, and how CodeBuild describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

SUCCEEDED, FAILED, STOPPED, TIMED_OUT = "SUCCEEDED", "FAILED", "STOPPED", "TIMED_OUT"
RUNNING = "IN_PROGRESS"


@dataclass
class BuildPhase:
    """One phase of a build that was entered. `code` and `message` say why it failed."""

    name: str
    status: str = RUNNING
    code: str = ""
    message: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None

    def end(self, status: str, code: str = "", message: str = "") -> None:
        """Give it its last status."""
        self.status, self.code, self.message = status, code, message
        self.ended = datetime.now(UTC)

    def describe(self) -> dict[str, Any]:
        """Return the phase as BatchGetBuilds tells it."""
        told: dict[str, Any] = {"phaseType": self.name, "startTime": self.started}
        if self.ended:
            told |= {"phaseStatus": self.status, "endTime": self.ended}
            told["durationInSeconds"] = round((self.ended - self.started).total_seconds())
            told["contexts"] = [{"statusCode": self.code, "message": self.message}]
        return told


@dataclass
class Build:
    """One build of `project` (CodeBuild's description of it) from the archive that `source` reads.

    An archive of nothing is no source; `source` raises `RehearsalError` where it cannot be read.
    `leave` does with the artefact what the project says, and raises such where that cannot be.
    `version` is the commit's, "" where the source keeps none; `location` the ARN of its archive.
    `variables` lay over those of the project; `output` is the archive of its artefact, `exported`
    what its buildspec exports; `stopped` is set to make it stop.
    """

    id: str
    arn: str
    number: int
    project: Mapping[str, Any]
    source: Callable[[], bytes]
    location: str
    version: str
    initiator: str
    variables: Mapping[str, str]
    folder: Path
    leave: Callable[[Build], None] | None = None
    status: str = RUNNING
    phases: list[BuildPhase] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)
    output: bytes = b""
    stopped: Event = field(default_factory=Event)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None

    @property
    def name(self) -> str:
        """Name of the project."""
        return str(self.project["name"])

    @property
    def acts_as(self) -> tuple[str, str, str, str]:
        """Whose role its calls are made as: role, service, name of the session, for what."""
        name = f"AWSCodeBuild-{self.stream}"
        arn = f"{self.arn.rpartition(':build/')[0]}:project/{self.name}"
        return str(self.project.get("serviceRole", "")), "codebuild", name, arn

    @property
    def seconds(self) -> float:
        """How long it may run: an hour where the project says nothing."""
        return 60.0 * (self.project.get("timeoutInMinutes") or 60)

    @property
    def log(self) -> Path:
        """What its commands have printed."""
        return self.folder / "log.txt"

    @property
    def log_group(self) -> str:
        """The group of CloudWatch Logs that its project names, or CodeBuild's own."""
        logs = (self.project.get("logsConfig") or {}).get("cloudWatchLogs") or {}
        return str(logs.get("groupName") or f"/aws/codebuild/{self.name}")

    @property
    def stream(self) -> str:
        """The stream of its log: the second half of its id."""
        return self.id.partition(":")[2]

    @property
    def why(self) -> str:
        """Why it failed, as CodePipeline passes it on; nothing while it has not."""
        failed = next(
            (each for each in self.phases if each.status not in (RUNNING, SUCCEEDED)), None
        )
        if failed is None:
            return ""
        return (
            f"Build terminated with state: {self.status}. Phase: {failed.name}, "
            f"Code: {failed.code}, Message: {failed.message}"
        )

    def enter(self, name: str) -> BuildPhase:
        """Begin a phase."""
        self.phases.append(BuildPhase(name))
        return self.phases[-1]

    def passed(self, *names: str) -> None:
        """Note phases in which nothing could go wrong."""
        for name in names:
            self.enter(name).end(SUCCEEDED)

    def fail(self, name: str, message: str) -> None:
        """Have a phase that was gone through fail after all."""
        found = next(each for each in self.phases if each.name == name)
        found.end(FAILED, "COMMAND_EXECUTION_ERROR", message)

    def end(self, status: str) -> None:
        """Give it its last status."""
        self.passed("COMPLETED")
        self.ended = datetime.now(UTC)
        self.status = status

    def describe(self) -> dict[str, Any]:
        """Return the build as BatchGetBuilds tells it."""
        kept = ("source", "artifacts", "environment", "serviceRole", "timeoutInMinutes")
        told = {name: self.project[name] for name in kept if name in self.project}
        told |= {
            "id": self.id,
            "arn": self.arn,
            "buildNumber": self.number,
            "startTime": self.started,
            "currentPhase": self.phases[-1].name if self.phases else "QUEUED",
            "buildStatus": self.status,
            "sourceVersion": self.location,
            "projectName": self.name,
            "phases": [phase.describe() for phase in self.phases],
            "logs": {"groupName": self.log_group, "streamName": self.stream},
            "buildComplete": self.ended is not None,
            "initiator": self.initiator,
            "exportedEnvironmentVariables": [
                {"name": name, "value": value} for name, value in self.exported.items()
            ],
        }
        told |= {"resolvedSourceVersion": self.version} if self.version else {}
        return told | ({"endTime": self.ended} if self.ended else {})
