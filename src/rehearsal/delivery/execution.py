"""One execution of a pipeline, as plain data: its stages, their actions, what these left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import uuid4

from rehearsal.errors import RehearsalError

RUNNING, SUCCEEDED, FAILED, STOPPED = "InProgress", "Succeeded", "Failed", "Stopped"
STOPPING, SUPERSEDED, ABANDONED = "Stopping", "Superseded", "Abandoned"


class ActionFailedError(RehearsalError):
    """An action failed; `code` is CodePipeline's word for it, the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoppedError(Exception):
    """The execution was stopped while an action waited or worked."""


@dataclass(frozen=True)
class Artefact:
    """One artefact in the pipeline's store; `revision` is what a source made it from."""

    name: str
    bucket: str
    key: str
    revision: str = ""

    def describe(self) -> dict[str, Any]:
        """Return it as ListActionExecutions and events tell it."""
        return {"name": self.name, "s3location": {"bucket": self.bucket, "key": self.key}}


@dataclass
class ActionRun:
    """One action of an execution. `token` is what an approval is to be answered with."""

    stage: str
    declared: Mapping[str, Any]
    status: str = RUNNING
    summary: str = ""
    external: str = ""
    """Name or id of what it runs: a build, a stack, an execution of a machine."""
    code: str = ""
    message: str = ""
    token: str = ""
    answer: str = ""
    """What a person said to an approval: Approved or Rejected."""
    outputs: list[Artefact] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid4()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def name(self) -> str:
        """Name of the action."""
        return str(self.declared["name"])

    def end(self, status: str, code: str = "", message: str = "") -> None:
        """Give it its last status."""
        self.code, self.message = code, message
        self.updated, self.status = datetime.now(UTC), status
        self.token = ""


@dataclass
class StageRun:
    """One stage that an execution has entered."""

    name: str
    status: str = RUNNING
    actions: list[ActionRun] = field(default_factory=list)


@dataclass
class Execution:
    """One execution of `declared`, a pipeline as GetPipeline tells it.

    `artefacts` are found by name, `namespaces` hold the variables of actions; `stopped` is set to
    stop it, with `summary` as the reason.
    """

    declared: Mapping[str, Any]
    trigger: str
    variables: Mapping[str, str]
    status: str = RUNNING
    summary: str = ""
    stages: list[StageRun] = field(default_factory=list)
    artefacts: dict[str, Artefact] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    superseded: bool = False
    stopped: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    id: str = field(default_factory=lambda: str(uuid4()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""
        return str(self.declared["name"])

    @property
    def version(self) -> int:
        """Version of the pipeline that is executed."""
        return int(self.declared["version"])

    @property
    def actions(self) -> list[ActionRun]:
        """Every action that was begun, in order."""
        return [action for stage in self.stages for action in stage.actions]

    def become(self, status: str) -> None:
        """Change its status."""
        self.status, self.updated = status, datetime.now(UTC)
