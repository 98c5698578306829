"""The pipeline that delivers commits: its settings as values of templates, and how it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.errors import ConfigError
from unchurn.project.places import Delivery

SOURCE_KEY = "delivery/source.zip"
"""Where a commit is put that comes as an object; the template's rule waits for it."""
NONE = "none"
_KEPT_OF_NAME = 20
_GITHUB = re.compile(r"[\w.-]+/[\w.-]+")
_CODECOMMIT = re.compile(r"[\w.-]{1,100}")
_CONNECTION = re.compile(r"arn:[a-z-]+:(codestar-connections|codeconnections):\S+:connection/\S+")
Fault = tuple[str, str]
"""What is wrong, and the next move."""


def delivery_settings(delivery: Delivery) -> dict[str, str]:
    """Return the values that the template asks for by name.

    Raises `ConfigError` for a source that is only half described.
    """
    for words, hint in _faults(delivery) if delivery.source != NONE else ():
        raise ConfigError(words, hint)
    return {
        "DeliverySource": delivery.source,
        "DeliveryRepository": delivery.repository,
        "DeliveryBranch": delivery.branch,
        "DeliveryConnection": delivery.connection,
        "DeliveryClone": "true" if delivery.clone else "false",
        "DeliveryFolder": delivery.folder,
        "DeliveryApproval": "true" if delivery.approval else "false",
        "DeliveryScore": "true" if delivery.score else "false",
    }


def check_source(clients: Clients, bucket: str) -> None:
    """Make sure that a bucket of the user's can be the source. Raises `ConfigError`."""
    s3 = clients.client("s3")
    with asking_aws(f"see whether s3://{bucket} can be a source of commits"):
        versioned = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
        told = s3.get_bucket_notification_configuration(Bucket=bucket)
    where = f'[delivery] source is "s3", but the bucket {bucket!r}'
    if not versioned:
        raise ConfigError(
            f"{where} keeps no versions, and CodePipeline takes a commit by its version.",
            f"Turn them on: aws s3api put-bucket-versioning --bucket {bucket} "
            "--versioning-configuration Status=Enabled",
        )
    if "EventBridgeConfiguration" not in told:
        raise ConfigError(
            f"{where} sends no events to EventBridge, so that a commit would start nothing.",
            "Turn them on in the bucket's properties: Event notifications, Amazon EventBridge.",
        )


def latest_delivery(clients: Clients, pipeline: str) -> dict[str, Any] | None:
    """Return the pipeline's latest execution as plain data; None where nothing was delivered."""
    from botocore.exceptions import ClientError

    deliveries = clients.client("codepipeline")
    try:
        found = deliveries.list_pipeline_executions(pipelineName=pipeline, maxResults=1)
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    if not found["pipelineExecutionSummaries"]:
        return None
    latest = found["pipelineExecutionSummaries"][0]
    revisions = latest.get("sourceRevisions") or [{}]
    return {
        "execution_id": latest["pipelineExecutionId"],
        "status": latest["status"],
        "started": latest["startTime"].isoformat(timespec="seconds"),
        "commit": revisions[0].get("revisionId"),
    }


def artefacts_of(stack: str) -> str:
    """Return the prefix under which CodePipeline keeps artefacts: as much of a name as it takes."""
    return f"{stack}-delivery"[:_KEPT_OF_NAME] + "/"


def _faults(delivery: Delivery) -> Iterator[Fault]:
    place = PurePosixPath(delivery.folder)
    if not delivery.folder or place.is_absolute() or ".." in place.parts:
        yield (
            f"[delivery] folder is {delivery.folder!r}; it must be a folder inside the repository.",
            'Name the folder of churn.toml from the repository\'s root; the root itself is ".".',
        )
    if delivery.source == "s3":
        if delivery.clone:
            yield (
                '[delivery] clone is true, but source is "s3", whose bundle has no history.',
                'Leave it out, or take commits from "github" or "codecommit".',
            )
        return
    if not delivery.branch:
        yield ("[delivery] branch is empty.", "Name the branch that is delivered.")
    if delivery.source == "codecommit":
        if not _CODECOMMIT.fullmatch(delivery.repository):
            yield (
                '[delivery] source is "codecommit", but repository is '
                f"{delivery.repository!r}; it must be the name of a CodeCommit repository.",
                "Set [delivery] repository, without owner or address.",
            )
        return
    if not _GITHUB.fullmatch(delivery.repository):
        yield (
            f'[delivery] source is "github", but repository is {delivery.repository!r}; it must '
            "be owner/name.",
            "Set [delivery] repository as GitHub shows it.",
        )
    if not _CONNECTION.fullmatch(delivery.connection):
        yield (
            f'[delivery] source is "github", but connection is {delivery.connection!r}; it must '
            "be the ARN of a connection to GitHub.",
            "Make one in the console (Developer Tools, Settings, Connections), finish it there, "
            "and set [delivery] connection to its ARN.",
        )
