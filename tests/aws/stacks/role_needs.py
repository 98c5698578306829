"""What each role needs: derived from code and machines where they say it, else told with reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from called_services import clients_of, imported_by, needed_actions
from shipped_stacks import resources

import unchurn.aws
from unchurn.aws import machines
from unchurn.aws.machines.actions import needed

AWS = Path(unchurn.aws.__file__).parent
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Actions that AWS does not let be scoped to a resource."""
LOGGING = {action for action in WITHOUT_RESOURCE if action.startswith("logs:")}
TRACING = {action for action in WITHOUT_RESOURCE if action.startswith("xray:")}
WRITING_LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
SAGEMAKER = {
    "s3:ListBucket": "inputs are prefixes",
    "s3:GetObject": "inputs, models",
    "s3:PutObject": "outputs",
    "s3:DeleteObject": "checkpoints that a job on Spot deletes",
    "ecr:GetAuthorizationToken": "the image is pulled as whoever holds the role",
    "ecr:BatchCheckLayerAvailability": "the image",
    "ecr:BatchGetImage": "the image",
    "ecr:GetDownloadUrlForLayer": "the image",
    "logs:CreateLogGroup": "one group for each kind of job, made by the first",
    "logs:CreateLogStream": "one stream for each container",
    "logs:DescribeLogStreams": "before a stream is made",
    "logs:PutLogEvents": "what containers print",
    "cloudwatch:PutMetricData": "use of instances, and the tuner's metric",
    "cloudwatch:DescribeAlarms": "those that put an endpoint back",
}
"""What SageMaker does, as the role, for processing, tuning, training, transform and models."""
CRAWLER = {
    "s3:ListBucket": "folders",
    "s3:GetObject": "samples of files",
    "glue:GetDatabase": "the target",
    "glue:GetTable": "whether there is one",
    "glue:GetTables": "whether there is one",
    "glue:CreateTable": "train, infer",
    "glue:UpdateTable": "columns that came or went",
    "glue:GetPartition": "files that lie in folders",
    "glue:GetPartitions": "files that lie in folders",
    "glue:BatchGetPartition": "files that lie in folders",
    "glue:BatchCreatePartition": "files that lie in folders",
    "glue:UpdatePartition": "files that lie in folders",
    "logs:CreateLogGroup": "Glue names the groups of crawlers",
}
"""What the crawler does as its role."""
SPARK = {
    "s3:GetObject": "script, wheel, and what was shared through scratch",
    "s3:PutObject": "what workers share through scratch",
    "s3:DeleteObject": "the same, afterwards",
    "s3:ListBucket": "the same, to find it",
}
"""What Glue and Spark do, as the role, around the job's own code."""
QUERIES = (
    (
        "glue",
        ("GetDatabase", "GetTable", "GetPartition", "GetPartitions", "BatchGetPartition"),
        ("catalog", "database/default", "database/acme-db", "table/acme-db/*"),
    ),
    ("s3", ("GetBucketLocation", "ListBucketMultipartUploads", "ListBucket"), ("",)),
    ("s3", ("GetObject",), ("/data/train/*", "/data/infer/*", "/data/history/*", "/athena/*")),
    (
        "s3",
        ("PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"),
        ("/runs/*/queried/*", "/data/intermediate/*/queried/*", "/athena/*"),
    ),
)
"""What Athena does for a query of [data], as the role of the machine that asks: by service, on what."""
BUILD = {
    "s3:GetObject": "the source bundle",
    "s3:GetObjectVersion": "the source bundle, in a bucket with versions",
    "ecr:GetAuthorizationToken": "docker login",
    "ecr:BatchCheckLayerAvailability": "docker push, first",
    "ecr:InitiateLayerUpload": "docker push",
    "ecr:UploadLayerPart": "docker push",
    "ecr:CompleteLayerUpload": "docker push",
    "ecr:PutImage": "docker push, last",
    "ecr:BatchGetImage": "docker push, which asks whether the manifest is there",
}
"""What CodeBuild and its buildspec do."""


def expected(role: str) -> set[str]:
    """Return the actions that a role needs."""
    glue = AWS.parent / "glue"
    etl = [glue / "etl.py", glue / "places.py", AWS / "objects.py"]
    return {
        "WorkflowRole": lambda: (
            set(by_machines()) | {each for each, _ in by_queries()} | LOGGING | TRACING
        ),
        "SageMakerRole": lambda: set(SAGEMAKER),
        "GlueRole": lambda: {*CRAWLER, *SPARK, *WRITING_LOGS} | needed_actions(etl, "main", ["s3"]),
        "LambdaRole": lambda: by_handlers("LambdaRole"),
        "RegistryLambdaRole": lambda: by_handlers("RegistryLambdaRole"),
        "BuildRole": lambda: {*BUILD, *WRITING_LOGS},
        "SchedulerRole": lambda: {"states:StartExecution"},
    }[role]()


def by_handlers(role: str) -> set[str]:
    """Return the actions that the Lambda functions of a role need."""
    handlers = [
        properties["Handler"].split(".")
        for _, _, kind, properties in resources()
        if kind == "AWS::Lambda::Function" and properties["Role"] == f"<{role}.Arn>"
    ]
    found = set(WRITING_LOGS)
    for module, entry in handlers:
        modules = imported_by(AWS / "lambdas" / f"{module}.py")
        found |= needed_actions(modules, entry, clients_of(modules))
    return found


def by_machines() -> dict[str, set[str]]:
    """Return the actions that the machines need, each with the resources."""
    found: dict[str, set[str]] = {}
    arns = dict(function_arns())
    for name in machines.NAMES:
        for _, _, kind, properties in resources():
            if kind == "AWS::StepFunctions::StateMachine" and properties[
                "StateMachineName"
            ].endswith(name):
                given = properties["DefinitionSubstitutions"]
                values = {key: arns.get(str(value), str(value)) for key, value in given.items()}
        for action, on in needed(machines.definition(name, values)).items():
            found.setdefault(action, set()).update(map(plain, on))
    return found


def by_queries() -> Iterator[tuple[str, str]]:
    """Yield the actions that queries need, each with a resource of the shipped stacks."""
    for service, actions, several in QUERIES:
        bucket = "acme-<AccountId>-eu-west-1" if service == "s3" else ""
        for action in actions:
            yield from (
                (f"{service}:{action}", f"arn:*:{service}:*:*:{bucket}{on}") for on in several
            )


def function_arns() -> Iterator[tuple[str, str]]:
    """Yield the ARNs that GetAtt gives for the functions of the machines' stacks."""
    for stack, logical, kind, properties in resources():
        if stack in machines.NAMES and kind == "AWS::Lambda::Function":
            name = properties["FunctionName"]
            yield f"<{logical}.Arn>", f"arn:*:lambda:*:*:function:{name}"


def plain(arn: str) -> str:
    """Return an ARN without partition, region and account."""
    return re.sub(r"^arn:[^:]*:([^:]*):[^:]*:[^:]*:", r"arn:*:\1:*:*:", arn)
