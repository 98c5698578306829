"""A rehearsed cloud for other processes: kept open, with the variables that lead to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.aws.rehearsal.cloud import ACCOUNT, REGION, Cloud, credentials, open_cloud
from unchurn.aws.rehearsal.journal import UNPROVEN, Journal, Note
from unchurn.aws.rehearsal.variables import astray, unproxied
from unchurn.project import Project


@dataclass(frozen=True)
class Way:
    """The way into an open cloud: what a command's environment must hold, and must not."""

    endpoint: str
    region: str
    variables: Mapping[str, str]
    unset: tuple[str, ...]
    journal: Journal

    @property
    def unproven(self) -> tuple[str, ...]:
        """What was done otherwise than on AWS so far, and what cannot be proven here at all."""
        return (*UNPROVEN, *self.journal.unproven)

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws rehearse --open --json``."""
        return {
            "schema_version": 1,
            "endpoint": self.endpoint,
            "region": self.region,
            "account": ACCOUNT,
            "environment": dict(self.variables),
            "unset": list(self.unset),
        }


@contextmanager
def opened(
    project: Project, work: Path, listen: Callable[[Note], None] | None = None
) -> Iterator[Way]:
    """Open an empty cloud in the project's region for the length of the block; yield the way in.

    The bucket and the table that the project names as existing are there. `work` and `listen`
    are as in `open_cloud`. Afterwards every process that the cloud started has ended.
    """
    deployment = make_deployment(project)
    deployment = make_deployment(project, Named(region=deployment.region or REGION))
    environment = dict(os.environ)
    with open_cloud(work, deployment.region, listen) as cloud:
        give_what_exists(cloud, deployment)
        yield way_into(cloud, environment)


def way_into(cloud: Cloud, environment: Mapping[str, str]) -> Way:
    """Return what leads a process to `cloud` that would otherwise have `environment`."""
    variables = credentials(cloud.region, cloud.key) | unproxied(environment)
    variables["AWS_ENDPOINT_URL"] = cloud.endpoint
    variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false"
    return Way(cloud.endpoint, cloud.region, variables, astray(environment), cloud.journal)


def give_what_exists(cloud: Cloud, deployment: Deployment) -> None:
    """Make the bucket and the table that the user has in the account and names."""
    if deployment.existing_bucket:
        given: dict[str, Any] = {"Bucket": deployment.existing_bucket}
        if cloud.region != "us-east-1":  # the one region that may not be named
            given["CreateBucketConfiguration"] = {"LocationConstraint": cloud.region}
        cloud.clients.client("s3").create_bucket(**given)
    if deployment.existing_table:
        cloud.clients.client("dynamodb").create_table(
            TableName=deployment.existing_table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
        )
