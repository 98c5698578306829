"""Stacks within stacks: their templates are read from a bucket, and looked at while it is planned."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, tags
from rehearsal.cloud import Cloud

_POLL_SECONDS = 0.1
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
"""What the stack around it may do, it may do: that was asked for there."""


def _check(cloud: Cloud, properties: Properties) -> None:
    """Refuse, while the stack around it is planned, what of this one could not be made."""
    from rehearsal.cfn.includes import included, transforms_within
    from rehearsal.cfn.macros import is_macro
    from rehearsal.cfn.serverless import translated
    from rehearsal.cfn.template import content_of, read_template, transforms_of
    from rehearsal.cfn.template_text import template_text
    from rehearsal.cfn.types import resource_types

    url = properties["TemplateURL"]
    if unknown(url):
        return
    parameters = properties.get("Parameters") or {}
    given = {name: _text(value) for name, value in parameters.items() if not unknown(value)}
    text = template_text(cloud, {"TemplateURL": url})
    content = content_of(text)
    if any(map(is_macro, (*transforms_of(content), *transforms_within(content)))):
        return  # what its macros make of it is seen when it is made
    template = translated(cloud, included(cloud, read_template(text, given), given), given)
    kinds = {body["Type"] for body in template.resources.values() if "Condition" not in body}
    missing = sorted(kind for kind in kinds if kind not in resource_types())
    if missing:
        raise RefusedError(
            f"Template format error: Unrecognized resource types: [{', '.join(missing)}] in the "
            f"nested stack {url}. The rehearsal does not know how to make them."
        )


def _request(properties: Properties) -> dict[str, Any]:
    given = properties.get("Parameters") or {}
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": _text(value)} for name, value in given.items()
        ],
        "Capabilities": _CAPABILITIES,
        "Tags": [{"Key": key, "Value": value} for key, value in tags(properties).items()],
    }


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    formation = cloud.clients.client("cloudformation")
    made = formation.create_stack(
        StackName=name[:128], **_request(properties), DisableRollback=True
    )["StackId"]
    try:
        return Made(made, _outputs(cloud, made))
    except RefusedError:
        formation.delete_stack(StackName=made)
        raise


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> dict[str, str]:
    formation = cloud.clients.client("cloudformation")
    try:
        formation.update_stack(StackName=name, **_request(new))
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    return _outputs(cloud, name)


def _outputs(cloud: Cloud, name: str) -> dict[str, str]:
    """Wait for the stack; return its outputs. Raises `RefusedError` when it has failed."""
    told = _settled(cloud, name)
    if told["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        why = told.get("StackStatusReason", told["StackStatus"])
        raise RefusedError(f"Embedded stack {name} was not successfully created or updated: {why}")
    return {f"Outputs.{o['OutputKey']}": o["OutputValue"] for o in told.get("Outputs", [])}


def _settled(cloud: Cloud, name: str) -> dict[str, Any]:
    """Wait until a stack is made or deleted; return what is told of it."""
    formation = cloud.clients.client("cloudformation")
    while True:
        told: dict[str, Any] = formation.describe_stacks(StackName=name)["Stacks"][0]
        if not told["StackStatus"].endswith("_IN_PROGRESS"):
            return told
        time.sleep(_POLL_SECONDS)


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    formation = cloud.clients.client("cloudformation")
    formation.delete_stack(StackName=name)
    told = _settled(cloud, name)
    if told["StackStatus"] != "DELETE_COMPLETE":
        raise RefusedError(told.get("StackStatusReason", told["StackStatus"]))


TYPES = [
    ResourceType(
        "AWS::CloudFormation::Stack",
        _create,
        _delete,
        _update,
        attributes=frozenset({"Outputs."}),
        properties=frozenset({"Parameters", "Tags", "TemplateURL"}),
        check=_check,
    )
]
