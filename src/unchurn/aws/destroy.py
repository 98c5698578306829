"""Destroy: what deploy made goes, in reverse; what was learnt is kept unless told otherwise.

The registry is exported to the bucket before its table goes. The bucket stays, and with it the
data, the models and that export, unless its deletion is asked for. A bucket or a table that the
user named is never deleted. What is left at the end is what AWS says is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from unchurn.aws import layout
from unchurn.aws.adoption import default_bucket
from unchurn.aws.clients import Clients
from unchurn.aws.delivery import artefacts_of, latest_delivery
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.inventory import Survey, survey
from unchurn.aws.stack_state import (
    GONE,
    all_outputs,
    failures,
    outputs_of,
    read_stack,
    wait_for_stack,
)
from unchurn.aws.stacks import STACKS
from unchurn.aws.templates import EVERY
from unchurn.errors import ConfigError
from unchurn.progress import Progress

_ORDER = ("deploy-model", *reversed(STACKS), "delivery")
"""The pipeline's stack goes last: CloudFormation deletes by its role what the pipeline deployed."""
OURS = (
    *(layout.ATHENA, layout.CAPTURE, "code/", "project/", "registry/", "runs/"),
    *(layout.INTERMEDIATE, layout.RESULTS, layout.WATCHES, layout.CAMPAIGNS),
)
"""What unchurn writes into a bucket. The tables under data/train, data/infer, data/history, data/outcomes and
data/exclude are the user's, and a registry's table of their own still names what lies under data/ledger."""
_THEIRS = f"/{layout.TOLD}"
"""Where the user's files lie among ours: below the folder of a campaign."""
_BATCH = 1000
_SHARED = (
    "SageMaker and Glue keep the history of finished jobs, and their logs in groups that the "
    "account shares (/aws/sagemaker/…, /aws-glue/…); neither costs more than its storage."
)


@dataclass(frozen=True)
class Standing:
    """What there is to destroy."""

    bucket: str
    own_bucket: bool
    own_table: bool
    found: Survey
    handed_on: str
    """Prefix below which the pipeline's stages hand on what they made."""


def stand(clients: Clients, deployment: Deployment) -> Standing:
    """Find out what is there. Raises `ConfigError` without credentials."""
    account = clients.account()
    outputs = all_outputs(clients, [deployment.stack_name(name) for name in EVERY])
    made = default_bucket(deployment, account, clients.region)
    bucket = outputs.get("Bucket") or deployment.existing_bucket or made
    machines = [outputs[key] for key in outputs if key.endswith("StateMachineArn")]
    found = survey(clients, deployment, bucket, machines)
    return Standing(
        bucket, bucket == made, not deployment.existing_table, found, artefacts_of(deployment.stack)
    )


