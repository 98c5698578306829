"""The services that machines can call: which are really there, which are records, which are not."""

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

_MODELS = "its answers come from models of AWS's own, which are not here"
_CLUSTERS = "there are no clusters here on which it could run"
_ELSEWHERE = "what it calls lies outside of the rehearsal, which has no network"
_ABSENT = {
    **dict.fromkeys(
        (
            "bedrock", "bedrockagent", "bedrockagentruntime", "bedrockruntime", "comprehend",
            "comprehendmedical", "forecast", "forecastquery", "frauddetector", "kendra",
            "lookoutvision", "personalize", "polly", "rekognition", "sagemakerruntime", "textract",
            "transcribe", "translate",
        ),
        _MODELS,
    ),
    **dict.fromkeys(
        (
            "batch", "ecs", "eks", "elasticmapreduce", "emr", "emr-containers", "emr-serverless",
            "emrcontainers", "emrserverless", "mediaconvert", "databrew", "redshift",
            "redshiftdata", "rdsdata",
        ),
        _CLUSTERS,
    ),
    **dict.fromkeys(("apigateway", "http"), _ELSEWHERE),
}  # fmt: skip

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


def why_absent(service: str) -> str:
    """Return why a service that is not in `SERVICES` cannot be called."""
    return _ABSENT.get(service, "which the rehearsal does not know how to do")


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
