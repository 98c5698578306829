"""A template deployed as whoever wrote it would: a change set, looked at, executed, waited for."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.cfn.packaging import packaged, stored
from rehearsal.cfn.template_text import LARGEST
from rehearsal.clients import Clients
from rehearsal.door.inside import POLL_SECONDS

_NEW = ("", "REVIEW_IN_PROGRESS")
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_NOTHING = "didn't contain changes"


@dataclass(frozen=True)
class Deployed:
    """What became of a stack: its status, its outputs, and why resources failed."""

    stack: str
    status: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    failures: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the stack is as its template says."""
        return self.status in _GOOD and not self.failures

    def document(self) -> dict[str, Any]:
        """The versioned document of ``python -m rehearsal deploy --json``."""
        return {
            "schema_version": 1,
            "stack": self.stack,
            "status": self.status,
            "outputs": dict(self.outputs),
            "resources": dict(self.resources),
            "failures": list(self.failures),
        }


def stack_name(file_name: str) -> str:
    """Return the name of the stack of a template that was given none: its file's, as AWS takes it."""
    found = re.sub(r"[^A-Za-z0-9]+", "-", file_name).strip("-")
    return found if found[:1].isalpha() else f"stack-{found}"


def deploy(
    clients: Clients,
    stack: str,
    template: str,
    parameters: Mapping[str, str] | None = None,
    capabilities: Sequence[str] = (),
    beside: Path | None = None,
) -> Deployed:
    """Create or update `stack` from the text of a template; return what came of it.

    What its paths lead to below the folder `beside` is put into a bucket first. Raises botocore's ``ClientError`` where CloudFormation refuses it before anything is made.
    """
    formation = clients.client("cloudformation")
    if beside is not None:
        template = packaged(clients, template, beside)
    before = _described(clients, stack)
    status = str(before.get("StackStatus", ""))
    made = formation.create_change_set(
        StackName=stack,
        ChangeSetName=f"rehearsal-{time.time_ns()}",
        ChangeSetType="CREATE" if status in _NEW else "UPDATE",
        **_given(clients, template),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in (parameters or {}).items()
        ],
        Capabilities=list(capabilities),
    )
    told = formation.describe_change_set(ChangeSetName=made["Id"])
    if told["Status"] == "FAILED":
        formation.delete_change_set(ChangeSetName=made["Id"])
        why = () if _NOTHING in told["StatusReason"] else (str(told["StatusReason"]),)
        return _deployed(clients, stack, why)
    formation.execute_change_set(ChangeSetName=made["Id"])
    while str(_described(clients, stack).get("StackStatus", "")).endswith("_IN_PROGRESS"):
        time.sleep(POLL_SECONDS)
    return _deployed(clients, stack, _failures(clients, stack))


def _given(clients: Clients, template: str) -> dict[str, str]:
    """Return the template as a request takes it: one that is large is put into a bucket first."""
    if len(template.encode()) <= LARGEST:
        return {"TemplateBody": template}
    bucket, key = stored(clients, template.encode(), ".template")
    return {"TemplateURL": f"https://{bucket}.s3.{clients.region}.amazonaws.com/{key}"}


def _deployed(clients: Clients, stack: str, failures: tuple[str, ...]) -> Deployed:
    found = _described(clients, stack)
    status = str(found.get("StackStatus", "DELETE_COMPLETE"))
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    formation = clients.client("cloudformation")
    there = formation.describe_stack_resources(StackName=stack)["StackResources"] if found else []
    resources = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in there}
    return Deployed(stack, status, outputs, resources, () if status in _GOOD else failures)


def _described(clients: Clients, stack: str) -> dict[str, Any]:
    """Return the description of a stack, empty where there is none."""
    from botocore.exceptions import ClientError

    try:
        told = clients.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return dict(told[0])


def _failures(clients: Clients, stack: str) -> tuple[str, ...]:
    """Return why resources failed, the first cause first, each once."""
    from botocore.exceptions import ClientError

    formation = clients.client("cloudformation")
    try:
        events = formation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError:
        return ()
    reasons = [
        f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}"
        for each in reversed(events)
        if each["ResourceStatus"].endswith("_FAILED") and each.get("ResourceStatusReason")
    ]
    return tuple(dict.fromkeys(reasons))
