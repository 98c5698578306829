"""Small machines, made and run: their states in, their end out."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any
from uuid import uuid4

from rehearsal.cloud import Cloud

ROLE = "arn:aws:iam::123456789012:role/acme"
SERVICE = "arn:aws:states:::"


def task(resource: str, parameters: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    """A Task state that ends its machine."""
    whole = resource if resource.startswith("arn:") else SERVICE + resource
    given = {} if parameters is None else {"Parameters": parameters}
    return {"Type": "Task", "Resource": whole, "End": True} | given | rest


def made(cloud: Cloud, states: dict[str, Any], kind: str = "STANDARD", **rest: Any) -> str:
    """Make a machine that starts at its first state; return its ARN."""
    content = {"StartAt": next(iter(states)), "States": states} | rest
    machine = cloud.clients.client("stepfunctions").create_state_machine(
        name=f"acme-{uuid4().hex[:8]}", roleArn=ROLE, definition=json.dumps(content), type=kind
    )
    return str(machine["stateMachineArn"])


def started(cloud: Cloud, states: dict[str, Any], given: Any = None, **rest: Any) -> str:
    """Make a machine and start it; return the execution's ARN."""
    text = json.dumps({} if given is None else given, separators=(",", ":"))
    machine = made(cloud, states, **rest)
    execution = cloud.clients.client("stepfunctions").start_execution(
        stateMachineArn=machine, input=text
    )
    return str(execution["executionArn"])


def ended(cloud: Cloud, execution: str) -> dict[str, Any]:
    """Wait for an execution; return how it ended, its output read."""
    states = cloud.clients.client("stepfunctions")
    until = time.monotonic() + 3600
    while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < until, "the execution does not end"
        time.sleep(0.02)
    output = json.loads(told["output"]) if "output" in told else None
    return {key: told.get(key, "") for key in ("status", "error", "cause")} | {"output": output}


def ran(cloud: Cloud, states: dict[str, Any], given: Any = None, **rest: Any) -> dict[str, Any]:
    """Make a machine and run it to its end."""
    return ended(cloud, started(cloud, states, given, **rest))


def function(cloud: Cloud, body: str, name: str = "acme-work", seconds: int = 20) -> str:
    """Make a function of the lines `body` of its handler; return its ARN."""
    source = "import json, boto3\n\ndef handler(event, context):\n    " + body.replace(
        "\n", "\n    "
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("work.py", source)
    iam = cloud.clients.client("iam")
    if not any(role["RoleName"] == "acme" for role in iam.list_roles()["Roles"]):
        iam.create_role(RoleName="acme", AssumeRolePolicyDocument="{}")
    found = cloud.clients.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler="work.handler",
        Timeout=seconds,
        Code={"ZipFile": stream.getvalue()},
    )
    return str(found["FunctionArn"])
