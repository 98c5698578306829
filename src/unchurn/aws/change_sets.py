"""One stack brought to what its template says: a change set made, read, executed, waited for.

A stack whose creation failed (ROLLBACK_COMPLETE) can only be deleted: it is, and made again. A
change set without a change is thrown away and says so. Every wait is for a state.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.stack_state import (
    failures,
    outputs_of,
    read_stack,
    unseen,
    wait_for_stack,
)
from unchurn.aws.templates import Template
from unchurn.aws.waiting import pace, wait_until

_DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_UNMADE = ("", "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_LARGEST = 51_200
"""Bytes of a template that CloudFormation takes without a bucket."""


@dataclass(frozen=True)
class Change:
    """One resource that a change set touches. `action` is add, change, replace or remove."""

    action: str
    resource: str
    kind: str
    because: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The change as a line: ``change StateMachine (AWS::…): Definition``."""
        why = f": {', '.join(self.because)}" if self.because else ""
        return f"{self.action} {self.resource} ({self.kind}){why}"


@dataclass(frozen=True)
class Applied:
    """What became of one stack. `action` is created, updated, recovered or unchanged."""

    template: str
    stack: str
    action: str
    changes: tuple[Change, ...]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class ChangeSet:
    """A change set as made; `id` is empty where there was nothing to change."""

    id: str
    changes: tuple[Change, ...]


def apply_template(
    clients: Clients,
    template: Template,
    stack: str,
    values: Mapping[str, str],
    most: float = 3600.0,
    look: Callable[[], object] = unseen,
    role: str = "",
) -> Applied:
    """Create or update `stack`, and wait until it is done, `most` seconds; `look` now and then.

    CloudFormation acts as `role`, now and from now on; empty leaves it as it was, by default with
    the caller's rights. Raises `AwsError` with CloudFormation's own reasons when it does not get
    there.
    """
    with asking_aws(f"deploy the stack {stack}"):
        recovered = _make_way(clients, stack)
        status = _status(clients, stack)
        kind = "CREATE" if status in _UNMADE else "UPDATE"
        change_set = make_change_set(clients, template, stack, values, kind, role)
        if not change_set.id:
            return Applied(template.name, stack, "unchanged", (), outputs_of(clients, stack))
        formation = clients.client("cloudformation")
        formation.execute_change_set(ChangeSetName=change_set.id, StackName=stack)
        _finish(clients, stack, kind, most, look)
        action = "recovered" if recovered else "created" if kind == "CREATE" else "updated"
        return Applied(template.name, stack, action, change_set.changes, outputs_of(clients, stack))


def make_change_set(
    clients: Clients,
    template: Template,
    stack: str,
    values: Mapping[str, str],
    kind: str,
    role: str = "",
) -> ChangeSet:
    """Ask CloudFormation what would change; nothing does until the change set is executed."""
    if len(template.text.encode()) > _LARGEST:
        raise AwsError(
            f"The template {template.name!r} is larger than {_LARGEST:,} bytes, the most that "
            "CloudFormation takes directly.",
            "Split it; it is one of unchurn's own.",
        )
    formation = clients.client("cloudformation")
    made = formation.create_change_set(
        StackName=stack,
        ChangeSetName=f"unchurn-{uuid.uuid4().hex[:12]}",
        ChangeSetType=kind,
        TemplateBody=template.text,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": "Project", "Value": "unchurn"}],
        **({"RoleARN": role} if role else {}),
    )["Id"]
    plain = wait_until(
        lambda: _described(formation, made), f"The change set of {stack}", pace(clients)
    )
    if plain["Status"] == "FAILED":
        reason = str(plain.get("StatusReason", ""))
        discard(clients, made, stack)
        if any(words in reason for words in _NOTHING):
            return ChangeSet("", ())
        raise AwsError(
            f"CloudFormation made no change set for {stack}: {reason}",
            "Nothing was changed. Correct what it names, then deploy again.",
        )
    return ChangeSet(made, _changes(formation, plain))


def clear_dead(clients: Clients, stack: str) -> None:
    """Delete a stack whose creation failed, so that it can be made anew; others are let be."""
    with asking_aws(f"delete what was left of {stack}"):
        if _status(clients, stack) in _DEAD:
            _delete(clients, stack)


def discard(clients: Clients, change_set: str, stack: str) -> None:
    """Delete a change set that is not to be executed."""
    clients.client("cloudformation").delete_change_set(ChangeSetName=change_set, StackName=stack)


def _described(formation: Any, change_set: str) -> dict[str, Any] | None:
    plain: dict[str, Any] = formation.describe_change_set(ChangeSetName=change_set)
    return plain if plain["Status"] in ("CREATE_COMPLETE", "FAILED") else None


def _changes(formation: Any, plain: dict[str, Any]) -> tuple[Change, ...]:
    items = list(plain.get("Changes", []))
    while plain.get("NextToken"):
        plain = formation.describe_change_set(
            ChangeSetName=plain["ChangeSetId"], NextToken=plain["NextToken"]
        )
        items += plain.get("Changes", [])
    return tuple(_change(item["ResourceChange"]) for item in items if "ResourceChange" in item)


def _change(plain: dict[str, Any]) -> Change:
    action = {"Add": "add", "Modify": "change", "Remove": "remove"}.get(
        plain["Action"], str(plain["Action"]).lower()
    )
    if plain.get("Replacement") == "True":
        action = "replace"
    targets = [item.get("Target", {}) for item in plain.get("Details", [])]
    because = {str(target.get("Name") or target.get("Attribute", "")) for target in targets}
    kind = str(plain["ResourceType"])
    return Change(action, str(plain["LogicalResourceId"]), kind, tuple(sorted(because - {""})))


def _make_way(clients: Clients, stack: str) -> bool:
    """Wait out what is under way, and delete a stack that can only be deleted."""
    status = _status(clients, stack)
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        status = wait_for_stack(clients, stack)
    if status == "UPDATE_ROLLBACK_FAILED":
        clients.client("cloudformation").continue_update_rollback(StackName=stack)
        status = wait_for_stack(clients, stack)
    if status == "DELETE_FAILED":
        raise AwsError(
            f"The stack {stack} was half deleted: {failures(clients, stack)}",
            "Remove what it names, run unchurn aws destroy again, then deploy.",
        )
    if status not in _DEAD:
        return False
    _delete(clients, stack)
    return True


def _delete(clients: Clients, stack: str) -> None:
    clients.client("cloudformation").delete_stack(StackName=stack)
    wait_for_stack(clients, stack)


def _finish(
    clients: Clients, stack: str, kind: str, most: float, look: Callable[[], object]
) -> None:
    status = wait_for_stack(clients, stack, most, look)
    if status != f"{kind}_COMPLETE":
        raise AwsError(
            f"The stack {stack} ended as {status}: {failures(clients, stack)}",
            "What stood before stands still. Correct what is named, then deploy again: it goes on "
            "from here.",
        )


def _status(clients: Clients, stack: str) -> str:
    found = read_stack(clients, stack)
    return str(found["StackStatus"]) if found else ""
