"""A rehearsed cloud for unchurn: its own image known, what the account is said to have made.

The rehearsal knows nothing of unchurn: here it is told, and what it refuses becomes our errors.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from rehearsal.cloud import REGION, Cloud, Setup
from rehearsal.errors import RehearsalError, SettingError
from rehearsal.images import Program
from rehearsal.journal import Note
from rehearsal.opening import Way, open_cloud, way_into
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.errors import ConfigError, UnchurnError
from unchurn.project import Project

DOOR = Program(
    (sys.executable, "-m", "unchurn.container"),
    host_variable="UNCHURN_HOST",
    token_variable="UNCHURN_TOKEN",  # noqa: S106 - the name of a variable
    several_hosts=True,
)
"""Our image, wherever its repository is: the door, with this machine's code or a build's wheel."""
SETUP = Setup(
    images=(lambda image: DOOR,),
    hidden=("UNCHURN_",),
    commands={"unchurn": (sys.executable, "-m", "unchurn")},
    glue_folders=True,
)

_CLIENTS: WeakKeyDictionary[Cloud, Clients] = WeakKeyDictionary()


@contextmanager
def open_rehearsal(
    work: Path,
    region: str = REGION,
    listen: Callable[[Note], None] | None = None,
    thorough: bool = False,
) -> Iterator[Cloud]:
    """Open a cloud in which unchurn's image runs, for the length of the block.

    `work`, `region` and `listen` are as in `open_cloud`, `thorough` as in its `Setup`. Raises
    `ConfigError` without the extra.
    """
    setup = replace(SETUP, thorough=thorough)
    with _our_errors(), open_cloud(work, region, listen, setup) as cloud:
        yield cloud


def clients_of(cloud: Cloud) -> Clients:
    """Return the clients that our own code asks with, led into `cloud`: the same each time."""
    return _CLIENTS.setdefault(cloud, Clients(cloud.region, cloud.endpoint))


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
    with open_rehearsal(work, deployment.region, listen) as cloud:
        give_what_exists(cloud, deployment)
        yield way_into(cloud, environment)


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


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except SettingError as error:
        raise ConfigError(error.message, error.hint) from error
    except RehearsalError as error:
        raise UnchurnError(error.message, error.hint) from error
