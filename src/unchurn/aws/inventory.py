"""What of a deployment is there, by asking AWS: before it is destroyed, and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.stack_state import read_stack
from unchurn.aws.templates import EVERY

_LOGS = ("/aws/lambda/{}-", "/aws/vendedlogs/states/{}-", "/aws-glue/{}-", "/aws/codebuild/{}-")


@dataclass(frozen=True)
class Thing:
    """Something in the account that belongs to the deployment."""

    kind: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Survey:
    """Everything of a deployment that was found."""

    things: tuple[Thing, ...]

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, in the order found."""
        return [thing.name for thing in self.things if thing.kind == kind]

    def document(self) -> list[dict[str, Any]]:
        """The things as plain data."""
        return [asdict(thing) for thing in self.things]


def survey(clients: Clients, deployment: Deployment, bucket: str, machines: list[str]) -> Survey:
    """Look for the stacks, their resources, running executions, models, table, bucket and logs.

    `bucket` may be empty, `machines` holds the ARNs of state machines that may be running.
    """
    with asking_aws("look at what is there"):
        found = [*_stacks(clients, deployment), *_running(clients, machines)]
        found += _models(clients, deployment)
        found += _table(clients, deployment.registry_table)
        found += _bucket(clients, bucket)
        found += _log_groups(clients, deployment.stack)
    return Survey(tuple(found))


def _stacks(clients: Clients, deployment: Deployment) -> Iterator[Thing]:
    formation = clients.client("cloudformation")
    for name in EVERY:
        stack = deployment.stack_name(name)
        plain = read_stack(clients, stack)
        if plain is None:
            continue
        yield Thing("stack", stack, str(plain["StackStatus"]))
        pages = formation.get_paginator("list_stack_resources").paginate(StackName=stack)
        for item in (item for page in pages for item in page["StackResourceSummaries"]):
            if item["ResourceStatus"] != "DELETE_COMPLETE":
                yield Thing(
                    "resource", str(item.get("PhysicalResourceId", "")), item["ResourceType"]
                )


def _running(clients: Clients, machines: list[str]) -> Iterator[Thing]:
    steps = clients.client("stepfunctions")
    for machine in machines:
        pages = steps.get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine, statusFilter="RUNNING"):
            for item in page["executions"]:
                yield Thing("running execution", item["executionArn"], "RUNNING")


def _models(clients: Clients, deployment: Deployment) -> Iterator[Thing]:
    """Find models by the name that runs give them, or by what the registry says of them.

    Another stack's are tagged as that one's: its name may begin alike, its registry be the same.
    """
    own, named = f"{deployment.stack}-model-", _registered(clients, deployment.registry_table)
    sagemaker = clients.client("sagemaker")
    for page in sagemaker.get_paginator("list_models").paginate():
        for item in page["Models"]:
            if item["ModelName"].startswith(own) or item["ModelName"] in named:
                tags = sagemaker.list_tags(ResourceArn=item["ModelArn"])["Tags"]
                if (
                    deployment.stack in [e["Value"] for e in tags if e["Key"] == "StackName"]
                    or not tags
                ):
                    yield Thing("model", item["ModelName"])


def _registered(clients: Clients, table: str) -> set[str]:
    """Return the names of models that the registry holds, of executions that named their own."""
    from botocore.exceptions import ClientError

    pages = clients.client("dynamodb").get_paginator("scan")
    try:
        return {
            item["model_name"]["S"]
            for page in pages.paginate(TableName=table, ProjectionExpression="model_name")
            for item in page["Items"]
            if "S" in item.get("model_name", {})
        }
    except ClientError as error:
        if is_missing(error):
            return set()
        raise


def _table(clients: Clients, name: str) -> Iterator[Thing]:
    from botocore.exceptions import ClientError

    try:
        plain = clients.client("dynamodb").describe_table(TableName=name)["Table"]
    except ClientError as error:
        if is_missing(error):
            return
        raise
    yield Thing("table", name, f"about {plain.get('ItemCount', 0)} items")


def _bucket(clients: Clients, name: str) -> Iterator[Thing]:
    from botocore.exceptions import ClientError

    if not name:
        return
    s3 = clients.client("s3")
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name)
        sizes = [item["Size"] for page in pages for item in page.get("Contents", [])]
    except ClientError as error:
        if is_missing(error):
            return
        raise
    yield Thing("bucket", name, f"{len(sizes):,} objects, {sum(sizes) / 1e6:,.1f} MB")


def _log_groups(clients: Clients, stack: str) -> Iterator[Thing]:
    pages = clients.client("logs").get_paginator("describe_log_groups")
    for prefix in _LOGS:
        for page in pages.paginate(logGroupNamePrefix=prefix.format(stack)):
            for item in page["logGroups"]:
                yield Thing("log group", item["logGroupName"])
