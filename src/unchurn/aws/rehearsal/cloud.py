"""The cloud on loopback: moto, with everything behind its APIs that the machines need really run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from unchurn.aws.clients import Clients
from unchurn.aws.rehearsal.access_key import Key
from unchurn.aws.rehearsal.faults import Faults
from unchurn.aws.rehearsal.journal import Journal, Note
from unchurn.aws.rehearsal.loopback import HOST, serving
from unchurn.aws.rehearsal.patches import Patch, applied
from unchurn.aws.rehearsal.variables import set_aside, unproxied
from unchurn.errors import ConfigError, listing

ACCOUNT = "123456789012"
REGION = "us-east-1"
_PACKAGES = ("boto3", "moto", "flask", "pyspark", "sqlglot", "yaml")
"""Of the extra, those that it imports."""


@dataclass
class Cloud:
    """One rehearsal: the way in for clients, and what its services share.

    `endpoint` is the address of every service; `work` a folder that belongs to the rehearsal;
    `image_command` the command that stands for the container image (its ENTRYPOINT);
    `glue_command` what runs a Glue job's script, spark-submit where it is None; `bake_seconds` the
    longest that a step of an endpoint's update is watched; `closing` stops what was started, last
    first; `key` is what calls are let in by.
    """

    endpoint: str
    clients: Clients
    work: Path
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    image_command: list[str] = field(
        default_factory=lambda: [sys.executable, "-m", "unchurn.aws.container"]
    )
    glue_command: list[str] | None = None
    bake_seconds: float = 2.0
    closing: ExitStack = field(default_factory=ExitStack)
    key: Key = field(default_factory=Key)
    account: str = ACCOUNT

    @property
    def region(self) -> str:
        """The region that is rehearsed."""
        return self.clients.region

    def child_env(self, **values: str) -> dict[str, str]:
        """Return the environment of a process that runs in this cloud and knows no other."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        return (
            inherited
            | credentials(self.region, self.key)
            | {"AWS_ENDPOINT_URL": self.endpoint}
            | values
        )


def credentials(region: str, key: Key) -> dict[str, str]:
    """Return the variables that keep any SDK to this cloud, and away from real accounts."""
    return {
        "AWS_ACCESS_KEY_ID": key.id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


@contextmanager
def open_cloud(
    work: Path, region: str = REGION, listen: Callable[[Note], None] | None = None
) -> Iterator[Cloud]:
    """Open the cloud for the length of the block; only one at a time in a process.

    `work` is made if need be and left as it is; `listen` hears of each thing done. Afterwards the
    environment, moto and its state are as they were. Raises `ConfigError` without the extra.
    """
    _require_extra()
    key = Key()
    with set_aside(), serving(key) as port, ExitStack() as closing:
        endpoint = f"http://{HOST}:{port}"
        closing.enter_context(applied(_settings(port, region, key)))
        work.mkdir(parents=True, exist_ok=True)
        clients, journal = Clients(region, endpoint), Journal(listen)
        cloud = Cloud(endpoint, clients, work, journal, closing=closing, key=key)
        closing.enter_context(applied(all_patches(cloud)))
        yield cloud


def _require_extra() -> None:
    """Raise `ConfigError` where a package that the rehearsal is made of is not installed."""
    lacking = [name for name in _PACKAGES if find_spec(name) is None]
    if lacking:
        raise ConfigError(
            f"A rehearsal needs {listing(lacking)}, which this Python does not have.",
            "Install the extra: pip install 'unchurn[rehearse]'",
        )


def all_patches(cloud: Cloud) -> list[Patch]:
    """Return everything that is replaced in moto for `cloud`, in the order of application."""
    from unchurn.aws.rehearsal import (
        athena,
        bucket_events,
        bucket_policies,
        builds,
        cfn,
        delivery,
        dynamodb,
        events,
        glue,
        lambdas,
        sagemaker,
        step_functions,
    )

    services = (
        athena, bucket_events, bucket_policies, builds, cfn, delivery, dynamodb, events, glue,
        lambdas, sagemaker, step_functions,
    )  # fmt: skip
    return [patch for service in services for patch in service.patches(cloud)]


def _settings(port: int, region: str, key: Key) -> list[Patch]:
    import boto3
    from moto.core.config import default_user_config

    variables = credentials(region, key) | unproxied(os.environ) | {"MOTO_PORT": str(port)}
    return [
        *(Patch(os.environ, name, value) for name, value in variables.items()),
        # boto3's shared session remembers the first credentials that it ever saw
        Patch(boto3, "DEFAULT_SESSION", None),
        Patch(default_user_config, "stepfunctions", {"execute_state_machine": True}),
        Patch(default_user_config, "lambda", {"use_docker": False}),
    ]
