"""What is deployed, what ran last, and which model is in charge."""

from __future__ import annotations

from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.delivery import latest_delivery
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.live import read_live
from unchurn.aws.execution import INVOKERS
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.lambdas.registry_items import Table
from unchurn.aws.machines import NAMES, Name
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.stack_state import all_outputs, outputs_of, read_stack
from unchurn.aws.templates import EVERY, ORDER
from unchurn.errors import ConfigError, listing

MACHINES: dict[Name, str] = {name: f"{name.capitalize()}StateMachineArn" for name in NAMES}
"""The output of a stack that each machine is found by."""
_LATEST = 5


def read_status(clients: Clients, deployment: Deployment) -> dict[str, Any]:
    """Return the versioned document of ``unchurn aws status --json``."""
    clients.account()
    with asking_aws("read what is deployed"):
        stacks: list[dict[str, Any]] = []
        outputs: dict[str, str] = {}
        for name in EVERY:
            stack = deployment.stack_name(name)
            plain = read_stack(clients, stack)
            stacks.append({"name": stack, "status": plain["StackStatus"] if plain else None})
            outputs |= outputs_of(clients, stack) if plain else {}
        executions = [
            each
            for machine, output in MACHINES.items()
            if output in outputs
            for each in latest(clients, machine, outputs[output])
        ]
        champion = _champion(clients, outputs.get("RegistryTable", ""))
        pipeline = outputs.get("PipelineName", "")
        delivery = latest_delivery(clients, pipeline) if pipeline else None
    endpoint = _endpoint(clients, deployment) if "EndpointName" in outputs else None
    return {
        "schema_version": 1,
        "stack": deployment.stack,
        "region": clients.region,
        "deployed": all(stack["status"] for stack in stacks[: len(ORDER)]),
        "stacks": stacks,
        "executions": executions,
        "champion": champion,
        "delivery": delivery,
        "endpoint": endpoint,
        "bucket": outputs.get("Bucket"),
    }


def find_execution(clients: Clients, deployment: Deployment, run: str = "") -> str:
    """Return the ARN of a run of any machine, or of the latest training or scoring where none is named.

    Raises `ConfigError` naming the latest runs when there is no such run.
    """
    clients.account()
    outputs = all_outputs(clients, [deployment.stack_name(name) for name in EVERY])
    with asking_aws("list what ran"):
        found = [
            each
            for machine, output in MACHINES.items()
            if output in outputs and (run or machine in INVOKERS)
            for each in latest(clients, machine, outputs[output], 1000 if run else _LATEST)
        ]
    found.sort(key=lambda each: str(each["started"]), reverse=True)
    named = [each for each in found if run in ("", each["run_id"])]
    if not named:
        known = listing(each["run_id"] for each in found)
        raise ConfigError(
            f"There is no run {run!r} of {deployment.stack!r} in {clients.region}."
            if run
            else f"Nothing has run yet of {deployment.stack!r} in {clients.region}.",
            f"Known runs: {known}." if found else "Start one with: unchurn aws train",
        )
    return str(named[0]["execution_arn"])


def latest(clients: Clients, machine: Name, arn: str, most: int = _LATEST) -> list[dict[str, Any]]:
    """Return the latest executions of a machine, newest first, as plain data."""
    found = clients.client("stepfunctions").list_executions(stateMachineArn=arn, maxResults=most)
    return [
        {
            "machine": machine,
            "run_id": item["name"],
            "execution_arn": item["executionArn"],
            "status": item["status"],
            "started": item["startDate"].isoformat(timespec="seconds"),
            "stopped": item["stopDate"].isoformat(timespec="seconds")
            if item.get("stopDate")
            else None,
        }
        for item in found["executions"]
    ]


def _endpoint(clients: Clients, deployment: Deployment) -> dict[str, Any] | None:
    """Return what serves; None where the stack has lost its endpoint."""
    live = read_live(clients, deployment)
    if live is None:
        return None
    registry = DynamoRegistry(clients, deployment.registry_table)
    version = registry.version_of(live.model)
    return {"name": live.name, "status": live.status, "version": version}


def _champion(clients: Clients, table: str) -> int | None:
    """Return the version in charge; None where there is none, or no registry."""
    from botocore.exceptions import ClientError

    if not table:
        return None
    try:
        return Table(clients.client("dynamodb"), table).alias("champion")[0]
    except ClientError as error:
        if is_missing(error):
            return None
        raise
