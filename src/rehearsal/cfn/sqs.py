"""SQS: queues, where schedules leave what they could not deliver."""

from __future__ import annotations

import json

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import (
    Made,
    Properties,
    ResourceType,
    arn,
    document,
    tags,
    without,
)
from rehearsal.cloud import Cloud


def _attributes(properties: Properties) -> dict[str, str]:
    given = without(properties, "QueueName", "Tags")
    return {
        key: json.dumps(value) if isinstance(value, dict | list) else _text(value)
        for key, value in given.items()
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    sqs = cloud.clients.client("sqs")
    there = sqs.list_queues(QueueNamePrefix=name[:80]).get("QueueUrls", [])
    if any(each.endswith(f"/{name[:80]}") for each in there):
        raise RefusedError(f"{name[:80]} already exists")  # SQS itself would answer with it
    url = sqs.create_queue(
        QueueName=name[:80], Attributes=_attributes(properties), tags=tags(properties)
    )["QueueUrl"]
    queue = arn(cloud, "sqs", name[:80])
    return Made(url, {"Arn": queue, "QueueName": name[:80], "QueueUrl": url})


def _update(cloud: Cloud, url: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=_attributes(new))


def _delete(cloud: Cloud, url: str, _: Properties) -> None:
    cloud.clients.client("sqs").delete_queue(QueueUrl=url)


def _put_policy(cloud: Cloud, properties: Properties) -> None:
    policy = {"Policy": document(properties["PolicyDocument"])}
    for url in properties["Queues"]:
        cloud.clients.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=policy)


def _create_policy(cloud: Cloud, name: str, properties: Properties) -> Made:
    _put_policy(cloud, properties)
    return Made(name)


TYPES = [
    ResourceType(
        "AWS::SQS::Queue",
        _create,
        _delete,
        _update,
        named_by="QueueName",
        attributes=frozenset({"Arn", "QueueName", "QueueUrl"}),
        replaced_by=frozenset({"FifoQueue"}),
    ),
    ResourceType(
        "AWS::SQS::QueuePolicy",
        _create_policy,
        lambda *_: None,  # it goes with the queue
        lambda cloud, _, __, new: _put_policy(cloud, new),
        properties=frozenset({"PolicyDocument", "Queues"}),
    ),
]
