"""Invoke actions: a function that answers with a job's result, a machine run to its end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from rehearsal.delivery.action_context import Turn
from rehearsal.delivery.artefacts import read
from rehearsal.delivery.execution import ActionFailedError
from rehearsal.permissions.actions import Need


@dataclass
class Jobs:
    """Jobs of functions that have not been answered with PutJobSuccessResult or …FailureResult."""

    answers: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def invoke(self, turn: Turn) -> None:
        """Invoke a function and wait for the result of its job."""
        name, job = turn.setting("FunctionName"), str(uuid4())
        self.answers[job] = None
        answered = turn.cloud.clients.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(_event(turn, job)).encode()
        )
        said = answered["Payload"].read().decode()
        turn.run.external = job
        if answered.get("FunctionError"):
            raise ActionFailedError("JobFailed", f"The function {name} failed: {said}")
        if self.answers[job] is None:
            # AWS waits twenty minutes for it, and nobody is at work on it any more.
            raise ActionFailedError(
                "JobFailed",
                f"The function {name} ended without PutJobSuccessResult or PutJobFailureResult.",
            )
        result = self.answers.pop(job) or {}
        if "message" in result:
            raise ActionFailedError("JobFailed", str(result["message"]))
        turn.run.variables = {k: str(v) for k, v in result.get("outputVariables", {}).items()}


def _event(turn: Turn, job: str) -> dict[str, Any]:
    """Return what CodePipeline sends to a function."""
    given = {"FunctionName": turn.setting("FunctionName")}
    if "UserParameters" in turn.configuration:
        given["UserParameters"] = turn.configuration["UserParameters"]
    inputs = [turn.execution.artefacts[name] for name in turn.inputs]
    located = [
        {
            "name": each.name,
            "revision": each.revision or None,
            "location": {
                "type": "S3",
                "s3Location": {"bucketName": each.bucket, "objectKey": each.key},
            },
        }
        for each in inputs
    ]
    data = {
        "actionConfiguration": {"configuration": given},
        "inputArtifacts": located,
        "outputArtifacts": [],
    }
    return {"CodePipeline.job": {"id": job, "accountId": turn.cloud.account, "data": data}}


def run_machine(turn: Turn) -> None:
    """Start a state machine and wait for its end."""
    machines = turn.cloud.clients.client("stepfunctions")
    machine = Need("states:DescribeStateMachine", turn.setting("StateMachineArn"))
    turn.demand(machine)
    prefix = turn.configuration.get("ExecutionNamePrefix", turn.execution.pipeline)
    started = machines.start_execution(
        stateMachineArn=turn.setting("StateMachineArn"),
        name=f"{prefix}-{uuid4()}"[:80],
        input=_input(turn),
    )
    turn.run.external = started["executionArn"]

    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = machines.describe_execution(executionArn=started["executionArn"])
        return None if told["status"] == "RUNNING" else told

    told = turn.wait(ended)
    turn.run.variables = {
        "ExecutionArn": started["executionArn"],
        "StateMachineArn": turn.setting("StateMachineArn"),
    }
    if told["status"] != "SUCCEEDED":
        raise ActionFailedError(
            "JobFailed",
            f"The execution ended as {told['status']}: {told.get('error')}: {told.get('cause')}",
        )


def _input(turn: Turn) -> str:
    text = turn.configuration.get("Input", "")
    if turn.configuration.get("InputType", "Literal") == "FilePath":
        return read(turn.read(turn.inputs[0]), text).decode()
    return text or "{}"
