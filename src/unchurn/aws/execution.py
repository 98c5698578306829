"""One execution of a state machine: started through its Lambda, followed, read back."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, Literal

from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.history import Visit, read_visits
from unchurn.aws.waiting import pace, wait_until
from unchurn.progress import Progress, Task

Machine = Literal["training", "inference"]
INVOKERS: dict[Machine, str] = {
    "training": "invokeTrainingStepFunction",
    "inference": "invokeInferStepFunction",
}
REFUSED = "ModelRefused"
_DAY = 86_400.0
_TELLING = 5.0
"""Seconds between two readings of what a run has done, which is only told to whoever waits."""


@dataclass(frozen=True)
class Execution:
    """What Step Functions says of one run. `cause` is the machine's own explanation."""

    arn: str
    run: str
    status: str
    started: datetime
    stopped: datetime | None
    visits: tuple[Visit, ...]
    error: str = ""
    cause: str = ""
    output: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the machine came to its end."""
        return self.status == "SUCCEEDED"

    @property
    def refused(self) -> bool:
        """Whether the gate refused the model."""
        return self.error == REFUSED

    @property
    def seconds(self) -> float:
        """How long it ran, or has run so far."""
        return ((self.stopped or datetime.now(UTC)) - self.started).total_seconds()

    def document(self) -> dict[str, Any]:
        """The run as plain data."""
        return {
            "run_id": self.run,
            "execution_arn": self.arn,
            "status": self.status,
            "error": self.error,
            "cause": self.cause,
            "seconds": round(self.seconds, 1),
            "states": [visit.document() for visit in self.visits],
        }


def new_run() -> str:
    """Name a run: ``YYYYMMDD-HHMMSS-<6 hex>`` (UTC), so that names sort by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def start(clients: Clients, stack: str, machine: Machine, run: str, **names: str) -> str:
    """Start a machine through its invoke Lambda; return the execution's ARN.

    `names` may hold TrainingJobName and ModelName, or AsOf for a scoring, and Data: ``bucket`` for
    the table that lies there where [data] has Athena asked. Raises `AwsError` when the Lambda refuses.
    """
    function = f"{stack}-{INVOKERS[machine]}"
    with asking_aws(f"start {function}"):
        answer = clients.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps({"name": run, **names}).encode()
        )
        said = json.loads(answer["Payload"].read() or b"{}")
    if answer.get("FunctionError") or "executionArn" not in said:
        words = said.get("errorMessage", said) if isinstance(said, dict) else said
        raise AwsError(
            f"{function} did not start the run: {words}",
            f"Its log: unchurn aws logs --run {run}",
        )
    return str(said["executionArn"])


def follow(clients: Clients, arn: str, progress: Progress) -> Execution:
    """Wait until an execution ends, telling each state as it is left; return what it came to.

    Interrupted, it says that the run goes on in AWS and how to find it again.
    """
    run = arn.rpartition(":")[2]
    told: set[str] = set()
    events: list[dict[str, Any]] = []
    read = -_TELLING
    try:
        with progress.task(f"run {run}") as task:

            def ended() -> Execution | None:
                nonlocal read
                plain = _described(clients, arn)
                running = plain["status"] == "RUNNING"
                if running and time.monotonic() - read < _TELLING:
                    return None
                found = _with_visits(clients, arn, plain, events)
                _tell(found, told, task, progress)
                read = time.monotonic()
                return None if running else found

            return wait_until(ended, f"The run {run}", pace(clients), 7 * _DAY)
    except KeyboardInterrupt:
        progress.note(
            f"The run {run} goes on in AWS. Look at it with: unchurn aws status, "
            f"unchurn aws logs --run {run}"
        )
        raise


def read_execution(clients: Clients, arn: str) -> Execution:
    """Read an execution and the states it visited, oldest first."""
    return _with_visits(clients, arn, _described(clients, arn), [])


def _described(clients: Clients, arn: str) -> dict[str, Any]:
    with asking_aws(f"read the execution {arn}"):
        plain: dict[str, Any] = clients.client("stepfunctions").describe_execution(executionArn=arn)
    return plain


def _with_visits(
    clients: Clients, arn: str, plain: dict[str, Any], events: list[dict[str, Any]]
) -> Execution:
    """Read what is newer than the `events` known, oldest first, and add it to them."""
    known = events[-1]["id"] if events else 0
    with asking_aws(f"read the execution {arn}"):
        reader = clients.client("stepfunctions").get_paginator("get_execution_history")
        pages = reader.paginate(executionArn=arn, includeExecutionData=True, reverseOrder=True)
        newest = (event for page in pages for event in page["events"])
        events += [*takewhile(lambda event: event["id"] > known, newest)][::-1]
    return Execution(
        arn,
        str(plain["name"]),
        str(plain["status"]),
        plain["startDate"],
        plain.get("stopDate"),
        read_visits(events),
        str(plain.get("error") or ""),
        str(plain.get("cause") or ""),
        str(plain.get("output") or ""),
    )


def _tell(found: Execution, told: set[str], task: Task, progress: Progress) -> None:
    for visit in found.visits:
        if visit.open:
            task.say(visit.state)
        elif visit.work and visit.state not in told:
            told.add(visit.state)
            fault = f", {visit.fault}" if visit.fault else ""
            progress.note(f"{visit.state}: {visit.outcome} in {visit.seconds:.0f} s{fault}")
