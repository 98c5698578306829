"""Resources deleted, last made first, but for those that are to be kept."""

from __future__ import annotations

import contextlib
from copy import deepcopy

from rehearsal.cfn.dynamic_references import dereferenced
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Live
from rehearsal.cfn.stack import Stack
from rehearsal.cfn.types import resource_types
from rehearsal.cloud import Cloud


def delete(cloud: Cloud, live: Live) -> None:
    """Delete a resource."""
    properties = deepcopy(live.properties)
    with contextlib.suppress(RefusedError):  # what it names outside the stack may be gone before it
        properties = dereferenced(cloud, properties)
    kind = resource_types()[live.type].placed(live.stack, live.logical_id)
    kind.delete(cloud, live.physical_id, properties)


def delete_stack(cloud: Cloud, stack: Stack) -> None:
    """Delete a stack's resources, last made first, but for those whose policy is to be kept."""
    stack.become("DELETE_IN_PROGRESS", "User Initiated")
    failed = []
    for live in reversed(list(stack.live.values())):
        del stack.live[live.logical_id]
        if not delete_noting(cloud, stack, live, "DeletionPolicy"):
            failed.append(live)
    stack.live = {live.logical_id: live for live in reversed(failed)}
    if failed:
        names = ", ".join(live.logical_id for live in failed)
        stack.become("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}].")
    else:
        stack.become("DELETE_COMPLETE")


def delete_noting(cloud: Cloud, stack: Stack, live: Live, policy: str) -> bool:
    """Delete a resource unless its policy keeps it; tell whether it is no longer the stack's."""
    who = (live.logical_id, live.physical_id, live.type)
    if live.policies.get(policy, "").startswith("Retain"):
        stack.note(*who, "DELETE_SKIPPED")
        return True
    try:
        delete(cloud, live)
    except Exception as error:
        stack.note(*who, "DELETE_FAILED", str(error))
        return False
    stack.note(*who, "DELETE_COMPLETE")
    return True
