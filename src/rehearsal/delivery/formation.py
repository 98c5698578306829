"""Deploy actions of CloudFormation: the template and its parameters come out of artefacts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from itertools import takewhile
from typing import Any
from uuid import uuid4

from rehearsal.cfn.plain_text import plain_text
from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.artefacts import read
from rehearsal.delivery.execution import ActionFailedError
from rehearsal.errors import InputError
from rehearsal.permissions.actions import Need, Place
from rehearsal.permissions.sessions import as_session

_CALLED = {
    "CHANGE_SET_REPLACE": (
        "DescribeStacks",
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
    ),
    "CHANGE_SET_EXECUTE": ("DescribeStacks", "DescribeChangeSet", "ExecuteChangeSet"),
}
"""What CodePipeline calls of CloudFormation, as the action's role, by the modes that say it."""
_CALLED_ELSE = ("DescribeStacks", "CreateStack", "UpdateStack")
MODES = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "DELETE_ONLY", *_CALLED)
_UNMADE = ("", "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
_BROKEN = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
_NOTHING = "didn't contain changes"


def change_stack(context: ActionContext) -> None:
    """Create, update or delete the stack that an action names."""
    mode, stack = context.setting("ActionMode"), context.setting("StackName")
    if mode not in MODES:
        raise ActionFailedError("ConfigurationError", f"ActionMode {mode} is not rehearsed.")
    context.run.external = stack
    context.demand(*_needs(context, stack, mode))
    with as_session(None):  # by change sets, of which CodePipeline needs none for these modes
        _change(context, stack, mode)
        if context.configuration.get("OutputFileName") and context.outputs:
            _write_outputs(context, stack, context.configuration["OutputFileName"])


def _write_outputs(context: ActionContext, stack: str, name: str) -> None:
    """Make an artefact of one file, with what the stack puts out."""
    found = (_read(context, stack) or {}).get("Outputs", [])
    told = {each["OutputKey"]: each["OutputValue"] for each in found}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, json.dumps(told))
    context.write(context.outputs[0], stream.getvalue())


def _needs(context: ActionContext, stack: str, mode: str) -> list[Need]:
    """Return what CodePipeline asks of CloudFormation as the action's role."""
    place = Place(context.cloud.region, context.cloud.account)
    on = place.arn("cloudformation", f"stack/{stack}/*")
    found = [Need(f"cloudformation:{each}", on) for each in _CALLED.get(mode, _CALLED_ELSE)]
    if role := context.configuration.get("RoleArn"):
        to = {"iam:PassedToService": ["cloudformation.amazonaws.com"]}
        found.append(Need("iam:PassRole", role, to))
    return found


def _change(context: ActionContext, stack: str, mode: str) -> None:
    formation = context.cloud.clients.client("cloudformation")
    status = _status(context, stack)
    if mode == "DELETE_ONLY" or (mode == "REPLACE_ON_FAILURE" and _is_broken(status)):
        formation.delete_stack(StackName=stack)
        status = context.wait(lambda: _settled(context, stack))
    kind = "CREATE" if status in _UNMADE else "UPDATE"
    if mode == "CHANGE_SET_REPLACE":
        _draw_up(context, stack, kind, context.setting("ChangeSetName"))
    elif mode == "CHANGE_SET_EXECUTE":
        _execute(context, stack, kind, context.setting("ChangeSetName"))
    elif mode != "DELETE_ONLY":
        name = f"codepipeline-{uuid4().hex[:12]}"
        _draw_up(context, stack, kind, name)
        _execute(context, stack, kind, name)


def _draw_up(context: ActionContext, stack: str, kind: str, name: str) -> None:
    """Make a change set, in the place of one of that name that is there."""
    from botocore.exceptions import ClientError

    formation = context.cloud.clients.client("cloudformation")
    settings = _settings(context)
    if _drawn(context, stack, name):
        formation.delete_change_set(ChangeSetName=name, StackName=stack)
    try:
        formation.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            **_service_role(context),
            ChangeSetType=kind,
            TemplateBody=_file(context, context.setting("TemplatePath")).decode(),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": plain_text(value)}
                for key, value in settings["Parameters"].items()
            ],
            Tags=[{"Key": key, "Value": value} for key, value in settings["Tags"].items()],
            Capabilities=[
                each for each in context.configuration.get("Capabilities", "").split(",") if each
            ],
        )
    except ClientError as error:
        raise ActionFailedError("ActionExecutionFailed", str(error)) from error
    context.run.summary = f"Change set {name} of {stack} is there"


