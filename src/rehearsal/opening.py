"""A cloud, opened: moto on loopback, with everything behind its APIs that is rehearsed really run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rehearsal.access_key import Key
from rehearsal.clients import Clients
from rehearsal.cloud import ACCOUNT, REGION, Cloud, Setup, credentials
from rehearsal.errors import SettingError, listing
from rehearsal.images import Images
from rehearsal.journal import UNPROVEN, Journal, Note
from rehearsal.loopback import HOST, serving
from rehearsal.patches import Patch, applied
from rehearsal.permissions.enforcing import Permissions
from rehearsal.permissions.sessions import signing
from rehearsal.stand_ins.aws_images import aws_image
from rehearsal.variables import astray, set_aside, unproxied

_PACKAGES = (
    *("boto3", "cfnlint", "duckdb", "flask", "jsonata", "moto", "pyspark"),
    *("samtranslator", "sqlglot", "yaml"),
)
"""Of the extra, those that it imports."""


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
        """The way as a versioned document."""
        return {
            "schema_version": 1,
            "endpoint": self.endpoint,
            "region": self.region,
            "account": ACCOUNT,
            "environment": dict(self.variables),
            "unset": list(self.unset),
        }


@contextmanager
def open_cloud(
    work: Path,
    region: str = REGION,
    listen: Callable[[Note], None] | None = None,
    setup: Setup | None = None,
) -> Iterator[Cloud]:
    """Open a cloud for the length of the block; only one at a time in a process.

    `work` is made if need be and left as it is; `listen` hears of each thing done. Afterwards the
    environment, moto and its state are as they were. Raises `SettingError` without the extra.
    """
    _require_extra()
    given, key, journal = setup or Setup(), Key(), Journal(listen)
    permissions = Permissions(ACCOUNT, region, journal, given.enforce)
    if not given.enforce:
        journal.remark("Permissions are not enforced: every call is allowed.")
    with set_aside(), serving(key, permissions) as port, ExitStack() as closing:
        endpoint = f"http://{HOST}:{port}"
        closing.enter_context(applied(_settings(endpoint, region, key)))
        work.mkdir(parents=True, exist_ok=True)
        clients = Clients(region, endpoint, partial(signing, key))
        images = Images(work / "images", [*given.images, aws_image])
        cloud = Cloud(
            endpoint, clients, work, images, given, journal,
            closing=closing, key=key, permissions=permissions,
        )  # fmt: skip
        closing.enter_context(applied(all_patches(cloud)))
        closing.callback(cloud.ending.set)
        yield cloud


def way_into(cloud: Cloud, environment: Mapping[str, str]) -> Way:
    """Return what leads a process to `cloud` that would otherwise have `environment`."""
    variables = _leading(cloud.endpoint, cloud.region, cloud.key, environment)
    return Way(cloud.endpoint, cloud.region, variables, astray(environment), cloud.journal)


def _leading(
    endpoint: str, region: str, key: Key, environment: Mapping[str, str]
) -> dict[str, str]:
    return {
        **credentials(region, key),
        **unproxied(environment),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
    }


def all_patches(cloud: Cloud) -> list[Patch]:
    """Return everything that is replaced in moto for `cloud`, in the order of application."""
    from rehearsal import (
        athena,
        bucket_logging,
        cfn,
        delivery,
        dynamodb,
        event_rules,
        events,
        glue,
        inline_policies,
        lambda_runtimes,
        lambdas,
        managed_policies,
        notifications,
        sagemaker,
        step_functions,
    )
    from rehearsal.permissions import assuming, bucket_policies

    # What is listed later is closed first: functions end before those who wait for them.
    services = (
        athena, bucket_logging, cfn, delivery, dynamodb, event_rules, events, glue,
        inline_policies, managed_policies, notifications, lambda_runtimes, lambdas, assuming, bucket_policies,
        sagemaker, step_functions,
    )  # fmt: skip
    return [patch for service in services for patch in service.patches(cloud)]


def _require_extra() -> None:
    """Raise `SettingError` where a package that the rehearsal is made of is not installed."""
    lacking = [name for name in _PACKAGES if find_spec(name) is None]
    if lacking:
        raise SettingError(
            f"A rehearsal needs {listing(lacking)}, which this Python does not have.",
            "Install the extra: pip install 'unchurn[rehearse]'",
        )


def _settings(endpoint: str, region: str, key: Key) -> list[Patch]:
    import boto3
    import botocore.session
    from moto.core.config import default_user_config

    variables = _leading(endpoint, region, key, os.environ)
    variables["MOTO_PORT"] = str(urlsplit(endpoint).port)
    return [
        *(Patch(os.environ, name, value) for name, value in variables.items()),
        # boto3's shared session remembers the first credentials that it ever saw
        Patch(boto3, "DEFAULT_SESSION", None),
        Patch(botocore.session, "create_loader", _loader),
        Patch(default_user_config, "stepfunctions", {"execute_state_machine": True}),
        Patch(default_user_config, "lambda", {"use_docker": False}),
    ]


def _loader(search_path: str | None = None) -> Any:
    """Return what reads botocore's descriptions of services for a session: each once in a process.

    Every session would read a megabyte of endpoints for itself, and the services anew.
    """
    from botocore.loaders import create_loader

    loader = create_loader(search_path)
    loader._cache = _descriptions(search_path)
    return loader


@cache
def _descriptions(search_path: str | None) -> dict[Any, Any]:
    """Return what was read so far of the services described in some folders."""
    return {}
