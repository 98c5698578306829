"""What CloudFormation says of a stack: its state, its outputs, why it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws
from unchurn.aws.waiting import pace, wait_until

GONE = "DELETE_COMPLETE"
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


def read_stack(clients: Clients, stack: str) -> dict[str, Any] | None:
    """Return CloudFormation's description of a stack, or None where there is none."""
    from botocore.exceptions import ClientError

    try:
        found = clients.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(found[0]) if found and found[0]["StackStatus"] != GONE else None


def outputs_of(clients: Clients, stack: str) -> dict[str, str]:
    """Return a stack's outputs by name; none where there is no stack."""
    found = read_stack(clients, stack) or {}
    return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}


def all_outputs(clients: Clients, stacks: list[str]) -> dict[str, str]:
    """Return the outputs of several stacks together."""
    with asking_aws("read what is deployed"):
        return {key: value for name in stacks for key, value in outputs_of(clients, name).items()}


def unseen() -> None:
    """Look at nothing while waiting."""


def wait_for_stack(
    clients: Clients, stack: str, most: float = 3600.0, look: Callable[[], object] = unseen
) -> str:
    """Wait until nothing is in progress; return the state, ``DELETE_COMPLETE`` when it is gone.

    `look` is called at each look at the stack. Raises `AwsError` after `most` seconds.
    """

    def settled() -> str | None:
        look()
        found = read_stack(clients, stack)
        if found is None:
            return GONE
        status = str(found["StackStatus"])
        return None if status.endswith("_IN_PROGRESS") else status

    return wait_until(settled, f"The stack {stack}", pace(clients), most)


def failures(clients: Clients, stack: str) -> str:
    """Return why resources of the latest change failed, the first cause first."""
    events = clients.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [
        f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        for event in reversed(_latest_change(events, stack))
        if _failed(event)
    ]
    # One resource that fails cancels the others: their reason is noise.
    causes = [reason for reason in reasons if "cancelled" not in reason.lower()]
    return "; ".join(dict.fromkeys(causes or reasons)) or "CloudFormation gave no reason."


def past_failures(clients: Clients, stack: str, most: int = 5) -> list[dict[str, str]]:
    """Return the latest `most` failures of a stack's resources, newest first.

    Each is {"at", "resource", "reason"}; `at` in ISO 8601. A stack that is not there has none.
    """
    if read_stack(clients, stack) is None:
        return []
    events = clients.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [
        {
            "at": event["Timestamp"].isoformat(timespec="seconds"),
            "resource": str(event["LogicalResourceId"]),
            "reason": str(event["ResourceStatusReason"]),
        }
        for event in events
        if _failed(event)
    ][:most]


def _latest_change(events: list[dict[str, Any]], stack: str) -> list[dict[str, Any]]:
    """Return the events since the latest change of the stack began; newest first, as given."""
    for number, event in enumerate(events):
        if event["LogicalResourceId"] == stack and event["ResourceStatus"] in _BEGINNINGS:
            return events[:number]
    return events


def _failed(event: dict[str, Any]) -> bool:
    return str(event["ResourceStatus"]).endswith("_FAILED") and bool(
        event.get("ResourceStatusReason")
    )