def _service_role(context: ActionContext) -> dict[str, str]:
    role = context.configuration.get("RoleArn")
    return {"RoleARN": role} if role else {}


def _drawn(context: ActionContext, stack: str, name: str) -> dict[str, Any] | None:
    """Return the description of a change set, or None where there is none."""
    from botocore.exceptions import ClientError

    formation = context.cloud.clients.client("cloudformation")
    try:
        return dict(formation.describe_change_set(ChangeSetName=name, StackName=stack))
    except ClientError:
        return None


def _execute(context: ActionContext, stack: str, kind: str, name: str) -> None:
    """Execute a change set, and wait until the stack stands; one without changes is thrown away."""
    from botocore.exceptions import ClientError

    formation = context.cloud.clients.client("cloudformation")
    told = _drawn(context, stack, name)
    if told and told["Status"] == "FAILED" and _NOTHING in told["StatusReason"]:
        formation.delete_change_set(ChangeSetName=name, StackName=stack)
        context.run.summary = "There was nothing to change."
        return
    try:
        formation.execute_change_set(ChangeSetName=name, StackName=stack)
    except ClientError as error:
        raise ActionFailedError("ActionExecutionFailed", str(error)) from error
    status = context.wait(lambda: _settled(context, stack))
    context.run.summary = f"Stack {stack} is {status}"
    if status != f"{kind}_COMPLETE":
        why = _failures(context, stack)
        raise ActionFailedError("StackUpdateFailed", f"The stack ended as {status}: {why}")
    found = _read(context, stack) or {}
    context.run.variables = {
        each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])
    }


def _read(context: ActionContext, stack: str) -> dict[str, Any] | None:
    """Return the description of a stack, or None where there is none."""
    from botocore.exceptions import ClientError

    try:
        found = context.cloud.clients.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError:
        return None
    return dict(found["Stacks"][0])


def _failures(context: ActionContext, stack: str) -> str:
    """Return why resources of the latest change failed, the first cause first."""
    formation = context.cloud.clients.client("cloudformation")
    told = formation.describe_stack_events(StackName=stack)["StackEvents"]  # newest first
    change = takewhile(lambda event: not _begins(event, stack), told)
    reasons = [
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in change
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    # One resource that fails cancels the others: their reason is noise.
    causes = [reason for reason in reversed(reasons) if "cancelled" not in reason.lower()]
    return "; ".join(dict.fromkeys(causes)) or "CloudFormation gave no reason."


def _begins(event: Mapping[str, Any], stack: str) -> bool:
    return event["LogicalResourceId"] == stack and event["ResourceStatus"] in _BEGINNINGS


def _status(context: ActionContext, stack: str) -> str:
    found = _read(context, stack)
    return str(found["StackStatus"]) if found else ""


def _settled(context: ActionContext, stack: str) -> str | None:
    status = _status(context, stack)
    return None if status.endswith("_IN_PROGRESS") else status


def _is_broken(status: str) -> bool:
    return status in _BROKEN or status == "UPDATE_ROLLBACK_FAILED"


def _settings(context: ActionContext) -> dict[str, dict[str, Any]]:
    """Return the template configuration, laid over by the action's own parameters."""
    path = context.configuration.get("TemplateConfiguration")
    given: dict[str, Any] = json.loads(_file(context, path)) if path else {}
    strangers = set(given) - {"Parameters", "Tags", "StackPolicy"}
    if strangers:
        raise ActionFailedError(
            "ConfigurationError", f"The template configuration has {sorted(strangers)}."
        )
    over = json.loads(context.configuration.get("ParameterOverrides") or "{}")
    taken = {name: _parameter(context, value) for name, value in over.items()}
    return {"Parameters": given.get("Parameters", {}) | taken, "Tags": given.get("Tags", {})}


def _parameter(context: ActionContext, value: Any) -> str:
    """Return the value of an override: a text, or what it takes out of an artefact."""
    if not isinstance(value, dict):
        return plain_text(value)
    if "Fn::GetParam" in value:
        artefact, path, key = value["Fn::GetParam"]
        return plain_text(json.loads(_file(context, f"{artefact}::{path}"))[key])
    artefact, attribute = value["Fn::GetArtifactAtt"]
    found = context.artefact(artefact)
    return {"BucketName": found.bucket, "ObjectKey": found.key}[attribute]


def _file(context: ActionContext, path: str) -> bytes:
    """Return a file named as ``Artefact::path``. Raises `ActionFailedError`."""
    artefact, _, name = path.partition("::")
    try:
        return read(context.read(artefact), name)
    except InputError as error:
        raise ActionFailedError("ConfigurationError", f"{path}: {error.message}") from error
