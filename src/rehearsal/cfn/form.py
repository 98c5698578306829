"""The form of a template: names, limits and values that CloudFormation refuses at the first look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError

MOST = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
"""How many members a section may have."""
_CALLED = {"Resources": "Resource", "Parameters": "Parameter", "Outputs": "Output"}
POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
SNAPSHOT = re.compile(
    r"AWS::(EC2::Volume|ElastiCache::(CacheCluster|ReplicationGroup)|Neptune::DBCluster"
    r"|RDS::DBCluster|RDS::DBInstance|Redshift::Cluster|DocDB::DBCluster)"
)
"""The types that there are snapshots of."""
NAME_CHARACTERS = 255


def plain_keys(value: Any) -> Any:
    """Return `value` with every key as the text that it is: YAML reads 012 and yes otherwise."""
    if isinstance(value, list):
        return [plain_keys(item) for item in value]
    if isinstance(value, dict):
        return {plain_text(key): plain_keys(item) for key, item in value.items()}
    return value


def check_form(content: Mapping[str, Any]) -> None:
    """Raise `RefusedError`, in CloudFormation's words, for what a template may not have."""
    _check_nulls(content)
    for section, most in MOST.items():
        count = len(content.get(section) or {})
        if count > most:
            raise RefusedError(
                f"Template format error: Number of {section.lower()}, {count}, is greater than "
                f"maximum allowed, {most}"
            )
    for section, called in _CALLED.items():
        for name in content.get(section) or {}:
            _check_name(called, name)
    for name, resource in content["Resources"].items():
        _check_policies(name, resource)


def _check_nulls(content: Mapping[str, Any]) -> None:
    """Refuse nulls, but in what a transform makes something else of, such as a machine's states."""
    resources = content["Resources"]
    if content.get("Transform"):
        resources = {
            name: body
            for name, body in resources.items()
            if not str(body.get("Type")).startswith("AWS::Serverless::")
        }
    for path in _nulls({**content, "Resources": resources}, ""):
        raise RefusedError(f"[{path}] 'null' values are not allowed in templates")


def _nulls(value: Any, path: str) -> Iterator[str]:
    """Yield the path of every null. What Metadata says is nobody's business."""
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "Metadata":
                yield from _nulls(item, f"{path}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _nulls(item, f"{path}/{number}")


def _check_name(called: str, name: str) -> None:
    if not re.fullmatch("[A-Za-z0-9]+", name):
        raise RefusedError(f"Template format error: {called} name {name} is non alphanumeric.")
    if len(name) > NAME_CHARACTERS:
        raise RefusedError(
            f"Template format error: {called} name {name} exceeds the maximum length of "
            f"{NAME_CHARACTERS} characters."
        )


def _check_policies(name: str, resource: Mapping[str, Any]) -> None:
    for attribute, allowed in POLICIES.items():
        given = resource.get(attribute)
        if isinstance(given, dict):
            raise RefusedError(
                f"Template format error: the rehearsal takes a {attribute} that is written out; "
                f"that of resource {name} is a function."
            )
        if given is not None and given not in allowed:
            raise RefusedError(
                f"Template format error: Unrecognized {attribute} {given} for resource {name}"
            )
        if given == "Snapshot" and not SNAPSHOT.fullmatch(resource["Type"]):
            raise RefusedError(
                f"Template error: resource type {resource['Type']} does not support deletion "
                "policy Snapshot"
            )
