"""Invoke actions: a function that answers with a job's result, a machine run to its end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.artefacts import read
from rehearsal.delivery.execution import ActionFailedError
from rehearsal.permissions.actions import Need


@dataclass
class Jobs:
    """Jobs of functions that have not been answered with PutJobSuccessResult or …FailureResult."""

    answers: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def invoke(self, context: ActionContext) -> None:
        """Invoke a function and wait for the result of its job."""
        name, job = context.setting("FunctionName"), str(uuid4())
        self.answers[job] = None
        answered = context.cloud.clients.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(_event(context, job)).encode()
        )
        said = answered["Payload"].read().decode()
        context.run.external = job
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
        context.run.variables = {k: str(v) for k, v in result.get("outputVariables", {}).items()}


def _event(context: ActionContext, job: str) -> dict[str, Any]:
    """Return what CodePipeline sends to a function."""
    given = {"FunctionName": context.setting("FunctionName")}
    if "UserParameters" in context.configuration:
        given["UserParameters"] = context.configuration["UserParameters"]
    inputs = [context.artefact(name) for name in context.inputs]
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
    return {"CodePipeline.job": {"id": job, "accountId": context.cloud.account, "data": data}}


def run_machine(context: ActionContext) -> None:
    """Start a state machine and wait for its end."""
    machines = context.cloud.clients.client("stepfunctions")
    machine = Need("states:DescribeStateMachine", context.setting("StateMachineArn"))
    context.demand(machine)
    prefix = context.configuration.get("ExecutionNamePrefix", context.execution.pipeline)
    started = machines.start_execution(
        stateMachineArn=context.setting("StateMachineArn"),
        name=f"{prefix}-{uuid4()}"[:80],
        input=_input(context),
    )
    context.run.external = started["executionArn"]

    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = machines.describe_execution(executionArn=started["executionArn"])
        return None if told["status"] == "RUNNING" else told

    told = context.wait(ended)
    context.run.variables = {
        "ExecutionArn": started["executionArn"],
        "StateMachineArn": context.setting("StateMachineArn"),
    }
    if told["status"] != "SUCCEEDED":
        raise ActionFailedError(
            "JobFailed",
            f"The execution ended as {told['status']}: {told.get('error')}: {told.get('cause')}",
        )


def _input(context: ActionContext) -> str:
    text = context.configuration.get("Input", "")
    if context.configuration.get("InputType", "Literal") == "FilePath":
        return read(context.read(context.inputs[0]), text).decode()
    return text or "{}"
