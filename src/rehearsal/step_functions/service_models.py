"""What botocore knows of a service: operations by the machine's spelling, and their members."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SERVICES = {
    "athena": "athena",
    "cloudformation": "cloudformation",
    "cloudwatch": "cloudwatch",
    "codebuild": "codebuild",
    "dynamodb": "dynamodb",
    "ecr": "ecr",
    "eventbridge": "events",
    "glue": "glue",
    "lambda": "lambda",
    "s3": "s3",
    "sagemaker": "sagemaker",
    "sfn": "stepfunctions",
    "sns": "sns",
    "sqs": "sqs",
}
"""The services that can be called, by the machines' names for them, and boto3's."""


@cache
def service_model(service: str) -> Any:
    """Return botocore's model of a service of `SERVICES`."""
    import botocore.session

    return botocore.session.get_session().get_service_model(SERVICES[service])


@cache
def operation(service: str, action: str) -> Any | None:
    """Return the model of ``createTrainingJob``, or None where the service has no such operation."""
    model = service_model(service)
    by_name = {name[:1].lower() + name[1:]: name for name in model.operation_names}
    return model.operation_model(by_name[action]) if action in by_name else None


def method(action: str) -> str:
    """Return the client's method for an operation: ``create_training_job``."""
    from botocore import xform_name

    return str(xform_name(action[:1].upper() + action[1:]))


def pascal(name: str) -> str:
    """Return a member's name as machines spell it, always with a capital."""
    return name[:1].upper() + name[1:]


def to_request(value: Any, shape: Any) -> Any:
    """Return parameters as the client spells them, blobs as bytes, other things as texts if asked."""
    from json import dumps

    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        names = {pascal(name): name for name in shape.members}
        return {
            names.get(k, k): to_request(v, shape.members[names[k]]) if k in names else v
            for k, v in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [to_request(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {k: to_request(v, shape.value) for k, v in value.items()}
    if kind == "blob" and not isinstance(value, bytes):
        return value.encode() if isinstance(value, str) else dumps(value).encode()
    if kind == "string" and isinstance(value, dict | list):
        return dumps(value, separators=(",", ":"))
    return value


def to_result(value: Any, shape: Any) -> Any:
    """Return an answer as machines get it: members with a capital, times as texts, streams read."""
    kind = shape.type_name if shape is not None else ""
    if hasattr(value, "read"):
        return value.read().decode()
    if kind == "structure" and isinstance(value, dict):
        return {
            pascal(k): to_result(v, shape.members.get(k))
            for k, v in value.items()
            if k != "ResponseMetadata"
        }
    if isinstance(value, dict):
        return {k: to_result(v, shape.value if kind == "map" else None) for k, v in value.items()}
    if isinstance(value, list):
        return [to_result(item, shape.member if kind == "list" else None) for item in value]
    if hasattr(value, "timestamp"):
        return int(value.timestamp() * 1000)
    return value.decode() if isinstance(value, bytes) else value


def resource_parts(resource: str) -> tuple[str, str, str, str]:
    """Split a task's Resource into integration, service, action and pattern.

    ``arn:aws:states:::aws-sdk:glue:getTable`` gives ``("aws-sdk", "glue", "getTable", "")``, and
    ``…:::sagemaker:createTrainingJob.sync`` ``("sagemaker", "sagemaker", "createTrainingJob",
    "sync")``; four empty texts for anything else.
    """
    found = re.fullmatch(
        r"arn:[^:]*:states:[^:]*:[^:]*:(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(?:\.(.+))?", resource
    )
    if found is None:
        return "", "", "", ""
    sdk, service, action, pattern = found.groups()
    return "aws-sdk" if sdk else service, service, action, pattern or ""
