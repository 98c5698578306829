"""Values that live outside a template: in parameters of SSM and in secrets, named by it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.cfn.intrinsics import UNKNOWN
from rehearsal.cfn.problems import RefusedError
from rehearsal.cloud import Cloud

STORED = "AWS::SSM::Parameter::Value<"
"""How the type begins of a parameter whose value is the name of one of SSM's."""
_NAME = "AWS::SSM::Parameter::Name"
_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}")
_PARTS_OF_ARN = 7


def stored_values(
    cloud: Cloud, declared: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the parameters with what SSM holds, where their type says that it is there.

    Raises `RefusedError` for one that SSM does not have.
    """
    for name, value in values.items():
        if declared[name]["Type"] == _NAME:
            _parameter(cloud, value)  # AWS refuses the name of one that is not there
    return {
        name: _stored(cloud, declared[name]["Type"], value)
        if declared[name]["Type"].startswith(STORED)
        else value
        for name, value in values.items()
    }


def _stored(cloud: Cloud, kind: str, name: str) -> Any:
    text = _parameter(cloud, name)
    listed = "List" in kind.removeprefix(STORED)
    return [each.strip() for each in text.split(",")] if listed else text


def dereferenced(cloud: Cloud, value: Any) -> Any:
    """Return `value` with every ``{{resolve:…}}`` replaced. Raises `RefusedError` for one not there."""
    return _replaced(value, lambda reference: stored(cloud, reference[1], reference[2]))


def foreseen(cloud: Cloud, value: Any) -> Any:
    """Return `value` as far as it is known while changes are planned: a stored value may be yet to come."""

    def told(reference: re.Match[str]) -> str:
        with contextlib.suppress(RefusedError):
            return stored(cloud, reference[1], reference[2])
        return UNKNOWN % reference[2].replace(":", " ")

    return _replaced(value, told)


def referred(value: Any) -> list[tuple[str, str]]:
    """Return the references that `value` holds: the service of each, and what it names there."""
    found: list[tuple[str, str]] = []

    def note(reference: re.Match[str]) -> str:
        found.append((reference[1], reference[2]))
        return ""

    _replaced(value, note)
    return found


def stored(cloud: Cloud, service: str, name: str) -> str:
    """Return what a reference names. Raises `RefusedError` for what is not there."""
    return (_secret if service == "secretsmanager" else _parameter)(cloud, name)


def _replaced(value: Any, told: Callable[[re.Match[str]], str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, told) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, told) for item in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    return _REFERENCE.sub(told, value)


def _parameter(cloud: Cloud, name: str) -> str:
    client = cloud.clients.client("ssm")
    try:
        return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except ClientError as error:
        raise RefusedError(f"Parameters: [ssm:{name}] cannot be found.") from error


def _secret(cloud: Cloud, reference: str) -> str:
    parts = reference.split(":")
    if parts[0] == "arn":
        parts = [":".join(parts[:_PARTS_OF_ARN]), *parts[_PARTS_OF_ARN:]]
    secret, _, key, stage, version = (*parts, "", "", "", "")[:5]
    wanted = {"VersionStage": stage, "VersionId": version}
    given = {name: value for name, value in wanted.items() if value}
    client = cloud.clients.client("secretsmanager")
    try:
        text = str(client.get_secret_value(SecretId=secret, **given)["SecretString"])
        return str(json.loads(text)[key]) if key else text
    except ClientError as error:
        raise RefusedError(f"Secrets Manager can't find the specified secret: {secret}") from error
    except (ValueError, KeyError) as error:
        raise RefusedError(
            f"Could not find a value associated with JSONKey {key!r} in {secret}."
        ) from error
