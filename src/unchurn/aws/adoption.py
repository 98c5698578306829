"""What an earlier deployment left behind is used again: its bucket, its registry.

Destroy keeps the bucket, and CloudFormation cannot make one that exists. So a bucket or a table
that has the stack's own name, and that the stack does not hold, counts as given by the user.
"""

from __future__ import annotations

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.stack_state import read_stack

_LET_GO = (
    "DELETE_COMPLETE",
    "DELETE_SKIPPED",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "CREATE_FAILED",
)
"""States of a resource that a stack does not hold; one that it is about to make is its own."""


def default_bucket(deployment: Deployment, account: str, region: str) -> str:
    """Name of the bucket that the stack makes where the user names none."""
    return f"{deployment.stack}-{account}-{region}"


def adopt(clients: Clients, deployment: Deployment) -> Deployment:
    """Return the deployment with what is left of an earlier one named as existing."""
    with asking_aws("look for what an earlier deployment left"):
        found = {}
        bucket = default_bucket(deployment, clients.account(), clients.region)
        if not deployment.existing_bucket and _left_bucket(clients, deployment, bucket):
            found["ExistingBucket"] = bucket
        table = deployment.registry_table
        if not deployment.existing_table and _left_table(clients, deployment, table):
            found["ExistingTable"] = table
    return deployment.with_values(found)


def _left_bucket(clients: Clients, deployment: Deployment, name: str) -> bool:
    if _holds(clients, deployment.stack_name("storage"), "AWS::S3::Bucket"):
        return False
    from botocore.exceptions import ClientError

    try:
        clients.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


def _left_table(clients: Clients, deployment: Deployment, name: str) -> bool:
    if _holds(clients, deployment.stack_name("registry"), "AWS::DynamoDB::Table"):
        return False
    from botocore.exceptions import ClientError

    try:
        clients.client("dynamodb").describe_table(TableName=name)
    except ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


def _holds(clients: Clients, stack: str, kind: str) -> bool:
    """Tell whether a stack has a living resource of a kind."""
    if read_stack(clients, stack) is None:
        return False
    pages = clients.client("cloudformation").get_paginator("list_stack_resources")
    return any(
        item["ResourceType"] == kind and item["ResourceStatus"] not in _LET_GO
        for page in pages.paginate(StackName=stack)
        for item in page["StackResourceSummaries"]
    )
