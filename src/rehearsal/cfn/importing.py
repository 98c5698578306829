"""Change sets of type IMPORT: what is there already is taken into a stack, and nothing of it changed.

As AWS has it, what the template says of a resource is not compared to what it is; the next update
brings that about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, arn
from rehearsal.cfn.stack import Change
from rehearsal.cfn.storage import bucket_attributes
from rehearsal.cfn.template import Template
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

Request = dict[str, Any]


def _work_group(cloud: Cloud, name: str) -> Made:
    cloud.clients.client("athena").get_work_group(WorkGroup=name)
    return Made(name)


def _bucket(cloud: Cloud, name: str) -> Made:
    cloud.clients.client("s3").head_bucket(Bucket=name)
    return Made(name, bucket_attributes(cloud, name))


def _table(cloud: Cloud, name: str) -> Made:
    found = cloud.clients.client("dynamodb").describe_table(TableName=name)["Table"]
    stream = found.get("LatestStreamArn", "")
    return Made(name, {"Arn": found["TableArn"], "StreamArn": stream})


def _repository(cloud: Cloud, name: str) -> Made:
    ecr = cloud.clients.client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    return Made(name, {"Arn": found["repositoryArn"], "RepositoryUri": found["repositoryUri"]})


def _role(cloud: Cloud, name: str) -> Made:
    found = cloud.clients.client("iam").get_role(RoleName=name)["Role"]
    return Made(name, {"Arn": found["Arn"], "RoleId": found["RoleId"]})


def _topic(cloud: Cloud, topic: str) -> Made:
    cloud.clients.client("sns").get_topic_attributes(TopicArn=topic)
    return Made(topic, {"TopicArn": topic, "TopicName": topic.rpartition(":")[2]})


def _queue(cloud: Cloud, url: str) -> Made:
    cloud.clients.client("sqs").get_queue_attributes(QueueUrl=url)
    name = url.rpartition("/")[2]
    return Made(url, {"Arn": arn(cloud, "sqs", name), "QueueName": name, "QueueUrl": url})


_TYPES: Mapping[str, tuple[str, Callable[[Cloud, str], Made]]] = {
    "AWS::Athena::WorkGroup": ("Name", _work_group),
    "AWS::DynamoDB::Table": ("TableName", _table),
    "AWS::ECR::Repository": ("RepositoryName", _repository),
    "AWS::IAM::Role": ("RoleName", _role),
    "AWS::S3::Bucket": ("BucketName", _bucket),
    "AWS::SNS::Topic": ("TopicArn", _topic),
    "AWS::SQS::Queue": ("QueueUrl", _queue),
}
"""Type → what identifies one in an import, and how it is looked up."""


def found(cloud: Cloud, kind: str, identifier: Mapping[str, str]) -> Made:
    """Return the resource that exists. Raises `RefusedError` where there is none, or none is known."""
    if kind not in _TYPES:
        raise RefusedError(
            f"ResourceTypes [{kind}] are not supported for Import: here they are {listing(_TYPES)}."
        )
    key, look_up = _TYPES[kind]
    if set(identifier) != {key}:
        raise RefusedError(
            f"The resource identifiers of {kind} are [{', '.join(identifier)}]; they must be [{key}]."
        )
    try:
        return look_up(cloud, identifier[key])
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(
            f"Resource of type {kind} with identifier {key}={identifier[key]} was not found: {error}"
        ) from error


def to_import(
    cloud: Cloud,
    request: Request,
    template: Template,
    changes: Iterable[Change],
    owned: set[tuple[str, str]],
) -> dict[str, Made]:
    """Return what a change set takes in, by logical id.

    `owned` are the resources of all stacks, by type and id. Raises `RefusedError` where what is asked for is not all
    that the template adds, where that changes anything else, or where one is not to be had.
    """
    told = {each["LogicalResourceId"]: each for each in request.get("ResourcesToImport") or []}
    every = list(changes)
    if others := [each.logical_id for each in every if each.action != "Add"]:
        raise RefusedError(
            f"You have modified resources {_names(others)} in your template that are not being imported. "
            "Update, create or delete operations cannot be executed during import operations."
        )
    added = {each.logical_id: each.type for each in every}
    if missing := sorted(added.keys() - told):
        raise RefusedError(f"Resources {_names(missing)} is missing from ResourceToImport list")
    if strange := sorted(told.keys() - added):
        raise RefusedError(f"Resources {_names(strange)} to import are not new in the template")
    bare = [name for name in added if "DeletionPolicy" not in template.resources[name]]
    if bare:
        raise RefusedError(
            f"Resources to import must have a DeletionPolicy attribute specified in the template: "
            f"{_names(bare)}"
        )
    taken = {}
    for name, kind in added.items():
        if told[name]["ResourceType"] != kind:
            raise RefusedError(
                f"{name} is of type {kind}, and is to be imported as {told[name]['ResourceType']}"
            )
        made = found(cloud, kind, told[name]["ResourceIdentifier"])
        check_free(name, kind, made.physical_id, owned)
        owned.add((kind, made.physical_id))
        taken[name] = made
    return taken


def check_free(name: str, kind: str, physical_id: str, owned: Set[tuple[str, str]]) -> None:
    """Raise `RefusedError` for a resource that is among those, by type and id, which stacks have."""
    if (kind, physical_id) in owned:
        raise RefusedError(f"{name}: {physical_id} belongs to a stack already")


def _names(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"
