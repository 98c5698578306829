"""The services that machines can call: which are really there, and which are records."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

SERVICES = {
    "athena": "athena",
    "autoscaling": "autoscaling",
    "cloudformation": "cloudformation",
    "cloudwatch": "cloudwatch",
    "cloudwatchlogs": "logs",
    "codebuild": "codebuild",
    "codepipeline": "codepipeline",
    "cognitoidentityprovider": "cognito-idp",
    "dynamodb": "dynamodb",
    "config": "config",
    "ec2": "ec2",
    "ecr": "ecr",
    "eventbridge": "events",
    "events": "events",
    "glue": "glue",
    "iam": "iam",
    "kinesis": "kinesis",
    "kms": "kms",
    "lambda": "lambda",
    "organizations": "organizations",
    "rds": "rds",
    "resourcegroupstaggingapi": "resourcegroupstaggingapi",
    "s3": "s3",
    "sagemaker": "sagemaker",
    "scheduler": "scheduler",
    "secretsmanager": "secretsmanager",
    "ses": "ses",
    "sesv2": "sesv2",
    "sfn": "stepfunctions",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "states": "stepfunctions",
    "sts": "sts",
    "support": "support",
}
"""The services that can be called, by the machines' names for them, and boto3's."""

RECORDS = frozenset(
    {
        "autoscaling",
        "cognitoidentityprovider",
        "config",
        "ec2",
        "organizations",
        "rds",
        "scheduler",
        "ses",
        "sesv2",
        "support",
    }
)
"""Services whose records are kept, while nothing runs, starts or is sent behind them."""

_MADE_UP = frozenset({("ssm", "sendCommand"), ("ssm", "getCommandInvocation")})
"""What moto answers without having done it."""

_S3_BY_ANOTHER_NAME = frozenset(
    {
        "completeMultipartUpload",
        "createBucket",
        "createMultipartUpload",
        "deleteObjects",
        "getBucketLifecycleConfiguration",
        "getBucketNotificationConfiguration",
        "getBucketTagging",
        "listBuckets",
        "putBucketEncryption",
        "putBucketLifecycleConfiguration",
        "putBucketNotificationConfiguration",
        "putBucketPolicy",
        "putBucketTagging",
        "putBucketVersioning",
        "putPublicAccessBlock",
    }
)
"""Operations of S3 that moto has below a name of its own."""


def answered(service: str, action: str) -> bool:
    """Tell whether somebody answers an operation of a service of `SERVICES`."""
    from botocore import xform_name

    if (service, action) in _MADE_UP:
        return False
    if service == "s3" and action in _S3_BY_ANOTHER_NAME:
        return True
    method = xform_name(action[:1].upper() + action[1:])
    return any(hasattr(kind, method) for kind in _responses(SERVICES[service]))


@cache
def _responses(service: str) -> frozenset[Any]:
    """Return moto's classes that answer for a service of boto3."""
    name = "awslambda" if service == "lambda" else service.replace("-", "")
    paths = importlib.import_module(f"moto.{name}.urls").url_paths
    return frozenset(
        kind for kind in (getattr(f, "__self__", None) for f in paths.values()) if kind
    )
