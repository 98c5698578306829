"""CloudWatch Logs: log groups."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn, tags
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    logs = cloud.clients.client("logs")
    key = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
    logs.create_log_group(logGroupName=name, **key, tags=tags(properties))
    _keep(cloud, name, {}, properties)
    return Made(name, {"Arn": arn(cloud, "logs", f"log-group:{name}:*")})


def _keep(cloud: Cloud, name: str, _: Properties, properties: Properties) -> None:
    logs = cloud.clients.client("logs")
    days = properties.get("RetentionInDays")
    if days is None:
        logs.delete_retention_policy(logGroupName=name)
    else:
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("logs").delete_log_group(logGroupName=name)


TYPES = [
    ResourceType(
        "AWS::Logs::LogGroup",
        _create,
        _delete,
        _keep,
        named_by="LogGroupName",
        attributes=frozenset({"Arn"}),
        properties=frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"}),
    )
]