def destroy(
    clients: Clients,
    deployment: Deployment,
    standing: Standing,
    delete_data: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Delete what is `standing`; return the versioned document of ``unchurn aws destroy --json``.

    Raises `AwsError` naming what would not go; the same command then goes on from there.
    """
    export = ""
    with asking_aws(f"destroy {deployment.stack}"):
        _require_no_delivery(clients, deployment)
        _stop_executions(clients, standing.found, progress)
        if standing.own_table and standing.found.names("table"):
            export = export_registry(clients, deployment, standing.bucket, progress)
        _delete_models(clients, standing.found, progress)
        for name in _ORDER:
            _delete_stack(clients, deployment.stack_name(name), progress)
        if standing.own_table:
            _delete_table(clients, deployment.registry_table, progress)
        if delete_data:
            _delete_data(clients, standing, progress)
    left = survey(clients, deployment, standing.bucket, [])
    return {
        "schema_version": 1,
        "stack": deployment.stack,
        "region": clients.region,
        "gone": [thing for thing in standing.found.document() if thing not in left.document()],
        "left": left.document(),
        "registry_export": export or None,
        "note": _SHARED,
    }


def export_registry(
    clients: Clients, deployment: Deployment, bucket: str, progress: Progress
) -> str:
    """Write every item of the registry to the bucket as JSON Lines; return its address.

    An empty registry is not written; the address is then empty.
    """
    pages = clients.client("dynamodb").get_paginator("scan")
    items = [
        item
        for page in pages.paginate(TableName=deployment.registry_table, ConsistentRead=True)
        for item in page["Items"]
    ]
    if not items:
        return ""
    key = f"registry/export-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    items.sort(key=lambda item: str(item["run_id"]["S"]))
    lines = "".join(json.dumps(item, sort_keys=True, ensure_ascii=False) + "\n" for item in items)
    s3 = clients.client("s3")
    s3.put_object(Bucket=bucket, Key=key, Body=lines.encode())
    # The table goes next: make sure of what it is replaced by.
    if s3.head_object(Bucket=bucket, Key=key)["ContentLength"] != len(lines.encode()):
        raise AwsError(
            f"The export s3://{bucket}/{key} is not what was written.",
            "Nothing was deleted. Run the same command again.",
        )
    progress.note(f"registry: {len(items)} items exported to s3://{bucket}/{key}")
    return f"s3://{bucket}/{key}"


def _require_no_delivery(clients: Clients, deployment: Deployment) -> None:
    """Raise `ConfigError` while a commit is delivered: it would deploy again what was deleted."""
    name = outputs_of(clients, deployment.stack_name("delivery")).get("PipelineName", "")
    latest = latest_delivery(clients, name) if name else None
    if latest and latest["status"] in ("InProgress", "Stopping"):
        raise ConfigError(
            f"The pipeline {name} is delivering a commit (execution {latest['execution_id']}).",
            "Wait for its end, or stop it: aws codepipeline stop-pipeline-execution "
            f"--pipeline-name {name} --pipeline-execution-id {latest['execution_id']}",
        )


def _stop_executions(clients: Clients, found: Survey, progress: Progress) -> None:
    for arn in found.names("running execution"):
        clients.client("stepfunctions").stop_execution(
            executionArn=arn, error="Destroyed", cause="unchurn aws destroy"
        )
        progress.note(f"stopped {arn.rpartition(':')[2]}")


def _delete_models(clients: Clients, found: Survey, progress: Progress) -> None:
    for name in found.names("model"):
        clients.client("sagemaker").delete_model(ModelName=name)
        progress.note(f"deleted model {name}")


def _delete_stack(clients: Clients, stack: str, progress: Progress) -> None:
    if read_stack(clients, stack) is None:
        return
    with progress.task(f"delete {stack}"):
        clients.client("cloudformation").delete_stack(StackName=stack)
        status = wait_for_stack(clients, stack)
    if status != GONE:
        raise AwsError(
            f"The stack {stack} ended as {status}: {failures(clients, stack)}",
            "Remove what is named, then run unchurn aws destroy again: it goes on from here.",
        )
    progress.note(f"{stack}: deleted")


def _delete_table(clients: Clients, name: str, progress: Progress) -> None:
    """Delete the registry's table where its stack has left it."""
    tables = clients.client("dynamodb")
    try:
        tables.delete_table(TableName=name)
    except tables.exceptions.ResourceNotFoundException:
        return
    tables.get_waiter("table_not_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1 if clients.on_loopback else 5}
    )
    progress.note(f"deleted table {name}")


def _delete_data(clients: Clients, standing: Standing, progress: Progress) -> None:
    if not standing.found.names("bucket"):
        return
    s3, bucket = clients.client("s3"), standing.bucket
    prefixes = ("",) if standing.own_bucket else (*OURS, standing.handed_on)
    with progress.task(f"empty {bucket}") as task:
        for prefix in prefixes:
            for batch in _versions(s3, bucket, prefix):
                answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
                if answer.get("Errors"):
                    first = answer["Errors"][0]
                    raise AwsError(
                        f"s3://{bucket}/{first['Key']} would not go: {first['Message']}",
                        "Lift what protects it (a legal hold, a policy), then run this again.",
                    )
                task.advance(len(batch))
    if standing.own_bucket:
        s3.delete_bucket(Bucket=bucket)
    progress.note(f"deleted the {'bucket' if standing.own_bucket else 'objects in'} {bucket}")


def _versions(s3: Any, bucket: str, prefix: str) -> Iterator[list[dict[str, str]]]:
    pages = s3.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": _BATCH}):
        every = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found := [each for each in every if not prefix or _THEIRS not in each["Key"]]:
            yield [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
